"""Video and sound by FFmpeg, opened as the one format they were found to be, and nothing beside."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, cast

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.codec import CodecContext
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from tower_anime.media.sniff import NotMedia, TooLarge

_VIDEO = {"h264", "hevc", "vp8", "vp9", "av1", "prores", "mpeg4", "mjpeg"}
_SOUND = {"aac", "mp3", "opus", "vorbis", "flac", "alac"}
_SOUND_TRACKS = 8


@dataclass(slots=True)
class Track:
    """What has been decoded of one stream; times in seconds."""

    stream: VideoStream | AudioStream
    frames: int = 0
    start: Fraction = Fraction(0)
    end: Fraction = Fraction(0)
    size: tuple[int, int] | None = None
    """Width and height as shown, of a video."""

    @property
    def is_video(self) -> bool:
        return self.stream.type == "video"

    @property
    def seconds(self) -> Fraction:
        return self.end - self.start


class Decoded(NamedTuple):
    """What a file of video and sound turned out to hold."""

    seconds: float
    """Of the video, or of the longest sound track."""
    frames: int | None
    size: tuple[int, int] | None
    fps: Fraction | None
    has_audio: bool


def open_source(
    path: str, demuxer: str, pixels: int | None = None, *, glance: bool = False
) -> InputContainer:
    """Open a file for reading as the format `demuxer` (`Format.opener`), never as another.

    The protocols are cut down to local files, and the formats that may stand in this list open
    none beside the one given. `pixels` bounds what is decoded while opening. A `glance` decodes
    nothing then, which takes 2 ms instead of 12: the streams and their parameter sets are known,
    the pixel format is not.
    """
    options = {"protocol_whitelist": "file"}
    if pixels is not None:
        options["max_pixels"] = str(pixels)
    if glance:
        options["skip_frame"] = "all"
    return av.open(f"file:{path}", "r", format=demuxer, options=options, metadata_errors="replace")


def picture_stream(container: InputContainer) -> VideoStream | None:
    """The stream of moving pictures, if there is one: a cover of a piece of music is none."""
    moving = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if len(moving) > 1:
        raise NotMedia(f"The file has {len(moving)} video streams; at most one is accepted.")
    return moving[0] if moving else None


def read_all(path: str, demuxer: str, pixels: int, hold: Callable[[int, float], None]) -> Decoded:
    """Decode every packet of the video and sound streams and say what came of it.

    `hold` is called with the frames and seconds so far, of each stream by itself, and raises to
    stop. Raises NotMedia if anything does not decode, TooLarge if a frame has more than `pixels`.
    """
    try:
        with open_source(path, demuxer, pixels) as container:
            video, sounds = picture_stream(container), container.streams.audio
            _check(video, sounds, pixels)
            if demuxer != "mp3" and container.duration:  # an mp3's is a guess from its bit rate
                hold(0, container.duration / av.time_base)
            tracks = _decode(container, [*([video] if video else []), *sounds], hold)
            if demuxer == "flac":
                _hold_to_declared(tracks[0])
            return _sum_up(video, tracks)
    except av.FFmpegError as error:
        raise NotMedia(f"The file is broken or cut off: {error.strerror}.") from error


def _sum_up(video: VideoStream | None, tracks: list[Track]) -> Decoded:
    has_audio = any(not track.is_video for track in tracks)
    if not video:
        return Decoded(float(max(t.seconds for t in tracks)), None, None, None, has_audio)
    seen = tracks[0]
    return Decoded(float(seen.seconds), seen.frames, seen.size, video.average_rate, has_audio)


def _check(video: VideoStream | None, sounds: tuple[AudioStream, ...], pixels: int) -> None:
    """Hold to the bounds what the headers declare, before anything is decoded."""
    if not video and not sounds:
        raise NotMedia("The file has neither a video nor a sound stream.")
    if len(sounds) > _SOUND_TRACKS:
        raise NotMedia(f"The file has {len(sounds)} sound tracks; at most 8 are accepted.")
    for sound in sounds:
        _check_codec(sound, _SOUND)
    if video:
        _check_codec(video, _VIDEO)
        size = video.codec_context.width * video.codec_context.height
        if size > pixels:
            raise TooLarge(
                f"The video's frames have {size:,} pixels; at most {pixels:,} are accepted."
            )


def _check_codec(stream: VideoStream | AudioStream, accepted: set[str]) -> None:
    # No context: this FFmpeg has no decoder for it (PyAV's types do not say so)
    context: CodecContext | None = getattr(stream, "codec_context", None)
    name = context.codec.canonical_name if context else "of an unknown codec"
    if name not in accepted and not name.startswith("pcm_"):
        raise NotMedia(f"The file's {stream.type} is {name}, which is not accepted.")


def _decode(
    container: InputContainer,
    streams: list[VideoStream | AudioStream],
    hold: Callable[[int, float], None],
) -> list[Track]:
    tracks = {stream.index: Track(stream) for stream in streams}
    for stream in streams:
        stream.codec_context.options = {"err_detect": "explode"}  # else damage is painted over
    for packet in container.demux(streams):
        if packet.is_corrupt:
            raise NotMedia("The file is broken or cut off: a packet is incomplete.")
        track = tracks[packet.stream.index]
        for frame in cast("list[VideoFrame | AudioFrame]", packet.decode()):
            _count(track, frame)
            hold(track.frames if track.is_video else 0, float(track.seconds))
    for track in tracks.values():
        if not track.frames:
            raise NotMedia(f"The file's {track.stream.type} stream is empty.")
    return list(tracks.values())


def _count(track: Track, frame: VideoFrame | AudioFrame) -> None:
    if frame.is_corrupt:
        raise NotMedia("The file is broken or cut off: a frame is damaged.")
    if isinstance(frame, VideoFrame):
        shown = (frame.width, frame.height)
        if frame.rotation % 180:  # the camera lay on its side
            shown = (frame.height, frame.width)
        if track.size not in {None, shown}:
            raise NotMedia("The size of the video's frames changes on the way.")
        track.size = shown
    start = track.end
    if frame.pts is not None and frame.time_base is not None:
        start = frame.pts * frame.time_base
    track.start = min(track.start, start) if track.frames else start
    track.end = max(track.end, start + _lasts(frame, track.stream))
    track.frames += 1


def _lasts(frame: VideoFrame | AudioFrame, stream: VideoStream | AudioStream) -> Fraction:
    """Seconds. A frame that does not say lasts as long as the stream's average one."""
    if isinstance(frame, AudioFrame):
        return Fraction(frame.samples, frame.sample_rate)
    if frame.duration and frame.time_base:
        return frame.duration * frame.time_base
    return 1 / stream.average_rate if stream.average_rate else Fraction(0)


def _hold_to_declared(track: Track) -> None:
    """FLAC has no frame around it that would show a missing end, but counts its samples."""
    declared = (track.stream.duration or 0) * (track.stream.time_base or 0)
    if declared > track.seconds:
        raise NotMedia(
            f"The sound is cut off: of {float(declared):.2f} seconds "
            f"it holds {float(track.seconds):.2f}."
        )
