"""The course of an attempt, so that no crash of either side renders a take twice.

The prompt's id is written down before it is sent. Whoever takes up a take that has one looks for it
on its server first: what runs is followed, what is over is fetched, and only what the server knows
nothing of is sent again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tower_anime.core import clock
from tower_anime.core.sql import Row
from tower_anime.engines.answers import History
from tower_anime.engines.listening import Listener
from tower_anime.engines.server import Server, new_prompt_id
from tower_anime.engines.troubles import EngineTrouble
from tower_anime.renders.comfyui.attempt import Again, Attempt, GiveBack, Over
from tower_anime.renders.comfyui.following import Follower, Stalled, Unreachable, Watch
from tower_anime.renders.comfyui.settling import settle
from tower_anime.renders.comfyui.submitting import submit
from tower_anime.renders.manifest import COMFYUI
from tower_anime.renders.work import Outcome, failure

log = logging.getLogger(__name__)

MOST_SUBMISSIONS = 6  # of one attempt: after losses, for want of memory, for a file that is gone


def run(attempt: Attempt) -> Outcome:
    """Render the take; what came of it. Raises `Cancelled` and `GiveBack`."""
    began = time.monotonic()
    try:
        prompt_id, made = _made(attempt)
    except Over as over:
        return over.outcome
    execution = {
        **_about(attempt),
        **made["execution"],
        "prompt_id": prompt_id,
        "started_at": attempt.row["started_at"],
        "finished_at": clock.now(),
        # A service that was killed meanwhile took up what had run for a while.
        "seconds": round(max(time.monotonic() - began, made["execution"]["seconds"]), 3),
    }
    return {**made, "execution": execution}


def stop(attempt: Attempt) -> None:
    """Have the prompt not run, or no longer. A service that only stops lets it run on.

    Raises `Cancelled` where another worker has the take by now, who goes on with that prompt.
    """
    prompt_id = attempt.prompt()
    if prompt_id is not None:
        try:
            attempt.server.cancel(prompt_id)
        except EngineTrouble as error:
            log.warning("take %d could not be stopped there: %s", attempt.claim[0], error.detail)


def _about(attempt: Attempt) -> Row:
    engine = attempt.tools.farm.engine(attempt.engine_id)
    return {
        "engine": COMFYUI,
        "server": engine.name if engine else None,
        "address": attempt.server.url,
        "version": attempt.tools.farm.version(attempt.engine_id),
    }


def _made(attempt: Attempt) -> tuple[str, Row]:
    for _ in range(MOST_SUBMISSIONS):
        try:
            prompt_id, history = _through(attempt)
            return prompt_id, settle(attempt, history)
        except Again:
            attempt.note_prompt(None)
    raise Over(
        failure(
            "It could not be rendered there",
            f"It was sent {MOST_SUBMISSIONS} times, and each time the server lost it, answered with"
            " an error, or had no memory for it. Look at the server's log; then retry it.",
        )
    )


def _through(attempt: Attempt) -> tuple[str, History]:
    """Take up the prompt that was sent before, or send one; how it ended."""
    prompt_id = attempt.prompt()
    if prompt_id is not None:
        return prompt_id, _followed(attempt, prompt_id, None, attempt.template, is_sent=False)
    with _listening(attempt.server) as listener:
        client_id = listener.client_id if listener else new_prompt_id()
        prompt_id, nodes = submit(attempt, client_id)
        return prompt_id, _followed(attempt, prompt_id, listener, nodes, is_sent=True)


@contextmanager
def _listening(server: Server) -> Iterator[Listener | None]:
    """A websocket of the server; without one, its state is asked for more often."""
    try:
        listener = Listener(server.websocket)
    except EngineTrouble as error:
        log.info("%s: %s", server.url, error.detail)
        yield None
        return
    with listener:
        yield listener


def _followed(
    attempt: Attempt,
    prompt_id: str,
    listener: Listener | None,
    nodes: Mapping[str, Any],
    *,
    is_sent: bool,
) -> History:
    """How the prompt ended. One that was not sent just now may never have been: a service may have
    been killed before.
    """
    farm, engine_id = attempt.tools.farm, attempt.engine_id

    def report(done: int, total: int) -> None:
        farm.moved(engine_id, prompt_id)
        attempt.report(done, total)

    watch = Watch(
        report,
        lambda preview: attempt.tools.show(attempt.row, preview),
        attempt.cancelled,
        lambda: farm.is_quarantined(engine_id),
        attempt.tools.patience,
    )
    follower = Follower(attempt.server, listener, prompt_id, nodes, watch)
    try:
        history = follower.to_the_end()
    except (Stalled, Unreachable) as error:
        stop(attempt)
        attempt.lost()
        raise GiveBack from error
    if history is None:
        if (is_sent or follower.was_there) and attempt.lost():
            raise GiveBack
        raise Again
    return history
