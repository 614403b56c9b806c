"""The documents say what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tower_anime.app import create_app
from tower_anime.core.settings import Settings, documentation

ROOT = Path(__file__).parent.parent
PAGES = ["README.md", "docs/guide/script-to-film.md"]


def test_the_page_of_settings_is_what_the_command_prints() -> None:
    assert (ROOT / "docs/settings.md").read_text() == documentation()


@pytest.mark.parametrize("page", PAGES)
def test_every_call_in_the_pages_exists(page: str, tmp_path: Path) -> None:
    paths = create_app(Settings(data_dir=tmp_path)).openapi()["paths"]
    text = (ROOT / page).read_text()
    said = set(re.findall(r"(?:\$API|/api/anime)(/[a-z0-9/-]+)", text))
    assert said
    for path in said:
        shape = "/api/anime" + re.sub(r"/\d+", "/{}", path)
        assert shape in {re.sub(r"{\w+}", "{}", known) for known in paths}, path


def test_every_link_between_the_pages_leads_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *(ROOT / "docs").rglob("*.md")]
    for page in pages:
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
