"""Addresses of servers have one form, and lead nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tower_anime.engines.addresses import normalised, websocket


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("http://gpu1:8188", "http://gpu1:8188"),
        ("HTTP://GPU1:8188/", "http://gpu1:8188"),
        (" http://gpu1:80/ ", "http://gpu1"),
        ("https://gpu.example:443", "https://gpu.example"),
        ("https://gpu.example:8443/comfy/", "https://gpu.example:8443/comfy"),
        ("http://[::1]:8188", "http://[::1]:8188"),
        ("http://192.168.1.20:8188", "http://192.168.1.20:8188"),
    ],
)
def test_an_address_has_one_form(written: str, kept: str) -> None:
    assert normalised(written) == kept
    assert normalised(kept) == kept


@pytest.mark.parametrize(
    "written",
    [
        "",
        "gpu1:8188",
        "ftp://gpu1",
        "file:///gpu1/comfyui",
        "http://",
        "http:///path",
        "http://ana:secret@gpu1:8188",
        "http://gpu1@evil.example",
        "http://gpu1:8188?x=1",
        "http://gpu1:8188/#x",
        "http://gpu1:8188/../admin",
        "http://gpu1:8188/./a",
        "http://gpu1:8188//a",
        "http://gpu1:8188/%2e%2e/a",
        "http://gpu1:8188/a\\b",
        "http://gpu1:0",
        "http://gpu1:99999",
        "http://gpu1:x",
        "http://gpu 1",
        "http://gpu1\n:8188",
        "http://gpu1\r\nHost: evil",
        "http://a..b",
        f"http://{'a' * 64}",
        "http://-gpu",
        "http://[::1",
        f"http://gpu1/{'a' * 500}",
    ],
)
def test_what_is_no_plain_address_is_refused_in_a_sentence(written: str) -> None:
    with pytest.raises(ValueError, match=r"[a-z]"):
        normalised(written)


@given(st.text(max_size=40))
def test_whatever_is_accepted_stays_as_it_is_kept(text: str) -> None:
    try:
        kept = normalised(f"http://{text}")
    except ValueError:
        return
    assert normalised(kept) == kept
    assert kept.isascii()


def test_a_websocket_is_where_the_server_is() -> None:
    assert websocket("http://gpu1:8188") == "ws://gpu1:8188/ws"
    assert websocket("https://gpu.example/comfy") == "wss://gpu.example/comfy/ws"
