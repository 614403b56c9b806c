"""What single marks and cells of a script mean."""

from __future__ import annotations

import pytest

from tower_anime.core.errors import Unprocessable
from tower_anime.story.script import csv_table, fountain, fountain_text, markdown
from tower_anime.story.script.breakdown import MOST_SCENES
from tower_anime.story.script.model import Line, Number, Scene, Shot
from tower_anime.story.script.timing import estimate


def only(text: str) -> Scene:
    """The one scene of a Fountain script."""
    [scene] = fountain.read(text).scenes
    return scene


def spoken(scene: Scene) -> list[tuple[str, str]]:
    return [(line.speaker, line.line) for shot in scene.shots for line in shot.dialogue or ()]


def test_each_paragraph_after_the_first_is_a_shot() -> None:
    scene = only("INT. A - DAY\n\nOne.\nMore.\n\nTwo.\n\nBOB\nHi.\n\nThree.\n")
    assert scene.description == "INT. A - DAY\nOne.\nMore."
    assert [shot.description for shot in scene.shots] == ["", "Two.", "Three."]
    assert [len(shot.dialogue or ()) for shot in scene.shots] == [0, 1, 0]


def test_marks_alone_begin_shots_once_there_is_one() -> None:
    text = "INT. A\n\nOne.\n\nTwo.\n\n[[shot 15, 4.5s, camera: pan left]]\n\nThree.\n\nFour.\n"
    assert only(text).text == "One.\n\nTwo."
    said: dict[str, str | float] = {"duration": 4.5, "camera": "pan left"}
    assert only(text).shots == (Shot(Number(15), "Three.\n\nFour.", (), said, 7),)


def test_dialogue_is_dialogue_whatever_it_begins_with() -> None:
    marked = ["#", "= one", ".two", "@three", "!four", "> five", "~ six", "INT. SEVEN", "CUT TO:"]
    scene = only("INT. A\n\nBOB\n" + "\n".join(marked) + "\n")
    assert spoken(scene) == [("BOB", "\n".join(marked))]


def test_a_speech_goes_on_after_a_line_of_two_spaces() -> None:
    assert spoken(only("INT. A\n\nBOB\nOne.\n  \nTwo.\n\nAction.\n")) == [("BOB", "One.\n\nTwo.")]


def test_both_of_a_dual_dialogue_speak() -> None:
    scene = only("INT. A\n\nBOB\nHi.\n\nEVE (O.S.) ^\nHo.\n")
    assert spoken(scene) == [("BOB", "Hi."), ("EVE (O.S.)", "Ho.")]


def test_japanese_needs_no_capitals() -> None:
    scene = only(".竹林 - 夜 #3#\n\n翁\nTシャツの男\n\n@翁（声）\n(驚いて)\nこれは。\n")
    assert (scene.heading, scene.number) == ("竹林 - 夜", Number(3))
    assert scene.text == "翁\nTシャツの男"
    assert spoken(scene) == [("翁（声）", "(驚いて)\nこれは。")]


def test_what_a_story_has_no_place_for_is_told() -> None:
    text = (
        "Title: Kaguya\nAuthor: unknown\n\nFADE IN:\n\n# Act One\n\nINT. A\n\n= All of it.\n\n"
        "He waits. [[who?]] /* no */\n\n===\n\n> SMASH CUT\n\nCUT TO:\n\nINT. B\n"
    )
    found = [(left.line, left.what) for left in fountain.read(text).left_out]
    assert found == [
        (1, "title page"),
        (4, "transition"),
        (6, "section"),
        (10, "synopsis"),
        (12, "note"),
        (14, "page break"),
        (16, "transition"),
        (18, "transition"),
    ]
    assert fountain.read(text).scenes[0].text == "He waits."


def test_lines_are_counted_through_boneyards() -> None:
    assert only("/* one\ntwo\nthree */\nINT. A\n\nText.\n").source == 4


def test_a_note_that_a_paragraph_does_not_close_is_text() -> None:
    assert only("INT. A\n\nOne [[ two.\n\nThree ]] four.\n").text == "One [[ two."


def test_a_camera_may_have_brackets_of_its_own() -> None:
    for camera in ("]]", "]", "[[", "[x]", "a ]] b", "/* c", "\\"):
        shot = Shot(Number(10), "", (), {"duration": 4.0, "camera": camera})
        text = fountain_text.write([Scene("INT. A", "", Number(1), shots=(shot,))])
        assert only(text).shots[0].said == {"camera": camera}


def test_more_scenes_than_the_bound_are_refused() -> None:
    with pytest.raises(Unprocessable, match="at most 10,000 scenes"):
        fountain.read("INT. A\n\n" * (MOST_SCENES + 1))


def test_a_shot_lasts_as_long_as_its_words_take() -> None:
    assert estimate([]) == 4.0
    assert estimate([Line("翁", "あ" * 60)]) == 10.5
    assert estimate([Line("BOB", "one two three four five")]) == 2.5
    assert estimate([Line("BOB", "(for a long, long, long, long, long while)\nYes.")]) == 2.0


def test_a_cell_of_dialogue_has_a_line_for_each_speaker() -> None:
    table = 'scene_number,dialogue\n1,"Nana: 間に合った。\nRen：Late.\nToo late."\n'
    [scene] = csv_table.read(table).scenes
    assert spoken(scene) == [("Nana", "間に合った。"), ("Ren", "Late.\nToo late.")]


def test_a_table_may_begin_with_excel_s_own_line() -> None:
    [scene] = csv_table.read("sep=;\nscene_number;line\n1;a, b, c\n").scenes
    assert (scene.source, spoken(scene)) == (3, [("", "a, b, c")])


def test_columns_that_are_not_there_say_nothing() -> None:
    [scene] = csv_table.read("scene_number,shot_number,camera\n12A,10,pan\n").scenes
    assert (scene.number, scene.description) == (Number(12, "A"), None)
    assert scene.shots[0].description is None
    assert scene.shots[0].dialogue is None
    assert scene.shots[0].said == {"camera": "pan"}


def test_rows_of_one_shot_may_not_contradict_each_other() -> None:
    table = "scene_number,shot_number,camera,line\n1,10,pan,One\n1,10,tilt,Two\n"
    with pytest.raises(Unprocessable, match="Line 3: column camera"):
        csv_table.read(table)


def test_markdown_without_shots_is_broken_down_like_fountain() -> None:
    [scene] = markdown.read("## A roof\n\nNight.\n\n**Nana:** Go.\n\nShe runs.\n").scenes
    assert scene.description == "A roof\nNight."
    assert [shot.description for shot in scene.shots] == ["", "She runs."]
    assert spoken(scene) == [("Nana", "Go.")]


def test_japanese_scripts_may_write_full_width_digits_and_parentheses() -> None:
    text = (
        "# 第２話\n\nINT. A #１２#\n\nNANA（電話）\nもしもし。\n\n"
        "@翁（続き）\nうむ。\n\n雨。[[４秒]]\n"
    )
    [scene] = fountain.read(text).scenes
    assert (scene.episode, str(scene.number)) == (2, "12")
    assert spoken(scene) == [("NANA（電話）", "もしもし。"), ("翁", "うむ。")]
    assert scene.shots[1].said == {"duration": 4.0}


def test_capitals_before_parentheses_make_no_cue_of_a_sentence() -> None:
    assert only("INT. A\n\nROOM (dark) is empty.\nRain.\n").text == "ROOM (dark) is empty.\nRain."
