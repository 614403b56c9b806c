"""Captions: who speaks when, and lines that break where they may."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tower_anime.renders.animatic.caption import cues, description_plate, dialogue_plate
from tower_anime.renders.animatic.fonts import face_index, printable
from tower_anime.renders.animatic.job import DialogueLine
from tower_anime.renders.animatic.typeset import fit, units, wrap

TEXT = st.text(st.sampled_from("ab c、。「」っー長話り!(…"), max_size=120)


def measure(text: str) -> float:
    """Latin letters are half as wide as others, as in print."""
    return sum(0.5 if letter.isascii() else 1.0 for letter in text)


@given(TEXT, st.integers(4, 30))
def test_wrapping_loses_no_letter_and_keeps_to_the_width(text: str, width: int) -> None:
    lines = wrap(text, width, measure)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(measure(line) <= width for line in lines)


def test_words_stay_whole_and_kinsoku_holds() -> None:
    assert wrap("the bamboo cutter", 5, measure) == ["the bamboo", "cutter"]
    assert wrap("そうか、「はい」。", 4, measure) == ["そうか、", "「は", "い」。"]
    assert units("あっ。 (b) c") == ["あっ。 ", "(b) ", "c"]


def test_a_long_text_shrinks_and_then_ends_in_an_ellipsis() -> None:
    def at(size: int):  # type: ignore[no-untyped-def]
        return lambda text: measure(text) * size

    assert fit("short", 200, 2, 10, at).size == 10
    shrunk = fit("長" * 46, 200, 2, 10, at)
    assert (shrunk.size, "".join(shrunk.lines)) == (8, "長" * 46)
    elided = fit("長" * 4000, 200, 2, 10, at)
    assert len(elided.lines) == 2
    assert elided.lines[-1].endswith("…")


@given(st.lists(st.text("ab。", max_size=200), max_size=40), st.integers(1, 200))
def test_cues_cover_every_frame_once(lines: list[str], frames: int) -> None:
    found = cues([DialogueLine(speaker="", line=line) for line in lines], frames)
    covered = [frame for cue in found for frame in range(cue.first, cue.end)]
    assert covered == list(range(frames))
    assert all(cue.first < cue.end for cue in found)


def test_a_longer_line_stays_longer() -> None:
    lines = [DialogueLine(speaker="", line=line) for line in ("a", "a" * 60)]
    short, long = cues(lines, 96)
    assert long.end - long.first > short.end - short.first > 10


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (720, 1280), (96, 96), (640, 200)])
@pytest.mark.parametrize("text", ["Hm.", "長い台詞" * 200, "an endless sentence " * 200])
def test_plates_lie_inside_the_film(width: int, height: int, text: str) -> None:
    line = DialogueLine(speaker=text, line=text)
    plates = [
        dialogue_plate(line, (255, 255, 255), "ja", width, height),
        description_plate(text, "ja", width, height),
    ]
    for plate in plates:
        assert plate is not None
        assert plate.x >= 0 <= plate.y
        assert plate.x + plate.picture.width <= width
        assert plate.y + plate.picture.height <= height


def test_each_script_has_its_letter_forms() -> None:
    assert face_index("直す", "en") == face_index("直", "ja") == 0
    assert face_index("直", "zh-Hans") == face_index("请进", "en") == 2
    assert face_index("直", "zh-TW") == 3
    assert face_index("안녕", "en") == 1


def test_what_the_font_cannot_show_is_left_out() -> None:
    assert printable("a🎬b\ufe0f\u200d ♪\n c\ud800") == "a b ♪ c"
