"""The verbs of scripts: tell what one would do, do it, and write one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from pydantic import ValidationError

from tower_anime.characters import service as characters
from tower_anime.characters.schemas import CharacterCreate
from tower_anime.core.database import Reader, Transaction, commits_alone
from tower_anime.core.errors import Unprocessable
from tower_anime.core.shown import Shown
from tower_anime.core.sql import Row
from tower_anime.projects import service as projects
from tower_anime.story.branches import named
from tower_anime.story.schemas import SceneUpdate, ShotCreate
from tower_anime.story.script import stored
from tower_anime.story.script.formats import FORMATS
from tower_anime.story.script.model import Script, unix
from tower_anime.story.script.plan import plan
from tower_anime.story.script.schemas import (
    FieldChange,
    LeftOutText,
    SceneOutcome,
    ScriptImport,
    ScriptOutcome,
    ShotOutcome,
)
from tower_anime.story.script.steps import Plan, SceneStep, ShotStep, Step
from tower_anime.story.script.writing import write_scene

MOST_SHOTS = 50_000


def read(given: ScriptImport) -> Script:
    """The script in a text. Raises `Unprocessable`, whose sentence names the line."""
    text = unix(given.text.removeprefix("\ufeff"))  # a byte order mark, as spreadsheets write it
    script = FORMATS[given.format].read(text, given.episode)
    if sum(len(scene.shots) for scene in script.scenes) > MOST_SHOTS:
        raise Unprocessable(f"A script has at most {MOST_SHOTS:,} shots.")
    for scene in script.scenes:
        number = scene.number.value if scene.number else None
        place = {"scene_number": number, "episode": scene.episode}
        names = {"description": scene.description, "characters": scene.characters}
        _check(scene.source, SceneUpdate, {**place, **names})
        for shot in scene.shots:
            lines = [{"speaker": said.speaker, "line": said.line} for said in shot.dialogue or ()]
            number = shot.number.value if shot.number else None
            said = {"shot_number": number, "dialogue": lines, **shot.said}
            _check(shot.source, ShotCreate, {**said, "description": shot.description or ""})
    return script


def _check(line: int, schema: type[SceneUpdate | ShotCreate], values: Row) -> None:
    try:
        schema.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise Unprocessable(f"Line {line}: {name}: {first['msg']}.") from error


def preview(reader: Reader, project_id: int, given: ScriptImport, script: Script) -> str:
    """What a script would make and change, as JSON. Raises `NotFound` for no such project."""
    return _outcome(given, script, _plan(reader, project_id, given, script))


@commits_alone
def apply(tx: Transaction, project_id: int, given: ScriptImport, script: Script) -> Shown:
    """Read a script into a branch: all of it, or nothing. Raises `NotFound`, `Unprocessable`."""
    planned = _plan(tx, project_id, given, script)
    for name in planned.characters:
        characters.create(tx, _character(project_id, name))
    done = [write_scene(tx, project_id, given.branch_name, step) for step in planned.scenes]
    return Shown(_outcome(given, script, replace(planned, scenes=tuple(done))))


def _character(project_id: int, name: str) -> CharacterCreate:
    try:
        return CharacterCreate(project_id=project_id, name=name)
    except ValidationError as error:
        raise Unprocessable(f"{name[:50]!r} is no name of a character.") from error


def _plan(reader: Reader, project_id: int, given: ScriptImport, script: Script) -> Plan:
    projects.find(reader, project_id)
    known = stored.names_of(characters.of_names(reader, project_id))
    there = stored.of_branch(reader, project_id, given.branch_name)
    return plan(script, there, known)


def export(
    reader: Reader, project_id: int, branch_name: str, format_name: str, episode: int | None
) -> str:
    """A branch as a script, or one episode of it. Raises `NotFound`."""
    title = projects.find(reader, project_id)["name"]
    named(reader, project_id, branch_name)
    there = stored.of_branch(reader, project_id, branch_name)
    if episode is not None:
        there = [scene for scene in there if scene.episode == episode]
    return FORMATS[format_name].write(stored.script_of(there).scenes, title)


def _outcome(given: ScriptImport, script: Script, planned: Plan) -> str:
    counts = Counter(step.action for step in planned.scenes)
    left_out = [LeftOutText(line=o.line, what=o.what, text=o.text) for o in script.left_out]
    outcome = ScriptOutcome(
        dry_run=given.dry_run,
        branch_name=given.branch_name,
        counts={a: counts[a] for a in ("create", "update", "unchanged", "kept")},
        characters=list(planned.characters),
        scenes=[_scene_outcome(step) for step in planned.scenes],
        left_out=left_out,
    )
    return outcome.model_dump_json()


def _scene_outcome(step: SceneStep) -> SceneOutcome:
    shots = [shot for shot in step.shots if shot.action != "unchanged"]
    return SceneOutcome(
        action=step.action,
        scene_id=step.id,
        scene_number=step.number,
        episode=step.episode,
        line=step.source,
        fields=_fields(step),
        shots=[_shot_outcome(shot) for shot in shots],
    )


def _shot_outcome(step: ShotStep) -> ShotOutcome:
    return ShotOutcome(
        action=step.action,
        shot_id=step.id,
        shot_number=step.number,
        line=step.source,
        fields=_fields(step),
        carries=list(step.carries),
    )


def _fields(step: Step) -> dict[str, FieldChange]:
    return {
        name: FieldChange(before=step.before.get(name), after=value)
        for name, value in step.after.items()
        if name != "position"
    }
