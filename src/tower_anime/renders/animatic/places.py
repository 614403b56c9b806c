"""What stands in each place, painted over the sky from far to near."""

from collections.abc import Callable, Mapping

from .board import Board, Point, glow, ridge, shape
from .board import fade as band
from .interiors import palace, room
from .palette import mix
from .towns import city, rooftop, street, village
from .words import Place

Painter = Callable[[Board], None]


def mountains(board: Board, *, base: float = 0.7, rise: float = 0.34) -> None:
    """Three ranges, each nearer, lower and darker, with haze at their feet."""
    for layer, distance in enumerate((0.85, 0.62, 0.38)):
        outline = ridge(board.dice, base + layer * 0.05, rise * (1 - layer * 0.27))
        shape(board, outline, board.depth(distance * 0.9), board.depth(min(1.0, distance + 0.3)))


def _field(board: Board) -> None:
    mountains(board, base=0.64, rise=0.16)
    ground = board.colors.ground
    for layer, y in enumerate((0.64, 0.72, 0.82)):
        outline = ridge(board.dice, y + 0.03, 0.05, 0.3)
        lit = mix(ground, board.colors.sky[-1], 0.4 - layer * 0.18)
        shape(board, outline, lit, mix(ground, board.colors.near, 0.25 + layer * 0.2))
    _blades(board)


def _blades(board: Board) -> None:
    for _ in range(260):
        x, y = board.at(board.dice.random(), 0.9 + board.dice.random() * 0.12)
        tall = board.height * board.dice.uniform(0.02, 0.07)
        lean = tall * board.dice.uniform(-0.35, 0.35)
        color = mix(board.colors.ground, board.colors.near, board.dice.uniform(0.3, 0.9))
        board.pen.polygon([(x - 2, y), (x + lean, y - tall), (x + 2, y)], fill=color)


def _mountain(board: Board) -> None:
    mountains(board, base=0.66, rise=0.42)
    _tree_line(board, 0.86, 0.08, 0.15)


def _tree_line(board: Board, y: float, tall: float, distance: float) -> None:
    """A row of conifers whose tops make a jagged edge."""
    points: list[Point] = [(0.0, 1.0)]
    x = -0.01
    while x < 1.01:
        top = y - tall * board.dice.uniform(0.5, 1)
        half = tall * 0.16
        points += [(x, y), (x + half * 0.6, top + tall * 0.35), (x + half, top)]
        points += [(x + half * 1.4, top + tall * 0.35), (x + half * 2, y)]
        x += half * 1.7
    shape(board, [*points, (1.0, 1.0)], board.depth(distance), board.depth(min(1, distance + 0.2)))


def _forest(board: Board) -> None:
    for y, tall, distance in ((0.66, 0.3, 0.85), (0.76, 0.36, 0.6), (0.88, 0.34, 0.36)):
        _tree_line(board, y, tall, distance)
    band(board, 0.86, 1, (board.depth(0.4), mix(board.colors.ground, board.colors.near, 0.6)))
    for x in (0.04, 0.17, 0.86, 0.97):
        wide = board.dice.uniform(0.018, 0.034)
        trunk = [(x - wide, -0.1), (x + wide, -0.1), (x + wide * 1.3, 0.94), (x - wide * 1.5, 0.94)]
        shape(board, trunk, board.depth(0.02), board.depth(0.18))
    glow(board, (0.5, 0.5), 0.6, board.colors.sky[-1], 0.4)


def _bamboo(board: Board) -> None:
    leafy = mix(board.colors.near, (96, 160, 84), 0.42)
    pale = mix(board.colors.far, (188, 226, 150), 0.4)
    band(board, 0.8, 1, (mix(pale, board.colors.ground, 0.5), mix(leafy, board.colors.near, 0.5)))
    glow(board, (0.5, 0.42), 0.8, mix(pale, board.colors.light, 0.55), 0.6)
    for count, wide, distance in ((34, 0.006, 0.78), (18, 0.011, 0.45), (8, 0.021, 0.08)):
        for i in range(count):
            x = (i + board.dice.uniform(0.1, 0.9)) / count
            # The nearest stalks frame the picture and leave its middle to the cast.
            if distance > 0.3 or not 0.26 < x < 0.74:
                _stalk(board, x, wide, distance)


