"""What a script would make and change of what is there. Pure; `service` carries it out.

Nothing is deleted, and what a script does not speak of stays. Two texts that differ only in what
no script keeps (see `model.clean`) are the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby

from tower_anime.core.text import nfc
from tower_anime.story import places as ordering
from tower_anime.story.script.matching import Item, match
from tower_anime.story.script.model import (
    Scene,
    Script,
    clean,
    heading_and_text,
    letters_rank,
    numbers,
    one_line,
)
from tower_anime.story.script.names import Names
from tower_anime.story.script.shot_plan import kept_shot, plan_shots, words_of
from tower_anime.story.script.steps import (
    Action,
    Plan,
    SceneStep,
    StoredScene,
    Value,
    leave_changes,
)


def plan(script: Script, there: Sequence[StoredScene], known: Iterable[str]) -> Plan:
    """What the script would make and change; `known` are the names of the project's characters.

    Scenes of episodes that the script does not have are none of its business.
    """
    names = Names(known)
    said: dict[int | None, list[Scene]] = defaultdict(list)
    stored: dict[int | None, list[StoredScene]] = defaultdict(list)
    for scene in script.scenes:
        said[scene.episode].append(scene)
    for old in there:
        stored[old.episode].append(old)
    steps = [step for n, scenes in said.items() for step in _episode(scenes, stored[n], names)]
    return Plan(tuple(steps), tuple(names.introduced))


def _episode(said: Sequence[Scene], there: Sequence[StoredScene], names: Names) -> list[SceneStep]:
    keys = [_key(n.value, n.letters) for n in numbers(scene.number for scene in there)]
    items = [Item(_words_there(s), key, _is_bound(s)) for s, key in zip(there, keys, strict=True)]
    script_keys = _said_keys(said)
    pairs = match(
        items, [Item(_words_said(s), key) for s, key in zip(said, script_keys, strict=True)]
    )
    found = [there[pairs[n]] if n in pairs else None for n in range(len(said))]
    values = ordering.scene_numbers(
        [scene.number.value if scene.number else None for scene in said],
        [scene.number if scene else None for scene in found],
    )
    places = _scene_positions(said, found, values)
    steps = [
        _scene(scene, old, number, place, names)
        for scene, old, number, place in zip(said, found, values, places, strict=True)
    ]
    matched = set(pairs.values())
    return steps + [_kept(scene) for n, scene in enumerate(there) if n not in matched]


def _key(number: int, letters: str) -> tuple[int, str]:
    return number, letters


def _said_keys(said: Sequence[Scene]) -> list[tuple[int, str] | None]:
    """The numbers that a script says, their letters as exports write them: a lone 12A is 12."""
    places: dict[int, list[tuple[tuple[int, str], int]]] = {}
    for n, scene in enumerate(said):
        if scene.number is not None:
            rank = letters_rank(scene.number.letters)
            places.setdefault(scene.number.value, []).append((rank, n))
    keys: list[tuple[int, str] | None] = [None] * len(said)
    for value, found in places.items():
        for number, (_, n) in zip(numbers([value] * len(found)), sorted(found), strict=True):
            keys[n] = _key(number.value, number.letters)
    return keys


def _words_there(scene: StoredScene) -> str:
    shots = (
        part for shot in scene.shots for part in (clean(shot.description), *words_of(shot.lines))
    )
    return "\n".join(filter(None, (*heading_and_text(scene.description), *shots)))


def _words_said(scene: Scene) -> str:
    shots = (p for shot in scene.shots for p in (shot.description, *words_of(shot.dialogue or ())))
    return "\n".join(filter(None, (scene.heading, scene.text, *shots)))


def _is_bound(scene: StoredScene) -> bool:
    return any(shot.carries for shot in scene.shots)


def _scene_positions(
    said: Sequence[Scene], found: Sequence[StoredScene | None], values: Sequence[int]
) -> list[float | None]:
    """Positions among scenes of one number; `None` where the number alone decides."""
    places: list[float | None] = [None] * len(said)

    def rank(n: int) -> tuple[int, tuple[int, str], int]:
        number = said[n].number
        return values[n], letters_rank(number.letters if number else ""), n

    by_number = sorted(range(len(said)), key=lambda n: values[n])
    for number, group in groupby(by_number, key=lambda n: values[n]):
        members = list(group)
        if all(said[n].number for n in members):
            members.sort(key=rank)
        stored = [found[n] for n in members]
        own = [
            (scene.position, scene.lineage) if scene and scene.number == number else None
            for scene in stored
        ]
        if len(members) > 1:
            for n, position in zip(members, ordering.positions(own), strict=True):
                places[n] = position
    return places


def _kept(scene: StoredScene) -> SceneStep:
    shots = tuple(kept_shot(shot) for shot in scene.shots)
    return SceneStep("kept", scene.id, scene.number, episode=scene.episode, shots=shots)


def _scene(
    said: Scene, old: StoredScene | None, number: int, place: float | None, names: Names
) -> SceneStep:
    after: dict[str, Value] = {"scene_number": number, "episode": said.episode}
    if place is not None:
        after["position"] = place
    if said.description is not None:
        after["description"] = said.description
    characters = _characters(said, old, names)
    if old is None or characters != list(old.characters):
        after["characters"] = characters
    shots = tuple(plan_shots(said, old, names))
    if old is None:
        after.setdefault("description", "")
        return SceneStep("create", None, number, {}, after, said.source, said.episode, shots)
    before: dict[str, Value] = {
        "scene_number": old.number,
        "episode": old.episode,
        "position": old.position,
        "description": old.description,
        "characters": list(old.characters),
    }
    leave_changes(before, after, _same_scene)
    changed = after or any(shot.action in ("create", "update") for shot in shots)
    action: Action = "update" if changed else "unchanged"
    return SceneStep(action, old.id, number, before, after, said.source, said.episode, shots)


def _same_scene(name: str, before: Value, after: Value) -> bool:
    if name == "description":
        return heading_and_text(str(before)) == heading_and_text(str(after))
    return before == after


def _characters(said: Scene, old: StoredScene | None, names: Names) -> list[str]:
    """Who is in the scene: whom the script lists, or else who is there and whoever speaks newly."""
    before = list(old.characters) if old else []
    if said.characters is None:
        new = _new_speakers(said, old, names)
        found = before + new
    elif _spelled(said.characters, names) == _spelled(before, names):
        return before
    else:
        found = _spelled(said.characters, names)
        new = [name for name in found if name not in _spelled(before, names)]
    for name in new:
        names.introduce(name)
    return found


def _new_speakers(said: Scene, old: StoredScene | None, names: Names) -> list[str]:
    """Who speaks in the script and did not speak before: who was taken out by hand stays out."""
    spoke = (
        {names.name_of(line.speaker) for shot in old.shots for line in shot.lines} if old else set()
    )
    there = {nfc(name) for name in _spelled(old.characters, names)} if old else set()
    speak = (names.name_of(line.speaker) for shot in said.shots for line in shot.dialogue or ())
    return [n for n in dict.fromkeys(speak) if n and n not in spoke and nfc(n) not in there]


def _spelled(listed: Iterable[str], names: Names) -> list[str]:
    return [names.of_cue(name) for name in map(one_line, listed) if name]
