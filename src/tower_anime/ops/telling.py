"""Telling of a run: a command that is run, or an address that is called. Both are bounded."""

from __future__ import annotations

import json
import logging
import os
import shlex
import signal
import subprocess
import tempfile
import threading
import time
from urllib.parse import urlsplit

from tower_anime.engines.troubles import EngineTrouble
from tower_anime.engines.wire import MIB, Bounds, Wire

log = logging.getLogger(__name__)

COMMAND_SECONDS = 60.0
ANSWER = Bounds(seconds=15.0, size=MIB)
_LOOK_SECONDS = 0.1  # how often it is looked whether the service is to stop


def run_command(
    command: str, document: str, stopping: threading.Event, seconds: float = COMMAND_SECONDS
) -> None:
    """Run a command, without a shell, with a JSON document on its standard input.

    What it prints goes where the service's own output goes. One that fails is logged; one that
    takes longer than `seconds` is killed, with all that it has started. A service that stops does
    not wait for it.
    """
    with tempfile.TemporaryFile() as told:
        told.write(f"{document}\n".encode())
        told.seek(0)
        try:
            process = subprocess.Popen(  # noqa: S603 - the command is whoever runs the service's
                shlex.split(command), stdin=told, start_new_session=True
            )
        except OSError as error:
            log.warning("the notify_command cannot be run: %s", error)
            return
    code = _ended(process, stopping, seconds)
    if code is None:
        log.warning("the notify_command goes on while the service stops")
    elif code:
        log.warning("the notify_command failed: it ended with %d", code)


def _ended(
    process: subprocess.Popen[bytes], stopping: threading.Event, seconds: float
) -> int | None:
    """The exit code of a command; it is killed when its time is over. None: it goes on."""
    due = time.monotonic() + seconds
    while not stopping.is_set():
        try:
            return process.wait(_LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            if time.monotonic() >= due:
                log.warning("the notify_command was killed after %g seconds", seconds)
                os.killpg(process.pid, signal.SIGKILL)
                return process.wait()
    return process.poll()


def post(url: str, document: str) -> None:
    """POST a JSON document. Redirects are not followed; what goes wrong is logged."""
    shown = urlsplit(url).hostname  # the rest of an address is often a secret
    wire = Wire(url)
    try:
        status = wire.ask("POST", url, ANSWER, body=json.loads(document)).status
    except EngineTrouble as error:
        log.warning("%s, the host of notify_url, could not be told of a run: %s", shown, error)
    else:
        if status >= 400:
            log.warning("%s, the host of notify_url, answered %d", shown, status)
    finally:
        wire.close()
