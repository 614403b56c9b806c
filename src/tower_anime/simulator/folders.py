"""The server's folders, and the names of what it writes into them."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

KINDS = ("input", "output", "temp")
_ANNOTATION = re.compile(r"^(.*) \[(input|output|temp)\]$")


class Folders:
    """`input`, `output` and `temp` below one folder; the last is emptied at each start."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.rmtree(root / "temp", ignore_errors=True)
        for kind in KINDS:
            (root / kind).mkdir(parents=True, exist_ok=True)

    def of(self, kind: str) -> Path:
        """The folder of a kind."""
        return self.root / kind

    def pictures(self) -> list[str]:
        """Every file that LoadImage can be told to load."""
        base = self.of("input")
        return sorted(f.relative_to(base).as_posix() for f in base.rglob("*") if f.is_file())

    def annotated(self, name: str) -> Path:
        """The file of a name that may end in ` [output]`; raises `ValueError` outside."""
        found = _ANNOTATION.match(name)
        kind, rest = (found[2], found[1]) if found else ("input", name)
        return inside(self.of(kind), rest)

    def has_picture(self, name: str) -> bool:
        """Whether LoadImage would find it."""
        try:
            return self.annotated(name).exists()
        except ValueError:
            return False

    def next_name(self, kind: str, prefix: str, size: tuple[int, int]) -> tuple[str, str, int]:
        """Subfolder, beginning of the name and number of the next file of a prefix."""
        path = inside(self.of(kind), _filled(prefix, size))
        folder, beginning = path.parent, path.name
        folder.mkdir(parents=True, exist_ok=True)
        pattern = re.compile(re.escape(beginning) + r"_(\d+)_")
        numbers = [int(m[1]) for f in folder.iterdir() if (m := pattern.match(f.name))]
        subfolder = folder.relative_to(self.of(kind)).as_posix()
        return "" if subfolder == "." else subfolder, beginning, max(numbers, default=0) + 1


def inside(base: Path, name: str) -> Path:
    """The path of `name` below `base`; raises `ValueError` where it leads out of it."""
    path = Path(base, name).resolve()
    if not path.is_relative_to(base.resolve()):
        raise ValueError(f"{name} is outside of its folder")
    return path


def _filled(prefix: str, size: tuple[int, int]) -> str:
    now = time.localtime()
    words = {
        "%width%": str(size[0]),
        "%height%": str(size[1]),
        "%year%": f"{now.tm_year}",
        "%month%": f"{now.tm_mon:02}",
        "%day%": f"{now.tm_mday:02}",
        "%hour%": f"{now.tm_hour:02}",
        "%minute%": f"{now.tm_min:02}",
        "%second%": f"{now.tm_sec:02}",
    }
    for word, value in words.items():
        prefix = prefix.replace(word, value)
    return prefix
