"""What callers send and see of forks, merges, moments and tags."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from tower_anime.core import clock
from tower_anime.core.text import Name, RowId, Storable, Update, Words
from tower_anime.story import branch_examples as examples
from tower_anime.story.examples import Example
from tower_anime.story.schemas import Scene, Shot

_Named = Annotated[str, Field(min_length=1, max_length=255, strict=True), Storable]
_Numbered = Annotated[int, Field(ge=1, le=2**63 - 1, strict=True)]


def _asked(example: Example) -> ConfigDict:
    """What a call asks for: a word that is misspelled is refused, not passed over."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [example]})


def _clean(name: str) -> str:
    if name != name.strip() or not name.isprintable():
        raise ValueError("must not begin or end with a space, nor have control characters")
    return name


def _no_moment(name: str) -> str:
    if name.isdecimal() or clock.read(name) is not None:
        raise ValueError("must not read as a change's id or as a time")
    return name


GivenName = Annotated[Name, AfterValidator(_clean)]
TagName = Annotated[GivenName, AfterValidator(_no_moment)]


class BranchCreate(BaseModel):
    """A new branch, as the copy of another."""

    model_config = _asked(examples.BRANCH_CREATE)

    name: GivenName
    origin: Annotated[
        _Numbered | _Named,
        Field(
            alias="from",
            description="A branch or a tag by its name, or a change by its id: the branch then.",
        ),
    ] = "main"
    description: Words | None = None


class BranchUpdate(Update):
    """Changes to a branch: what is absent stays; null clears what can be empty."""

    model_config = Update.example(examples.BRANCH_UPDATE)

    name: GivenName = ""
    description: Words | None = None


class TagCreate(BaseModel):
    """A name for a branch as it is, or as it was."""

    model_config = _asked(examples.TAG_CREATE)

    name: TagName
    at: Annotated[
        _Numbered | None, Field(description="The change after which it was so; absent: now.")
    ] = None


class Tag(BaseModel):
    """A name for a moment of a branch."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.TAG]})

    id: int
    branch_id: int
    name: str
    change_id: Annotated[int, Field(description="The branch as it was after this change.")]
    created_at: str
    actor: str | None


class Point(BaseModel):
    """A branch as it was after a change."""

    branch_id: int
    change_id: int


class WordChange(BaseModel):
    """A part of a text: in both, or only in the one before or the one after."""

    change: Literal["same", "removed", "added"]
    text: str


class FieldDifference(BaseModel):
    """One field of which the two sides have another value; null is what is not there."""

    base: Annotated[JsonValue, Field(description="What both come from.")]
    ours: JsonValue
    theirs: JsonValue
    words: Annotated[
        list[WordChange] | None, Field(description="Of texts, what differs word by word.")
    ] = None


Difference = Literal["added", "removed", "changed", "moved"]


class ShotDifference(BaseModel):
    """A shot that the two sides have otherwise."""

    lineage: int
    shot_number: int | None
    change: Difference
    fields: dict[str, FieldDifference]


class SceneDifference(BaseModel):
    """A scene that the two sides have otherwise; `change` tells what theirs has against ours."""

    lineage: int
    scene_number: int | None
    change: Difference
    fields: dict[str, FieldDifference]
    shots: list[ShotDifference]


class Comparison(BaseModel):
    """How two branches differ."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.COMPARISON]})

    base: Annotated[Point | None, Field(description="The newest point that both come from.")]
    ours: Point
    theirs: Point
    scenes: list[SceneDifference]


class MergePoints(BaseModel):
    """The newest change of each side, as a dry run told it."""

    source: _Numbered
    target: _Numbered


class GivenValue(BaseModel):
    """A value that is neither side's."""

    value: JsonValue


class MergeRequest(BaseModel):
    """Which branch to merge in, and how its conflicts are resolved."""

    model_config = _asked(examples.MERGE_REQUEST)

    source: Annotated[
        _Numbered | _Named, Field(description="The branch to merge in, by its id or its name.")
    ]
    resolutions: Annotated[
        dict[str, Literal["ours", "theirs"] | GivenValue],
        Field(
            max_length=100_000,
            description="By the conflicts' ids: `ours`, `theirs`, or a value of one's own, such as"
            ' `{"scene-3.description": "theirs", "shot-7.camera": {"value": "still"}}`.',
        ),
    ] = {}
    dry_run: Annotated[bool, Field(description="Tell what would happen, and do nothing.")] = False
    at: Annotated[
        MergePoints | None,
        Field(description="Of the dry run: refused where a branch has moved since."),
    ] = None


class ConflictShown(BaseModel):
    """What both sides changed differently."""

    id: Annotated[str, Field(description="What a resolution names it by.")]
    lineage: Annotated[int, Field(description="Of the scene, or of the shot.")]
    scene_number: int | None
    shot_number: Annotated[int | None, Field(description="Null where it is the scene itself.")]
    field: str
    base: JsonValue
    ours: JsonValue
    theirs: JsonValue


class MergeOutcome(BaseModel):
    """What a merge did, or would do."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.MERGE_OUTCOME]})

    applied: Annotated[bool, Field(description="False where there was nothing to write.")]
    at: MergePoints
    changes: Annotated[
        list[SceneDifference],
        Field(description="What becomes of the target: `ours` is before, `theirs` after."),
    ]
    conflicts: list[ConflictShown]


class RevertRequest(BaseModel):
    """The moment that a branch goes back to."""

    model_config = _asked(examples.REVERT_REQUEST)

    to: Annotated[
        _Numbered | _Named,
        Field(description="A change by its id, a tag by its name, or a time in ISO 8601."),
    ]


class RevertOutcome(BaseModel):
    """What going back did."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.REVERT_OUTCOME]})

    applied: Annotated[bool, Field(description="False where nothing was otherwise.")]
    to: Point
    changes: Annotated[
        list[SceneDifference], Field(description="`ours` is before, `theirs` after.")
    ]


class SceneThen(Scene):
    """A scene with its shots."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SCENE_THEN]})

    shots: list[Shot]


class BranchThen(BaseModel):
    """A branch as it was after a change."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.BRANCH_THEN]})

    branch_id: int
    name: str
    at: int
    scenes: list[SceneThen]


class SceneReorder(BaseModel):
    """Scenes of one episode of a branch, in the order that they are to have."""

    model_config = _asked(examples.SCENE_REORDER)

    project_id: RowId
    branch_name: Name = "main"
    scene_ids: Annotated[list[RowId], Field(min_length=1, max_length=10_000)]


class ShotReorder(BaseModel):
    """Shots of a scene, in the order that they are to have."""

    model_config = _asked(examples.SHOT_REORDER)

    shot_ids: Annotated[list[RowId], Field(min_length=1, max_length=10_000)]


class CharacterRename(BaseModel):
    """A character's new name, and the branches whose scenes follow."""

    model_config = _asked(examples.CHARACTER_RENAME)

    name: GivenName
    branch_ids: Annotated[list[RowId], Field(max_length=1_000)] = []
