"""Places indoors, where the sky is seen through an opening."""

from .board import Board, fade, glow, shape
from .palette import Color, mix
from .words import Scenery

_WOOD: Color = (150, 104, 70)
_PLASTER: Color = (224, 208, 186)


_DARK: Color = (44, 28, 30)


def _shade(scenery: Scenery) -> float:
    """How dark an unlit inside is."""
    return {"night": 0.6, "dusk": 0.42, "dawn": 0.3, "day": 0.16}[scenery.hour]


def _floor(board: Board, wood: Color, horizon: float) -> None:
    """Boards that run towards a vanishing point."""
    fade(
        board,
        horizon,
        1,
        (mix(wood, board.colors.near, 0.35), wood, mix(wood, board.colors.near, 0.5)),
    )
    seam = mix(wood, board.colors.near, 0.55)
    for i in range(-16, 33):
        (x0, y0), (x1, y1) = (
            board.at(0.5 + (i / 16 - 0.5) * 0.72, horizon),
            board.at(0.5 + (i / 16 - 0.5) * 1.5, 1),
        )
        board.pen.line((x0, y0, x1, y1), fill=seam, width=max(1, board.height // 360))


def room(board: Board) -> None:
    """A room whose window lets the sky's light fall across the floor."""
    board, dark = board.shaded(_DARK, 0.75), _shade(board.scenery)
    wall = mix(mix(_PLASTER, board.colors.far, 0.25), board.colors.near, dark)
    wood = mix(_WOOD, board.colors.near, dark * 0.8)
    sky = board.picture.crop((0, 0, board.width, round(board.height * 0.66)))
    fade(
        board,
        0,
        0.74,
        (mix(wall, board.colors.near, 0.4), wall, mix(wall, board.colors.light, 0.08)),
    )
    _floor(board, wood, 0.74)
    left = board.dice.choice((0.1, 0.52))
    x0, y0 = (round(v) for v in board.at(left, 0.14))
    x1, y1 = (round(v) for v in board.at(left + 0.38, 0.56))
    board.picture.paste(sky.resize((x1 - x0, y1 - y0)), (x0, y0))
    if board.scenery.hour in {"night", "dusk"} and board.scenery.weather == "clear":
        glow(board, (left + 0.29, 0.25), 0.09, board.colors.light, 0.9)
    frame, w = mix(wood, board.colors.near, 0.3), max(2, board.height // 90)
    for i in range(5):
        x = x0 + (x1 - x0) * i // 4
        board.pen.rectangle((x - w // 2, y0 - w, x + w // 2, y1 + w), fill=frame)
    for y in (y0, (y0 + y1) // 2, y1):
        board.pen.rectangle((x0 - w, y - w // 2, x1 + w, y + w // 2), fill=frame)
    glow(board, (left + 0.19, 0.36), 0.55, board.colors.sky[-1], 0.34)
    pool = [(left + 0.02, 0.78), (left + 0.36, 0.78), (left + 0.5, 0.97), (left + 0.06, 0.97)]
    shape(board, pool, mix(wood, board.colors.sky[-1], 0.45), mix(wood, board.colors.sky[-1], 0.2))
    board.pen.rectangle((*board.at(0, 0.73), *board.at(1, 0.75)), fill=frame)


def palace(board: Board) -> None:
    """A hall of lacquered pillars before a golden screen, with blinds under the beam."""
    board, dark = board.shaded(_DARK, 0.75), _shade(board.scenery) * 0.75
    gold = mix((222, 178, 96), board.colors.near, dark)
    lacquer = mix((150, 42, 36), board.colors.near, dark)
    fade(board, 0, 0.76, (mix(gold, board.colors.near, 0.75), mix(gold, board.colors.near, 0.45)))
    _floor(board, mix(mix(_WOOD, gold, 0.35), board.colors.near, dark * 0.5), 0.76)
    for i in range(6):
        x = 0.14 + i * 0.12
        skew = 0.014 * (-1) ** i
        leaf = [
            (x, 0.27 + skew),
            (x + 0.12, 0.27 - skew),
            (x + 0.12, 0.78 + skew),
            (x, 0.78 - skew),
        ]
        shape(
            board,
            leaf,
            mix(gold, board.colors.light, 0.3),
            mix(gold, board.colors.near, 0.16 + 0.1 * (i % 2)),
        )
    _painted_hills(board, gold)
    glow(board, (0.5, 0.5), 0.6, mix(board.colors.lamp, board.colors.light, 0.4), 0.38)
    for x in (0.035, 0.115, 0.885, 0.965):
        wide = 0.022
        pillar = [(x - wide, -0.1), (x + wide, -0.1), (x + wide, 0.86), (x - wide, 0.86)]
        shape(board, pillar, mix(lacquer, board.colors.near, 0.4), lacquer)
        board.pen.rectangle(
            (*board.at(x - wide * 0.6, 0), *board.at(x - wide * 0.25, 0.86)),
            fill=mix(lacquer, board.colors.light, 0.25),
        )
    _blinds(board, mix((168, 160, 96), board.colors.near, 0.3 + dark * 0.6), lacquer)


def _painted_hills(board: Board, gold: Color) -> None:
    ink = mix(gold, (54, 84, 84), 0.5)
    for _ in range(5):
        x, y = board.dice.uniform(0.2, 0.8), board.dice.uniform(0.56, 0.7)
        r = board.dice.uniform(0.03, 0.06)
        (x0, y0), (x1, y1) = board.at(x - r, y - r * 0.7), board.at(x + r, y + r * 0.7)
        board.pen.chord(
            (x0, y0, x1, y1), 180, 360, fill=mix(ink, gold, board.dice.uniform(0.1, 0.5))
        )


def _blinds(board: Board, reed: Color, trim: Color) -> None:
    fade(board, 0, 0.2, (mix(reed, board.colors.near, 0.5), reed))
    seam = mix(reed, board.colors.near, 0.4)
    for i in range(26):
        y = i * 0.2 / 26 * board.height
        board.pen.line((0, y, board.width, y), fill=seam, width=1)
    for i in range(9):
        board.pen.rectangle((*board.at(i / 8 - 0.012, 0), *board.at(i / 8 + 0.012, 0.2)), fill=trim)
    board.pen.rectangle(
        (*board.at(0, 0.195), *board.at(1, 0.215)), fill=mix(trim, board.colors.near, 0.3)
    )
