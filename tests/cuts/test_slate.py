"""Promises of tower_anime.cuts.slate."""

import pytest
from PIL import Image, ImageChops

from tower_anime.cuts.slate import draw_slate


def inked(title: str, text: str, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Where a slate differs from an empty one, left of which the bar stands."""
    written, empty = draw_slate(*size, title, text), draw_slate(*size, "", "")
    box = ImageChops.difference(written, empty).getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize("size", [(1280, 720), (640, 360), (720, 1280), (64, 64)])
@pytest.mark.parametrize(
    "text",
    [
        "雨の屋上で、ミナトがゆっくりと振り返る。" * 30,
        "她推开门，看见房间里没有人。" * 30,
        "Supercalifragilisticexpialidocious" * 30,
        "Minato turns around\nand says nothing.\n" * 30,
    ],
)
def test_words_stay_on_the_card(size: tuple[int, int], text: str) -> None:
    left, top, right, bottom = inked(text, text, size)

    assert left > 0
    assert top > 0
    assert right < size[0] * 0.95
    assert bottom < size[1]


def test_a_slate_is_dark_so_that_nobody_takes_it_for_the_film() -> None:
    card = (
        draw_slate(320, 180, "第3話", "雨の屋上").convert("L").resize((1, 1), Image.Resampling.BOX)
    )

    assert card.tobytes()[0] < 60


def test_a_letter_shared_by_two_languages_has_the_form_of_the_one_that_is_written() -> None:
    japanese, chinese = draw_slate(640, 360, "骨を", ""), draw_slate(640, 360, "骨们", "")
    first_letter = (100, 140, 127, 220)

    assert japanese.crop(first_letter).tobytes() != chinese.crop(first_letter).tobytes()


def test_a_slate_needs_no_words() -> None:
    assert draw_slate(320, 180, "", "").size == (320, 180)
