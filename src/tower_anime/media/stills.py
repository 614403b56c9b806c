"""One frame of a film as a picture, to go on from."""

import av
from av.video.frame import VideoFrame
from PIL import Image

from tower_anime.media.colour import matrix_of
from tower_anime.media.pictures import opened
from tower_anime.media.sniff import NotMedia, sniff
from tower_anime.media.streams import open_source, picture_stream


def still(source: str, target: str, frame: str) -> None:
    """Write the `first` or the `last` frame of a film as a PNG; of a picture, the picture.

    Same source, same bytes, given one Pillow and one PyAV build. Raises NotMedia where the source
    does not decode or has no picture.
    """
    known = sniff(source)
    if known.picture:
        with opened(source, known.opener) as image:
            image.convert("RGB").save(target, "PNG")
        return
    try:
        shown = _frame(source, known.opener, frame)
    except av.FFmpegError as error:
        raise NotMedia(f"The film does not decode: {error.strerror}.") from error
    plain = shown.reformat(format="rgb24", src_colorspace=matrix_of(shown))
    picture_of(plain, "RGB").rotate(shown.rotation, expand=True).save(target, "PNG")


def _frame(source: str, opener: str, which: str) -> VideoFrame:
    shown = None
    with open_source(source, opener) as container:
        stream = picture_stream(container)
        if stream is None:
            raise NotMedia("The file has no picture.")
        for decoded in container.decode(stream):
            shown = decoded
            if which == "first":
                break
    if shown is None:
        raise NotMedia("The film has no frame.")
    return shown


def picture_of(frame: VideoFrame, mode: str) -> Image.Image:
    """A frame of one plane as Pillow's picture: `L` of gray, `RGB` of rgb24."""
    rows = frame.planes[0]
    size = (frame.width, frame.height)
    return Image.frombytes(mode, size, bytes(rows), "raw", mode, rows.line_size, 1)
