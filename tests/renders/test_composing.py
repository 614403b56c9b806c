"""Promises of tower_anime.renders.composing."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.renders.comfyui.graphs import FACTS, facts, hero
from tower_anime.renders.composing import negative_prompt, prompt
from tower_anime.renders.manifest import Facts, Source

CAST = (hero(prompt="red hair"), hero(name="Villain", version=1, prompt="a black coat"))


def told(given: Facts) -> str:
    return prompt(given).text


def test_a_written_prompt_is_sent_as_it_is() -> None:
    written = prompt(facts(prompt="  A roof,, {style} ", style="ink", cast=CAST))

    assert written.text == "  A roof,, {style} "
    assert written.pieces == (Source("shot", "prompt", "  A roof,, {style} "),)


def test_a_prompt_that_was_written_empty_is_empty() -> None:
    assert told(facts(prompt="", style="ink")) == ""
    assert negative_prompt(facts(negative_prompt="", negative_style="blur")).text == ""


def test_the_usual_order_is_style_words_cast_and_camera() -> None:
    composed = told(facts(style="ink", camera="slow push in", cast=CAST))

    assert composed == "ink, A roof, red hair, a black coat, slow push in"


def test_each_piece_keeps_its_source_and_its_version() -> None:
    pieces = prompt(facts(style="ink", camera="pan", cast=CAST)).pieces

    assert pieces == (
        Source("style", "prompt", "ink"),
        Source("shot", "description", "A roof"),
        Source("character:Hero", "prompt", "red hair", "version 2"),
        Source("character:Villain", "prompt", "a black coat", "version 1"),
        Source("shot", "camera", "pan"),
    )


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{words} in the style of {style}", "A roof in the style of ink"),
        ("{camera}, {words}", "A roof"),
        ("{words}, {camera}, {cast}, night", "A roof, night"),
        ("{dialogue}", "Hero: Hush; Villain: Never"),
        ("{unknown} {words}", "{unknown} A roof"),
        ("always this", "always this"),
    ],
)
def test_a_template_says_what_goes_where(template: str, text: str) -> None:
    lines = (("Hero", "Hush"), ("Villain", "Never"))

    assert told(facts(template=template, style="ink", dialogue=lines)) == text


def test_only_what_a_template_takes_is_a_piece_and_so_is_the_template() -> None:
    pieces = prompt(facts(template="{words}!", style="ink", cast=CAST)).pieces

    assert pieces == (
        Source("shot", "description", "A roof"),
        Source("style", "template", "{words}!"),
    )


def test_words_with_braces_are_not_a_template() -> None:
    assert told(facts(description="{style} {camera}", style="ink")) == "ink, {style} {camera}"


def test_what_nobody_wants_is_of_the_style_and_of_each_in_the_cast() -> None:
    cast = (hero(negative_prompt="long hair"), hero(name="Villain"))
    composed = negative_prompt(facts(negative_style="blur", cast=cast))

    assert composed.text == "blur, long hair"
    assert composed.pieces == (
        Source("style", "negative prompt", "blur"),
        Source("character:Hero", "negative prompt", "long hair", "version 2"),
    )


@given(FACTS)
def test_a_composed_text_is_made_of_its_pieces_and_nothing_else(one: Facts) -> None:
    composed = prompt(one)

    if one.prompt is None and not one.template:
        assert all(piece.value for piece in composed.pieces)
        assert _words(composed.text) == [
            word for piece in composed.pieces for word in _words(str(piece.value))
        ]


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
