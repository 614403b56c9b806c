"""Logs: lines for a terminal, or a JSON object a line; the request's id is in each."""

from __future__ import annotations

import contextvars
import json
import logging
import sys

from tower_anime.core import clock

request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="-")

_QUIET = ("dbos", "alembic", "uvicorn.access", "httpx", "httpcore", "PIL", "libav")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "request_id"}


class _WithRequestId(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": clock.now(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request_id": getattr(record, "request_id", "-"),
            "message": record.getMessage(),
        }
        line |= {k: v for k, v in vars(record).items() if k not in _STANDARD}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(level: str, *, as_json: bool) -> None:
    """Send all logs to standard error, once, at `level` and above."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_WithRequestId())
    handler.setFormatter(
        _Json()
        if as_json
        else logging.Formatter("%(asctime)s %(levelname)-7s %(request_id)s %(name)s  %(message)s")
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:  # their everyday lines are of no use to a maker; warnings are
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "dbos"):  # one handler, one format
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
