"""The one `MetaData` that all domains' tables belong to, and the column shapes that they share."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Double, Integer, MetaData, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives row ids only to a column whose type is exactly INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")
Json = Text  # JSON is text on both databases, so that what was stored comes back
Real = Double


def id_column() -> Column[int]:
    """The primary key: an integer, never used again after a row is gone."""
    return Column("id", Id, primary_key=True, autoincrement=True)


def times() -> tuple[Column[str], Column[str]]:
    """When a row was made and last changed (see `core.clock`)."""
    return Column("created_at", Text, nullable=False), Column("updated_at", Text, nullable=False)


def document_columns() -> tuple[Column[int], Column[str]]:
    """What a row with a history has: its revision, and when it went to the trash."""
    return Column("revision", Integer, nullable=False), Column("deleted_at", Text)
