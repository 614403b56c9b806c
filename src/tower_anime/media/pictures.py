"""Pictures by Pillow, opened as the format they were found to be and bounded in size."""

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from tower_anime.media.sniff import NotMedia, TooLarge

_ORIENTATION = 0x0112  # Exif 2.32, 4.6.4
# What Pillow's readers raise on broken files, beside OSError and its own errors, which are OSErrors
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    LookupError,
    TypeError,
    ArithmeticError,
    EOFError,
    struct.error,
    zlib.error,
)
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@contextmanager
def opened(path: str, opener: str, pixels: int | None = None) -> Iterator[Image.Image]:
    """The picture at `path`, not decoded yet, for the length of a `with` block.

    Raises TooLarge if it, or a frame of it, has more than `pixels` (None: any number will do), and
    NotMedia if it does not decode, both also out of the block. Pillow keeps its bound and its
    warnings in globals, so no other thread should use Pillow meanwhile.
    """
    before = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd metadata do no harm
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=[opener]) as image:
                yield image
    except _BOMBS as error:
        raise TooLarge(
            f"The picture has more than {pixels:,} pixels, the most that are accepted."
        ) from error
    except (NotMedia, TooLarge):
        raise
    except _BROKEN as error:
        raise NotMedia(f"The {opener} picture is broken or cut off: {error}.") from error
    finally:
        Image.MAX_IMAGE_PIXELS = before


def every_frame(image: Image.Image) -> Iterator[Image.Image]:
    """The picture's frames in order, decoded one by one; a still picture has one."""
    number = 0
    while True:
        try:
            image.seek(number)
        except EOFError:
            return
        image.load()
        yield image
        number += 1


def plain(image: Image.Image) -> Image.Image:
    """The picture in RGB, or in RGBA if anything of it is transparent."""
    if image.mode.startswith("I;16"):  # Pillow would clip, not scale
        image = image.point(lambda value: value / 256).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def orientation(image: Image.Image) -> int:
    """How the camera was held: 1 to 8 as Exif numbers them, 1 if it does not say."""
    held = image.getexif().get(_ORIENTATION)
    return held if isinstance(held, int) and 1 <= held <= 8 else 1
