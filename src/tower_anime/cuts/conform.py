"""Bringing any picture into a film's frame: its size, its colours, black bars at its sides."""

from collections.abc import Iterable, Iterator

import av
from av.filter import Graph
from av.video.frame import VideoFrame

from tower_anime.media.colour import matrix_of
from tower_anime.media.h264 import PIXEL_FORMAT
from tower_anime.media.sniff import NotMedia

_TURNS: dict[int, list[tuple[str, str | None]]] = {
    90: [("transpose", "cclock")],
    -90: [("transpose", "clock")],
    180: [("hflip", None), ("vflip", None)],
    -180: [("hflip", None), ("vflip", None)],
}
_NO_TYPE = 0  # AV_PICTURE_TYPE_NONE: the encoder chooses, not the source's keyframes
_RGB_MATRIX, _FULL_RANGE = 0, 2


def conform(frames: Iterable[VideoFrame], width: int, height: int) -> Iterator[VideoFrame]:
    """Each frame scaled to fit `width` × `height`, upright, with square pixels, in BT.709.

    Raises NotMedia for a frame that cannot be scaled.

    The same frame again is answered with the same frame, so that a hold costs nothing. `pts` and
    `time_base` are the caller's to set.
    """
    graph, made_for = None, ""
    source = fitted = None
    for frame in frames:
        if fitted is None or frame is not source:
            looks = _looks(frame)
            if graph is None or looks != made_for:
                graph, made_for = _graph(looks, frame.rotation, width, height), looks
            source, fitted = frame, _through(graph, frame)
        yield fitted


def _through(graph: Graph, frame: VideoFrame) -> VideoFrame:
    try:
        graph.vpush(frame)
        fitted = graph.vpull()
    except av.FFmpegError as error:
        raise NotMedia(f"A frame cannot be brought to the film's size: {error}") from error
    fitted.pict_type = _NO_TYPE
    return fitted


def _looks(frame: VideoFrame) -> str:
    """The arguments of FFmpeg's buffer filter for frames like this one."""
    matrix = _RGB_MATRIX if frame.format.is_rgb else matrix_of(frame)
    full = _FULL_RANGE if frame.format.is_rgb else frame.color_range
    return (
        f"video_size={frame.width}x{frame.height}:pix_fmt={frame.format.name}:time_base=1/1"
        f":colorspace={matrix}:range={full}"
    )


def _graph(looks: str, rotation: int, width: int, height: int) -> Graph:
    graph = Graph()
    graph.threads = 1
    steps = [
        graph.add("buffer", looks),
        *(graph.add(name, turn) for name, turn in _TURNS.get(rotation, [])),
        graph.add(
            "scale",
            f"{width}:{height}:force_original_aspect_ratio=decrease:force_divisible_by=2"
            ":reset_sar=1:flags=lanczos+accurate_rnd:out_color_matrix=bt709:out_range=tv",
        ),
        graph.add("format", PIXEL_FORMAT),
        graph.add("pad", f"{width}:{height}:(ow-iw)/2:(oh-ih)/2"),
        graph.add("buffersink"),
    ]
    graph.link_nodes(*steps).configure()
    return graph
