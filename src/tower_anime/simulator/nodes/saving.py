"""The nodes that write files: pictures and films with the prompt and the workflow inside."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tower_anime.simulator import film
from tower_anime.simulator.counting import take
from tower_anime.simulator.errors import NodeFailed
from tower_anime.simulator.nodes.values import (
    Call,
    Job,
    Latent,
    Node,
    Pictures,
    Result,
    Video,
    values,
)

Entry = dict[str, str]

ODD_SIZE = (
    "[Errno 542398533] Generic error in an external library: 'avcodec_open2(\"libx264\", {})'"
)
"""What libx264, by way of PyAV, says of a width or a height that is odd."""
_OFFERED = {"format": ("Container", ("auto", "mp4")), "codec": ("Codec", ("auto", "h264"))}


def save_image(call: Call) -> Result:
    """PNG files among the outputs."""
    return Result(told={"images": _pngs(call, "output", call["filename_prefix"])})


def preview_image(call: Call) -> Result:
    """PNG files among the temporary ones."""
    prefix = f"ComfyUI_temp_{call.job.tag()}"
    return Result(told={"images": _pngs(call, "temp", prefix)})


def _pngs(call: Call, kind: str, prefix: str) -> list[Entry]:
    pictures: Pictures = call["images"]
    subfolder, beginning, number = _place(call.job, kind, prefix, pictures[0].size)
    about = PngInfo()
    for key, value in _metadata(call.job).items():
        about.add_text(key, json.dumps(value))
    entries = []
    for index, picture in enumerate(pictures):
        name = beginning.replace("%batch_num%", str(index))
        entry = _entry(f"{name}_{number + index:05}_.png", subfolder, kind)
        _sized(call.job, picture).save(_file(call.job, entry), pnginfo=about, compress_level=1)
        entries.append(_spoilt(call.job, entry))
    return entries


def create_video(call: Call) -> Result:
    """Pictures as a film."""
    return values(Video(tuple(call["images"]), call["fps"]))


def video_components(call: Call) -> Result:
    """A film as pictures."""
    video: Video = call["video"]
    return values(list(video.pictures), None, video.fps)


def save_video(call: Call) -> Result:
    """An mp4 file, told beside `animated`. Neither its format nor its size was checked before."""
    video: Video = call["video"]
    for name, (kind, taken) in _OFFERED.items():
        if call[name] not in taken:
            raise NodeFailed("ValueError", f"'{call[name]}' is not a valid Video{kind}")
    frames = _frames(call.job, video.pictures)
    if any(side % 2 for side in frames[0].size):
        raise NodeFailed("av.error.ExternalError", ODD_SIZE)
    return _film(call, "mp4", film.mp4(frames, video.fps, _metadata(call.job)))


def save_webm(call: Call) -> Result:
    """A webm file."""
    return _film(
        call, "webm", film.webm(_frames(call.job, call["images"]), call["fps"], _metadata(call.job))
    )


def save_webp(call: Call) -> Result:
    """An animated WebP."""
    return _film(call, "webp", film.webp(_frames(call.job, call["images"]), call["fps"]))


def save_apng(call: Call) -> Result:
    """An animated PNG, which is called as every other picture."""
    frames = _frames(call.job, call["images"])
    return _film(call, "png", film.apng(frames, call["fps"], _metadata(call.job)))


def save_latent(call: Call) -> Result:
    """What a sampler made, as safetensors: a file that is no picture."""
    header = json.dumps({"latent_tensor": {"dtype": "F32", "shape": [], "data_offsets": [0, 0]}})
    data = struct.pack("<Q", len(header)) + header.encode()
    samples: Latent = call["samples"]
    return Result(
        told={"latents": [written(call, (samples.width, samples.height), "latent", data)]}
    )


def _film(call: Call, ending: str, data: bytes) -> Result:
    return Result(told={"images": [_written(call, ending, data)], "animated": [True]})


def video_combine(call: Call) -> Result:
    """VideoHelperSuite's node, which tells its films under `gifs`."""
    frames = _frames(call.job, call["images"])
    ending, data = "mp4", b""
    if call["format"].startswith("video/"):
        data = film.mp4(frames, call["frame_rate"], _metadata(call.job))
    else:
        ending, data = "webp", film.webp(frames, call["frame_rate"])
    entry = {
        **_written(call, ending, data),
        "format": call["format"],
        "frame_rate": call["frame_rate"],
    }
    return Result(values=(None,), told={"gifs": [entry]})


def _written(call: Call, ending: str, data: bytes) -> Entry:
    pictures = call["video"].pictures if "video" in call.inputs else call["images"]
    return written(call, pictures[0].size, ending, data)


def written(call: Call, size: tuple[int, int], ending: str, data: bytes) -> Entry:
    """Write a file among the outputs, where the prefix and the size of its pictures say."""
    subfolder, beginning, number = _place(call.job, "output", call["filename_prefix"], size)
    entry = _entry(f"{beginning}_{number:05}_.{ending}", subfolder, "output")
    _file(call.job, entry).write_bytes(data)
    return _spoilt(call.job, entry)


def _place(job: Job, kind: str, prefix: str, size: tuple[int, int]) -> tuple[str, str, int]:
    try:
        return job.folders.next_name(kind, prefix, size)
    except ValueError as error:
        message = f"**** ERROR: Saving image outside the output folder is not allowed.\n {error}"
        raise NodeFailed("Exception", message) from error


def _entry(filename: str, subfolder: str, kind: str) -> Entry:
    return {"filename": filename, "subfolder": subfolder, "type": kind}


def _file(job: Job, entry: Entry) -> Path:
    return job.folders.of(entry["type"]) / entry["subfolder"] / entry["filename"]


def _metadata(job: Job) -> dict[str, Any]:
    """The prompt, and what the client sent along, such as the editor's workflow."""
    return {"prompt": job.graph, **(job.extra.get("extra_pnginfo") or {})}


def _sized(job: Job, picture: Image.Image) -> Image.Image:
    return picture.resize(job.behaviour.size) if job.behaviour.size else picture


def _frames(job: Job, pictures: Any) -> Pictures:
    frames = [_sized(job, picture) for picture in pictures]
    more = job.behaviour.extra_frames
    return frames + frames[-1:] * more if more >= 0 else frames[: max(1, len(frames) + more)]


def _spoilt(job: Job, entry: Entry) -> Entry:
    """The entry of a file that was just written, with what goes wrong with it done to it."""
    file = _file(job, entry)
    if take(job.behaviour, "truncate_outputs"):
        whole = file.read_bytes()
        file.write_bytes(whole[: len(whole) // 2])
    if take(job.behaviour, "remove_outputs"):
        file.unlink()
    return entry


NODES: dict[str, Node] = {
    "SaveImage": save_image,
    "PreviewImage": preview_image,
    "CreateVideo": create_video,
    "GetVideoComponents": video_components,
    "SaveVideo": save_video,
    "SaveWEBM": save_webm,
    "SaveAnimatedWEBP": save_webp,
    "SaveAnimatedPNG": save_apng,
    "SaveLatent": save_latent,
    "VHS_VideoCombine": video_combine,
}