def _stalk(board: Board, x: float, wide: float, distance: float) -> None:
    dark = mix(board.colors.near, (70, 124, 66), 0.5 - distance * 0.1)
    pale = mix(board.colors.far, (178, 216, 142), 0.4)
    tint = mix(dark, pale, distance)
    foot, lean = 0.98 - distance * 0.18, board.dice.uniform(-0.02, 0.02)
    w, pen = wide * board.height, board.pen
    (x0, y0), (x1, y1) = board.at(x, foot), board.at(x + lean, -0.02)
    pen.polygon([(x0 - w, y0), (x0 + w, y0), (x1 + w, y1), (x1 - w, y1)], fill=tint)
    lit = mix(tint, board.colors.light, 0.28)
    pen.polygon(
        [(x0 - w * 0.6, y0), (x0 - w * 0.1, y0), (x1 - w * 0.1, y1), (x1 - w * 0.6, y1)], fill=lit
    )
    step = wide * 9
    y = foot - step * board.dice.random()
    while y > 0:
        cx, cy = x0 + (x1 - x0) * (1 - y / foot), y * board.height
        pen.rectangle(
            (cx - w * 1.15, cy, cx + w * 1.15, cy + w * 0.3),
            fill=mix(tint, board.colors.near, 0.45),
        )
        if y < 0.5:
            _leaves(board, cx, cy, w, mix(tint, pale, 0.2))
        y -= step


def _leaves(board: Board, x: float, y: float, size: float, color: tuple[int, int, int]) -> None:
    for _ in range(3):
        dx, dy = board.dice.uniform(-7, 7) * size, board.dice.uniform(0.5, 4) * size
        board.pen.polygon(
            [(x, y), (x + dx * 0.5, y + dy * 0.2), (x + dx, y + dy), (x + dx * 0.4, y + dy * 0.6)],
            fill=color,
        )


def _sea(board: Board) -> None:
    horizon = 0.58
    deep = mix(board.colors.sky[1], board.colors.near, 0.35)
    band(
        board,
        horizon,
        1,
        (mix(board.colors.sky[-1], deep, 0.25), mix(deep, board.colors.sky[2], 0.25), deep),
    )
    for i in range(240):
        t = (i / 240) ** 1.6
        x, y = board.at(board.dice.random(), horizon + t * 0.36)
        half = board.width * (0.008 + t * 0.05) * board.dice.uniform(0.3, 1)
        shine = mix(board.colors.sky[-1], board.colors.light, board.dice.random() * 0.6)
        board.pen.ellipse(
            (x - half, y, x + half, y + 1 + t * 3), fill=mix(deep, shine, 0.35 + 0.4 * (1 - t))
        )
    sand = mix(board.colors.ground, board.colors.light, 0.3)
    shape(
        board,
        [(0, 1), (0, 0.9), (0.5, 0.94), (1, 0.88), (1, 1)],
        sand,
        mix(sand, board.colors.near, 0.5),
    )


def _heaven(board: Board) -> None:
    glow(board, (0.5, 0.5), 0.9, board.colors.light, 0.5)
    for layer in range(5):
        y = 0.58 + layer * 0.09
        lit = mix(board.colors.sky[-1], board.colors.light, 0.6 - layer * 0.08)
        for _ in range(16):
            x, cy = board.at(board.dice.random(), y + board.dice.uniform(0, 0.06))
            r = board.height * board.dice.uniform(0.05, 0.12)
            color = mix(lit, board.colors.sky[2], 0.15 + layer * 0.12 + board.dice.random() * 0.1)
            board.pen.ellipse((x - 2 * r, cy - r * 0.6, x + 2 * r, cy + r), fill=color)
        band(board, min(y + 0.1, 0.98), min(y + 0.11, 1), (lit, lit))


PAINTERS: Mapping[Place, Painter] = {
    "bamboo": _bamboo, "rooftop": rooftop, "palace": palace, "room": room, "street": street,
    "city": city, "sea": _sea, "forest": _forest, "mountain": _mountain, "village": village,
    "heaven": _heaven, "field": _field,
}  # fmt: skip
