"""Tables through the API: as spreadsheets write them, and with a few columns only."""

from __future__ import annotations

import httpx2

from tests.story.script.loading import load, scenes, shots
from tests.support.factories import make_project, ok


def test_a_table_as_spreadsheets_write_it_is_read(api: httpx2.Client) -> None:
    project = make_project(api)
    table = (
        "\ufeffScene number;Shot number;Description;Speaker;Line;Duration;Camera;Prompt\r\n"
        '1;10;"Rain; a roof";Nana;間に合った。;3,5;pan left;neon\r\n'
        "1;10;;Ren;Late.;;;\r\n"
        "1;20;The city.;;;;;\r\n"
    )
    load(api, project, table, format="csv", episode=2)
    [scene] = scenes(api, project)
    assert (scene["episode"], scene["characters"]) == (2, ["Nana", "Ren"])
    first, second = shots(api, scene)
    assert (first["description"], first["duration"]) == ("Rain; a roof", 3.5)
    assert (first["camera"], first["prompt"]) == ("pan left", "neon")
    assert [line["line"] for line in first["dialogue"]] == ["間に合った。", "Late."]
    assert (second["shot_number"], second["duration"]) == (20, 4.0)


def test_a_table_of_a_few_columns_changes_just_the_shots_that_it_numbers(
    api: httpx2.Client,
) -> None:
    project = make_project(api)
    text = "INT. A - DAY\n\n[[shot 10]]\n\nHe reads.\n\n[[shot 20]]\n\n[[shot 30]]\n\nRain.\n"
    load(api, project, text)
    [scene] = scenes(api, project)
    before = shots(api, scene)
    ok(api.put(f"/shots/{before[0]['id']}", json={"seed": 7}))

    # The shot 20 shows just what the scene says, and the table says nothing of words at all.
    load(api, project, "scene_number,shot_number,prompt\n1,10,neon\n1,30,rain\n", format="csv")

    after = shots(api, scene)
    told = [(s["id"], s["shot_number"], s["description"], s["prompt"]) for s in after]
    first, second, third = (s["id"] for s in before)
    assert told == [
        (first, 10, "He reads.", "neon"),
        (second, 20, "", None),
        (third, 30, "Rain.", "rain"),
    ]


def test_a_list_of_scenes_adds_no_shot_where_shots_carry_work(api: httpx2.Client) -> None:
    project = make_project(api)
    load(api, project, "INT. A - DAY\n\n[[shot 10]]\n\nHe reads the letter again.\n")
    [scene] = scenes(api, project)
    [shot] = shots(api, scene)
    ok(api.put(f"/shots/{shot['id']}", json={"prompt": "moonlight"}))

    load(api, project, "scene_number,scene_description\n1,A park by night\n", format="csv")

    assert scenes(api, project)[0]["description"] == "A park by night"
    [after] = shots(api, scene)
    assert (after["id"], after["description"]) == (shot["id"], "He reads the letter again.")
