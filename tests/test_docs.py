"""The documents say what is so."""

from __future__ import annotations

import re
from pathlib import Path

from scripts import reference
from tower_anime.app import create_app
from tower_anime.core.settings import Settings, documentation

ROOT = Path(__file__).parent.parent
GUIDE = sorted((ROOT / "docs/guide").glob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *GUIDE]
_CALL = re.compile(r"(?:\$API|/api/anime)(/[a-z0-9/-]+)")


def test_the_page_of_settings_is_what_the_command_prints() -> None:
    assert (ROOT / "docs/settings.md").read_text() == documentation()


def test_the_reference_is_what_make_docs_makes() -> None:
    pages = {page.name: page.read_text() for page in (ROOT / "docs/reference").glob("*.md")}
    assert pages == reference.pages(reference.document())


def test_every_call_in_the_pages_exists(tmp_path: Path) -> None:
    paths = create_app(Settings(data_dir=tmp_path)).openapi()["paths"]
    known = {re.sub(r"{\w+}", "{}", path) for path in paths}
    said = {(page.name, path) for page in PAGES for path in _CALL.findall(page.read_text())}
    assert {name for name, _ in said} >= {"README.md", "script-to-film.md", "write-a-client.md"}
    unknown = {
        (name, path)
        for name, path in said
        if "/api/anime" + re.sub(r"/\d+", "/{}", path) not in known
    }
    assert not unknown


def test_the_guide_lists_each_of_its_pages() -> None:
    listed = set(re.findall(r"\]\(([a-z-]+\.md)\)", (ROOT / "docs/guide/README.md").read_text()))
    assert listed == {page.name for page in GUIDE} - {"README.md"}


def test_every_link_between_the_pages_leads_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_make_target_in_the_pages_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    said = {
        name
        for page in ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md")
        for name in re.findall(r"(?:^|`)make ([a-z]+)", (ROOT / page).read_text(), re.MULTILINE)
    }
    assert said >= {"demo", "test"}
    assert said <= targets


def test_every_dependency_has_its_reason() -> None:
    project = (ROOT / "pyproject.toml").read_text()
    block = project[project.index("dependencies = [") : project.index("[project.scripts]")]
    asked = {m.lower() for m in re.findall(r'^    "([A-Za-z0-9-]+)', block, re.MULTILINE)}
    reasons = (ROOT / "docs/dependencies.md").read_text()
    assert "fastapi" in asked
    assert not {name for name in asked if not re.search(rf"\b{name}\b", reasons)}
