"""The nodes that a server has: the recorded `/object_info`, with this server's models."""

from __future__ import annotations

import copy
import functools
import json
from importlib.resources import files
from typing import Any

from tower_anime.simulator.behaviour import Behaviour

Info = dict[str, Any]  # one node's entry of /object_info, or all of them: JSON

_MODELS = {
    ("CheckpointLoaderSimple", "ckpt_name"): "checkpoints",
    ("CheckpointLoader", "ckpt_name"): "checkpoints",
    ("ImageOnlyCheckpointLoader", "ckpt_name"): "checkpoints",
    ("unCLIPCheckpointLoader", "ckpt_name"): "checkpoints",
    ("LoraLoader", "lora_name"): "loras",
    ("LoraLoaderModelOnly", "lora_name"): "loras",
    ("UNETLoader", "unet_name"): "unets",
    ("CLIPLoader", "clip_name"): "clips",
    ("DualCLIPLoader", "clip_name1"): "clips",
    ("DualCLIPLoader", "clip_name2"): "clips",
    ("CLIPVisionLoader", "clip_name"): "clip_visions",
}
_PICTURES = ("LoadImage", "LoadImageMask")
VIDEO_HELPER: Info = {
    "input": {
        "required": {
            "images": ["IMAGE"],
            "frame_rate": ["FLOAT", {"default": 8, "min": 1, "step": 1}],
            "loop_count": ["INT", {"default": 0, "min": 0, "max": 100, "step": 1}],
            "filename_prefix": ["STRING", {"default": "AnimateDiff"}],
            "format": [["image/gif", "image/webp", "video/h264-mp4"]],
            "pingpong": ["BOOLEAN", {"default": False}],
            "save_output": ["BOOLEAN", {"default": True}],
        },
        "hidden": {"prompt": "PROMPT", "extra_pnginfo": "EXTRA_PNGINFO"},
    },
    "input_order": {
        "required": [
            "images",
            "frame_rate",
            "loop_count",
            "filename_prefix",
            "format",
            "pingpong",
            "save_output",
        ],
        "hidden": ["prompt", "extra_pnginfo"],
    },
    "output": ["VHS_FILENAMES"],
    "output_is_list": [False],
    "output_name": ["Filenames"],
    "name": "VHS_VideoCombine",
    "display_name": "Video Combine",
    "description": "",
    "python_module": "custom_nodes.ComfyUI-VideoHelperSuite",
    "category": "Video Helper Suite",
    "output_node": True,
}
SOUND: Info = {
    "EmptyAudio": {
        "input": {
            "required": {
                "duration": ["FLOAT", {"default": 60.0, "min": 0.0, "step": 0.01}],
                "sample_rate": ["INT", {"default": 44100, "min": 1, "max": 192000}],
                "channels": ["INT", {"default": 2, "min": 1, "max": 2}],
            }
        },
        "output": ["AUDIO"],
        "output_node": False,
    },
    "SaveAudio": {
        "input": {
            "required": {
                "audio": ["AUDIO", {}],
                "filename_prefix": ["STRING", {"default": "audio/ComfyUI"}],
            }
        },
        "output": [],
        "output_node": True,
    },
}


@functools.cache
def _recorded() -> Info:
    text = files("tower_anime.simulator").joinpath("object_info.json").read_bytes()
    recorded: Info = json.loads(text)
    return recorded


def catalogue(behaviour: Behaviour, pictures: list[str]) -> Info:
    """All nodes; `pictures` are the names of the files that LoadImage can load."""
    known = dict(_recorded())
    if behaviour.video_helper:
        known["VHS_VideoCombine"] = VIDEO_HELPER
    if behaviour.audio:
        known |= SOUND
    for (node, name), kind in _MODELS.items():
        known[node] = _with_choices(known[node], name, list(getattr(behaviour, kind)))
    vaes = [*behaviour.vaes, "pixel_space"]
    known["VAELoader"] = _with_choices(known["VAELoader"], "vae_name", vaes)
    for node in _PICTURES:
        known[node] = _with_choices(known[node], "image", pictures)
    for node in behaviour.missing_nodes:
        known.pop(node, None)
    return known


def _with_choices(info: Info, name: str, choices: list[str]) -> Info:
    changed = copy.deepcopy(info)
    changed["input"]["required"][name][0] = choices
    return changed
