"""Places that people built outdoors: city, rooftop, street, village."""

from .board import Board, Point, fade, glow, ridge, shape
from .palette import Color, mix
from .words import Scenery

_SLATE: Color = (58, 68, 98)


def _blocks(board: Board, base: float, tall: float, distance: float, lit: float) -> None:
    """A row of buildings; a part `lit` of their windows shines."""
    x = -0.02
    while x < 1.02:
        wide = board.dice.uniform(0.035, 0.085) * (1.25 - distance * 0.5)
        top = base - tall * board.dice.uniform(0.35, 1)
        wall = board.depth(distance + board.dice.uniform(-0.05, 0.05))
        shape(
            board,
            [(x, base), (x, top), (x + wide, top), (x + wide, base)],
            wall,
            board.depth(min(1, distance + 0.25)),
        )
        if board.dice.random() < 0.3:
            (x0, y0), (x1, _) = (
                board.at(x + wide * 0.5, top - 0.05),
                board.at(x + wide * 0.5 + 0.002, 0),
            )
            board.pen.rectangle((x0, y0, x1, top * board.height), fill=wall)
        _windows(board, (x, top), (x + wide, base), distance, lit)
        x += wide + 0.002


def _windows(board: Board, top: Point, bottom: Point, distance: float, lit: float) -> None:
    step = 0.024 - distance * 0.009
    glass = mix(board.depth(distance), board.colors.sky[-1], 0.16)
    (x0, y0), (x1, y1) = board.at(*top), board.at(*bottom)
    size = step * board.height
    y = y0 + size
    while y < y1:
        x = x0 + size * 0.5
        while x < x1 - size * 0.7:
            shines = board.dice.random() < lit
            color = (
                mix(board.colors.lamp, board.depth(distance), 0.15 + distance * 0.5)
                if shines
                else glass
            )
            board.pen.rectangle((x, y, x + size * 0.5, y + size * 0.42), fill=color)
            x += size
        y += size


def _lit(scenery: Scenery) -> float:
    return {"night": 0.42, "dusk": 0.3, "dawn": 0.12, "day": 0.06}[scenery.hour]


def _urban(board: Board) -> Board:
    by_day = board.scenery.hour in {"day", "dawn"}
    return board.shaded(_SLATE, 0.8) if by_day else board


def city(board: Board) -> None:
    """Three rows of buildings; at night their light hangs in the haze."""
    board = _urban(board)
    lit = _lit(board.scenery)
    if lit > 0.2:
        glow(board, (0.5, 0.78), 0.8, mix(board.colors.lamp, board.colors.far, 0.5), 0.5)
    _blocks(board, 0.84, 0.42, 0.78, lit * 0.7)
    _blocks(board, 0.9, 0.36, 0.5, lit)
    _blocks(board, 1.0, 0.3, 0.2, lit)


def rooftop(board: Board) -> None:
    """A roof above the city, with its parapet, railing and water tank."""
    city(board)
    board = _urban(board)
    slab = mix(board.colors.ground, board.colors.near, 0.35)
    fade(board, 0.76, 0.79, (mix(slab, board.colors.light, 0.22), slab))
    fade(
        board, 0.79, 1, (mix(slab, board.colors.near, 0.4), slab, mix(slab, board.colors.near, 0.6))
    )
    pen, rail = board.pen, mix(board.colors.near, board.colors.far, 0.12)
    for y in (0.6, 0.68):
        pen.rectangle((*board.at(0, y), *board.at(1, y + 0.007)), fill=rail)
    for i in range(13):
        pen.rectangle((*board.at(i / 12 - 0.003, 0.6), *board.at(i / 12 + 0.003, 0.77)), fill=rail)
    dark = board.depth(0.04)
    shape(board, [(0.03, 0.78), (0.03, 0.46), (0.15, 0.46), (0.15, 0.78)], board.depth(0.22), dark)
    shape(board, [(0.015, 0.47), (0.09, 0.41), (0.165, 0.47)], board.depth(0.26), dark)
    shape(board, [(0.86, 0.86), (0.86, 0.68), (0.98, 0.68), (0.98, 0.86)], board.depth(0.2), dark)


