"""A file that is no whole export is refused with one sentence, and nothing of it stays."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.parcel.productions import exported, sent, unzipped
from tests.support.factories import Json, make_character, ok, png
from tests.support.rendering import approved, small_project, small_shot
from tests.support.services import Service, serving
from tower_anime.renders.manifest import hash_of

Files = dict[str, bytes]
Damage = Callable[[Files], None]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of these tests' own, which accepts 2 MB."""
    with serving(tmp_path_factory.mktemp("hostile"), max_import_bytes=2_000_000) as running:
        yield running


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """What is in a good file, made in another studio."""
    with serving(tmp_path_factory.mktemp("good")) as running:
        project = small_project(running.api)
        hero = make_character(running.api, project)
        image = {"file": ("hero.png", png(), "image/png")}
        ok(running.api.post(f"/characters/{hero['id']}/image", files=image))
        approved(running.api, small_shot(running.api, project), seed=1)
        return unzipped(exported(running.api, project))


def zipped(files: Files, compression: int | None = None) -> bytes:
    """Files as an export packs them."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for path, content in files.items():
            is_table = path.startswith("tables/")
            usual = zipfile.ZIP_DEFLATED if is_table else zipfile.ZIP_STORED
            archive.writestr(path, content, usual if compression is None else compression)
    return target.getvalue()


def rewrite(files: Files, name: str, change: Callable[[list[Json]], None]) -> None:
    """Change a table's rows, and its hash in the manifest with them: a careful enemy."""
    path = f"tables/{name}.jsonl"
    rows = [json.loads(line) for line in files[path].splitlines()]
    change(rows)
    files[path] = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    told = json.loads(files["manifest.json"])
    digest = hashlib.sha256(files[path]).hexdigest()
    told["tables"][name] = {"rows": len(rows), "bytes": len(files[path]), "sha256": digest}
    files["manifest.json"] = json.dumps(told).encode()


def manifest(files: Files, **fields: Any) -> None:
    files["manifest.json"] = json.dumps({**json.loads(files["manifest.json"]), **fields}).encode()


def medium_of(files: Files) -> str:
    return next(path for path in files if path.startswith("media/"))


def setting(name: str, field: str, value: object) -> Damage:
    """Damage that writes a value into the first row of a table."""
    return lambda files: rewrite(files, name, lambda rows: rows[0].update({field: value}))


def without(path: str) -> Damage:
    return lambda files: files.__delitem__(path) if path in files else None


def another_medium(files: Files) -> None:
    files[medium_of(files)] = b"other bytes"


def no_picture(files: Files) -> None:
    """A medium whose hash is right, and that is none."""
    page = b"<script>alert(1)</script>"
    named = hashlib.sha256(page).hexdigest()
    files[f"media/{named}"] = page

    def add(rows: list[Json]) -> None:
        rows.append({**rows[0], "id": named, "bytes": len(page)})

    rewrite(files, "media", add)
    told = json.loads(files["manifest.json"])
    count, size = told["media_count"] + 1, told["media_bytes"] + len(page)
    manifest(files, media_count=count, media_bytes=size)


def bomb(files: Files) -> None:
    """A table that unpacks to a thousand times its size, and says so."""
    rewrite(files, "characters", lambda rows: rows[0].update({"description": "a" * 3_000_000}))


def quiet_bomb(files: Files) -> None:
    """One that does not say so."""
    files["tables/characters.jsonl"] += b" " * 50_000_000


def planned(change: Callable[[Json], object]) -> Damage:
    """Damage to the plan of the first take."""
    return lambda files: rewrite(files, "takes", lambda rows: change(rows[0]["plan"]))


def of_other_hashes(plan: Json) -> None:
    plan["hashes"]["camera"] = "0" * 64


def of_another_picture(plan: Json) -> None:
    """Parts and hashes that agree, under the digest of others."""
    part = plan["parts"]["camera"] = "another"
    plan["hashes"]["camera"] = hash_of(part)


