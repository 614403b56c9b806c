"""How a script in prose is broken down into scenes and shots. Pure.

The heading and the first paragraph of action, if it comes before any dialogue, are the scene's
description. The scene opens with a shot without words of its own, which shows just that; each
further paragraph of action begins a shot, and the dialogue after it is that shot's. From a shot
mark on, only marks begin shots, and all action before the first mark is the scene's.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tower_anime.story.script.marks import Mark
from tower_anime.story.script.model import LeftOut, Line, Number, Scene, Script, Shot, refusal

MOST_SCENES = 10_000


@dataclass
class _Shot:
    source: int
    number: Number | None = None
    paragraphs: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    said: dict[str, str | float] = field(default_factory=dict)

    def done(self) -> Shot:
        text = "\n\n".join(self.paragraphs)
        return Shot(self.number, text, tuple(self.lines), self.said, self.source)


@dataclass
class _Scene:
    head: Scene
    paragraphs: list[str] = field(default_factory=list)
    shots: list[_Shot] = field(default_factory=list)
    marked: bool = False

    def done(self) -> Scene:
        text = "\n\n".join(self.paragraphs)
        shots = self.shots or [_Shot(self.head.source)]
        return replace(self.head, text=text, shots=tuple(shot.done() for shot in shots))


class Breakdown:
    """Takes a script's parts one after another, and has the scenes at the end."""

    def __init__(self, episode: int | None) -> None:
        self.episode = episode
        self._scenes: list[_Scene] = []
        self._left_out: list[LeftOut] = []

    @property
    def begun(self) -> bool:
        """Whether there is a scene yet."""
        return bool(self._scenes)

    def scene(self, source: int, heading: str, number: Number | None) -> None:
        """A scene begins. Raises `Unprocessable` beyond `MOST_SCENES`."""
        if len(self._scenes) == MOST_SCENES:
            raise refusal(source, f"a script has at most {MOST_SCENES:,} scenes.")
        head = Scene(heading=heading, number=number, episode=self.episode, source=source)
        self._scenes.append(_Scene(head))

    def characters(self, names: tuple[str, ...]) -> None:
        """Who is in the scene."""
        scene = self._scenes[-1]
        scene.head = replace(scene.head, characters=names)

    def action(self, source: int, paragraph: str) -> None:
        """A paragraph of action."""
        if not self._scenes:
            self.left_out(source, "action", paragraph)
            return
        scene = self._scenes[-1]
        if not scene.shots and (not scene.paragraphs):
            scene.paragraphs.append(paragraph)
        elif scene.marked:
            scene.shots[-1].paragraphs.append(paragraph)
        else:
            if not scene.shots:
                scene.shots.append(_Shot(scene.head.source))
            scene.shots.append(_Shot(source, paragraphs=[paragraph]))

    def speech(self, source: int, speaker: str, line: str) -> None:
        """Somebody says something."""
        if not self._scenes:
            self.left_out(source, "dialogue", f"{speaker}: {line}")
            return
        if speaker or line:
            self._shot(source).lines.append(Line(speaker, line))

    def mark(self, source: int, mark: Mark) -> None:
        """A shot mark: a new shot, or something said of the one at hand."""
        if not self._scenes:
            return
        if mark.begins:
            self._begin(source, mark.number)
        said = self._shot(source).said
        if mark.seconds is not None:
            said["duration"] = mark.seconds
        if mark.camera is not None:
            said["camera"] = mark.camera

    def left_out(self, source: int, what: str, text: str) -> None:
        """Note what a story has no place for."""
        self._left_out.append(LeftOut(source, what, text))

    def script(self) -> Script:
        """The whole script."""
        return Script(tuple(scene.done() for scene in self._scenes), tuple(self._left_out))

    def _shot(self, source: int) -> _Shot:
        scene = self._scenes[-1]
        if not scene.shots:
            scene.shots.append(_Shot(source))
        return scene.shots[-1]

    def _begin(self, source: int, number: Number | None) -> None:
        scene = self._scenes[-1]
        if not scene.marked:
            _gather(scene)
        scene.marked = True
        scene.shots.append(_Shot(source, number))


def _gather(scene: _Scene) -> None:
    """Before the first mark: shots of action alone were no shots, but more of the description."""
    while scene.shots and not scene.shots[0].lines and not scene.shots[0].said:
        scene.paragraphs += scene.shots.pop(0).paragraphs
