"""The way in: one object that stands for a service."""

from __future__ import annotations

from types import TracebackType
from typing import Literal, Self

import httpx2
from pydantic import BaseModel

from tower_anime.client import answers
from tower_anime.client.branches import Branches
from tower_anime.client.changes import Changes
from tower_anime.client.characters import Characters
from tower_anime.client.engines import Engines
from tower_anime.client.media import Cuts, Media
from tower_anime.client.projects import Projects
from tower_anime.client.story import Scenes, Shots
from tower_anime.client.takes import Queue, Runs, Takes
from tower_anime.client.transport import Transport
from tower_anime.client.workflows import Workflows
from tower_anime.ops.schemas import Found

URL = "http://127.0.0.1:8321"


class Health(BaseModel):
    """Whether the service is healthy."""

    status: Literal["healthy", "unhealthy"]
    service: str
    database: Literal["connected", "disconnected"]
    project_count: int | None
    timestamp: str


class Version(BaseModel):
    """Which service this is, and what it runs on."""

    name: str
    version: str
    python: str
    database: str


class Tower:
    """A Tower Anime service, as a program uses it.

        with Tower("http://127.0.0.1:8321", actor="Ana") as tower:
            project = tower.projects.create(name="Moonlit Delivery")
            for scene in tower.scenes.list(project_id=project.id, branch_name="main"):
                print(scene.scene_number, scene.description)

    `actor` is who changes things, as the change log will tell. `token` is that of a
    service on a local network (`serve --lan`). `timeout` is in seconds, for each answer; `retries`
    is how often a call is sent again where it did not arrive. `transport` is for proxies, sockets
    and certificates of one's own. Raises `Unreachable` for a malformed address. One object may
    serve several threads.
    """

    def __init__(
        self,
        url: str = URL,
        *,
        actor: str | None = None,
        token: str | None = None,
        timeout: float = 60.0,
        retries: int = 3,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self._transport = Transport(
            url, actor=actor, token=token, timeout=timeout, retries=retries, transport=transport
        )
        self.projects = Projects(self._transport)
        self.characters = Characters(self._transport)
        self.workflows = Workflows(self._transport)
        self.branches = Branches(self._transport)
        self.scenes = Scenes(self._transport)
        self.shots = Shots(self._transport)
        self.engines = Engines(self._transport)
        self.takes = Takes(self._transport)
        self.runs = Runs(self._transport)
        self.queue = Queue(self._transport)
        self.media = Media(self._transport)
        self.cuts = Cuts(self._transport)
        self.changes = Changes(self._transport)

    @property
    def url(self) -> str:
        """The service's address."""
        return self._transport.url

    def health(self) -> Health:
        """Whether the service and its database are well; also from one that is not."""
        response = self._transport.send("GET", "/health")
        if response.status_code not in (200, 503):
            raise answers.problem(response)
        return answers.one(Health, response)

    def is_ready(self) -> bool:
        """Whether the service takes requests now."""
        return self._transport.send("GET", "/ready").status_code == 200

    def version(self) -> Version:
        """Which service this is."""
        return answers.one(Version, self._transport.get("/version"))

    def doctor(self) -> list[Found]:
        """What is well with the service and what is not, as far as a quick look tells."""
        return answers.many(Found, self._transport.get("/doctor"))

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
