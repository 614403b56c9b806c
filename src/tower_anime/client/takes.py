"""`tower.takes` and `tower.runs`: rendering, and choosing."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator

from tower_anime.client import answers
from tower_anime.client.bodies import Source
from tower_anime.client.rows import HasId, Rows, id_of
from tower_anime.client.transport import Transport
from tower_anime.client.waiting import until
from tower_anime.renders.schemas import Provenance, QueueState, Run, RunShot, Status, Take
from tower_anime.story.schemas import Shot

UNDER_WAY = ("queued", "running")


class Takes(Rows[Take]):
    """Attempts at shots."""

    _path = "/takes"
    _model = Take

    def list(
        self,
        *,
        status: Status | None = None,
        project_id: int | None = None,
        run_id: int | None = None,
        limit: int = 100,
    ) -> Iterator[Take]:
        """Takes, the newest first, `limit` a page."""
        query = {"status": status, "project_id": project_id, "run_id": run_id, "limit": limit}
        return self._transport.rows(Take, self._path, query)

    def of_shot(self, shot: HasId | int, *, limit: int = 100) -> Iterator[Take]:
        """Every take of a shot, with its verdict on this shot's branch."""
        return self._transport.rows(Take, f"/shots/{id_of(shot)}/takes", {"limit": limit})

    def request(
        self,
        shot: HasId | int,
        *,
        stage: str | None = None,
        count: int = 1,
        seed: int | str | None = None,
        engine: str | None = None,
        workflow_id: int | None = None,
        through: bool = False,
        run_id: int | None = None,
    ) -> builtins.list[Take]:
        """Queue takes of a shot; what is not said is the shot's own, or the project's.

        With `through`, a shot whose earlier stage has nothing approved goes on from the newest
        done take of it instead of waiting. With `run_id` they are counted to that run. Raises
        `Refused` or `NotFound`.
        """
        asked = {"stage": stage, "count": count, "seed": seed}
        by = {"engine": engine, "workflow_id": workflow_id, "through": through}
        body = {**asked, **by, "run_id": run_id}
        response = self._transport.write("POST", f"/shots/{id_of(shot)}/takes", body)
        return answers.many(Take, response)

    def upload(
        self,
        shot: HasId | int,
        source: Source,
        *,
        stage: str | None = None,
        name: str | None = None,
    ) -> Take:
        """Add a take that was made elsewhere, from a path or an open file. Raises `Refused`."""
        path, query = f"/shots/{id_of(shot)}/takes/upload", {"stage": stage}
        return answers.one(Take, self._transport.upload(path, source, name=name, query=query))

    def wait(self, take: HasId | int, *, timeout: float | None = None) -> Take:
        """The take once it is done, failed or cancelled; `timeout` in seconds.

        Raises `NotFinished`.
        """
        return until(_is_over, lambda: self.get(take), timeout, f"Take {id_of(take)}")

    def approve(self, shot: HasId | int, take: HasId | int) -> Shot:
        """Choose a take for its stage of a shot. Raises `Conflict` where it is of another shot."""
        return self._on_shot(shot, "approve", {"take_id": id_of(take)})

    def withdraw(self, shot: HasId | int, stage: str) -> Shot:
        """Take back the approval of a stage."""
        return self._on_shot(shot, "withdraw", {"stage": stage})

    def _on_shot(self, shot: HasId | int, verb: str, body: object) -> Shot:
        response = self._transport.write("POST", f"/shots/{id_of(shot)}/{verb}", body)
        return answers.one(Shot, response)

    def reject(self, take: HasId | int) -> Take:
        """Say that a take will not do."""
        return self._do(take, "/reject")

    def retry(self, take: HasId | int) -> Take:
        """Render a take again from its plan alone; the new take."""
        return self._do(take, "/retry")

    def reorder(self, takes: Iterable[HasId | int]) -> builtins.list[Take]:
        """Have takes that wait begin in this order, each in a place of one of them.

        Answers those that wait. Raises `Refused` or `NotFound`.
        """
        body = {"take_ids": [id_of(take) for take in takes]}
        return answers.many(Take, self._transport.write("POST", "/takes/reorder", body))

    def cancel(self, take: HasId | int) -> Take:
        """Stop a take that waits or runs."""
        return self._do(take, "/cancel")

    def provenance(self, take: HasId | int) -> Provenance:
        """What decided a take, and what happened when it was made."""
        return answers.one(Provenance, self._transport.get(self._at(take, "/provenance")))


class Runs(Rows[Run]):
    """The takes that one request queued."""

    _path = "/runs"
    _model = Run

    def list(self, *, project_id: int | None = None, limit: int = 100) -> Iterator[Run]:
        """Runs, the newest first, `limit` a page."""
        query = {"project_id": project_id, "limit": limit}
        return self._transport.rows(Run, self._path, query)

    def shots(self, run: HasId | int) -> builtins.list[RunShot]:
        """The shots of a run, in the order of the story."""
        return answers.many(RunShot, self._transport.get(self._at(run, "/shots")))

    def cancel(self, run: HasId | int) -> Run:
        """Stop every take of a run that is not finished."""
        return self._do(run, "/cancel")

    def wait(self, run: HasId | int, *, timeout: float | None = None) -> Run:
        """The run once none of its takes waits or runs; `timeout` in seconds.

        Raises `NotFinished`.
        """
        return until(
            lambda now: now.finished_at is not None,
            lambda: self.get(run),
            timeout,
            f"Run {id_of(run)}",
        )


class Queue:
    """The queue as a whole."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self) -> QueueState:
        """Whether it is paused, and how much is in it."""
        return answers.one(QueueState, self._transport.get("/rendering"))

    def pause(self) -> QueueState:
        """Begin no more takes; those that are being rendered are finished."""
        return self._do("pause")

    def resume(self) -> QueueState:
        """Go on with the takes that wait."""
        return self._do("resume")

    def _do(self, verb: str) -> QueueState:
        return answers.one(QueueState, self._transport.write("POST", f"/rendering/{verb}"))


def _is_over(take: Take) -> bool:
    return take.status not in UNDER_WAY
