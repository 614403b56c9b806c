"""What callers send and see of workflows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, RootModel

from tower_anime.core.text import LARGEST, Name, RowId, Storable, Update
from tower_anime.workflows import examples
from tower_anime.workflows.bindings import NAME_PATTERN

NodeId = Annotated[str, Field(min_length=1, max_length=255), Storable]
Given = Annotated[
    dict[str, JsonValue],
    Field(
        description="ComfyUI's JSON: its API format, the editor's, or either one wrapped in"
        " `prompt` or `workflow`. The editor's needs a known ComfyUI server to be read."
    ),
]


class Rule(BaseModel):
    """Which numbers an input takes: `plus` and a multiple of `multiple`, within bounds."""

    multiple: Annotated[int, Field(ge=1, le=LARGEST)] = 1
    plus: Annotated[int, Field(ge=0, le=LARGEST)] = 0
    least: Annotated[int | None, Field(ge=0, le=LARGEST, description="The smallest.")] = None
    most: Annotated[int | None, Field(ge=0, le=LARGEST, description="The largest.")] = None


class Binding(BaseModel):
    """One place that is filled: an input of a node; for `output`, the node alone."""

    node: NodeId
    input: Annotated[NodeId | None, Field(description="Absent for `output`.")] = None
    rule: Annotated[
        Rule | None, Field(description="For `width`, `height`, `frames` and `fps`.")
    ] = None


BoundName = Annotated[str, Field(pattern=NAME_PATTERN)]
Bound = Annotated[
    dict[BoundName, Annotated[list[Binding], Field(max_length=100)]],
    Field(max_length=400, description="Which inputs take what, by name."),
]


class Bindings(RootModel[Bound]):
    """Which inputs of a workflow take what a shot has, by name.

    `prompt`, `negative_prompt`, `seed`, `width`, `height`, `frames`, `fps`, `filename_prefix`,
    `first_frame`, `last_frame`; of the n-th character `character_image:n`, `lora:n` and
    `lora_strength:n`; `stage:keyframe` is what was approved of that stage; `output` names the nodes
    whose files are the take.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [examples.BINDINGS]})


class WorkflowCreate(BaseModel):
    """A new workflow, of one project or of all."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CREATE]})

    name: Name
    project_id: Annotated[RowId | None, Field(description="Null: for every project.")] = None
    graph: Given


class WorkflowInside(BaseModel):
    """The workflow that a file has inside."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.INSIDE]})

    graph: Annotated[dict[str, JsonValue], Field(description="In API format.")]
    origin: Annotated[str, Field(description="What it came from: `api`, `editor`, `png`, `mp4`…")]


class WorkflowUpdate(Update):
    """Changes to a workflow: what is absent stays.

    A new graph must have what is bound; else the bindings are sent with it.
    """

    model_config = Update.example(examples.UPDATE)

    name: Name = ""
    project_id: Annotated[RowId | None, Field(description="Null: for every project.")] = None
    graph: Given = Field(default_factory=dict)
    bindings: Bound = Field(default_factory=dict)


class Workflow(BaseModel):
    """A workflow as callers see it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.WORKFLOW]})

    id: int
    project_id: Annotated[int | None, Field(description="Null: for every project.")]
    name: str
    graph: Annotated[
        dict[str, JsonValue],
        Field(description="In API format: `{node: {class_type, inputs, _meta: {title}}}`."),
    ]
    bindings: dict[str, list[Binding]]
    origin: Annotated[str, Field(description="What it came from: `api`, `editor`, `png`, `mp4`…")]
    created_at: str
    updated_at: str
    revision: int
    deleted_at: str | None


class Reason(BaseModel):
    """Why an input is suggested for something."""

    name: str
    node: str
    input: str | None
    title: Annotated[str, Field(description="The node's title.")]
    text: Annotated[str, Field(description="A sentence.")]


class Written(BaseModel):
    """A `{{name}}` in a text, which is filled without a binding."""

    name: str
    node: str
    input: str


class SuggestedBindings(BaseModel):
    """Bindings to look at, to correct, and to send back."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SUGGESTED]})

    bindings: dict[str, list[Binding]]
    reasons: Annotated[list[Reason], Field(description="One for each place, in the same order.")]
    written: Annotated[list[Written], Field(description="Placeholders; they need no binding.")]


class WorkflowProblem(BaseModel):
    """One reason why a workflow cannot run on a server."""

    node: str
    title: Annotated[str, Field(description="The node's title.")]
    class_type: str
    input: str | None
    problem: Annotated[
        Literal["node", "model", "value", "input"],
        Field(
            description="A node that is not installed, a model that is not there, a value that is"
            " not taken, an input that has nothing."
        ),
    ]
    text: Annotated[str, Field(description="A sentence.")]


class EngineCheck(BaseModel):
    """What keeps a workflow from running on one engine; nothing, where it can."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CHECKED]})

    engine_id: int
    name: str
    reached: Annotated[
        bool, Field(description="Whether it is known what the server has; else nothing is told.")
    ]
    problems: list[WorkflowProblem]
