"""The nodes that the simulator can run, by class."""

from __future__ import annotations

from tower_anime.simulator.nodes import images, models, saving, sound
from tower_anime.simulator.nodes.values import Node

NODES: dict[str, Node] = {**images.NODES, **models.NODES, **saving.NODES, **sound.NODES}
