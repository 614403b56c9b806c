"""What callers send and see of takes and runs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tower_anime.core.text import Name, RowId
from tower_anime.projects.schemas import Engine, StageName
from tower_anime.renders import examples
from tower_anime.story.schemas import Seed

Status = Literal["queued", "running", "done", "failed", "cancelled"]
What = Literal["missing", "stale", "all"]
THROUGH = (
    "Where an earlier stage has no approved take, go on from its newest done one instead of"
    " waiting; the plan says so."
)


class TakeRequest(BaseModel):
    """What to render of a shot; what is not said is the shot's own, or the project's."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.TAKE_REQUEST]})

    stage: Annotated[StageName | None, Field(description="Null is the first.")] = None
    count: Annotated[int, Field(ge=1, le=32, description="How many takes.")] = 1
    seed: Annotated[
        Seed | None,
        Field(description="Of the first take; each next one's is one higher. Null is drawn."),
    ] = None
    engine: Annotated[
        Engine | None,
        Field(
            description="Null is the shot's own; else a stage with a workflow is rendered"
            " with it; else it is the project's."
        ),
    ] = None
    workflow_id: Annotated[
        RowId | None, Field(description="Null is the shot's own, or the project's.")
    ] = None
    through: Annotated[bool, Field(description=THROUGH)] = False
    run_id: Annotated[
        RowId | None,
        Field(description="The run that they are counted to: another try at what it rendered."),
    ] = None


class RenderRequest(BaseModel):
    """Which shots of a branch to render."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.RENDER_REQUEST]})

    branch_name: Name = "main"
    what: Annotated[
        What,
        Field(
            description="`missing`: nothing is approved or under way; `stale`: what is approved is"
            " not what would be made now."
        ),
    ] = "missing"
    scene_ids: Annotated[
        list[RowId] | None,
        Field(max_length=10_000, description="Only shots of these scenes; null is all of them."),
    ] = None
    stage: StageName | None = None
    engine: Annotated[
        Engine | None, Field(description="Null is each shot's own, or the project's.")
    ] = None
    workflow_id: Annotated[
        RowId | None, Field(description="Null is each shot's own, or the project's.")
    ] = None
    through: Annotated[bool, Field(description=THROUGH)] = False
    count: Annotated[int, Field(ge=1, le=32, description="How many takes of each shot.")] = 1
    dry_run: Annotated[bool, Field(description="Queue nothing, and tell what would be.")] = False


class Approval(BaseModel):
    """The take that is chosen."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.APPROVAL]})

    take_id: RowId


class Withdrawal(BaseModel):
    """The stage whose approval is taken back."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.WITHDRAWAL]})

    stage: StageName


class Output(BaseModel):
    """One file that a take produced."""

    media_id: str
    node: Annotated[str | None, Field(description="The workflow's node that made it.")]
    index: int


class TakeError(BaseModel):
    """Why a take failed."""

    title: str
    detail: str
    node: Annotated[str | None, Field(description="The workflow's node that failed.")]


class Take(BaseModel):
    """A take as callers see it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.TAKE]})

    id: int
    project_id: int
    shot_id: int
    stage: str
    number: Annotated[int, Field(description="The takes of a shot are numbered from 1.")]
    run_id: int | None
    status: Status
    progress: Annotated[float, Field(description="From 0 to 1.")]
    verdict: Annotated[
        Literal["unreviewed", "rejected", "approved"],
        Field(description="On the branch of the shot that was asked for."),
    ]
    attempt: Annotated[int, Field(description="How often it was begun.")]
    engine: str
    seed: int | str | None
    digest: Annotated[
        str | None, Field(description="The SHA-256 of its plan; null where it was uploaded.")
    ]
    reused_from: Annotated[
        int | None, Field(description="The take whose medium it has, without being rendered.")
    ]
    outputs: list[Output]
    media_id: Annotated[str | None, Field(description="The output that was chosen.")]
    preview_id: Annotated[str | None, Field(description="A medium to look at while it runs.")]
    error: TakeError | None
    engine_id: Annotated[
        int | None, Field(description="The ComfyUI server that it is with, or was made by.")
    ]
    place: Annotated[
        int, Field(description="What waits is begun by its place, then by its id; 0 as it came.")
    ]
    waits_for: Annotated[
        str | None, Field(description="What a queued take waits for, for a person.")
    ]
    warnings: Annotated[
        list[str], Field(description="How what came back differs from what was asked for.")
    ]
    queued_at: str
    started_at: str | None
    finished_at: str | None


class Provenance(BaseModel):
    """What decided a take, and what happened when it was made."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PROVENANCE]})

    take_id: int
    digest: str | None
    seed: int | str | None
    plan: Annotated[
        dict[str, Any] | None, Field(description="All that decides the result, part by part.")
    ]  # each part is any JSON
    execution: Annotated[
        dict[str, Any] | None, Field(description="What happened when it was made.")
    ]
    sentences: Annotated[list[str], Field(description="Both, for a person.")]


class Run(BaseModel):
    """The takes that one request queued."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.RUN]})

    id: int
    project_id: int
    branch_name: str
    what: What
    counts: Annotated[
        dict[Status, int], Field(description="How many of its takes have each status.")
    ]
    waiting: Annotated[
        int,
        Field(
            description="How many of its queued takes wait for a person: another take has to be"
            " approved first."
        ),
    ]
    started_at: str
    finished_at: str | None
    estimate_seconds: Annotated[
        float | None, Field(description="How long the rest may take; null where nothing is known.")
    ]


class RunShot(BaseModel):
    """A shot of which a run has takes, and where it is in the story."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.RUN_SHOT]})

    shot_id: int
    scene_id: int
    episode: int | None
    scene_number: int
    shot_number: int
    scene: Annotated[str, Field(description="What happens in its scene.")]
    description: str
    approved: Annotated[dict[str, int], Field(description="The approved take of each stage.")]


class TakeOrder(BaseModel):
    """Takes that wait, in the order in which they are to be begun."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.TAKE_ORDER]})

    take_ids: Annotated[list[RowId], Field(min_length=1, max_length=10_000)]


class QueueState(BaseModel):
    """The queue as a whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.QUEUE_STATE]})

    paused: Annotated[bool, Field(description="Whether nothing more is begun.")]
    paused_at: str | None
    paused_by: Annotated[str | None, Field(description="Who paused it, where that was said.")]
    running: Annotated[int, Field(description="How many takes are being rendered.")]
    queued: Annotated[int, Field(description="How many takes wait.")]


class Rendering(BaseModel):
    """What a request to render queued, or would."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.RENDERING]})

    dry_run: bool
    run_id: Annotated[int | None, Field(description="Null where nothing was queued.")]
    shots: Annotated[int, Field(description="How many shots it is about.")]
    takes: list[Take]
    reused: Annotated[
        int, Field(description="How many takes need no rendering: the same were made before.")
    ]
    estimate_seconds: float | None
    causes: Annotated[dict[str, int], Field(description="Why, and of how many shots.")]


class StaleCause(BaseModel):
    """One part in which the approved take's plan differs from what would be planned now."""

    part: Annotated[str, Field(description="The part of the plan.")]
    before: Any  # a part is any JSON
    after: Any
    text: Annotated[str, Field(description="The same, for a person.")]


class Stale(BaseModel):
    """A shot whose approved take is not what would be rendered now."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.STALE]})

    shot_id: int
    stage: str
    scene_id: int
    scene_number: int
    shot_number: int
    take_id: int
    causes: list[StaleCause]


class Foreseen(Stale):
    """A shot whose approved take a change would make stale."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.FORESEEN]})

    branch_id: int
    branch_name: str
