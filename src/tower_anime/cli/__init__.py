"""The command line. `serve` is a composition root; all else speaks HTTP to a running service."""

from __future__ import annotations

from tower_anime.cli.main import app


def main() -> None:
    """Run the command line."""
    app()
