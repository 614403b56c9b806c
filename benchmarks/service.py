"""Starting and stopping the services that are measured, each in processes of its own."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryFile
from time import perf_counter, sleep
from typing import TypeAlias

HEALTH = "/api/anime/health"
PATIENCE = 60.0  # seconds until a service that gives no answer has failed to start
STOPPING = 20.0  # seconds that a service may take to end

CommandAt: TypeAlias = Callable[[int], Sequence[str]]
"""The command line of a service, given its port."""


class StartError(RuntimeError):
    """A service that ended, or never answered; with what it wrote."""


@dataclass(frozen=True)
class Service:
    """A running service: its port, and the seconds from exec to its first healthy answer."""

    port: int
    pid: int
    started_in: float

    def answer(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        """Status and body of one request on a connection of its own."""
        headers = {"Content-Type": "application/json"} if body else {}
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.read()

    def resident_megabytes(self) -> float:
        """Resident memory of the service and all its child processes, in 10^6 bytes (Linux)."""
        return sum(map(resident_bytes, process_tree(self.pid))) / 1e6


def ours(folder: Path) -> CommandAt:
    """The studio server, as the installed `tower-anime` starts it, installed or not."""
    command = "from tower_anime.cli import main; main()"
    return lambda port: [
        *(sys.executable, "-c", command, "serve", "--host", "127.0.0.1"),
        *("--port", str(port), "--data-dir", str(folder)),
    ]


def plain(folder: Path) -> CommandAt:
    """The plain service that is compared with."""
    return lambda port: [sys.executable, "-m", "benchmarks.plain", str(port), str(folder)]


def floor(length: int) -> CommandAt:
    """The bare HTTP server, answering `length` bytes."""
    return lambda port: [sys.executable, "-m", "benchmarks.floor", str(port), str(length)]


def echo(length: int) -> CommandAt:
    """The server that only shows what the load generator can do."""
    return lambda port: [sys.executable, "-m", "benchmarks.echo", str(port), str(length)]


@contextmanager
def running(command_at: CommandAt) -> Iterator[Service]:
    """Start a service on a free port, wait until it is healthy, and stop it at the end.

    Raises `StartError`.
    """
    port = free_port()
    with TemporaryFile() as log:
        started = perf_counter()
        process = subprocess.Popen(command_at(port), stdout=log, stderr=subprocess.STDOUT)
        service = Service(port, process.pid, 0)
        try:
            if not became_healthy(service, process):
                log.seek(0)
                raise StartError(log.read().decode(errors="replace")[-4000:])
            yield Service(port, process.pid, perf_counter() - started)
        finally:
            stop(process)


def became_healthy(service: Service, process: "subprocess.Popen[bytes]") -> bool:
    """Ask until the first healthy answer; False if the process ends, or patience does."""
    give_up = perf_counter() + PATIENCE
    while process.poll() is None and perf_counter() < give_up:
        try:
            status, _ = service.answer("GET", HEALTH)
        except (OSError, HTTPException):
            status = 0
        if status == 200:
            return True
        sleep(0.005)
    return False


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End a service as its user would, and by force if it will not."""
    process.terminate()
    try:
        process.wait(STOPPING)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def process_tree(pid: int) -> list[int]:
    """`pid` and everything it started, by /proc/<pid>/stat (proc(5): field 4 is the parent)."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    tree = [pid]
    for member in tree:
        tree.extend(children.get(member, []))
    return tree


def resident_bytes(pid: int) -> int:
    """What a process keeps in memory, pages shared with others included (VmRSS, proc(5))."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0
