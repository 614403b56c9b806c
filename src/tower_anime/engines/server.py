"""One ComfyUI server: what it is asked and told. Any thread may use it.

It is for every version: `/queue` and `/history` tell the truth on all of them, so the newer
`/api/jobs` is not needed, and the id of a prompt is ours where the server lets us choose it.
Raises `troubles.EngineTrouble`. Tracebacks and the paths of a server go to the log, and no further.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import quote

from tower_anime.engines import addresses, answers, transfers
from tower_anime.engines.answers import History, Output, Queue, Stats
from tower_anime.engines.troubles import Ambiguous, EngineTrouble, Gone, Refused, Strange
from tower_anime.engines.wire import MIB, Answer, Bounds, NotSent, Wire

log = logging.getLogger(__name__)

QUICK = Bounds(seconds=5.0, size=MIB)
LISTED = Bounds(seconds=10.0, size=64 * MIB)  # with the graphs of all that waits
NODES = Bounds(seconds=30.0, size=128 * MIB)  # a server with many custom nodes tells 10 MB
SUBMITTING = Bounds(seconds=30.0, size=16 * MIB)  # it validates the graph before it answers
LOGGED = 20_000  # bytes of a refusal, which has tracebacks
REPEATS = 8  # of one id in a queue, where somebody submitted it again

OK, BAD_REQUEST, NOT_FOUND, SERVER_ERROR = 200, 400, 404, 500


class Submitted(NamedTuple):
    """A prompt that was taken: its id, which an old server chose itself, and its place in line."""

    prompt_id: str
    number: float


class Standing(NamedTuple):
    """Where a prompt is. One that is nowhere is lost, and must be submitted again."""

    place: Literal["pending", "running", "over", "nowhere"]
    history: History | None = None


def new_prompt_id() -> str:
    """An id for a prompt: the canonical lower case UUID that newer servers insist on."""
    return str(uuid.uuid4())


class Server:
    """The server at an address, which is as `addresses.normalised` has it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._wire = Wire(url)

    @property
    def websocket(self) -> str:
        """The address of its websocket."""
        return addresses.websocket(self.url)

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()

    # --- what it is, and what it does

    def stats(self) -> Stats:
        """Its version and devices."""
        return answers.stats(self._get("/system_stats", QUICK))

    def object_info(self) -> Mapping[str, Any]:  # JSON
        """Every node that it has: class → declaration, with the names of its models."""
        return answers.object_info(self._get("/object_info", NODES))

    def queue(self) -> Queue:
        """What it runs and what waits, also of others."""
        return answers.queue(self._get("/queue", LISTED))

    def history(self, prompt_id: str) -> History | None:
        """How a run ended; `None` while it is not over, and for a prompt that it does not know."""
        path = f"/history/{quote(prompt_id, safe='')}"  # old servers choose ids of any characters
        found = answers.history(self._get(path, LISTED), prompt_id)
        if found is not None and found.error is not None and found.error.traceback:
            log.warning("%s, prompt %s: %s", self.url, prompt_id, found.error.traceback)
        return found

    def find(self, prompt_id: str) -> Standing:
        """Where a prompt is now. A run leaves the queue and enters the history in one step, so the
        history is asked second: what is in neither is lost.
        """
        queue = self.queue()
        if prompt_id in queue.running:
            return Standing("running")
        if prompt_id in queue.pending:
            return Standing("pending")
        history = self.history(prompt_id)
        return Standing("nowhere") if history is None else Standing("over", history)

    # --- jobs

    def submit(
        self,
        graph: Mapping[str, Any],  # JSON in API format
        prompt_id: str,
        client_id: str,
        extra_data: Mapping[str, Any] | None = None,  # JSON
    ) -> Submitted:
        """Queue a graph. Keep `prompt_id` before: submitting is not idempotent.

        Raises `Refused`; `Gone` or `Strange` where it was surely not taken; `Ambiguous` where it
        may have been: then `find` it, and submit again only if it is nowhere. A server that takes
        a part of the graph only is told to drop it, and that is `Refused` as well.
        """
        if not client_id:
            raise ValueError("a prompt has a client's id always; some servers die without one")
        body = {"prompt": graph, "prompt_id": prompt_id, "client_id": client_id}
        body["extra_data"] = dict(extra_data or {})  # null would kill the server's worker
        answer = self._post_prompt(body)
        told = _json_of(answer)
        if answer.status == BAD_REQUEST:
            raise self._logged(answers.refusal(told), answer)
        match told:
            case {"prompt_id": str(given), "number": int() | float() as number}:
                if told.get("node_errors"):
                    self._drop(given)
                    raise self._logged(answers.refusal(told), answer)
                return Submitted(given, number)
        raise Ambiguous("The server's answer to a job was not understood; it may have taken it.")

    def _post_prompt(self, body: Mapping[str, Any]) -> Answer:  # JSON
        try:
            answer = self._wire.ask("POST", "/prompt", SUBMITTING, body=body)
        except NotSent:
            raise
        except Gone as error:
            raise Ambiguous("The connection was cut while a job was sent.") from error
        if answer.status >= SERVER_ERROR:
            raise Ambiguous(f"The server answered a job with an error ({answer.status}).")
        if answer.status not in (OK, BAD_REQUEST):
            raise Strange(f"The server answers a job with {answer.status}; it was not taken.")
        return answer

    def _drop(self, prompt_id: str) -> None:
        try:
            self.cancel(prompt_id)
        except EngineTrouble as trouble:  # refused all the same; what it makes is not fetched
            log.warning("%s may run a part of prompt %s: %s", self.url, prompt_id, trouble.detail)

    def _logged(self, refused: Refused, answer: Answer) -> Refused:
        log.warning(
            "%s refused a prompt: %s", self.url, answer.body[:20_000].decode("utf-8", "replace")
        )
        return refused

    def interrupt(self, prompt_id: str) -> bool:
        """Stop a prompt if it runs; whether it did. It stops at its next node or step.

        Old servers ignore the id and stop whatever runs, so it is looked for first.
        """
        if prompt_id not in self.queue().running:
            return False
        self._post("/interrupt", {"prompt_id": prompt_id})
        return True

    def delete(self, prompt_id: str) -> bool:
        """Take a prompt out of the line, as often as it is there; whether it was."""
        for again in range(REPEATS):
            if prompt_id not in self.queue().pending:
                return again > 0
            self._post("/queue", {"delete": [prompt_id]})
        return True

    def cancel(self, prompt_id: str) -> bool:
        """Have a prompt not run, or no longer; whether there was something to stop."""
        deleted = self.delete(prompt_id)
        return self.interrupt(prompt_id) or deleted  # it may have begun meanwhile

    def free(self) -> None:
        """Have it forget its models and what it cached."""
        self._post("/free", {"unload_models": True, "free_memory": True})

    # --- files

    def upload(self, content: bytes | Path, name: str) -> str:
        """Give it a file to read; the name by which graphs call it, such as `tower/3f….png`.

        It is named by its content, with the ending of `name`, so a repeat costs no room there.
        Raises `Refused` where it is too large for the server.
        """
        return transfers.upload(self._wire, content, name)

    def fetch(self, output: Output, to: Path, limit_bytes: int) -> int:
        """Read a file that a run wrote into `to`; its size. What failed leaves no file.

        Raises `Missing`, `Strange` for more than `limit_bytes`, and `Gone` for less than all.
        """
        return transfers.fetch(self._wire, output, to, limit_bytes)

    # --- asking

    def _get(self, path: str, bounds: Bounds) -> Any:  # JSON
        return _accepted(self._wire.ask("GET", path, bounds), path).json()

    def _post(self, path: str, body: Mapping[str, Any]) -> None:  # JSON
        _accepted(self._wire.ask("POST", path, QUICK, body=body), path)


def _accepted(answer: Answer, path: str) -> Answer:
    if answer.status >= SERVER_ERROR:
        raise Gone(f"The server has an error of its own ({answer.status}).")
    if answer.status != OK:
        raise Strange(f"What answers there is no ComfyUI: {path} is answered {answer.status}.")
    return answer


def _json_of(answer: Answer) -> Any:  # JSON
    try:
        return answer.json()
    except Strange:
        return None
