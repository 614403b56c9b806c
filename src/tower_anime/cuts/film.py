"""The film of a cut while it is being written."""

from fractions import Fraction

from av.container import OutputContainer
from av.video.stream import VideoStream

from tower_anime.cuts.packets import Numbered
from tower_anime.cuts.sound import Soundtrack
from tower_anime.cuts.timeline import samples_at
from tower_anime.media.frames import SAMPLE_RATE


class Film:
    """Items follow one another without a gap. `model` is a stream of the film's kind (H.264)."""

    def __init__(
        self, out: OutputContainer, model: VideoStream, fps: Fraction, *, sound: bool
    ) -> None:
        self.frames = 0
        self._fps = fps
        self._delay = model.codec_context.reorder_depth
        self._out = out
        self._video = out.add_stream_from_template(model)
        self._video.time_base = 1 / fps
        self._sound = Soundtrack(out) if sound else None

    def append(self, packets: Numbered, source: str | None, skip: int) -> bool:
        """Append an item's packets and as much of the source's sound, without that of its first
        `skip` frames; False if that broke off.

        From the film's beginning to its end one packet is decoded a tick, `delay` ticks ahead of
        the frame that is shown in its place. So the decoding times join up like the frames do.
        """
        first, self.frames = self.frames, self.frames + len(packets)
        whole = self._sound is None or self._sound.add(
            source, self._samples(first, self.frames), self._samples(0, skip)
        )
        for place, (number, packet) in enumerate(packets):
            packet.stream, packet.time_base, packet.duration = self._video, 1 / self._fps, 1
            packet.pts, packet.dts = first + number, first + place - self._delay
            self._out.mux(packet)
        return whole

    def finish(self) -> None:
        """Write what sound is waiting; the container is the caller's to close."""
        if self._sound:
            self._sound.close()

    def _samples(self, first: int, end: int) -> int:
        passed = samples_at(first, self._fps, SAMPLE_RATE)
        return samples_at(end, self._fps, SAMPLE_RATE) - passed
