"""A server that is of no use is given nothing, and is told why."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tower_anime.engines import health
from tower_anime.engines.answers import Queue
from tower_anime.engines.health import Health

EMPTY = Queue([], [])
STUCK = Queue([], ["a"])
RUNNING = Queue(["a"], ["b"])


def test_a_server_that_answers_is_idle_or_busy() -> None:
    assert health.seen(Health(), EMPTY, 0).status == "idle"
    assert health.seen(Health(), RUNNING, 0).status == "busy"
    assert health.seen(Health(), STUCK, 0).status == "busy"  # it may be about to begin


def test_a_queue_that_does_not_move_while_nothing_runs_is_a_dead_server() -> None:
    at = health.seen(Health(), STUCK, 0)
    assert health.seen(at, STUCK, health.DEAD_SECONDS - 1).status == "busy"
    dead = health.seen(at, STUCK, health.DEAD_SECONDS)
    assert (dead.status, dead.reason) == ("quarantined", "dead")
    assert dead.sentence is not None
    assert "Restart ComfyUI" in dead.sentence


def test_a_queue_that_moves_is_alive() -> None:
    at = Health()
    for minute in range(20):
        at = health.seen(at, Queue([], [str(minute)]), minute * 50.0)
        assert at.status == "busy"


def test_a_dead_server_stays_so_until_its_prompts_are_gone() -> None:
    at = health.seen(health.seen(Health(), STUCK, 0), STUCK, 100)
    later = health.seen(at, STUCK, 10_000)
    assert later.status == "quarantined"
    assert health.seen(later, EMPTY, 10_001).status == "idle"


def test_a_restart_ends_the_quarantine_of_a_dead_server() -> None:
    at = health.seen(health.seen(Health(), STUCK, 0), STUCK, 100)
    away = health.unreachable(at, "gone", 101)
    assert (away.status, away.sentence) == ("offline", "gone")
    assert health.seen(away, EMPTY, 102).status == "idle"
    assert health.seen(health.restarted(at), EMPTY, 102).status == "idle"


def test_a_prompt_of_ours_that_makes_no_progress_stalls_its_server() -> None:
    at = health.moved(Health(), "a", 0)
    at = health.seen(at, RUNNING, health.STALLED_SECONDS - 1)
    assert at.status == "busy"
    stalled = health.seen(at, RUNNING, health.STALLED_SECONDS)
    assert (stalled.status, stalled.reason) == ("quarantined", "stalled")


def test_progress_and_waiting_in_line_are_no_stall() -> None:
    at = health.moved(Health(), "a", 0)
    at = health.moved(at, "a", 1000)
    assert health.seen(at, RUNNING, health.STALLED_SECONDS).status == "busy"
    at = health.moved(Health(), "b", 0)
    at = health.seen(at, RUNNING, 5000)  # behind somebody else's long run
    assert health.seen(at, Queue(["b"], []), 5001).status == "busy"


def test_a_prompt_of_others_may_run_for_hours_and_not_for_ever() -> None:
    at = health.seen(Health(), RUNNING, 0)
    assert health.seen(at, RUNNING, health.OTHERS_SECONDS - 1).status == "busy"
    stalled = health.seen(at, RUNNING, health.OTHERS_SECONDS)
    assert stalled.reason == "stalled"
    later = stalled.until + 1
    assert health.seen(stalled, RUNNING, later).status == "quarantined"
    assert health.seen(stalled, Queue(["b"], []), later).status == "busy"


def test_three_losses_in_a_row_are_one_too_many() -> None:
    at = health.seen(Health(), EMPTY, 0)
    at = health.lost(health.lost(at, 1), 2)
    assert health.seen(at, EMPTY, 3).status == "idle"
    at = health.lost(at, 4)
    assert (at.status, at.reason) == ("quarantined", "losses")
    assert health.seen(at, EMPTY, 5).status == "quarantined"


def test_a_success_forgives_what_was_lost() -> None:
    at = health.succeeded(health.lost(health.lost(Health(), 1), 2))
    assert health.lost(at, 3).reason is None


def test_dying_does_not_end_the_quarantine_of_a_server_that_dies() -> None:
    at = Health()
    for second in range(3):
        at = health.lost(at, second)
    assert health.unreachable(at, "gone", 10).status == "quarantined"
    assert health.restarted(at).status == "quarantined"


def test_each_pause_is_longer_than_the_one_before_up_to_a_bound() -> None:
    at, now, pauses = Health(), 0.0, []
    for _ in range(10):
        while at.reason is None:
            at = health.lost(at, now)
        pauses.append(at.until - now)
        now = at.until
        at = health.seen(at, EMPTY, now)
        assert at.status == "idle"
    assert pauses[0] == health.FIRST_PAUSE
    assert all(before <= after for before, after in pairwise(pauses))
    assert pauses[-1] == health.LONGEST_PAUSE


def test_a_check_ends_any_quarantine() -> None:
    at = health.seen(health.seen(Health(), STUCK, 0), STUCK, 100)
    assert health.seen(health.checked(at), EMPTY, 101).status == "idle"
    at = Health()
    for second in range(3):
        at = health.lost(at, second)
    assert health.seen(health.checked(at), EMPTY, 4).status == "idle"


QUEUES = st.sampled_from([EMPTY, STUCK, RUNNING, Queue([], ["b"]), Queue(["b"], [])])
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["seen", "away", "moved", "lost", "succeeded", "checked", "restarted"]),
        QUEUES,
        st.floats(min_value=0, max_value=4000),
    ),
    max_size=30,
)


@given(STEPS)
def test_whatever_happens_a_quarantine_has_a_reason_and_ends(
    steps: list[tuple[str, Queue, float]],
) -> None:
    at, now = Health(), 0.0
    for what, queue, seconds in steps:
        now += seconds
        match what:
            case "seen":
                at = health.seen(at, queue, now)
            case "away":
                at = health.unreachable(at, "gone", now)
            case "moved":
                at = health.moved(at, "a", now)
            case "lost":
                at = health.lost(at, now)
            case "succeeded":
                at = health.succeeded(at)
            case "checked":
                at = health.checked(at)
            case _:
                at = health.restarted(at)
        assert (at.status == "quarantined") == (at.reason is not None)
        assert at.reason is None or at.sentence
    assert health.seen(at, EMPTY, now + health.LONGEST_PAUSE).status == "idle"
