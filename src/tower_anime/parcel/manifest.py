"""The first file of a parcel: what it is, of which format, and the hashes of all that follows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from tower_anime.core.text import Name, Sha256

VERSION = 1
NAME = "manifest.json"
LARGEST = 1024 * 1024  # bytes of it

Count = Annotated[int, Field(ge=0, le=2**53)]


class Table(BaseModel):
    """One file of rows, a JSON object a line."""

    rows: Count
    bytes: Count
    sha256: Sha256


class Version(BaseModel):
    """What is read first of a manifest, whatever its version."""

    format: Literal["tower-anime project"] = "tower-anime project"
    version: int = VERSION


class Manifest(Version):
    """What a parcel holds. The media are listed in its table `media`, by their SHA-256."""

    project: Name
    made_at: Annotated[str, Field(max_length=40)]
    made_by: Annotated[str, Field(max_length=100)]
    media_count: Count
    media_bytes: Count
    tables: dict[str, Table]


def path_of_table(name: str) -> str:
    """Where a table's rows are in the file."""
    return f"tables/{name}.jsonl"


def path_of_medium(sha256: str) -> str:
    """Where a medium's bytes are in the file."""
    return f"media/{sha256}"
