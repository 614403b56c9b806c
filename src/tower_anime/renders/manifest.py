"""What decides a take. Pure: a shot's facts in, a plan out, and what differs between two plans.

A plan is named parts, each with its own hash; the hash of all of them is the digest. Only what
decides the picture is in a part. Labels and sources tell where a part came from (which version of
a character) and are never hashed, so that changing something and changing it back is not stale.
The seed is beside the plan, not in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import NamedTuple

from pydantic_core import from_json

from tower_anime.media.frames import frames_of
from tower_anime.renders.animatic.job import VERSION as ANIMATIC_VERSION

ANIMATIC = "animatic"
COMFYUI = "comfyui"
WORKFLOW = "workflow"  # the part that is a whole graph

Part = object  # any JSON value


class Source(NamedTuple):
    """One piece that a part of a plan is made of: of what or whom, which field, what it says."""

    of: str  # `shot`, `style`, `workflow`, `character:Hero`, `stage:keyframe`…
    what: str  # `prompt`, `image`, `description`…
    value: Part
    label: str | None = None  # `version 2`


class Lora(NamedTuple):
    """A LoRA that somebody in a shot is drawn with."""

    name: str
    strength: float


@dataclass(frozen=True)
class Role:
    """A character in a shot, as the shot would be drawn now."""

    name: str
    version: int | None = None  # None: named by the scene, and not introduced to the project
    media_id: str | None = None
    prompt: str = ""
    negative_prompt: str = ""
    loras: tuple[Lora, ...] = ()
    workflow: str | None = None  # as its maker wrote it; often no workflow at all

    @property
    def label(self) -> str | None:
        """Which version it is, for a person."""
        return None if self.version is None else f"version {self.version}"


@dataclass(frozen=True)
class Facts:
    """Everything that is known of a shot when it is to be rendered."""

    description: str
    dialogue: tuple[tuple[str, str], ...]  # who speaks, what
    camera: str
    duration: float  # seconds
    cast: tuple[Role, ...]
    style: str
    width: int
    height: int
    fps: Fraction
    language: str
    prompt: str | None = None  # as somebody wrote it; None: it is composed
    negative_prompt: str | None = None
    negative_style: str = ""
    template: str = ""

    @property
    def frames(self) -> int:
        """How many frames the shot lasts."""
        return frames_of(self.duration, self.fps)

    @property
    def words(self) -> str:
        """What the shot says that it shows: its prompt if it has one, else its description."""
        return self.prompt or self.description


@dataclass(frozen=True)
class Plan:
    """All that decides a take but its seed."""

    engine: str
    parts: Mapping[str, Part]
    labels: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, Sequence[Source]] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Hashes found before, also of a part that was left out for its length."""

    @cached_property
    def hashes(self) -> dict[str, str]:
        """Each part's own hash."""
        known = self.known
        new = {name: hash_of(part) for name, part in self.parts.items() if name not in known}
        return {**known, **new}

    @cached_property
    def digest(self) -> str:
        """The hash of all parts: of their hashes by their names, as `hash_of` writes them."""
        written = [f'{_quoted(name)}:"{found}"' for name, found in sorted(self.hashes.items())]
        return sha256(f"{{{','.join(written)}}}".encode()).hexdigest()

    def as_json(self) -> str:
        """The plan as it is stored with its take; its hashes too, so that nobody needs to compute
        those of a long graph again.
        """
        stored = {
            "engine": self.engine,
            "hashes": self.hashes,
            "parts": self.parts,
            "labels": self.labels,
        }
        return canonical({**stored, "sources": self.sources} if self.sources else stored)

    @staticmethod
    def from_json(text: str) -> Plan:
        """A stored plan."""
        stored = from_json(text)
        found = stored.get("sources", {})
        sources = {part: [Source(*piece) for piece in pieces] for part, pieces in found.items()}
        known = stored.get("hashes", {})  # older plans have none
        return Plan(stored["engine"], stored["parts"], stored["labels"], sources, known)


class Cause(NamedTuple):
    """One part in which two plans differ; `before` or `after` is None where it was not there."""

    part: str
    before: Part | None
    after: Part | None
    text: str


