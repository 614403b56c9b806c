"""Scripts given to the API and taken from it, and what a project has by then."""

from __future__ import annotations

from typing import Any

import httpx2

from tests.support.factories import Json, ok

KAGUYA = """\
INT. BAMBOO GROVE - NIGHT

One stem shines. /* cut
this */

OKINA (V.O.)
(beat)
I knew you.

@嫗
こは何ぞ。

She looks up at the moon. [[4.5s]]

.竹林 - 夜 #7#

翁が歩く。
"""


def load(api: httpx2.Client, project: Json, text: str, **fields: Any) -> Any:
    body = {"format": "fountain", "text": text, **fields}
    return ok(api.post(f"/projects/{project['id']}/script", json=body))


def saved(api: httpx2.Client, project: Json, form: str = "fountain", **query: Any) -> str:
    answer = api.get(f"/projects/{project['id']}/script", params={"format": form, **query})
    assert answer.status_code == 200, answer.text
    return answer.text


def scenes(api: httpx2.Client, project: Json) -> list[Json]:
    found: list[Json] = ok(api.get("/scenes", params={"project_id": project["id"]}))
    return found


def shots(api: httpx2.Client, scene: Json) -> list[Json]:
    found: list[Json] = ok(api.get(f"/scenes/{scene['id']}/shots"))
    return found


def log_of(api: httpx2.Client, project: Json) -> list[Json]:
    found: list[Json] = ok(
        api.get("/changes", params={"project_id": project["id"], "limit": 10_000})
    )
    return found


def everything(api: httpx2.Client, project: Json) -> Any:
    found = scenes(api, project)
    people = ok(api.get("/characters", params={"project_id": project["id"]}))
    return found, [shots(api, scene) for scene in found], people, len(log_of(api, project))
