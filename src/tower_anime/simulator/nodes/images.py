"""The nodes that work on pictures; these do what the real ones do."""

from __future__ import annotations

import random
import threading
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops, ImageEnhance, ImageFile, ImageOps

from tower_anime.simulator.nodes.values import Call, Masks, Node, Pictures, Result, values

_PATIENT = threading.Lock()
_RESAMPLING = {
    "nearest-exact": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "area": Image.Resampling.BOX,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}


def load_image(call: Call) -> Result:
    """The picture, turned as its EXIF says, and its transparency as a mask."""
    whole = _opened(call.job.folders.annotated(call["image"]))
    if "A" in whole.getbands():
        mask = ImageChops.invert(whole.getchannel("A"))
    else:
        mask = Image.new("L", (64, 64), 0)
    return values([whole.convert("RGB")], [mask])


def _opened(file: Path) -> Image.Image:
    """A picture, upright. One that is cut off is taken for whole, as the real node takes it."""
    with _PATIENT, Image.open(file) as opened:
        # Pillow has one switch for all; it is on only while this one is read.
        before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, True
        try:
            opened.load()
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before
        return ImageOps.exif_transpose(opened)


def load_image_mask(call: Call) -> Result:
    """One channel of a picture."""
    whole = _opened(call.job.folders.annotated(call["image"])).convert("RGBA")
    channel = whole.getchannel(call["channel"][0].upper())
    return values([ImageChops.invert(channel) if call["channel"] == "alpha" else channel])


def empty_image(call: Call) -> Result:
    """A batch of one colour."""
    number = call["color"]
    colour = (number >> 16 & 255, number >> 8 & 255, number & 255)
    picture = Image.new("RGB", (call["width"], call["height"]), colour)
    return values([picture] * call["batch_size"])


def image_scale(call: Call) -> Result:
    """Another size; 0 keeps the proportions; `center` crops, `disabled` stretches."""
    method = _RESAMPLING[call["upscale_method"]]
    return values([_scaled(picture, call, method) for picture in call["image"]])


def _scaled(picture: Image.Image, call: Call, method: Image.Resampling) -> Image.Image:
    width, height = call["width"], call["height"]
    if not width and not height:
        return picture
    width = width or max(1, round(picture.width * height / picture.height))
    height = height or max(1, round(picture.height * width / picture.width))
    if call["crop"] == "center":
        return ImageOps.fit(picture, (width, height), method)
    return picture.resize((width, height), method)


def image_scale_by(call: Call) -> Result:
    """So many times the size."""
    method, by = _RESAMPLING[call["upscale_method"]], call["scale_by"]
    return values(
        [p.resize((max(1, round(p.width * by)), max(1, round(p.height * by))), method)
         for p in call["image"]]
    )  # fmt: skip


def image_invert(call: Call) -> Result:
    """The negative."""
    return values([ImageOps.invert(picture) for picture in call["image"]])


def image_batch(call: Call) -> Result:
    """One batch after the other, in the size of the first."""
    first: Pictures = call["image1"]
    return values([*first, *(ImageOps.fit(p, first[0].size) for p in call["image2"])])


def repeat_image_batch(call: Call) -> Result:
    """The batch several times."""
    return values(call["image"] * call["amount"])


def image_from_batch(call: Call) -> Result:
    """A part of a batch."""
    start = min(call["batch_index"], len(call["image"]) - 1)
    return values(call["image"][start : start + call["length"]])


def image_add_noise(call: Call) -> Result:
    """Noise on each picture, decided by the seed."""
    return values(
        [
            _noisy(picture, random.Random(f"{call['seed']}/{frame}"), call["strength"])  # noqa: S311 - a picture's grain
            for frame, picture in enumerate(call["image"])
        ]
    )


def _noisy(picture: Image.Image, chance: random.Random, strength: float) -> Image.Image:
    # Small grains would cost time; an eighth of the size, enlarged, is noise enough to see.
    size = (max(1, picture.width // 8), max(1, picture.height // 8))
    grain = Image.frombytes("L", size, chance.randbytes(size[0] * size[1]))
    noise = Image.merge("RGB", [grain.resize(picture.size, Image.Resampling.NEAREST)] * 3)
    return Image.blend(picture, ImageEnhance.Contrast(noise).enhance(1.0), strength / 2)


def solid_mask(call: Call) -> Result:
    """A mask of one value."""
    return values([Image.new("L", (call["width"], call["height"]), round(255 * call["value"]))])


def invert_mask(call: Call) -> Result:
    """The negative of a mask."""
    return values([ImageChops.invert(mask) for mask in call["mask"]])


def feather_mask(call: Call) -> Result:
    """A mask that fades out towards its edges."""
    return values([_feathered(mask, call) for mask in call["mask"]])


def _feathered(mask: Image.Image, call: Call) -> Image.Image:
    width, height = mask.size
    across = [_fade(x, width, call["left"], call["right"]) for x in range(width)]
    down = [_fade(y, height, call["top"], call["bottom"]) for y in range(height)]
    row, column = Image.new("L", (width, 1)), Image.new("L", (1, height))
    row.putdata(across)
    column.putdata(down)
    soft = ImageChops.multiply(row.resize(mask.size), column.resize(mask.size))
    return ImageChops.multiply(mask, soft)


def _fade(at: int, length: int, before: int, after: int) -> int:
    start = (at + 1) / before if at < before else 1.0
    end = (length - at) / after if at >= length - after else 1.0
    return round(255 * min(1.0, start) * min(1.0, end))


def image_composite_masked(call: Call) -> Result:
    """One batch laid onto another."""
    under: Pictures = call["destination"]
    over: Pictures = call["source"]
    masks: Masks | None = call.get("mask")
    composed = []
    for frame, picture in enumerate(under):
        top = over[min(frame, len(over) - 1)]
        if call["resize_source"]:
            top = top.resize(picture.size)
        whole = picture.copy()
        stencil = masks[min(frame, len(masks) - 1)].resize(top.size) if masks else None
        whole.paste(top, (call["x"], call["y"]), stencil)
        composed.append(whole)
    return values(composed)


def get_image_size(call: Call) -> Result:
    """Width, height and how many."""
    pictures: Pictures = call["image"]
    return values(*pictures[0].size, len(pictures))


def primitive(call: Call) -> Result:
    """A value that was typed in."""
    return values(call["value"])


def preview_any(call: Call) -> Result:
    """A value as text."""
    source: Any = call["source"]
    return Result(told={"text": [str(source)]})


NODES: dict[str, Node] = {
    "LoadImage": load_image,
    "LoadImageMask": load_image_mask,
    "EmptyImage": empty_image,
    "ImageScale": image_scale,
    "ImageScaleBy": image_scale_by,
    "ImageInvert": image_invert,
    "ImageBatch": image_batch,
    "RepeatImageBatch": repeat_image_batch,
    "ImageFromBatch": image_from_batch,
    "ImageAddNoise": image_add_noise,
    "SolidMask": solid_mask,
    "InvertMask": invert_mask,
    "FeatherMask": feather_mask,
    "ImageCompositeMasked": image_composite_masked,
    "GetImageSize": get_image_size,
    "PrimitiveString": primitive,
    "PrimitiveStringMultiline": primitive,
    "PrimitiveInt": primitive,
    "PrimitiveFloat": primitive,
    "PrimitiveBoolean": primitive,
    "PreviewAny": preview_any,
}
