"""The client as a whole: it knows all that the service does, and needs little of it."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, get_type_hints

import httpx2
import pytest
from pydantic import BaseModel

from tests.support.factories import SMALL, png
from tests.support.services import Service
from tower_anime import app
from tower_anime.characters.schemas import CharacterCreate, CharacterUpdate
from tower_anime.client import Health, Tower, Version, fields
from tower_anime.core.settings import Settings
from tower_anime.cuts.schemas import CutUpdate
from tower_anime.engines.schemas import EngineCreate, EngineUpdate
from tower_anime.projects.schemas import ProjectCreate, ProjectUpdate
from tower_anime.renders.schemas import Take
from tower_anime.story.branch_schemas import BranchUpdate
from tower_anime.story.schemas import SceneCreate, SceneUpdate, ShotCreate, ShotUpdate
from tower_anime.workflows.examples import BINDINGS, GRAPH
from tower_anime.workflows.schemas import Binding, WorkflowUpdate

FOUNTAIN = "INT. ROOF - NIGHT\n\nRain.\n\nNANA\n間に合った。\n"


class Noting(httpx2.HTTPTransport):
    """Carries requests, and notes what was called."""

    def __init__(self) -> None:
        super().__init__()
        self.called: set[str] = set()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        path = re.sub(r"/[0-9a-f]{64}(?=/|$)", "/{}", request.url.path)
        self.called.add(f"{request.method} {re.sub(r'/[0-9]+(?=/|$)', '/{}', path)}")
        return super().handle_request(request)


def test_every_call_of_the_service_is_a_method_of_the_client(
    service: Service, tmp_path: Path
) -> None:
    noting = Noting()
    with Tower(service.url, transport=noting) as tower:
        _tell_a_story(tower, tmp_path)
        _try_another_ending(tower)
        _make_a_film(tower, tmp_path)
        _bring_a_workflow(tower)
        _add_a_server(tower)

    document = app.create_app(Settings(data_dir=tmp_path)).openapi()
    documented = {
        f"{method.upper()} {re.sub(r'{[^}]+}', '{}', path)}"
        for path, item in document["paths"].items()
        for method in item
    }
    assert documented - noting.called == set()


def _tell_a_story(tower: Tower, folder: Path) -> None:
    assert tower.health().status == "healthy"
    assert tower.is_ready()
    assert tower.version().name == "tower-anime"
    assert {found.level for found in tower.doctor()} >= {"fine"}
    project = tower.projects.create("Moonlit Delivery")
    project = tower.projects.update(project, description="A courier")
    assert tower.projects.restore(tower.projects.delete(project)).id == project.id
    assert project.id in {found.id for found in tower.projects.list()}
    parcel = tower.projects.export(project, folder)
    assert parcel == folder / "Moonlit Delivery.zip"
    assert tower.projects.import_file(parcel).name == project.name
    example = tower.projects.make_sample()
    [run] = tower.runs.list(project_id=example.id)
    assert tower.runs.cancel(run).project_id == tower.projects.delete(example).id
    assert tower.projects.get(project).description == "A courier"
    hero = tower.characters.create(project.id, "Nana")
    hero = tower.characters.upload_image(hero, io.BytesIO(png()))
    hero = tower.characters.update(hero, prompt="a yellow coat")
    assert [version.version for version in tower.characters.versions(hero)] == [3, 2, 1]
    assert tower.characters.version(hero, 1).prompt is None
    hero = tower.characters.restore_version(hero, 2)
    assert tower.characters.restore(tower.characters.delete(hero)).id == hero.id
    assert tower.characters.get(hero).version == 4
    assert len(list(tower.characters.list(project_id=project.id))) == 1
    assert tower.projects.import_script(project, FOUNTAIN).characters == []
    assert "ROOF" in tower.projects.export_script(project)
    scene = tower.scenes.create(project.id, 7, "A cellar")
    scene = tower.scenes.update(scene, episode=2)
    scene = tower.scenes.restore(tower.scenes.delete(scene))
    assert tower.scenes.get(scene).episode == 2
    shot = tower.shots.restore(tower.shots.delete(tower.shots.create(scene, camera="pan")))
    assert tower.shots.get(shot).camera == "pan"
    assert {found.id for found in tower.scenes.list(project_id=project.id)} > {scene.id}
    assert next(tower.changes.list(project_id=project.id)).subject == "project"
    assert next(tower.changes.follow(after=0, project_id=project.id)).subject == "project"


def _try_another_ending(tower: Tower) -> None:
    project = tower.projects.create("Moonlit Delivery")
    hero = tower.characters.create(project.id, "Nana")
    roof = tower.scenes.create(project.id, 1, "A roof", characters=["Nana"])
    [seen] = tower.characters.appearances(hero)
    assert (seen.scene_id, seen.takes, seen.approved) == (roof.id, [], None)
    assert list(tower.characters.foresee(hero, prompt="a red coat")) == []
    cellar = tower.scenes.create(project.id, 2, "A cellar")
    (main,) = tower.branches.list(project)
    assert tower.branches.get(main).name == "main"
    locked = tower.branches.tag(main, "locked")
    assert list(tower.branches.tags(main)) == [locked]
    alt = tower.branches.fork(project, "alt", source="locked")
    alt = tower.branches.restore(tower.branches.delete(tower.branches.update(alt, name="ending")))
    first, _ = tower.scenes.list(project_id=project.id, branch_name="ending")
    tower.scenes.update(first, description="A tower")
    [difference] = tower.branches.compare(main, alt).scenes
    assert difference.fields["description"].theirs == "A tower"
    assert tower.branches.merge(main, alt).applied
    assert tower.branches.revert(main, "locked").applied
    then = tower.branches.at(main, locked.change_id)
    assert [scene.description for scene in then.scenes] == ["A roof", "A cellar"]
    assert [state.revision for state in tower.scenes.revisions(roof)] == [3, 2, 1]
    assert tower.scenes.restore_revision(roof, 2).description == "A tower"
    *_, change = tower.changes.list(project_id=project.id)
    assert tower.changes.undo(change).text == "Taken back: Scene 1: revision 2 restored"
    assert len(tower.scenes.reorder(project.id, [cellar, roof])) == 2
    *_, change = tower.changes.list(project_id=project.id)
    now = tower.branches.at(main, change)
    assert [scene.id for scene in now.scenes] == [cellar.id, roof.id]
    shot = tower.shots.create(roof, camera="pan")
    (opening, _) = tower.shots.list(roof)
    close, wide = tower.shots.reorder(roof, [shot, opening])
    assert (close.id, wide.id) == (shot.id, opening.id)
    assert tower.shots.update(close, scene_id=cellar.id).scene_id == cellar.id
    assert tower.characters.rename(hero, "Kaguya", branches=[main]).name == "Kaguya"
    assert tower.scenes.get(roof).characters == ["Kaguya"]


def _make_a_film(tower: Tower, folder: Path) -> None:
    project = tower.projects.create("Moonlit Delivery", settings=SMALL)
    scene = tower.scenes.create(project.id, 1, "A roof")
    (shot,) = tower.shots.list(scene)
    shot = tower.shots.update(shot, duration=0.5)
    rendering = tower.projects.render(project)
    assert rendering.run_id is not None
    assert tower.runs.wait(rendering.run_id, timeout=60).counts == {"done": 1}
    assert [run.id for run in tower.runs.list(project_id=project.id)] == [rendering.run_id]
    (take,) = tower.takes.list(run_id=rendering.run_id)
    assert tower.takes.approve(shot, take).approved_take_id == take.id
    cut = tower.cuts.create(project.id, "Episode 1")
    cut = tower.cuts.wait(tower.cuts.assemble(cut), timeout=60)
    assert cut.status == "done"
    film = tower.cuts.download(cut, folder)
    assert film is not None
    assert tower.media.get(str(cut.media_id)).bytes == film.stat().st_size
    assert tower.media.thumbnail(str(cut.media_id))
    assert tower.media.download(str(cut.media_id), io.BytesIO()) is None
    _choose(tower, shot.id, take, film)
    assert list(tower.projects.stale(project)) == []
    [card] = tower.projects.board(project)
    assert card.picture is not None
    [told] = tower.projects.reel(project)
    assert take.id in [shown.take_id for shown in told.takes]
    assert project.id in [known.project_id for known in tower.projects.overview()]
    assert tower.cuts.restore(tower.cuts.delete(tower.cuts.update(cut, name="Pilot"))).id == cut.id
    assert [found.name for found in tower.cuts.list(project_id=project.id)] == ["Pilot"]
    assert [known.shot_id for known in tower.runs.shots(rendering.run_id)] == [shot.id]
    tower.runs.cancel(rendering.run_id)
    assert tower.cuts.cancel(cut).id == cut.id


def _bring_a_workflow(tower: Tower) -> None:
    project = tower.projects.create("Moonlit Delivery")
    workflow = tower.workflows.create("Keyframe", GRAPH, project_id=project.id)
    suggested = tower.workflows.suggest(workflow)
    assert suggested.bindings["prompt"] == [Binding(node="6", input="text")]
    workflow = tower.workflows.bind(workflow, suggested.bindings)
    workflow = tower.workflows.update(workflow, name="Softer", bindings=BINDINGS)
    assert tower.workflows.get(workflow).bindings["output"] == [Binding(node="9")]
    assert all(not engine.problems for engine in tower.workflows.check(workflow))
    workflow = tower.workflows.restore(tower.workflows.delete(workflow))
    still = Path(__file__).parent.parent / "data/comfyui/samples/still.png"
    uploaded = tower.workflows.upload(still, "Still", project_id=project.id)
    assert uploaded.origin == "png"
    assert tower.workflows.read(still).graph == uploaded.graph
    found = tower.workflows.list(project_id=project.id)
    assert [one.id for one in found if one.project_id] == [uploaded.id, workflow.id]


def _add_a_server(tower: Tower) -> None:
    engine = tower.engines.add("http://127.0.0.1:9/whole", name="The big card")
    assert tower.engines.check(engine).status == "offline"
    engine = tower.engines.update(engine, enabled=False)
    assert tower.engines.restore(tower.engines.delete(engine)).id == engine.id
    assert tower.engines.get(engine).name == "The big card"
    assert engine.id in {found.id for found in tower.engines.list()}
    tower.engines.delete(engine.id)


def _choose(tower: Tower, shot_id: int, take: Take, film: Path) -> None:
    assert tower.takes.withdraw(shot_id, "video").approved_take_id is None
    assert tower.takes.reject(take).verdict == "rejected"
    retried = tower.takes.retry(take)
    assert tower.takes.wait(retried, timeout=60).status == "done"
    assert tower.queue.pause().paused
    made = tower.takes.request(shot_id, count=2, run_id=take.run_id)
    assert [moved.id for moved in tower.takes.reorder(reversed(made))] == [made[1].id, made[0].id]
    assert tower.queue.get().queued == 2
    assert not tower.queue.resume().paused
    assert tower.takes.cancel(made[0]).id == made[0].id
    medium = tower.media.upload(film)
    uploaded = tower.takes.upload(shot_id, film)
    assert uploaded.media_id == medium.id
    assert tower.takes.provenance(take).take_id == take.id
    assert {found.id for found in tower.takes.of_shot(shot_id)} > {take.id, uploaded.id}


@pytest.mark.parametrize(
    ("arguments", "schema", "apart"),
    [
        (fields.ProjectFields, ProjectCreate, {"name"}),
        (fields.ProjectChange, ProjectUpdate, set()),
        (fields.CharacterFields, CharacterCreate, {"project_id", "name"}),
        (fields.CharacterChange, CharacterUpdate, set()),
        (fields.EngineFields, EngineCreate, {"url"}),
        (fields.EngineChange, EngineUpdate, set()),
        (fields.SceneFields, SceneCreate, {"project_id", "scene_number", "description"}),
        (fields.SceneChange, SceneUpdate, set()),
        (fields.ShotFields, ShotCreate, set()),
        (fields.ShotChange, ShotUpdate, set()),
        (fields.BranchChange, BranchUpdate, set()),
        (fields.CutChange, CutUpdate, set()),
        (fields.WorkflowChange, WorkflowUpdate, set()),
    ],
)
def test_the_client_takes_every_field_that_the_service_takes(
    arguments: Any, schema: type[BaseModel], apart: set[str]
) -> None:
    assert set(get_type_hints(arguments)) | apart == set(schema.model_fields)


@pytest.mark.parametrize(("ours", "theirs"), [(Health, app.Health), (Version, app.Version)])
def test_what_has_no_schema_apart_from_the_service_reads_alike(
    ours: type[BaseModel], theirs: type[BaseModel]
) -> None:
    assert set(ours.model_fields) == set(theirs.model_fields)


def test_the_client_loads_neither_framework_nor_database() -> None:
    look = (
        "import sys, tower_anime.client;"
        "print([m for m in ('fastapi', 'starlette', 'sqlalchemy', 'av') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
