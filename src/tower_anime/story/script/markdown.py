"""Markdown to a story, and a story to Markdown. Pure.

    # Episode 1
    ## Scene 3: INT. ROOM - DAY
    - characters: Nana; Ren
    The scene's words.
    ### Shot 10
    - duration: 4.5 s
    - camera: slow push in
    The shot's words.
    **NANA:** What she says.

Blank lines stand between all but lists. A backslash at the beginning of a line keeps it from
being anything but words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tower_anime.story.script.breakdown import Breakdown
from tower_anime.story.script.marks import Mark
from tower_anime.story.script.model import (
    Line,
    Scene,
    Script,
    Shot,
    clean,
    lines_of,
    one_line,
    parse_number,
    refusal,
)
from tower_anime.story.script.names import read_list, write_list
from tower_anime.story.script.timing import decimal

_EPISODE = re.compile(r"#\s+(?:episode|ep\.?|第)\s*(-?\d{1,20})\s*[話回]?", re.IGNORECASE)
_SCENE = re.compile(
    r"##\s+(?:(?:scene|シーン)\s*(-?\d{1,20}[A-Za-z]*)\s*(?:[:：]\s*(.*))?|(.*))", re.IGNORECASE
)
_SHOT = re.compile(r"###\s+(?:shot|ショット|カット)(?:\s*(-?\d{1,20}[A-Za-z]*))?", re.IGNORECASE)
_ITEM = re.compile(r"[-*]\s+(characters|duration|camera)\s*[:：]\s*(.*)", re.IGNORECASE)
_SPEECH = re.compile(r"\*\*(.*?)[:：]\*\*\s?(.*)")
_SECONDS = re.compile(r"(\d+(?:\.\d+)?)\s*(?:s|sec|seconds|秒)?")
_SPEAKER_END = re.compile(r"([:：])(\\*)(?=\*\*)")
_ESCAPED_END = re.compile(r"([:：])(\\+)(?=\*\*)")
_SPECIAL = ("#", "- ", "* ", "**", "\\")


def read(text: str, episode: int | None = None) -> Script:
    """The story that a page tells; `episode` is that of scenes before any `# Episode 2`.

    Raises `Unprocessable` where there is no scene, or an item of a list does not fit.
    """
    reader = _Reader(Breakdown(episode))
    for number, line in enumerate(text.split("\n"), 1):
        reader.take(number, line.strip())
    reader.flush()
    if not reader.breakdown.begun:
        raise refusal(1, "a script in Markdown has scenes, such as `## Scene 1: A room, day`.")
    return reader.breakdown.script()


class _Reader:
    """Goes through the lines; holds the paragraph or the speech that is not at its end yet."""

    def __init__(self, breakdown: Breakdown) -> None:
        self.breakdown = breakdown
        self._speaker: str | None = None
        self._held: list[str] = []
        self._begun = 0

    def take(self, number: int, line: str) -> None:
        """One line of the page."""
        if not line:
            self.flush()
        elif line.startswith("#"):
            self.flush()
            self._heading(number, line)
        elif found := _SPEECH.fullmatch(line):
            self.flush()
            self._begun, self._speaker = number, _unescaped_end(found[1])
            self._hold(number, found[2])
        elif (found := _ITEM.fullmatch(line)) and self.breakdown.begun:
            self.flush()
            self._item(number, found[1].lower(), found[2])
        else:
            self._hold(number, line)

    def flush(self) -> None:
        """Paragraph or speech is at its end."""
        text = clean("\n".join(self._held))
        if self._speaker is not None:
            for line in lines_of([(self._speaker, text)]):
                self.breakdown.speech(self._begun, line.speaker, line.line)
        elif self._held:
            self.breakdown.action(self._begun, text)
        self._held.clear()
        self._speaker = None

    def _hold(self, number: int, line: str) -> None:
        if not self._held and self._speaker is None:
            self._begun = number
        self._held.append(line.removeprefix("\\"))

    def _heading(self, number: int, line: str) -> None:
        if found := _EPISODE.fullmatch(line):
            self.breakdown.episode = int(found[1])
        elif found := _SHOT.fullmatch(line):
            self.breakdown.mark(number, Mark(True, parse_number(found[1] or "")))
        elif found := _SCENE.fullmatch(line):
            heading = found[2] if found[1] else found[3]
            self.breakdown.scene(number, (heading or "").strip(), parse_number(found[1] or ""))
        else:
            self.breakdown.left_out(number, "heading", line)

    def _item(self, number: int, name: str, value: str) -> None:
        match name:
            case "characters":
                self.breakdown.characters(read_list(number, value))
            case "camera":
                self.breakdown.mark(number, Mark(False, camera=one_line(value) or None))
            case _:
                seconds = _SECONDS.fullmatch(value.strip())
                if seconds is None:
                    raise refusal(number, f"{value[:50]!r} is no duration such as 4.5 s.")
                self.breakdown.mark(number, Mark(False, seconds=float(seconds[1])))


def write(scenes: Sequence[Scene], title: str = "") -> str:
    """Scenes in the order of the story as one page, each shot under a heading of its own."""
    name = f"# {one_line(title)}"
    name = name.replace("# ", "# \\", 1) if _EPISODE.fullmatch(name) else name
    blocks = [name] if one_line(title) else []
    episode = None
    for scene in scenes:
        if scene.episode != episode:
            episode = scene.episode
            blocks.append(f"# Episode {episode}")
        blocks += _scene(scene)
    return "\n\n".join(blocks) + "\n"


def _scene(scene: Scene) -> Iterator[str]:
    yield f"## Scene {scene.number}" + (f": {scene.heading}" if scene.heading else "")
    if scene.characters:
        yield f"- characters: {write_list(scene.characters)}"
    yield from _paragraphs(scene.text)
    for shot in scene.shots:
        yield from _shot(shot)


def _shot(shot: Shot) -> Iterator[str]:
    yield f"### Shot {shot.number}"
    items = []
    if "duration" in shot.said:
        items.append(f"- duration: {decimal(float(shot.said['duration']))} s")
    if camera := one_line(str(shot.said.get("camera", ""))):
        items.append(f"- camera: {camera}")
    if items:
        yield "\n".join(items)
    yield from _paragraphs(shot.description or "")
    for line in shot.dialogue or ():
        yield _speech(line)


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in filter(None, text.split("\n\n")):
        yield "\n".join(_words(line) for line in paragraph.split("\n"))


def _words(line: str) -> str:
    return f"\\{line}" if line.startswith(_SPECIAL) or not line else line


def _speech(line: Line) -> str:
    speaker = _SPEAKER_END.sub(lambda found: f"{found[0]}\\", line.speaker)
    first, *others = line.line.split("\n")
    first = f"\\{first}" if first.startswith("\\") else first
    return "\n".join([f"**{speaker}:** {first}".strip(), *map(_words, others)])


def _unescaped_end(speaker: str) -> str:
    return _ESCAPED_END.sub(lambda found: found[0][:-1], speaker)
