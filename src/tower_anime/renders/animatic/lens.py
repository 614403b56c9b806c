"""The frames of a film: the painting cropped and scaled, then weather and captions laid on it.

All of it is a libavfilter graph whose crop and scale are commanded frame by frame; PyAV lets go of
the interpreter's lock inside it.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from av.filter.context import FilterContext
from av.filter.graph import Graph
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from PIL import Image

from .camera import View, span, views
from .caption import Plate
from .painting import Painting


def frames(painting: Painting, fps: Fraction) -> Iterator[VideoFrame]:
    """Every frame of the film in order: `yuv420p`, BT.709, `pts` counting frames of 1/fps."""
    looks = views(painting.path, painting.cues[-1].end)
    canvas = _yuv(painting.picture, "yuv420p")
    for cue in painting.cues:
        lens = _Lens(painting, canvas, painting.plates(cue), 1 / fps)
        for number in range(cue.first, cue.end):
            yield lens.look(next(looks), number)


def _yuv(picture: Image.Image, pixel_format: str) -> VideoFrame:
    # VideoFrame.from_image would drop the alpha of a caption.
    pixels = picture.convert("RGBA").tobytes()
    return VideoFrame.from_bytes(pixels, picture.width, picture.height, "rgba").reformat(
        format=pixel_format,
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.MPEG,
        threads=1,
    )


def _command(target: FilterContext, **values: int) -> None:
    for name, value in values.items():
        target.process_command(name, str(value))


class _Lens:
    """The filter graph of the frames that share their captions."""

    def __init__(
        self, painting: Painting, canvas: VideoFrame, plates: Sequence[Plate], tick: Fraction
    ) -> None:
        self._painting, self._canvas, self._tick = painting, canvas, tick
        self._graph = Graph()
        self._graph.threads = 1  # the encoder beside it needs the other core
        self._waiting: list[tuple[FilterContext, VideoFrame]] = []
        self._source = self._buffer(canvas)
        size = f"{painting.width}:{painting.height}"
        self._crop = self._after(self._source, "crop", f"{size}:0:0")
        self._scale = self._after(self._crop, "scale", f"{size}:flags=bilinear")
        self._trim = self._after(self._scale, "crop", f"{size}:0:0")
        last = self._falling = self._trim
        if painting.fall:
            last = self._falling = self._lay(last, painting.fall.picture, 0, 0)
        for plate in plates:
            last = self._lay(last, plate.picture, plate.x, plate.y)
        self._sink = self._after(last, "buffersink")
        self._graph.configure()
        for source, picture in self._waiting:
            source.push(picture)
            source.push(None)  # no more follow: this one is repeated

    def look(self, view: View, number: int) -> VideoFrame:
        """Frame `number`, seen as `view` says."""
        self._aim(view)
        if self._painting.fall:
            x, y = self._painting.fall.corner(float(number * self._tick))
            _command(self._falling, x=x, y=y)
        self._canvas.pts = number
        self._source.push(self._canvas)
        frame = self._sink.pull()
        if not isinstance(frame, VideoFrame):
            raise TypeError("A video filter graph gave a frame of sound.")
        return frame

    def _aim(self, view: View) -> None:
        across = span(view.x, view.ratio, self._painting.width, self._canvas.width)
        down = span(view.y, view.ratio, self._painting.height, self._canvas.height)
        _command(self._crop, w=across.source, h=down.source, x=across.origin, y=down.origin)
        _command(self._scale, w=across.scaled, h=down.scaled)
        _command(self._trim, x=across.skip, y=down.skip)

    def _after(self, previous: FilterContext, name: str, args: str | None = None) -> FilterContext:
        added = self._graph.add(name, args)
        previous.link_to(added)
        return added

    def _buffer(self, frame: VideoFrame) -> FilterContext:
        frame.pts, frame.time_base = 0, self._tick
        return self._graph.add(
            "buffer",
            video_size=f"{frame.width}x{frame.height}",
            pix_fmt=frame.format.name,
            time_base=str(self._tick),
            colorspace="bt709",
            range="tv",
        )

    def _lay(self, below: FilterContext, picture: Image.Image, x: int, y: int) -> FilterContext:
        frame = _yuv(picture, "yuva420p")
        source = self._buffer(frame)
        overlay = self._after(below, "overlay", f"{x}:{y}:format=yuv420")
        source.link_to(overlay, 0, 1)
        self._waiting.append((source, frame))
        return overlay
