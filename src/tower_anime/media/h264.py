"""The one H.264 of a film: the settings that animatic takes, slates and cuts all share.

A cut copies a take's packets instead of encoding them again, and may do so only where the take's
parameter sets (SPS and PPS, the stream's extradata) are the film's. So nobody else configures an
encoder; given one PyAV build, the same frames give the same bytes, on whatever processor.
"""

from fractions import Fraction

import av
from av.container import OutputContainer
from av.video.stream import VideoStream

from tower_anime.media.frames import film_clock

PIXEL_FORMAT = "yuv420p"

_BT709 = 1  # ISO/IEC 23091-2 gives primaries, transfer and matrix the same number
_LIMITED_RANGE = 1  # AVCOL_RANGE_MPEG
# x264 spreads bits over a film by sums whose order is the processor's, and on some processors reads
# memory that nobody wrote; asked to be independent of them, it sums in one way.
_ENCODER = {"preset": "veryfast", "crf": "20", "x264-params": "cpu-independent=1"}
_SECONDS_BETWEEN_KEYFRAMES = 2  # so that scrubbing in a browser stays quick


def open_film(path: str, fps: Fraction) -> OutputContainer:
    """Open an mp4 for writing whose index stands in front and whose times are exact.

    The file's own clock is a thousandth of a second unless told: an edit list would round the end
    of a 24000/1001 film and hide its last frame. Frames and samples are both whole in this one.
    """
    options = {"movflags": "+faststart", "movie_timescale": str(film_clock(fps))}
    return av.open(path, "w", format="mp4", options=options)


def add_film_stream(
    container: OutputContainer, width: int, height: int, fps: Fraction
) -> VideoStream:
    """Add the film's video stream, its encoder open and its extradata known.

    Feed it `yuv420p` frames (BT.709, limited range) of `width` × `height` with `pts` counting
    frames and `time_base` 1/fps. Raises ValueError for an odd size: yuv420p halves both sides.
    """
    if width % 2 or height % 2:
        raise ValueError(f"A film's width and height must be even, not {width}x{height}.")
    stream = container.add_stream("libx264", rate=fps, options=dict(_ENCODER))
    encoder = stream.codec_context
    encoder.width, encoder.height, encoder.pix_fmt = width, height, PIXEL_FORMAT
    encoder.time_base = 1 / fps
    encoder.sample_aspect_ratio = Fraction(1)
    encoder.gop_size = max(1, round(_SECONDS_BETWEEN_KEYFRAMES * fps))
    encoder.color_primaries = encoder.color_trc = encoder.colorspace = _BT709
    encoder.color_range = _LIMITED_RANGE
    encoder.thread_count = 1  # several threads would spread the bits differently
    encoder.open()
    return stream
