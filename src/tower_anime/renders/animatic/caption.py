"""Captions: plates of text that lie still on the film while the camera moves underneath."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from PIL import Image, ImageDraw, ImageFilter

from .fonts import font, printable
from .job import DialogueLine, Job
from .palette import Color, hue
from .typeset import Setting, fit

_SMALLEST_FILM = 96  # pixels: below, no text is legible
_HUES = (0.13, 0.55, 0.94, 0.36, 0.74, 0.06, 0.46, 0.84)


@dataclass(frozen=True)
class Plate:
    """An RGBA picture and its corner on the film; every number of it is even."""

    picture: Image.Image
    x: int
    y: int


@dataclass(frozen=True)
class Cue:
    """A dialogue line and the frames, from `first` up to but without `end`, that show it."""

    first: int
    end: int
    line: DialogueLine | None


def cues(dialogue: Sequence[DialogueLine], frames: int) -> list[Cue]:
    """The lines one after another over the whole film, each as long as its letters ask.

    Together they cover every frame; when there are more lines than frames the last ones go.
    """
    said = [line for line in dialogue if printable(line["line"])][:frames]
    if not said:
        return [Cue(0, frames, None)]
    # A short line still needs a moment to be read; and each line has a frame of its own.
    weights = [12 + min(len(line["line"]), 90) for line in said]
    spare, total = frames - len(said), sum(weights)
    starts = [i + spare * sum(weights[:i]) // total for i in range(len(said))]
    return [Cue(a, b, line) for a, b, line in zip(starts, [*starts[1:], frames], said, strict=True)]


def speaker_colors(job: Job) -> dict[str, Color]:
    """A colour for each name, in the order they appear."""
    names = dict.fromkeys(
        [m["name"] for m in job["cast"]] + [d["speaker"] for d in job["dialogue"]]
    )
    return {name: hue(_HUES[i % len(_HUES)]) for i, name in enumerate(names)}


def dialogue_plate(
    line: DialogueLine, color: Color, language: str, width: int, height: int
) -> Plate | None:
    """The line as a subtitle in the lower part, its speaker's name above it in colour."""
    short = min(width, height)
    if short < _SMALLEST_FILM:
        return None
    text, speaker = printable(line["line"]), printable(line["speaker"])
    size = max(9, round(short * 0.047))
    room = min(width * 0.84, size * 30)
    setting = _set(text, language, room, 2 if width >= height else 4, size)
    name = _set(speaker, language, room, 1, max(8, round(size * 0.66))) if speaker else None
    picture = _box(setting, name, color, text, language)
    y = height - picture.height - round(height * (0.05 if width >= height else 0.11))
    return _plate(picture, (width - picture.width) // 2, y)


def description_plate(text: str, language: str, width: int, height: int) -> Plate | None:
    """The description in small letters at the top."""
    text = printable(text)
    short = min(width, height)
    if short < _SMALLEST_FILM or not text:
        return None
    size = max(8, round(short * 0.029))
    setting = _set(text, language, width * 0.9, 2 if width >= height else 4, size)
    picture = _shadowed(
        setting, text, language, width, round(short * (0.02 if width >= height else 0.06))
    )
    return _plate(picture, 0, 0)


def _set(text: str, language: str, room: float, most: int, size: int) -> Setting:
    @lru_cache(maxsize=2048)
    def measure(at: int, piece: str) -> float:
        return font(text, language, at).getlength(piece)

    return fit(text, room, most, size, lambda at: partial(measure, at))


def _even(value: int) -> int:
    return max(0, value // 2 * 2)


def _plate(picture: Image.Image, x: int, y: int) -> Plate:
    return Plate(picture, _even(x), _even(y))


def _canvas(width: float, height: float) -> Image.Image:
    return Image.new("RGBA", (_even(round(width)) + 2, _even(round(height)) + 2), (8, 9, 16, 0))


def _box(
    setting: Setting, name: Setting | None, color: Color, text: str, language: str
) -> Image.Image:
    face, size = font(text, language, setting.size), setting.size
    step, pad = round(size * 1.38), round(size * 0.55)
    small = font(name.lines[0], language, name.size) if name and name.lines else None
    head = round(name.size * 1.5) if name and small else 0
    widest = max(
        [face.getlength(line) for line in setting.lines]
        + ([small.getlength(name.lines[0])] if name and small else [])
    )
    picture = _canvas(widest + pad * 3, step * len(setting.lines) + head + pad * 1.3)
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle(
        (0, 0, picture.width - 1, picture.height - 1), pad * 0.7, fill=(8, 9, 16, 172)
    )
    middle, y = picture.width / 2, pad * 0.55
    if name and small:
        pen.text(
            (middle, y + head / 2),
            name.lines[0],
            (*color, 255),
            small,
            anchor="mm",
            stroke_width=0.4,
            stroke_fill=(*color, 255),
        )
    for i, line in enumerate(setting.lines):
        pen.text(
            (middle, y + head + step * (i + 0.5)), line, (255, 255, 255, 255), face, anchor="mm"
        )
    return picture


def _shadowed(setting: Setting, text: str, language: str, width: int, top: int) -> Image.Image:
    """White text, `top` pixels down, on a shade that fades out below it, as wide as the film."""
    face, step = font(text, language, setting.size), round(setting.size * 1.42)
    picture = _canvas(width - 2, step * (len(setting.lines) + 1.2) + top)
    shade = (
        Image.linear_gradient("L").transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize(picture.size)
    )
    picture.putalpha(shade.point([round(190 * (v / 255) ** 1.4) for v in range(256)]))
    letters = Image.new("L", picture.size)
    pen = ImageDraw.Draw(letters)
    for i, line in enumerate(setting.lines):
        pen.text((picture.width / 2, top + step * (i + 0.5)), line, 255, face, anchor="mm")
    shadow = letters.filter(ImageFilter.GaussianBlur(setting.size / 7))
    picture.paste((8, 9, 16, 255), (0, 0), shadow.point([min(255, v * 3) for v in range(256)]))
    picture.paste((238, 240, 246, 255), (0, 0), letters)
    return picture
