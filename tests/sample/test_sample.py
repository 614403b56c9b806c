"""The sample production is complete, plays as a film and refers to nothing outside itself."""

import io
import json
import re
from importlib.resources import files
from itertools import pairwise

import pytest
from PIL import Image

from tower_anime import sample

PRODUCTION = sample.load()
SHOTS = [shot for scene in PRODUCTION["scenes"] for shot in scene["shots"]]
LINES = [line["line"] for shot in SHOTS for line in shot.get("dialogue", [])]
CAST = {character["name"] for character in PRODUCTION["characters"]}
PICTURES = [character["image"] for character in PRODUCTION["characters"]]


def test_the_film_has_scenes_numbered_from_one_and_lasts_a_minute_and_a_half() -> None:
    scenes = PRODUCTION["scenes"]
    assert [scene["number"] for scene in scenes] == list(range(1, len(scenes) + 1))
    assert 12 <= len(scenes) <= 16
    assert 24 <= len(SHOTS) <= 32
    assert all(scene["shots"] for scene in scenes)
    assert 75 <= sum(shot["duration"] for shot in SHOTS) <= 110


def test_every_shot_lasts_two_to_five_seconds_and_whole_frames() -> None:
    frames, seconds = map(int, PRODUCTION["project"]["settings"]["fps"].split("/"))
    for shot in SHOTS:
        assert 2 <= shot["duration"] <= 5
        assert (shot["duration"] * frames / seconds).is_integer()


def test_everybody_who_speaks_is_in_the_scene_and_in_the_cast() -> None:
    for scene in PRODUCTION["scenes"]:
        speakers = {line["speaker"] for shot in scene["shots"] for line in shot.get("dialogue", [])}
        assert speakers <= set(scene["characters"]) <= CAST


def test_every_character_appears_and_speaks() -> None:
    assert len(CAST) == len(PRODUCTION["characters"]) == 3
    assert {line["speaker"] for shot in SHOTS for line in shot.get("dialogue", [])} == CAST


def test_a_line_can_be_read_while_its_shot_lasts() -> None:
    for shot in SHOTS:
        words = "".join(line["line"] for line in shot.get("dialogue", []))
        weight = sum(1 if character.isascii() else 2.5 for character in words)
        assert weight / shot["duration"] <= 22, words  # a subtitler's limit is about 20 a second


def test_japanese_and_simplified_chinese_are_spoken() -> None:
    kana = re.compile(r"[\u3040-\u30ff]")
    han = re.compile(r"[\u4e00-\u9fff]")
    assert sum(bool(kana.search(line)) for line in LINES) >= 4
    assert sum(bool(han.search(line)) and not kana.search(line) for line in LINES) >= 1


def test_texts_are_paragraphs_without_line_breaks() -> None:
    texts = [shot["description"] for shot in SHOTS] + LINES
    texts += [character["prompt"] for character in PRODUCTION["characters"]]
    texts += [scene["description"] for scene in PRODUCTION["scenes"]]
    assert all(text and "\n" not in text and "  " not in text for text in texts)


def test_two_shots_in_a_row_never_share_a_camera_within_a_scene() -> None:
    for scene in PRODUCTION["scenes"]:
        assert all(a["camera"] != b["camera"] for a, b in pairwise(scene["shots"]))


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_a_cut_out_figure_that_stands_on_its_lower_edge(name: str) -> None:
    data = sample.picture(name)
    assert len(data) < 350_000
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        assert (image.format, image.mode, image.size) == ("PNG", "RGBA", (768, 1024))
        box = image.getchannel("A").getbbox()
        corners = [image.getpixel((x, y)) for x in (0, 767) for y in (0, 1023)]
    assert box is not None
    assert box[3] > 1000
    assert all(isinstance(corner, tuple) and corner[3] == 0 for corner in corners)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_has_its_drawing_beside_it(name: str) -> None:
    drawing = files(sample).joinpath(name.replace(".png", ".svg")).read_text(encoding="utf-8")
    assert drawing.startswith("<svg ")
    assert "<text" not in drawing


def test_a_picture_that_is_nobodys_is_refused() -> None:
    with pytest.raises(KeyError):
        sample.picture("../__init__.py")


def test_nothing_refers_outside() -> None:
    folder = files(sample)
    for name in ["bamboo.toml", *(name.replace(".png", ".svg") for name in PICTURES)]:
        text = folder.joinpath(name).read_text(encoding="utf-8")
        text = text.replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert "://" not in text
        assert set(re.findall(r'href="(.)', text)) <= {"#"}


def test_the_workflow_is_a_graph_that_has_what_is_bound() -> None:
    graph, bindings = sample.workflow(), sample.bindings()
    places = [place for name in bindings if name != "output" for place in bindings[name]]
    assert {"frames", "width", "height", "fps", "seed", "character_image:1"} <= bindings.keys()
    assert all(place["input"] in graph[place["node"]]["inputs"] for place in places)
    assert [graph[place["node"]]["class_type"] for place in bindings["output"]] == ["SaveVideo"]


def test_the_workflow_needs_only_what_comes_with_comfyui_and_no_model() -> None:
    recorded = json.loads(files("tower_anime.simulator").joinpath("object_info.json").read_bytes())
    kinds = {node["class_type"] for node in sample.workflow().values()}
    assert kinds <= recorded.keys()
    modules = {recorded[kind]["python_module"] for kind in kinds}
    assert all(re.match(r"nodes$|comfy_extras\.", module) for module in modules), modules
