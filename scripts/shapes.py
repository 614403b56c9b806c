"""JSON Schemas in words: types with their bounds, tables of fields, and the page of all shapes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

Part = dict[str, Any]  # a part of an OpenAPI document

SHAPES_PAGE = "shapes.md"
_WITHOUT_NUL = r"^[^\u0000]*$"  # holds of all text; the first page says so


def shapes_page(told: Part) -> str:
    """The page of every shape that bodies and answers have."""
    parts = ["# Shapes", "What bodies and answers are made of, by name."]
    for name, schema in told["components"]["schemas"].items():
        parts.append(f"## {name}")
        if "description" in schema:
            parts.append(schema["description"])
        parts.append(fields_table(schema) if "properties" in schema else kind(schema))
        parts += (f"```json\n{shown(example)}\n```" for example in schema.get("examples", []))
    return "\n\n".join(parts) + "\n"


def table(titles: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def shown(example: object) -> str:
    """An example as JSON."""
    return json.dumps(example, ensure_ascii=False, indent=2)


def cell(text: str) -> str:
    """Text as one cell of a table holds it."""
    return " ".join(text.split()).replace("|", "\\|")


def fields_table(schema: Part) -> str:
    """An object's fields: their types with bounds, and what they are."""
    required = set(schema.get("required", []))
    rows = []
    for name, field in schema["properties"].items():
        title = f"`{name}`" + ", required" * (name in required)
        rows.append([title, kind(field), said(field.get("description", ""), field)])
    return table(["field", "type", "what it is"], rows)


def said(description: str, schema: Part) -> str:
    """What a field or a parameter is, and its default."""
    default = [f"Default: {_value(schema['default'])}."] if "default" in schema else []
    return cell(" ".join([description, *default]))


def kind(schema: Part) -> str:
    """A schema's type and bounds in words; other shapes by a link to them."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}]({SHAPES_PAGE}#{name.lower()})"
    for choices in ("anyOf", "oneOf", "allOf"):
        if choices in schema:
            return "; or ".join(dict.fromkeys(kind(part) for part in schema[choices]))
    if "const" in schema:
        return _value(schema["const"])
    if "enum" in schema:
        return ", ".join(_value(value) for value in schema["enum"])
    name = schema.get("type", "any JSON")
    words = [_NAMES.get(name, name), *_bounds(schema)]
    return cell(", ".join(words))


_NAMES = {"array": "list", "string": "text", "object": "object", "boolean": "true or false"}


def _bounds(schema: Part) -> Iterator[str]:
    yield from _between(schema, "minimum", "maximum", "")
    yield from _between(schema, "minLength", "maxLength", " characters")
    yield from _between(schema, "minItems", "maxItems", " items")
    yield from _between(schema, "minProperties", "maxProperties", " names")
    if "exclusiveMinimum" in schema:
        yield f"above {schema['exclusiveMinimum']:g}"
    if "multipleOf" in schema:
        yield f"a multiple of {schema['multipleOf']:g}"
    if schema.get("pattern", _WITHOUT_NUL) != _WITHOUT_NUL:
        yield f"as `{schema['pattern']}`"
    if "format" in schema:
        yield schema["format"]
    if "items" in schema:
        yield f"each: {kind(schema['items'])}"
    inner = [schema.get("additionalProperties"), *schema.get("patternProperties", {}).values()]
    for part in inner:
        if isinstance(part, dict) and part:
            yield f"each: {kind(part)}"


def _between(schema: Part, least: str, most: str, unit: str) -> Iterator[str]:
    low, high = schema.get(least), schema.get(most)
    if (low, high) == (-(2**63), 2**63 - 1):
        return  # any integer that a database holds
    if low is not None and high is not None:
        yield f"{low} to {high}{unit}"
    elif high is not None:
        yield f"at most {high}{unit}"
    elif low is not None:
        yield f"at least {low}{unit}"


def _value(value: object) -> str:
    return "empty" if value in ("", [], {}) else f"`{json.dumps(value, ensure_ascii=False)}`"
