"""`tower-anime engines`: servers are added by address, looked at, and set aside."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from tests.support.comfyui import Comfy, running
from tests.support.commands import Tower, as_json, refused, told
from tests.support.factories import ok


@pytest.fixture
def comfy() -> Iterator[Comfy]:
    """A simulated server."""
    with running() as simulator:
        yield simulator


def test_a_server_is_added_by_its_address_and_asked_at_once(
    tower: Tower, api: httpx2.Client, comfy: Comfy
) -> None:
    address = comfy.url.removeprefix("http://")
    added = as_json(tower("engines", "add", address, "--name", "Attic", "--json"))
    assert (added["url"], added["status"], added["version"]) == (comfy.url, "idle", "0.3.64")
    assert as_json(tower("engines", "show", "Attic", "--json")) == ok(
        api.get(f"/engines/{added['id']}")
    )
    assert as_json(tower("engines", "list", "--json")) == ok(api.get("/engines"))
    table = told(tower("engines", "list"))
    assert "Attic" in table
    assert "21.6 GiB" in table
    ok(api.delete(f"/engines/{added['id']}"))


def test_a_server_is_set_checked_removed_and_restored(
    tower: Tower, api: httpx2.Client, comfy: Comfy
) -> None:
    number = as_json(tower("engines", "add", comfy.url, "--json"))["id"]
    off = as_json(tower("engines", "set", number, "--off", "--name", "Small", "--json"))
    assert (off["enabled"], off["name"]) == (False, "Small")
    assert "off" in told(tower("engines", "list"))
    moved = tower("engines", "set", "Small", "--on", "--address", f"{comfy.url}/x", "--json")
    assert as_json(moved)["url"] == f"{comfy.url}/x"
    checked = as_json(tower("engines", "check", "Small", "--json"))
    assert checked["status"] == "offline"
    assert as_json(tower("engines", "remove", "Small", "--json"))["deleted_at"]
    assert as_json(tower("engines", "restore", "Small", "--json"))["deleted_at"] is None
    ok(api.delete(f"/engines/{number}"))


def test_what_is_no_address_is_refused_in_a_sentence(tower: Tower) -> None:
    assert "address" in refused(tower("engines", "add", "ftp://gpu1"))
    assert "address" in refused(tower("engines", "add", "gpu1:port"))
    assert "at least one" in tower("engines", "set", "1").output
