"""Rain and snow: one picture twice as tall as the film that slides down over it, endlessly."""

from dataclasses import dataclass
from math import sin, tau
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from .words import Weather

_SWAY = 0.012  # of the film's height, that snow drifts to either side


@dataclass(frozen=True)
class Fall:
    """`picture` repeats after `period` pixels of height; `speed` is in periods a second."""

    picture: Image.Image
    period: int
    speed: float
    sway: int

    def corner(self, seconds: float) -> tuple[int, int]:
        """Where on the film the picture's corner lies at a time."""
        down = round(seconds * self.speed * self.period) % self.period
        aside = round(self.sway * sin(seconds * tau / 5))
        return aside - self.sway, down - self.period


def fall(weather: Weather, width: int, height: int, dice: Random) -> Fall | None:
    """What falls over a film of width x height, or None in dry weather."""
    match weather:
        case "rain":
            return Fall(_twice(_rain(width, height, dice)), height, 1.9, 0)
        case "snow":
            sway = max(1, round(height * _SWAY))
            return Fall(_twice(_snow(width + 2 * sway, height, dice)), height, 0.13, sway)
        case _:
            return None


def _twice(alpha: Image.Image) -> Image.Image:
    """White with this alpha, one above the other."""
    picture = Image.new("RGBA", (alpha.width, alpha.height * 2), (226, 234, 248, 0))
    both = Image.new("L", picture.size)
    both.paste(alpha, (0, 0))
    both.paste(alpha, (0, alpha.height))
    picture.putalpha(both)
    return picture


def _rain(width: int, height: int, dice: Random) -> Image.Image:
    alpha = Image.new("L", (width, height))
    pen = ImageDraw.Draw(alpha)
    for _ in range(190):
        x, y = dice.random() * width, dice.random() * height
        near = dice.random()
        long, strength = height * (0.03 + 0.1 * near), round(26 + 62 * near)
        for top in (y, y - height):  # a streak over the seam continues on the other side
            ends = (x, top, x - long * 0.1, top + long)
            pen.line(ends, fill=strength, width=max(1, round(height / 520 * (1 + near))))
    return alpha


def _snow(width: int, height: int, dice: Random) -> Image.Image:
    alpha = Image.new("L", (width, height))
    pen = ImageDraw.Draw(alpha)
    for _ in range(240):
        x, y, near = dice.random() * width, dice.random() * height, dice.random() ** 3
        r = height * (0.0018 + 0.0075 * near)
        for top in (y, y - height):
            pen.ellipse((x - r, top - r, x + r, top + r), fill=round(210 - 90 * near))
    return alpha.filter(ImageFilter.GaussianBlur(height / 700))
