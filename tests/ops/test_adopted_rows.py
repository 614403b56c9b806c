"""What becomes of each row of the first service: it is read today, and nothing in it is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.ops import first_service
from tests.ops.adopted import adopted, lenient, oddity, scene
from tests.ops.first_service import LENIENT, insert, rows


def test_both_formats_of_time_become_ours(tmp_path: Path) -> None:
    path = lenient(
        tmp_path,
        "scenes",
        scene_number=1,
        created_at="2025-10-05 04:57:46",
        updated_at="2025-10-05T04:57:46.802250",
    )
    assert scene(path, 1)["created_at"] == "2025-10-05T04:57:46.000000Z"
    assert scene(path, 1)["updated_at"] == "2025-10-05T04:57:46.802250Z"


def test_a_time_that_is_none_is_told_and_the_other_stands_in(tmp_path: Path) -> None:
    path = lenient(
        tmp_path, "scenes", scene_number=1, created_at="soon", updated_at="2025-10-05T04:57:46"
    )
    assert scene(path, 1)["created_at"] == "2025-10-05T04:57:46.000000Z"
    assert oddity(path, "scene", 1, "created_at")["stored"] == "soon"


@pytest.mark.parametrize(
    "stored",
    [
        "Hero, Sidekick",
        "[broken",
        "",
        '["Hero", 3]',
        '{"0": "Hero"}',
        "NaN",
        '["Hero", Infinity]',
        '["\\ud83d"]',
        '["a\\u0000b"]',
        "[" * 300 + "]" * 300,
    ],
)
def test_characters_that_cannot_be_read_are_none_and_their_text_is_kept(
    tmp_path: Path, stored: str
) -> None:
    path = lenient(tmp_path, "scenes", scene_number=1, characters=stored)
    assert scene(path, 1)["characters"] == []
    assert oddity(path, "scene", 1, "characters")["stored"] == stored


def test_characters_that_can_be_read_are_what_they_were(old: Path) -> None:
    before = {row["id"]: row["characters"] for row in rows(old, "SELECT * FROM scenes")}
    adopted(old)
    [odd] = rows(old, "SELECT count(*) AS n FROM oddities WHERE field = 'characters'")
    assert odd["n"] == 20
    for scene_id, stored in before.items():
        if (stored or "").startswith('["'):
            assert scene(old, scene_id)["characters"] == json.loads(stored)


@pytest.mark.parametrize("stored", ["not json", "[1]", '{"a": NaN}', '{"a": "\\ud83d"}', "3", ""])
def test_metadata_that_cannot_be_read_is_null_and_its_text_is_kept(
    tmp_path: Path, stored: str
) -> None:
    path = lenient(tmp_path, "projects", name="Moonlit Delivery", metadata=stored)
    assert rows(path, "SELECT metadata FROM projects") == [{"metadata": None}]
    assert oddity(path, "project", 1, "metadata")["stored"] == stored


def test_metadata_that_can_be_read_comes_back_also_where_it_is_empty(old: Path) -> None:
    found = {row["id"]: row["metadata"] for row in rows(adopted(old), "SELECT * FROM projects")}
    assert json.loads(found[2]) == {"ジャンル": "日常", "tags": ["a", "b"]}
    assert found[4] == "{}"
    assert found[3] is None


def test_an_orphans_project_is_made_anew_with_its_id(old: Path) -> None:
    [project] = rows(adopted(old), "SELECT name, status FROM projects WHERE id = 999")
    assert project == {"name": "Recovered project 999", "status": "recovered"}
    assert scene(old, 208)["project_id"] == 999
    assert oddity(old, "project", 999, "id")["text"].startswith("It was gone")


def test_a_character_of_no_project_gets_one_that_no_other_had(old: Path) -> None:
    [character] = rows(adopted(old), "SELECT project_id FROM characters WHERE id = 22")
    assert character == {"project_id": 1000}
    assert oddity(old, "character", 22, "project_id")["stored"] is None


def test_a_scene_of_no_branch_is_on_main(old: Path) -> None:
    [first, *others] = rows(old, "SELECT id FROM scenes WHERE branch_name IS NULL")
    assert len(others) == 6
    adopted(old)
    assert scene(old, first["id"])["branch_name"] == "main"
    assert "'main'" in oddity(old, "scene", first["id"], "branch_name")["text"]


def test_a_description_that_was_nothing_is_empty(old: Path) -> None:
    nothing = rows(old, "SELECT id FROM scenes WHERE description IS NULL")
    adopted(old)
    assert {scene(old, row["id"])["description"] for row in nothing} == {""}


def test_two_spellings_of_a_branch_become_one_and_it_is_told(tmp_path: Path) -> None:
    path = first_service.database(tmp_path, LENIENT)
    composed, apart = "caf\u00e9", "cafe\u0301"
    cells = {"project_id": 1, "scene_number": 1, "updated_at": "2025-10-05"}
    insert(path, "projects", [{"id": 1, "name": "Moonlit Delivery"}])
    insert(path, "scenes", [{**cells, "branch_name": name} for name in (composed, apart)])
    adopted(path)
    assert rows(path, "SELECT name FROM branches") == [{"name": composed}]
    assert oddity(path, "scene", 2, "branch_name")["stored"] == apart


def test_repeated_and_negative_scene_numbers_stay(tmp_path: Path) -> None:
    path = first_service.database(tmp_path, LENIENT)
    insert(path, "scenes", [{"project_id": 1, "scene_number": n} for n in (-3, 5, 5)])
    adopted(path)
    assert [scene(path, n)["scene_number"] for n in (1, 2, 3)] == [-3, 5, 5]


def test_a_scene_between_two_numbers_stays_between_them(tmp_path: Path) -> None:
    path = lenient(tmp_path, "scenes", scene_number=2.5)
    assert (scene(path, 1)["scene_number"], scene(path, 1)["position"]) == (2, 2.5)
    assert oddity(path, "scene", 1, "scene_number")["stored"] == "2.5"


@pytest.mark.parametrize(
    ("table", "field", "now"),
    [
        ("projects", "name", "Project 1"),
        ("projects", "status", "active"),
        ("characters", "name", "Character 1"),
        ("scenes", "status", "pending"),
    ],
)
def test_what_cannot_be_empty_gets_a_word_and_it_is_told(
    tmp_path: Path, table: str, field: str, now: str
) -> None:
    path = lenient(tmp_path, table, **{field: ""})
    assert rows(path, f"SELECT {field} FROM {table}") == [{field: now}]
    assert oddity(path, table[:-1], 1, field)["stored"] == ""


def test_a_name_beyond_todays_bounds_is_kept_whole_and_it_is_told(tmp_path: Path) -> None:
    path = lenient(tmp_path, "characters", name="影" * 300)
    assert rows(path, "SELECT name FROM characters") == [{"name": "影" * 300}]
    assert "255 characters" in oddity(path, "character", 1, "name")["text"]


def test_bytes_and_text_with_nul_are_shown_as_text_and_kept_exactly(tmp_path: Path) -> None:
    path = lenient(tmp_path, "characters", name=b"Hana \xff", description="a\0b")
    [character] = rows(path, "SELECT name, description FROM characters")
    assert character == {"name": "Hana �", "description": "a�b"}
    assert oddity(path, "character", 1, "name")["stored"] == "X'48616e6120ff'"
    assert oddity(path, "character", 1, "description")["stored"] == "CAST(X'610062' AS TEXT)"


def test_each_scene_has_a_shot_a_revision_and_its_place_in_the_log(old: Path) -> None:
    adopted(old)
    [counts] = rows(
        old,
        "SELECT (SELECT count(*) FROM scenes) AS scenes,"
        " (SELECT count(DISTINCT scene_id) FROM shots WHERE shot_number = 10 AND duration = 4)"
        " AS shots, (SELECT count(*) FROM revisions WHERE subject = 'scene') AS revisions,"
        " (SELECT count(*) FROM changes WHERE subject = 'scene' AND actor IS NULL) AS changes",
    )
    assert set(counts.values()) == {208}
    [kept] = rows(old, "SELECT document FROM revisions WHERE subject = 'scene' AND subject_id = 5")
    document = json.loads(kept["document"])
    assert len(document.pop("shots")) == 1
    assert document == scene(old, 5)


def test_the_change_log_is_in_the_order_of_the_rows_own_times(old: Path) -> None:
    [row] = rows(old, "SELECT scene_number, updated_at FROM scenes WHERE id = 5")
    log = rows(adopted(old), "SELECT * FROM changes ORDER BY id")
    assert [change["at"] for change in log] == sorted(change["at"] for change in log)
    [of_scene] = [c for c in log if (c["subject"], c["subject_id"]) == ("scene", 5)]
    assert of_scene["text"] == f"Scene {row['scene_number']} adopted"
    assert of_scene["at"] == row["updated_at"].replace(" ", "T") + ".000000Z"


def test_a_video_path_that_was_set_is_pinned(old: Path) -> None:
    pinned = rows(adopted(old), "SELECT DISTINCT video_pinned, video_path IS NULL AS n FROM scenes")
    assert sorted(tuple(row.values()) for row in pinned) == [(0, 1), (1, 0)]
