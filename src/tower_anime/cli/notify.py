"""Telling systemd how the service is: the protocol of sd_notify(3), which is one datagram.

A process manager that set no NOTIFY_SOCKET is told nothing, and nothing fails for that.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import MutableMapping
from dataclasses import dataclass

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Supervisor:
    """The process manager above this process.

    `address` is its socket: a path, or behind `@` a name in Linux's abstract namespace.
    `watchdog_seconds` is how long it waits for a sign of life before it ends the process.
    """

    address: str | None = None
    watchdog_seconds: float | None = None

    def tell(self, *news: str) -> None:
        """Send assignments such as `READY=1`. A manager that is gone is not told."""
        if self.address is None:
            return
        address = self.address
        if address.startswith("@"):
            address = "\0" + address[1:]
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
                channel.connect(address)
                channel.sendall("\n".join(news).encode())
        except OSError as error:
            log.warning("systemd could not be told %s: %s", " ".join(news), error)

    async def keep_watch(self) -> None:
        """Give a sign of life from the event loop twice in each interval, until cancelled.

        A loop that hangs answers nobody: then no sign is given, and systemd starts the service
        again. Sleeping counts monotonic time, so that a clock that is set back starves nobody.
        """
        while self.watchdog_seconds is not None:
            self.tell("WATCHDOG=1")
            await asyncio.sleep(self.watchdog_seconds / 2)


def supervisor(environment: MutableMapping[str, str] = os.environ) -> Supervisor:
    """Who is above this process; takes its variables away, for children are not to answer."""
    address = environment.pop("NOTIFY_SOCKET", None)
    interval = environment.pop("WATCHDOG_USEC", "")
    process = environment.pop("WATCHDOG_PID", str(os.getpid()))
    watched = interval.isdecimal() and int(interval) > 0 and process == str(os.getpid())
    return Supervisor(address, int(interval) / 1e6 if watched else None)
