"""Child processes: they refuse, crash and are cancelled without harm, and outlive nobody."""

from __future__ import annotations

import colorsys
import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.services import PATIENCE, until
from tower_anime.core.children import Cancelled, ChildDied, Children, Refused

JOBS = "tests.core.jobs"
GIB = 1024 * 1024 * 1024
ROOT = Path(__file__).parents[2]


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> Iterator[Children]:
    """One child at a time, which can import this folder's jobs."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    started = Children(1)
    yield started
    started.close()


def is_alive(pid: int) -> bool:
    """Whether any thread of a process runs; those that wait to be counted do not."""
    try:
        threads = [p.read_text() for p in Path(f"/proc/{pid}/task").glob("*/status")]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return any("State:\tZ" not in status for status in threads)


def pid_in(path: Path) -> int:
    return int(str(until(lambda: path.exists() and path.read_text(), "the child's beginning")))


def double(children: Children, number: int) -> dict[str, object]:
    return children.run(f"{JOBS}:double", {"number": number})


def test_a_child_is_kept_for_the_next_job(children: Children) -> None:
    first, second = double(children, 2), double(children, 21)
    assert (first["doubled"], second["doubled"]) == (4, 42)
    assert first["pid"] == second["pid"] != os.getpid()


def test_a_refused_job_tells_why_and_its_child_goes_on(children: Children) -> None:
    pid = double(children, 1)["pid"]
    with pytest.raises(Refused, match=r"cat\.txt is no picture") as refused:
        children.run(f"{JOBS}:refuse", {"name": "cat.txt"})
    assert refused.value.kind == "ValueError"
    assert double(children, 1)["pid"] == pid


def test_a_mistake_of_ours_is_told_without_internals(children: Children) -> None:
    with pytest.raises(Refused) as refused:
        children.run(f"{JOBS}:stumble", {})
    assert refused.value.kind == "ZeroDivisionError"
    assert refused.value.detail == "The work failed; the log tells more."


def test_a_crashing_child_ends_its_own_job_only(children: Children) -> None:
    pid = double(children, 1)["pid"]
    with pytest.raises(ChildDied, match="ended by itself"):
        children.run(f"{JOBS}:crash", {})
    assert double(children, 3) == {"doubled": 6, "pid": double(children, 1)["pid"]}
    assert double(children, 1)["pid"] != pid


def test_a_child_that_was_killed_while_it_waited_is_replaced(children: Children) -> None:
    pid = int(str(double(children, 1)["pid"]))
    os.kill(pid, signal.SIGKILL)
    until(lambda: not is_alive(pid), "the child's end")
    assert double(children, 4)["doubled"] == 8


def test_progress_is_told_seldom_and_to_the_end(children: Children) -> None:
    told: list[tuple[int, int]] = []
    children.run(f"{JOBS}:count_to_a_million", {}, report=lambda *done: told.append(done))
    assert told[-1] == (1_000_000, 1_000_000)
    assert told == sorted(told)
    assert len(told) < 1_000


def test_cancelling_ends_the_child_in_the_middle_of_its_job(
    children: Children, tmp_path: Path
) -> None:
    begun = tmp_path / "pid"
    cancelled = threading.Event()
    job = {"pid_file": str(begun)}
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(children.run, f"{JOBS}:wait_forever", job, cancelled=cancelled.is_set)
        pid = pid_in(begun)
        cancelled.set()
        assert isinstance(running.exception(PATIENCE), Cancelled)
    assert not is_alive(pid)
    assert double(children, 5)["doubled"] == 10


def test_closing_ends_the_children_that_work(children: Children, tmp_path: Path) -> None:
    begun = tmp_path / "pid"
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(children.run, f"{JOBS}:wait_forever", {"pid_file": str(begun)})
        pid = pid_in(begun)
        children.close()
        assert isinstance(running.exception(PATIENCE), ChildDied)
    assert not is_alive(pid)
    with pytest.raises(Cancelled):
        double(children, 1)


def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    begun = tmp_path / "pid"
    program = (
        "from tower_anime.core.children import Children\n"
        f"Children(1).run('{JOBS}:wait_forever', {{'pid_file': {str(begun)!r}}})"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    pid = pid_in(begun)
    assert is_alive(pid)
    parent.kill()
    parent.wait(PATIENCE)
    until(lambda: not is_alive(pid), "the child's end")


def test_a_job_that_takes_too_long_is_refused_and_its_child_ends(
    children: Children, tmp_path: Path
) -> None:
    begun = tmp_path / "pid"
    double(children, 1)  # so that the child has started
    with pytest.raises(Refused, match="longer than 1 seconds") as refused:
        children.run(f"{JOBS}:wait_forever", {"pid_file": str(begun)}, seconds=1)
    assert refused.value.kind == "OutOfTime"
    assert not is_alive(pid_in(begun))
    assert double(children, 6)["doubled"] == 12


@pytest.mark.usefixtures("children")
def test_a_job_that_needs_too_much_memory_is_refused_and_its_child_goes_on() -> None:
    bounded = Children(1, memory=2 * GIB)
    try:
        pid = double(bounded, 1)["pid"]
        with pytest.raises(Refused, match="more memory than it may have"):
            bounded.run(f"{JOBS}:hoard", {"bytes": 4 * GIB})
        assert double(bounded, 1)["pid"] == pid
    finally:
        bounded.close()


def test_a_full_disk_is_told_from_a_job_that_cannot_be_done(children: Children) -> None:
    with pytest.raises(OSError, match="No space left") as full:
        children.run(f"{JOBS}:fill_the_disk", {})
    assert full.value.errno == errno.ENOSPC


def test_a_file_in_the_current_folder_is_not_taken_for_a_module(
    children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "colorsys.py").write_text("")
    monkeypatch.chdir(tmp_path)
    found = children.run(f"{JOBS}:find", {"module": "colorsys"})
    assert found["file"] == colorsys.__file__
