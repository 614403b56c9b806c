"""The backdrop: sky, light and clouds, then the place, then the weather's haze."""

from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from .board import Board, disc, fade, glow, veil
from .palette import Palette, mix
from .places import PAINTERS
from .words import Scenery

_INDOORS = {"room", "palace"}


def paint(scenery: Scenery, colors: Palette, size: tuple[int, int], dice: Random) -> Image.Image:
    """The backdrop of a scenery, an RGB picture of `size`; the same dice paint the same one."""
    board = Board(Image.new("RGB", size), colors, dice, scenery)
    fade(board, 0, 0.72, colors.sky)
    fade(board, 0.72, 1, (colors.sky[-1], colors.ground))
    if scenery.place not in _INDOORS:
        _heavens(board)
    PAINTERS[scenery.place](board)
    if scenery.weather in {"fog", "rain", "snow"}:
        veil(board, mix(colors.far, colors.sky[-1], 0.5), 0.3, 1, (0, 70, 120, 70, 20))
    veil(board, mix(colors.near, (0, 0, 0), 0.5), 0.62, 1, (0, 30, 90, 130))
    # Painted hard-edged, then softened: smooth outlines, and a depth that sets the cast apart.
    return board.picture.reduce(2).resize(size, Image.Resampling.BICUBIC)


def _heavens(board: Board) -> None:
    scenery = board.scenery
    clear = scenery.weather == "clear"
    night = scenery.hour == "night"
    if night and clear:
        _stars(board)
    if clear:
        low = scenery.hour in {"dawn", "dusk"}
        x = board.dice.choice((0.24, 0.76))
        _light(board, (x, 0.5 if low else 0.24), 0.085 if night else 0.06)
    for _ in range(4 if night else 5 if clear else 8):
        _cloud(board, board.dice.random(), board.dice.uniform(0.12, 0.5), thin=night or not clear)


def _stars(board: Board) -> None:
    for _ in range(170):
        x, y = board.at(board.dice.random(), board.dice.random() ** 1.5 * 0.6)
        r = board.dice.choice((1, 1, 1, 1.6, 2.2)) * board.height / 900
        shine = mix(board.colors.sky[1], (255, 255, 255), board.dice.uniform(0.4, 1))
        board.pen.ellipse((x - r, y - r, x + r, y + r), fill=shine)


def _light(board: Board, centre: tuple[float, float], radius: float) -> None:
    colors = board.colors
    glow(board, centre, radius * 7, mix(colors.light, colors.sky[-1], 0.35), 0.6)
    glow(board, centre, radius * 2.6, colors.light, 0.85)
    disc(board, centre, radius, colors.light)


def _cloud(board: Board, x: float, y: float, *, thin: bool) -> None:
    """A heap of puffs on a level base, lit from above and fading into the sky below."""
    wide = board.dice.uniform(0.16, 0.34)
    size = round(wide * board.width), round(wide * board.width * (0.16 if thin else 0.34))
    small = size[0] // 4 + 1, size[1] // 4 + 1
    mask, light = Image.new("L", small), Image.new("L", small)
    for _ in range(18):
        along = min(0.9, max(0.1, board.dice.gauss(0.5, 0.2)))
        r = (0.5 - abs(along - 0.5)) * board.dice.uniform(0.25, 0.62) * small[1]
        cx, cy = along * small[0], small[1] * 0.72 - r * board.dice.uniform(0.2, 1.15)
        _puff(mask, cx, cy, r * 1.25, 255)
        _puff(light, cx - r * 0.14, cy - r * 0.32, r * 0.95, 255)
    base = (
        Image.linear_gradient("L")
        .resize(small)
        .point([min(255, (255 - v) * 3) for v in range(256)])
    )
    mask = ImageChops.multiply(mask.filter(ImageFilter.GaussianBlur(1.1)), base)
    shade = mix(board.colors.sky[2], board.colors.far, 0.3)
    lit = mix(board.colors.sky[-1], board.colors.light, 0.15 if thin else 0.7)
    light = light.filter(ImageFilter.GaussianBlur(small[1] / 14))
    puffs = Image.composite(
        Image.new("RGB", small, lit), Image.new("RGB", small, mix(shade, lit, 0.35)), light
    )
    corner = round(x * board.width - size[0] / 2), round(y * board.height - size[1] / 2)
    strength = mask.resize(size, Image.Resampling.BICUBIC).point(
        [round(v * 0.86) for v in range(256)]
    )
    board.picture.paste(puffs.resize(size, Image.Resampling.BICUBIC), corner, strength)


def _puff(mask: Image.Image, x: float, y: float, r: float, fill: int) -> None:
    ImageDraw.Draw(mask).ellipse((x - r * 1.3, y - r, x + r * 1.3, y + r), fill=fill)
