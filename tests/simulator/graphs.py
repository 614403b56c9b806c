"""Graphs of pretended models."""

from __future__ import annotations

from typing import Any

Graph = dict[str, Any]
CHECKPOINT = "anime.safetensors"
LORA = "hero.safetensors"


def _node(kind: str, **inputs: Any) -> Graph:
    return {"class_type": kind, "inputs": inputs}


def still(prompt: str = "a girl on a roof", seed: int = 7, steps: int = 3) -> Graph:
    """Text to picture, 256 by 192 pixels; the sampler is node 5, the saver node 7."""
    return {
        "1": _node("CheckpointLoaderSimple", ckpt_name=CHECKPOINT),
        "2": _node("CLIPTextEncode", text=prompt, clip=["1", 1]),
        "3": _node("CLIPTextEncode", text="blurry", clip=["1", 1]),
        "4": _node("EmptyLatentImage", width=256, height=192, batch_size=1),
        "5": _node(
            "KSampler",
            model=["1", 0], seed=seed, steps=steps, cfg=7.0, sampler_name="euler",
            scheduler="normal", positive=["2", 0], negative=["3", 0], latent_image=["4", 0],
            denoise=1.0,
        ),
        "6": _node("VAEDecode", samples=["5", 0], vae=["1", 2]),
        "7": _node("SaveImage", images=["6", 0], filename_prefix="take/still"),
    }  # fmt: skip


def film(prompt: str = "she runs", seed: int = 7, frames: int = 9) -> Graph:
    """Picture to film, 256 by 192 pixels, from `ref.png`; the saver is node 9."""
    graph = still(prompt, seed)
    graph["0"] = _node("LoadImage", image="ref.png")
    graph["4"] = _node(
        "WanImageToVideo",
        positive=["2", 0], negative=["3", 0], vae=["1", 2], width=256, height=192,
        length=frames, batch_size=1, start_image=["0", 0],
    )  # fmt: skip
    graph["5"]["inputs"].update(positive=["4", 0], negative=["4", 1], latent_image=["4", 2])
    graph["8"] = _node("CreateVideo", images=["6", 0], fps=16.0)
    graph["9"] = _node(
        "SaveVideo", video=["8", 0], filename_prefix="take/film", format="mp4", codec="h264"
    )
    del graph["7"]
    return graph
