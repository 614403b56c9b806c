"""A service with a simulated ComfyUI server, workflows for it, and looks into what they made."""

from __future__ import annotations

import io
from collections.abc import Iterable
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
from PIL import Image

from tests.support.comfyui import Comfy, running, workflow
from tests.support.factories import Json, make_character, make_scene, ok, png
from tests.support.rendering import bytes_of, decoded, finished, first_shot, small_project
from tests.support.services import Service, serving, until
from tower_anime.engines.server import Server, new_prompt_id
from tower_anime.simulator.behaviour import Behaviour
from tower_anime.simulator.drawing import Marks, mark, read

CHECKPOINT = "anime.safetensors"
LORAS = ("chars/hero.safetensors", "ink.safetensors")
QUIET = {"engine_probe_seconds": 0.2, "films_mirror": False}  # of services under test
SIZE = {"width": 320, "height": 192}

_seeds = count(1000)


def fresh() -> int:
    """A seed that no other test has: what was rendered once is not rendered again."""
    return next(_seeds)


class Studio(NamedTuple):
    """A service and its only server."""

    service: Service
    comfy: Comfy

    @property
    def api(self) -> httpx2.Client:
        return self.service.api


def comfy_with(stack: ExitStack, **behaviour: Any) -> Comfy:
    """A server that has what the workflows below need."""
    has = {"checkpoints": [CHECKPOINT], "loras": [*LORAS]}
    return stack.enter_context(running(**has | behaviour))


def studio_with(stack: ExitStack, folder: Path, *comfies: Comfy, **settings: object) -> Service:
    """A service that has looked at its servers."""
    urls = ",".join(comfy.url for comfy in comfies)
    service = stack.enter_context(serving(folder, **{**QUIET, "comfyui_urls": urls, **settings}))
    idle(service.api)
    return service


def idle(api: httpx2.Client) -> None:
    """Wait until every server is idle; whatever was held against one is forgotten."""

    def look() -> bool:
        there: list[Json] = ok(api.get("/engines"))
        for engine in there:
            if engine["status"] != "idle":
                ok(api.post(f"/engines/{engine['id']}/check"))
        return all(engine["status"] == "idle" for engine in there)

    until(look, "an idle server")


def calm(comfy: Comfy) -> None:
    """Take back all that was said about how a server behaves, but for what it has."""
    usual = Behaviour(checkpoints=[CHECKPOINT], loras=[*LORAS])
    comfy.behave(**usual.model_dump())


# --- workflows


def still_graph() -> Json:
    """A picture from a prompt, with one LoRA: the model, both texts, a sampler."""
    return {
        "1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": CHECKPOINT}},
        "2": {
            "class_type": "LoraLoader",
            "inputs": {
                "model": ["1", 0],
                "clip": ["1", 1],
                "lora_name": LORAS[1],
                "strength_model": 1.0,
                "strength_clip": 1.0,
            },
        },
        "3": {"class_type": "CLIPTextEncode", "inputs": {"text": "own words", "clip": ["2", 1]}},
        "4": {"class_type": "CLIPTextEncode", "inputs": {"text": "own blur", "clip": ["2", 1]}},
        "5": {
            "class_type": "EmptyLatentImage",
            "inputs": {"width": 64, "height": 64, "batch_size": 1},
        },
        "6": {
            "class_type": "KSampler",
            "inputs": {
                "model": ["2", 0],
                "positive": ["3", 0],
                "negative": ["4", 0],
                "latent_image": ["5", 0],
                "seed": 1,
                "steps": 4,
                "cfg": 7.0,
                "sampler_name": "euler",
                "scheduler": "normal",
                "denoise": 1.0,
            },
        },
        "7": {"class_type": "VAEDecode", "inputs": {"samples": ["6", 0], "vae": ["1", 2]}},
        "8": {"class_type": "SaveImage", "inputs": {"images": ["7", 0], "filename_prefix": "own"}},
    }


