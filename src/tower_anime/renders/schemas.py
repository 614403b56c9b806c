"""What callers send and see of takes and runs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from tower_anime.core.text import Name, RowId
from tower_anime.projects.schemas import StageName
from tower_anime.story.schemas import Seed

Status = Literal["queued", "running", "done", "failed", "cancelled"]
What = Literal["missing", "stale", "all"]


class TakeRequest(BaseModel):
    """What to render of a shot; what is not said is the shot's own, or the project's."""

    stage: StageName | None = None
    count: Annotated[int, Field(ge=1, le=32)] = 1
    seed: Seed | None = None
    engine: Annotated[str, Field(max_length=100)] | None = None


class RenderRequest(BaseModel):
    """Which shots of a branch to render."""

    branch_name: Name = "main"
    what: What = "missing"
    stage: StageName | None = None
    count: Annotated[int, Field(ge=1, le=32)] = 1
    dry_run: bool = False


class Approval(BaseModel):
    """The take that is chosen."""

    take_id: RowId


class Withdrawal(BaseModel):
    """The stage whose approval is taken back."""

    stage: StageName


class Output(BaseModel):
    """One file that a take produced."""

    media_id: str
    node: str | None
    index: int


class TakeError(BaseModel):
    """Why a take failed."""

    title: str
    detail: str
    node: str | None


class Take(BaseModel):
    """A take as callers see it."""

    id: int
    project_id: int
    shot_id: int
    stage: str
    number: int
    run_id: int | None
    status: Status
    progress: float
    verdict: Literal["unreviewed", "rejected", "approved"]
    attempt: int
    engine: str
    seed: int | str | None
    digest: str | None
    reused_from: int | None
    outputs: list[Output]
    media_id: str | None
    preview_id: str | None
    error: TakeError | None
    queued_at: str
    started_at: str | None
    finished_at: str | None


class Provenance(BaseModel):
    """What decided a take, and what happened when it was made."""

    take_id: int
    digest: str | None
    seed: int | str | None
    plan: dict[str, Any] | None  # each part is any JSON
    execution: dict[str, Any] | None
    sentences: list[str]


class Run(BaseModel):
    """The takes that one request queued."""

    id: int
    project_id: int
    branch_name: str
    what: What
    counts: dict[Status, int]
    started_at: str
    finished_at: str | None
    estimate_seconds: float | None


class Rendering(BaseModel):
    """What a request to render queued, or would."""

    dry_run: bool
    run_id: int | None
    shots: int
    takes: list[Take]
    reused: int
    estimate_seconds: float | None
    causes: dict[str, int]


class StaleCause(BaseModel):
    """One part in which the approved take's plan differs from what would be planned now."""

    part: str
    before: Any  # a part is any JSON
    after: Any
    text: str


class Stale(BaseModel):
    """A shot whose approved take is not what would be rendered now."""

    shot_id: int
    stage: str
    scene_id: int
    scene_number: int
    shot_number: int
    take_id: int
    causes: list[StaleCause]
