"""Sending an attempt's prompt: its id is written down before, and nothing is sent blindly again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from tower_anime.core.errors import TowerError
from tower_anime.engines.server import new_prompt_id
from tower_anime.engines.troubles import Ambiguous, EngineTrouble, Gone, Refused, Strange
from tower_anime.renders.comfyui.attempt import Again, Attempt, Over
from tower_anime.renders.comfyui.sending import graph_for
from tower_anime.renders.work import failure

LOOKS = 6  # for a prompt of which it is not known whether it was taken
LOOK_SECONDS = 0.5

Nodes = Mapping[str, Any]


def submit(attempt: Attempt, client_id: str) -> tuple[str, Nodes]:
    """Send the take's graph; the prompt's id and the graph.

    Raises `Again` where it surely was not taken, `GiveBack` where the server is away, `Over` where
    it refuses.
    """
    nodes = _prepared(attempt)
    prompt_id = new_prompt_id()
    attempt.note_prompt(prompt_id)
    try:
        submitted = attempt.server.submit(nodes, prompt_id, client_id)
    except Ambiguous:
        _look_for(attempt, prompt_id)
        return prompt_id, nodes
    except (Gone, Strange) as error:
        attempt.note_prompt(None)
        raise attempt.away(error) from error
    except Refused as error:
        node = error.nodes[0].node if error.nodes else None
        raise Over(failure("The server refuses the workflow", error.detail, node)) from error
    attempt.tools.farm.moved(attempt.engine_id, submitted.prompt_id)
    if submitted.prompt_id != prompt_id:  # an old server chooses ids itself
        attempt.note_prompt(submitted.prompt_id)
    return submitted.prompt_id, nodes


def _prepared(attempt: Attempt) -> Nodes:
    """The graph to send, its files being on the server."""
    tools, take_id = attempt.tools, attempt.claim[0]
    info = tools.farm.infos.of(attempt.engine_id) or {}
    prefix, seed = f"tower/take-{take_id}", int(attempt.row["seed"])
    try:
        return graph_for(attempt.server, tools.room, info, attempt.plan, seed, prefix)
    except (Gone, Strange) as error:
        raise attempt.away(error) from error
    except (Refused, TowerError) as error:
        raise Over(failure("Its pictures could not be brought", error.detail)) from error


def _look_for(attempt: Attempt, prompt_id: str) -> None:
    """Find out whether a prompt was taken. Raises `Again` only where it surely was not."""
    for _ in range(LOOKS):
        try:
            standing = attempt.server.find(prompt_id)
        except EngineTrouble:
            time.sleep(LOOK_SECONDS)
            continue
        if standing.place == "nowhere":
            raise Again
        return
    # It does not answer: whoever follows the prompt waits until it does.
