"""The change log as callers see it: as a list, and as a stream that they follow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import NamedTuple

import httpx2

from tests.support.factories import Json, ok
from tests.support.services import Service


def changes_of(api: httpx2.Client, project: Json, **asked: object) -> list[Json]:
    query = {"project_id": project["id"], "limit": 10_000, **asked}
    found: list[Json] = ok(api.get("/changes", params=query))
    return found


class Event(NamedTuple):
    id: str
    name: str
    data: str

    @property
    def change(self) -> Json:
        assert self.name == "change", self
        found: Json = json.loads(self.data)
        assert self.id == str(found["id"])
        return found


@contextmanager
def stream(service: Service, last_event_id: object = None, **asked: object) -> Iterator[Stream]:
    """A stream's events from its first block on, which tells where it stands."""
    headers = {} if last_event_id is None else {"Last-Event-ID": str(last_event_id)}
    query = {name: str(value) for name, value in asked.items()}
    with service.api.stream("GET", "/changes/stream", params=query, headers=headers) as answer:
        assert answer.status_code == 200
        yield Stream(answer)


class Stream:
    """What one client receives."""

    def __init__(self, answer: httpx2.Response) -> None:
        self.headers = answer.headers
        self._events = self._parsed(answer.iter_lines())
        self.position = int(next(self._events).id)

    def _parsed(self, lines: Iterator[str]) -> Iterator[Event]:
        fields: Json = {}
        for line in lines:
            name, _, value = line.partition(": ")
            if line:
                fields[name] = value
            elif fields:
                yield Event(*(fields.get(name, "") for name in ("id", "event", "data")))
                fields = {}

    def __iter__(self) -> Iterator[Event]:
        return self._events

    def changes(self, number: int) -> list[Json]:
        """So many changes, waited for."""
        return [event.change for event in islice(self._events, number)]
