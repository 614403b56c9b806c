"""The table of oddities (what an adopted database held that could not be taken as it was), and all
tables of the service by their names."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from tower_anime.characters import tables as characters
from tower_anime.core import changes, repeats
from tower_anime.core.tables import Id, id_column, metadata
from tower_anime.cuts import tables as cuts
from tower_anime.engines import tables as engines
from tower_anime.media import tables as media
from tower_anime.projects import tables as projects
from tower_anime.renders import tables as renders
from tower_anime.story import tables as story
from tower_anime.workflows import tables as workflows

oddities = Table(
    "oddities",
    metadata,
    id_column(),
    Column("subject", Text, nullable=False),  # project, character, scene; or table, view, index…
    Column("subject_id", Id, nullable=False),  # 0 for what is no row
    Column("field", Text, nullable=False),
    Column("stored", Text),  # as it was: its text, or SQL that says it
    Column("text", Text, nullable=False),  # a sentence for people
    Index(None, "subject", "subject_id"),
    sqlite_autoincrement=True,
)

# `metadata` knows a table once its module is imported; no command but `serve` imports all of them.
_HAVE_TABLES = (
    *(changes, repeats, projects, media, characters, story, renders, cuts),
    *(workflows, engines),
)
OURS = metadata.tables
