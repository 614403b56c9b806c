"""The command line. What people make is asked of a running service over HTTP.

`serve` and `demo` are composition roots; what keeps a service (`backup`, `restore`, `doctor`,
`films`, `config`, `service`) and `comfyui-simulator` work on this machine.
"""

from __future__ import annotations

import io
import sys

from tower_anime.cli.main import app


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows no Japanese shows ?
    try:
        app()
    except OSError as error:  # such as a full disk behind what is printed
        sys.exit(f"tower-anime: {error.filename or 'what is printed'}: {error.strerror}.")
