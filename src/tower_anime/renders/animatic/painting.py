"""A job's painting: everything of its film that is decided and painted before the first frame."""

from dataclasses import dataclass
from random import Random
from zlib import crc32

from PIL import Image

from . import words
from .backdrop import paint as paint_backdrop
from .camera import Path, path
from .caption import Cue, Plate, cues, description_plate, dialogue_plate, speaker_colors
from .composition import Standing, stand
from .figures import figure, place
from .job import Job
from .palette import Color, Palette, palette
from .weather import Fall, fall

# What the camera does when nobody says; a slow push is what most shots want.
_CALM: tuple[words.Move, ...] = ("push", "push", "pull", "left", "right")


# How much colour the cast's own pictures lose; the backdrop's palette has lost it already.
_FADED: dict[words.Grade, float] = {"mono": 0.94, "noir": 0.86, "sepia": 0.4}


@dataclass(frozen=True)
class Painting:
    """What `lens` makes a film of `width` x `height` (even) from."""

    width: int
    height: int
    picture: Image.Image
    path: Path
    fall: Fall | None
    cues: list[Cue]
    heading: Plate | None
    language: str
    colors: dict[str, Color]

    def plates(self, cue: Cue) -> list[Plate]:
        """The captions of a cue."""
        spoken = self._spoken(cue)
        return [plate for plate in (self.heading, spoken) if plate]

    def _spoken(self, cue: Cue) -> Plate | None:
        if cue.line is None:
            return None
        color = self.colors[cue.line["speaker"]]
        return dialogue_plate(cue.line, color, self.language, self.width, self.height)


def paint(job: Job) -> Painting:
    """Paint a job. Raises OSError if a character's picture cannot be read."""
    width, height = job["width"] // 2 * 2, job["height"] // 2 * 2
    dice = _dice(job)
    scenery = words.scenery(job["description"])
    framing = words.framing(job["camera"], job["description"])
    grade = words.grade(job["style"])
    colors = palette(scenery, grade)
    side = dice.choice((0, 1))
    move = words.move(job["camera"])
    track = path(dice.choice(_CALM) if move is None else move, width, height, (0.5, 0.44))
    picture = paint_backdrop(scenery, colors, (track.width, track.height), dice)
    _set_cast(picture, track, job, colors, framing, side)
    faded = _FADED.get(grade, 0)
    if faded:
        picture = Image.blend(picture, picture.convert("L").convert("RGB"), faded)
    return Painting(
        width=width,
        height=height,
        picture=picture,
        path=track,
        fall=fall(scenery.weather, width, height, dice),
        cues=cues(job["dialogue"], job["frames"]),
        heading=description_plate(job["description"], job["language"], width, height),
        language=job["language"],
        colors=speaker_colors(job),
    )


def _dice(job: Job) -> Random:
    """Chance that is the same whenever the words and the seed are."""
    said = crc32(job["description"].encode("utf-8", "surrogatepass"))
    return Random(said << 64 ^ job["seed"])  # noqa: S311 - for pictures, not for secrets


def _set_cast(
    picture: Image.Image, track: Path, job: Job, colors: Palette, framing: words.Framing, side: int
) -> None:
    cuts = [figure(member, job["language"]) for member in job["cast"]]
    voices = {line["speaker"] for line in job["dialogue"]}
    speakers = [i for i, member in enumerate(job["cast"]) if member["name"] in voices]
    shapes = [cut.width / cut.height for cut in cuts]
    aspect = job["width"] / job["height"]
    for standing in stand(shapes, speakers, framing, aspect, side):
        _set_one(picture, track, cuts[standing.member], standing, colors)


def _set_one(
    picture: Image.Image, track: Path, cut: Image.Image, standing: Standing, colors: Palette
) -> None:
    left, top, wide, high = track.home()
    height = round(standing.height * high)
    middle = left + standing.x * wide
    corner = (round(middle - height * cut.width / cut.height / 2), round(top + standing.top * high))
    place(picture, cut, corner, height, colors, standing.weight)
