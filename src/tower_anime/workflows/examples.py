"""Examples of what callers send and see of workflows, for the OpenAPI document."""

from __future__ import annotations

from pydantic import JsonValue

Example = dict[str, JsonValue]

GRAPH: Example = {
    "4": {
        "class_type": "CheckpointLoaderSimple",
        "inputs": {"ckpt_name": "anime.safetensors"},
        "_meta": {"title": "Load Checkpoint"},
    },
    "5": {
        "class_type": "EmptyLatentImage",
        "inputs": {"width": 1280, "height": 720, "batch_size": 1},
        "_meta": {"title": "Size"},
    },
    "6": {
        "class_type": "CLIPTextEncode",
        "inputs": {"text": "a courier on a roof", "clip": ["4", 1]},
        "_meta": {"title": "Positive"},
    },
    "7": {
        "class_type": "CLIPTextEncode",
        "inputs": {"text": "blurry", "clip": ["4", 1]},
        "_meta": {"title": "Negative"},
    },
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "model": ["4", 0],
            "positive": ["6", 0],
            "negative": ["7", 0],
            "latent_image": ["5", 0],
            "seed": 7,
            "steps": 20,
            "cfg": 7.0,
            "sampler_name": "euler",
            "scheduler": "normal",
            "denoise": 1.0,
        },
        "_meta": {"title": "KSampler"},
    },
    "8": {
        "class_type": "VAEDecode",
        "inputs": {"samples": ["3", 0], "vae": ["4", 2]},
        "_meta": {"title": "VAE Decode"},
    },
    "9": {
        "class_type": "SaveImage",
        "inputs": {"images": ["8", 0], "filename_prefix": "ComfyUI"},
        "_meta": {"title": "Save Image"},
    },
}
BINDINGS: Example = {
    "prompt": [{"node": "6", "input": "text"}],
    "negative_prompt": [{"node": "7", "input": "text"}],
    "seed": [{"node": "3", "input": "seed"}],
    "width": [{"node": "5", "input": "width", "rule": {"multiple": 8, "least": 256, "most": 2048}}],
    "output": [{"node": "9"}],
}
CREATE: Example = {"name": "Keyframe", "project_id": 1, "graph": GRAPH}
UPDATE: Example = {"name": "Keyframe, softer"}
WORKFLOW: Example = {
    "id": 1,
    "project_id": 1,
    "name": "Keyframe",
    "graph": GRAPH,
    "bindings": BINDINGS,
    "origin": "api",
    "created_at": "2026-11-25T20:30:00.000000Z",
    "updated_at": "2026-11-25T20:31:00.000000Z",
    "revision": 2,
    "deleted_at": None,
}
INSIDE: Example = {"graph": GRAPH, "origin": "png"}
SUGGESTED: Example = {
    "bindings": {"prompt": [{"node": "6", "input": "text"}], "output": [{"node": "9"}]},
    "reasons": [
        {
            "name": "prompt",
            "node": "6",
            "input": "text",
            "title": "Positive",
            "text": "positive of node 3 (KSampler) leads to it through node 6 (Positive).",
        },
        {
            "name": "output",
            "node": "9",
            "input": None,
            "title": "Save Image",
            "text": "node 9 (Save Image) writes what was made.",
        },
    ],
    "written": [],
}
CHECKED: Example = {
    "engine_id": 1,
    "name": "Upstairs",
    "reached": True,
    "problems": [
        {
            "node": "4",
            "title": "Load Checkpoint",
            "class_type": "CheckpointLoaderSimple",
            "input": "ckpt_name",
            "problem": "model",
            "text": "The model anime.safetensors is not there; node 4 (Load Checkpoint) has it as"
            " its ckpt_name.",
        }
    ],
}
