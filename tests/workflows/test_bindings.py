"""Bindings fit their graph, and the numbers that they carry fit the inputs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.factories import Json
from tests.workflows.material import recorded
from tower_anime.workflows import bindings
from tower_anime.workflows.bindings import Rule, fitted
from tower_anime.workflows.examples import BINDINGS, GRAPH
from tower_anime.workflows.graph import Unusable

WAN = Rule(multiple=4, plus=1, least=5, most=81)


@pytest.mark.parametrize(
    ("wanted", "made"),
    [(1, 5), (5, 5), (6, 5), (7, 9), (48, 49), (72, 73), (81, 81), (200, 81), (50.9, 49)],
)
def test_wan_makes_one_frame_and_a_multiple_of_four(wanted: float, made: int) -> None:
    assert fitted(WAN, wanted) == made


def test_without_a_rule_a_number_stays_as_it_is() -> None:
    assert fitted(None, 23.976) == 23.976


rules = st.builds(
    Rule,
    multiple=st.integers(1, 64),
    plus=st.integers(0, 64),
    least=st.none() | st.integers(0, 500),
    most=st.none() | st.integers(0, 500),
)


@given(rules, st.integers(0, 600))
def test_no_number_that_a_rule_allows_is_nearer(rule: Rule, wanted: int) -> None:
    low = 0 if rule.least is None else rule.least
    high = 2_000 if rule.most is None else rule.most
    span = range(-2_000, 2_000)
    allowed = [rule.plus + k * rule.multiple for k in span]
    allowed = [n for n in allowed if (rule.least is None or low <= n) and n <= high]
    if not allowed:
        with pytest.raises(Unusable, match="No number from"):
            fitted(rule, wanted)
        return
    best = min(abs(n - wanted) for n in allowed)
    assert fitted(rule, wanted) == max(n for n in allowed if abs(n - wanted) == best)


def require(bound: Json) -> None:
    bindings.require_valid(bindings.loaded(bound), GRAPH)  # type: ignore[arg-type]


def test_bindings_that_fit_are_taken_and_come_back_from_their_stored_form() -> None:
    require(BINDINGS)
    bound = bindings.loaded(BINDINGS)
    assert bindings.stored((n, t) for n, targets in bound.items() for t in targets) == {
        **BINDINGS,
        "width": [
            {
                "node": "5",
                "input": "width",
                "rule": {"multiple": 8, "plus": 0, "least": 256, "most": 2048},
            }
        ],
    }


@pytest.mark.parametrize(
    ("bound", "reason"),
    [
        ({"prompt": [{"node": "60", "input": "text"}]}, "node 60, which is not there"),
        (
            {"prompt": [{"node": "6", "input": "words"}]},
            r"node 6 \(Positive\) has no input 'words'",
        ),
        ({"prompt": [{"node": "6"}]}, "name one of its inputs"),
        ({"prompt": [{"node": "3", "input": "positive"}]}, r"comes from node 6 \(Positive\)"),
        ({"output": [{"node": "9", "input": "images"}]}, "a node alone"),
        ({"mood": [{"node": "6", "input": "text"}]}, "'mood' can be bound"),
        ({"lora:0": [{"node": "6", "input": "text"}]}, "'lora:0' can be bound"),
        (
            {
                "prompt": [{"node": "6", "input": "text"}],
                "negative_prompt": [{"node": "6", "input": "text"}],
            },
            "bound as negative_prompt, and also as prompt",
        ),
        ({"output": [{"node": "9"}, {"node": "9"}]}, "bound as output, and twice"),
        ({"seed": [{"node": "3", "input": "seed", "rule": {"plus": 1}}]}, "seed takes none"),
        (
            {
                "width": [
                    {"node": "5", "input": "width", "rule": {"multiple": 8, "least": 9, "most": 15}}
                ]
            },
            "No number from 9 to 15",
        ),
    ],
)
def test_bindings_that_do_not_fit_are_refused_with_the_place(bound: Json, reason: str) -> None:
    with pytest.raises(Unusable, match=reason):
        require(bound)


def test_a_name_in_a_text_is_filled_without_a_binding() -> None:
    graph = recorded("still_512")
    graph["7"]["inputs"]["filename_prefix"] = "{{ filename_prefix }}/{{seed}}-{{mood}}"
    assert bindings.filled_names({}, graph) == {"filename_prefix", "seed"}
