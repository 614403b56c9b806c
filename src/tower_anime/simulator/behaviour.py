"""How a simulated server behaves: what it has, how fast it is, and what goes wrong with it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Pixels = Annotated[int, Field(ge=16, le=16_384)]
Seconds = Annotated[float, Field(ge=0, le=86_400)]
Times = Annotated[int, Field(ge=-1, le=1_000_000)]
"""How many more times something happens: 0 is never, -1 is always."""
Names = list[Annotated[str, Field(min_length=1, max_length=500)]]
Memory = Literal["never", "once", "until_free", "always", "dies", "dies_always"]


class Behaviour(BaseModel):
    """Every setting; each may be given at the start and changed while the server runs."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    # What the server is.
    name: str = Field("NVIDIA GeForce RTX 4090", max_length=200, description="of its device")
    version: str = Field("0.3.64", max_length=50)
    vram: float = Field(24.0, ge=0, le=4096, description="GiB of video memory")
    checkpoints: Names = []
    loras: Names = []
    vaes: Names = []
    unets: Names = []
    clips: Names = []
    clip_visions: Names = []
    missing_nodes: Names = Field([], description="node classes that this server has not")
    video_helper: bool = Field(False, description="has the node VHS_VideoCombine, as many have")
    audio: bool = Field(False, description="has the nodes EmptyAudio and SaveAudio, as many have")
    ignores_interrupt_id: bool = Field(False, description="an interrupt stops any job, as of old")
    chooses_ids: bool = Field(False, description="each prompt gets an id of its own, as of old")
    hides_cached: bool = Field(
        False, description="cached nodes tell of no output without a client id, as of old"
    )
    history_size: int = Field(10_000, ge=1, le=10_000)

    # How fast it is.
    step_seconds: Seconds = Field(0.0, description="each step of a sampler")
    job_seconds: Seconds = Field(0.0, description="each job that is not all cached, on top")
    previews: bool = Field(True, description="samplers send a preview at each step")
    preview_format: Literal["JPEG", "PNG"] = "JPEG"
    preview_metadata: bool = Field(True, description="they tell of their node to who asks for it")

    # What goes wrong in jobs.
    history_late: Seconds = Field(0.0, description="from execution_success to the history")
    stall: bool = Field(False, description="jobs get stuck at their next node or step")
    out_of_memory: Memory = "never"
    out_of_memory_at: str = Field("", description="a node's class or id; else the first that runs")
    out_of_memory_above: int = Field(0, ge=0, description="pixels in all frames; 0 is no limit")
    down_seconds: Seconds = Field(0.5, description="until it is back after it died")
    error_at: str = Field("", description="a node's class or id that raises an error")
    error_message: str = Field("The node failed.", max_length=10_000)
    error_times: Times = -1
    partial: Times = Field(0, description="submits of which one output is refused, with 200")

    # What goes wrong with outputs.
    remove_outputs: Times = Field(0, description="files that are gone when a job is done")
    truncate_outputs: Times = Field(0, description="files cut to a half, which do not decode")
    extra_frames: int = Field(0, ge=-10_000, le=10_000, description="added to each film's frames")
    size: tuple[Pixels, Pixels] | None = Field(None, description="of outputs, whatever was asked")

    # What goes wrong on the wire. Keys are beginnings of paths, such as `/view`.
    refuse: dict[str, Times] = Field({}, description="answers that are 500")
    cut: dict[str, Times] = Field({}, description="answers that end in their middle")
    ambiguous_submits: Times = Field(0, description="prompts accepted, but the answer never comes")
    lost_submits: Times = Field(0, description="connections cut before the prompt is accepted")
    slow: Seconds = Field(0.0, description="added to each answer")
    slow_death: Seconds = Field(0.0, description="each answer takes so much longer than the last")
    slow_death_after: int = Field(10, ge=0, description="answers; after them none comes")
    silent: bool = Field(False, description="accepts connections and never answers")
    websocket_silent: bool = Field(False, description="sockets stay open and say nothing")
    websocket_refused: bool = False

    def changed(self, **given: Any) -> Behaviour:
        """A copy with other settings, all checked; raises `ValidationError`."""
        return Behaviour.model_validate({**self.model_dump(), **given})
