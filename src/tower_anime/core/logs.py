"""Logs: lines for a terminal, or a JSON object a line; the request's id is in each.

They go to standard error, which systemd keeps in its journal, and to a file where one is set.
"""

from __future__ import annotations

import contextvars
import json
import logging
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from tower_anime.core import clock
from tower_anime.core.errors import CannotStart

request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="-")

_QUIET = (
    *("dbos", "alembic", "uvicorn.access", "PIL", "libav"),
    *("httpx", "httpcore", "httpx2", "httpcore2", "websockets"),
)
_LINE = "%(asctime)s %(levelname)-7s %(request_id)s %(name)s  %(message)s"
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "request_id"}


class _WithRequestId(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": clock.text(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request_id": getattr(record, "request_id", "-"),
            "message": record.getMessage(),
        }
        line |= {k: v for k, v in vars(record).items() if k not in _STANDARD}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


@dataclass(frozen=True)
class LogFile:
    """A file that has the log too: set aside at `size` bytes, of which `count` are kept.

    One process writes it. Children write to standard error alone: two that rotate the same file
    would each throw away what the other had written.
    """

    path: Path
    size: int
    count: int

    def opened(self) -> logging.Handler:
        """A handler that writes it. Raises `CannotStart` where it cannot be written."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            return RotatingFileHandler(
                self.path, maxBytes=self.size, backupCount=self.count, encoding="utf-8"
            )
        except OSError as error:
            raise CannotStart(
                f"The log file {self.path} cannot be written: {error.strerror}."
            ) from error


def configure(level: str, *, as_json: bool, file: LogFile | None = None) -> None:
    """Send all logs to standard error and to `file`, once, at `level` and above.

    Raises `CannotStart`.
    """
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)]
    if file is not None:
        handlers.append(file.opened())
    formatter = _Json() if as_json else logging.Formatter(_LINE)
    for handler in handlers:
        handler.addFilter(_WithRequestId())
        handler.setFormatter(formatter)
    root = logging.getLogger()
    for former in root.handlers:
        former.close()
    root.handlers[:] = handlers
    root.setLevel(level.upper())
    for name in _QUIET:  # their everyday lines are of no use to a maker; warnings are
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "dbos"):  # one handler, one format
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