def street(board: Board) -> None:
    """A road between two walls of houses that meet at the horizon, with lamps."""
    board = _urban(board)
    lit = _lit(board.scenery)
    _blocks(board, 0.7, 0.24, 0.75, lit)
    road = mix(board.colors.ground, board.colors.near, 0.5)
    fade(board, 0.66, 1, (board.depth(0.6), road, mix(road, board.colors.near, 0.5)))
    for side in (0.0, 1.0):

        def x(along: float, side: float = side) -> float:
            return side + along * (0.5 - side) * 2

        wall = [(x(-0.1), 0.05), (x(0.36), 0.42), (x(0.36), 0.69), (x(-0.1), 1.0)]
        shape(board, wall, board.depth(0.2), board.depth(0.34))
        for i in range(5):
            t = 0.02 + 0.075 * i
            for row in (0.3, 0.52):
                size = 0.055 * (1 - t * 2)
                y = row + (0.56 - row) * t * 2
                shines = board.dice.random() < lit + 0.15
                color = board.colors.lamp if shines else board.depth(0.45)
                board.pen.rectangle(
                    (*sorted_box(board, x(t), x(t + 0.045), y, y + size * 1.6),), fill=color
                )
    stripe = mix(road, board.colors.light, 0.35)
    shape(board, [(0.497, 0.68), (0.503, 0.68), (0.53, 1.0), (0.47, 1.0)], road, stripe)
    glow(board, (0.5, 0.66), 0.5, mix(board.colors.lamp, board.colors.sky[-1], 0.5), 0.5)


def sorted_box(
    board: Board, xa: float, xb: float, ya: float, yb: float
) -> tuple[float, float, float, float]:
    """A rectangle in pixels whichever way its sides were named."""
    (x0, y0), (x1, y1) = board.at(min(xa, xb), min(ya, yb)), board.at(max(xa, xb), max(ya, yb))
    return (x0, y0, x1, y1)


def village(board: Board) -> None:
    """Thatched houses before hills, their windows warm in the evening."""
    for base, rise, distance in ((0.66, 0.26, 0.8), (0.72, 0.16, 0.55)):
        shape(
            board,
            ridge(board.dice, base, rise),
            board.depth(distance),
            board.depth(min(1, distance + 0.25)),
        )
    ground = board.colors.ground
    fade(
        board,
        0.74,
        1,
        (mix(ground, board.colors.far, 0.35), ground, mix(ground, board.colors.near, 0.5)),
    )
    for x, size, distance in (
        (0.36, 0.1, 0.5),
        (0.66, 0.13, 0.36),
        (0.12, 0.2, 0.16),
        (0.93, 0.22, 0.12),
    ):
        _house(board, x, 0.76 + size * 0.35, size, distance, _lit(board.scenery) > 0.2)


def _house(board: Board, x: float, y: float, size: float, distance: float, warm: bool) -> None:
    thatch = mix(board.depth(distance), (150, 118, 78), 0.3)
    wall = mix(board.depth(distance), board.colors.ground, 0.25)
    half = size * 0.55
    shape(
        board,
        [(x - half, y), (x - half, y - size * 0.7), (x + half, y - size * 0.7), (x + half, y)],
        wall,
        board.depth(distance * 0.6),
    )
    roof = [
        (x - half * 1.5, y - size * 0.55),
        (x - half * 0.7, y - size * 1.5),
        (x + half * 0.7, y - size * 1.5),
        (x + half * 1.5, y - size * 0.55),
    ]
    shape(board, roof, mix(thatch, board.colors.sky[-1], 0.2), mix(thatch, board.colors.near, 0.4))
    if warm:
        glow(board, (x, y - size * 0.3), size * 0.9, board.colors.lamp, 0.45)
    glass = board.colors.lamp if warm else board.depth(distance * 0.3)
    board.pen.rectangle(
        (*board.at(x - half * 0.3, y - size * 0.45), *board.at(x + half * 0.3, y - size * 0.12)),
        fill=glass,
    )
