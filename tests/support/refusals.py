"""What every refusal has in common: plain words for the caller, and nothing written."""

from __future__ import annotations

from typing import Any

import httpx2

from tests.support.factories import ok


def everything(api: httpx2.Client) -> list[Any]:
    """All there is, in the trash and out of it; every write shows here."""
    lists = [f"/{rows}?limit=10000" for rows in ("projects", "characters", "scenes", "takes")]
    found = [ok(api.get(path)) for path in lists]
    found += [ok(api.get(f"{path}&deleted=true")) for path in lists[:3]]
    scenes = found[2]
    return [*found, *(ok(api.get(f"/scenes/{scene['id']}/shots")) for scene in scenes[-3:])]


def refused(answer: httpx2.Response, *statuses: int) -> Any:
    """The answer's `detail`: 4xx, and without anything that a caller should not see."""
    assert answer.status_code in (statuses or range(400, 500)), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    for word in ("Traceback", '"input"', '"ctx"', "pydantic", "psycopg", "sqlite"):
        assert word not in answer.text
    return body["detail"]
