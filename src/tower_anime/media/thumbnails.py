"""Small pictures of media: of a picture itself, or of a video's poster frame.

They are WebP, which keeps transparency and is a third smaller than JPEG. Same source and width,
same bytes, given one Pillow and one PyAV build. Nothing of the source's metadata but its colour
profile is kept.
"""

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from PIL import Image, ImageOps, ImageStat

from tower_anime.media.colour import matrix_of
from tower_anime.media.pictures import opened, orientation, plain
from tower_anime.media.sniff import NotMedia, sniff
from tower_anime.media.stills import picture_of
from tower_anime.media.streams import open_source, picture_stream

_TALLEST = 4  # times the width: a scroll-long picture is made narrower instead
_QUALITY = 80
_FLAT = 6.0  # a standard deviation of grey (0 to 255) below which a frame shows next to nothing
_LOOKED_AT = 120  # frames: five seconds of film


def thumbnail(source: str, target: str, width: int, kind: str) -> None:
    """Write a WebP of the media at `source` to `target`, at most `width` pixels wide.

    `kind` is what `probe` said: `image` (of an animated one, its first frame) or `video` (the
    first frame that is not flat, from the first third on). The picture stands upright and is never
    enlarged. Raises NotMedia if the source does not decode or has no picture.
    """
    shown = _of_picture(source, width) if kind == "image" else _of_video(source, width)
    profile = shown.info.get("icc_profile")
    shown.save(target, "WEBP", quality=_QUALITY, method=4, icc_profile=profile)


def _of_picture(source: str, width: int) -> Image.Image:
    with opened(source, sniff(source).opener) as image:
        box = (width, width * _TALLEST)
        if orientation(image) >= 5:
            box = (box[1], box[0])
        image.draft("RGB", (2 * box[0], 2 * box[1]))  # a JPEG decodes at an eighth to full size
        image.load()
        shown = _with_plain_colours(image)
        shown.thumbnail(box, Image.Resampling.LANCZOS, reducing_gap=2.0)
        ImageOps.exif_transpose(shown, in_place=True)
        return shown


def _with_plain_colours(image: Image.Image) -> Image.Image:
    shown = plain(image)
    if image.mode not in {"RGB", "RGBA", "P"}:
        shown.info.pop("icc_profile", None)  # it described the ink or the grey
    return shown


def _of_video(source: str, width: int) -> Image.Image:
    try:
        with open_source(source, sniff(source).opener) as container:
            return _upright(_poster(container), width)
    except av.FFmpegError as error:
        raise NotMedia(f"The video does not decode: {error.strerror}.") from error


def _poster(container: InputContainer) -> VideoFrame:
    """The first telling frame from the keyframe at or before a third of the film."""
    stream = picture_stream(container)
    if stream is None:
        raise NotMedia("The file has no picture.")
    if container.duration:
        container.seek(container.duration // 3)
    best: tuple[float, VideoFrame] | None = None
    for number, frame in enumerate(container.decode(stream)):
        detail = _detail(frame)
        if best is None or detail > best[0]:
            best = (detail, frame)
        if detail >= _FLAT or number == _LOOKED_AT:
            break
    if best is None:
        raise NotMedia("The video has no frame.")
    return best[1]


def _detail(frame: VideoFrame) -> float:
    small = frame.reformat(width=64, height=36, format="gray", interpolation="AREA")
    return ImageStat.Stat(picture_of(small, "L")).stddev[0]


def _upright(frame: VideoFrame, width: int) -> Image.Image:
    across, down = frame.width, frame.height
    if frame.rotation % 180:
        across, down = down, across
    scale = min(1, width / across, width * _TALLEST / down)
    small = frame.reformat(
        width=max(1, round(frame.width * scale)),
        height=max(1, round(frame.height * scale)),
        format="rgb24",
        src_colorspace=matrix_of(frame),
        interpolation="AREA" if scale < 1 else "BICUBIC",
    )
    return picture_of(small, "RGB").rotate(frame.rotation, expand=True)
