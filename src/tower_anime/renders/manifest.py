"""What decides a take. Pure: a shot's facts in, a plan out, and what differs between two plans.

A plan is named parts, each with its own hash; the hash of all of them is the digest. Only what
decides the picture is in a part. Labels tell where a part came from (which version of a
character) and are never hashed, so that changing something and changing it back is not stale.
The seed is beside the plan, not in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from tower_anime.media.frames import frames_of
from tower_anime.renders.animatic.job import VERSION as ANIMATIC_VERSION

ANIMATIC = "animatic"

Part = object  # any JSON value


@dataclass(frozen=True)
class Role:
    """A character in a shot, as the shot would be drawn now."""

    name: str
    version: int | None = None  # None: named by the scene, and not introduced to the project
    media_id: str | None = None


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


@dataclass(frozen=True)
class Plan:
    """All that decides a take but its seed."""

    engine: str
    parts: Mapping[str, Part]
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def hashes(self) -> dict[str, str]:
        """Each part's own hash."""
        return {name: _hash(part) for name, part in self.parts.items()}

    @property
    def digest(self) -> str:
        """The hash of all parts."""
        return _hash(self.hashes)

    def as_json(self) -> str:
        """The plan as it is stored with its take."""
        stored = {"engine": self.engine, "parts": self.parts, "labels": self.labels}
        return _canonical(stored)

    @staticmethod
    def from_json(text: str) -> Plan:
        """A stored plan."""
        return Plan(**json.loads(text))


@dataclass(frozen=True)
class Cause:
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
        "fps": f"{facts.fps.numerator}/{facts.fps.denominator}",
        "frames": frames_of(facts.duration, facts.fps),
        "description": facts.description,
        "dialogue": [{"speaker": speaker, "line": line} for speaker, line in facts.dialogue],
        "camera": facts.camera,
        "style": facts.style,
        "language": facts.language,
        "cast": [role.name for role in facts.cast],
    }
    labels = {}
    for role in facts.cast:
        parts[f"character:{role.name}"] = {"image": role.media_id}
        if role.version is not None:
            labels[f"character:{role.name}"] = f"version {role.version}"
    return Plan(ANIMATIC, parts, labels)


def causes(before: Plan, after: Plan) -> list[Cause]:
    """The parts in which two plans differ, in the order of their names; none: not stale."""
    old, new = before.hashes, after.hashes
    differing = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    return [
        Cause(name, before.parts.get(name), after.parts.get(name), _told(name, before, after))
        for name in differing
    ]


def _told(name: str, before: Plan, after: Plan) -> str:
    plain = name.removeprefix("character:")
    if name not in after.parts:
        return f"{plain}: no longer in the shot"
    if name not in before.parts:
        return f"{plain}: now in the shot"
    old, new = before.labels.get(name), after.labels.get(name)
    if name.startswith("character:"):
        return f"{plain}: {old} → {new} (image)" if old != new else f"{plain}: image"
    return plain


def _hash(part: Part) -> str:
    return hashlib.sha256(_canonical(part).encode()).hexdigest()


def _canonical(part: Part) -> str:
    return json.dumps(part, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
