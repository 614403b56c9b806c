"""A story as Fountain. Pure; `fountain.read` reads it back.

Shots are marked where prose alone would not tell them apart, or would tell another duration.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tower_anime.story.script import marks
from tower_anime.story.script.fountain_lines import (
    escape,
    escape_speaker,
    is_plain_action,
    is_plain_cue,
    is_plain_heading,
)
from tower_anime.story.script.marks import Mark
from tower_anime.story.script.model import Line, Scene, Shot, one_line
from tower_anime.story.script.timing import estimate


def write(scenes: Sequence[Scene], title: str = "") -> str:
    """Scenes in the order of the story as one script."""
    blocks = [f"Title: {escape(one_line(title))}"] if one_line(title) else []
    episode = None
    for scene in scenes:
        if scene.episode != episode:
            episode = scene.episode
            blocks.append(f"# Episode {episode}")
        blocks += _scene(scene)
    return "\n\n".join(blocks) + "\n"


def _scene(scene: Scene) -> Iterator[str]:
    yield f"{_heading(scene.heading or '')} #{scene.number}#"
    yield from _action(scene.text)
    plain = _is_plain(scene)
    for shot in scene.shots:
        if not plain:
            yield _note(marks.write(_mark(shot)))
        yield from _action(shot.description or "")
        for line in shot.dialogue or ():
            yield _speech(line)


def _note(words: str) -> str:
    return f"[[{escape(words)}{' ' if words.endswith(']') else ''}]]"


def _heading(heading: str) -> str:
    if is_plain_heading(heading):
        return escape(heading)
    # A backslash keeps apart what would be `..`, an ellipsis, and what would be no heading at all.
    odd = not heading or heading[0] in ".\\"
    return escape(f".\\{heading}" if odd else f".{heading}")


def _action(text: str) -> Iterator[str]:
    for paragraph in filter(None, text.split("\n\n")):
        lines = (line if is_plain_action(line) else f"!{line}" for line in paragraph.split("\n"))
        yield escape("\n".join(lines))


def _speech(line: Line) -> str:
    words = [escape(words) or "  " for words in line.line.split("\n")]
    if not line.speaker and all(w.startswith("~") for w in words):
        return "\n".join(words)
    plain = is_plain_cue(line.speaker) and line.line
    return "\n".join([f"{'' if plain else '@'}{escape_speaker(line.speaker)}", *words])


def _is_plain(scene: Scene) -> bool:
    """Whether the scene is broken down into just these shots without any mark."""
    first, *others = scene.shots
    if first.description or "\n\n" in scene.text:
        return False
    if others and not scene.text and not first.dialogue:
        return False  # the second shot's words would be taken for the scene's
    return all(
        str(shot.number) == str(10 * n) and _mark(shot) == Mark(begins=True, number=shot.number)
        for n, shot in enumerate(scene.shots, 1)
    ) and all(shot.description and "\n\n" not in shot.description for shot in others)


def _mark(shot: Shot) -> Mark:
    """What has to be said of a shot: its duration where it is not what its words take."""
    seconds = float(shot.said.get("duration", 0))
    usual = seconds == estimate(shot.dialogue or ())
    camera = one_line(str(shot.said.get("camera", "")))
    return Mark(True, shot.number, None if usual or not seconds else seconds, camera or None)
