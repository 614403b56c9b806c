"""Cuts through the API: made, edited, assembled, and waited for."""

import httpx2

from tests.support.factories import Json, ok
from tests.support.services import until

OVER = {"done", "failed", "cancelled"}


def make_cut(api: httpx2.Client, project: Json, name: str = "Rough cut") -> Json:
    return ok(api.post("/cuts", json={"project_id": project["id"], "name": name}))


def get_cut(api: httpx2.Client, cut: Json) -> Json:
    return ok(api.get(f"/cuts/{cut['id']}"))


def edit(api: httpx2.Client, cut: Json, items: list[Json] | None) -> Json:
    return ok(api.put(f"/cuts/{cut['id']}", json={"items": items}))


def assembling(api: httpx2.Client, cut: Json) -> Json:
    """The cut once a frame of its film is there."""
    ok(api.post(f"/cuts/{cut['id']}/assemble"))
    until(lambda: get_cut(api, cut)["progress"] > 0, "the film's first frame")
    return get_cut(api, cut)


def over(api: httpx2.Client, cut: Json) -> Json:
    until(lambda: get_cut(api, cut)["status"] in OVER, "the end of the assembling")
    return get_cut(api, cut)


def assembled(api: httpx2.Client, cut: Json) -> Json:
    ok(api.post(f"/cuts/{cut['id']}/assemble"))
    done = over(api, cut)
    assert done["status"] == "done", done["error"]
    return done


def item(shot: Json, take: Json | None, duration: float) -> Json:
    return {"shot_id": shot["id"], "take_id": take and take["id"], "duration": duration}


def shown(cut: Json) -> list[tuple[int, int | None, float, float]]:
    names = ("shot_id", "take_id", "start", "duration")
    return [tuple(one[name] for name in names) for one in cut["items"]]
