"""A prompt is followed to its end by what is heard and what is asked, and is taken for no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx2
import pytest

from tests.engines.graphs import picture
from tests.engines.test_listening import SAMPLED
from tests.support.comfyui import Comfy, running
from tower_anime.engines.answers import History
from tower_anime.engines.frames import Preview
from tower_anime.engines.listening import Listener
from tower_anime.engines.server import Server, new_prompt_id
from tower_anime.renders.comfyui.following import STEPS, Follower, Patience, Stalled, Watch

STEPS_OF_SAMPLED = SAMPLED["4"]["inputs"]["steps"]
LONG = 600.0


@pytest.fixture
def comfy() -> Iterator[Comfy]:
    with running(checkpoints=["anime.safetensors"]) as simulator:
        yield simulator


@pytest.fixture
def server(comfy: Comfy) -> Iterator[Server]:
    with closing(Server(comfy.url)) as made:
        yield made


class Followed:
    """What was told while a prompt was followed."""

    def __init__(self, stalled: float = LONG, at_first: Callable[[], object] = lambda: None):
        self.told: list[int] = []
        self.previews: list[Preview] = []
        self._at_first = at_first
        self.watch = Watch(
            self._report,
            self.previews.append,
            lambda: False,
            lambda: False,
            Patience(stalled, LONG),
        )

    def _report(self, done: int, _total: int) -> None:
        self.told.append(done)
        if len(self.told) == 1:
            self._at_first()

    def to_the_end(
        self, server: Server, listener: Listener, graph: Any = SAMPLED
    ) -> History | None:
        """Send a graph and follow it."""
        prompt_id = new_prompt_id()
        server.submit(graph, prompt_id, listener.client_id)
        return Follower(server, listener, prompt_id, graph, self.watch).to_the_end()


def anothers(comfy: Comfy, graph: Any) -> None:
    """A program that gives no id of a client submits a graph: all are told of it."""
    answer = httpx2.post(f"{comfy.url}/prompt", json={"prompt": graph}, trust_env=False)
    assert answer.status_code == 200


@pytest.mark.parametrize("metadata", [True, False])
def test_previews_of_a_job_without_a_client_id_are_not_taken_for_ours(
    comfy: Comfy, server: Server, metadata: bool
) -> None:
    comfy.behave(preview_metadata=metadata)
    followed = Followed()
    theirs = {**SAMPLED, "2": {**SAMPLED["2"], "inputs": {"clip": ["1", 1], "text": "a sea"}}}
    with Listener(server.websocket) as listener:
        anothers(comfy, theirs)
        found = followed.to_the_end(server, listener)
    assert found is not None
    assert found.ended == "success"
    assert len(followed.previews) == STEPS_OF_SAMPLED


def test_progress_of_a_job_without_a_client_id_is_not_taken_for_ours(
    comfy: Comfy, server: Server
) -> None:
    followed = Followed()
    with Listener(server.websocket) as listener:
        anothers(comfy, picture())
        followed.to_the_end(server, listener)
    assert len(set(followed.told)) > STEPS_OF_SAMPLED  # theirs would have brought it to the end
    assert followed.told == sorted(followed.told)


def test_a_run_goes_on_and_is_heard_again_where_its_socket_falls_silent(
    comfy: Comfy, server: Server
) -> None:
    comfy.behave(step_seconds=0.6)
    followed = Followed(stalled=3.0, at_first=comfy.mute_websockets)
    with Listener(server.websocket) as listener:
        found = followed.to_the_end(server, listener)
    assert found is not None
    assert found.ended == "success"
    assert [told for told in followed.told if 0 < told < STEPS]
    assert followed.previews


def test_a_run_goes_on_where_every_websocket_of_its_server_falls_silent(
    comfy: Comfy, server: Server
) -> None:
    comfy.behave(step_seconds=0.6)
    followed = Followed(stalled=3.0, at_first=lambda: comfy.behave(websocket_silent=True))
    with Listener(server.websocket) as listener:
        found = followed.to_the_end(server, listener)
    assert found is not None
    assert found.ended == "success"
    assert followed.previews == []


def test_a_run_that_is_stuck_while_its_server_speaks_is_given_up(
    comfy: Comfy, server: Server
) -> None:
    followed = Followed(stalled=1.0, at_first=lambda: comfy.behave(stall=True))
    comfy.behave(step_seconds=0.2)
    with Listener(server.websocket) as listener, pytest.raises(Stalled):
        followed.to_the_end(server, listener)
    comfy.behave(stall=False)


def test_a_prompt_that_somebody_deletes_is_in_neither_queue_nor_history_and_lost(
    comfy: Comfy, server: Server
) -> None:
    comfy.behave(job_seconds=LONG)
    with Listener(server.websocket) as listener:
        anothers(comfy, picture())
        prompt_id = new_prompt_id()
        server.submit(SAMPLED, prompt_id, listener.client_id)
        httpx2.post(f"{comfy.url}/queue", json={"delete": [prompt_id]}, trust_env=False)
        follower = Follower(server, listener, prompt_id, SAMPLED, Followed().watch)
        assert follower.to_the_end() is None
