"""The nodes that would need a model; these only pretend, and draw what they were asked for."""

from __future__ import annotations

from dataclasses import replace

from PIL import Image

from tower_anime.simulator.drawing import moving, picture
from tower_anime.simulator.errors import out_of_memory
from tower_anime.simulator.nodes.values import (
    Call,
    Conditioning,
    Latent,
    Model,
    Node,
    Result,
    values,
)

_START_INPUTS = ("start_image", "image")


def checkpoint(call: Call) -> Result:
    """MODEL, CLIP and VAE of one file."""
    return values(*[Model((call["ckpt_name"],))] * 3)


def loader(name: str) -> Node:
    """A loader of one file by the input of that name."""

    def load(call: Call) -> Result:
        return values(Model((call[name],)))

    return load


def lora(call: Call) -> Result:
    """A LoRA on a model, and on its CLIP where that is connected."""
    model, clip = call["model"], call.get("clip")
    name = f"{call['lora_name']}:{call['strength_model']}"
    return values(*[m.along(name) for m in (model, clip) if m is not None])


def same(name: str) -> Node:
    """A node that hands its input of that name on."""

    def hand_on(call: Call) -> Result:
        return values(call[name])

    return hand_on


def text_encode(call: Call) -> Result:
    """The prompt."""
    return values(Conditioning(call["text"]))


def empty_latent(call: Call) -> Result:
    """Room for pictures."""
    return values(Latent(call["width"], call["height"], call["batch_size"]))


def empty_film(call: Call) -> Result:
    """Room for the frames of a film."""
    return values(Latent(call["width"], call["height"], call["length"], film=True))


def image_to_video(call: Call) -> Result:
    """Both prompts with the start image on them, and room for the frames."""
    start = next((call[name][0] for name in _START_INPUTS if call.get(name)), None)
    positive, negative = (replace(call[name], start=start) for name in ("positive", "negative"))
    return values(positive, negative, empty_film(call).values[0])


def latent_of_film(call: Call) -> Result:
    """Room for frames, with a start image in it."""
    start = call.get("start_image")
    latent: Latent = empty_film(call).values[0]
    return values(replace(latent, pictures=tuple(start)) if start else latent)


def vae_encode(call: Call) -> Result:
    """Pictures to begin with."""
    pictures = tuple(call["pixels"])
    width, height = pictures[0].size
    return values(Latent(width, height, len(pictures), pictures=pictures))


def vae_decode(call: Call) -> Result:
    """The pictures of a latent; of one that was never sampled, grey ones."""
    latent: Latent = call["samples"]
    if latent.pictures:
        return values(list(latent.pictures))
    grey = Image.new("RGB", (latent.width, latent.height), (127, 127, 127))
    return values([grey] * latent.count)


def sampler(call: Call) -> Result:
    """The picture of the prompt and the seed, or the film of it, in steps."""
    latent: Latent = call["latent_image"]
    prompt: Conditioning = call["positive"]
    seed = call.get("seed", call.get("noise_seed", 0))
    behaviour = call.job.behaviour
    limit = behaviour.out_of_memory_above
    if limit and latent.width * latent.height * latent.count > limit:
        raise out_of_memory()
    start = prompt.start or (latent.pictures[0] if latent.pictures else None)
    size = behaviour.size or (latent.width, latent.height)
    first = picture(size, prompt.text, seed, start)
    for step in range(call["steps"]):
        call.job.step(step + 1, call["steps"], first)
    if latent.film:
        made = moving(first, latent.count)
    else:
        seeds = range(seed + 1, seed + latent.count)
        made = [first, *(picture(size, prompt.text, other, start) for other in seeds)]
    return values(replace(latent, pictures=tuple(made)))


NODES: dict[str, Node] = {
    "CheckpointLoaderSimple": checkpoint,
    "UNETLoader": loader("unet_name"),
    "CLIPLoader": loader("clip_name"),
    "DualCLIPLoader": loader("clip_name1"),
    "VAELoader": loader("vae_name"),
    "CLIPVisionLoader": loader("clip_name"),
    "CLIPVisionEncode": same("clip_vision"),
    "LoraLoader": lora,
    "LoraLoaderModelOnly": lora,
    "ModelSamplingSD3": same("model"),
    "ModelSamplingFlux": same("model"),
    "CLIPSetLastLayer": same("clip"),
    "CLIPTextEncode": text_encode,
    "ConditioningZeroOut": same("conditioning"),
    "FluxGuidance": same("conditioning"),
    "EmptyLatentImage": empty_latent,
    "EmptySD3LatentImage": empty_latent,
    "EmptyHunyuanLatentVideo": empty_film,
    "Wan22ImageToVideoLatent": latent_of_film,
    "WanImageToVideo": image_to_video,
    "WanFirstLastFrameToVideo": image_to_video,
    "VAEEncode": vae_encode,
    "VAEDecode": vae_decode,
    "VAEDecodeTiled": vae_decode,
    "KSampler": sampler,
    "KSamplerAdvanced": sampler,
}
