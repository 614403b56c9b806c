"""Promises of the trash of cuts: what is in it is found there alone, and comes back as it was."""

import httpx2

from tests.cuts.test_cuts_api import edit, item, make_cut
from tests.support.branches import fork
from tests.support.factories import Json, ok
from tests.support.rendering import small_project, small_shot


def listed(api: httpx2.Client, project: Json, **query: str | bool) -> list[str]:
    found = ok(api.get("/cuts", params={"project_id": project["id"], **query}))
    return [cut["name"] for cut in found]


def test_a_cut_in_the_trash_comes_back_as_it_was(api: httpx2.Client) -> None:
    project = small_project(api)
    shot = small_shot(api, project)
    cut = edit(api, make_cut(api, project, "Rough"), [item(shot, None, 1)] * 2)
    make_cut(api, project, "Fine")

    thrown = ok(api.delete(f"/cuts/{cut['id']}"))
    gone = api.get(f"/cuts/{cut['id']}").status_code
    live, in_trash = listed(api, project), listed(api, project, deleted=True)
    back = ok(api.post(f"/cuts/{cut['id']}/restore"))

    assert thrown["deleted_at"] is not None
    assert (gone, live, in_trash) == (404, ["Fine"], ["Rough"])
    assert (back["items"], back["deleted_at"]) == (cut["items"], None)
    assert (listed(api, project), listed(api, project, deleted=True)) == (["Fine", "Rough"], [])


def test_the_trash_is_of_a_branch_and_hides_with_it(api: httpx2.Client) -> None:
    project = small_project(api)
    small_shot(api, project)
    night = fork(api, project, "night")
    new = {"project_id": project["id"], "branch_name": "night", "name": "Dark"}
    cut = ok(api.post("/cuts", json=new))
    ok(api.delete(f"/cuts/{cut['id']}"))

    of_night = listed(api, project, branch_name="night", deleted=True)
    of_main = listed(api, project, branch_name="main", deleted=True)
    ok(api.delete(f"/branches/{night['id']}"))

    assert (of_night, of_main) == (["Dark"], [])
    assert listed(api, project, deleted=True) == []
    assert api.post(f"/cuts/{cut['id']}/restore").status_code == 409
