"""What the server tells of its machine: `/system_stats` and `/features`."""

from __future__ import annotations

from typing import Any

from tower_anime.simulator.behaviour import Behaviour
from tower_anime.simulator.uploads import LARGEST

_GIB = 1024**3


def features(behaviour: Behaviour) -> dict[str, Any]:
    """What it can do beyond what every server can."""
    return {"supports_preview_metadata": behaviour.preview_metadata, "max_upload_size": LARGEST}


def system_stats(behaviour: Behaviour) -> dict[str, Any]:
    """Versions, and one device with its video memory in bytes."""
    total = int(behaviour.vram * _GIB)
    return {
        "system": {
            "os": "posix",
            "ram_total": 64 * _GIB,
            "ram_free": 48 * _GIB,
            "comfyui_version": behaviour.version,
            "required_frontend_version": "1.27.10",
            "installed_templates_version": "0.1.94",
            "required_templates_version": "0.1.94",
            "python_version": "3.11.13 (main) [GCC 13.3.0]",
            "pytorch_version": "2.8.0+cu128",
            "embedded_python": False,
            "argv": ["main.py"],
        },
        "devices": [
            {
                "name": f"cuda:0 {behaviour.name} : cudaMallocAsync",
                "type": "cuda",
                "index": 0,
                "vram_total": total,
                "vram_free": total * 9 // 10,
                "torch_vram_total": total // 10,
                "torch_vram_free": total // 20,
            }
        ],
    }
