"""The cast: their pictures, or a silhouette with a name, set into the backdrop's light."""

from zlib import crc32

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from .fonts import font, printable
from .job import CastMember
from .palette import Color, Palette, hue, mix
from .typeset import fit

_LARGEST = 2400  # pixels of a figure's longer side: a close-up of a 4K film needs no more
_SILHOUETTE = (420, 1200)


def figure(member: CastMember, language: str) -> Image.Image:
    """The member's picture cut out, RGBA; a silhouette when there is none.

    Raises ValueError, which names the member, if the picture cannot be read.
    """
    if member["image"] is None:
        return _silhouette(member["name"], language)
    picture = _read(member["name"], member["image"])
    picture.thumbnail((_LARGEST, _LARGEST))
    alpha = picture.getchannel("A")
    if not any(alpha.histogram()[:200]):
        return _card(picture)
    box = alpha.point([0] * 9 + [255] * 247).getbbox()
    return picture.crop(box) if box else _silhouette(member["name"], language)


def _read(name: str, path: str) -> Image.Image:
    try:
        with Image.open(path) as opened:
            opened.draft("RGB", (_LARGEST, _LARGEST))
            return ImageOps.exif_transpose(opened).convert("RGBA")
    # Pillow's readers tell of some broken or oversized files in these ways.
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValueError(f"The picture of {name} cannot be read.") from error


def _card(picture: Image.Image) -> Image.Image:
    """A picture with a background of its own: its corners rounded, like a photograph."""
    mask = Image.new("L", picture.size)
    radius = min(picture.size) // 16
    ImageDraw.Draw(mask).rounded_rectangle(
        (0, 0, picture.width - 1, picture.height - 1), radius, fill=255
    )
    picture.putalpha(mask)
    return picture


def _silhouette(name: str, language: str) -> Image.Image:
    """A standing figure in one colour of its own, the name across its chest."""
    width, height = _SILHOUETTE
    base = hue(crc32(name.encode("utf-8", "replace")) / 2**32, 0.4, 0.3)
    mask = Image.new("L", (width * 2, height * 2))
    pen = ImageDraw.Draw(mask)
    cx = float(width)
    pen.ellipse((cx - 138, 20, cx + 138, 372), fill=255)
    half = [(74, 330), (72, 440), (128, 490), (228, 540), (290, 680), (390, 1330)]
    half += [(300, 1392), (236, 1370), (262, 1800), (330, 2330)]
    pen.polygon([(cx + x, y) for x, y in half] + [(cx - x, y) for x, y in reversed(half)], fill=255)
    small = mask.resize(_SILHOUETTE, Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(7))
    body = Image.linear_gradient("L").resize(_SILHOUETTE)
    picture = ImageOps.colorize(body, mix(base, (255, 255, 255), 0.25), mix(base, (0, 0, 0), 0.55))
    picture.putalpha(small.point([round(min(255, max(0, v - 96) * 4)) for v in range(256)]))
    _name_tag(picture, printable(name), language)
    return picture.crop(picture.getbbox())


def _name_tag(picture: Image.Image, name: str, language: str) -> None:
    setting = fit(
        name, picture.width * 0.58, 2, 58, lambda size: font(name, language, size).getlength
    )
    face, step = font(name, language, setting.size), setting.size * 1.3
    pen = ImageDraw.Draw(picture)
    for i, line in enumerate(setting.lines):
        y = 420 + step * (i - (len(setting.lines) - 1) / 2)
        pen.text((picture.width / 2, y), line, (255, 255, 255, 235), face, anchor="mm")


def place(
    painting: Image.Image,
    cut: Image.Image,
    corner: tuple[int, int],
    height: int,
    colors: Palette,
    weight: float,
) -> None:
    """Set a cut-out into the painting: its shadow on the ground, the hour's light, a lit rim."""
    size = (max(1, round(cut.width * height / cut.height)), max(1, height))
    # Only what the painting shows is scaled: a close-up is far taller than its picture.
    seen = max(1, min(size[1], painting.height - corner[1]))
    source = (0.0, 0.0, float(cut.width), cut.height * seen / size[1])
    figure = cut.resize((size[0], seen), Image.Resampling.BICUBIC, source, reducing_gap=2.0)
    if corner[1] + size[1] < painting.height:
        _shadow(painting, (corner[0] + size[0] // 2, corner[1] + size[1]), size[0], colors.near)
    alpha = figure.getchannel("A")
    ambient = tuple(round(part * (0.55 + 0.45 * weight)) for part in colors.ambient)
    lit = ImageChops.multiply(figure.convert("RGB"), Image.new("RGB", figure.size, ambient))
    edge = max(1, painting.height // 260)
    rim = ImageChops.subtract(alpha, ImageChops.offset(alpha, -edge, edge)).point(
        [round(v * 0.35) for v in range(256)]
    )
    lit.paste(mix(colors.light, colors.sky[-1], 0.3), (0, 0), rim)
    painting.paste(lit, corner, alpha)


def _shadow(painting: Image.Image, foot: tuple[int, int], width: int, color: Color) -> None:
    wide, high = max(8, round(width * 1.15)), max(4, round(width * 0.2))
    soft = ImageChops.invert(Image.radial_gradient("L")).point(
        [min(200, max(0, v - 74) * 2) for v in range(256)]
    )
    spot = soft.resize((wide, high))
    painting.paste(mix(color, (0, 0, 0), 0.5), (foot[0] - wide // 2, foot[1] - high // 2), spot)
