"""What a file really is, proved by decoding all of it.

Run it in a child process with a bound on time and memory, as `media.room` does: decoders are large,
and the files come from anywhere. The module only reads the one file that it is given.
"""

from collections.abc import Callable
from typing import Literal, NotRequired, TypedDict

from tower_anime.media.pictures import every_frame, opened, orientation
from tower_anime.media.sniff import Format, NotMedia, TooLarge, sniff
from tower_anime.media.streams import read_all
from tower_anime.media.whole import is_cut_off

__all__ = ["Kind", "Limits", "NotMedia", "Probed", "TooLarge", "probe"]

Kind = Literal["image", "video", "audio"]


class Limits(TypedDict):
    """What is accepted at most."""

    pixels: int
    """Of one picture or frame."""
    duration: float
    """Seconds."""
    frames: NotRequired[int]
    """Of a video or an animated picture; by default 240 for each accepted second."""


class Probed(TypedDict):
    """What a file holds. Sizes are as shown, that is after a camera's rotation."""

    mime: str
    kind: Kind
    """An animated GIF, PNG, WebP or AVIF is an image: browsers show it as one."""
    width: int | None
    height: int | None
    duration: float | None
    """Seconds of the video stream, of the sound, or of an animated picture's one turn."""
    frames: int | None
    fps: str | None
    """A fraction such as `24/1` or `24000/1001`: the average over the video."""
    has_audio: bool


def probe(path: str, limits: Limits) -> Probed:
    """Decode the file at `path` to its end and say what it holds.

    Raises NotMedia if it is nothing that is accepted, is cut off or does not decode, and TooLarge
    if it exceeds `limits`: declared sizes are held to them before a pixel is decoded, counts while
    decoding. A file's name and what follows its media (a polyglot's other half) mean nothing.
    """
    known = sniff(path)
    if is_cut_off(path, known.opener):
        raise NotMedia("The file is cut off: it ends before its own headers say.")
    inspect: Callable[[str, Format, Limits], Probed] = _picture if known.picture else _stream
    return inspect(path, known, limits)


def _most_frames(limits: Limits) -> int:
    return limits.get("frames") or max(1, round(240 * limits["duration"]))


def _picture(path: str, known: Format, limits: Limits) -> Probed:
    with opened(path, known.opener, limits["pixels"]) as image:
        frames, seconds = 0, 0.0
        for frame in every_frame(image):
            frames += 1
            seconds += frame.info.get("duration", 0) / 1000
            _hold(frames, seconds, limits)
        width, height = image.size
        if orientation(image) >= 5:  # the four of the eight that lie on their side
            width, height = height, width
    return Probed(
        mime=f"image/{known.subtype}",
        kind="image",
        width=width,
        height=height,
        duration=seconds if frames > 1 else None,
        frames=frames,
        fps=None,
        has_audio=False,
    )


def _stream(path: str, known: Format, limits: Limits) -> Probed:
    def hold(frames: int, seconds: float) -> None:
        _hold(frames, seconds, limits)

    found = read_all(path, known.opener, limits["pixels"], hold)
    kind: Kind = "video" if found.size else "audio"
    subtype = "mp4" if (kind, known.subtype) == ("audio", "quicktime") else known.subtype
    width, height = found.size or (None, None)
    return Probed(
        mime=f"{kind}/{subtype}",
        kind=kind,
        width=width,
        height=height,
        duration=found.seconds,
        frames=found.frames,
        fps=f"{found.fps.numerator}/{found.fps.denominator}" if found.fps else None,
        has_audio=found.has_audio,
    )


def _hold(frames: int, seconds: float, limits: Limits) -> None:
    if seconds > limits["duration"]:
        raise TooLarge(f"The media is longer than {limits['duration']:g} seconds.")
    if frames > _most_frames(limits):
        raise TooLarge(f"The media has more than {_most_frames(limits):,} frames.")
