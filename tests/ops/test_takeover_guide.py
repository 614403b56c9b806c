"""The guide's commands do what the guide says."""

from __future__ import annotations

from pathlib import Path

from tests.ops.first_service import sample
from tests.support import pages
from tests.support.services import Service
from tower_anime.core.opening import DATABASE_FILE

PAGE = Path(__file__).parents[2] / "docs/guide/take-over.md"


def test_the_commands_of_the_guide_take_over_an_old_database_and_go_back(tmp_path: Path) -> None:
    old = sample(tmp_path / "old")
    before = old.read_bytes()
    data_dir = tmp_path / "anime"
    typed = [
        command.replace("/opt/tower-anime-production", str(old.parent)).replace("~", str(tmp_path))
        for command in pages.commands(PAGE)
    ]
    serve = typed.index(f"tower-anime serve --data-dir {data_dir}")
    copying, running = typed[:serve], typed[serve + 1 :]

    assert "is the first service's; the next start takes it over." in pages.run(copying, tmp_path)

    service = Service(data_dir).start()
    try:
        answered, told, as_json, every_byte, nothing = (
            pages.run([command.replace("http://127.0.0.1:8321", service.url)], tmp_path)
            for command in running
        )
    finally:
        service.stop()
    assert "夜明けの配達人" in answered
    for printed in (told, as_json, every_byte):
        assert "[broken" in printed
    assert nothing == ""
    assert any(str(data_dir / f"{DATABASE_FILE}.before-adoption") in line for line in service.log)
    assert old.read_bytes() == before
