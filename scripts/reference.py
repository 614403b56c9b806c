"""The reference, docs/reference, made from the OpenAPI document: a page an area, and the shapes.

`make docs` writes the pages; a test holds them to the document.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.shapes import (
    SHAPES_PAGE,
    cell,
    fields_table,
    kind,
    said,
    shapes_page,
    shown,
    table,
)
from tower_anime.app import create_app
from tower_anime.core.settings import Settings

Part = dict[str, Any]  # a part of an OpenAPI document

FOLDER = Path(__file__).parent.parent / "docs" / "reference"
SERVER = "http://127.0.0.1:8321"
JSON = "application/json"
MULTIPART = "multipart/form-data"
_SUCCESS = "Beside success, which is 200:"
_ORIGIN = """\
A running service shows this at `/docs`, to try out, and at `/redoc`, to read; the OpenAPI document
behind both is at `/openapi.json`. `make docs` makes these pages of it."""


def main() -> None:
    """Write every page, and remove those that are no more."""
    FOLDER.mkdir(exist_ok=True)
    wanted = pages(document())
    for page in FOLDER.glob("*.md"):
        if page.name not in wanted:
            page.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text)


def document() -> Part:
    """The OpenAPI document of a service that is not running."""
    with tempfile.TemporaryDirectory() as folder:
        return create_app(Settings(data_dir=Path(folder))).openapi()


def pages(told: Part) -> dict[str, str]:
    """Each page's file name and its text."""
    found = {f"{tag['name']}.md": _area_page(told, tag) for tag in told["tags"]}
    return {"README.md": _index(told), **found, SHAPES_PAGE: shapes_page(told)}


def _operations(told: Part, area: str) -> Iterator[tuple[str, str, Part]]:
    for path, item in told["paths"].items():
        for method, operation in item.items():
            if area in operation["tags"]:
                yield method.upper(), path, operation


def _index(told: Part) -> str:
    parts = [
        "# The API",
        _ORIGIN,
        told["info"]["description"].strip(),
    ]
    for tag in told["tags"]:
        name = tag["name"]
        rows = [
            [f"[`{method} {path}`]({name}.md#{_anchor(operation)})", cell(operation["summary"])]
            for method, path, operation in _operations(told, name)
        ]
        parts += [f"## [{name.capitalize()}]({name}.md)", tag["description"]]
        parts.append(table(["call", "what it does"], rows))
    parts += [
        "## Headers of requests",
        _parameters_table(told["components"]["parameters"].values()),
    ]
    answers = told["components"]["responses"].values()
    statuses = sorted([_status(answer), cell(answer["description"])] for answer in answers)
    parts += ["## Answers", _SUCCESS, table(["status", "what it means"], statuses)]
    headers = told["components"]["headers"].items()
    rows = [[f"`{name}`", kind(h["schema"]), cell(h["description"])] for name, h in headers]
    parts += ["## Headers of answers", table(["header", "type", "what it is"], rows)]
    return "\n\n".join(parts) + "\n"


def _status(answer: Part) -> str:
    problem = answer.get("content", {}).get("application/problem+json")
    return str(problem["example"]["status"]) if problem else "304"


def _area_page(told: Part, tag: Part) -> str:
    parts = [f"# {tag['name'].capitalize()}", tag["description"]]
    for method, path, operation in _operations(told, tag["name"]):
        parts += _operation(told, method, path, operation)
    return "\n\n".join(parts) + "\n"


def _anchor(operation: Part) -> str:
    """The anchor that a heading gets where Markdown is shown."""
    kept = (c for c in operation["summary"].lower() if c.isalnum() or c in " -")
    return "".join(kept).replace(" ", "-")


def _operation(told: Part, method: str, path: str, operation: Part) -> Iterator[str]:
    yield f"## {operation['summary']}"
    yield f"**`{method} {path}`** · `{operation['operationId']}`"
    if "description" in operation:
        yield operation["description"]
    parameters = operation.get("parameters", [])
    if own := [part for part in parameters if "$ref" not in part]:
        yield _parameters_table(own)
    if usual := [_resolved(told, part)["name"] for part in parameters if "$ref" in part]:
        yield f"[Headers](README.md#headers-of-requests): {', '.join(f'`{n}`' for n in usual)}."
    content = operation.get("requestBody", {}).get("content", {})
    if JSON in content:
        yield from _body(told, content[JSON]["schema"])
    elif MULTIPART in content:
        yield "The body is `multipart/form-data`:"
        yield fields_table(content[MULTIPART]["schema"])
    yield table(["status", "answer"], list(_answers(operation)))
    usual = [status for status, part in operation["responses"].items() if "$ref" in part]
    yield f"[As everywhere](README.md#answers): {', '.join(usual)}."
    yield f"```sh\n{_curl(told, method, path, operation)}\n```"


def _resolved(told: Part, part: Part) -> Part:
    """What a part refers to, or the part itself."""
    found = part
    if "$ref" in part:
        found = told
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
    return found


def _parameters_table(parameters: Any) -> str:  # any iterable of parameters
    rows = [
        [
            f"`{part['name']}`",
            part["in"] + (", required" if part["required"] else ""),
            kind(part["schema"]),
            said(part["description"], part["schema"]),
        ]
        for part in parameters
    ]
    return table(["parameter", "in", "type", "what it is"], rows)


def _body(told: Part, schema: Part) -> Iterator[str]:
    shape = _resolved(told, schema)
    if "properties" in shape:
        yield f"The body is {kind(schema)}:"
        yield fields_table(shape)
    else:
        yield f"The body is {kind(schema)}: {shape['description']}"


def _answers(operation: Part) -> Iterator[list[str]]:
    for status, answer in operation["responses"].items():
        if "$ref" in answer:
            continue
        shapes = [
            f"`{media}`" if "schema" not in part or media != JSON else kind(part["schema"])
            for media, part in answer.get("content", {}).items()
            if media != "application/problem+json"
        ]
        yield [status, " · ".join([cell(answer["description"]), *shapes])]


def _curl(told: Part, method: str, path: str, operation: Part) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    words = ["curl", f"-X {method}", _address(path, operation)]
    if method == "GET" or (method == "POST" and content):  # as curl does by itself
        del words[1]
    if JSON in content:
        schema = _resolved(told, content[JSON]["schema"])
        words += ["-H 'Content-Type: application/json'", f"-d '{shown(schema['examples'][0])}'"]
    elif MULTIPART in content:
        words.append("-F file=@FILE")
    return " ".join(words)


def _address(path: str, operation: Part) -> str:
    """Where to call, with the query that must be there; each parameter is an id."""
    address = SERVER + path.replace("{sha256}", "SHA256")
    address = "/".join("1" if part.startswith("{") else part for part in address.split("/"))
    own = [part for part in operation.get("parameters", []) if part.get("in") == "query"]
    needed = "&".join(f"{part['name']}=2" for part in own if part["required"])
    return f'"{address}?{needed}"' if needed else address


if __name__ == "__main__":
    main()
