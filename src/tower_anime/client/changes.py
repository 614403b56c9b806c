"""`tower.changes`: who changed what; read, followed live, and undone."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx2
from pydantic import ValidationError

from tower_anime.client import answers
from tower_anime.client.errors import Unavailable, Unreachable, Unreadable
from tower_anime.client.rows import HasId, id_of
from tower_anime.client.transport import Transport
from tower_anime.core.schemas import Change

PAUSE_SECONDS = 1.0  # before a lost stream is taken up again
SILENCE_SECONDS = 45.0  # the service says something every 15


class Changes:
    """The change log."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        after: int | None = None,
        project_id: int | None = None,
        branch_name: str | None = None,
        subject: str | None = None,
        subject_id: int | None = None,
        actor: str | None = None,
        newest_first: bool | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> Iterator[Change]:
        """Changes in order, `limit` a page; `after` is the id of the last that is known.

        With `newest_first` they come backwards, from the one before `before`, or from the end.
        """
        query = {"project_id": project_id, "branch_name": branch_name, "actor": actor}
        query |= {"subject": subject, "subject_id": subject_id, "after": after, "limit": limit}
        query |= {"newest_first": newest_first, "before": before}
        return self._transport.rows(Change, "/changes", query)

    def undo(self, change: HasId | int) -> Change:
        """Take back what a change did; the change that does it, which can be undone itself.

        Raises `NotFound`, or `Conflict` where something later depends on it.
        """
        response = self._transport.write("POST", f"/changes/{id_of(change)}/undo")
        return answers.one(Change, response)

    def follow(
        self,
        *,
        after: int | None = None,
        project_id: int | None = None,
        branch_name: str | None = None,
        subject: str | None = None,
        subject_id: int | None = None,
        actor: str | None = None,
        patience: float = 60.0,
    ) -> Iterator[Change]:
        """Every change as it happens, after the one with the id `after`, or from now on.

        Each comes once and in order, also across dropped connections and a service that starts
        again: one that stays away for `patience` seconds raises `Unreachable`. Where the service
        has gone back to an earlier state, it goes on from there.
        """
        query = {"project_id": project_id, "branch_name": branch_name, "actor": actor}
        query |= {"subject": subject, "subject_id": subject_id}
        last = None if after is None else str(after)
        lost_at: float | None = None
        while True:
            try:
                for event in self._events(query, last):
                    lost_at, last = None, event.id or last
                    if event.event == "change":
                        yield _change(event)
            except (Unreachable, Unavailable):
                lost_at = lost_at or time.monotonic()
                if last is None or time.monotonic() - lost_at > patience:
                    raise
            time.sleep(PAUSE_SECONDS)

    def _events(
        self, query: dict[str, str | int | None], last: str | None
    ) -> Iterator[httpx2.ServerSentEvent]:
        headers = {"Accept": "text/event-stream"}
        if last is not None:
            headers["Last-Event-ID"] = last
        with self._transport.streamed(
            "/changes/stream", query, headers, silence=SILENCE_SECONDS
        ) as response:
            yield from httpx2.EventSource(response)


def _change(event: httpx2.ServerSentEvent) -> Change:
    try:
        return Change.model_validate_json(event.data, extra="allow")
    except ValidationError as error:
        raise Unreadable(f"The stream told what this client cannot read: {error}.") from error
