"""What a script would make and change of one scene's shots. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from tower_anime.story import places as ordering
from tower_anime.story.script.matching import Item, Pairs, match
from tower_anime.story.script.model import (
    Line,
    Scene,
    Shot,
    clean,
    heading_and_text,
    lines_of,
    numbers,
    one_line,
)
from tower_anime.story.script.names import Names
from tower_anime.story.script.steps import (
    Action,
    ShotStep,
    Spoken,
    StoredScene,
    StoredShot,
    Value,
    leave_changes,
)
from tower_anime.story.script.timing import estimate


def plan_shots(said: Scene, old: StoredScene | None, names: Names) -> list[ShotStep]:
    there = old.shots if old else ()
    pairs = _shot_pairs(said, old) if old else {}
    found = [there[pairs[n]] if n in pairs else None for n in range(len(said.shots))]
    values = ordering.shot_numbers(
        [shot.number.value if shot.number else None for shot in said.shots],
        [shot.number if shot else None for shot in found],
    )
    places = ordering.positions([(s.position, s.lineage) if s else None for s in found])
    steps = [
        _shot(shot, stored, number, place, names)
        for shot, stored, number, place in zip(said.shots, found, values, places, strict=True)
    ]
    matched = set(pairs.values())
    return steps + [kept_shot(shot) for n, shot in enumerate(there) if n not in matched]


def _shot_pairs(said: Scene, old: StoredScene) -> Pairs:
    """Compared by what the script speaks of alone: where it says no words, the number decides."""
    described = any(shot.description is not None for shot in said.shots)
    speaks = any(shot.dialogue is not None for shot in said.shots)
    own = "\n".join(heading_and_text(old.description))
    words = said.description or own
    keys = numbers(shot.number for shot in old.shots)
    there = [
        Item(
            _words(clean(shot.description) or own, shot.lines, described, speaks),
            (key.value, key.letters),
            bool(shot.carries) and (described or speaks),
        )
        for shot, key in zip(old.shots, keys, strict=True)
    ]
    return match(
        there,
        [
            Item(
                _words(shot.description or words, shot.dialogue or (), described, speaks),
                (shot.number.value, shot.number.letters) if shot.number else None,
            )
            for shot in said.shots
        ],
    )


def _words(seen: str, lines: Iterable[Line], described: bool, speaks: bool) -> str:
    """What tells a shot from others; one without words of its own shows what its scene says."""
    return "\n".join([*([seen] if described else ()), *(words_of(lines) if speaks else ())])


def _shot(said: Shot, old: StoredShot | None, number: int, place: float, names: Names) -> ShotStep:
    after: dict[str, Value] = {"shot_number": number, "position": place, **said.said}
    if said.description is not None:
        after["description"] = said.description
    if said.dialogue is not None:
        after["dialogue"] = _dialogue(said.dialogue, old.dialogue if old else (), names)
        if "duration" not in after and _follows_words(old, said.dialogue):
            after["duration"] = estimate(said.dialogue)
    if old is None:
        return ShotStep("create", None, number, {}, after, said.source)
    before: dict[str, Value] = {
        "shot_number": old.number,
        "position": old.position,
        "description": old.description,
        "dialogue": [dict(line) for line in old.dialogue],
        "duration": old.duration,
        "camera": old.camera,
        "prompt": old.prompt,
        "negative_prompt": old.negative_prompt,
        "seed": old.seed,
    }
    leave_changes(before, after, partial(_same_shot, names))
    action: Action = "update" if after else "unchanged"
    return ShotStep(action, old.id, number, before, after, said.source, old.carries)


def _follows_words(old: StoredShot | None, dialogue: tuple[Line, ...]) -> bool:
    """Whether a shot lasts as long as its words take: nobody has chosen another duration."""
    if old is None:
        return True
    return old.duration == estimate(old.lines) and old.lines != dialogue


def _same_shot(names: Names, name: str, before: Value, after: Value) -> bool:
    match name:
        case "description" | "prompt" | "negative_prompt":
            return clean(str(before or "")) == clean(str(after or ""))
        case "camera":
            return one_line(str(before)) == one_line(str(after))
        case "dialogue":
            return _spoken(before, names) == _spoken(after, names)
        case _:
            return before == after


def _spoken(dialogue: Value, names: Names) -> list[Line]:
    kept = dialogue if isinstance(dialogue, list) else []
    pairs = ((str(d["speaker"]), str(d["line"])) for d in kept if isinstance(d, dict) and d)
    return [Line(names.of_cue(line.speaker), line.line) for line in lines_of(pairs)]


def _dialogue(
    said: Sequence[Line], there: Sequence[Spoken], names: Names
) -> list[dict[str, object]]:
    """The lines as the shot keeps them; a line that was there keeps its id, voice, translations."""
    stored = [Line(one_line(str(d["speaker"])), clean(str(d["line"]))) for d in there]
    pairs = match(
        [Item(text) for text in words_of(stored)], [Item(text) for text in words_of(said)]
    )
    kept = []
    for n, line in enumerate(said):
        own = there[pairs[n]] if n in pairs else {}
        new = Line(names.of_cue(line.speaker), line.line)
        same = _spoken([own], names) == [new]
        kept.append(dict(own) if same else {**own, "speaker": new.speaker, "line": new.line})
    return kept


def kept_shot(shot: StoredShot) -> ShotStep:
    return ShotStep("kept", shot.id, shot.number, carries=shot.carries)


def words_of(lines: Iterable[Line]) -> list[str]:
    """Lines as one text each, speaker and words."""
    return [f"{line.speaker}: {line.line}" for line in lines]
