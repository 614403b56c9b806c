"""Which scene, shot or line of a script is which that is there. Pure.

In this order: the same words; words alike, the most alike first; the same number, where the script
says one; the same place between neighbours that were found, where it says none. So a scene that
was inserted moves the numbers of those after it, and not their takes to other words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

ALIKE = 0.5  # of all pairs of letters, how many both texts have
SAME_NUMBER = 0.2  # as much more alike are two of one number
SKETCH = 24  # hashes of a text by which candidates are found
CROWD = 50  # a hash of more texts than this tells nothing
CANDIDATES = 8  # which share the most hashes with a text are compared with it
_SPREAD = 0x9E3779B1  # Knuth's multiplicative hashing; Python's own differs from run to run

Key = tuple[object, ...]
Pairs = dict[int, int]


@dataclass(frozen=True)
class Item:
    """A text and its number, if any; a `bound` one gets words unlike its own by number alone."""

    text: str
    key: Key | None = None
    bound: bool = False

    @cached_property
    def letters(self) -> frozenset[int]:
        """Each pair of neighbouring letters of the text, as a number."""
        return frozenset(a << 21 | b for a, b in pairwise(map(ord, self.text)))

    @cached_property
    def sketch(self) -> list[int]:
        """The smallest hashes of its pairs: texts that are alike share some of them (MinHash)."""
        return sorted(pair * _SPREAD & 0xFFFFFFFF for pair in self.letters)[:SKETCH]


def match(there: Sequence[Item], said: Sequence[Item]) -> Pairs:
    """The index in `there` for each index in `said` that is the same thing; each at most once."""
    pairs: Pairs = {}
    for step in (_same_words, _alike, _same_number, _same_place):
        step(there, said, pairs)
        if len(pairs) in (len(there), len(said)):
            break
    return pairs


def _same_words(there: Sequence[Item], said: Sequence[Item], pairs: Pairs) -> None:
    """Of several with the same words, those of one number first, then in order."""
    for exactly in (lambda item: (item.text, item.key), lambda item: item.text):
        waiting = _grouped(there, exactly, set(pairs.values()))
        for n, item in enumerate(said):
            found = waiting.get(exactly(item))
            if n not in pairs and found and item.text:
                pairs[n] = found.pop(0)


def _grouped(
    items: Sequence[Item], by: Callable[[Item], object], without: set[int]
) -> dict[object, list[int]]:
    groups: dict[object, list[int]] = defaultdict(list)
    for n, item in enumerate(items):
        if n not in without:
            groups[by(item)].append(n)
    return groups


def _alike(there: Sequence[Item], said: Sequence[Item], pairs: Pairs) -> None:
    taken = set(pairs.values())
    open_there = [n for n in range(len(there)) if n not in taken]
    index: dict[int, list[int]] = defaultdict(list)
    by_key: dict[Key | None, list[int]] = defaultdict(list)
    for n in open_there:
        by_key[there[n].key].append(n)
        for hashed in there[n].sketch:
            index[hashed].append(n)
    scored = []
    for n, item in enumerate(said):
        if n in pairs:
            continue
        shared = Counter(m for h in item.sketch if len(index[h]) <= CROWD for m in index[h])
        near = {m for m, _ in shared.most_common(CANDIDATES)}
        near.update(by_key[item.key] if item.key is not None else ())
        scored += [(_score(there[m], item), -abs(m - n), n, m) for m in near]
    _take_best(scored, pairs, taken)


def _score(there: Item, said: Item) -> float:
    same = said.key is not None and there.key == said.key
    return likeness(there, said) + (SAME_NUMBER if same else 0)


def _take_best(scored: list[tuple[float, int, int, int]], pairs: Pairs, taken: set[int]) -> None:
    for score, _, n, m in sorted(scored, key=lambda s: (-s[0], -s[1], s[2], s[3])):
        if score >= ALIKE and n not in pairs and m not in taken:
            pairs[n] = m
            taken.add(m)


def likeness(one: Item, other: Item) -> float:
    """From 0 to 1: how many pairs of letters two texts share (Dice's coefficient)."""
    both = len(one.letters) + len(other.letters)
    return 2 * len(one.letters & other.letters) / both if both else 0.0


def _same_number(there: Sequence[Item], said: Sequence[Item], pairs: Pairs) -> None:
    waiting = _grouped(there, lambda item: item.key, set(pairs.values()))
    for n, item in enumerate(said):
        if n not in pairs and item.key is not None and waiting.get(item.key):
            pairs[n] = waiting[item.key].pop(0)


def _same_place(there: Sequence[Item], said: Sequence[Item], pairs: Pairs) -> None:
    """Between two neighbours that were found, in order; but what is bound keeps its words."""
    taken = set(pairs.values())
    for from_said, from_there in _gaps(len(there), len(said), pairs):
        free = (m for m in from_there if m not in taken and not there[m].bound)
        for n in from_said:
            if n not in pairs and said[n].key is None:
                m = next(free, None)
                if m is None:
                    break
                pairs[n] = m


def _gaps(there: int, said: int, pairs: Pairs) -> Iterator[tuple[range, range]]:
    """What lies between neighbours that stand in the same order on both sides."""
    n0 = m0 = -1
    for n, m in [*sorted(pairs.items()), (said, there)]:
        if m > m0:
            yield range(n0 + 1, n), range(m0 + 1, m)
            n0, m0 = n, m