def animatic_plan(facts: Facts) -> Plan:
    """What the animatic engine draws a shot from."""
    parts: dict[str, Part] = {
        "engine": {"kind": ANIMATIC, "version": ANIMATIC_VERSION},
        "size": {"width": facts.width, "height": facts.height},
        "fps": told(facts.fps),
        "frames": facts.frames,
        "description": facts.words,
        "dialogue": [{"speaker": speaker, "line": line} for speaker, line in facts.dialogue],
        "camera": facts.camera,
        "style": facts.style,
        "language": facts.language,
        "cast": [role.name for role in facts.cast],
    }
    labels = {}
    for role in facts.cast:
        parts[f"character:{role.name}"] = {"image": role.media_id}
        if role.label is not None:
            labels[f"character:{role.name}"] = role.label
    return Plan(ANIMATIC, parts, labels)


def told(fps: Fraction) -> str:
    """Frames a second, as `24/1`."""
    return f"{fps.numerator}/{fps.denominator}"


# --- what differs


def causes(before: Plan, after: Plan) -> list[Cause]:
    """The parts in which two plans differ, in the order of their names; none: not stale.

    A part that is made of pieces is told by the pieces that differ; another engine is all there is
    to tell.
    """
    if before.engine != after.engine:
        kinds = f"engine: {before.engine} → {after.engine}"
        return [Cause("engine", before.parts["engine"], after.parts["engine"], kinds)]
    old, new = before.hashes, after.hashes
    differing = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    return [cause for name in differing for cause in _causes_of(name, before, after)]


def _causes_of(name: str, before: Plan, after: Plan) -> list[Cause]:
    old, new = ({(s.of, s.what): s for s in p.sources.get(name, ())} for p in (before, after))
    found = list(_of_pieces(old, new))
    if found:
        return found
    text = _told_part(name, before, after)
    return [Cause(name, _value(name, before), _value(name, after), text)]


def _value(name: str, plan: Plan) -> Part | None:
    """What a cause says of a part: itself, but a whole graph is told by its name and version."""
    return plan.labels.get(name) if name == WORKFLOW else plan.parts.get(name)


_Pieces = Mapping[tuple[str, str], Source]


def _of_pieces(old: _Pieces, new: _Pieces) -> Iterator[Cause]:
    for key in dict.fromkeys([*old, *new]):
        was, now = old.get(key), new.get(key)
        before, after = (None if piece is None else piece.value for piece in (was, now))
        if before != after:
            yield Cause(key[0], before, after, _told_piece(key, was, now))


def _told_piece(key: tuple[str, str], was: Source | None, now: Source | None) -> str:
    of, what = key
    subject = of.partition(":")[2] or of
    if of == "shot":
        return what
    if was is None or now is None:
        return f"{subject}: {what} {'added' if was is None else 'gone'}"
    if was.label != now.label:
        return f"{subject}: {was.label} → {_short(now.label)} ({what})"
    return f"{subject}: {what}"


def _short(label: str | None) -> str:
    return "none" if label is None else label.removeprefix("version ")


def _told_part(name: str, before: Plan, after: Plan) -> str:
    old, new = before.labels.get(name), after.labels.get(name)
    if name.startswith("character:"):
        return _told_character(name.removeprefix("character:"), name, before, after)
    plain = name.replace("_", " ")
    if name not in after.hashes or name not in before.hashes:
        return f"{plain}: {'added' if name in after.hashes else 'gone'}"
    return f"{plain}: {old} → {new}" if old != new else plain


def _told_character(plain: str, name: str, before: Plan, after: Plan) -> str:
    if name not in after.parts:
        return f"{plain}: no longer in the shot"
    if name not in before.parts:
        return f"{plain}: now in the shot"
    old, new = before.labels.get(name), after.labels.get(name)
    return f"{plain}: {old} → {_short(new)} (image)" if old != new else f"{plain}: image"


def hash_of(part: Part) -> str:
    """The SHA-256 of a JSON value in its one canonical writing."""
    return sha256(canonical(part).encode()).hexdigest()


def canonical(part: Part) -> str:
    """The one writing of a JSON value: sorted keys, no spaces."""
    return _WRITER.encode(part)


# Kept, for `json.dumps` makes a new one at each call: a third of the time of a short part.
_WRITER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_quoted = lru_cache(1_000)(canonical)  # the names of parts, which are the same in many plans
