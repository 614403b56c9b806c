"""JSON and text at the door: whatever no database keeps is refused, all else comes back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from tower_anime.core import text

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**40), 10**40) | FLOATS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_accepted_comes_back_exactly(value: object) -> None:
    assert text.parse(text.dump(value).encode()) == value


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'a': 1}",
        b'{"a": 1,}',
        b"[1] 2",
        b"NaN",
        b"[Infinity]",
        b"[-Infinity]",
        b"[1e400]",
        b"[-1e400]",
        b"1" * 5_000,
        b'"\\u0000"',
        b'{"\\u0000": 1}',
        b'[["a\\u0000b"]]',
        b'"\\ud800"',
        b'{"\\udc00": 1}',
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b"[" * 5_000 + b"]" * 5_000,
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    ],
)
def test_a_body_that_no_database_could_keep_is_refused(body: bytes) -> None:
    with pytest.raises(json.JSONDecodeError):
        text.parse(body)


@pytest.mark.parametrize("given_text", ["a\0b", "\0", "\ud800", "a\udfff"])
def test_text_from_a_query_is_held_to_the_same_rule(given_text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(text.Name).validate_python(given_text)


def test_free_form_json_is_bounded_by_its_bytes() -> None:
    metadata = TypeAdapter(text.JsonObject)
    most = text.JSON_BYTES - len('{"a":""}')
    assert metadata.validate_python({"a": "x" * most})
    with pytest.raises(ValidationError, match="at most 262,144 bytes of JSON"):
        metadata.validate_python({"a": "x" * (most + 1)})
    with pytest.raises(ValidationError, match="at most 262,144 bytes of JSON"):
        metadata.validate_python({"a": "夜" * (most // 2)})
