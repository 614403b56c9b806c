"""What is heard over a websocket, and what a silent or lost one leads to."""

from __future__ import annotations

import time

import pytest

from tests.engines.graphs import over, picture
from tests.support.comfyui import Comfy
from tests.support.services import PATIENCE, until
from tower_anime.engines import progress
from tower_anime.engines.frames import Event, Preview
from tower_anime.engines.listening import Listener
from tower_anime.engines.server import Server, new_prompt_id
from tower_anime.engines.troubles import Gone, Strange

Heard = list[Event | Preview]

SAMPLED = {
    "1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "anime.safetensors"}},
    "2": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["1", 1], "text": "a tower"}},
    "3": {
        "class_type": "EmptyLatentImage",
        "inputs": {"width": 64, "height": 64, "batch_size": 1},
    },
    "4": {
        "class_type": "KSampler",
        "inputs": {
            "model": ["1", 0],
            "positive": ["2", 0],
            "negative": ["2", 0],
            "latent_image": ["3", 0],
            "seed": 1,
            "steps": 8,
            "cfg": 7.0,
            "sampler_name": "euler",
            "scheduler": "normal",
            "denoise": 1.0,
        },
    },
    "5": {"class_type": "VAEDecode", "inputs": {"samples": ["4", 0], "vae": ["1", 2]}},
    "6": {"class_type": "SaveImage", "inputs": {"images": ["5", 0], "filename_prefix": "a"}},
}


def is_end(heard: Event | Preview) -> bool:
    """Whether this tells that a run is over, by which its history is there."""
    return isinstance(heard, Event) and heard.kind == "executing" and heard.data["node"] is None


def heard_until_the_end(listener: Listener) -> Heard:
    heard: Heard = []
    deadline = time.monotonic() + PATIENCE
    while not heard or not is_end(heard[-1]):
        assert time.monotonic() < deadline, heard
        if (one := listener.next(0.2)) is not None:
            heard.append(one)
    return heard


def test_the_history_is_there_at_the_last_event(comfy: Comfy, server: Server) -> None:
    comfy.behave(history_late=0.05)
    with Listener(server.websocket) as listener:
        for number in range(5):
            prompt_id = new_prompt_id()
            server.submit(picture(number), prompt_id, listener.client_id)
            heard_until_the_end(listener)
            found = server.history(prompt_id)
            assert found is not None
            assert found.ended == "success"


def test_progress_follows_a_run_to_its_end(comfy: Comfy, server: Server) -> None:
    comfy.behave(checkpoints=["anime.safetensors"])
    prompt_id = new_prompt_id()
    with Listener(server.websocket) as listener:
        server.submit(SAMPLED, prompt_id, listener.client_id)
        heard = heard_until_the_end(listener)
    now, told = progress.begin(SAMPLED), []
    for event in heard:
        if isinstance(event, Event) and event.prompt_id == prompt_id:
            now = progress.after(now, event)
            told.append(now.overall)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(set(told)) >= 8  # each step of the sampler moves it


def test_previews_say_of_which_prompt_they_are(comfy: Comfy, server: Server) -> None:
    comfy.behave(checkpoints=["anime.safetensors"])
    prompt_id = new_prompt_id()
    with Listener(server.websocket) as listener:
        server.submit(SAMPLED, prompt_id, listener.client_id)
        previews = [one for one in heard_until_the_end(listener) if isinstance(one, Preview)]
    assert previews
    assert {(one.mime, one.prompt_id, one.node) for one in previews} == {
        ("image/jpeg", prompt_id, "4")
    }


def test_each_listener_has_an_id_of_its_own_so_that_none_silences_another(
    server: Server,
) -> None:
    with Listener(server.websocket) as first, Listener(server.websocket) as second:
        assert first.client_id != second.client_id
        first.close()
        server.submit(picture(), new_prompt_id(), second.client_id)
        assert is_end(heard_until_the_end(second)[-1])


def test_events_go_to_the_client_that_submitted_alone(server: Server) -> None:
    with Listener(server.websocket) as ours, Listener(server.websocket) as others:
        server.submit(picture(), new_prompt_id(), ours.client_id)
        theirs = new_prompt_id()
        server.submit(picture(2), theirs, others.client_id)
        heard = heard_until_the_end(others)
        assert {one.prompt_id for one in heard if isinstance(one, Event)} <= {None, theirs}


def test_a_socket_that_is_lost_is_noticed_and_another_hears_again(
    comfy: Comfy, server: Server
) -> None:
    with Listener(server.websocket) as listener:
        comfy.drop_websockets()

        def is_lost() -> bool:
            try:
                listener.next(0.1)
            except Gone:
                return True
            return False

        until(is_lost)
    with Listener(server.websocket) as listener:
        server.submit(picture(), new_prompt_id(), listener.client_id)
        assert heard_until_the_end(listener)


def test_a_silent_socket_says_nothing_and_polling_tells_the_truth(
    comfy: Comfy, server: Server
) -> None:
    comfy.behave(websocket_silent=True)
    with Listener(server.websocket) as listener:
        prompt_id = new_prompt_id()
        server.submit(picture(), prompt_id, listener.client_id)
        assert over(server, prompt_id).ended == "success"
        heard = [listener.next(0.02) for _ in range(5)]
        assert not [one for one in heard if isinstance(one, Event) and one.prompt_id]


def test_a_server_that_refuses_websockets_is_told(comfy: Comfy, server: Server) -> None:
    comfy.behave(websocket_refused=True)
    with pytest.raises((Gone, Strange)):
        Listener(server.websocket)
