"""What comes over a websocket is read, and what is cut short is passed over."""

from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tower_anime.engines import frames
from tower_anime.engines.frames import Event, Preview

JPEG = b"\xff\xd8\xff\xe0 a picture"
PNG = b"\x89PNG\r\n\x1a\n a picture"


def about(**data: object) -> bytes:
    written = json.dumps(data).encode()
    return struct.pack(">II", 4, len(written)) + written


def test_an_event_names_its_prompt() -> None:
    data = {"node": "5", "display_node": "5", "prompt_id": "a"}
    assert frames.parse(json.dumps({"type": "executing", "data": data})) == Event(
        "executing", "a", data
    )


def test_an_event_after_a_reconnect_may_name_none() -> None:
    found = frames.parse('{"type": "executing", "data": {"node": "3"}}')
    assert found == Event("executing", None, {"node": "3"})


@pytest.mark.parametrize(
    ("number", "image", "mime"), [(1, JPEG, "image/jpeg"), (2, PNG, "image/png")]
)
def test_a_preview_is_a_jpeg_or_a_png(number: int, image: bytes, mime: str) -> None:
    assert frames.parse(struct.pack(">II", 1, number) + image) == Preview(mime, image)


@pytest.mark.parametrize(("image", "mime"), [(JPEG, "image/jpeg"), (PNG, "image/png")])
def test_a_preview_with_metadata_says_of_which_prompt_it_is(image: bytes, mime: str) -> None:
    sent = about(prompt_id="a", node_id="3", image_type=mime) + image
    assert frames.parse(sent) == Preview(mime, image, "a", "3")


def test_the_first_message_asks_for_metadata() -> None:
    told = json.loads(frames.ANNOUNCEMENT)
    assert told == {"type": "feature_flags", "data": {"supports_preview_metadata": True}}


@given(st.sampled_from([JPEG, PNG]), st.integers(min_value=0, max_value=70))
def test_a_frame_that_is_cut_short_shows_nothing_that_is_no_picture(image: bytes, cut: int) -> None:
    whole = about(prompt_id="a", node_id="3") + image
    found = frames.parse(whole[:cut])
    assert found is None or (isinstance(found, Preview) and image.startswith(found.image))
    assert frames.parse(whole[: len(whole) - len(image)]) is None


@given(st.binary(max_size=64) | st.text(max_size=64))
def test_whatever_comes_is_read_or_passed_over(message: str | bytes) -> None:
    found = frames.parse(message)
    assert found is None or isinstance(found, Event | Preview)


@pytest.mark.parametrize(
    "message",
    [
        "",
        "[]",
        "null",
        '{"type": 1, "data": {}}',
        '{"type": "status"}',
        "[" * 100_000,
        b"",
        struct.pack(">I", 1),
        struct.pack(">II", 1, 3) + JPEG,
        struct.pack(">II", 1, 1) + PNG,
        struct.pack(">II", 2, 1) + JPEG,
        struct.pack(">II", 3, 1) + b"text",
        struct.pack(">II", 4, 2**32 - 1) + JPEG,
    ],
)
def test_what_is_not_known_is_passed_over(message: str | bytes) -> None:
    assert frames.parse(message) is None
