"""Deciding whether a take's packets can stand in the film as they are."""

from fractions import Fraction
from itertools import islice

from av.packet import Packet
from av.video.stream import VideoStream

from tower_anime.cuts.sources import is_picture, reading, video_of
from tower_anime.media.frames import nearest

_IDR = 5  # the slice of a picture that no later one looks past (H.264, table 7-1)
_LENGTH = 4  # bytes before each NAL unit, as the film's extradata say too


Numbered = list[tuple[int, "Packet[VideoStream]"]]  # only PyAV's stubs are generic
"""An item's packets in decoding order, each with the number of its frame within the item."""


def matching_packets(source: str, film: VideoStream, fps: Fraction, frames: int) -> Numbered | None:
    """The source's packets as they are, or None.

    None if they cannot be copied into the film: other parameter sets (and with them another codec,
    size, pixel format, colour or rate), not exactly `frames` frames one a tick, a beginning that
    needs what was before it, or frames cut by an edit list. Raises NotMedia if the source cannot be
    read.
    """
    if is_picture(source):
        return None
    with reading(source, glance=True) as container:
        video = video_of(container)
        if video.codec_context.extradata != film.codec_context.extradata:
            return None
        packets = list(islice((p for p in container.demux(video) if p.size), frames + 1))
        whole = len(packets) == frames and not any(p.is_corrupt or p.is_discard for p in packets)
        if not whole or not _begins_anew(packets[0]) or _is_turned(video, packets[0]):
            return None
        shown = _numbers(packets, fps)
    delay = film.codec_context.reorder_depth
    if sorted(shown) != list(range(frames)) or any(n < i - delay for i, n in enumerate(shown)):
        return None
    return list(zip(shown, packets, strict=True))


def _is_turned(video: VideoStream, first: "Packet[VideoStream]") -> bool:
    """Whether the picture is to be turned: only a decoded frame tells, and the film cannot."""
    video.thread_count = 1
    video.codec_context.skip_frame = "DEFAULT"
    return any(frame.rotation for frame in [*video.decode(first), *video.decode(None)])


def _numbers(packets: "list[Packet[VideoStream]]", fps: Fraction) -> list[int]:
    """Which frame of the item each packet holds, counted from its first."""
    times = [(p.pts or 0) * p.time_base for p in packets]
    zero = min(times)
    return [nearest((time - zero) * fps) for time in times]


def _begins_anew(packet: "Packet[VideoStream]") -> bool:
    """Whether the packet holds an IDR picture; parameter sets and messages may precede it."""
    data, at = bytes(packet), 0
    while at + _LENGTH < len(data):
        if data[at + _LENGTH] & 0x1F == _IDR:
            return packet.is_keyframe
        at += _LENGTH + int.from_bytes(data[at : at + _LENGTH])
    return False
