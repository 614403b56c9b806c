"""The slate: the card that stands in a film where a take is missing."""

from math import sqrt

from noto_cjk_sans_otc import FONT_PATH  # type: ignore[import-untyped]
from PIL import Image, ImageDraw, ImageFont

_GROUND = (21, 23, 28)
_STRIPE = (25, 28, 34)
_LINE = (58, 64, 76)
_ACCENT = (226, 164, 72)
_TITLE = (236, 238, 242)
_TEXT = (150, 157, 170)

_JAPANESE, _KOREAN, _SIMPLIFIED, _TRADITIONAL = range(4)  # faces of the font file, in its order
_IDEOGRAPHS = "\u2e7f"  # above it, a line may break before and after each letter
_NEVER_FIRST = frozenset(" 、。，．！？：；）」』】〕々ー…っゃゅょッャュョ,.!?)]")
_NEVER_LAST = frozenset("（「『【〔(")
_TITLE_LINES = 2
_TEXT_LINES = 5


def draw_slate(width: int, height: int, title: str, text: str) -> Image.Image:
    """An RGB card of `width` × `height` pixels: the title, and the text below it in up to 5 lines.

    It is dark and striped within a viewfinder's corners, so that nobody takes it for a picture of
    the film. Long words are broken, what does not fit ends in an ellipsis.
    """
    card = Image.new("RGB", (width, height), _GROUND)
    pen = ImageDraw.Draw(card)
    unit = sqrt(width * height) / 75  # a hundredth of the width, at 16:9
    _stripes(pen, width, height, unit)
    _corners(pen, width, height, unit)
    _words(pen, width, height, unit, title.strip(), text.strip())
    return card


def _stripes(pen: ImageDraw.ImageDraw, width: int, height: int, unit: float) -> None:
    step = max(4, round(6 * unit))
    for x in range(-height, width, step):
        foot = [(x, height), (x + step // 2, height)]
        head = [(x + step // 2 + height, 0), (x + height, 0)]
        pen.polygon(foot + head, fill=_STRIPE)


def _corners(pen: ImageDraw.ImageDraw, width: int, height: int, unit: float) -> None:
    inset, arm, thick = round(5 * unit), round(5 * unit), max(1, round(0.3 * unit))
    for x, inward in ((inset, arm), (width - 1 - inset, -arm)):
        for y, upward in ((inset, arm), (height - 1 - inset, -arm)):
            pen.line([(x + inward, y), (x, y), (x, y + upward)], fill=_LINE, width=thick)


def _words(
    pen: ImageDraw.ImageDraw, width: int, height: int, unit: float, title: str, text: str
) -> None:
    face, room = _face(title + text), width - round(21 * unit)
    large, small = _font(4.6 * unit, face), _font(2.2 * unit, face)
    heading = _wrapped(title, large, room, _TITLE_LINES)
    body = _wrapped(text, small, room, _TEXT_LINES)
    bar, gap = max(2, round(0.5 * unit)), round(2.4 * unit)
    high, low = round(6.2 * unit), round(3.4 * unit)
    tall = len(heading) * high + gap + len(body) * low
    left, y = round(12 * unit), (height - tall) // 2
    pen.rectangle([left - 4 * bar, y, left - 3 * bar, y + tall], fill=_ACCENT)
    for line in heading:
        pen.text((left, y + high // 2), line, _TITLE, large, anchor="lm")
        y += high
    y += gap
    for line in body:
        pen.text((left, y + low // 2), line, _TEXT, small, anchor="lm")
        y += low


def _font(size: float, face: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(
        FONT_PATH, max(6, round(size)), index=face, layout_engine=ImageFont.Layout.BASIC
    )


def _face(text: str) -> int:
    """The face whose forms the text's readers expect, by the national set that can write it."""
    if any("\uac00" <= letter <= "\ud7a3" for letter in text):
        return _KOREAN
    written = "".join(letter for letter in text if "\u3400" <= letter <= "\u9fff")
    for face, charset in ((_JAPANESE, "cp932"), (_SIMPLIFIED, "gb2312"), (_TRADITIONAL, "big5")):
        try:
            written.encode(charset)
        except UnicodeEncodeError:
            continue
        return face
    return _JAPANESE


def _wrapped(text: str, font: ImageFont.FreeTypeFont, room: int, most: int) -> list[str]:
    """The text in lines of up to `room` pixels, broken at spaces and around ideographs."""
    lines: list[str] = []
    for paragraph in text.splitlines():
        line = ""
        for piece in _pieces(paragraph):
            if line and font.getlength((line + piece).rstrip()) > room:
                lines.append(line.rstrip())
                line = ""
            line += piece.lstrip() if not line else piece
            while font.getlength(line.rstrip()) > room:
                fits = _fitting(line, font, room)
                lines.append(line[:fits])
                line = line[fits:]
        lines.append(line.rstrip())
    return lines if len(lines) <= most else [*lines[: most - 1], _cut(lines[most - 1], font, room)]


def _pieces(paragraph: str) -> list[str]:
    """Words with the spaces after them; each ideograph with the punctuation it must not leave."""
    pieces = [""]
    for letter in paragraph.strip():
        before = pieces[-1][-1:]
        breaks = before == " " or max(before, letter) > _IDEOGRAPHS
        if breaks and letter not in _NEVER_FIRST and before not in _NEVER_LAST:
            pieces.append(letter)
        else:
            pieces[-1] += letter
    return pieces


def _fitting(line: str, font: ImageFont.FreeTypeFont, room: int) -> int:
    """How many letters of a word too long for a line fit on it; at least one."""
    fits = 1
    while fits < len(line) and font.getlength(line[: fits + 1]) <= room:
        fits += 1
    return fits


def _cut(line: str, font: ImageFont.FreeTypeFont, room: int) -> str:
    while line and font.getlength(line + "…") > room:
        line = line[:-1]
    return line.rstrip() + "…"
