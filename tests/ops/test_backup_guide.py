"""The guide's commands do what the guide says."""

from __future__ import annotations

from pathlib import Path

from tests.ops.backups import data_folder
from tests.support import pages

PAGE = Path(__file__).parents[2] / "docs/guide/backup.md"


def test_the_commands_of_the_guide_save_restore_list_and_check(tmp_path: Path) -> None:
    settings = data_folder(tmp_path / "data", b"moon")
    (tmp_path / "disk").mkdir()
    typed = [
        command.replace("/mnt/disk", str(tmp_path / "disk")).replace("~", str(tmp_path))
        for command in pages.commands(PAGE)
    ]
    assert [command.split()[1] for command in typed] == ["backup", "restore", "backup", "backup"]

    printed = pages.run(typed, tmp_path, TOWER_DATA_DIR=str(settings.data_dir))

    made, restored, place, listed, read, whole = printed.splitlines()
    assert made == restored == listed == read
    assert place == f"It is in {tmp_path / 'restored'} now."
    assert whole == "Every byte of it is what it was."
    assert (tmp_path / "restored/anime.db").is_file()
