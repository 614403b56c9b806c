"""The commands that a page of the guide tells a reader to type, and a shell that runs them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.support.services import PATIENCE

_BLOCK = re.compile(r"^```(console|sh|bash)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(page: Path) -> list[str]:
    """The commands of a page, in order.

    A block `sh` or `bash` is one command, whole. In a block `console`, each line behind `$ ` is
    one, with the lines that a backslash at the end, or a `> ` in front, adds to it; the rest is
    what was answered.
    """
    found: list[str] = []
    for kind, text in _BLOCK.findall(page.read_text(encoding="utf-8")):
        found += _typed(text) if kind == "console" else [text.strip()]
    return found


def _typed(session: str) -> list[str]:
    typed: list[str] = []
    goes_on = False
    for line in session.splitlines():
        if line.startswith("$ "):
            typed.append(line[2:])
        elif goes_on or (line.startswith("> ") and typed):
            typed[-1] += "\n" + line.removeprefix("> ")
        else:
            continue
        goes_on = typed[-1].endswith("\\")
    return typed


def run(typed: list[str], folder: Path, **environment: str) -> str:
    """Type commands into one shell in `folder`; what they printed, errors too.

    `tower-anime` is the one under test. Raises `AssertionError` at the first command that fails.
    """
    here = Path(sys.executable).parent
    shell = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(typed)],
        cwd=folder,
        env={**os.environ, "PATH": f"{here}:{os.environ['PATH']}", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert shell.returncode == 0, shell.stdout
    return shell.stdout
