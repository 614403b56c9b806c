"""Assembling a cut: its takes, in order, as one mp4.

Every item becomes packets of the film's one H.264 (`media.h264`). Takes that were made with it and
fit their place are copied as they are; any other source, and the slate of a missing one, is first
encoded into such packets by itself. So there is one way into the film, and it only renumbers.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from fractions import Fraction
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, NamedTuple, TypedDict

import av
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from tower_anime.cuts.conform import conform
from tower_anime.cuts.film import Film
from tower_anime.cuts.packets import Numbered, matching_packets
from tower_anime.cuts.slate import draw_slate
from tower_anime.cuts.sources import frame_of, has_sound, timed_frames
from tower_anime.cuts.timeline import on_ticks
from tower_anime.media.frames import parse_fps
from tower_anime.media.h264 import add_film_stream, open_film
from tower_anime.media.sniff import NotMedia


class Slate(TypedDict):
    """What stands on the card of a missing take."""

    title: str
    text: str


class Item(TypedDict):
    """A place in the cut: `source` is the path of a video or picture, None if there is no take.

    `frames` is at least 1; of the source, `skip` frames of the film's rate are left out before. A
    longer source is trimmed, a shorter one's last frame is held.
    """

    source: str | None
    frames: int
    skip: int
    slate: Slate | None


class Assembly(TypedDict):
    """What to assemble, as plain JSON: it crosses into a child process. Sizes are even."""

    output: str
    width: int
    height: int
    fps: str
    items: list[Item]


class Assembled(TypedDict):
    """What became of it. `copied`, `encoded` and `slates` count items and add up to all of them.

    `unreadable` are the indexes of items whose source could not be read (a slate stands there) or
    whose sound broke off (silence follows).
    """

    frames: int
    copied: int
    encoded: int
    slates: int
    unreadable: list[int]
    sound: bool
    """Whether the film has a sound track."""


class _Look(NamedTuple):
    """What all frames of the film have in common, and what follows each that is encoded."""

    width: int
    height: int
    fps: Fraction


class _Bench(NamedTuple):
    """Where items are made ready: one at a time at the path `part`, to match `model`."""

    look: _Look
    model: VideoStream
    part: str


def assemble(job: Assembly, report: Callable[[int, int], None]) -> Assembled:
    """Write the film that `job` describes and say how it was made.

    H.264 in yuv420p and BT.709, each frame one tick of `fps`, the index in front; one stereo AAC
    track if any source has sound. It lasts exactly the sum of the items' frames, and the same
    sources make the same bytes, given one PyAV build. `report` is called with frames done and
    frames to do; both are equal once the film is at `output`, and nothing is there before.

    Raises ValueError for a job without items, an odd size or no frame rate, and PyAV's errors and
    OSError if the film cannot be written. A source that cannot be read does not raise.
    """
    items, output = job["items"], Path(job["output"])
    if not items or min(item["frames"] for item in items) < 1:
        raise ValueError("A cut needs items, each of at least one frame.")
    look = _Look(job["width"], job["height"], parse_fps(job["fps"]))
    tell = _only_forward(report, sum(item["frames"] for item in items))
    with TemporaryDirectory(prefix=".cut-", dir=output.parent) as room:
        film = Path(room, "film.mp4")
        assembled = _write(film, look, items, tell)
        film.replace(output)
    report(assembled["frames"], assembled["frames"])
    return assembled


def _write(
    film_path: Path, look: _Look, items: list[Item], tell: Callable[[int], None]
) -> Assembled:
    model_path, part = (str(film_path.with_name(name)) for name in ("model.mp4", "part.mp4"))
    _encode(model_path, look, [_slate_frame(None, look)], lambda _: None)
    sound = any(map(_has_sound, items))
    done = Assembled(frames=0, copied=0, encoded=0, slates=0, unreadable=[], sound=sound)
    with av.open(model_path, format="mov") as opened, open_film(str(film_path), look.fps) as out:
        bench = _Bench(look, opened.streams.video[0], part)
        film = Film(out, bench.model, look.fps, sound=sound)
        for index, item in enumerate(items):
            how, packets, readable = _made_ready(item, bench, lambda n: tell(film.frames + n))
            done[how] += 1
            source = item["source"] if how != "slates" else None
            if not film.append(packets, source, item["skip"]) or not readable:
                done["unreadable"].append(index)
            tell(film.frames)
        film.finish()
    done["frames"] = film.frames
    return done


def _made_ready(
    item: Item, bench: _Bench, tell: Callable[[int], None]
) -> tuple[Literal["copied", "encoded", "slates"], Numbered, bool]:
    """How the item was turned into packets, those packets, and whether its source was readable."""
    source, count, skip, look = item["source"], item["frames"], item["skip"], bench.look
    if source is not None:
        with suppress(NotMedia):
            # What comes later looks back at what would be left out, so that is encoded.
            packets = None if skip else matching_packets(source, bench.model, look.fps, count)
            if packets:
                return "copied", packets, True
            pictures = islice(on_ticks(timed_frames(source), look.fps, skip + count), skip, None)
            return "encoded", _encoded(pictures, count, bench, tell), True
    card = [_slate_frame(item["slate"], look)] * count
    return "slates", _encoded(card, count, bench, tell), source is None


def _encoded(
    pictures: Iterable[VideoFrame], count: int, bench: _Bench, tell: Callable[[int], None]
) -> Numbered:
    _encode(bench.part, bench.look, pictures, tell)
    packets = matching_packets(bench.part, bench.model, bench.look.fps, count)
    if packets is None:
        raise NotMedia("The source has no frames.")
    return packets


def _encode(
    path: str, look: _Look, pictures: Iterable[VideoFrame], tell: Callable[[int], None]
) -> None:
    """Encode the pictures, in any size and colours, as an mp4 of the film's kind."""
    second = max(1, round(look.fps))  # in frames; to tell once a second of film will do
    with open_film(path, look.fps) as out:
        stream = add_film_stream(out, look.width, look.height, look.fps)
        for number, frame in enumerate(conform(pictures, look.width, look.height)):
            frame.pts, frame.time_base = number, 1 / look.fps
            out.mux(stream.encode(frame))
            if (number + 1) % second == 0:
                tell(number + 1)
        out.mux(stream.encode(None))


def _slate_frame(slate: Slate | None, look: _Look) -> VideoFrame:
    title, text = (slate["title"], slate["text"]) if slate else ("", "")
    return frame_of(draw_slate(look.width, look.height, title, text))


def _has_sound(item: Item) -> bool:
    with suppress(NotMedia):
        return item["source"] is not None and has_sound(item["source"])
    return False


def _only_forward(report: Callable[[int, int], None], total: int) -> Callable[[int], None]:
    """Report frames done but never fewer than before (a source that breaks off begins again as a
    slate), and leave the last report, which says that the film is there, to the end.
    """
    most = 0

    def tell(frames: int) -> None:
        nonlocal most
        if most < frames < total:
            most = frames
            report(frames, total)

    return tell
