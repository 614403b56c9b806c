"""The table of the measurements: what stands in a row, and whether its target is met."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.table import Row

DROPPED = Row("frames dropped", 4.47, 0.5, "a plain list", "%", "<", 5, "figure")


def test_a_row_tells_both_figures_their_ratio_and_the_target() -> None:
    told = ("frames dropped", "4.47 %", "0.5 (a plain list)", "8.94", "< 5 %", "yes")
    assert DROPPED.cells() == told


def test_beside_nothing_no_ratio_is_told_and_the_target_binds_all_the_same() -> None:
    still = replace(DROPPED, ours=5.1, other=0)
    assert still.cells() == ("frames dropped", "5.1 %", "0 (a plain list)", "", "< 5 %", "no")
