"""The shot that is drawn for the measurements, and encoding its frames with nothing else to do.

What is here runs in worker processes, several at the same moment where that is measured.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from fractions import Fraction
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from time import perf_counter

import av
from av.video.frame import PictureType, VideoFrame

from tower_anime import sample
from tower_anime.media import h264
from tower_anime.renders.animatic.film import draw
from tower_anime.renders.animatic.job import Job

FPS = "24/1"
WIDTH, HEIGHT = 1280, 720
MEMBER = "kaguya.png"
WORKERS = 2

_together: Barrier


def shot(folder: Path, name: str, frames: int) -> Job:
    """A shot with a character and two lines; its picture is written into `folder`."""
    image = folder / MEMBER
    if not image.exists():
        image.write_bytes(sample.picture(MEMBER))
    return {
        "output": str(folder / name),
        "width": WIDTH,
        "height": HEIGHT,
        "fps": FPS,
        "frames": frames,
        "description": "Night on the palace veranda. A full moon over the bamboo, a little mist.",
        "camera": "slow push in",
        "cast": [{"name": "Kaguya", "image": str(image)}],
        "dialogue": [
            {"speaker": "Kaguya", "line": "The moon is so bright tonight."},
            {"speaker": "Kaguya", "line": "月が、とても明るい。"},
        ],
        "style": "soft watercolour",
        "seed": 7,
        "language": "en",
    }


@contextmanager
def workers() -> Iterator[ProcessPoolExecutor]:
    """Processes like those that the service draws in, which can begin at the same moment."""
    context = get_context("spawn")
    barrier = context.Barrier(WORKERS)
    with ProcessPoolExecutor(WORKERS, context, _prepare, (barrier,)) as pool:
        yield pool


def _prepare(together: Barrier) -> None:
    global _together  # noqa: PLW0603 - a barrier reaches a worker only as it starts
    _together = together


def timed_draw(job: Job, *, together: bool) -> tuple[float, float]:
    """Draw an animatic; when it began and ended, by a clock that all processes share."""
    if together:
        _together.wait()
    began = perf_counter()
    draw(job, nobody_listens)
    return began, perf_counter()


def timed_encode(source: str, target: str, *, together: bool) -> tuple[float, float]:
    """Encode the frames of `source`, all decoded beforehand; when that began and ended."""
    frames = ready_made(source)
    if together:
        _together.wait()
    began = perf_counter()
    fps = Fraction(FPS)
    with h264.open_film(target, fps) as film:
        stream = h264.add_film_stream(film, WIDTH, HEIGHT, fps)
        for frame in frames:
            film.mux(stream.encode(frame))
        film.mux(stream.encode())
    return began, perf_counter()


def ready_made(source: str) -> list[VideoFrame]:
    """All frames of a film, ready for an encoder that decides by itself which are key frames."""
    with av.open(source) as film:
        frames = list(film.decode(video=0))
    for number, frame in enumerate(frames):
        frame.pict_type = PictureType.NONE
        frame.pts, frame.time_base = number, 1 / Fraction(FPS)
    return frames


def seconds_of(spans: list[Future[tuple[float, float]]]) -> float:
    """From the first beginning to the last end."""
    began, ended = zip(*(span.result() for span in spans), strict=True)
    return float(max(ended) - min(began))


def nobody_listens(done: int, total: int) -> None:
    """Take a report of progress and do nothing with it."""
    del done, total
