"""The film's sound: 48 kHz stereo AAC, of each item as many samples as its frames last."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain

from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import OutputContainer

from tower_anime.cuts.sources import is_picture, reading, time_of, video_of
from tower_anime.media.frames import SAMPLE_RATE, nearest
from tower_anime.media.sniff import NotMedia

_FORMAT, _LAYOUT = "fltp", "stereo"  # planar floats are what FFmpeg's AAC encoder takes
_BIT_RATE = 192_000
_CODER = {"aac_coder": "fast"}  # twice as fast as the default, at a bit rate that has room
_PACKET = 1024  # samples in an AAC packet (ISO/IEC 14496-3)
_PIECE = SAMPLE_RATE  # a second at a time: a long take's sound is never held whole


class Soundtrack:
    """The sound stream of a film that is being written; its items follow without a gap."""

    def __init__(self, film: OutputContainer) -> None:
        self._film = film
        self._stream = film.add_stream("aac", rate=SAMPLE_RATE, options=_CODER)
        self._stream.codec_context.layout = _LAYOUT
        self._stream.codec_context.bit_rate = _BIT_RATE
        self._waiting = AudioFifo()
        self._encoded = 0

    def add(self, source: str | None, count: int, skip: int) -> bool:
        """Append exactly `count` samples: the source's sound after `skip` of it, then silence.

        False if the sound broke off; what was read of it stays, so that the film stays in time.
        """
        left, whole = count, True
        try:
            for piece in sound_of(source, count, skip) if source else ():
                self._write(piece)
                left -= piece.samples
        except NotMedia:
            whole = False
        for piece in silence(left):
            self._write(piece)
        return whole

    def close(self) -> None:
        """Encode what is waiting."""
        if rest := self._waiting.read():
            self._encode(rest)
        self._film.mux(self._stream.encode(None))

    def _write(self, piece: AudioFrame) -> None:
        piece.pts = None  # the order is the time
        self._waiting.write(piece)
        while full := self._waiting.read(_PACKET):
            self._encode(full)

    def _encode(self, frame: AudioFrame) -> None:
        frame.pts, frame.time_base = self._encoded, Fraction(1, SAMPLE_RATE)
        self._encoded += frame.samples
        self._film.mux(self._stream.encode(frame))


def sound_of(source: str, count: int, skip: int = 0) -> Iterator[AudioFrame]:
    """Up to `count` samples of the source's sound, as planar floats in stereo at 48 kHz.

    They begin `skip` samples after the first frame of its video: what sounds before is left out, a
    late start is filled with silence. Without sound there are none. Raises NotMedia if it does
    not decode.
    """
    if is_picture(source):
        return
    with reading(source) as container:
        if not container.streams.audio:
            return
        video = video_of(container)
        decoded = container.decode(container.streams.audio[0])
        first = next(decoded, None)
        if first is None:
            return
        zero = (video.start_time or 0) * (video.time_base or Fraction(0))
        late = nearest((time_of(first) - zero) * SAMPLE_RATE)
        pieces = chain(silence(late), _resampled(chain([first], decoded)))
        yield from _slice(pieces, skip + max(0, -late), count)


def silence(count: int) -> Iterator[AudioFrame]:
    """`count` samples of silence, in pieces; none for a negative count."""
    while count > 0:
        piece = AudioFrame(_FORMAT, _LAYOUT, min(count, _PIECE))
        piece.sample_rate = SAMPLE_RATE
        for plane in piece.planes:
            plane.update(bytes(plane.buffer_size))
        yield piece
        count -= piece.samples


def _resampled(frames: Iterable[AudioFrame]) -> Iterator[AudioFrame]:
    resampler = AudioResampler(_FORMAT, _LAYOUT, SAMPLE_RATE)
    for frame in frames:
        yield from resampler.resample(frame)
    yield from resampler.resample(None)


def _slice(pieces: Iterable[AudioFrame], skip: int, count: int) -> Iterator[AudioFrame]:
    """The samples from `skip` on, up to `count` of them."""
    heard = AudioFifo()
    for piece in pieces:
        piece.pts = None
        heard.write(piece)
        if skip and (dropped := heard.read(skip, partial=True)):
            skip -= dropped.samples
        while count and (taken := heard.read(min(count, _PIECE))):
            count -= taken.samples
            yield taken
        if not count:
            return
    if rest := heard.read():
        yield rest
