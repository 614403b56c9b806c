"""A take goes to a server that can run it, and to the best of those."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tower_anime.engines.choosing import Candidate, Need, can_run, choose

OLD = {"input": {"required": {"ckpt_name": [["a.safetensors", "b.safetensors"], {}]}}}
NEW = {"input": {"optional": {"ckpt_name": ["COMBO", {"options": ["a.safetensors"]}]}}}
LOADER = Need("CheckpointLoaderSimple", "ckpt_name", "a.safetensors")


def candidate(number: int, **given: Any) -> Candidate:
    usual = {"info": {}, "latency": 0.001, "free": 8 * 2**30, "warm": frozenset(), "used": 0}
    return Candidate(id=number, **{**usual, **given})


@pytest.mark.parametrize("declared", [OLD, NEW])
def test_a_model_is_found_in_what_older_and_newer_servers_declare(declared: Any) -> None:
    info = {"CheckpointLoaderSimple": declared}
    assert can_run(info, {LOADER})
    assert can_run(info, {Need("CheckpointLoaderSimple")})
    assert not can_run(info, {LOADER._replace(model="c.safetensors")})
    assert not can_run(info, {LOADER._replace(input="vae_name")})
    assert not can_run(info, {LOADER, Need("KSampler")})


def test_a_server_that_cannot_run_it_is_not_chosen() -> None:
    able = candidate(2, info={"CheckpointLoaderSimple": OLD}, latency=9.0)
    assert choose([candidate(1), able], {LOADER}) == 2
    assert choose([candidate(1), able], {LOADER}, not_on={2}) is None
    assert choose([candidate(1), able], lambda info: not info) == 1
    assert choose([], ()) is None


def test_warm_models_come_before_all_else() -> None:
    near = candidate(1, free=80 * 2**30)
    warm = candidate(2, warm=frozenset({"a", "b"}), latency=1.0, used=9)
    half = candidate(3, warm=frozenset({"a"}))
    assert choose([near, half, warm], (), prefer={"a", "b"}) == 2
    assert choose([near, half, warm], (), prefer={"c"}) == 1


def test_then_the_nearer_then_the_larger_then_the_one_that_rested_longest() -> None:
    assert choose([candidate(1, latency=0.4), candidate(2, latency=0.01)], ()) == 2
    assert choose([candidate(1), candidate(2, free=24 * 2**30)], ()) == 2
    assert choose([candidate(1, used=5), candidate(2, used=4)], ()) == 2


def test_a_millisecond_and_a_megabyte_make_no_difference() -> None:
    first = candidate(1, latency=0.002, free=8 * 2**30 + 2**20, used=5)
    assert choose([first, candidate(2, latency=0.003, used=4)], ()) == 2


NAMES = st.sampled_from("abc")
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        id=st.integers(min_value=0, max_value=1000),
        info=st.dictionaries(NAMES, st.just({})),
        latency=st.floats(min_value=0, max_value=10),
        free=st.integers(min_value=0, max_value=2**40),
        warm=st.frozensets(NAMES),
        used=st.integers(min_value=0, max_value=100),
    ),
    unique_by=lambda c: c.id,
    max_size=8,
)
MODELS = st.frozensets(NAMES)


@given(CANDIDATES, st.frozensets(NAMES, max_size=2), st.frozensets(st.integers()), MODELS)
def test_the_choice_is_able_allowed_and_the_warmest(
    candidates: list[Candidate], classes: frozenset[str], not_on: frozenset[int], prefer: Any
) -> None:
    needs = {Need(name) for name in classes}
    able = [c for c in candidates if classes <= c.info.keys() and c.id not in not_on]
    chosen = choose(candidates, needs, not_on, prefer)
    assert chosen == choose(candidates[::-1], needs, not_on, prefer)  # in whatever order
    if not able:
        assert chosen is None
        return
    [best] = [c for c in able if c.id == chosen]
    assert len(best.warm & prefer) == max(len(c.warm & prefer) for c in able)
