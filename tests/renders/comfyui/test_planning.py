"""Promises of tower_anime.renders.comfyui.planning: what is in a plan, and what is sent of it."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given as given_by
from hypothesis import strategies as st

from tests.renders.comfyui.graphs import BINDINGS, FILM, facts, hero, recipe
from tests.renders.comfyui.plans import ABLE, planned, sent, texts
from tower_anime.renders.comfyui.planning import Recipe, bindings_of, graph_of
from tower_anime.renders.manifest import Facts, Plan, causes
from tower_anime.workflows.graph import Graph

# --- what decides, and what does not


@given_by(ABLE, ABLE)
def test_what_is_bound_never_decides_the_part_workflow(one: Facts, other: Facts) -> None:
    assert planned(one).hashes["workflow"] == planned(other).hashes["workflow"]


@given_by(st.sampled_from(sorted(set(BINDINGS) - {"output"})), st.text(max_size=5))
def test_another_value_of_a_bound_input_is_the_same_workflow(name: str, value: str) -> None:
    other = json.loads(json.dumps(FILM))
    for place in BINDINGS[name]:
        other[place["node"]]["inputs"][place["input"]] = value

    assert recipe(other).whole.hash == recipe().whole.hash


@given_by(ABLE, ABLE)
def test_the_same_facts_are_the_same_digest_whatever_was_in_between(
    one: Facts, other: Facts
) -> None:
    before, between, after = planned(one), planned(other), planned(replace(one))

    assert before.digest == after.digest
    assert causes(before, after) == []
    assert (causes(before, between) == []) == (before.digest == between.digest)


@given_by(ABLE)
def test_a_plan_is_the_same_after_it_was_stored(told: Facts) -> None:
    plan = planned(told)
    back = Plan.from_json(plan.as_json())

    assert back.digest == plan.digest
    assert causes(back, plan) == []
    assert graph_of(back, 3, {}, "p") == graph_of(plan, 3, {}, "p")


def test_a_known_hash_is_the_hash_of_its_part() -> None:
    plan = planned(facts())

    assert Plan.from_json(plan.as_json()).hashes == plan.hashes


@given_by(st.integers(1, 9), st.integers(1, 9), st.text(max_size=9))
def test_a_version_that_changed_only_what_is_not_taken_is_not_stale(
    old: int, new: int, prompt: str
) -> None:
    silent = recipe(**{k: v for k, v in BINDINGS.items() if k not in {"prompt", "lora:1"}})
    before = planned(facts(cast=(hero(version=old),)), silent)
    after = planned(facts(cast=(hero(version=new, prompt=prompt),), style=prompt), silent)

    assert before.digest == after.digest
    assert causes(before, after) == []


def test_a_title_does_not_decide_and_another_node_does() -> None:
    titled = json.loads(json.dumps(FILM))
    titled["1"]["_meta"]["title"] = "Other words"
    other = json.loads(json.dumps(FILM))
    other["4"]["class_type"] = "OtherSampler"

    assert planned(facts(), recipe(titled)).digest == planned(facts()).digest
    assert texts(planned(facts()), planned(facts(), recipe(other, "Film, version 2"))) == [
        "workflow: Film, version 1 → Film, version 2"
    ]


def test_bindings_decide() -> None:
    fewer = recipe(**{k: v for k, v in BINDINGS.items() if k != "width"})

    told = texts(planned(facts()), planned(facts(), fewer))

    assert told == ["width: gone", "workflow"]


def test_the_bindings_of_a_plan_are_those_of_its_workflow() -> None:
    assert bindings_of(planned(facts())) == recipe().bindings


# --- words


def test_a_workflows_own_words_stay_where_nobody_has_any() -> None:
    inputs = sent(planned(facts(description="")))

    assert inputs["1"]["text"] == "own words"
    assert inputs["2"]["text"] == "own blur"


def test_own_values_decide_where_they_stay() -> None:
    other = json.loads(json.dumps(FILM))
    other["2"]["inputs"]["text"] = "own haze"

    assert texts(planned(facts()), planned(facts(), recipe(other))) == ["negative prompt"]


def test_each_cause_of_another_prompt_is_told_by_its_source() -> None:
    before = planned(facts(style="ink", camera="pan", cast=(hero(prompt="red hair"),)))
    after = planned(
        facts(description="A cellar", style="oil", cast=(hero(version=3, prompt="blue hair"),))
    )

    assert texts(before, after) == [
        "style: prompt",
        "description",
        "Hero: version 2 → 3 (prompt)",
        "camera",
    ]


def test_another_order_of_the_cast_is_told_as_the_prompt() -> None:
    cast = (hero(prompt="red"), hero(name="Villain", media_id=None, prompt="black"))

    assert texts(planned(facts(cast=cast)), planned(facts(cast=cast[::-1]))) == ["prompt"]


@pytest.mark.parametrize("text", ["{{negative_prompt}}", "no {{negative_prompt}}"])
def test_a_placeholder_takes_what_a_shot_has_and_else_nothing(text: str) -> None:
    graph: Graph = {"1": {"class_type": "Text", "inputs": {"text": text}}}
    of = Recipe("Words", graph, {})

    blurred = sent(planned(facts(negative_prompt="blur"), of))
    assert blurred["1"]["text"] == text.replace("{{negative_prompt}}", "blur")
    assert sent(planned(facts(), of))["1"]["text"] == text.replace("{{negative_prompt}}", "")


# --- numbers


def test_measures_are_told_as_they_are_sent() -> None:
    plan = planned(facts(width=330, height=245, duration=2.0))

    assert {k: plan.parts[k] for k in ("width", "height", "frames", "fps")} == {
        "width": 336,
        "height": 240,
        "frames": 49,
        "fps": "24/1",
    }
    assert sent(plan)["3"] == {"width": 336, "height": 240, "length": 49}


@given_by(st.floats(0.05, 600))
def test_durations_that_are_as_many_frames_as_sent_are_the_same(duration: float) -> None:
    one = planned(facts(duration=duration))

    frames = one.parts["frames"]

    assert isinstance(frames, int)
    assert frames % 4 == 1
    assert 1 <= frames <= 81
    again = facts(duration=float(Fraction(frames, 24)))
    assert planned(again).digest == one.digest


def test_a_rule_of_the_rate_decides_what_is_planned_and_sent() -> None:
    slow = [{"node": "8", "input": "fps", "rule": {"multiple": 1, "most": 16}}]
    of = recipe(**BINDINGS | {"fps": slow})
    plan = planned(facts(), of)

    assert plan.parts["fps"] == "16/1"
    assert sent(plan)["8"]["fps"] == 16
    assert plan.digest == planned(facts(fps=Fraction(25), duration=0.96), of).digest


@pytest.mark.parametrize(
    ("fps", "number"), [(Fraction(24), 24), (Fraction(24000, 1001), 23.976024)]
)
def test_a_rate_is_sent_as_a_number(fps: Fraction, number: float) -> None:
    rate = sent(planned(facts(fps=fps)))["8"]["fps"]

    assert rate == number
    assert isinstance(rate, type(number))


@given_by(st.integers(0, 2**64 - 1))
def test_a_seed_is_sent_exactly_and_decides_no_digest(seed: int) -> None:
    plan = planned(facts())

    assert json.loads(json.dumps(sent(plan, seed)))["4"]["seed"] == seed
    assert "seed" not in plan.parts


def test_the_prefix_of_files_is_the_takes_own() -> None:
    assert sent(planned(facts()), prefix="tower/take-7")["8"]["prefix"] == "tower/take-7"
