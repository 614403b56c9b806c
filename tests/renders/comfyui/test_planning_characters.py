"""What a plan takes of its characters and pictures: whose, of which version, with which LoRAs."""

from __future__ import annotations

import pytest
from hypothesis import assume
from hypothesis import given as given_by

from tests.renders.comfyui.graphs import BINDINGS, facts, hero, recipe
from tests.renders.comfyui.plans import ABLE, planned, sent, texts
from tower_anime.core.errors import Unprocessable
from tower_anime.renders.comfyui.planning import Given, media_of
from tower_anime.renders.manifest import Facts, Lora, Source, causes

# --- pictures


def test_the_cast_is_pictured_in_its_order_by_those_who_have_a_picture() -> None:
    two = {"character_image:1": BINDINGS["character_image:1"]}
    two["character_image:2"] = [{"node": "6", "input": "name"}]
    cast = (hero(name="Ghost", media_id=None), hero(), hero(name="Villain", media_id="b" * 64))

    plan = planned(facts(cast=cast), recipe(**two))

    assert media_of(plan) == {
        "character_image:1": {"media": "a" * 64},
        "character_image:2": {"media": "b" * 64},
    }
    files = {"character_image:1": "a.png", "character_image:2": "b.png"}
    inputs = sent(plan, **files)
    assert (inputs["5"]["image"], inputs["6"]["name"]) == ("a.png", "b.png")


def test_the_workflows_own_picture_stays_where_nobody_has_one() -> None:
    plan = planned(facts(cast=(hero(media_id=None),)))

    assert media_of(plan) == {}
    assert sent(plan)["5"]["image"] == "own.png"


def test_a_frame_of_a_film_is_another_picture_than_the_film() -> None:
    of = recipe(first_frame=[{"node": "5", "input": "image"}])
    source = Source("stage:keyframe", "take", ["a" * 64, None])
    whole = planned(facts(), of, first_frame=Given("a" * 64, None, source))
    last = planned(facts(), of, first_frame=Given("a" * 64, "last", source))

    assert media_of(last) == {"first_frame": {"media": "a" * 64, "frame": "last"}}
    assert whole.digest != last.digest


def test_a_picture_is_a_cause_with_its_versions() -> None:
    before = planned(facts(cast=(hero(),)))
    after = planned(facts(cast=(hero(version=3, media_id="b" * 64),)))

    [cause] = causes(before, after)

    assert (cause.text, cause.before, cause.after) == (
        "Hero: version 2 → 3 (image)",
        "a" * 64,
        "b" * 64,
    )


def test_somebody_who_leaves_and_somebody_who_comes_are_told() -> None:
    before = planned(facts(cast=(hero(),)))
    after = planned(facts(cast=(hero(name="Villain", media_id="b" * 64),)))

    assert texts(before, after) == ["Hero: image gone", "Villain: image added"]


# --- LoRAs


def test_loras_take_their_places_in_order_and_those_left_have_no_effect() -> None:
    plan = planned(facts(cast=(hero(loras=(Lora("ink", 0.5),)),)))

    inputs = sent(plan)

    assert inputs["6"] == {"name": "ink", "strength": 0.5}
    assert inputs["7"] == {"name": "other.safetensors", "strength": 0.0}


def test_more_loras_than_places_are_refused() -> None:
    cast = (
        hero(loras=(Lora("a", 1), Lora("b", 1))),
        hero(name="Villain", loras=(Lora("c", 1),)),
    )

    with pytest.raises(Unprocessable, match=r"needs 3 LoRAs, and the workflow Film.* takes 2"):
        planned(facts(cast=cast))


def test_a_workflow_without_places_for_loras_renders_without() -> None:
    none = recipe(prompt=BINDINGS["prompt"])

    plan = planned(facts(cast=(hero(loras=(Lora("a", 1),)),)), none)

    assert not [name for name in plan.parts if name.startswith("lora")]


def test_a_lora_without_a_bound_strength_is_sent_with_the_workflows_own() -> None:
    of = recipe(**{"lora:1": BINDINGS["lora:1"]})

    inputs = sent(planned(facts(cast=(hero(loras=(Lora("ink", 0.5),)),)), of))

    assert inputs["6"] == {"name": "ink", "strength": 0.7}


@given_by(ABLE)
def test_every_place_of_a_lora_is_decided(told: Facts) -> None:
    wanted = [lora for role in told.cast for lora in role.loras]
    assume(len(wanted) <= 2)

    inputs = sent(planned(told))

    strengths = [inputs[node]["strength"] for node in ("6", "7")]
    assert strengths == [*(lora.strength for lora in wanted), 0.0, 0.0][:2]


def test_another_strength_is_told_once() -> None:
    before = planned(facts(cast=(hero(loras=(Lora("ink", 0.5),)),)))
    after = planned(facts(cast=(hero(version=3, loras=(Lora("ink", 0.8),)),)))

    assert texts(before, after) == ["Hero: version 2 → 3 (LoRA strength)"]
