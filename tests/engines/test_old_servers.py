"""Servers of old are worked with as newer ones are: ids, caches, interrupts and previews."""

from __future__ import annotations

import httpx2
import pytest

from tests.engines.graphs import CLIENT, over, picture, place
from tests.engines.test_listening import SAMPLED, heard_until_the_end
from tests.support.comfyui import Comfy
from tests.support.services import until
from tower_anime.engines.frames import Preview
from tower_anime.engines.listening import Listener
from tower_anime.engines.server import Server, new_prompt_id
from tower_anime.engines.troubles import Refused


def test_a_server_that_chooses_ids_itself_tells_which_and_the_run_is_found_by_it(
    comfy: Comfy, server: Server
) -> None:
    comfy.behave(chooses_ids=True)
    wanted = new_prompt_id()
    prompt_id = server.submit(picture(), wanted, CLIENT).prompt_id
    assert prompt_id != wanted
    assert over(server, prompt_id).ended == "success"
    assert place(server, wanted) == "nowhere"


def test_what_a_server_takes_in_part_under_an_id_of_its_own_is_dropped_by_that(
    comfy: Comfy, server: Server
) -> None:
    """Which of the two ids the server knows is in its answer, and only there."""
    comfy.behave(chooses_ids=True, partial=1, job_seconds=600.0)
    with pytest.raises(Refused):
        server.submit(picture(), new_prompt_id(), CLIENT)
    until(lambda: comfy.prompts()[0]["ended"] in {"deleted", "interrupted"}, "the end of it")


def test_cached_runs_report_no_outputs_to_a_client_without_an_id_and_ours_has_one(
    comfy: Comfy, server: Server
) -> None:
    comfy.behave(hides_cached=True)
    first = over(server, server.submit(picture(), new_prompt_id(), CLIENT).prompt_id)

    again = over(server, server.submit(picture(), new_prompt_id(), CLIENT).prompt_id)
    answer = httpx2.post(f"{comfy.url}/prompt", json={"prompt": picture()}, trust_env=False)
    without = over(server, answer.json()["prompt_id"])

    assert (again.cached, again.outputs) == ({"1", "2"}, first.outputs)
    assert (without.cached, without.outputs) == ({"1", "2"}, ())


def test_a_server_without_newer_routes_is_worked_with_and_not_asked_for_them(
    comfy: Comfy, server: Server
) -> None:
    asked = httpx2.get(f"{comfy.url}/api/jobs", trust_env=False)
    assert asked.status_code == 404
    comfy.behave(refuse={"/api": -1})
    found = over(server, server.submit(picture(), new_prompt_id(), CLIENT).prompt_id)
    assert found.ended == "success"


@pytest.mark.parametrize(("kind", "mime"), [("JPEG", "image/jpeg"), ("PNG", "image/png")])
@pytest.mark.parametrize("metadata", [True, False])
def test_a_preview_is_a_jpeg_or_a_png_and_says_of_which_prompt_where_the_server_can(
    comfy: Comfy, server: Server, kind: str, mime: str, metadata: bool
) -> None:
    comfy.behave(checkpoints=["anime.safetensors"], preview_format=kind, preview_metadata=metadata)
    prompt_id = new_prompt_id()
    with Listener(server.websocket) as listener:
        server.submit(SAMPLED, prompt_id, listener.client_id)
        previews = [one for one in heard_until_the_end(listener) if isinstance(one, Preview)]
    told = (prompt_id, "4") if metadata else (None, None)
    assert {(one.mime, one.prompt_id, one.node) for one in previews} == {(mime, *told)}
    assert len(previews) == SAMPLED["4"]["inputs"]["steps"]
