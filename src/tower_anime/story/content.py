"""The story as it is compared and merged: scenes and shots by lineage, each a set of fields. Pure.

What is one decision is one field. Most fields are those that callers see; where a value has parts
of their own (who is cast, the lines of dialogue, the stages), each part is a field: `cast.Hero`,
`dialogue.1f0a33c9`, `stages.video.approval`. `dialogue` alone is the order of the lines. `place` is
where a scene stands among the scenes, or a shot in a scene. A field that is empty is absent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tower_anime.core.text import dump

Fields = dict[str, Any]  # any JSON value but null
Document = Mapping[str, Any]  # a scene with its shots, as its revisions keep it

PLACE = "place"
DIALOGUE = "dialogue"
VIDEO_PATH = "video_path"
MEDIA = "/api/anime/media/"  # where the path of a take begins
SHOT_NUMBER = "shot_number"

_OF_SCENES = ("episode", "description", "characters", "status", "workflow_id")
_OF_SHOTS = (
    SHOT_NUMBER,
    "description",
    "prompt",
    "negative_prompt",
    "duration",
    "camera",
    "seed",
)
_OF_STAGES = ("workflow_id", "engine", "settings")
_STAGE: Fields = {
    "workflow_id": None,
    "engine": None,
    "settings": {},
    "approved_take_id": None,
    "approved_media_id": None,
}


@dataclass(frozen=True)
class Story:
    """Scenes and shots that are there, by lineage; a shot's `place` names its scene."""

    scenes: dict[int, Fields]
    shots: dict[int, Fields]

    def shots_of(self, scene: int) -> list[int]:
        """The lineages of a scene's shots, in order."""
        return self._by_scene.get(scene, [])

    @cached_property
    def _by_scene(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for lineage in sorted(self.shots, key=lambda shot: order_of(shot, self.shots[shot])):
            found.setdefault(scene_in(self.shots[lineage]), []).append(lineage)
        return found


EMPTY = Story({}, {})


def scene_in(shot: Fields) -> int:
    """The lineage of the scene that a shot's fields place it in."""
    lineage: int = shot[PLACE]["scene"]
    return lineage


def order_of(lineage: int, fields: Fields) -> tuple[float, int]:
    """What a shot is sorted by within its scene."""
    return fields[PLACE]["position"], lineage


# --- from documents


def story_of(documents: Iterable[Document]) -> Story:
    """The story that scenes' documents tell; what is in the trash is not in it."""
    scenes: dict[int, Fields] = {}
    shots: dict[int, Fields] = {}
    for document in documents:
        if document["deleted_at"] is None:
            lineage = document["lineage"]
            scenes[lineage] = _of_scene(document)
            for shot in document["shots"]:
                if shot["deleted_at"] is None:
                    shots[shot["lineage"]] = _of_shot(shot, lineage)
    return Story(scenes, shots)


def _of_scene(document: Document) -> Fields:
    number, position = document["scene_number"], document["position"]
    fields: Fields = {PLACE: {"scene_number": number, "position": float(position)}}
    fields |= {name: document.get(name) for name in _OF_SCENES}  # earlier states have fewer
    if _is_pinned(document):
        fields[VIDEO_PATH] = document["video_path"]
    return _present(fields)


def _is_pinned(document: Document) -> bool:
    """Whether somebody wrote the video path; states of earlier versions do not say so."""
    path = document["video_path"]
    told: bool | None = document.get("video_pinned")
    if told is None:
        return path is not None and not path.startswith(MEDIA)
    return told


def _of_shot(shot: Document, scene: int) -> Fields:
    fields: Fields = {PLACE: {"scene": scene, "position": float(shot["position"])}}
    fields |= {name: shot[name] for name in _OF_SHOTS}
    fields["duration"] = float(shot["duration"])
    fields |= {f"cast.{name}": casting for name, casting in shot["cast"].items()}
    fields |= {f"inputs.{name}": given for name, given in shot["inputs"].items()}
    if lines := _with_ids_of_their_own(shot["dialogue"]):
        fields[DIALOGUE] = [line["id"] for line in lines]
        fields |= {f"dialogue.{line['id']}": line for line in lines}
    for name, stage in shot["stages"].items():
        fields |= {f"stages.{name}.{part}": stage.get(part) or None for part in _OF_STAGES}
        if stage.get("approved_take_id") is not None:
            approval = {p: stage.get(f"approved_{p}") for p in ("take_id", "media_id")}
            fields[f"stages.{name}.approval"] = approval
    return _present(fields)


def _with_ids_of_their_own(lines: list[Fields]) -> list[Fields]:
    """Lines with no id twice; earlier versions kept what they were given."""
    found: list[Fields] = []
    used: set[str] = set()
    for n, line in enumerate(lines):
        line_id = line["id"]
        while line_id in used:
            line_id = hashlib.blake2b(f"{line_id} {n}".encode(), digest_size=4).hexdigest()
        used.add(line_id)
        found.append({**line, "id": line_id})
    return found


def _present(fields: Fields) -> Fields:
    return {name: value for name, value in fields.items() if value is not None}


_TOLD_OF_SCENES = ("lineage", "scene_number", "position", *_OF_SCENES)
_TOLD_OF_SHOTS = ("lineage", "position", *_OF_SHOTS, "cast", "inputs", "dialogue", "stages")
NOTHING = "0" * 32  # the fingerprint of a scene that is in the trash, or not there


def fingerprint(document: Document) -> str:
    """What two documents share only where they tell the same story of a scene.

    Where they do not share it they may still tell the same: all is taken as it is written, for
    this is done at each change, and telling the story takes four times as long.
    """
    if document["deleted_at"] is not None:
        return NOTHING
    told = [
        [document.get(name) for name in _TOLD_OF_SCENES],
        document["video_path"] if _is_pinned(document) else None,
        [
            [shot[name] for name in _TOLD_OF_SHOTS]
            for shot in document["shots"]
            if shot["deleted_at"] is None
        ],
    ]
    return hashlib.blake2b(dump(told).encode(), digest_size=16).hexdigest()


def changed(before: Story, after: Story, lineages: Iterable[int]) -> list[int]:
    """Those scenes of which two stories tell otherwise."""
    return [
        lineage
        for lineage in lineages
        if before.scenes.get(lineage) != after.scenes.get(lineage)
        or _shots(before, lineage) != _shots(after, lineage)
    ]


def _shots(story: Story, scene: int) -> dict[int, Fields]:
    return {shot: story.shots[shot] for shot in story.shots_of(scene)}


# --- back to the columns of the tables


def scene_columns(fields: Fields) -> Fields:
    """A scene's columns; `video_path` only where somebody wrote it."""
    columns: Fields = {**fields[PLACE], **{name: fields.get(name) for name in _OF_SCENES}}
    columns["characters"] = dump(columns["characters"])
    columns["video_pinned"] = VIDEO_PATH in fields
    if VIDEO_PATH in fields:
        columns[VIDEO_PATH] = fields[VIDEO_PATH]
    return columns


def shot_columns(fields: Fields) -> Fields:
    """A shot's columns but its scene's; JSON as text."""
    columns: Fields = {name: fields.get(name) for name in _OF_SHOTS}
    columns["position"] = order_of(0, fields)[0]
    columns["seed"] = None if columns["seed"] is None else str(columns["seed"])
    columns["cast"] = dump(dict(_parts(fields, "cast.")))
    columns["inputs"] = dump(dict(_parts(fields, "inputs.")))
    lines = dict(_parts(fields, "dialogue."))
    columns["dialogue"] = dump([lines[line] for line in fields.get(DIALOGUE, [])])
    columns["stages"] = dump(stages_of(fields))
    return columns


def stages_of(fields: Fields) -> dict[str, Fields]:
    """A shot's stages as its table keeps them."""
    stages: dict[str, Fields] = {}
    for path, value in _parts(fields, "stages."):
        name, part = path.rsplit(".", 1)
        stage = stages.setdefault(name, dict(_STAGE))
        if part == "approval":
            stage |= {f"approved_{name}": given for name, given in value.items()}
        else:
            stage[part] = value
    return stages


def _parts(fields: Fields, prefix: str) -> Iterator[tuple[str, Any]]:  # any JSON value
    for name, value in fields.items():
        if name.startswith(prefix):
            yield name.removeprefix(prefix), value
