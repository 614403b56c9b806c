"""Drawing an animatic: painted once, then a camera move over the painting, encoded beside it.

The picture is painted by Pillow, once. Each frame is a crop of it, scaled by libswscale and
captioned by libavfilter on a second thread, while this one encodes; neither holds the
interpreter's lock for long.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from fractions import Fraction
from time import monotonic

from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from tower_anime.media.h264 import add_film_stream, open_film

from .job import VERSION, Job
from .lens import frames
from .painting import paint

__all__ = ["VERSION", "Report", "draw"]

Report = Callable[[int, int], None]

_AHEAD = 4  # frames drawn before they are asked for
_REPORT_SECONDS = 0.1


def draw(job: Job, report: Report) -> None:
    """Draw a job's animatic into its output file.

    `report(done, of)` is called with frames, at most about ten times a second and at last with
    `(n, n)`. Raises OSError if a character's picture cannot be read or the film not be written.
    """
    fps = Fraction(job["fps"])
    painting = paint(job)
    with open_film(job["output"], fps) as container:
        stream = add_film_stream(container, painting.width, painting.height, fps)
        with closing(_ahead(frames(painting, fps))) as film:
            _encode(container, stream, film, job["frames"], report)


def _encode(
    container: OutputContainer,
    stream: VideoStream,
    film: Iterator[VideoFrame],
    count: int,
    report: Report,
) -> None:
    told = monotonic()
    for done, frame in enumerate(film, 1):
        container.mux(stream.encode(frame))
        if done < count and monotonic() - told >= _REPORT_SECONDS:
            told = monotonic()
            report(done, count)
    container.mux(stream.encode(None))
    report(count, count)


def _ahead(film: Iterator[VideoFrame]) -> Generator[VideoFrame, None, None]:
    """The same frames, drawn by a thread of their own a few ahead of the one that takes them."""
    with ThreadPoolExecutor(1, "animatic") as pool:
        drawn = deque(pool.submit(next, film, None) for _ in range(_AHEAD))
        while (frame := drawn.popleft().result()) is not None:
            drawn.append(pool.submit(next, film, None))
            yield frame
