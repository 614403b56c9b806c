"""Moments of the past as callers see them: a branch as it was, and each state of a scene."""

from __future__ import annotations

from pydantic_core import from_json
from sqlalchemy import Text, bindparam, cast, select

from tower_anime.core.changes import revisions as kept
from tower_anime.core.database import Reader
from tower_anime.core.paging import Found, Listing, Page
from tower_anime.core.shown import Shown
from tower_anime.core.sql import Row
from tower_anime.core.text import dump
from tower_anime.story import branches, history, scenes
from tower_anime.story.scenes import PINNED
from tower_anime.story.tables import SHOWN

_Place = tuple[bool, int, int, float, int]

_WORKFLOW = '"workflow_id":'  # states of earlier versions have none
_IN_TRASH = '"deleted_at":"'  # of the scene or of a shot; quotes inside of texts are escaped

_REVISIONS = Listing(
    select(cast(kept.c.revision, Text)).where(
        kept.c.subject == "scene", kept.c.subject_id == bindparam("id")
    ),
    kept.c.revision,
    descending=True,
)


def revisions(reader: Reader, page: Page, scene_id: int) -> Found:
    """Every state of a scene with its shots, the newest first."""
    scenes.find(reader, scene_id)
    found = _REVISIONS.read(reader, page, id=scene_id)
    numbers = [int(number) for number in found.documents]
    states = [_told(history.document(reader, scene_id, number)) for number in numbers]
    return found._replace(documents=[dump(state).encode() for state in states])


def _told(state: history.Document) -> Row:
    """A state as callers see it."""
    shots = [shot for shot in state["shots"] if shot["deleted_at"] is None]
    return {name: state[name] for name in SHOWN} | {"shots": shots}


def then(reader: Reader, branch_id: int, at: int) -> Shown:
    """A branch as it was after a change, with its scenes and shots in order. Raises `NotFound`."""
    branch = branches.find(reader, branch_id)
    point = history.require_point(reader, branch, at)
    name = branch["name"]
    told = (_placed(reader, name, *state) for state in history.states(reader, *point))
    found = [text for _, text in sorted(one for one in told if one is not None)]
    about = dump({"branch_id": branch_id, "name": branch["name"], "at": at})
    # Joined once: of ten thousand scenes it is thirty megabytes, and each copy of them costs.
    first, *others = found or [""]
    parts = [f'{about[:-1]},"scenes":[{first}', *others]
    parts[-1] += "]}"
    return Shown(",".join(parts))


def _placed(
    reader: Reader, branch_name: str, scene_id: int, text: str
) -> tuple[_Place, str] | None:
    """A state's place in the story, and its JSON as callers see it; `None` for one in the trash.

    Most are told as they are kept, and only their own fields are looked into: to read and write all
    shots of ten thousand scenes takes four times as long.
    """
    parts = text.partition(PINNED)
    if not parts[1] or _WORKFLOW not in parts[0] or _IN_TRASH in text:
        state = history.resolved(reader, scene_id, text)
        place = scenes.in_story(state)
        told = _told({**state, "branch_name": branch_name})
        return None if state["deleted_at"] is not None else (place, dump(told))
    scene = from_json(f"{parts[0]}}}")
    fields = parts[0]
    if scene["branch_name"] != branch_name:  # it had another name then
        fields = dump({**scene, "branch_name": branch_name})[:-1]
    return scenes.in_story(scene), f"{fields},{parts[2].partition(',')[2]}"
