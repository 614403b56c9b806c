"""Small media of every kind, written to a folder for a test."""

import io
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from PIL import Image

from tower_anime.media.probe import Limits

LIMITS: Limits = {"pixels": 1_000_000, "duration": 10.0}


def picture(size: tuple[int, int] = (64, 48), mode: str = "RGB") -> Image.Image:
    """A gradient: every pixel differs from its neighbours, so a decoder has work to do."""
    across = Image.linear_gradient("L").resize(size)
    down = across.transpose(Image.Transpose.ROTATE_90).resize(size)
    return Image.merge("RGB", (across, down, Image.blend(across, down, 0.5))).convert(mode)


def picture_bytes(kind: str, **options: object) -> bytes:
    written = io.BytesIO()
    picture().save(written, kind, **options)
    return written.getvalue()


def animation(path: Path, frames: int = 3, milliseconds: int = 100) -> Path:
    turned = [picture().rotate(20 * number) for number in range(frames)]
    turned[0].save(path, save_all=True, append_images=turned[1:], duration=milliseconds)
    return path


def film(
    path: Path,
    container: str,
    video: str | None = None,
    sound: str | None = None,
    *,
    shades: list[int] | None = None,
    size: tuple[int, int] = (64, 48),
) -> Path:
    """A second of sound and of 24 frames a second, frame by frame in the `shades` given."""
    shades = shades or [16 + 8 * number for number in range(24)]
    with av.open(str(path), "w", format=container) as out:
        picture_stream = out.add_stream(video, rate=24) if video else None
        sound_stream = out.add_stream(sound, rate=48_000) if sound else None
        if isinstance(sound_stream, AudioStream):
            sound_stream.layout = "stereo"
        if isinstance(picture_stream, VideoStream):
            picture_stream.width, picture_stream.height = size
            picture_stream.pix_fmt = "yuv420p"
            for number, shade in enumerate(shades):
                frame = shaded(size, shade)
                frame.pts, frame.time_base = number, Fraction(1, 24)
                out.mux(picture_stream.encode(frame))
            out.mux(picture_stream.encode(None))
        if isinstance(sound_stream, AudioStream):
            for start in range(0, 48_000, 960):
                out.mux(sound_stream.encode(beep(sound_stream.format.name, start)))
            out.mux(sound_stream.encode(None))
    return path


def shaded(size: tuple[int, int], shade: int) -> av.VideoFrame:
    """Bands of the shade and a lighter one; 16 is all black."""
    frame = av.VideoFrame(*size, "yuv420p")
    for plane, value in zip(frame.planes, (shade, 128, 128), strict=True):
        other = value if value in {16, 128} else (value + 60) % 220
        row = bytes([value, value, other, other]) * plane.line_size
        plane.update(row[: plane.line_size] * plane.height)
    return frame


def beep(sample_format: str, start: int) -> av.AudioFrame:
    """A fiftieth of a second of sound, not silent in any sample format."""
    frame = av.AudioFrame(sample_format, "stereo", 960)
    frame.sample_rate, frame.pts, frame.time_base = 48_000, start, Fraction(1, 48_000)
    for plane in frame.planes:
        plane.update((b"\x00\x00\x80\x3e\x00\x00\x80\xbe" * plane.buffer_size)[: plane.buffer_size])
    return frame
