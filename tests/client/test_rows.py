"""Rows as the client makes, lists, changes and loses them."""

from __future__ import annotations

import httpx2
import pytest

from tests.support.factories import make_project, ok
from tests.support.services import Service
from tower_anime.client import (
    Conflict,
    NotFound,
    PreconditionFailed,
    Refused,
    Tower,
)
from tower_anime.projects.schemas import Project, ProjectSettings, Style
from tower_anime.story.schemas import Casting, Line


def test_a_row_comes_back_as_the_domain_s_own_schema(tower: Tower) -> None:
    project = tower.projects.create(name="竹取物語", metadata={"genre": ["tale", None]})

    assert isinstance(project, Project)
    assert project.name == "竹取物語"
    assert project.metadata == {"genre": ["tale", None]}
    assert tower.projects.get(project.id) == project


def test_of_settings_only_what_was_said_is_sent(tower: Tower) -> None:
    settings = ProjectSettings(fps="25/1", style=Style(prompt="ink"))
    project = tower.projects.create("Moonlit Delivery", settings=settings)

    changed = tower.projects.update(project, settings=ProjectSettings(width=640))

    assert changed.settings.width == 640
    assert changed.settings.fps == "25/1"
    assert changed.settings.style.prompt == "ink"


def test_models_are_taken_wherever_a_row_holds_them(tower: Tower) -> None:
    project = tower.projects.create("Moonlit Delivery")
    tower.characters.create(project.id, "Nana")
    scene = tower.scenes.create(project.id, 1, "A roof", characters=["Nana"])
    (first,) = tower.shots.list(scene)

    shot = tower.shots.update(
        first,
        duration=2.5,
        dialogue=[Line(speaker="Nana", line="間に合った。")],
        cast={"Nana": Casting(version=1)},
    )

    assert shot.duration == 2.5
    assert [line.line for line in shot.dialogue] == ["間に合った。"]
    assert shot.cast["Nana"].version == 1
    back = tower.shots.update(shot, dialogue=shot.dialogue, cast=shot.cast)
    assert (back.dialogue, back.cast) == (shot.dialogue, shot.cast)


def test_a_list_goes_on_over_its_pages(tower: Tower) -> None:
    project = tower.projects.create("Many scenes")
    for number in range(7):
        tower.scenes.create(project.id, number, "A roof")

    found = [scene.scene_number for scene in tower.scenes.list(project_id=project.id, limit=3)]

    assert found == list(range(7))


def test_a_list_asks_for_a_page_only_when_it_is_needed(tower: Tower) -> None:
    project = tower.projects.create("Many scenes")
    for number in range(4):
        tower.scenes.create(project.id, number, "A roof")
    scenes = tower.scenes.list(project_id=project.id, limit=2)

    first, second = next(scenes), next(scenes)
    for scene in tower.scenes.list(project_id=project.id):
        if scene.id not in (first.id, second.id):
            tower.scenes.delete(scene)

    assert list(scenes) == []


def test_a_row_that_somebody_changed_is_not_written_over(tower: Tower) -> None:
    project = tower.projects.create("Moonlit Delivery")
    scene = tower.scenes.create(project.id, 1, "A roof")
    with Tower(tower.url, actor="Ana") as another:
        another.scenes.update(scene, description="A cellar")

    with pytest.raises(PreconditionFailed, match="Ana"):
        tower.scenes.update(scene, description="A tower")
    with pytest.raises(PreconditionFailed):
        tower.scenes.delete(scene)

    assert tower.scenes.get(scene).description == "A cellar"
    assert tower.scenes.update(scene.id, description="A tower").description == "A tower"


def test_an_id_with_a_revision_insists_on_it(tower: Tower) -> None:
    project = tower.projects.create("Moonlit Delivery")
    changed = tower.projects.update(project.id, if_match=project.revision, status="finished")

    with pytest.raises(PreconditionFailed):
        tower.projects.update(project.id, if_match=project.revision, status="active")

    assert tower.projects.get(project).revision == changed.revision


def test_a_shot_that_somebody_changed_is_not_written_over(tower: Tower) -> None:
    project = tower.projects.create("Moonlit Delivery")
    scene = tower.scenes.create(project.id, 1, "A roof")
    (shot,) = tower.shots.list(scene)
    tower.shots.update(shot, camera="pan")

    with pytest.raises(PreconditionFailed):
        tower.shots.update(shot, camera="tilt")


def test_what_is_deleted_lies_in_the_trash_and_comes_back(tower: Tower) -> None:
    project = tower.projects.create("Moonlit Delivery")
    hero = tower.characters.create(project.id, "Hero")

    tower.characters.delete(hero)

    with pytest.raises(NotFound):
        tower.characters.get(hero)
    (lost,) = tower.characters.list(project_id=project.id, deleted=True)
    assert tower.characters.restore(lost).deleted_at is None
    assert tower.characters.get(hero).name == "Hero"


def test_a_refusal_names_the_field(tower: Tower) -> None:
    with pytest.raises(Refused) as caught:
        tower.projects.create("")

    assert caught.value.status == 422
    assert caught.value.fields[0]["loc"][-1] == "name"
    assert str(caught.value).startswith("name: ")


def test_a_problem_tells_its_request(tower: Tower) -> None:
    with pytest.raises(NotFound) as caught:
        tower.projects.get(2**40)

    assert caught.value.status == 404
    assert caught.value.detail == str(caught.value) == "Project not found"
    assert caught.value.request_id


def test_a_conflict_is_one(tower: Tower) -> None:
    project = tower.projects.create("Moonlit Delivery")
    scene = tower.scenes.create(project.id, 1, "A roof")
    (only,) = tower.shots.list(scene)

    with pytest.raises(Conflict):
        tower.shots.delete(only)


def test_the_change_log_names_the_actor_as_written(service: Service, tower: Tower) -> None:
    with Tower(service.url, actor="かぐや\n姫 Ünal") as named:
        project = named.projects.create("Moonlit Delivery")

    assert {change.actor for change in tower.changes.list(project_id=project.id)} == {
        "かぐや姫 Ünal"
    }


def test_text_that_no_database_keeps_is_refused_by_the_service(tower: Tower) -> None:
    for text in ("half \ud800", "nul \0"):
        with pytest.raises(Refused):
            tower.projects.create(text)


def test_an_address_needs_no_scheme(service: Service, api: httpx2.Client) -> None:
    project = make_project(api)
    with Tower(service.url.removeprefix("http://") + "/") as tower:
        assert tower.projects.get(project["id"]).model_dump(exclude_unset=True) == ok(
            api.get(f"/projects/{project['id']}")
        )
