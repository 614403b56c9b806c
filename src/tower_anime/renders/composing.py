"""How a prompt is put together from what a project, a cast and a shot say. Pure.

A prompt that somebody wrote on the shot is sent as it is. Without one it is composed, by the
project's template or in the usual order: style, the shot's words, who is in it, the camera. Each
piece keeps the name of its source, so that a change of the prompt can be told by its cause.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from tower_anime.renders.manifest import Facts, Role, Source

USUAL = "{style}, {words}, {cast}, {camera}"
_SLOT = re.compile(r"\{(style|words|cast|camera|dialogue)\}")
_GAP = re.compile(r"\s*,(?:\s*,)+\s*")  # where a slot between two commas was empty


class Composed(NamedTuple):
    """A text that is sent, and the pieces that it is made of."""

    text: str
    pieces: tuple[Source, ...]


def prompt(facts: Facts) -> Composed:
    """What a picture is to show."""
    if facts.prompt is not None:
        return Composed(facts.prompt, (Source("shot", "prompt", facts.prompt),))
    written = _slots(facts.template or USUAL)
    wanted = written[1::2]
    slots = {name: filled(facts) for name, filled in _FILLED.items() if name in wanted}
    texts = [_joined(slots[one]) if n % 2 else one for n, one in enumerate(written)]
    pieces = [piece for of_slot in slots.values() for piece in of_slot if piece.value]
    if facts.template:
        pieces.append(Source("style", "template", facts.template))
    return Composed(_GAP.sub(", ", "".join(texts)).strip(" ,\n"), tuple(pieces))


@lru_cache(100)
def _slots(template: str) -> list[str]:
    """A template taken apart: what is between its slots, and every second time a slot's name."""
    return _SLOT.split(template)


def _lines(facts: Facts) -> str:
    return "; ".join(f"{speaker}: {line}" for speaker, line in facts.dialogue)


_FILLED: dict[str, Callable[[Facts], list[Source]]] = {
    "style": lambda facts: [Source("style", "prompt", facts.style)],
    "words": lambda facts: [Source("shot", "description", facts.description)],
    "cast": lambda facts: [_of_role(role, "prompt", role.prompt) for role in facts.cast],
    "camera": lambda facts: [Source("shot", "camera", facts.camera)],
    "dialogue": lambda facts: [Source("shot", "dialogue", _lines(facts))],
}


def negative_prompt(facts: Facts) -> Composed:
    """What it is not to show."""
    if facts.negative_prompt is not None:
        written = Source("shot", "negative prompt", facts.negative_prompt)
        return Composed(facts.negative_prompt, (written,))
    pieces = [
        Source("style", "negative prompt", facts.negative_style),
        *(_of_role(role, "negative prompt", role.negative_prompt) for role in facts.cast),
    ]
    return Composed(_joined(pieces), tuple(piece for piece in pieces if piece.value))


def _of_role(role: Role, what: str, value: str) -> Source:
    return Source(f"character:{role.name}", what, value, role.label)


def _joined(pieces: Iterable[Source]) -> str:
    texts = [str(piece.value).strip(" ,\n") for piece in pieces if piece.value]
    return ", ".join([text for text in texts if text])
