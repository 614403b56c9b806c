"""The table of media: files named by the SHA-256 of their bytes."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, Table, Text

from tower_anime.core.tables import Real, metadata

media = Table(
    "media",
    metadata,
    Column("id", Text, primary_key=True),  # the SHA-256, in hexadecimal
    Column("mime", Text, nullable=False),
    Column("kind", Text, nullable=False),  # image, video or audio
    Column("bytes", BigInteger, nullable=False),
    Column("width", Integer),
    Column("height", Integer),
    Column("duration", Real),
    Column("frames", Integer),
    Column("fps", Text),
    Column("has_audio", Boolean, nullable=False),
    Column("name", Text),
    Column("present", Boolean, nullable=False),
    Column("created_at", Text, nullable=False),
)
