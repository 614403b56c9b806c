"""What callers see of the doctor's findings."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Found(BaseModel):
    """One thing that the service found out about itself."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "check": "data folder",
                    "level": "fine",
                    "text": "48,210 MiB are free on its disk.",
                    "subject": None,
                    "subject_id": None,
                }
            ]
        }
    )

    check: Annotated[str, Field(description="What was looked at.")]
    level: Annotated[
        Literal["fine", "note", "broken"],
        Field(description="`note` is worth knowing; `broken` needs somebody to mend it."),
    ]
    text: Annotated[str, Field(description="A sentence for a person.")]
    subject: Annotated[str | None, Field(description="What kind of row it is about.")]
    subject_id: int | str | None
