"""`tower.media` and `tower.cuts`: what was made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Unpack

from tower_anime.client import answers, downloads
from tower_anime.client.bodies import Source
from tower_anime.client.downloads import Target
from tower_anime.client.fields import CutChange
from tower_anime.client.rows import HasId, KeptRows, id_of
from tower_anime.client.takes import UNDER_WAY
from tower_anime.client.transport import Transport
from tower_anime.client.waiting import until
from tower_anime.cuts.schemas import Cut
from tower_anime.media.schemas import Medium


class Media:
    """Pictures, films and sounds. Wherever a medium is asked for, its id does as well."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self, medium: Medium | str) -> Medium:
        """What is known of a medium. Raises `NotFound`."""
        return answers.one(Medium, self._transport.get(f"/media/{_sha256(medium)}"))

    def upload(self, source: Source, *, name: str | None = None) -> Medium:
        """Send a picture, a film or a sound, from a path or an open file. Raises `Refused`."""
        return answers.one(Medium, self._transport.upload("/media", source, name=name))

    def download(self, medium: Medium | str, to: Target) -> Path | None:
        """Write a medium's bytes to a file, or into a folder under its name; where they are.

        Raises `NotFound`, `Unreadable` for bytes that arrive damaged, or `OSError` of the file.
        """
        return downloads.save(self._transport, f"/media/{_sha256(medium)}/file", to)

    def thumbnail(self, medium: Medium | str, *, width: int = 320) -> bytes:
        """A small picture of a medium, as WebP, `width` pixels wide; a video's is its poster."""
        path = f"/media/{_sha256(medium)}/thumbnail"
        return self._transport.get(path, {"width": width}).content


class Cuts(KeptRows[Cut]):
    """Ordered edits of a branch's approved takes."""

    _path = "/cuts"
    _model = Cut

    def list(
        self,
        *,
        project_id: int | None = None,
        branch_name: str | None = None,
        deleted: bool = False,
        limit: int = 100,
    ) -> Iterator[Cut]:
        """Cuts, the newest first, `limit` a page; `deleted` lists the trash."""
        query = {"project_id": project_id, "branch_name": branch_name}
        return self._transport.rows(Cut, self._path, {**query, "deleted": deleted, "limit": limit})

    def create(self, project_id: int, name: str, *, branch_name: str = "main") -> Cut:
        """Begin a cut; it follows its branch until its items are edited. Raises `NotFound`."""
        place = {"project_id": project_id, "branch_name": branch_name}
        return self._create(self._path, {**place, "name": name})

    def update(
        self, cut: HasId | int, *, if_match: int | None = None, **change: Unpack[CutChange]
    ) -> Cut:
        """Rename it, edit its items, or have it follow its branch again (`items=None`)."""
        return self._update(cut, if_match, change)

    def assemble(self, cut: HasId | int) -> Cut:
        """Have the film made; `wait` for it."""
        return self._do(cut, "/assemble")

    def cancel(self, cut: HasId | int) -> Cut:
        """Stop the making of the film."""
        return self._do(cut, "/cancel")

    def wait(self, cut: HasId | int, *, timeout: float | None = None) -> Cut:
        """The cut once its film is done, failed or cancelled; `timeout` in seconds.

        Raises `NotFinished`.
        """
        return until(
            lambda now: now.status not in UNDER_WAY,
            lambda: self.get(cut),
            timeout,
            f"Cut {id_of(cut)}",
        )

    def download(self, cut: HasId | int, to: Target) -> Path | None:
        """Write the film to a file, or into a folder under its name; where it is.

        Raises `Conflict` where there is no film yet, or what `Media.download` raises.
        """
        return downloads.save(self._transport, self._at(cut, "/export"), to)


def _sha256(medium: Medium | str) -> str:
    return medium if isinstance(medium, str) else medium.id