EMPTY = {"engine": "animatic", "parts": {}, "labels": [], "hashes": {"workflow": 5}}
PIECES = {"prompt": [["character:Hero", "prompt", "a coat", "x"]]}

DAMAGES: dict[str, tuple[Damage, str]] = {
    "a table is missing": (without("tables/scenes.jsonl"), "not the files that it says"),
    "the manifest is missing": (without("manifest.json"), "no export of a project"),
    "a row was changed": (
        lambda f: f.update(
            {"tables/scenes.jsonl": f["tables/scenes.jsonl"].replace(b"roof", b"door")}
        ),
        "table scenes is damaged",
    ),
    "a medium was changed": (another_medium, "is damaged"),
    "another file is in it": (
        lambda f: f.update({"tables/../../../etc/cron.d/x": b"* * * * *"}),
        "not the files that it says",
    ),
    "a path leads out": (
        lambda f: f.update({"media/../../anime.db": f.pop(medium_of(f))}),
        "which no export has",
    ),
    "an absolute path": (
        lambda f: f.update({"/etc/passwd": f.pop(medium_of(f))}),
        "which no export has",
    ),
    "a newer format": (lambda f: manifest(f, version=2), "version 2 of the format"),
    "another format": (lambda f: manifest(f, format="zip"), "not one that an export writes"),
    "a bomb": (bomb, "are accepted"),
    "a bomb that lies": (quiet_bomb, "larger than it says"),
    "a medium that is none": (no_picture, "is refused"),
    "an unknown take": (
        setting("shots", "approved_take_id", 99),
        "the take 99, which is not in it",
    ),
    "a scene of no branch": (setting("scenes", "branch_id", 99), "the branch 99"),
    "a number that is text": (setting("scenes", "scene_number", "one"), "as scene_number"),
    "a number beyond all": (setting("scenes", "scene_number", 2**40), "as scene_number"),
    "no name": (setting("projects", "name", None), "lacks a value of name"),
    "settings that are none": (setting("projects", "settings", {"width": "wide"}), "no project"),
    "a dialogue that is none": (setting("shots", "dialogue", {"a": 1}), "no shot"),
    "a plan that is none": (setting("takes", "plan", [1, 2]), "plan that is none"),
    "a plan of nothing": (setting("takes", "plan", EMPTY), "a plan that is none"),
    "a digest of no plan": (setting("takes", "plan", None), "a digest alone"),
    "a plan of no digest": (setting("takes", "digest", None), "without its digest"),
    "hashes of other parts": (planned(of_other_hashes), "other hashes than its parts"),
    "a digest of another plan": (planned(of_another_picture), "another digest"),
    "a version that is none": (
        planned(lambda plan: plan["labels"].update({"character:Hero": "x"})),
        "a plan that is none",
    ),
    "a piece of no version": (
        planned(lambda plan: plan.update(sources=PIECES)),
        "a plan that is none",
    ),
    "frames that are words": (
        planned(lambda plan: plan["parts"].update(frames="many")),
        "a plan that is none, by its parts.frames",
    ),
    "a take that runs": (setting("takes", "status", "running"), "is 'running'"),
    "an unknown column": (setting("shots", "sql", "DROP TABLE"), "not the columns"),
    "a page as a picture": (setting("media", "mime", "text/html"), "as mime"),
    "a picture that no proof finds": (setting("media", "mime", "image/x-icon"), "as mime"),
    "a history of nothing": (setting("revisions", "subject_id", 99), "which is not in it"),
    "a state that is none": (setting("revisions", "document", "scene"), "a state that is none"),
    "a row twice": (
        lambda f: rewrite(f, "scenes", lambda rows: rows.append(rows[0])),
        "not in order",
    ),
    "two projects": (
        lambda f: rewrite(f, "projects", lambda rows: rows.append({**rows[0], "id": 99})),
        "not of one project",
    ),
    "two branches of one name": (
        lambda f: rewrite(f, "branches", lambda rows: rows.append({**rows[0], "id": 99})),
        "two of its branches",
    ),
}


