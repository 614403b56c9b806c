"""Nodes of sound: silence, and a file of it."""

from __future__ import annotations

import io
from dataclasses import dataclass

import av
from av.audio.stream import AudioStream

from tower_anime.simulator.nodes.saving import written
from tower_anime.simulator.nodes.values import Call, Node, Result, values

NO_SIZE = (0, 0)  # of pictures: there are none


@dataclass(frozen=True)
class Sound:
    """An AUDIO that is silent: seconds, and samples a second."""

    seconds: float
    rate: int


def empty_audio(call: Call) -> Result:
    """Silence."""
    return values(Sound(call["duration"], call["sample_rate"]))


def save_audio(call: Call) -> Result:
    """A FLAC file, told under `audio`."""
    return Result(told={"audio": [written(call, NO_SIZE, "flac", _flac(call["audio"]))]})


def _flac(sound: Sound) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="flac") as container:
        stream: AudioStream = container.add_stream("flac", rate=sound.rate)
        frame = av.AudioFrame("s16", "stereo", max(1, int(sound.seconds * sound.rate)))
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.sample_rate = sound.rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return buffer.getvalue()


NODES: dict[str, Node] = {"EmptyAudio": empty_audio, "SaveAudio": save_audio}
