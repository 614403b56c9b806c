"""What callers send and see of engines."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from tower_anime.core.text import Name, Storable, Update
from tower_anime.engines import addresses, examples

Address = Annotated[
    str,
    Field(
        min_length=1,
        max_length=addresses.LONGEST,
        description="The server's address, such as `http://gpu1:8188`. It has neither a user nor a"
        " query, and no other engine has the same.",
    ),
    Storable,
    AfterValidator(addresses.normalised),
]
Enabled = Annotated[bool, Field(description="Whether it is given takes, and asked how it is.")]


class EngineCreate(BaseModel):
    """A ComfyUI server that is to render."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CREATE]})

    url: Address
    name: Annotated[
        Name | None, Field(description="What people call it; its host and port without one.")
    ] = None
    enabled: Enabled = True


class EngineUpdate(Update):
    """Changes to an engine: what is absent stays."""

    model_config = Update.example(examples.UPDATE)

    name: Name = ""
    url: Address = ""
    enabled: Enabled = True


class EngineDevice(BaseModel):
    """What a server renders on."""

    name: str
    type: Annotated[str, Field(description="`cuda`, `mps`, `cpu`…")]
    memory: Annotated[int | None, Field(description="Its memory, in bytes.")]
    free: Annotated[int | None, Field(description="What was free of it, in bytes.")]


class Engine(BaseModel):
    """A server that renders, and how it was when it was last asked."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ENGINE]})

    id: int
    kind: Literal["comfyui"]
    name: str
    url: str
    enabled: bool
    status: Annotated[
        Literal["idle", "busy", "offline", "quarantined"],
        Field(
            description="`busy` also with what others gave it; `quarantined` where it answers and"
            " is of no use: it is given nothing until that is over, or until a check."
        ),
    ]
    detail: Annotated[str | None, Field(description="Why it is offline or quarantined.")]
    version: Annotated[str | None, Field(description="Which ComfyUI it is, where it tells.")]
    devices: list[EngineDevice]
    latency_ms: Annotated[
        int | None, Field(description="How long it took to answer, in milliseconds.")
    ]
    seen_at: Annotated[str | None, Field(description="When it last answered; a minute may pass.")]
    created_at: str
    updated_at: str
    revision: int
    deleted_at: str | None
