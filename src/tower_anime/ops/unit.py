"""The systemd user unit of the service, as text. Pure: reads and writes no file.

Its second line is a hash of what follows, so that a unit that somebody has edited, or written
without us, is told from our own and never replaced unasked.

Sources: systemd.service(5), systemd.exec(5), systemd.syntax(7).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Literal

from tower_anime.core.errors import CannotStart

NAME = "tower-anime-api.service"

State = Literal["ours", "edited", "foreign"]

_WRITER = "# Written by `tower-anime service install`, which leaves it alone once it is edited."
_HASH = "# sha256: "
_PRIVATE = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108 - what PrivateTmp= would hide
_SPECIAL = re.compile(r"[\s\"'\\;#%]")
_DATA_DIR = re.compile(r'^ExecStart=.* --data-dir ("(?:\\.|[^"\\])*"|\S+)', re.MULTILINE)

# What is not here, and why: MemoryDenyWriteExecute= breaks FFmpeg's scaler, which writes its own
# machine code; PrivateUsers= stops the unit on systems that keep user namespaces from people.
# Where they are given, systemd 254 and newer makes one by itself for PrivateTmp= and
# ProtectSystem=; elsewhere a user's systemd goes on without these two. A mount of its own keeps
# hard links working between media/ and films/, since both are under one writable path.
_UNIT = """\
[Unit]
Description=Tower Anime, the studio server for people who make anime

[Service]
# The service says when it answers, and gives a sign of life from its event loop ever after.
Type=notify
ExecStart=:{command}
Restart=on-failure
RestartSec=10
# A database may have to be migrated first, however long that takes.
TimeoutStartSec=infinity
WatchdogSec=60
# It stops within 10 seconds. It tells its own processes; what is left then is killed.
TimeoutStopSec=20
KillMode=mixed
# A render that needs too much memory fails alone.
OOMPolicy=continue

UMask=0077
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths={writable}
{private}RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native

[Install]
WantedBy=default.target
"""


def unit(command: Sequence[str], data_dir: Path, writable: Sequence[Path] = ()) -> str:
    """The unit that runs `command`, which may write to `data_dir` and `writable` alone.

    The command's first word and all paths are absolute. Raises `CannotStart` for what no unit can
    name: control characters, what is no text, and a program with quotes or backslashes.
    """
    if set(command[0]) & set("\"'\\"):
        raise CannotStart(f"systemd runs no program with quotes in its path: {command[0]}")
    paths = [data_dir, *writable]
    body = _UNIT.format(
        command=" ".join(_quoted(word) for word in command),
        # "-": a folder that is gone is for the service to tell of, in a sentence.
        writable=" ".join(_quoted(f"-{path}") for path in paths),
        private="" if _are_temporary(paths) else "PrivateTmp=yes\n",
    )
    return f"{_WRITER}\n{_HASH}{_hash(body)}\n{body}"


def state(text: str) -> State:
    """Whether a unit is as we wrote it, was edited since, or is somebody else's."""
    first, _, rest = text.partition("\n")
    second, _, body = rest.partition("\n")
    if first != _WRITER or not second.startswith(_HASH):
        return "foreign"
    return "ours" if second == _HASH + _hash(body) else "edited"


def data_dir_of(text: str) -> Path | None:
    """The data folder that a unit names."""
    found = _DATA_DIR.search(text)
    return Path(_unquoted(found[1])) if found else None


def _hash(body: str) -> str:
    return sha256(body.encode()).hexdigest()


def _are_temporary(paths: Sequence[Path]) -> bool:
    return any(path.is_relative_to(folder) for path in paths for folder in _PRIVATE)


def _quoted(word: str) -> str:
    """A word of a unit's line. `$` stands for itself: behind `:`, and in paths, nothing expands."""
    if any(ord(c) < 32 or ord(c) == 127 or 0xD800 <= ord(c) < 0xE000 for c in word):
        raise CannotStart(f"A systemd unit cannot name the path {word!r}.")
    if not _SPECIAL.search(word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


def _unquoted(word: str) -> str:
    if word.startswith('"'):
        word = re.sub(r"\\(.)", r"\1", word[1:-1])
    return word.replace("%%", "%")
