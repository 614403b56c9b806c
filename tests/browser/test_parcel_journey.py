"""Journeys of whole productions: one that the studio makes, and one that goes out and comes in."""

from __future__ import annotations

import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.support.factories import make_character, make_scene, ok, png
from tests.support.rendering import approved, first_shot, small_project
from tests.support.services import Service
from tower_anime import sample

NAME = sample.load()["project"]["name"]


def test_an_empty_studio_makes_a_film_while_one_watches(studio: Service, new_page: NewPage) -> None:
    page, other = new_page(), new_page()
    other.goto("/")
    page.goto("/")

    page.get_by_role("button", name="Make the sample production").click()

    expect(page.get_by_text(f"{NAME} is here")).to_be_visible()
    expect(page.locator("article").first).to_be_visible()
    expect(page.locator("article img").first).to_be_visible()  # a first take is drawn
    expect(other.get_by_role("heading", name=NAME)).to_be_visible()  # somebody else sees it too


def test_a_project_goes_out_as_a_file_and_comes_in_again(
    studio: Service, page: Page, tmp_path: Path
) -> None:
    project = small_project(studio.api, "Clockwork Koi")
    make_character(studio.api, project, "Nana")
    approved(studio.api, first_shot(studio.api, make_scene(studio.api, project)))
    page.goto("/")
    page.get_by_role("button", name="More").click()
    with page.expect_download() as started:
        page.get_by_role("menuitem", name="Export").click()
    parcel = tmp_path / started.value.suggested_filename
    started.value.save_as(parcel)
    assert parcel.name == "Clockwork Koi.zip"
    assert zipfile.ZipFile(parcel).testzip() is None
    ok(studio.api.delete(f"/projects/{project['id']}"))
    expect(page.get_by_role("heading", name="No production yet")).to_be_visible()

    page.get_by_label("Import a project").set_input_files([parcel])

    expect(
        page.get_by_text("Clockwork Koi is here, with all that was in its file.")
    ).to_be_visible()
    expect(page.locator("article")).to_contain_text("Night, a roof")
    expect(page.get_by_title("Approved")).to_be_visible()
    page.get_by_role("link", name="Tower Anime").click()
    expect(page.get_by_role("heading", name="Clockwork Koi")).to_be_visible()


def test_a_file_that_is_none_is_refused_in_a_sentence(
    studio: Service, page: Page, said: list[str], tmp_path: Path
) -> None:
    picture = tmp_path / "koi.zip"
    picture.write_bytes(png())
    small_project(studio.api, "Clockwork Koi")
    page.goto("/")
    page.get_by_label("Import a project").set_input_files([picture])
    expect(page.get_by_text("The file is no ZIP, or its end is missing.")).to_be_visible()
    expect(page.get_by_label("Import a project")).to_be_attached()
    assert len(ok(studio.api.get("/projects"))) == 1
    said.clear()  # the browser itself tells of an answer that is a refusal
