"""What becomes of an attempt once its run is over: files, a failure, or another try."""

from __future__ import annotations

import logging
import time
from typing import Any

from tower_anime.core.children import Cancelled
from tower_anime.core.errors import Unprocessable
from tower_anime.core.sql import Row
from tower_anime.engines.answers import History, RunError
from tower_anime.engines.memory import is_out_of_memory
from tower_anime.engines.troubles import EngineTrouble, Gone, Missing, Strange
from tower_anime.renders.comfyui import claiming, collecting, graph
from tower_anime.renders.comfyui.attempt import Again, Attempt, GiveBack, Over
from tower_anime.renders.comfyui.collecting import Harvest, NoMedium, NothingMade
from tower_anime.renders.comfyui.planning import bindings_of
from tower_anime.renders.work import failure

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 0.25, 30.0  # seconds between two tries to fetch a file
LOOK_SECONDS = 0.25


def settle(attempt: Attempt, history: History) -> Row:
    """The outcome of a run that went well. Raises `Again`, `GiveBack`, `Over` and `Cancelled`."""
    if history.ended == "interrupted":
        if attempt.cancelled():
            raise Cancelled
        raise Again  # somebody stopped it at the server, and it is still wanted
    if history.ended == "error":
        raise _failed(attempt, history.error)
    attempt.tools.farm.ran(attempt.engine_id, claiming.models(attempt.template))
    attempt.let_go()  # it need not stand idle until what it made is here
    files, others = _collected(attempt, history)
    main = collecting.chosen(files)
    return {
        "status": "done",
        "media_id": main.sha256,
        "files": [file._asdict() for file in files],
        "warnings": [
            *collecting.differences(attempt.plan, main.probed),
            *collecting.left_behind(others),
        ],
        "execution": {
            "files": [file.name for file in files],
            "cached_nodes": sorted(history.cached),
            "seconds": history.seconds,
        },
    }


def _collected(attempt: Attempt, history: History) -> Harvest:
    """The files of a run. One that does not come is asked for again, each time after a longer wait.

    The run is over and stays in the server's history, so there is no hurry.
    """
    nodes = graph.outputs(bindings_of(attempt.plan))
    tools, wait, waited = attempt.tools, FIRST_WAIT, 0.0
    while True:
        try:
            return collecting.collect(
                attempt.server, tools.room, history, nodes, tools.limit_bytes, attempt.cancelled
            )
        except Missing as error:  # a cached answer that names files which are gone
            _free(attempt)
            raise Again from error
        except Gone as error:
            if waited >= tools.patience.unreachable:
                raise Over(failure("Its files cannot be fetched", error.detail)) from error
        except (NoMedium, NothingMade, Unprocessable, Strange) as error:
            raise Over(failure("What came back is of no use", error.detail)) from error
        _pause(attempt, wait)
        waited, wait = waited + wait, min(2 * wait, LONGEST_WAIT)


def _pause(attempt: Attempt, seconds: float) -> None:
    """Wait, unless the take is cancelled or the service stops. Raises `Cancelled`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if attempt.cancelled():
            raise Cancelled
        time.sleep(min(seconds, LOOK_SECONDS))


def _failed(attempt: Attempt, error: RunError | None) -> Exception:
    if error is None:
        return Over(failure("The server failed", "It gives no reason; its log may."))
    if is_out_of_memory(error.kind, error.message):
        return _without_memory(attempt, error)
    return Over(failure(f"{_class_of(attempt, error)} failed", error.sentence, error.node))


def _without_memory(attempt: Attempt, error: RunError) -> Exception:
    """Free, once more, then a larger server, then parked."""
    _free(attempt)
    avoided = claiming.avoided_by(attempt.note_trouble("memory"))
    if attempt.engine_id not in avoided:
        return Again()
    able = attempt.tools.farm.can_ever_run(attempt.tools.abilities.of(attempt.plan))
    if set(able) - avoided:
        return GiveBack()
    return Over(
        failure(
            "Out of memory",
            "No server has the memory for it. Make it smaller or shorter, or choose a smaller"
            f" model; then render it again. ({error.sentence})",
            error.node,
        )
    )


def _class_of(attempt: Attempt, error: RunError) -> str:
    node: Any = attempt.template.get(error.node or "", {})
    return str(node.get("class_type") or error.class_type or "The workflow")


def _free(attempt: Attempt) -> None:
    try:
        attempt.server.free()
    except EngineTrouble as error:
        log.warning("engine %d could not be told to free memory: %s", attempt.engine_id, error)
