"""What can go wrong with a ComfyUI server. Pure.

    EngineTrouble       something went wrong at a server
    ├── Gone            it cannot be reached, or was cut off before its answer was whole
    ├── Strange         it answers what no ComfyUI answers: too much, a redirect, another shape
    ├── Missing         it has not the file that it named
    ├── Refused         it understood a job or an upload, and refuses it
    └── Ambiguous       a job was sent, and whether it was taken is not known: look it up

Each carries one sentence for a person, without paths of the server.
"""

from __future__ import annotations

import re
from typing import NamedTuple

LONGEST_SENTENCE = 600  # characters; custom nodes write whole pages


class EngineTrouble(Exception):
    """The base; `detail` is the sentence."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class Gone(EngineTrouble):
    """The server cannot be reached, or the connection was cut."""


class Strange(EngineTrouble):
    """The server answers what no ComfyUI answers."""


class Missing(EngineTrouble):
    """The server names a file that it does not have, as a cached run does after a clean-up."""


class Ambiguous(EngineTrouble):
    """A job was sent and no answer came back: it may have been taken. Look it up, then decide."""


class NodeError(NamedTuple):
    """Why a server refuses one node's input: the node's id and class, the kind, in words."""

    node: str
    class_type: str
    kind: str
    sentence: str


class Refused(EngineTrouble):
    """The server refuses what it was sent; `kind` is its own word for it, `nodes` are the causes.

    Sent again, it is refused again.
    """

    def __init__(self, detail: str, kind: str, nodes: tuple[NodeError, ...] = ()) -> None:
        super().__init__(detail)
        self.kind = kind
        self.nodes = nodes


_ROOT = r"(?:~?/|[A-Za-z]:[\\/]|\\\\|<\w+>[\\/])"  # also of Windows and its shares
_QUOTED = re.compile(rf"""(?P<quote>['"]){_ROOT}[^'"\n]*[\\/]""")
_BARE = re.compile(rf"""(?<![\w:/.\\'"<>]){_ROOT}(?:[^\s\\/'":;,]+[\\/])+""")


def clean(text: str) -> str:
    """A server's text as every database keeps it: without NUL and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def without_paths(text: str) -> str:
    """A server's words with each absolute path as its last name, and on one line, bounded.

    Addresses (`https://…`) and relative paths stay: those a person wrote or may open.
    """
    short = _QUOTED.sub(lambda found: found["quote"], text)
    short = " ".join(clean(_BARE.sub("", short)).split())
    return short if len(short) <= LONGEST_SENTENCE else f"{short[: LONGEST_SENTENCE - 1]}…"
