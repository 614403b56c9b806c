"""Small takes for cuts, and ways to look at the film that came of them."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av

from tower_anime.cuts.encode import Assembled, Assembly, Item, Slate, assemble
from tower_anime.media.h264 import add_film_stream, open_film

WIDTH, HEIGHT = 128, 72
FPS = Fraction(24)
LEVELS = range(40, 220, 12)
"""Luma of a take's frames, one after the other, then again from the first."""


def take(
    path: Path,
    frames: int = 24,
    *,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    fps: Fraction = FPS,
    first: int = 0,
    sound: float | None = None,
    late: float = 0,
    turned: int = 0,
) -> str:
    """A take as the studio encodes it, each frame in one grey; `sound` is its seconds of a tone,
    which begins `late` seconds after the picture.
    """
    with open_film(str(path), fps) as out:
        video = add_film_stream(out, *size, fps)
        if turned:
            video.set_display_rotation(turned)
        audio = out.add_stream("aac", rate=48_000) if sound else None
        for number in range(frames):
            frame = grey(size, LEVELS[(first + number) % len(LEVELS)])
            frame.pts, frame.time_base = number, 1 / fps
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
        if audio and sound:
            for start in range(0, round(sound * 48_000), 480):
                out.mux(audio.encode(tone(start + round(late * 48_000))))
            out.mux(audio.encode(None))
    return str(path)


def grey(size: tuple[int, int], level: int) -> av.VideoFrame:
    frame = av.VideoFrame(*size, "yuv420p")
    for plane, value in zip(frame.planes, (level, 128, 128), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    return frame


def tone(start: int) -> av.AudioFrame:
    frame = av.AudioFrame("fltp", "stereo", 480)
    frame.sample_rate, frame.pts, frame.time_base = 48_000, start, Fraction(1, 48_000)
    wave = (b"\0\0\x80\x3e" * 24 + b"\0\0\x80\xbe" * 24) * 10  # a quarter of full, at 1 kHz
    for plane in frame.planes:
        plane.update(wave)
    return frame


def item(source: str | None, frames: int, slate: Slate | None = None, *, skip: int = 0) -> Item:
    return {"source": source, "frames": frames, "skip": skip, "slate": slate}


def cut(output: Path, *items: Item, fps: str = "24/1") -> Assembled:
    job: Assembly = {
        "output": str(output),
        "width": WIDTH,
        "height": HEIGHT,
        "fps": fps,
        "items": list(items),
    }
    return assemble(job, lambda *_: None)


def packets(path: str | Path) -> list[bytes]:
    with av.open(str(path), format="mov") as film:
        return [bytes(packet) for packet in film.demux(video=0) if packet.size]


def frames(path: str | Path, fps: Fraction = FPS) -> list[av.VideoFrame]:
    """Every frame of a film, after making sure that it is sound and its times are even."""
    with av.open(str(path), format="mov") as film:
        video = film.streams.video[0]
        assert video.duration is not None
        assert video.time_base is not None
        length = video.duration * video.time_base
        decodes = [p.dts for p in film.demux(video) if p.dts is not None]
    assert all(one < next_one for one, next_one in pairwise(decodes))
    with av.open(str(path), format="mov") as film:
        video = film.streams.video[0]
        video.codec_context.options = {"err_detect": "explode"}
        shown = list(film.decode(video))
    times = [(frame.pts or 0) * (frame.time_base or 0) for frame in shown]
    assert times == [number / fps for number in range(len(shown))]
    assert length == len(shown) / fps
    return shown


def levels(path: str | Path, at: tuple[int, int] = (WIDTH // 2, HEIGHT // 2)) -> list[int]:
    """The luma of each frame at a place."""
    x, y = at
    found = []
    for frame in frames(path):
        plane = frame.planes[0]
        found.append(bytes(plane)[y * plane.line_size + x])
    return found


def loudness(path: str | Path) -> tuple[Fraction, list[float]]:
    """How long the film's sound is, in seconds, and the loudest sample of each tenth of one."""
    with av.open(str(path), format="mov") as film:
        audio = film.streams.audio[0]
        assert audio.duration is not None
        assert audio.time_base is not None
        length = audio.duration * audio.time_base
        left = [bytes(frame.planes[0])[: frame.samples * 4] for frame in film.decode(audio)]
    samples = memoryview(b"".join(left)).cast("f")
    tenths = range(0, len(samples) - 4_800, 4_800)
    return length, [max(map(abs, samples[start : start + 4_800])) for start in tenths]
