"""The commands that call a running service, as people and as programs use them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from rich.cells import cell_len

from tests.support.commands import Tower, as_json, refused, told
from tests.support.factories import SMALL, Json, make_project, make_scene, ok, png
from tests.support.rendering import first_shot, small_project
from tests.support.services import Service

# --- what is shown


def test_json_is_what_the_service_answers(tower: Tower, api: httpx2.Client) -> None:
    project = make_project(api, "竹取物語", metadata={"genre": ["tale", None], "n": 1.5})
    scene = make_scene(api, project, characters=["翁"])
    first_shot(api, scene, dialogue=[{"speaker": "翁", "line": "おや。"}], cast={})

    pid, sid = project["id"], scene["id"]
    for typed, path in (
        (("projects", "show", pid), f"/projects/{pid}"),
        (("scenes", "list", "-p", pid), f"/scenes?project_id={pid}"),
        (("shots", "list", sid), f"/scenes/{sid}/shots"),
        (("branches", "list", pid), f"/projects/{pid}/branches"),
        (("takes", "list", "-p", pid), f"/takes?project_id={pid}"),
        (("changes", "-p", pid), f"/changes?project_id={pid}"),
    ):
        assert as_json(tower(*typed, "--json")) == ok(api.get(path)), path


def test_a_list_is_an_array_also_of_nothing(tower: Tower, api: httpx2.Client) -> None:
    project = make_project(api)

    assert as_json(tower("cuts", "list", "-p", project["id"], "--json")) == []


def test_tables_fit_80_columns_in_japanese_too(tower: Tower, api: httpx2.Client) -> None:
    project = make_project(api, "月へ帰る姫の物語" * 6)
    for number in range(3):
        make_scene(api, project, number, description="竹の中の光。" * 40, characters=["翁", "嫗"])

    projects = told(tower("projects", "list")).splitlines()
    scenes = told(tower("scenes", "list", "-p", project["id"])).splitlines()

    assert max(map(cell_len, [*projects, *scenes])) <= 80
    assert len(projects) > 1
    assert len(scenes) == 4
    starts = {cell_len(line.partition("竹")[0]) for line in scenes[1:]}
    assert starts == {scenes[0].index("description")}


def test_an_id_is_never_cut_short(tower: Tower, api: httpx2.Client) -> None:
    project = make_project(api, "A" * 255, description="b" * 500)

    assert re.search(rf"^{project['id']}  +A", told(tower("projects", "list")), re.MULTILINE)


def test_what_would_steer_a_terminal_is_not_printed(tower: Tower, api: httpx2.Client) -> None:
    project = make_project(api, "a\x1b[31mred\x07 [bold]b[/bold]")

    for shown in (told(tower("projects", "show", project["id"])), told(tower("projects", "list"))):
        assert "\x1b" not in shown
        assert "\x07" not in shown
        assert "[bold]b[/bold]" in shown


# --- what is changed


def test_a_story_is_written_from_the_command_line(tower: Tower, tmp_path: Path) -> None:
    project = as_json(
        tower("projects", "create", "月の使者", "--set", f"settings={json.dumps(SMALL)}", "--json")
    )
    hero = as_json(
        tower("characters", "create", "Nana", "-p", project["id"], "--prompt", "a coat", "--json")
    )
    picture = tmp_path / "nana.png"
    picture.write_bytes(png())
    hero = as_json(tower("characters", "image", "Nana", picture, "-p", project["id"], "--json"))
    scene = as_json(
        tower(
            *("scenes", "create", 3, "A roof", "-p", project["id"]),
            *("--character", "Nana", "--actor", "あな", "--json"),
        )
    )
    line = {"speaker": "Nana", "line": "間に合った。"}
    shot = as_json(
        tower(
            *("shots", "create", scene["id"], "--duration", 0.5, "--camera", "pan"),
            *("--set", f"dialogue={json.dumps([line])}", "--set", "prompt=rain", "--json"),
        )
    )

    assert (project["settings"]["fps"], hero["version"]) == ("12/1", 2)
    assert (scene["scene_number"], scene["characters"]) == (3, ["Nana"])
    assert (shot["duration"], shot["prompt"]) == (0.5, "rain")
    assert shot["dialogue"][0]["line"] == "間に合った。"
    assert "あな" in told(tower("changes", "-p", project["id"]))


def test_a_field_is_emptied_with_null(tower: Tower, api: httpx2.Client) -> None:
    project = make_project(api, description="A courier")

    changed = as_json(
        tower("projects", "update", project["id"], "--set", "description=null", "--json")
    )

    assert changed["description"] is None


def test_what_is_deleted_is_restored_by_its_name(tower: Tower, api: httpx2.Client) -> None:
    name = f"Lost and found {os.urandom(4).hex()}"
    project = make_project(api, name)

    told(tower("projects", "delete", name))
    assert "no project" in refused(tower("projects", "show", name))
    assert as_json(tower("projects", "restore", name, "--json"))["id"] == project["id"]


def test_a_script_comes_in_and_goes_out(tower: Tower, api: httpx2.Client, tmp_path: Path) -> None:
    project = make_project(api)
    script = tmp_path / "pilot.fountain"
    script.write_text("INT. ROOF - NIGHT\n\nRain.\n\nNANA\n間に合った。\n", encoding="utf-8")

    assert "Nothing is written yet" in told(
        tower("script", "import", script, "-p", project["id"], "--dry-run")
    )
    assert ok(api.get(f"/scenes?project_id={project['id']}")) == []
    assert "1 create" in told(tower("script", "import", script, "-p", project["id"]))
    assert "間に合った。" in told(tower("script", "export", project["id"]))
    told(tower("script", "export", project["id"], tmp_path / "pilot.csv"))
    assert (tmp_path / "pilot.csv").read_text(encoding="utf-8").count("間に合った。") == 1


# --- takes and cuts


def test_a_night_of_rendering_from_the_command_line(
    tower: Tower, api: httpx2.Client, tmp_path: Path
) -> None:
    project = small_project(api, f"Night {os.urandom(4).hex()}")
    shot = first_shot(api, make_scene(api, project))

    would = told(tower("render", project["name"], "--dry-run"))
    assert would.startswith("It would render 1 shot")
    waited = tower("render", project["name"], "--wait")
    assert waited.exit_code == 0
    assert "1 take of 1 shot" in waited.stdout
    assert "1 done" in waited.stdout
    assert "Rendering takes" in waited.stderr
    assert told(tower("render", project["name"])) == "There is nothing to render.\n"
    (take,) = as_json(tower("takes", "list", "-p", project["id"], "--json"))
    approved = as_json(tower("takes", "approve", take["id"], "--json"))
    assert (approved["id"], approved["approved_take_id"]) == (shot["id"], take["id"])
    withdrawn = as_json(tower("takes", "withdraw", shot["id"], "--json"))
    assert withdrawn["approved_take_id"] is None
    assert tower("takes", "withdraw", shot["id"]).exit_code == 1
    as_json(tower("takes", "approve", take["id"], "--json"))
    cut = as_json(tower("cuts", "create", project["name"], "Episode 1", "--json"))
    made = tower("cuts", "assemble", cut["id"], "--wait", "--json")
    assert json.loads(made.stdout)["status"] == "done"
    path = Path(told(tower("cuts", "download", cut["id"], tmp_path)).strip())
    assert path.parent == tmp_path
    assert b"ftyp" in path.read_bytes()[:12]


def test_a_failed_take_fails_the_wait(tower: Tower, api: httpx2.Client) -> None:
    project = small_project(api)
    shot = first_shot(api, make_scene(api, project), duration=30)
    (take,) = ok(api.post(f"/shots/{shot['id']}/takes", json={}))
    ok(api.post(f"/takes/{take['id']}/cancel"))

    ended = tower("takes", "wait", take["id"], "--json")

    assert ended.exit_code == 1
    assert json.loads(ended.stdout)["status"] == "cancelled"
    assert f"Take {take['id']} cancelled" in ended.stderr


def test_changes_are_followed_one_a_line(tower: Tower, api: httpx2.Client) -> None:
    project = make_project(api)
    for number in range(3):
        make_scene(api, project, number)
    logged: list[Json] = ok(api.get(f"/changes?project_id={project['id']}"))

    followed = tower(
        *("changes", "--follow", "--after", 0, "--limit", len(logged)),
        *("-p", project["id"], "--json"),
    )

    assert [json.loads(line) for line in told(followed).splitlines()] == logged


# --- what goes wrong


def test_names_that_are_not_unique_are_told_with_their_ids(
    tower: Tower, api: httpx2.Client
) -> None:
    name = f"Twice {os.urandom(4).hex()}"
    ids = [make_project(api, name)["id"] for _ in range(2)]

    sentence = refused(tower("projects", "show", name))

    assert all(str(project_id) in sentence for project_id in ids)


def test_a_name_is_found_in_either_normal_form(tower: Tower, api: httpx2.Client) -> None:
    suffix = os.urandom(4).hex()
    project = make_project(api, f"Am\u00e9lie {suffix}")

    found = as_json(tower("projects", "show", f"Ame\u0301lie {suffix}", "--json"))

    assert found["id"] == project["id"]


def test_a_refusal_is_one_sentence(tower: Tower) -> None:
    assert refused(tower("scenes", "show", 2**40)) == "Scene not found\n"
    assert "name" in refused(tower("projects", "create", ""))


def test_a_field_that_a_row_has_not_is_wrong_usage(tower: Tower) -> None:
    assert "no field 'colour'" in refused(tower("scenes", "update", 1, "--set", "colour=1"), 2)
    assert "FIELD=VALUE" in refused(tower("scenes", "update", 1, "--set", "colour"), 2)
    assert "at least one" in refused(tower("scenes", "update", 1), 2)
    assert "--limit" in refused(tower("takes", "list", "--limit", -1), 2)


def test_a_file_that_is_not_there_is_told_by_its_name(tower: Tower) -> None:
    assert "no.png: No such file" in refused(tower("media", "upload", "no.png"))


def test_without_a_service_it_says_how_to_start_one(tower: Tower) -> None:
    sentence = refused(tower("projects", "list", "--url", "http://127.0.0.1:1"))

    assert "http://127.0.0.1:1" in sentence
    assert "tower-anime serve" in sentence


def run(*typed: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`tower-anime` as a process of its own."""
    return subprocess.run(
        [Path(sys.executable).with_name("tower-anime"), *typed],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_terminal_without_japanese_shows_what_it_can_and_programs_get_all(
    service: Service, api: httpx2.Client
) -> None:
    project = make_project(api, "月の使者")
    terminal = {"TOWER_URL": service.url, "PYTHONIOENCODING": "latin-1"}

    shown = run("projects", "show", str(project["id"]), **terminal)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "????" in shown.stdout
    data = run("projects", "show", str(project["id"]), "--json", **terminal)
    assert json.loads(data.stdout) == ok(api.get(f"/projects/{project['id']}"))


@pytest.mark.parametrize("typed", [("--help",), ("projects", "list"), ("config",)])
def test_output_that_nobody_takes_is_no_traceback(service: Service, typed: tuple[str, ...]) -> None:
    environment = {**os.environ, "TOWER_URL": service.url}
    program = [Path(sys.executable).with_name("tower-anime"), *typed]
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed, Path("/dev/full").open("wb") as full:
        for taker in (closed, full):
            done = subprocess.run(
                program, env=environment, stdout=taker, stderr=subprocess.PIPE, check=False
            )
            assert done.returncode == 1
            assert b"Traceback" not in done.stderr
            assert b"Exception" not in done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_it(shell: str) -> None:
    shown = run("--show-completion", shell, _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")

    assert shown.returncode == 0, shown.stderr
    assert "complet" in shown.stdout


def test_project_names_are_completed(service: Service, api: httpx2.Client) -> None:
    name = f"Zeta{os.urandom(4).hex()}"
    make_project(api, name)

    for typed in (f"show {name[:6]}", f"update --url {service.url} {name[:6]}"):
        words = f"tower-anime projects {typed}"
        found = run(
            _TOWER_ANIME_COMPLETE="complete_bash",
            TOWER_URL=service.url if "--url" not in typed else "http://127.0.0.1:1",
            COMP_WORDS=words,
            COMP_CWORD=str(len(words.split()) - 1),
        )
        assert found.stdout.split() == [name], found.stderr


def test_without_a_service_nothing_is_completed_and_nothing_said() -> None:
    found = run(
        _TOWER_ANIME_COMPLETE="complete_bash",
        TOWER_URL="http://127.0.0.1:1",
        COMP_WORDS="tower-anime projects show Z",
        COMP_CWORD="3",
    )
    assert (found.stdout.strip(), found.stderr) == ("", "")


def test_help_loads_neither_service_nor_client() -> None:
    look = (
        "import sys\nfrom typer.testing import CliRunner\nfrom tower_anime.cli.main import app\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0\n"
        "print([m for m in ('sqlalchemy', 'fastapi', 'httpx2', 'tower_anime.client', 'pydantic',"
        " 'rich', 'filelock') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
