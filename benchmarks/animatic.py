"""Drawing animatics: frames a second, beside the encoder alone with all frames ready-made."""

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median

from benchmarks.drawing import WORKERS, seconds_of, shot, timed_draw, timed_encode, workers
from benchmarks.scale import Scale
from benchmarks.table import Row


def rows(scale: Scale, folder: Path) -> list[Row]:
    """One animatic, and two at once in two processes."""
    with workers() as pool:
        drawing(pool, folder, WORKERS, scale.frames)  # each worker's fonts and caches are warm
        one = rates(pool, folder, 1, scale)
        two = rates(pool, folder, WORKERS, scale)
    return [
        Row("animatic, 1280x720", *one, "encoding only", "frames/s", "≥", 0.55),
        Row("two animatics at once", *two, "encoding only", "frames/s", "≥", 0.7),
    ]


def rates(
    pool: ProcessPoolExecutor, folder: Path, at_once: int, scale: Scale
) -> tuple[float, float]:
    """Frames a second of drawing and of encoding only: the medians of interleaved rounds."""
    drawn, encoded = [], []
    for _ in range(scale.rounds):
        drawn.append(drawing(pool, folder, at_once, scale.frames))
        encoded.append(encoding(pool, folder, at_once))
    frames = scale.frames * at_once
    return frames / median(drawn), frames / median(encoded)


def drawing(pool: ProcessPoolExecutor, folder: Path, at_once: int, frames: int) -> float:
    """Seconds for `at_once` animatics of so many frames each."""
    jobs = [shot(folder, f"drawn-{number}.mp4", frames) for number in range(at_once)]
    together = at_once > 1
    return seconds_of([pool.submit(timed_draw, job, together=together) for job in jobs])


def encoding(pool: ProcessPoolExecutor, folder: Path, at_once: int) -> float:
    """Seconds to encode again the frames of what `drawing` has drawn."""
    together = at_once > 1
    return seconds_of(
        [
            pool.submit(
                timed_encode,
                str(folder / f"drawn-{number}.mp4"),
                str(folder / f"encoded-{number}.mp4"),
                together=together,
            )
            for number in range(at_once)
        ]
    )
