"""Takes the pictures of the studio's views that the guide shows: `python -m scripts.pictures`.

They show the sample production: made by the demo, told to another end on a branch, with a scene
that both branches have changed, and with a workflow that two simulated ComfyUI servers can run.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, expect

from benchmarks import service
from benchmarks.browser import browsing
from tower_anime import sample
from tower_anime.cli.demo_comfyui import WORKFLOW
from tower_anime.client import Tower
from tower_anime.simulator.handle import running

SIZE = (1440, 900)
IMAGES = Path(__file__).parent.parent / "docs/images"
OTHER = "another-ending"
SCENE = 4  # that is shown by itself, of those of main, from 0
PATIENCE = 120.0  # seconds until a take that is not drawn has failed to be

# Each view: its address, and what is there once it can be looked at.
VIEWS = {
    "projects": ("/", "article"),
    "board": ("/projects/1", "article .words"),
    "scene": ("/projects/1/scenes/{scene}", "video"),
    "story": ("/projects/1/story?branch=another-ending", "svg"),
    "compare": ("/projects/1/story/compare/{ours}/{theirs}", "ins"),
    "merge": ("/projects/1/story/compare/{ours}/{theirs}/merge", "mark"),
    "characters": ("/projects/1/characters", "main li img"),
    "character": ("/projects/1/characters/1", "main img"),
    "workflows": ("/projects/1/workflows", "main li, main article"),
    "workflow": ("/projects/1/workflows/{workflow}", ".vue-flow__node"),
    "cut": ("/projects/1/cut", "main [role=option]"),
    "morning": ("/projects/1/morning", "main img"),
    "renders": ("/projects/1/renders", "main article"),
    "project-settings": ("/projects/1/settings", "main h1"),
    "settings": ("/settings", "main h1"),
}

# What is further down loads when somebody scrolls there.
_IN_SIGHT = """() => [...document.images].every((image) =>
    image.complete || image.getBoundingClientRect().top > window.innerHeight)"""


def main() -> None:
    """Make the production, and a picture of each view, or of those that are named."""
    words = argparse.ArgumentParser(description=__doc__)
    # Without a view, argparse looks for the empty list among the choices.
    words.add_argument("views", nargs="*", choices=[*VIEWS, []], help="all, if none is named")
    words.add_argument("--data-dir", type=Path, help="of these pictures alone, kept for the next")
    words.add_argument("--folder", type=Path, default=IMAGES)
    given = words.parse_args()
    with TemporaryDirectory() as temporary:
        data = given.data_dir or Path(temporary)
        demo = ["demo", "--no-serve", "--port", "0", "--data-dir", str(data)]
        subprocess.run([sys.executable, "-m", "tower_anime.cli", *demo], check=True)  # noqa: S603 - ours
        with produced(data) as (address, names), browsing() as browser:
            page = browser.new_page(
                base_url=address,
                viewport={"width": SIZE[0], "height": SIZE[1]},
                locale="en-GB",
                color_scheme="dark",
            )
            for view in given.views or VIEWS:
                path, there = VIEWS[view]
                taken(page, path.format(**names), there, given.folder / f"studio-{view}.jpg")


@contextmanager
def produced(data: Path) -> Iterator[tuple[str, dict[str, int]]]:
    """A service with a production to look at: its address, and the ids that addresses name."""
    with (
        running(name="RTX 4090") as one,
        running(name="RTX 3090") as two,
        service.running(service.ours(data)) as ours,
    ):
        address = f"http://127.0.0.1:{ours.port}"
        with Tower(address) as tower:
            yield address, told_on(tower, [one.url, two.url])


def told_on(tower: Tower, servers: list[str]) -> dict[str, int]:
    """Go on with the demo's story, unless that was done before; the ids that addresses name."""
    branches = {branch.name: branch for branch in tower.branches.list(project=1)}
    if OTHER not in branches:
        _told_further(tower, branches["main"].id)
        branches = {branch.name: branch for branch in tower.branches.list(project=1)}
    for engine in tower.engines.list():  # of an earlier run
        tower.engines.delete(engine)
    for url in servers:
        tower.engines.add(url)
    workflows = [one for one in tower.workflows.list(project_id=1) if one.name == WORKFLOW]
    if not workflows:
        made = tower.workflows.create(WORKFLOW, sample.workflow(), project_id=1)
        workflows = [tower.workflows.bind(made, sample.bindings())]
    scenes = list(tower.scenes.list(project_id=1, branch_name="main"))
    return {
        "ours": branches["main"].id,
        "theirs": branches[OTHER].id,
        "workflow": workflows[0].id,
        "scene": scenes[SCENE].id,
    }


def _told_further(tower: Tower, main: int) -> None:
    """Branches that came home, that are to, and from a tag; a stale take, and one after it."""
    scenes = list(tower.scenes.list(project_id=1, branch_name="main"))
    tower.branches.tag(main, "locked storyboard")
    festival = tower.branches.fork(1, "festival-night", description="The lords ask at a festival.")
    _reworded(tower, "festival-night", 5, "Lanterns everywhere. {}")
    tower.branches.merge(main, festival)
    tower.branches.fork(1, OTHER, description="She stays: no cloud comes for her.")
    tower.branches.fork(1, "月の便り", source="locked storyboard")
    _reworded(tower, "月の便り", 0, "{} The letter is still sealed.")
    _reworded(tower, OTHER, -2, "Dawn. {}")
    _reworded(tower, OTHER, -1, "{} And this time she stays.")
    _reworded(tower, "main", -1, "{} Nobody is there any more.")  # the two are in conflict
    shot, *_ = tower.shots.list(scenes[SCENE])
    tower.shots.update(shot, camera="slow pull back")
    [take] = tower.takes.request(shot)
    tower.takes.wait(take, timeout=PATIENCE)


def _reworded(tower: Tower, branch: str, place: int, words: str) -> None:
    scene = list(tower.scenes.list(project_id=1, branch_name=branch))[place]
    tower.scenes.update(scene, description=words.format(scene.description))


def taken(page: Page, address: str, there: str, file: Path) -> None:
    """Take a picture of a view, once it shows what it is about and nothing loads any more."""
    page.goto(address)
    expect(page.locator(there).first).to_be_visible()
    page.wait_for_function(_IN_SIGHT)
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.convert("RGB").save(file, quality=82, optimize=True)
    print(file)


if __name__ == "__main__":
    main()
