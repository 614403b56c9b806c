"""One attempt at a take on one server: what it works with, and what is written down of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from tower_anime.core.children import Cancelled, Report
from tower_anime.core.database import Database, write_now
from tower_anime.core.sql import Row
from tower_anime.engines.farm import Farm
from tower_anime.engines.frames import Preview
from tower_anime.engines.server import Server
from tower_anime.engines.troubles import EngineTrouble
from tower_anime.media.room import MediaRoom
from tower_anime.renders import take_rows
from tower_anime.renders.comfyui import claiming
from tower_anime.renders.comfyui.abilities import Abilities
from tower_anime.renders.comfyui.following import Patience
from tower_anime.renders.ledger import Claim
from tower_anime.renders.manifest import Plan
from tower_anime.renders.work import Outcome, failure


class Again(Exception):
    """The server has no part in the prompt any more: it is sent anew."""


class GiveBack(Exception):
    """This server cannot go on with the take now; another may, or this one later."""


class Over(Exception):
    """The take has failed, and this is the outcome."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


class Tools(NamedTuple):
    """What every attempt of a service works with."""

    db: Database
    room: MediaRoom
    farm: Farm
    abilities: Abilities
    patience: Patience
    limit_bytes: int
    show: Callable[[Row, Preview], None]


@dataclass(frozen=True)
class Attempt:
    """One attempt at a take, and the server that it is with."""

    tools: Tools
    claim: Claim
    row: Row
    plan: Plan
    server: Server
    report: Report
    cancelled: Callable[[], bool]
    let_go: Callable[[], None]  # gives the server to the next take

    @property
    def engine_id(self) -> int:
        """The server's id."""
        engine_id: int = self.row["engine_id"]
        return engine_id

    @property
    def template(self) -> Mapping[str, Any]:
        """The workflow's graph, as the plan has it."""
        workflow: Any = self.plan.parts["workflow"]  # as `comfyui_plan` made it
        nodes: Mapping[str, Any] = workflow["graph"]
        return nodes

    def prompt(self) -> str | None:
        """The prompt that was sent for the take, as it is written down now.

        Raises `Cancelled` where another worker has the take by now.
        """
        row = self.tools.db.read_now(take_rows.SENT.mine, self.claim)
        if row is None:
            raise Cancelled
        prompt_id: str | None = row["prompt_id"]
        return prompt_id

    def note_prompt(self, prompt_id: str | None) -> None:
        """Write down the prompt that is about to be sent, or that none is out.

        Raises `Cancelled` where another worker has the take by now.
        """
        if not write_now(self.tools.db, claiming.note_prompt, self.claim, prompt_id):
            raise Cancelled

    def note_trouble(self, kind: str) -> claiming.Trouble:
        """Write down that the server lost the take or had no memory for it; no prompt is out."""
        return write_now(self.tools.db, claiming.note_trouble, self.claim, kind, self.engine_id)

    def away(self, error: EngineTrouble) -> GiveBack:
        """The server cannot be reached: the farm is told, and the take is given back."""
        self.tools.farm.unreachable(self.engine_id, error.detail)
        return GiveBack()

    def lost(self) -> bool:
        """The server has lost the prompt; whether another had better render it.

        Raises `Over` for a take that brings servers down, and `Cancelled` as `prompt` does.
        """
        self.tools.farm.lost(self.engine_id, self.prompt())
        trouble = self.note_trouble("lost")
        if claiming.is_poison(trouble):
            raise Over(
                failure(
                    "It brings servers down",
                    f"{len(trouble['lost'])} times its server was lost while it rendered it, so it"
                    " is not tried again. Look at the servers' logs; a retry tries it anew.",
                )
            )
        return self.engine_id in claiming.worn_by(trouble)
