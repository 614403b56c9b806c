"""A plan on its way to a server: its files are brought, its graph is filled and submitted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tower_anime.core.errors import TowerError
from tower_anime.engines.choosing import ObjectInfo
from tower_anime.engines.server import Server
from tower_anime.media.room import MediaRoom
from tower_anime.renders.comfyui.abilities import resolved
from tower_anime.renders.comfyui.planning import graph_of, media_of
from tower_anime.renders.manifest import Plan


class InputGone(TowerError):
    """A medium that a plan needs is no longer in the store."""


def graph_for(
    server: Server,
    room: MediaRoom,
    info: ObjectInfo,
    plan: Plan,
    seed: int,
    prefix: str,
) -> dict[str, Any]:
    """The graph to submit, its files being on the server.

    Raises `InputGone`, and `engines.troubles` where the files cannot be brought.
    """
    files = {name: _brought(server, room, part) for name, part in media_of(plan).items()}
    return resolved(graph_of(plan, seed, files, prefix), info)


def _brought(server: Server, room: MediaRoom, part: Mapping[str, Any]) -> str:
    sha256 = part["media"]
    if not room.store.has(sha256):
        raise InputGone(
            f"The medium {sha256[:12]}… that it is made from is no longer in the store."
        )
    source = room.store.path(sha256)
    frame = part.get("frame")
    with room.store.bench() as bench:
        if frame is not None:
            still = bench / f"{frame}.png"
            room.still(source, still, frame)
            return server.upload(still, still.name)
        return server.upload(source, f"input{_ending(source)}")


_BEGINNINGS = {
    b"\x89PNG": ".png",
    b"\xff\xd8\xff": ".jpg",
    b"GIF8": ".gif",
    b"RIFF": ".webp",
    b"\x1aE\xdf\xa3": ".webm",
}


def _ending(path: Path) -> str:
    """An ending by content: ComfyUI's nodes choose by it how to read, and the store has none."""
    with path.open("rb") as file:
        head = file.read(12)
    found = (ending for start, ending in _BEGINNINGS.items() if head.startswith(start))
    return next(found, ".mp4" if head[4:8] == b"ftyp" else "")
