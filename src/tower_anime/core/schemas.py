"""The change log's entries as callers see them: the service answers them, the client reads them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, JsonValue


class Change(BaseModel):
    """One change: who changed what, when, and which revision of it came of that."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 42,
                    "at": "2026-11-22T09:30:00.000000Z",
                    "actor": "Mika",
                    "project_id": 1,
                    "branch_name": "main",
                    "subject": "scene",
                    "subject_id": 7,
                    "verb": "changed",
                    "revision": 3,
                    "text": "Scene 2: description changed",
                    "data": {"fields": ["description"]},
                }
            ]
        }
    )

    id: int
    at: str
    actor: str | None
    project_id: int | None
    branch_name: str | None
    subject: str
    subject_id: int
    verb: str
    revision: int | None
    text: str
    data: JsonValue
