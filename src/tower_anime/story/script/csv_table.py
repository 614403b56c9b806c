"""A table of shots, as spreadsheets write it, to a story, and a story to a table. Pure.

One row is a shot; a row that repeats the numbers of a shot has another line of its dialogue. An
empty cell says nothing, but for `description`, `speaker` and `line`: there, what is empty is
empty.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tower_anime.story.script import csv_cells
from tower_anime.story.script.breakdown import MOST_SCENES
from tower_anime.story.script.csv_cells import Cells
from tower_anime.story.script.model import (
    Line,
    Number,
    Scene,
    Script,
    Shot,
    heading_and_text,
    lines_of,
    refusal,
)
from tower_anime.story.script.names import read_list, write_list
from tower_anime.story.script.timing import decimal

_OF_SHOT = ("camera", "prompt", "negative_prompt", "seed")
_ONCE = ("scene_description", "characters")  # said of a scene by any of its rows
_WRITTEN = tuple(name for name in csv_cells.COLUMNS if name != "dialogue")


@dataclass
class _Shot:
    number: Number | None
    cells: Cells
    source: int
    dialogue: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class _Scene:
    episode: int | None
    number: Number
    source: int
    said: dict[str, str] = field(default_factory=dict)
    shots: list[_Shot] = field(default_factory=list)
    by_number: dict[Number, _Shot] = field(default_factory=dict)


def read(text: str, episode: int | None = None) -> Script:
    """The story that a table tells; `episode` is that of rows which name none.

    Commas, semicolons or tabs, whichever the first line has. Raises `Unprocessable` with the line
    and the column for what does not fit.
    """
    rows = csv_cells.rows(text)
    header, *body = rows
    columns = csv_cells.columns(*header)
    table = _Table(columns, episode)
    for line, values in body:
        if any(value.strip() for value in values):
            table.row(line, csv_cells.cells(line, columns, values))
    if not table.scenes:
        raise refusal(header[0], "the table has no rows.")
    return Script(tuple(table.scene(scene) for scene in table.scenes.values()))


class _Table:
    """Gathers rows into scenes and shots."""

    def __init__(self, columns: Sequence[str], episode: int | None) -> None:
        self.scenes: dict[tuple[int | None, Number], _Scene] = {}
        self._columns = columns
        self._episode = episode
        self._latest: _Scene | None = None

    def row(self, line: int, cells: Cells) -> None:
        """One row of the table."""
        scene = self._scene_of(line, cells)
        for name in _ONCE:
            _say(line, name, scene.said, cells.get(name, ""))
        shot = self._shot_of(line, scene, cells)
        shot.dialogue += _spoken(cells)

    def _scene_of(self, line: int, cells: Cells) -> _Scene:
        if not cells["scene_number"]:
            if self._latest is None:
                raise refusal(line, "column scene_number: the first row needs a number.")
            return self._latest
        number = csv_cells.number(line, "scene_number", cells)
        episode = csv_cells.whole(line, "episode", cells)
        episode = self._episode if episode is None else episode
        if (episode, number) not in self.scenes and len(self.scenes) == MOST_SCENES:
            raise refusal(line, f"a script has at most {MOST_SCENES:,} scenes.")
        new = _Scene(episode, number, line)
        self._latest = self.scenes.setdefault((episode, number), new)
        return self._latest

    def _shot_of(self, line: int, scene: _Scene, cells: Cells) -> _Shot:
        number = csv_cells.number(line, "shot_number", cells) if cells.get("shot_number") else None
        known = scene.by_number.get(number) if number else None
        if known is None:
            shot = _Shot(number, cells, line)
            scene.shots.append(shot)
            if number:
                scene.by_number[number] = shot
            return shot
        for name in ("description", "duration", *_OF_SHOT):
            if cells.get(name) and cells[name] != known.cells.get(name):
                raise refusal(line, f"column {name}: shot {number} says otherwise before.")
        return known

    def scene(self, scene: _Scene) -> Scene:
        """A scene, all its rows known."""
        heading, text = heading_and_text(scene.said.get("scene_description", ""))
        names = scene.said.get("characters", "")
        return Scene(
            heading=heading or None,
            text=text,
            number=scene.number,
            episode=scene.episode,
            characters=read_list(scene.source, names) if names else None,
            shots=tuple(self._shot(shot) for shot in scene.shots),
            source=scene.source,
        )

    def _shot(self, shot: _Shot) -> Shot:
        said: dict[str, str | float] = {n: v for n in _OF_SHOT if (v := shot.cells.get(n, ""))}
        seconds = shot.cells.get("duration", "")
        if seconds:
            said["duration"] = csv_cells.seconds(shot.source, seconds)
        described = "description" in self._columns
        speaks = bool({"dialogue", "speaker", "line"} & set(self._columns))
        return Shot(
            number=shot.number,
            description=shot.cells.get("description", "") if described else None,
            dialogue=lines_of(shot.dialogue) if speaks else None,
            said=said,
            source=shot.source,
        )


def _say(line: int, name: str, said: dict[str, str], value: str) -> None:
    if value and said.setdefault(name, value) != value:
        raise refusal(line, f"column {name}: another row of the scene says otherwise.")


def _spoken(cells: Cells) -> list[tuple[str, str]]:
    """The lines of a row: speaker and line, or `SPEAKER: words` in the lines of one cell."""
    lines = [(cells.get("speaker", ""), cells.get("line", ""))]
    for text in filter(None, cells.get("dialogue", "").split("\n")):
        speaker, colon, words = text.replace("：", ":", 1).partition(":")
        if colon:
            lines.append((speaker, words))
        else:
            before, said = lines.pop()
            lines.append((before, f"{said}\n{text}"))
    return [(speaker, words) for speaker, words in lines if speaker or words]


def write(scenes: Sequence[Scene], title: str = "") -> str:
    """Scenes in the order of the story as one table; it has no place for a title."""
    del title
    file = io.StringIO(newline="")
    table = csv.writer(file, lineterminator="\n")
    table.writerow(_WRITTEN)
    for scene in scenes:
        for row in _rows_of(scene):
            table.writerow([csv_cells.safe(row.get(name, "")) for name in _WRITTEN])
    return file.getvalue()


def _rows_of(scene: Scene) -> Iterator[dict[str, str]]:
    names = write_list(scene.characters or ())
    said = {"scene_description": scene.description or "", "characters": names}
    for shot in scene.shots:
        place = {
            "episode": "" if scene.episode is None else str(scene.episode),
            "scene_number": str(scene.number),
            "shot_number": str(shot.number),
        }
        own = {name: str(value) for name, value in shot.said.items() if name != "duration"}
        own["duration"] = decimal(float(shot.said["duration"])) if "duration" in shot.said else ""
        first, *others = shot.dialogue or (Line("", ""),)
        yield {**place, **said, **own, "description": shot.description or "", **_speech(first)}
        said = {}
        for line in others:
            yield {**place, **_speech(line)}


def _speech(line: Line) -> dict[str, str]:
    return {"speaker": line.speaker, "line": line.line}
