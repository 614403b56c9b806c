"""Text, numbers and JSON as requests bring them: bounded, and free of what no database keeps.

NUL, lone surrogates and non-finite numbers are refused in bodies, in queries and in paths alike.
"""

from __future__ import annotations

import json
import math
import unicodedata
from typing import Annotated, Any, get_args

import pydantic_core
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    JsonValue,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

JSON_BYTES = 262_144  # one free-form JSON field, such as a project's metadata

_NOT_STORABLE = "must not contain the character NUL or half of a surrogate pair"


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError(_NOT_STORABLE)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(_NOT_STORABLE) from error
    return text


class _Storable(AfterValidator):
    """Text as every database keeps it; the JSON Schema says so as far as a pattern can."""

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(core_schema), "pattern": r"^[^\u0000]*$"}


Storable = _Storable(_storable)

Name = Annotated[str, Field(min_length=1, max_length=255), Storable]
Label = Annotated[str, Field(min_length=1, max_length=50), Storable]
Path = Annotated[str, Field(max_length=4_096), Storable]
Words = Annotated[str, Field(max_length=100_000), Storable]
LongText = Annotated[str, Field(max_length=2_000_000), Storable]

LARGEST = 2**31 - 1
Number = Annotated[int, Field(ge=-LARGEST - 1, le=LARGEST)]
RowId = Annotated[int, Field(ge=-(2**63), le=2**63 - 1)]


def _small(value: dict[str, Any]) -> dict[str, Any]:  # free-form JSON holds any value
    size = len(dump(value).encode())
    if size > JSON_BYTES:
        raise ValueError(f"must be at most {JSON_BYTES:,} bytes of JSON; this is {size:,}")
    return value


JsonObject = Annotated[dict[str, JsonValue], AfterValidator(_small)]


def _as_update(schema: dict[str, Any]) -> None:  # a JSON Schema
    """Each field may be absent or null; its value in Python is nobody's default."""
    fields = schema["properties"]
    for name, field in fields.items():
        field.pop("default", None)
        if {"type": "null"} not in field.get("anyOf", []):
            told = {key: field.pop(key) for key in ("title", "description") if key in field}
            fields[name] = {"anyOf": [field, {"type": "null"}], **told}


class Update(BaseModel):
    """What a PUT names: what is absent stays, and null clears what can be empty.

    Where a field cannot be empty, null says the same as its absence: clients of the first service
    send it so, and put whole objects back.
    """

    model_config = ConfigDict(json_schema_extra=_as_update)

    @staticmethod
    def example(value: dict[str, JsonValue]) -> ConfigDict:
        """The configuration of an update with an example for its JSON Schema."""

        def shown(schema: dict[str, Any]) -> None:  # a JSON Schema
            _as_update(schema)
            schema["examples"] = [value]

        return ConfigDict(json_schema_extra=shown)

    @model_validator(mode="before")
    @classmethod
    def _without_empty_words(cls, given: object) -> object:
        if not isinstance(given, dict):
            return given
        return {k: v for k, v in given.items() if v is not None or cls._can_be_empty(k)}

    @classmethod
    def _can_be_empty(cls, name: str) -> bool:
        field = cls.model_fields.get(name)
        return field is not None and type(None) in get_args(field.annotation)


def nfc(text: str) -> str:
    """The form in which names are compared; stored text stays as it was typed."""
    return unicodedata.normalize("NFC", text)


def dump(value: object) -> str:
    """A value as compact JSON text, its characters as they are."""
    return pydantic_core.to_json(value).decode()


def parse(body: bytes) -> Any:  # JSON is any value
    """The JSON value of a body.

    Raises `json.JSONDecodeError` for malformed JSON, more than 200 levels of it, non-finite
    numbers (also `1e400`), lone surrogates and NUL.
    """
    try:
        value = pydantic_core.from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise json.JSONDecodeError(str(error), "", 0) from error
    if _may_be_unstorable(body):
        _refuse_unstorable(value)
    return value


_DIGITS = bytes.maketrans(b"123456789E", b"000000000e")
_MANY = b"0" * 300


def _may_be_unstorable(body: bytes) -> bool:
    """NUL is only ever written as an escape, and a number too large by an exponent or many digits.

    To look for what stands for many is four times as fast as a pattern, for each body of a write.
    """
    numbers = body.translate(_DIGITS)
    return b"\\u0000" in body or b"0e" in numbers or _MANY in numbers


def _refuse_unstorable(value: Any) -> None:
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, str):
            if "\0" in found:
                raise json.JSONDecodeError("NUL is not accepted in text", "", 0)
        elif isinstance(found, dict):
            waiting.extend(found)
            waiting.extend(found.values())
        elif isinstance(found, list):
            waiting.extend(found)
        elif isinstance(found, float) and not math.isfinite(found):
            raise json.JSONDecodeError("a number is too large", "", 0)


Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="A medium's id.")]
