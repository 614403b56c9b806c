"""The verbs of engines. What a probe finds is noted beside the row, and is no change of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from sqlalchemy import bindparam, select

from tower_anime.core.database import Reader, Transaction
from tower_anime.core.documents import Documents
from tower_anime.core.errors import CannotStart, Conflict
from tower_anime.core.paging import Found, Listing, Page
from tower_anime.core.shown import Shown
from tower_anime.core.space import may_always
from tower_anime.core.sql import Row, Statement, as_json, json_flag
from tower_anime.engines.addresses import named, normalised
from tower_anime.engines.schemas import EngineCreate, EngineUpdate
from tower_anime.engines.tables import engines

e = engines.c

NOT_REACHED = "It has not been reached yet."
SWITCHED_OFF = "It is switched off."

DOCUMENTS = Documents(
    engines,
    "engine",
    {
        "id": e.id,
        "kind": e.kind,
        "name": e.name,
        "url": e.url,
        "enabled": json_flag(e.enabled),
        "status": e.status,
        "detail": e.detail,
        "version": e.version,
        "devices": as_json(e.devices),
        "latency_ms": e.latency_ms,
        "seen_at": e.seen_at,
        "created_at": e.created_at,
        "updated_at": e.updated_at,
        "revision": e.revision,
        "deleted_at": e.deleted_at,
    },
    place=lambda _row: (None, None),
    title=lambda row: f"Engine {row['name']}",
)

find = DOCUMENTS.find
get = DOCUMENTS.get
trash = may_always(DOCUMENTS.trash)

_AT = Statement(select(e.id, e.name).where(e.url == bindparam("url"), DOCUMENTS.live))
_TRASHED_AT = Statement(
    select(e.id)
    .where(e.url == bindparam("url"), e.deleted_at.is_not(None))
    .order_by(e.id.desc())
    .limit(1)
)
_LIVE = Statement(select(*engines.columns).where(DOCUMENTS.live).order_by(e.id))
# Where the address is another by now, what was found is of another server.
_NOTE = Statement(
    engines.update()
    .where(e.id == bindparam("the_id"), e.url == bindparam("the_url"), DOCUMENTS.live)
    .values(
        {
            name: bindparam(name)
            for name in ("status", "detail", "version", "devices", "latency_ms", "seen_at")
        }
    )
)


class Noted(NamedTuple):
    """What a probe found, as the row keeps it; `devices` is JSON."""

    status: str
    detail: str | None
    version: str | None
    devices: str
    latency_ms: int | None
    seen_at: str | None


UNKNOWN = Noted("offline", NOT_REACHED, None, "[]", None, None)


@cache
def _listing(deleted: bool) -> Listing:
    query = DOCUMENTS.select(DOCUMENTS.json)
    query = query.where(e.deleted_at.is_not(None) if deleted else DOCUMENTS.live)
    return Listing(query, e.created_at, e.id, descending=True)


def listed(reader: Reader, page: Page, deleted: bool) -> Found:
    """Engines, the newest first."""
    return _listing(deleted).read(reader, page)


def live(reader: Reader) -> list[Row]:
    """The rows of all engines that are not in the trash."""
    return reader.rows(_LIVE)


def kept(row: Row) -> Noted:
    """What a row says of the last probe."""
    return Noted(*(row[name] for name in Noted._fields))


def create(tx: Transaction, new: EngineCreate) -> Shown:
    """Add a server. Raises `Conflict` where an engine has its address."""
    _require_free(tx, new.url)
    name = new.name or named(new.url)
    row = {"kind": "comfyui", "name": name, "url": new.url, "enabled": new.enabled}
    unknown = _unknown(enabled=new.enabled)
    return DOCUMENTS.add(tx, {**row, **unknown._asdict()}, f"Engine {name} added")


def update(tx: Transaction, engine_id: int, change: EngineUpdate) -> Shown:
    """Change what is named. Raises `Conflict` where another engine has the address."""
    row = DOCUMENTS.addressed(tx, engine_id)
    values = change.model_dump(exclude_unset=True)
    is_another = values.get("url", row["url"]) != row["url"]
    enabled = bool(values.get("enabled", row["enabled"]))
    if is_another:
        _require_free(tx, values["url"])
    if is_another or enabled != row["enabled"]:
        values |= _unknown(enabled=enabled)._asdict()
    return DOCUMENTS.change(tx, row, values, unsaid=Noted._fields)


def restore(tx: Transaction, engine_id: int) -> Shown:
    """Take an engine out of the trash. Raises `Conflict` where another has its address by now."""
    row = DOCUMENTS.anywhere(tx, engine_id)
    if row["deleted_at"] is not None:
        _require_free(tx, row["url"])
    return DOCUMENTS.restore(tx, engine_id)


def note(tx: Transaction, engine_id: int, url: str, noted: Noted) -> None:
    """Keep what a probe of the server at `url` found: neither a revision nor a change."""
    tx.run(_NOTE, the_id=engine_id, the_url=url, **noted._asdict())


def checked(tx: Transaction, engine_id: int, url: str, noted: Noted) -> Shown:
    """As `note`, where somebody asked; the row as it is then."""
    DOCUMENTS.addressed(tx, engine_id)
    note(tx, engine_id, url, noted)
    return DOCUMENTS.show(tx, engine_id)


def add_missing(tx: Transaction, urls: Sequence[str]) -> None:
    """See that there is an engine for each address; one in the trash comes back.

    Raises `CannotStart` for what is no address: the setting comfyui_urls has them.
    """
    for url in map(_address, urls):
        if tx.value(_AT, url=url) is not None:
            continue
        trashed = tx.value(_TRASHED_AT, url=url)
        if trashed is None:
            create(tx, EngineCreate(url=url))
        else:
            restore(tx, trashed)


def _address(written: str) -> str:
    try:
        return normalised(written)
    except ValueError as error:
        raise CannotStart(f"The setting 'comfyui_urls': {written!r}: {error}.") from error


def _unknown(*, enabled: bool) -> Noted:
    return UNKNOWN if enabled else UNKNOWN._replace(detail=SWITCHED_OFF)


def _require_free(tx: Transaction, url: str) -> None:
    found = tx.row(_AT, url=url)
    if found is not None:
        raise Conflict(f"The engine {found['name']!r} has the address {url} already.")
