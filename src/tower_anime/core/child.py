"""The other end of `core.children`: runs jobs from standard input until it ends."""

from __future__ import annotations

import importlib
import json
import logging
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable

REPORT_SECONDS = 0.05  # progress is reported at most 20 times a second

log = logging.getLogger(__name__)


def main() -> None:
    """Serve jobs; end at once when the parent is gone, even in the middle of one."""
    for number in (signal.SIGINT, signal.SIGTERM):  # sent to all of a group: the parent decides
        signal.signal(number, signal.SIG_IGN)
    _bound_memory(sys.argv[1:])
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a stray print must not break the protocol
    requests: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()

    def send(**message: object) -> None:
        print(json.dumps(message), file=answers, flush=True)

    while True:
        request = json.loads(requests.get())
        _serve(request["function"], request["job"], send)


def _bound_memory(given: list[str]) -> None:
    if given[0] and sys.platform != "win32":  # which has no such bounds
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (int(given[0]), int(given[0])))


def _listen(requests: queue.SimpleQueue[str]) -> None:
    for line in sys.stdin:
        requests.put(line)
    os._exit(0)


def _serve(function: str, job: object, send: Callable[..., None]) -> None:
    module, _, name = function.partition(":")
    reported = 0.0

    def report(done: int, total: int) -> None:
        nonlocal reported
        if done >= total or time.monotonic() - reported >= REPORT_SECONDS:
            reported = time.monotonic()
            send(kind="progress", done=done, total=total)

    try:
        answer = getattr(importlib.import_module(module), name)(job, report)
    except ValueError as error:  # what our functions raise for input that they refuse
        _refuse(send, error, str(error))
    except MemoryError as error:
        _refuse(send, error, "The work needs more memory than it may have.")
    except Exception as error:  # the child lives on for the next job
        log.exception("%s failed", function)
        _refuse(send, error, "The work failed; the log tells more.")
    else:
        send(kind="done", answer=answer or {})


def _refuse(send: Callable[..., None], error: Exception, detail: str) -> None:
    number = getattr(error, "errno", None)
    send(kind="refused", error=type(error).__name__, detail=detail, errno=number)


if __name__ == "__main__":
    main()