STILL = {
    "prompt": [{"node": "3", "input": "text"}],
    "negative_prompt": [{"node": "4", "input": "text"}],
    "width": [{"node": "5", "input": "width", "rule": {"multiple": 8}}],
    "height": [{"node": "5", "input": "height", "rule": {"multiple": 8}}],
    "seed": [{"node": "6", "input": "seed"}],
    "filename_prefix": [{"node": "8", "input": "filename_prefix"}],
    "lora:1": [{"node": "2", "input": "lora_name"}],
    "lora_strength:1": [
        {"node": "2", "input": "strength_model"},
        {"node": "2", "input": "strength_clip"},
    ],
    "output": [{"node": "8"}],
}
FILM = {
    "frames": [{"node": "2", "input": "batch_size"}],
    "width": [{"node": "2", "input": "width"}],
    "height": [{"node": "2", "input": "height"}],
    "seed": [{"node": "3", "input": "seed"}],
    "fps": [{"node": "6", "input": "fps"}],
    "first_frame": [{"node": "1", "input": "image"}],
    "filename_prefix": [{"node": "7", "input": "filename_prefix"}],
    "output": [{"node": "7"}],
}
HERO_FILM = {
    **{name: places for name, places in FILM.items() if name != "first_frame"},
    "character_image:1": [{"node": "1", "input": "image"}],
}


def add_workflow(api: httpx2.Client, graph: Json, bindings: Json, name: str = "Still") -> Json:
    """A workflow whose bindings are confirmed."""
    made = ok(api.post("/workflows", json={"name": name, "graph": graph}))
    return ok(api.put(f"/workflows/{made['id']}/bindings", json=bindings))


def still(api: httpx2.Client, **changes: Any) -> Json:
    return add_workflow(api, still_graph(), {**STILL, **changes})


def film(api: httpx2.Client, bindings: Json = FILM) -> Json:
    return add_workflow(api, workflow("video_mp4"), bindings, "Film")


def staged(api: httpx2.Client, *stages: tuple[str, Json], **settings: Any) -> Json:
    """A project whose stages are rendered with these workflows."""
    told = [{"name": name, "workflow_id": of["id"]} for name, of in stages]
    return small_project(api, stages=told, **{**SIZE, **settings})


def a_shot(api: httpx2.Client, project: Json, *cast: str, **fields: Any) -> Json:
    """The first shot of a new scene with these characters."""
    return first_shot(api, make_scene(api, project, characters=[*cast]), **fields)


def a_hero(api: httpx2.Client, project: Json, colour: str = "red", **fields: Any) -> Json:
    """A character with a picture of one colour."""
    hero = make_character(api, project, "Hero", **fields)
    paint(api, hero, colour)
    return hero


def paint(api: httpx2.Client, hero: Json, colour: str) -> None:
    picture = {"file": ("hero.png", png(colour=colour), "image/png")}
    ok(api.post(f"/characters/{hero['id']}/image", files=picture))


def of_somebody_else(comfy: Comfy) -> str:
    """A prompt that another program submits; its id."""
    graph = still_graph()
    graph["6"]["inputs"]["seed"] = fresh()
    graph["8"]["inputs"]["filename_prefix"] = "theirs"
    with closing(Server(comfy.url)) as server:
        return server.submit(graph, new_prompt_id(), new_prompt_id()).prompt_id


# --- what was made


def picture_of(api: httpx2.Client, take: Json, frame: int = 0) -> Image.Image:
    """A take's picture, or a frame of its film."""
    content = bytes_of(api, take["media_id"])
    if content.startswith(b"\x89PNG"):
        return Image.open(io.BytesIO(content)).convert("RGB")
    return decoded(content)[frame].to_image()  # type: ignore[no-any-return]


def marks(prompt: str, seed: int) -> Marks:
    """What a picture of that prompt and seed bears."""
    return Marks(mark(prompt), mark(str(seed)))


def read_marks(api: httpx2.Client, take: Json) -> Marks:
    return read(picture_of(api, take))


def require_right(api: httpx2.Client, take: Json) -> Json:
    """The take once it is done, and shows what was asked for."""
    done = finished(api, take)
    assert done["status"] == "done", done["error"]
    assert read_marks(api, done) == marks("Night, a roof", take["seed"])
    return done


def is_of(colour: tuple[int, int, int], picture: Image.Image, below: int = 0) -> bool:
    """Whether a picture is about of that colour, as films keep it, so far below its middle."""
    found: Any = picture.getpixel((picture.width // 2, picture.height // 2 + below))
    return all(abs(one - other) < 60 for one, other in zip(found, colour, strict=True))


def sent_for(comfy: Comfy, take: Json) -> list[Json]:
    """Every prompt that was submitted for a take, the oldest first."""
    prefix = f"tower/take-{take['id']}"
    return [one for one in comfy.prompts() if prefix in _prefixes(one["graph"].values())]


def until_it_runs(comfy: Comfy, take: Json) -> None:
    """Wait until a server runs a take."""
    until(lambda: any(one["started_at"] for one in sent_for(comfy, take)), "the start of the job")


def _prefixes(nodes: Iterable[Json]) -> set[object]:
    return {node["inputs"].get("filename_prefix") for node in nodes}
