"""How much is measured: in full for the README, or quickly while developing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """The size of every measurement; `seconds` is one service's share of one round."""

    projects: int
    scenes: int
    connections: int
    rounds: int
    seconds: float
    starts: int
    frames: int
    clips: int
    story: int  # scenes of the story that is forked


FULL = Scale(
    projects=50,
    scenes=100_000,
    connections=16,
    rounds=5,
    seconds=3.0,
    starts=3,
    frames=96,
    clips=100,
    story=10_000,
)
QUICK = Scale(
    projects=10,
    scenes=2_000,
    connections=16,
    rounds=1,
    seconds=1.0,
    starts=1,
    frames=24,
    clips=10,
    story=500,
)
