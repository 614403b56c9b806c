"""The OpenAPI document is valid, whole and true: what it says is what the service does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from tests.support.factories import Json, make_character, make_scene, ok, png
from tests.support.rendering import finished, small_project, small_shot
from tests.support.services import Service, serving
from tower_anime.app import create_app
from tower_anime.core.settings import Settings
from tower_anime.workflows import examples

JSON = "application/json"
PROBLEM = "application/problem+json"
NEVER_THERE = 2**31 - 1


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Json:
    """The document of a service that is not running."""
    return create_app(Settings(data_dir=tmp_path_factory.mktemp("document"))).openapi()


@pytest.fixture(scope="module")
def production(
    dialect: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """A service of its own with the things that the examples name: each has the id 1.

    A scene 2 and a shot 2 are there as well, to change places with.
    """
    settings = {}
    if dialect == "postgresql":
        settings["database_url"] = request.getfixturevalue("new_postgresql")()
    with serving(tmp_path_factory.mktemp("examples"), **settings) as service:
        api = service.api
        project = small_project(api)
        make_character(api, project)
        small_shot(api, project)
        [take] = ok(api.post("/projects/1/render", json={"what": "all"}))["takes"]
        assert finished(api, take)["status"] == "done"
        ok(api.post("/cuts", json={"project_id": 1, "name": "Episode 1"}))
        ok(api.post("/scenes/1/shots", json={}))
        make_scene(api, project, 2)
        ok(api.post("/engines", json={"url": "http://127.0.0.1:9/first"}))
        ok(api.post("/branches/1/tags", json={"name": "locked"}))
        ok(api.post("/workflows", json=examples.CREATE))
        yield service


def asked(document: Json, path: str, operation: Json, named: int = 1, **others: object) -> str:
    """A path with its parameters, and the query that it needs: ids, but for `others`."""
    told = [resolved(document, part) for part in operation.get("parameters", [])]
    needed = [p["name"] for p in told if p["in"] == "query" and p.get("required")]
    filled = re.sub(r"{(\w+)}", lambda found: str(others.get(found[1], named)), path)
    return f"{filled}?{'&'.join(f'{name}={named}' for name in needed)}" if needed else filled


def there(production: Service) -> Json:
    """Parameters that are more than ids, as they are in the production."""
    medium = ok(production.api.get("/takes/1"))["media_id"]
    [change] = [c for c in ok(production.api.get("/changes")) if c["verb"] == "tagged"][:1]
    return {"sha256": medium, "change_id": change["id"]}


def operations(document: Json) -> list[tuple[str, str, Json]]:
    """Each operation as (method, path, what is told of it)."""
    return [
        (method, path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]


def resolved(document: Json, part: Json) -> Json:
    """What a part refers to, or the part itself."""
    found = part
    if "$ref" in part:
        found = document
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
    return found


def faults(document: Json, schema: Json, value: Any) -> list[str]:
    """What is wrong with a value by its schema."""
    whole = {**schema, "components": document["components"]}
    found = OAS31Validator(whole).iter_errors(value)
    return [f"{error.json_path}: {error.message}" for error in found]


# --- valid and whole


def test_the_document_is_valid_openapi(document: Json) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_operation_is_told_in_a_line_under_a_name_of_its_own(document: Json) -> None:
    told = operations(document)
    names = [operation["operationId"] for _, _, operation in told]
    assert len(set(names)) == len(names)
    tags = {tag["name"]: tag["description"] for tag in document["tags"]}
    for method, path, operation in told:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", operation["operationId"]), path
        assert re.fullmatch(r"[A-Z][^.\n]{3,99}", operation["summary"]), (method, path)
        [tag] = operation["tags"]
        assert tags[tag]


def test_every_parameter_is_described(document: Json) -> None:
    for method, path, operation in operations(document):
        for part in operation.get("parameters", []):
            parameter = resolved(document, part)
            assert parameter["description"], (method, path, parameter["name"])
            assert {"type": "null"} not in parameter["schema"].get("anyOf", [])


def test_every_body_and_every_answer_has_an_example(document: Json) -> None:
    for method, path, operation in operations(document):
        bodies = operation.get("requestBody", {}).get("content", {})
        answers = operation["responses"].get("200", {}).get("content", {})
        for part in (bodies.get(JSON), answers.get(JSON)):
            if part is not None:
                schema = resolved(document, part["schema"].get("items", part["schema"]))
                assert schema.get("examples"), (method, path, schema["title"])


def test_every_answer_names_its_request(document: Json) -> None:
    for method, path, operation in operations(document):
        for status, part in operation["responses"].items():
            headers = resolved(document, part)["headers"]
            assert "X-Request-ID" in headers, (method, path, status)


def test_every_refusal_is_a_problem(document: Json) -> None:
    plain = {"400", "416"}  # of a Range; Starlette answers them
    for method, path, operation in operations(document):
        assert operation["responses"].keys() >= {"421", "500", "503"}
        for status, part in operation["responses"].items():
            if status < "400" or status in plain or path.endswith("/health"):
                continue
            content = resolved(document, part)["content"]
            assert content.keys() == {PROBLEM}, (method, path, status)


def test_what_follows_from_an_operations_shape_is_told_of_each(document: Json) -> None:
    for method, path, operation in operations(document):
        statuses = operation["responses"].keys()
        names = {resolved(document, p)["name"] for p in operation.get("parameters", [])}
        if "{" in path:
            assert "404" in statuses, path
        if method != "get":
            assert {"403", "422", "507"} <= statuses, path
            assert {"Idempotency-Key", "X-Actor"} <= names, path
        if "requestBody" in operation:
            assert "413" in statuses, path
        assert ("If-Match" in names) == ("412" in statuses), path
        assert ("If-None-Match" in names) == ("304" in statuses), path


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("put", "/projects/{project_id}"),
        ("delete", "/scenes/{scene_id}"),
        ("post", "/characters/{character_id}/restore"),
        ("post", "/characters/{character_id}/image"),
        ("post", "/shots/{shot_id}/approve"),
        ("post", "/cuts/{cut_id}/assemble"),
        ("put", "/workflows/{workflow_id}/bindings"),
    ],
)
def test_a_change_of_one_row_takes_if_match(document: Json, method: str, path: str) -> None:
    assert "412" in document["paths"][f"/api/anime{path}"][method]["responses"]


@pytest.mark.parametrize(
    "path", ["/projects", "/workflows/upload", "/scenes/{scene_id}/shots", "/shots/{shot_id}/takes"]
)
def test_a_write_that_makes_something_new_takes_no_if_match(document: Json, path: str) -> None:
    assert "412" not in document["paths"][f"/api/anime{path}"]["post"]["responses"]


def test_the_bounds_are_exact(document: Json) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["SceneCreate"]["properties"]["project_id"]["maximum"] == 2**63 - 1
    assert schemas["SceneCreate"]["properties"]["scene_number"]["minimum"] == -(2**31)
    seed = schemas["ShotCreate"]["properties"]["seed"]["anyOf"]
    assert 2**64 - 1 in [choice.get("maximum") for choice in seed]
    assert ".0" not in re.findall(r'"maximum": [^,}]*', json.dumps(document))


# --- true


def test_every_example_fits_its_schema(document: Json) -> None:
    for name, schema in document["components"]["schemas"].items():
        reference = {"$ref": f"#/components/schemas/{name}"}
        for example in schema.get("examples", []):
            assert faults(document, reference, example) == [], name
    for name, answer in document["components"]["responses"].items():
        for content in answer.get("content", {}).values():
            assert faults(document, content["schema"], content["example"]) == [], name


def test_every_example_of_a_body_is_accepted_and_answered_as_told(
    document: Json, production: Service
) -> None:
    sent = 0
    for method, path, operation in operations(document):
        content = operation.get("requestBody", {}).get("content", {})
        if JSON not in content:
            continue
        [example] = resolved(document, content[JSON]["schema"])["examples"]
        answer = production.api.request(
            method, production.url + asked(document, path, operation), json=example
        )
        assert answer.status_code == 200, (method, path, answer.text)
        schema = operation["responses"]["200"]["content"][JSON]["schema"]
        assert faults(document, schema, answer.json()) == [], (method, path)
        sent += 1
    assert sent >= 14


def test_everything_that_is_read_is_as_told(document: Json, production: Service) -> None:
    known = there(production)
    read = 0
    for method, path, operation in operations(document):
        content = operation["responses"].get("200", {}).get("content", {})
        if method != "get" or JSON not in content:
            continue
        address = asked(document, path, operation, **known)
        answer = production.api.get(production.url + address)
        assert answer.status_code == 200, (path, answer.text)
        assert answer.headers["content-type"] == JSON
        assert faults(document, content[JSON]["schema"], answer.json()) == [], path
        told = operation["responses"]["200"]["headers"].keys()
        assert ("ETag" in told) == ("etag" in answer.headers), path
        read += 1
    assert read >= 20


def test_a_tag_that_is_told_of_is_honoured(document: Json, production: Service) -> None:
    known = there(production)
    for method, path, operation in operations(document):
        if method == "get" and "304" in operation["responses"]:
            address = production.url + asked(document, path, operation, **known)
            tag = production.api.get(address).headers["etag"]
            again = production.api.get(address, headers={"If-None-Match": tag})
            assert (again.status_code, again.content) == (304, b""), path
            assert again.headers["etag"] == tag


def test_what_is_not_there_is_answered_as_told(document: Json, production: Service) -> None:
    for method, path, operation in operations(document):
        if "{" not in path:
            continue
        address = production.url + asked(document, path, operation, NEVER_THERE)
        content = operation.get("requestBody", {}).get("content", {})
        sent: dict[str, Any] = {}
        if JSON in content:
            sent["json"] = resolved(document, content[JSON]["schema"])["examples"][0]
        elif content:
            sent["files"] = {"file": ("one.png", png())}
        answer = production.api.request(method, address, **sent)
        assert answer.status_code == 404, (method, path, answer.text)
        assert answer.headers["content-type"] == PROBLEM
        problem = resolved(document, operation["responses"]["404"])["content"][PROBLEM]
        assert faults(document, problem["schema"], answer.json()) == []
        assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_a_list_tells_where_it_goes_on_and_how_long_it_is(
    document: Json, production: Service
) -> None:
    for method, path, operation in operations(document):
        names = [part.get("name") for part in operation.get("parameters", [])]
        if method == "get" and {"after", "limit", "count"} <= set(names):
            told = operation["responses"]["200"]["headers"].keys()
            assert {"Link", "X-Total-Count"} <= told, path
            address = production.url + asked(document, path, operation)
            answer = production.api.get(address, params={"count": "true", "limit": 1})
            total = int(answer.headers["x-total-count"])
            assert ("link" in answer.headers) == (total > 1), path


def test_refused_fields_are_answered_as_told(document: Json, production: Service) -> None:
    schema = {"$ref": "#/components/schemas/Refusal"}
    refused = [
        production.api.get("/projects/one"),
        production.api.get("/scenes", params={"limit": -1}),
        production.api.post("/projects", json={}),
        production.api.post(
            "/projects", json={"name": "N"}, headers={"Idempotency-Key": "two words"}
        ),
        production.api.post("/media", content=b""),
    ]
    for answer in refused:
        assert answer.status_code == 422
        assert faults(document, schema, answer.json()) == []


def test_every_answer_to_a_write_is_the_row_with_its_tag(
    document: Json, production: Service
) -> None:
    """Checked on the verbs that leave what the other tests need as it is."""
    project = ok(production.api.post("/projects", json={"name": "Another"}))["id"]
    for method, path in (("put", ""), ("delete", ""), ("post", "/restore")):
        body = {"description": "d"} if method == "put" else None
        answer = production.api.request(method, f"/projects/{project}{path}", json=body)
        told = document["paths"][f"/api/anime/projects/{{project_id}}{path}"][method]["responses"]
        assert answer.status_code == 200
        assert "ETag" in told["200"]["headers"]
        assert answer.headers["etag"]
        assert faults(document, told["200"]["content"][JSON]["schema"], answer.json()) == []


def test_the_running_service_answers_the_same_document(document: Json, production: Service) -> None:
    assert httpx2.get(f"{production.url}/openapi.json").json() == document
