"""The server's state, and the one thread that works through its queue."""

from __future__ import annotations

import copy
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from tower_anime.simulator.behaviour import Behaviour
from tower_anime.simulator.cache import Cache
from tower_anime.simulator.catalogue import Info, catalogue
from tower_anime.simulator.errors import Died, Interrupted
from tower_anime.simulator.execution import Job
from tower_anime.simulator.folders import Folders
from tower_anime.simulator.progress import Progress
from tower_anime.simulator.queue import Item, PromptQueue
from tower_anime.simulator.received import Received
from tower_anime.simulator.sockets import Sockets, text


class Machine:
    """Everything behind the routes; what is in memory is gone after `restart`."""

    def __init__(
        self, folder: Path, behaviour: Behaviour, on_death: Callable[[], None] | None = None
    ) -> None:
        self.behaviour = behaviour
        self.folders = Folders(folder)
        self.received = Received(folder / "received.jsonl")
        self.sockets = Sockets()
        self.sockets.silent = behaviour.websocket_silent
        self.queue = PromptQueue(self._queue_changed, lambda: self.behaviour.history_size)
        self.cache = Cache()
        self._nodes: Info | None = None
        self.number = 0
        self.down_until = 0.0
        self.free_wanted = False
        self.current: Progress | None = None
        self._on_death = on_death
        self._keys: dict[int, int] = {}  # of the journal, by the identity of a queued item
        self._signals = threading.Condition()
        self._interrupted = False
        self._life = _Life()
        self._begin()

    def nodes(self) -> Info:
        """The nodes that it has, without the files that LoadImage can load."""
        if self._nodes is None:
            self._nodes = catalogue(self.behaviour, [])
        return self._nodes

    def nodes_with_files(self) -> Info:
        """What `GET /object_info` answers now."""
        return catalogue(self.behaviour, self.folders.pictures())

    def behave(self, **given: Any) -> None:
        """Change settings; raises `ValidationError`, and changes nothing then."""
        wanted = self.behaviour.changed(**given)
        for name in given:
            setattr(self.behaviour, name, getattr(wanted, name))
        self._nodes = None
        self.sockets.silent = self.behaviour.websocket_silent
        with self._signals:
            self._signals.notify_all()

    def submit(self, item: Item) -> None:
        """Queue a checked prompt; raises `TypeError` where the queue trips over it."""
        client_id = item[3].get("client_id") if isinstance(item[3], dict) else None
        self._keys[id(item)] = self.received.add(item[1], client_id, item[2])
        self.queue.put(item)

    def refused(self, prompt_id: str, client_id: str | None, graph: Any) -> None:
        """Note a prompt that was not accepted."""
        self.received.ended(self.received.add(prompt_id, client_id, graph), "refused")

    def delete(self, prompt_id: str) -> None:
        """Take the first waiting prompt of that id out of the queue."""
        item = self.queue.delete(prompt_id)
        self._deleted([item] if item else [])

    def clear(self) -> None:
        """Take all waiting prompts out of the queue."""
        self._deleted(self.queue.clear())

    def _deleted(self, items: list[Item]) -> None:
        for item in items:
            self.received.ended(self._keys.pop(id(item)), "deleted")

    def interrupt(self) -> None:
        """Stop what runs, at its next node or step."""
        with self._signals:
            self._interrupted = True
            self._signals.notify_all()

    def free(self) -> None:
        """Forget what was made, before the next job."""
        self.free_wanted = True
        if self.behaviour.out_of_memory == "until_free":
            self.behaviour.out_of_memory = "never"

    def pause(self, seconds: float) -> None:
        """Wait in a job; raises `Interrupted` or `Died` at once when that happens."""
        life = self._life
        if threading.current_thread() is not life.thread:
            raise Died
        with self._signals:
            # A job that is stuck inside a node is deaf to interrupts too.
            self._signals.wait_for(lambda: life.over or not self.behaviour.stall)
            self._signals.wait_for(lambda: life.over or self._interrupted, seconds)
        if life.over:
            raise Died
        if self._interrupted:
            raise Interrupted

    def die(self) -> NoReturn:
        """Die as a process does that is killed for its memory; back after `down_seconds`."""
        if self._on_death is not None:
            self._on_death()
        self.down_until = time.monotonic() + self.behaviour.down_seconds
        self.restart()
        raise Died

    def restart(self) -> None:
        """Lose what is in memory; files and their counter stay. Sockets are closed."""
        self.stop()
        self.received.lose()
        self.queue.lose()
        self._keys.clear()
        self.cache = Cache()
        self.folders = Folders(self.folders.root)
        self.number = 0
        self.current = None
        self.sockets.drop()
        self._life = _Life()
        self._begin()

    def working(self) -> bool:
        """Whether anything in the queue can still run."""
        thread = self._life.thread
        return thread is not None and thread.is_alive()

    def down(self) -> bool:
        """Whether it died a moment ago and is not back yet."""
        return time.monotonic() < self.down_until

    def stop(self) -> None:
        """End the worker; what it does is abandoned."""
        self._life.over = True
        with self._signals:
            self._signals.notify_all()
        with self.queue.arrived:
            self.queue.arrived.notify_all()

    def _begin(self) -> None:
        self._interrupted = False
        life = self._life
        life.thread = threading.Thread(target=self._work, args=(life,), daemon=True)
        life.thread.start()

    def _queue_changed(self) -> None:
        status = {"status": {"exec_info": {"queue_remaining": self.queue.remaining()}}}
        self.sockets.send(text("status", status), None)

    def _work(self, life: _Life) -> None:
        while (item := self.queue.next(lambda: life.over)) is not None:
            if not isinstance(item[3], dict):
                return  # extra_data: null; the real thread dies here of a TypeError
            try:
                self._run(item, life)
            except Died:
                return

    def _run(self, item: Item, life: _Life) -> None:
        if self.free_wanted:
            self.free_wanted = False
            self.cache.clear()
        key = self._keys.pop(id(item))
        self.received.started(key)
        self._interrupted = False
        _, prompt_id, graph, extra, outputs = copy.deepcopy(item)
        progress = Progress(self.sockets, prompt_id, extra.get("client_id"))
        self.current = progress
        job = Job(self, self.cache, self.nodes(), graph, extra, outputs, progress)
        how = job.run()
        self._let_pass(self.behaviour.history_late, life)
        self.received.ended(key, how)
        self.queue.done(item, _entry(job, how))
        progress.over()
        progress.current = None

    def _let_pass(self, seconds: float, life: _Life) -> None:
        with self._signals:
            self._signals.wait_for(lambda: life.over, seconds)
        if life.over:
            raise Died


class _Life:
    """One life of the worker, from a start to a death."""

    def __init__(self) -> None:
        self.over = False
        self.thread: threading.Thread | None = None


def _entry(job: Job, how: str) -> dict[str, Any]:
    """A job's entry in the history, but for its prompt."""
    about = {
        node: {"node_id": node, "display_node": node, "parent_node": None, "real_node_id": node}
        for node in job.told
    }
    return {
        "outputs": job.told,
        "status": {
            "status_str": "success" if how == "success" else "error",
            "completed": how == "success",
            "messages": [list(message) for message in job.progress.kept],
        },
        "meta": about,
    }


def new_id() -> str:
    """An id for a prompt of a client that chose none."""
    return str(uuid.uuid4())
