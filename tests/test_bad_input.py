"""Whatever is sent, the refusal says what and why in plain words, and nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.support.factories import Json, make_character, make_project, make_scene, ok
from tests.support.refusals import everything, refused
from tests.support.services import Service

JSON = {"Content-Type": "application/json"}
MOST = 2**31 - 1
LONG = "x" * 100_001


@pytest.fixture(scope="module")
def production(service: Service) -> Json:
    """The ids of a small production that every refusal leaves as it is."""
    project = make_project(service.api)
    character, scene = make_character(service.api, project), make_scene(service.api, project)
    [shot] = ok(service.api.get(f"/scenes/{scene['id']}/shots"))
    rows = {"projects": project, "characters": character, "scenes": scene, "shots": shot}
    return {name: row["id"] for name, row in rows.items()}


@pytest.fixture(autouse=True)
def nothing_is_written(api: httpx2.Client, production: Json) -> Iterator[None]:
    """Every test here refuses, so every test here leaves all as it was."""
    before = everything(api)
    yield
    assert everything(api) == before


BOUNDS = [
    ("projects", "name", "", "at least 1 character"),
    ("projects", "name", "x" * 256, "at most 255 characters"),
    ("projects", "name", 7, "valid string"),
    ("projects", "description", LONG, "at most 100000 characters"),
    ("projects", "status", "", "at least 1 character"),
    ("projects", "status", "x" * 51, "at most 50 characters"),
    ("projects", "metadata", [], "valid dictionary"),
    ("projects", "metadata", "{}", "valid dictionary"),
    ("projects", "metadata", {"a": "x" * 262_144}, "at most 262,144 bytes"),
    ("projects", "settings.width", 14, "greater than or equal to 16"),
    ("projects", "settings.width", 4098, "less than or equal to 4096"),
    ("projects", "settings.height", 17, "multiple of 2"),
    ("projects", "settings.fps", "24", "match pattern"),
    ("projects", "settings.fps", "0/1", "match pattern"),
    ("projects", "settings.language", "Japanese", "match pattern"),
    ("projects", "settings.engine", "x" * 101, "at most 100 characters"),
    ("projects", "settings.stages", [], "at least 1 item"),
    ("projects", "settings.stages", [{"name": "video"}] * 9, "at most 8 items"),
    ("projects", "settings.style.prompt", LONG, "at most 100000 characters"),
    ("characters", "name", "x" * 256, "at most 255 characters"),
    ("characters", "description", LONG, "at most 100000 characters"),
    ("characters", "image_path", "x" * 4097, "at most 4096 characters"),
    ("characters", "comfyui_workflow", "x" * 2_000_001, "at most 2000000 characters"),
    ("characters", "comfyui_workflow", {}, "valid string"),
    ("characters", "kind", "villain", "'character', 'location' or 'prop'"),
    ("characters", "media_id", "../../etc/passwd", "match pattern"),
    ("characters", "loras", [{"name": "a"}] * 17, "at most 16 items"),
    ("characters", "loras.0.strength", 10.5, "less than or equal to 10"),
    ("characters", "looks", {str(n): {} for n in range(65)}, "at most 64 items"),
    ("scenes", "scene_number", MOST + 1, f"less than or equal to {MOST}"),
    ("scenes", "scene_number", -MOST - 2, f"greater than or equal to {-MOST - 1}"),
    ("scenes", "scene_number", 10**30, f"less than or equal to {MOST}"),
    ("scenes", "scene_number", 1.5, "valid integer"),
    ("scenes", "scene_number", "one", "valid integer"),
    ("scenes", "episode", MOST + 1, f"less than or equal to {MOST}"),
    ("scenes", "description", LONG, "at most 100000 characters"),
    ("scenes", "characters", "Hero", "valid list"),
    ("scenes", "characters", ["x"] * 201, "at most 200 items"),
    ("scenes", "characters.0", "x" * 256, "at most 255 characters"),
    ("scenes", "characters.0", 1, "valid string"),
    ("scenes", "status", "x" * 51, "at most 50 characters"),
    ("scenes", "video_path", "x" * 4097, "at most 4096 characters"),
    ("shots", "duration", 0, "greater than 0"),
    ("shots", "duration", 600.5, "less than or equal to 600"),
    ("shots", "seed", -1, "greater than or equal to 0"),
    ("shots", "seed", 2**64, "less than or equal to 1844674407370955"),
    ("shots", "seed", "9" * 5_000, "integer"),
    ("shots", "seed", "一", "valid integer"),
    ("shots", "camera", "x" * 2_001, "at most 2000 characters"),
    ("shots", "dialogue", [{"line": ""}] * 201, "at most 200 items"),
    ("shots", "dialogue.0.line", "x" * 5_001, "at most 5000 characters"),
    ("shots", "cast.Hero.version", 0, "greater than or equal to 1"),
    ("shots", "inputs.mood", {}, "name either media_id or shot"),
    ("shots", "stages", {f"s{n}": {} for n in range(9)}, "at most 8 items"),
]


def nested(field: str, value: Any) -> Any:
    """`a.0.b` and a value as `{"a": [{"b": value}]}`; what else an item needs is there."""
    for name in reversed(field.split(".")):
        if name == "0":
            value = [{"name": "N", **value} if isinstance(value, dict) else value]
        else:
            value = {name: value}
    return value


@pytest.mark.parametrize(("rows", "field", "value", "bound"), BOUNDS)
def test_a_field_out_of_bounds_is_named_with_its_bound(
    api: httpx2.Client, production: Json, rows: str, field: str, value: Any, bound: str
) -> None:
    path = f"/{rows}/{production[rows]}"
    [found] = refused(api.put(path, json=nested(field, value)), 422)
    assert [str(part) for part in found["loc"]][: len(field.split(".")) + 1] == [
        *["body", *field.split(".")]
    ]
    assert bound in found["msg"]
    assert found.keys() == {"type", "loc", "msg"}


@pytest.mark.parametrize(
    ("rows", "body", "fields"),
    [
        ("projects", {}, ["name"]),
        ("characters", {}, ["project_id", "name"]),
        ("scenes", {}, ["project_id", "scene_number", "description"]),
        ("scenes", {"branch_name": ""}, ["branch_name"]),
        ("scenes", {"branch_name": "x" * 256}, ["branch_name"]),
        ("characters", {"project_id": 2**63}, ["project_id"]),
        ("scenes", {"project_id": "main"}, ["project_id"]),
    ],
)
def test_every_refused_field_of_a_new_row_is_named(
    api: httpx2.Client, rows: str, body: Json, fields: list[str]
) -> None:
    named = {found["loc"][-1] for found in refused(api.post(f"/{rows}", json=body), 422)}
    assert set(fields) <= named


BODIES = {
    "nothing": b"",
    "half an object": b'{"name": "N"',
    "a trailing comma": b'{"name": "N",}',
    "two values": b'{"name": "N"} {}',
    "a list": b"[]",
    "a number": b"1",
    "null": b"null",
    "text": b'"name"',
    "NaN": b'{"name": "N", "metadata": {"n": NaN}}',
    "infinity": b'{"name": "N", "metadata": {"n": -Infinity}}',
    "a number beyond all bounds": b'{"name": "N", "metadata": {"n": 1e400}}',
    "a number of 5,000 digits": b'{"name": "N", "metadata": {"n": %s}}' % (b"1" * 5_000),
    "NUL": b'{"name": "N\\u0000"}',
    "NUL as a key": b'{"name": "N", "metadata": {"\\u0000": 1}}',
    "half a surrogate pair": b'{"name": "\\ud83d"}',
    "the other half": b'{"name": "N", "metadata": {"\\ude00": 1}}',
    "no UTF-8": b'{"name": "\xff\xfe"}',
    "UTF-16": '{"name": "N"}'.encode("utf-16"),
    "5,000 lists": b'{"name": "N", "metadata": {"a": %s%s}}' % (b"[" * 5_000, b"]" * 5_000),
    "5,000 objects": b'{"name": "N", "metadata": %s1%s}' % (b'{"a":' * 5_000, b"}" * 5_000),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_body_that_cannot_be_read_is_refused(
    api: httpx2.Client, production: Json, method: str, body: bytes
) -> None:
    path = "/projects" if method == "POST" else f"/projects/{production['projects']}"
    for found in refused(api.request(method, path, content=body, headers=JSON), 422):
        assert found["loc"][0] == "body"


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_a_body_that_does_not_say_that_it_is_json_is_refused(
    api: httpx2.Client, kind: str | None
) -> None:
    headers = {"Content-Type": kind} if kind else {}
    refused(api.post("/projects", content=b'{"name": "N"}', headers=headers), 422)


def test_a_form_where_json_is_expected_is_refused(api: httpx2.Client) -> None:
    files = {"file": ("a.json", b'{"name": "N"}', "application/json")}
    refused(api.post("/projects", files=files), 422)


def test_a_body_over_the_bound_is_413_with_the_bound(api: httpx2.Client) -> None:
    body = json.dumps({"name": "N", "description": "x" * 10_000_000}).encode()
    detail = refused(api.post("/projects", content=body, headers=JSON), 413)
    assert "4,194,304 bytes" in detail


def test_a_body_over_the_bound_is_413_also_when_it_does_not_say_its_length(
    api: httpx2.Client,
) -> None:
    pieces = (b" " * 100_000 for _ in range(100))
    detail = refused(api.post("/projects", content=pieces, headers=JSON), 413)
    assert "4,194,304 bytes" in detail
