"""Builds the web studio into the wheel.

Where it cannot be built, because the npm registry cannot be reached, the wheel is made without it:
the API works, and the page at `/` says what to do.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class StudioHook(BuildHookInterface[Any]):  # of any builder's configuration
    """Runs `scripts.studio build` before a wheel is made."""

    def initialize(self, version: str, _: dict[str, Any]) -> None:
        """Build the studio, unless the package is installed in place or it is built already."""
        built = Path(self.root, "src", "tower_anime", "studio", "dist", "index.html")
        if version == "editable" or built.is_file():
            return
        command = [sys.executable, "-m", "scripts.studio", "build"]
        done = subprocess.run(command, cwd=self.root, check=False)  # noqa: S603 - our own script
        if done.returncode:
            self.app.display_warning("The web studio was not built; the wheel is without it.")
