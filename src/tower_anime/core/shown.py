"""A row as callers see it, and the entity tag that stands for just this state of it."""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple


class Shown(NamedTuple):
    """A document: its JSON, and its revision where its row counts its changes."""

    json: str
    revision: int | None = None

    @property
    def tag(self) -> str:
        """The opaque part of its ETag: the revision, and a hash of what is shown.

        The hash tells apart the same revision of two databases, such as one that was restored.
        """
        digest = blake2b(self.json.encode(), digest_size=6).hexdigest()
        return digest if self.revision is None else f"{self.revision}-{digest}"

    def is_known_by(self, tags: frozenset[str]) -> bool:
        """Whether one of an If-None-Match's tags stands for just this; `*` does for anything."""
        return "*" in tags or self.tag in tags

    def is_expected_by(self, tags: frozenset[str]) -> bool:
        """Whether one of an If-Match's tags names this state: as above, or by a bare revision.

        A revision alone is not enough to leave out an answer: progress goes on without a new one.
        """
        return self.is_known_by(tags) or (self.revision is not None and str(self.revision) in tags)


def tags_in(header: str) -> frozenset[str]:
    """The opaque tags of an If-Match or If-None-Match (RFC 9110, section 13.1).

    Weak ones are taken by their opaque part; unquoted ones, which people type, likewise.
    """
    parts = (part.strip().removeprefix("W/") for part in header.split(","))
    return frozenset(part.strip('"') for part in parts)
