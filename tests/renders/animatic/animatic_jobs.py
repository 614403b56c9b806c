"""Jobs for the animatic's tests."""

from pathlib import Path

from PIL import Image, ImageDraw

from tower_anime.renders.animatic.job import CastMember, DialogueLine, Job


def make_job(
    output: Path,
    *,
    width: int = 160,
    height: int = 96,
    fps: str = "24/1",
    frames: int = 4,
    description: str = "",
    camera: str = "",
    cast: list[CastMember] | None = None,
    dialogue: list[DialogueLine] | None = None,
    style: str = "",
    seed: int = 1,
    language: str = "en",
) -> Job:
    """A small job, empty but for what is told."""
    return Job(
        output=str(output),
        width=width,
        height=height,
        fps=fps,
        frames=frames,
        description=description,
        camera=camera,
        cast=cast or [],
        dialogue=dialogue or [],
        style=style,
        seed=seed,
        language=language,
    )


def make_picture(path: Path, mode: str = "RGBA") -> str:
    """A red figure, cut out where the mode has an alpha."""
    picture = Image.new(mode, (96, 128))
    ImageDraw.Draw(picture).ellipse((20, 4, 76, 124), fill="red")
    picture.save(path)
    return str(path)
