"""Every prompt that the server received, and what became of it, kept over restarts.

The journal is a file of JSON lines beside the outputs, so that a test can prove, after it killed
the server, that nothing was submitted twice.
"""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

Record = dict[str, Any]
"""`key`, `id`, `client_id`, `graph`, `received_at`, `started_at`, `finished_at` (seconds since
the epoch or null) and `ended`: null while queued or running, else `refused`, `success`, `error`,
`interrupted`, `deleted` or `lost`."""


class Received:
    """The journal; `key` numbers the submits, since clients may repeat an id."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._records: list[Record] = _read(file)
        self.lose()

    def all(self) -> list[Record]:
        """Every prompt in the order in which they came."""
        with self._lock:
            return [dict(record) for record in self._records]

    def add(self, prompt_id: str, client_id: str | None, graph: Any) -> int:
        """Note a submit; returns its key."""
        with self._lock:
            key = len(self._records)
            record = {
                "key": key,
                "id": prompt_id,
                "client_id": client_id,
                "graph": json.loads(json.dumps(graph)),
                "received_at": time.time(),
                "started_at": None,
                "finished_at": None,
                "ended": None,
            }
            self._records.append(record)
            self._write(record)
            return key

    def started(self, key: int) -> None:
        """Note that a job runs now."""
        self._change(key, started_at=time.time())

    def ended(self, key: int, how: str) -> None:
        """Note how a prompt ended; the first word on it stays."""
        if self._records[key]["ended"] is None:
            self._change(key, finished_at=time.time(), ended=how)

    def lose(self) -> None:
        """Note that what was queued or running is lost."""
        for record in self.all():
            self.ended(record["key"], "lost")

    def _change(self, key: int, **fields: Any) -> None:
        with self._lock:
            self._records[key].update(fields)
            self._write({"key": key, **fields})

    def _write(self, line: Record) -> None:
        with self._file.open("a", encoding="utf-8") as journal:
            journal.write(json.dumps(line) + "\n")


def _read(file: Path) -> list[Record]:
    records: list[Record] = []
    if not file.exists():
        return records
    for line in file.read_text(encoding="utf-8").splitlines():
        try:
            change = json.loads(line)
        except ValueError:
            continue  # the last line of a process that was killed while it wrote
        if change["key"] < len(records):
            records[change["key"]].update(change)
        else:
            records.append(change)
    return records
