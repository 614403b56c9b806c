"""Every example of the contract document, sent as curl sends it, and what the document promises."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.contract import document
from tests.contract.document import Answer, Request
from tests.support.factories import make_project, ok
from tests.support.services import Service, serving

MODELS = {"ProjectCreate": "projects", "CharacterCreate": "characters", "SceneCreate": "scenes"}


@pytest.fixture(scope="module")
def documented(
    dialect: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Answer]]:
    """The answers to the document's examples, in its order, of a service that nobody else uses."""
    settings = {}
    if dialect == "postgresql":
        settings["database_url"] = request.getfixturevalue("new_postgresql")()
    with serving(tmp_path_factory.mktemp("contract"), **settings) as service:
        yield [document.ask(service.url, example) for example in document.examples()]


def _of(answers: list[Answer], method: str, target: str) -> Any:
    return next(
        answer.body
        for answer in answers
        if (answer.request.method, answer.request.target) == (method, f"/api/anime{target}")
    )


def test_the_document_has_an_example_of_each_of_its_calls() -> None:
    examples = document.examples()
    assert len(examples) == 14
    for method, path in document.endpoints():
        pattern = re.sub(r"\{\w+\}", r"\\d+", path) + r"(\?.*)?"
        assert any(e.method == method and re.fullmatch(pattern, e.target) for e in examples), path


def test_every_example_is_answered_with_200_and_json(documented: list[Answer]) -> None:
    for answer in documented:
        assert answer.status == 200, answer
        assert answer.headers["content-type"] == "application/json"


def test_health_answers_the_documented_fields(documented: list[Answer]) -> None:
    shown = document.health()
    health = _of(documented, "GET", "/health")
    assert list(health) == list(shown)
    for name in ("status", "service", "database"):
        assert health[name] == shown[name]
    assert health["project_count"] == 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", health["timestamp"])


@pytest.mark.parametrize("rows", ["projects", "characters", "scenes"])
def test_a_created_row_comes_back_with_what_was_sent_and_every_column_of_the_schema(
    documented: list[Answer], rows: str
) -> None:
    created = next(
        answer
        for answer in documented
        if (answer.request.method, answer.request.target) == ("POST", f"/api/anime/{rows}")
    )
    sent = json.loads(created.request.body)
    assert {name: created.body[name] for name in sent} == sent
    columns = document.columns(rows)
    assert len(columns) >= 7
    assert set(columns) <= created.body.keys()


def test_the_documented_defaults_hold(documented: list[Answer]) -> None:
    assert _of(documented, "POST", "/projects")["status"] == "active"
    assert _of(documented, "POST", "/characters")["version"] == 1
    assert _of(documented, "POST", "/scenes")["status"] == "pending"
    assert _of(documented, "POST", "/scenes")["video_path"] is None


@pytest.mark.parametrize(
    "target",
    [
        "/projects",
        "/projects?status=active",
        "/characters",
        "/characters?project_id=1",
        "/scenes",
        "/scenes?project_id=1",
        "/scenes?project_id=1&branch_name=main",
    ],
)
def test_every_listed_example_is_an_array_with_the_created_row(
    documented: list[Answer], target: str
) -> None:
    rows = target.partition("?")[0]
    assert _of(documented, "GET", target) == [_of(documented, "POST", rows)]


def test_a_project_is_found_by_its_id(documented: list[Answer]) -> None:
    assert _of(documented, "GET", "/projects/1") == _of(documented, "POST", "/projects")


def test_an_update_changes_what_was_sent_and_increments_a_characters_version(
    documented: list[Answer],
) -> None:
    before, after = (
        _of(documented, "POST", "/characters"),
        _of(documented, "PUT", "/characters/1"),
    )
    assert (before["version"], after["version"]) == (1, 2)
    assert after["description"] == "Updated description"
    assert after["image_path"] == "/new/path.png"
    assert after["comfyui_workflow"] == before["comfyui_workflow"] == "{workflow_json}"


def test_an_update_of_a_scene_changes_what_was_sent_and_nothing_else(
    documented: list[Answer],
) -> None:
    before, after = _of(documented, "POST", "/scenes"), _of(documented, "PUT", "/scenes/1")
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"description", "status", "video_path", "updated_at", "revision"}
    assert (after["status"], after["video_path"]) == ("completed", "/videos/scene1.mp4")


@pytest.mark.parametrize(("model", "rows"), MODELS.items())
def test_each_field_is_required_or_optional_as_the_models_say(
    api: httpx2.Client, model: str, rows: str
) -> None:
    fields = document.model(model)
    project = make_project(api)
    values = {"project_id": project["id"], "scene_number": 1, "name": "N", "description": "D"}
    sent = {name: value for name, value in values.items() if name in fields}
    ok(api.post(f"/{rows}", json=sent))
    for name in (name for name, about in fields.items() if "required" in about):
        missing = {key: value for key, value in sent.items() if key != name}
        answer = api.post(f"/{rows}", json=missing)
        assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", name])
    for name in (name for name, about in fields.items() if "optional" in about):
        row = ok(api.post(f"/{rows}", json={k: v for k, v in sent.items() if k != name}))
        assert row[name] is None


def test_what_is_not_there_is_404_with_the_documented_body(service: Service) -> None:
    answer = document.ask(service.url, Request("GET", "/api/anime/projects/2147483647"))
    assert answer.status == 404
    assert answer.body["detail"] == "Project not found"


@pytest.mark.parametrize(
    ("path", "kind", "content"),
    [
        ("/docs", "text/html", "swagger-ui"),
        ("/redoc", "text/html", "redoc"),
        ("/openapi.json", "application/json", '"openapi"'),
    ],
)
def test_the_interactive_documentation_is_where_it_was(
    service: Service, path: str, kind: str, content: str
) -> None:
    answer = httpx2.get(f"{service.url}{path}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    assert content in answer.text


def test_every_documented_call_is_in_the_openapi_document(service: Service) -> None:
    paths = httpx2.get(f"{service.url}/openapi.json").json()["paths"]
    for method, path in document.endpoints():
        assert method.lower() in paths[path], (method, path)


def test_any_origin_may_call_without_credentials(service: Service) -> None:
    origin = {"Origin": "https://dashboard.example"}
    for path in ("/projects", "/projects/2147483647", "/projects?limit=-1"):
        answer = service.api.get(path, headers=origin)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/projects/1"), ("POST", "/scenes"), ("PUT", "/characters/1")]
)
def test_a_browser_is_told_beforehand_that_it_may(service: Service, method: str, path: str) -> None:
    asked = {
        "Origin": "https://dashboard.example",
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "content-type",
    }
    answer = service.api.options(path, headers=asked)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert method in answer.headers["access-control-allow-methods"]
    assert "content-type" in answer.headers["access-control-allow-headers"].lower()
    assert "access-control-allow-credentials" not in answer.headers
