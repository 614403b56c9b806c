"""Films that this service makes itself: in a child process, hashed, kept, and known exactly.

What comes from elsewhere is proved by decoding all of it. What our own encoder has just written
is known frame by frame; decoding it again would cost as much as making it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from tower_anime.core.children import Answer, Children, Report
from tower_anime.media.frames import parse_fps
from tower_anime.media.room import MediaRoom

if TYPE_CHECKING:
    from tower_anime.media.probe import Probed


class Making(NamedTuple):
    """Where films are made and kept."""

    room: MediaRoom
    children: Children


class Film(NamedTuple):
    """What is to be made; sizes in pixels, `fps` as `24/1`."""

    width: int
    height: int
    fps: str
    frames: int


class Made(NamedTuple):
    """A film in the store, and what the function that made it answered."""

    sha256: str
    size: int
    answer: Answer

    def probed(self, film: Film) -> Probed:
        """What is known of it without looking; yuv420p halves both sides, so they are even."""
        return {
            "mime": "video/mp4",
            "kind": "video",
            "width": film.width // 2 * 2,
            "height": film.height // 2 * 2,
            "duration": float(film.frames / parse_fps(film.fps)),
            "frames": film.frames,
            "fps": film.fps,
            "has_audio": bool(self.answer.get("sound", False)),
        }


def make(
    making: Making,
    function: str,
    job: Mapping[str, object],
    *,
    report: Report,
    cancelled: Callable[[], bool],
) -> Made:
    """Have `function` write an mp4 at the job's `output`, and keep it.

    Raises `core.children`'s `Refused`, `ChildDied` and `Cancelled`; nothing is left behind then.
    """
    store = making.room.store
    with store.bench() as bench:
        film = bench / "film.mp4"
        whole = {**job, "output": str(film)}
        answer = making.children.run(function, whole, report=report, cancelled=cancelled)
        received = store.hashed(film)
        store.keep(received)
    return Made(received.sha256, received.size, answer)


def source(room: MediaRoom, sha256: str | None) -> str | None:
    """The path of a medium's bytes, where there are any."""
    if sha256 is None or not room.store.has(sha256):
        return None
    return str(room.store.path(sha256))
