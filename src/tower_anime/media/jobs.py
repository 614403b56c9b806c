"""What the store has done in child processes (see `core.children`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict

from tower_anime.media import probe as probing
from tower_anime.media import stills, thumbnails

Report = Callable[[int, int], None]


class ProbeJob(TypedDict):
    """A file to be proved, and the limits."""

    path: str
    limits: probing.Limits


class ThumbnailJob(TypedDict):
    """A medium to be made small."""

    source: str
    target: str
    width: int
    kind: str


class StillJob(TypedDict):
    """A film of which one frame is wanted."""

    source: str
    target: str
    frame: str


def probe(job: ProbeJob, report: Report) -> probing.Probed:
    """See `media.probe`."""
    del report
    return probing.probe(job["path"], job["limits"])


def thumbnail(job: ThumbnailJob, report: Report) -> None:
    """See `media.thumbnails`."""
    del report
    thumbnails.thumbnail(**job)


def still(job: StillJob, report: Report) -> None:
    """See `media.stills`."""
    del report
    stills.still(**job)
