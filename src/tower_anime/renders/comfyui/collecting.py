"""The files that a run wrote: fetched at once, proved by decoding, kept, and held to the plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tower_anime.core.errors import TowerError
from tower_anime.engines.answers import History, Output
from tower_anime.engines.server import Server
from tower_anime.media.frames import parse_fps
from tower_anime.media.room import MediaRoom
from tower_anime.media.sniff import NotMedia, sniff
from tower_anime.renders.manifest import Plan

if TYPE_CHECKING:
    from tower_anime.media.probe import Probed

MOST_FILES = 64  # of one take
_PREFERRED = ("video", "image", "audio")


class NothingMade(TowerError):
    """A run ended well, and wrote no file that is the take's."""


class NoMedium(TowerError):
    """A file of a run is no picture, film or sound, such as a latent that was saved beside."""


class Collected(NamedTuple):
    """One file of a run, in the store."""

    sha256: str
    size: int
    probed: Probed
    node: str
    name: str  # as the server called it


class Harvest(NamedTuple):
    """What a run left: its media, and the names of what is none and stays on the server."""

    files: list[Collected]
    others: list[str]


def collect(
    server: Server,
    room: MediaRoom,
    history: History,
    nodes: Sequence[str],
    limit_bytes: int,
    is_gone: Callable[[], bool],
) -> Harvest:
    """Fetch and keep what a run wrote, of those `nodes` or of all.

    Raises `engines.troubles`' `Missing` and `Gone`, `Unprocessable` for a medium that does not
    decode, `NoMedium` where all is of other kinds, and `NothingMade`.
    """
    wanted = _wanted(history.outputs, nodes)
    if not wanted:
        raise NothingMade("The workflow ran to its end, and none of its output nodes wrote a file.")
    if len(wanted) > MOST_FILES:
        raise NothingMade(
            f"The workflow wrote {len(wanted)} files; a take has {MOST_FILES} at the most. Bind its"
            " output to the node whose files are wanted."
        )
    harvest = Harvest([], [])
    for output in wanted:
        try:
            harvest.files.append(_fetched(server, room, output, limit_bytes, is_gone))
        except NoMedium:
            harvest.others.append(output.filename)
            if len(harvest.others) == len(wanted):
                raise
    return harvest


def _wanted(outputs: Sequence[Output], nodes: Sequence[str]) -> list[Output]:
    """Files of the bound nodes; else those that were meant to stay, else previews."""
    bound = [output for output in outputs if output.node in nodes] if nodes else list(outputs)
    kept = [output for output in bound if output.type == "output"]
    return list(dict.fromkeys(kept or bound))


def _fetched(
    server: Server, room: MediaRoom, output: Output, limit: int, is_gone: Callable[[], bool]
) -> Collected:
    with room.store.bench() as bench:
        path = bench / "fetched"
        if server.fetch(output, path, limit):  # what is empty is a medium that was not written
            _require_medium(path)
        received = room.store.hashed(path)
        probed = room.keep(received, is_gone=is_gone)
    return Collected(received.sha256, received.size, probed, output.node, output.filename)


def _require_medium(path: Path) -> None:
    try:
        sniff(str(path))
    except NotMedia as error:
        raise NoMedium(str(error)) from error


def chosen(files: Sequence[Collected]) -> Collected:
    """The file that stands for the take: a film before a picture, the first of them."""
    return min(files, key=lambda file: _PREFERRED.index(file.probed["kind"]))


def left_behind(names: Sequence[str]) -> list[str]:
    """What of a run is not in its take, in sentences."""
    kept = "is no picture, film or sound that is read here, and stays on the server."
    return [f"{name} {kept}" for name in names]


def differences(plan: Plan, probed: Probed) -> list[str]:
    """How what came back differs from what was asked for, in sentences."""
    parts: dict[str, Any] = dict(plan.parts)
    found = []
    for name, side in (("width", "wide"), ("height", "high")):
        asked, came = parts.get(name), probed[name]  # type: ignore[literal-required]
        if isinstance(asked, int) and came is not None and came != asked:
            found.append(f"It is {came} pixels {side}; {asked} were asked for.")
    if probed["kind"] != "video":
        return found
    asked, came = parts.get("frames"), probed["frames"]
    if isinstance(asked, int) and came is not None and came != asked:
        found.append(f"It has {came} frames; {asked} were asked for.")
    asked, rate = parts.get("fps"), probed["fps"]
    if isinstance(asked, str) and rate is not None and _differ(asked, rate):
        found.append(f"It runs at {rate} frames a second; {asked} were asked for.")
    return found


def _differ(asked: str, came: str) -> bool:
    """Containers round: a thousandth is nothing."""
    wanted, found = parse_fps(asked), parse_fps(came)
    return abs(wanted - found) * 1000 > wanted
