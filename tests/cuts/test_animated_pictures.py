"""Animated pictures, which ComfyUI saves films as too, move in a cut as films do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.cuts.footage import HEIGHT, WIDTH, cut, item, levels

GREYS = (40, 80, 120, 160)


def animation(path: Path, **how: Any) -> str:
    """A picture for each grey."""
    first, *rest = (Image.new("RGB", (WIDTH, HEIGHT), (grey,) * 3) for grey in GREYS)
    first.save(path, save_all=True, append_images=rest, **how)
    return str(path)


def grey_of(level: int) -> int:
    """The grey of a luma, which has less room (16 to 235)."""
    return round((level - 16) * 255 / 219)


def greys(path: Path) -> list[int]:
    return [grey_of(level) for level in levels(path)]


@pytest.mark.parametrize(
    ("name", "how"), [("a.webp", {"lossless": True}), ("a.png", {}), ("a.gif", {})]
)
def test_each_picture_is_shown_for_its_time_and_the_last_to_the_end(
    tmp_path: Path, name: str, how: dict[str, Any]
) -> None:
    source = animation(tmp_path / name, duration=250, **how)

    assembled = cut(tmp_path / "film.mp4", item(source, 30))

    assert (assembled["frames"], assembled["encoded"], assembled["unreadable"]) == (30, 1, [])
    wanted = [grey for grey in GREYS[:3] for _ in range(6)] + [GREYS[3]] * 12
    assert greys(tmp_path / "film.mp4") == pytest.approx(wanted, abs=4)


def test_one_that_says_no_time_moves_as_browsers_show_it(tmp_path: Path) -> None:
    source = animation(tmp_path / "a.gif", duration=0)

    cut(tmp_path / "film.mp4", item(source, 10))

    wanted = [40] * 2 + [80] * 3 + [120] * 2 + [160] * 3  # a tenth of a second is 2.4 frames
    assert greys(tmp_path / "film.mp4") == pytest.approx(wanted, abs=4)


def test_one_that_is_cut_off_is_not_shown_in_part(tmp_path: Path) -> None:
    whole = Path(animation(tmp_path / "a.png", duration=250)).read_bytes()
    (tmp_path / "b.png").write_bytes(whole[: len(whole) * 3 // 4])

    assembled = cut(tmp_path / "film.mp4", item(str(tmp_path / "b.png"), 24))

    assert assembled["unreadable"] == [0]