def kept(studio: Service) -> tuple[list[Path], list[Json], int]:
    """All that an import could leave behind: files, projects, changes."""
    media = sorted(p for p in (studio.data_dir / "media").rglob("*") if p.is_file())
    changes = studio.api.get("/changes", params={"limit": 1, "count": True})
    return media, ok(studio.api.get("/projects")), int(changes.headers["X-Total-Count"])


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_or_hostile_file_is_refused_whole(
    studio: Service, whole: Files, name: str
) -> None:
    damage, sentence = DAMAGES[name]
    files = dict(whole)
    damage(files)
    before = kept(studio)

    answer = sent(studio.api, zipped(files))

    assert answer.status_code in {413, 422}, answer.text
    assert sentence in answer.json()["detail"]
    assert kept(studio) == before


@pytest.mark.parametrize("cut", [0, 1, 100, 5_000, -1, -30, -2_000])
def test_a_file_that_was_cut_off_is_refused(studio: Service, whole: Files, cut: int) -> None:
    before = kept(studio)
    assert sent(studio.api, zipped(whole)[:cut]).status_code == 422
    assert kept(studio) == before


def test_media_that_are_compressed_are_refused(studio: Service, whole: Files) -> None:
    answer = sent(studio.api, zipped(whole, zipfile.ZIP_DEFLATED))
    assert answer.status_code == 422


def test_a_list_of_millions_is_refused_before_it_is_read(studio: Service) -> None:
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, 500_000_000, 0, 0)
    answer = sent(studio.api, b"\0" * 1000 + end)
    assert answer.status_code == 422
    assert "list of the file's contents" in answer.json()["detail"]


@pytest.mark.parametrize("apart", [0, 100])
def test_a_list_of_millions_that_only_the_64_bit_record_tells_is_refused(
    studio: Service, apart: int
) -> None:
    """Readers obey the record also where the 32-bit size is a plain number."""
    place = 1000
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, 500_000_000, 0)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, place, 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, 46, 0, 0)
    answer = sent(studio.api, b"\0" * place + record + b"\0" * apart + locator + end)
    assert answer.status_code == 422
    assert "list of the file's contents" in answer.json()["detail"]


def test_what_a_file_says_of_bytes_that_it_lacks_ends_once_they_come(
    studio: Service, whole: Files
) -> None:
    files, picture = dict(whole), png(50, 40)
    named = hashlib.sha256(picture).hexdigest()
    invented = {"mime": "video/mp4", "kind": "video", "width": 1, "height": 1, "fps": "9/1"}
    lacking = {**invented, "id": named, "present": False, "bytes": 1, "frames": 9, "duration": 60.0}
    rewrite(files, "media", lambda rows: rows.append({**rows[0], **lacking, "has_audio": True}))
    ok(sent(studio.api, zipped(files)))
    assert ok(studio.api.get(f"/media/{named}"))["mime"] == "video/mp4"

    upload = {"file": ("moon.png", picture, "image/png")}
    found = ok(studio.api.post("/media", files=upload))

    assert (found["id"], found["mime"], found["kind"]) == (named, "image/png", "image")
    assert (found["width"], found["height"], found["bytes"]) == (50, 40, len(picture))
    assert (found["duration"], found["fps"], found["has_audio"]) == (None, None, False)
    assert found["present"] is True


def test_a_file_beyond_the_bound_is_refused(studio: Service) -> None:
    assert sent(studio.api, b"\0" * 2_000_001).status_code == 413


def test_the_good_file_is_still_taken(studio: Service, whole: Files) -> None:
    assert ok(sent(studio.api, zipped(whole)))["name"] == "Moonlit Delivery"


def test_nothing_is_taken_where_there_is_no_room(tmp_path: Path, whole: Files) -> None:
    with serving(tmp_path, min_free_bytes=2**60) as full:
        assert sent(full.api, zipped(whole)).status_code == 507
        assert ok(full.api.get("/projects")) == []


def test_a_body_that_is_no_upload_is_refused(studio: Service) -> None:
    answer: httpx2.Response = studio.api.post("/projects/import", json={})
    assert answer.status_code == 422
