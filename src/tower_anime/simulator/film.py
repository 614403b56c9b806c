"""Films of pictures, as SaveVideo writes them: with the prompt and the workflow inside."""

from __future__ import annotations

import io
import json
from fractions import Fraction
from typing import Any

import av
from av.video.stream import VideoStream
from PIL import Image
from PIL.PngImagePlugin import PngInfo

MOST_FPS = 1000


def mp4(pictures: list[Image.Image], fps: float, metadata: dict[str, Any]) -> bytes:
    """An H.264 film; each entry of `metadata` is kept as JSON under its own key."""
    buffer = io.BytesIO()
    options = {"movflags": "use_metadata_tags"}
    with av.open(buffer, "w", format="mp4", options=options) as container:
        for key, value in metadata.items():
            container.metadata[key] = json.dumps(value)
        rate = Fraction(fps).limit_denominator(MOST_FPS)
        stream = container.add_stream("libx264", rate=rate, options={"preset": "ultrafast"})
        stream.width, stream.height = _even(pictures[0].size)
        stream.pix_fmt = "yuv420p"
        _encode(container, stream, pictures)
    return buffer.getvalue()


def webm(pictures: list[Image.Image], fps: float, metadata: dict[str, Any]) -> bytes:
    """A VP9 film, as SaveWEBM writes it."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="webm") as container:
        for key, value in metadata.items():
            container.metadata[key] = json.dumps(value)
        rate = Fraction(fps).limit_denominator(MOST_FPS)
        options = {"deadline": "realtime", "cpu-used": "8"}
        stream = container.add_stream("libvpx-vp9", rate=rate, options=options)
        stream.width, stream.height = pictures[0].size
        stream.pix_fmt = "yuv420p"
        _encode(container, stream, pictures)
    return buffer.getvalue()


def apng(pictures: list[Image.Image], fps: float, metadata: dict[str, Any]) -> bytes:
    """An animated picture, as SaveAnimatedPNG writes it: its texts in chunks `comf`, at its end."""
    buffer, about = io.BytesIO(), PngInfo()
    for key, value in metadata.items():
        about.add(b"comf", key.encode() + b"\0" + json.dumps(value).encode(), after_idat=True)
    rest, duration = pictures[1:], int(1000 / fps)
    pictures[0].save(
        buffer, "PNG", save_all=True, append_images=rest, duration=duration, pnginfo=about
    )
    return buffer.getvalue()


def webp(pictures: list[Image.Image], fps: float) -> bytes:
    """An animated picture, as SaveAnimatedWEBP writes it."""
    buffer = io.BytesIO()
    rest = pictures[1:]
    duration = int(1000 / fps)
    pictures[0].save(buffer, "WEBP", save_all=True, append_images=rest, duration=duration, method=0)
    return buffer.getvalue()


def _even(size: tuple[int, int]) -> tuple[int, int]:
    return max(2, size[0] // 2 * 2), max(2, size[1] // 2 * 2)


def _encode(
    container: av.container.OutputContainer, stream: VideoStream, pictures: list[Image.Image]
) -> None:
    size = (stream.width, stream.height)
    for picture in pictures:
        fitting = picture if picture.size == size else picture.crop((0, 0, *size))
        for packet in stream.encode(_frame(fitting)):
            container.mux(packet)
    for packet in stream.encode(None):
        container.mux(packet)


def _frame(picture: Image.Image) -> av.VideoFrame:
    frame: av.VideoFrame = av.VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]
    return frame
