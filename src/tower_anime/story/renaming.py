"""A character's new name, and the scenes of chosen branches that follow it."""

from __future__ import annotations

import json
from typing import Any

from tower_anime.characters import service as characters
from tower_anime.characters.schemas import CharacterUpdate
from tower_anime.core.database import Transaction, commits_alone
from tower_anime.core.errors import Conflict
from tower_anime.core.shown import Shown
from tower_anime.core.sql import Row
from tower_anime.core.text import dump, nfc
from tower_anime.story import branches, scenes, shot_rows
from tower_anime.story.branch_schemas import CharacterRename


@commits_alone
def rename(tx: Transaction, character_id: int, asked: CharacterRename) -> Shown:
    """Rename a character, in the scenes, casts and dialogue of the chosen branches too.

    It is one change of the character, and one of each branch. Raises `NotFound`, and `Conflict` for
    a branch of another project, or for a name that would make two characters one in their scenes.
    """
    row = characters.find(tx, character_id)
    _require_free(tx, row, asked.name)
    shown = characters.update(tx, character_id, CharacterUpdate(name=asked.name))
    for branch_id in dict.fromkeys(asked.branch_ids):
        branch = branches.find(tx, branch_id)
        if branch["project_id"] != row["project_id"]:
            raise Conflict(f"Branch {branch['name']} is of another project.")
        _rename_in(tx, branch, row["name"], asked.name)
    return shown


def _require_free(tx: Transaction, row: Row, name: str) -> None:
    other = characters.of_names(tx, row["project_id"]).get(nfc(name))
    if other is not None and other["id"] != row["id"]:
        raise Conflict(
            f"There is a {name} in this project already (id {other['id']}); in scenes that name"
            " both, the two would be one."
        )


def _rename_in(tx: Transaction, branch: Row, old: str, new: str) -> None:
    shots_of = shot_rows.live_of_branch(tx, branch["id"])
    renamed = [
        (scene, _renamed_scene(scene, old, new), _renamed_shots(shots_of[scene["id"]], old, new))
        for scene in scenes.in_order(tx, branch["id"])
    ]
    changed = [(new, shots) for scene, new, shots in renamed if new is not scene or shots]
    if not changed:
        return
    count = "1 scene" if len(changed) == 1 else f"{len(changed):,} scenes"
    text = f"Branch {branch['name']}: {old} renamed to {new} in {count}"
    change_id = branches.DOCUMENTS.log(tx, branch, "renamed", text)
    for scene, shots in changed:
        for shot, values in shots:
            shot_rows.revise(tx, shot, values)
        scenes.DOCUMENTS.put(tx, scene, change_id)


def _renamed_scene(scene: Row, old: str, new: str) -> Row:
    names: list[str] = json.loads(scene["characters"])
    renamed = _renamed(names, old, new)
    return scene if renamed == names else {**scene, "characters": dump(renamed)}


def _renamed(names: list[str], old: str, new: str) -> list[str]:
    return [*dict.fromkeys(new if nfc(name) == nfc(old) else name for name in names)]


def _renamed_shots(shots: list[Row], old: str, new: str) -> list[tuple[Row, Row]]:
    """The shots that name the character, each with its new values."""
    found = []
    for shot in shots:
        cast: dict[str, Any] = json.loads(shot["cast"])  # a casting is not looked into
        lines: list[dict[str, Any]] = json.loads(shot["dialogue"])
        if old in cast and new in cast:
            raise Conflict(f"Shot {shot['shot_number']} casts both {old} and {new}.")
        named = {new if nfc(name) == nfc(old) else name: cast[name] for name in cast}
        spoken = [{**line, "speaker": _renamed([line["speaker"]], old, new)[0]} for line in lines]
        if named != cast or spoken != lines:
            found.append((shot, {"cast": dump(named), "dialogue": dump(spoken)}))
    return found
