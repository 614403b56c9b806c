"""The workflow inside a file: real files of a server, and every way in which one may be written."""

from __future__ import annotations

import io
import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import av
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.media.specimens import film
from tests.support.factories import png
from tests.workflows.material import CLIP, STILL, recorded
from tower_anime.media.sniff import NotMedia
from tower_anime.workflows import embedded, importing
from tower_anime.workflows.embedded import Embedded

PROMPT = json.dumps({"1": {"class_type": "SaveImage", "inputs": {"filename_prefix": "夜"}}})
PNG = b"\x89PNG\r\n\x1a\n"
EDITED = json.dumps({"nodes": [], "links": []})


def read(path: Path) -> Embedded:
    return embedded.read({"path": str(path)}, lambda _done, _total: None)


@pytest.mark.parametrize(("path", "name"), [(STILL, "still_512"), (CLIP, "video_mp4")])
def test_what_a_server_wrote_into_its_file_is_the_graph_that_it_was_sent(
    path: Path, name: str
) -> None:
    texts = {key: str(text) for key, text in read(path).items()}
    found = importing.from_texts(texts, {})
    assert found.origin == path.suffix.removeprefix(".")
    sent = recorded(name)
    assert {i: node["class_type"] for i, node in found.graph.items()} == {
        i: node["class_type"] for i, node in sent.items()
    }
    assert found.graph.keys() == sent.keys()


def pictures() -> Iterator[tuple[str, bytes]]:
    """A PNG for each kind of text, an animated one, and a WebP."""
    for kind in ("tEXt", "zTXt", "iTXt", "packed iTXt"):
        info = PngInfo()
        for key, text in (("prompt", PROMPT), ("workflow", EDITED)):
            if kind.endswith("iTXt"):
                info.add_itxt(key, text, zip=kind.startswith("packed"))
            else:
                info.add_text(key, text.encode().decode("latin-1"), zip=kind == "zTXt")
        file = io.BytesIO()
        Image.new("RGB", (8, 8)).save(file, "PNG", pnginfo=info)
        yield kind, file.getvalue()
    info, file = PngInfo(), io.BytesIO()
    for key, text in (("prompt", PROMPT), ("workflow", EDITED)):
        info.add(b"comf", f"{key}\0{text}".encode(), after_idat=True)
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(file, "PNG", pnginfo=info, save_all=True, append_images=frames[1:])
    yield "animated PNG", file.getvalue()
    image, file = Image.new("RGB", (8, 8)), io.BytesIO()
    exif = image.getexif()
    exif[0x0110], exif[0x010F] = f"prompt:{PROMPT}", f"workflow:{EDITED}"
    image.save(file, "WEBP", exif=exif.tobytes())
    yield "WebP", file.getvalue()


@pytest.mark.parametrize("data", [pytest.param(data, id=kind) for kind, data in pictures()])
def test_both_texts_of_a_picture_are_found(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "picture"
    path.write_bytes(data)
    found = read(path)
    assert json.loads(found["prompt"]) == json.loads(PROMPT)
    assert json.loads(found["workflow"]) == json.loads(EDITED)


def made_film(path: Path, metadata: dict[str, str]) -> None:
    """A film of a frame, with metadata."""
    options = {"movflags": "use_metadata_tags"} if path.suffix == ".mp4" else {}
    with av.open(str(path), "w", container_options=options) as container:
        container.metadata.update(metadata)
        stream = container.add_stream("libvpx-vp9" if path.suffix == ".webm" else "h264", rate=8)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for packet in [*stream.encode(av.VideoFrame(64, 64, "yuv420p")), *stream.encode()]:
            container.mux(packet)


@pytest.mark.parametrize("ending", [".mp4", ".webm"])
@pytest.mark.parametrize(
    "metadata",
    [
        {"prompt": PROMPT, "workflow": EDITED},
        {"comment": json.dumps({"prompt": PROMPT, "workflow": json.loads(EDITED)})},
    ],
    ids=["tags", "comment"],
)
def test_both_texts_of_a_film_are_found(
    ending: str, metadata: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / f"film{ending}"
    made_film(path, metadata)
    found = read(path)
    assert json.loads(found["prompt"]) == json.loads(PROMPT)
    assert json.loads(found["workflow"]) == json.loads(EDITED)


def test_files_without_a_workflow_are_read_and_have_none(tmp_path: Path) -> None:
    picture, clip = tmp_path / "picture.png", film(tmp_path / "film.mp4", "mp4", "h264")
    picture.write_bytes(png())
    assert [read(picture), read(clip)] == [{"kind": "png"}, {"kind": "mp4"}]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_a_text_that_unpacks_beyond_its_bound_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    packed = zlib.compress(b"0" * (embedded.MOST_TEXT + 1))
    text = chunk(b"zTXt", b"prompt\0\0" + packed)
    path.write_bytes(PNG + text + chunk(b"IEND", b""))
    with pytest.raises(NotMedia, match="more than 16,777,216 bytes"):
        read(path)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 and so on", "a ZIP archive"),
        (b"\xff\xd8\xff and so on", "JSON, PNG, WebP, MP4 or WebM"),
        (b'{"a": "\xff"}', "not UTF-8"),
        (b"RIFF\x10\0\0\0WEBPVP8 and so on", "picture cannot be read"),
        (b"\0\0\0\x18ftypmp42 and so on", "film cannot be read"),
        (PNG + chunk(b"iTXt", b"prompt\0\0\0"), "text in the picture is malformed"),
        (PNG + chunk(b"zTXt", b"prompt\0\0no zlib"), "text in the picture is malformed"),
    ],
)
def test_other_files_are_refused(data: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(NotMedia, match=reason):
        read(path)
