"""One prompt on a server, from its submission to its end.

What is heard over the websocket says at once what happens; what is asked for, now and then, is
the truth. A prompt that the server knows nothing of is lost: it was restarted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from tower_anime.core.children import Cancelled, Report
from tower_anime.engines import progress as progressing
from tower_anime.engines.answers import History
from tower_anime.engines.frames import Event, Preview
from tower_anime.engines.listening import Listener
from tower_anime.engines.progress import Graph, Progress
from tower_anime.engines.server import Server, Standing
from tower_anime.engines.troubles import Gone, Strange

ASKED_SECONDS = 2.0  # between two questions, while the websocket is heard
DEAF_SECONDS = 0.5  # and while it is not
SOON_SECONDS = 0.05  # a history comes moments after the event that says so
MOST_SECONDS = 10.0  # while the server does not answer
UNHEARD_SECONDS = 4 * 3600.0  # of a run that tells nothing of itself: whether it moves, who knows
WANTED_SECONDS = 0.25  # between two looks whether the take was cancelled
STEPS = 10_000  # in which progress is reported

OVER = {"execution_success", "execution_error", "execution_interrupted"}


class Stalled(Exception):
    """A server answers, and the prompt has not moved for too long."""


class Unreachable(Exception):
    """A server that has a prompt has not answered for too long."""


@dataclass(frozen=True)
class Patience:
    """How long a server is waited for, in seconds."""

    stalled: float  # one that answers, and whose run was heard and is not heard any more
    unreachable: float  # one that does not answer


@dataclass
class Watch:
    """What whoever follows a prompt wants to know, and to be asked."""

    report: Report
    preview: Callable[[Preview], None]
    cancelled: Callable[[], bool]
    is_dead: Callable[[], bool]  # whether the farm has given the server up
    patience: Patience


class Follower:
    """Follows one prompt. `listener` hears of it only if it was submitted with its id."""

    def __init__(
        self, server: Server, listener: Listener | None, prompt_id: str, graph: Graph, watch: Watch
    ) -> None:
        self.was_there = False  # whether the server was seen to have the prompt
        self._server = server
        self._listener = listener
        self._prompt_id = prompt_id
        self._watch = watch
        self._progress: Progress = progressing.begin(graph)
        # What was sent before may be over by now.
        self._next_question = time.monotonic() + (ASKED_SECONDS if listener else 0.0)
        self._next_look = 0.0
        self._moved = self._answered = time.monotonic()
        self._place = "pending"
        self._said_over = False
        self._failures = 0
        self._hears = False  # whether what the prompt does is heard: then silence says something
        self._is_anew = False  # whether the socket is another than the prompt was last heard on

    def to_the_end(self) -> History | None:
        """How the run ended; `None` where the server has lost it.

        Raises `Cancelled`, `Stalled` and `Unreachable`.
        """
        while True:
            now = time.monotonic()
            if now >= self._next_look:
                self._next_look = now + WANTED_SECONDS
                self._look()
            if now >= self._next_question:
                standing = self._ask()
                if standing is not None:
                    return standing.history
            self._hear(max(min(self._next_question, self._next_look) - time.monotonic(), 0.0))

    def _look(self) -> None:
        if self._watch.cancelled():
            raise Cancelled
        idle = time.monotonic() - self._moved
        stalled = self._watch.patience.stalled
        most = stalled if self._hears else max(stalled, UNHEARD_SECONDS)
        if self._watch.is_dead() or (self._place == "running" and idle > most):
            raise Stalled
        if self._hears and not self._is_anew and idle > stalled / 2:
            self._listen_anew()

    def _listen_anew(self) -> None:
        """It has been silent for long: what is stuck is the run, or only the socket.

        On a new one the server says at once how it is. Then the run is stuck if it goes on saying
        nothing; where even that does not come, its silence says nothing of the run.
        """
        self._hears, self._is_anew = False, True
        if self._listener is not None:
            try:
                self._listener.reopen()
            except (Gone, Strange):
                self._listener = None

    # --- asking

    def _ask(self) -> _End | None:
        try:
            standing = self._standing()
        except (Gone, Strange):
            self._not_answered()
            return None
        self._answered, self._failures = time.monotonic(), 0
        self._ask_in(ASKED_SECONDS if self._listener else DEAF_SECONDS)
        if standing.place in {"over", "nowhere"}:
            return _End(standing.history)
        self.was_there = True
        if standing.place != self._place:
            self._place, self._moved = standing.place, time.monotonic()
        if not self._hears and standing.place == "running":
            self._report()  # the farm must not take for a stall what only cannot be heard
        return None

    def _standing(self) -> Standing:
        """Where the prompt is; what is said to be over is looked for in the history first."""
        if self._said_over:
            history = self._server.history(self._prompt_id)
            if history is not None:
                return Standing("over", history)
        return self._server.find(self._prompt_id)

    def _not_answered(self) -> None:
        if time.monotonic() - self._answered > self._watch.patience.unreachable:
            raise Unreachable
        self._failures += 1
        self._ask_in(min(DEAF_SECONDS * 2**self._failures, MOST_SECONDS))

    def _ask_in(self, seconds: float) -> None:
        self._next_question = time.monotonic() + seconds

    # --- hearing

    def _hear(self, seconds: float) -> None:
        if self._listener is None:
            time.sleep(min(seconds, WANTED_SECONDS))
            return
        try:
            heard = self._listener.next(seconds)
        except Gone:
            self._listener, self._hears = None, False
            self._ask_in(0.0)
            return
        if isinstance(heard, Preview):
            if self._is_ours(heard):
                self._watch.preview(heard)
        elif heard is not None:
            self._hears = self._hears or self._is_anew
            if heard.prompt_id == self._prompt_id:
                self._note(heard)

    def _is_ours(self, preview: Preview) -> bool:
        """Whether a preview is of the prompt. One that does not say so is, while the prompt runs:
        all are sent those of another program's prompts, where that gave no id of a client.
        """
        if preview.prompt_id is None:
            return self._hears and not self._said_over
        return preview.prompt_id == self._prompt_id

    def _note(self, event: Event) -> None:
        self._moved, self._hears, self._is_anew = time.monotonic(), True, False
        self._progress = progressing.after(self._progress, event)
        self._report()
        if event.kind == "executing" and event.data.get("node") is None:
            self._said_over = True
            self._ask_in(0.0)
        elif event.kind in OVER:
            self._said_over = True
            self._ask_in(SOON_SECONDS)

    def _report(self) -> None:
        self._watch.report(round(self._progress.overall * STEPS), STEPS)


@dataclass(frozen=True)
class _End:
    history: History | None
