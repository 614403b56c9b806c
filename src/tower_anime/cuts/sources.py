"""Reading the media of a cut: opening them, and their pictures, each with its time."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

import av
from av.audio.frame import AudioFrame
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image, ImageOps

from tower_anime.media.pictures import every_frame, opened, plain
from tower_anime.media.sniff import NotMedia, sniff
from tower_anime.media.streams import open_source, picture_stream

USUAL_MILLISECONDS = 100  # of a picture that says nothing or 0, as browsers have it


@contextmanager
def reading(source: str, *, glance: bool = False) -> Iterator[InputContainer]:
    """Open a video for a `with` block; NotMedia, also out of the block, if it cannot be read.

    With `glance` no frame is decoded while it is opened (see `open_source`).
    """
    try:
        with open_source(source, sniff(source).opener, glance=glance) as container:
            yield container
    except (OSError, av.FFmpegError) as error:
        raise NotMedia(f"{source} cannot be read: {error}") from error


def is_picture(source: str) -> bool:
    """Whether it is a picture, still or animated; NotMedia if it is no media or not there."""
    try:
        return sniff(source).picture
    except OSError as error:
        raise NotMedia(f"{source} cannot be read: {error}") from error


def video_of(container: InputContainer) -> VideoStream:
    """The container's video stream; NotMedia if it has none."""
    stream = picture_stream(container)
    if stream is None:
        raise NotMedia(f"{container.name} has no picture.")
    return stream


def has_sound(source: str) -> bool:
    """Whether the source has a sound track; NotMedia if it cannot be opened."""
    if is_picture(source):
        return False
    with reading(source, glance=True) as container:
        return bool(container.streams.audio)


def timed_frames(source: str) -> Iterator[tuple[Fraction, VideoFrame]]:
    """The source's frames in order, each with the seconds since the first. A still is one frame.

    Raises NotMedia, if need be in the middle, when something does not decode.
    """
    if is_picture(source):
        with opened(source, sniff(source).opener) as image:
            yield from _pictures(image)
        return
    with reading(source) as container:
        video = video_of(container)
        video.codec_context.options = {"err_detect": "explode"}
        zero: Fraction | None = None
        for frame in container.decode(video):
            time = time_of(frame)
            zero = time if zero is None else zero
            yield time - zero, frame


def _pictures(image: Image.Image) -> Iterator[tuple[Fraction, VideoFrame]]:
    """A picture, or the many of an animated WebP, PNG or GIF, which ComfyUI saves films as too."""
    time = Fraction(0)
    for shown in every_frame(image):
        yield time, frame_of(ImageOps.exif_transpose(shown))
        time += Fraction(shown.info.get("duration") or USUAL_MILLISECONDS) / 1000


def frame_of(image: Image.Image) -> VideoFrame:
    """A picture as an RGBA frame; what is transparent lies on black."""
    opaque = Image.new("RGBA", image.size, "black")
    opaque.alpha_composite(plain(image).convert("RGBA"))
    return VideoFrame.from_bytes(opaque.tobytes(), image.width, image.height, "rgba")


def time_of(frame: VideoFrame | AudioFrame) -> Fraction:
    """The frame's time in seconds; the beginning if it has none."""
    if frame.pts is None or frame.time_base is None:
        return Fraction(0)
    return frame.pts * frame.time_base
