"""What a shot's words are understood to say."""

import pytest

from tower_anime.renders.animatic import words
from tower_anime.renders.animatic.palette import palette


@pytest.mark.parametrize(
    ("text", "scenery"),
    [
        ("", ("day", "clear", "field")),
        ("A city rooftop at night.", ("night", "clear", "rooftop")),
        ("Rain on an empty STREET, midnight", ("night", "rain", "street")),
        ("夜明けの竹林、霧が立つ", ("dawn", "fog", "bamboo")),
        ("黄昏的宫殿", ("dusk", "clear", "palace")),
        ("The moon palace above the clouds", ("night", "clear", "heaven")),
        ("雪の山", ("day", "snow", "mountain")),
        ("Her brain trains. An unsung sundae.", ("day", "clear", "field")),
    ],
)
def test_a_description_names_its_scenery(text: str, scenery: tuple[str, str, str]) -> None:
    found = words.scenery(text)
    assert (found.hour, found.weather, found.place) == scenery


@pytest.mark.parametrize(
    ("camera", "move"),
    [
        ("", None),
        ("wide", None),
        ("close up", None),
        ("close-up, slow push in", "push"),
        ("pan left", "left"),
        ("slow pan", "right"),
        ("tilt down", "down"),
        ("tilt up, then hold", "up"),
        ("zoom out", "pull"),
        ("static", "static"),
        ("カメラ固定", "static"),
        ("ゆっくりズームアウト", "pull"),
        ("推镜头", "push"),
    ],
)
def test_camera_words_name_a_move(camera: str, move: str | None) -> None:
    assert words.move(camera) == move


def test_the_cameras_framing_comes_before_the_descriptions() -> None:
    assert words.framing("wide", "Close-up of her face") == "wide"
    assert words.framing("", "Close-up of her face") == "close"
    assert words.framing("", "Her face, on a long road") == "medium"
    assert words.framing("顔のアップ", "") == "close"


def test_a_style_tints_the_palette() -> None:
    scenery = words.scenery("sea at dusk")
    skies = {
        palette(scenery, words.grade(s)).sky
        for s in ("", "noir", "sepia", "pastel", "neon", "白黒")
    }
    assert len(skies) == 6
    for red, green, blue in palette(scenery, "mono").sky:
        assert max(red, green, blue) - min(red, green, blue) < 25
