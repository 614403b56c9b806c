"""Progress goes from 0 to 1, never back and never beyond, whatever a server says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tower_anime.engines import progress
from tower_anime.engines.frames import Event

GRAPH: dict[str, Any] = {
    "1": {"class_type": "CheckpointLoaderSimple", "inputs": {}},
    "2": {"class_type": "KSampler", "inputs": {"steps": 6}},
    "3": {"class_type": "SaveImage", "inputs": {}},
}


def heard(*events: tuple[str, dict[str, Any]], graph: dict[str, Any] | None = None) -> list[float]:
    now = progress.begin(GRAPH if graph is None else graph)
    told = []
    for kind, data in events:
        now = progress.after(now, Event(kind, "a", data))
        told.append(now.overall)
    return told


def test_a_sampler_weighs_as_much_as_its_steps() -> None:
    assert heard(
        ("executing", {"node": "1"}),
        ("executing", {"node": "2"}),
        ("progress", {"node": "2", "value": 3, "max": 6}),
        ("executing", {"node": "3"}),
        ("execution_success", {}),
    ) == [0.0, 1 / 8, 4 / 8, 7 / 8, 1.0]


@pytest.mark.parametrize(
    ("inputs", "weight"),
    [({"steps": 30}, 30), ({"steps": ["9", 0]}, 20), ({}, 20), ({"steps": 10**9}, 1000)],
)
def test_steps_that_are_not_known_are_the_usual_ones(inputs: Any, weight: float) -> None:
    made = progress.begin({"1": {"class_type": "SamplerCustomAdvanced", "inputs": inputs}})
    assert made.weights["1"] == weight


def test_cached_nodes_are_done() -> None:
    assert heard(("execution_cached", {"nodes": ["1", "2"]})) == [7 / 8]


def test_newer_servers_tell_of_all_nodes_at_once() -> None:
    done = {"value": 1.0, "max": 1.0, "state": "finished"}
    half = {"value": 3.0, "max": 6.0, "state": "running"}
    told = heard(
        ("progress_state", {"nodes": {"1": done, "2": half}}),
        ("executing", {"node": "2"}),
        ("executing", {"node": "3"}),  # beside the sampler, which is not over
    )
    assert told == [4 / 8, 4 / 8, 4 / 8]


def test_nodes_that_a_server_makes_count_as_the_node_they_stand_for() -> None:
    assert heard(("executed", {"node": "2.0.1", "display_node": "2"})) == [6 / 8]


def test_a_run_that_failed_is_not_whole() -> None:
    told = heard(
        ("executing", {"node": "2"}), ("execution_error", {}), ("executing", {"node": None})
    )
    assert told[-1] < 1


NODES = st.sampled_from(["1", "2", "3", "4", "", None, 7])
NUMBERS = st.integers() | st.floats() | st.none() | st.booleans() | st.just(10**400)
STATES = st.fixed_dictionaries(
    {"value": NUMBERS, "max": NUMBERS, "state": st.sampled_from(["running", "finished", None])}
)
EVENTS = st.one_of(
    st.tuples(
        st.sampled_from(["executing", "executed", "progress", "execution_cached", "status"]),
        st.fixed_dictionaries(
            {},
            optional={
                "node": NODES,
                "display_node": NODES,
                "nodes": st.lists(NODES) | st.none(),
                "value": NUMBERS,
                "max": NUMBERS,
            },
        ),
    ),
    st.tuples(
        st.sampled_from(["progress_state"]),
        st.fixed_dictionaries(
            {"nodes": st.dictionaries(st.sampled_from("1234"), STATES | st.none()) | st.none()}
        ),
    ),
)


@given(st.lists(EVENTS, max_size=30), st.sampled_from([GRAPH, {}, {"1": None}]))
def test_progress_never_goes_back_and_never_beyond_one(
    events: list[tuple[str, dict[str, Any]]], graph: dict[str, Any]
) -> None:
    told = heard(*events, graph=graph)
    assert told == sorted(told)
    assert all(0 <= overall <= 1 for overall in told)
