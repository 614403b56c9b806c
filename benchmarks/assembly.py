"""Assembling a film of approved takes, whose packets are copied, beside encoding them again."""

from fractions import Fraction
from pathlib import Path
from shutil import copyfile
from statistics import median
from time import perf_counter

from benchmarks import drawing
from benchmarks.load import RefusedError
from benchmarks.scale import Scale
from benchmarks.table import Row
from tower_anime.cuts.encode import Assembly, assemble
from tower_anime.renders.animatic.film import draw


def rows(scale: Scale, folder: Path) -> list[Row]:
    """A film of `scale.clips` takes. Raises `RefusedError` if any was not copied."""
    job = drawing.shot(folder, "take.mp4", scale.frames)
    draw(job, drawing.nobody_listens)
    film = film_of(Path(job["output"]), scale)
    copied, encoded = [], []
    for _ in range(scale.rounds):
        copied.append(assembling(film))
        encoded.append(encoding(job["output"]))
    seconds = float(scale.frames / Fraction(drawing.FPS))
    return [
        Row(
            what=f"assembling {scale.clips} takes",
            ours=scale.clips * seconds / median(copied),
            other=seconds / median(encoded),
            other_is="encoding again",
            unit="× real time",
            sign="≥",
            limit=200,
            bound="figure",
        )
    ]


def film_of(take: Path, scale: Scale) -> Assembly:
    """A film of `scale.clips` takes, each a file of its own, as an approved shot's is."""
    takes = [take.with_name(f"take-{number}.mp4") for number in range(scale.clips)]
    for path in takes:
        copyfile(take, path)
    return {
        "output": str(take.with_name("film.mp4")),
        "width": drawing.WIDTH,
        "height": drawing.HEIGHT,
        "fps": drawing.FPS,
        "items": [
            {"source": str(path), "frames": scale.frames, "skip": 0, "slate": None}
            for path in takes
        ],
    }


def assembling(film: Assembly) -> float:
    """Seconds to make the film. Raises `RefusedError` if a take was not copied."""
    began = perf_counter()
    assembled = assemble(film, drawing.nobody_listens)
    took = perf_counter() - began
    if assembled["copied"] != len(film["items"]):
        raise RefusedError(f"Not every take was copied: {assembled}.")
    return took


def encoding(take: str) -> float:
    """Seconds to encode one take's frames again."""
    began, ended = drawing.timed_encode(take, f"{take}.again.mp4", together=False)
    return ended - began
