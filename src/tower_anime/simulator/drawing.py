"""The pictures of the pretended models: cheap, and telling what they were made of.

A picture's colours come from the seed and the prompt; the prompt is written on it. Two rows of
black and white cells along the lower edge hold a mark of the prompt's text and one of the seed,
large enough to outlast JPEG and H.264; `read` reads them back.
"""

from __future__ import annotations

import colorsys
import functools
import io
import textwrap
import zlib
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

BITS = 32
_ROWS = 2
_INK = (255, 255, 255)


@dataclass(frozen=True)
class Marks:
    """What a picture tells of how it was made; compare with `mark(text)` and `mark(str(seed))`."""

    prompt: int
    seed: int


def mark(text: str) -> int:
    """A text as a number of 32 bits."""
    return zlib.crc32(text.encode())


def picture(
    size: tuple[int, int], prompt: str, seed: int, start: Image.Image | None
) -> Image.Image:
    """The picture of a prompt and a seed, over a start image where there is one."""
    drawn = _ground(size, prompt, seed)
    if start is not None:
        drawn = Image.blend(start.convert("RGB").resize(size), drawn, 0.25)
    draw = ImageDraw.Draw(drawn)
    width, height = size
    points = max(8, min(28, height // 12))
    lines = textwrap.wrap(prompt, max(8, 2 * width // points))[: max(1, height // (2 * points))]
    at = (width // 20, height // 10)
    draw.multiline_text(at, "\n".join(lines), _INK, _font(points), stroke_width=1, stroke_fill=0)
    _write(draw, size, Marks(mark(prompt), mark(str(seed))))
    return drawn


def _ground(size: tuple[int, int], prompt: str, seed: int) -> Image.Image:
    """Four colours, blended over the whole; the prompt and the seed decide them."""
    ground = Image.new("RGB", (2, 2))
    for corner in range(4):
        number = mark(f"{prompt}/{seed}/{corner}")
        hue, light = number % 997 / 997, 0.35 + number % 89 / 200
        red, green, blue = colorsys.hls_to_rgb(hue, light, 0.6)
        ground.putpixel((corner % 2, corner // 2), _bytes(red, green, blue))
    return ground.resize(size, Image.Resampling.BILINEAR)


def _bytes(*parts: float) -> tuple[int, ...]:
    return tuple(int(255 * part) for part in parts)


@functools.cache
def _font(points: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(points)


def _cells(size: tuple[int, int]) -> tuple[float, int]:
    """Width and height of a cell, pixels."""
    return size[0] / BITS, max(1, size[1] // 16)


def _write(draw: ImageDraw.ImageDraw, size: tuple[int, int], marks: Marks) -> None:
    wide, high = _cells(size)
    for row, number in enumerate((marks.prompt, marks.seed)):
        top = size[1] - (_ROWS - row) * high
        for bit in range(BITS):
            ink = _INK if number >> bit & 1 else (0, 0, 0)
            left, right = int(bit * wide), int((bit + 1) * wide) - 1
            draw.rectangle((left, top, max(left, right), top + high - 1), ink)


def read(image: Image.Image) -> Marks:
    """The marks on a picture; meaningless numbers on one that has none."""
    grey = image.convert("L")
    wide, high = _cells(grey.size)
    light = grey.tobytes()
    numbers = [0, 0]
    for row in range(_ROWS):
        middle = grey.height - (_ROWS - row) * high + high // 2
        for bit in range(BITS):
            if light[middle * grey.width + int((bit + 0.5) * wide)] > 127:
                numbers[row] |= 1 << bit
    return Marks(*numbers)


def moving(first: Image.Image, frames: int) -> list[Image.Image]:
    """That many frames of a picture: a light bar walks over it, from left to right."""
    width, height = first.size
    bar = Image.new("RGB", (max(1, width // 40), max(1, height // 8)), _INK)
    shown = []
    for frame in range(frames):
        copy = first.copy()
        copy.paste(bar, (frame * max(0, width - bar.width) // max(1, frames - 1), height // 3))
        shown.append(copy)
    return shown


def preview(image: Image.Image, kind: str, longest: int = 256) -> bytes:
    """A small picture, as a preview shows it: a `JPEG` or a `PNG`."""
    small = image.convert("RGB")
    small.thumbnail((longest, longest))
    buffer = io.BytesIO()
    small.save(buffer, kind, quality=70)
    return buffer.getvalue()
