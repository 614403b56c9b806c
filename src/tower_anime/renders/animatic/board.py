"""The painter's board: an RGB picture, a palette, dice, and the strokes that places are made of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from random import Random

from PIL import Image, ImageChops, ImageDraw

from .palette import Color, Palette, mix
from .words import Scenery

Point = tuple[float, float]


@dataclass(frozen=True)
class Board:
    """Painted in place. Strokes take 0 to 1 of the board's sides, `y` downwards."""

    picture: Image.Image
    colors: Palette
    dice: Random
    scenery: Scenery

    @cached_property
    def pen(self) -> ImageDraw.ImageDraw:
        """A pen that draws in pixels."""
        return ImageDraw.Draw(self.picture)

    @property
    def width(self) -> int:
        """Pixels."""
        return self.picture.width

    @property
    def height(self) -> int:
        """Pixels."""
        return self.picture.height

    def at(self, x: float, y: float) -> Point:
        """A place of the board in pixels."""
        return x * self.width, y * self.height

    def shaded(self, color: Color, part: float) -> "Board":
        """The same board for what people built: its darks and ground partly of another colour.

        By day near things and the ground are green outdoors; walls and floors are not.
        """
        colors = self.colors
        near, ground = mix(colors.near, color, part), mix(colors.ground, color, part)
        return replace(self, colors=replace(colors, near=near, ground=ground))

    def depth(self, t: float) -> Color:
        """The colour of something dark at a distance: 0 near, 1 lost in the haze."""
        return mix(self.colors.near, self.colors.far, t)


def column(stops: Sequence[Color], height: int) -> Image.Image:
    """A picture one pixel wide that fades through the stops from its top to its bottom."""
    strip = Image.new("RGB", (1, len(stops)))
    strip.putdata(list(stops))
    # The box keeps the first and the last stop at the very edges.
    return strip.resize((1, height), Image.Resampling.BILINEAR, (0, 0.5, 1, len(stops) - 0.5))


def _widen(strip: Image.Image, width: int) -> Image.Image:
    return strip.resize((width, strip.height), Image.Resampling.NEAREST)


def fade(board: Board, top: float, bottom: float, stops: Sequence[Color]) -> None:
    """Fill the board from side to side, between two heights, with a gradient."""
    first, last = round(top * board.height), round(bottom * board.height)
    if last > first:
        strip = _widen(column(stops, last - first), board.width)
        board.picture.paste(strip, (0, first))


def shape(board: Board, points: Sequence[Point], top: Color, bottom: Color) -> None:
    """Fill a polygon with a gradient from its highest point to its lowest."""
    ys = [y for _, y in points]
    first, last = round(min(ys) * board.height), round(max(ys) * board.height)
    if last <= first:
        return
    mask = Image.new("1", (board.width, last - first))
    outline = [(x * board.width, y * board.height - first) for x, y in points]
    ImageDraw.Draw(mask).polygon(outline, fill=1)
    strip = _widen(column((top, bottom), last - first), board.width)
    board.picture.paste(strip, (0, first), mask)


def veil(board: Board, color: Color, top: float, bottom: float, strengths: Sequence[int]) -> None:
    """Lay haze over a band: its strength (0 to 255) fades through the given ones."""
    first, last = round(top * board.height), round(bottom * board.height)
    if last <= first:
        return
    strip = Image.new("L", (1, len(strengths)))
    strip.putdata(list(strengths))
    mask = strip.resize((1, last - first), Image.Resampling.BICUBIC)
    board.picture.paste(color, (0, first, board.width, last), _widen(mask, board.width))


def glow(board: Board, centre: Point, radius: float, color: Color, strength: float) -> None:
    """Shine a round light, brightest at its centre; `radius` is a part of the board's height."""
    size = max(2, round(2 * radius * board.height))
    halo = ImageChops.invert(Image.radial_gradient("L")).point(
        [round(max(0, v - 74) ** 2 / 181**2 * 255 * strength) for v in range(256)]
    )
    x, y = board.at(*centre)
    corner = (round(x - size / 2), round(y - size / 2))
    board.picture.paste(
        color,
        (*corner, corner[0] + size, corner[1] + size),
        halo.resize((size, size), Image.Resampling.BILINEAR),
    )


def disc(board: Board, centre: Point, radius: float, color: Color) -> None:
    """Fill a circle; `radius` is a part of the board's height."""
    x, y = board.at(*centre)
    r = radius * board.height
    board.pen.ellipse((x - r, y - r, x + r, y + r), fill=color)


def ridge(dice: Random, base: float, rise: float, roughness: float = 0.55) -> list[Point]:
    """A mountain's outline by midpoint displacement, closed along the bottom of the board."""
    heights = [dice.random(), dice.random()]
    sway = 1.0
    while len(heights) < 65:
        middles = [(a + b) / 2 + dice.uniform(-sway, sway) / 2 for a, b in pairwise(heights)]
        heights = [h for pair in zip(heights, middles, strict=False) for h in pair] + [heights[-1]]
        sway *= roughness
    low, high = min(heights), max(heights)
    scale = rise / max(high - low, 1e-6)
    line = [(i / 64, base - (h - low) * scale) for i, h in enumerate(heights)]
    return [(0.0, 1.0), *line, (1.0, 1.0)]
