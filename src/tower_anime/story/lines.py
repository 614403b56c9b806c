"""Lines of dialogue: known again when they are written anew, and their order merged. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Order = list[str]  # the ids of lines
Line = Mapping[str, Any]  # as a shot keeps it


def known_again(written: Sequence[Line], there: Sequence[Line]) -> list[str | None]:
    """The ids of lines that are written anew, without ids as people type them; `None` for new ones.

    A line is the one that was there with the same speaker and words, or else the next of the same
    speaker, each once. Without that, a branch that changed one line would have changed all.
    """
    named = {line["id"] for line in written if line.get("id")}
    left = [line for line in there if line["id"] not in named]
    found: list[str | None] = [line.get("id") for line in written]
    for alike in (_same_words, _same_speaker):
        for n, line in enumerate(written):
            if found[n] is None:
                own = next((one for one in left if alike(line, one)), None)
                if own is not None:
                    found[n] = own["id"]
                    left.remove(own)
    return found


def _same_words(one: Line, other: Line) -> bool:
    return _same_speaker(one, other) and bool(one["line"] == other["line"])


def _same_speaker(one: Line, other: Line) -> bool:
    return bool(one["speaker"] == other["speaker"])


def merged_order(
    base: Sequence[str],
    ours: Sequence[str],
    theirs: Sequence[str],
    kept: Sequence[str],
    decide: Callable[[tuple[Order, Order, Order]], Order],
) -> list[str]:
    """An order of the lines `kept`, each in one of the three; `decide` where both reordered them.

    Lines that were added follow the line that they were put after.
    """
    known = [line for line in base if line in set(kept)]
    shared = set(known)
    ours_now, theirs_now = ([n for n in side if n in shared] for side in (ours, theirs))
    for side in (ours_now, theirs_now):  # a line that one side deleted and the other kept
        side.extend(line for line in known if line not in side)
    spine = (
        theirs_now
        if ours_now in (known, theirs_now)
        else ours_now
        if theirs_now == known
        else [n for n in decide((known, ours_now, theirs_now)) if n in shared]
    )
    return _with_added(spine, [_added(side, shared, set(kept)) for side in (ours, theirs)])


def _added(side: Sequence[str], shared: set[str], kept: set[str]) -> dict[str | None, list[str]]:
    """The lines that a side added, by the shared line that they follow."""
    found: dict[str | None, list[str]] = {}
    after: str | None = None
    for line in side:
        if line in shared:
            after = line
        elif line in kept:
            found.setdefault(after, []).append(line)
    return found


def _with_added(spine: list[str], sides: list[dict[str | None, list[str]]]) -> list[str]:
    found: list[str] = []
    for line in (None, *spine):
        if line is not None:
            found.append(line)
        for added in sorted(side[line] for side in sides if line in side):
            found += [n for n in added if n not in found]
    return found
