"""The verbs of media: what is known of each file in the store."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from sqlalchemy import bindparam, select

from tower_anime.core.children import Cancelled, ChildDied, Children, Refused
from tower_anime.core.database import Reader, Transaction
from tower_anime.core.errors import NotFound, TooLarge, Unavailable, Unprocessable
from tower_anime.core.settings import MIB, Settings
from tower_anime.core.shown import Shown
from tower_anime.core.sql import Row, Statement, insertion, json_flag, json_row, json_text
from tower_anime.media.store import Received
from tower_anime.media.tables import media

if TYPE_CHECKING:  # its decoders are for child processes; the service stays small
    from tower_anime.media.probe import Probed

m = media.c

# How long a proof may take: a small file may hold a long film of little movement, of which a slow
# machine decodes some 100 frames a second.
LEAST_SECONDS = 120.0
SECONDS_PER_MIB = 20.0
MOST_SECONDS = 6 * 3600.0

_JSON = json_text(
    json_row(
        id=m.id,
        mime=m.mime,
        kind=m.kind,
        bytes=m.bytes,
        width=m.width,
        height=m.height,
        duration=m.duration,
        frames=m.frames,
        fps=m.fps,
        has_audio=json_flag(m.has_audio),
        name=m.name,
        present=json_flag(m.present),
        created_at=m.created_at,
    )
)
_ONE = m.id == bindparam("id")
_SHOW = Statement(select(_JSON).where(_ONE))
_ROW = Statement(select(*media.columns).where(_ONE))
_INSERT = insertion(media, automatic_id=False)
_PROVED = ("mime", "kind", "bytes", "width", "height", "duration", "frames", "fps", "has_audio")
_RETURN = Statement(
    media.update()
    .where(m.id == bindparam("the_id"))
    .values({**{name: bindparam(name) for name in _PROVED}, "present": True})
)


def url_of(sha256: str) -> str:
    """The path under which a medium's bytes are served."""
    return f"/api/anime/media/{sha256}/file"


def find(reader: Reader, sha256: str) -> Row:
    """The medium's row. Raises `NotFound`."""
    row = reader.row(_ROW, id=sha256)
    if row is None:
        raise NotFound("Medium not found")
    return row


def get(reader: Reader, sha256: str) -> Shown:
    """The medium as callers see it. Raises `NotFound`."""
    document: str | None = reader.value(_SHOW, id=sha256)
    if document is None:
        raise NotFound("Medium not found")
    return Shown(document)


def add(tx: Transaction, sha256: str, size: int, probed: Probed, name: str | None) -> Shown:
    """Record what kept bytes are; the medium as callers see it. The same bytes are one medium.

    What was said of bytes that were not here came from wherever it did; now it is proved.
    """
    row = tx.row(_ROW, id=sha256)
    if row is None:
        row = {**probed, "id": sha256, "bytes": size, "name": name}
        tx.insert(_INSERT, {**row, "present": True, "created_at": tx.now})
    elif not row["present"]:
        tx.run(_RETURN, **{**probed, "bytes": size}, the_id=sha256)
    return get(tx, sha256)


def prove(
    children: Children,
    settings: Settings,
    received: Received,
    is_gone: Callable[[], bool] = lambda: False,
) -> Probed:
    """Tell what a file is by decoding all of it, in a child process.

    Raises `Unprocessable` for what is no accepted medium, and once `is_gone()` says that nobody
    waits for it any more; `TooLarge` for what exceeds a bound.
    """
    limits = {"pixels": settings.max_pixels, "duration": settings.max_media_seconds}
    job = {"path": str(received.path), "limits": limits}
    try:
        answer = children.run(
            "tower_anime.media.jobs:probe",
            job,
            cancelled=is_gone,
            seconds=seconds_for(received.size),
        )
        return cast("Probed", answer)
    except Refused as refusal:
        kind = TooLarge if refusal.kind == "TooLarge" else Unprocessable
        raise kind(refusal.detail) from refusal
    except ChildDied as error:
        raise Unprocessable("The file brought its decoder down; it was not kept.") from error
    except Cancelled as error:
        if is_gone():
            raise Unprocessable("The sender went away before the file was proved.") from error
        raise Unavailable("The service stops; send the file again.") from error


def seconds_for(size: int) -> float:
    """How long the proof of a file of `size` bytes may take."""
    return min(LEAST_SECONDS + SECONDS_PER_MIB * size / MIB, MOST_SECONDS)


def require(reader: Reader, field: str, sha256: str, *kinds: str) -> None:
    """Refuse a medium that a field names: `NotFound`, or `Unprocessable` for another kind."""
    row = reader.row(_ROW, id=sha256)
    if row is None:
        raise NotFound(f"{field}: Medium not found")
    if row["kind"] not in kinds:
        raise Unprocessable(
            f"{field}: {row['mime']} is not accepted here; {' or '.join(kinds)} is."
        )
