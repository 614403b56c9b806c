"""Simulated ComfyUI servers for the measurements: `python -m benchmarks.servers COUNT SECONDS`.

Prints one address a line, then serves until its standard input ends. Each job takes SECONDS.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tower_anime.simulator.handle import running


@contextmanager
def servers(count: int, seconds: float) -> Iterator[list[str]]:
    """That many servers in a process of their own; their addresses."""
    command = [sys.executable, "-m", "benchmarks.servers", str(count), str(seconds)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, text=True, stdin=pipe, stdout=pipe) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the servers' process has no pipes")
        try:
            yield [process.stdout.readline().strip() for _ in range(count)]
        finally:
            process.stdin.close()


def main(count: int, seconds: float) -> None:
    with ExitStack() as stack:
        for _ in range(count):
            made = stack.enter_context(running(job_seconds=seconds, previews=False))
            print(made.url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
