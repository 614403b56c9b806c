"""What branches come from in common, through forks, merges and merges across each other."""

from __future__ import annotations

from tower_anime.story.ancestry import Graph, Merge, Point

MAIN, ALT, THIRD = 1, 2, 3


def test_a_fork_and_its_source_have_the_point_of_the_fork_in_common() -> None:
    graph = Graph({ALT: Point(MAIN, 5)})
    assert graph.bases(Point(MAIN, 9), Point(ALT, 8)) == [Point(MAIN, 5)]
    assert graph.bases(Point(MAIN, 3), Point(ALT, 8)) == [Point(MAIN, 3)]


def test_branches_that_were_never_one_have_nothing_in_common() -> None:
    assert Graph({}).bases(Point(MAIN, 9), Point(ALT, 8)) == []


def test_a_merge_moves_the_base_for_both_directions() -> None:
    graph = Graph({ALT: Point(MAIN, 5)}, (Merge(MAIN, 10, Point(ALT, 8)),))
    assert graph.bases(Point(MAIN, 12), Point(ALT, 11)) == [Point(ALT, 8)]
    assert graph.bases(Point(MAIN, 9), Point(ALT, 11)) == [Point(MAIN, 5)]


def test_an_undone_merge_is_none_from_then_on() -> None:
    graph = Graph({ALT: Point(MAIN, 5)}, (Merge(MAIN, 10, Point(ALT, 8), ended=13),))
    assert graph.bases(Point(MAIN, 12), Point(ALT, 11)) == [Point(ALT, 8)]
    assert graph.bases(Point(MAIN, 13), Point(ALT, 11)) == [Point(MAIN, 5)]


def test_a_round_of_merges_finds_its_base() -> None:
    graph = Graph(
        {ALT: Point(MAIN, 5), THIRD: Point(MAIN, 6)},
        (Merge(ALT, 10, Point(MAIN, 9)), Merge(THIRD, 12, Point(ALT, 11))),
    )
    assert graph.bases(Point(MAIN, 14), Point(THIRD, 13)) == [Point(MAIN, 9)]


def test_merges_across_each_other_leave_several_bases() -> None:
    graph = Graph(
        {ALT: Point(MAIN, 5)},
        (Merge(MAIN, 10, Point(ALT, 8)), Merge(ALT, 11, Point(MAIN, 9))),
    )
    assert graph.bases(Point(MAIN, 12), Point(ALT, 13)) == [Point(MAIN, 9), Point(ALT, 8)]


def test_a_thousand_merges_are_quickly_looked_through() -> None:
    forks = {n: Point(MAIN, n) for n in range(2, 1002)}
    merges = tuple(Merge(MAIN, 2000 + n, Point(n, 1000 + n)) for n in forks)
    graph = Graph({**forks, 5000: Point(MAIN, 4000)}, merges)
    assert graph.bases(Point(MAIN, 4500), Point(5000, 4600)) == [Point(MAIN, 4000)]
    assert len(graph.ancestors(Point(MAIN, 4500))) == 1001
