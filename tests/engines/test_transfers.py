"""Files go to a server and come from it whole, or not at all."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from PIL import Image

from tests.engines.graphs import over, picture, submitted
from tests.support.comfyui import Comfy, workflow
from tests.support.factories import png
from tests.support.services import until
from tower_anime.engines.answers import Output
from tower_anime.engines.server import Server
from tower_anime.engines.troubles import Gone, Missing, Refused, Strange

LIMIT = 10_000_000


def test_a_file_is_named_by_its_content_in_one_folder(
    comfy: Comfy, server: Server, tmp_path: Path
) -> None:
    content = png()
    named = f"tower/{hashlib.sha256(content).hexdigest()}.png"
    (tmp_path / "Ref (1).PNG").write_bytes(content)
    assert server.upload(content, "../../hero.png") == named
    assert server.upload(tmp_path / "Ref (1).PNG", "Ref (1).PNG") == named  # the same once more
    assert [p.name for p in (comfy.folder / "input/tower").iterdir()] == [Path(named).name]


def test_the_name_that_the_server_returned_is_used(comfy: Comfy, server: Server) -> None:
    content = png()
    name = f"{hashlib.sha256(content).hexdigest()}.png"
    (comfy.folder / "input/tower").mkdir(parents=True, exist_ok=True)
    (comfy.folder / "input/tower" / name).write_bytes(b"a file that was cut short")
    renamed = server.upload(content, "hero.png")
    assert renamed == f"tower/{name.removesuffix('.png')} (1).png"
    assert (comfy.folder / "input" / renamed).read_bytes() == content


def test_an_uploaded_file_is_what_a_graph_reads(server: Server, tmp_path: Path) -> None:
    graph = workflow("still_512")
    graph["1"]["inputs"]["image"] = server.upload(png(colour="red"), "ref.png")
    found = over(server, submitted(server, graph))
    assert found.ended == "success"
    server.fetch(found.outputs[0], tmp_path / "a.png", LIMIT)
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (512, 512)


def test_a_file_with_no_plain_ending_has_none(server: Server) -> None:
    assert "." not in server.upload(b"bytes", 'a.p"ng')


def test_an_output_is_fetched_whole(comfy: Comfy, server: Server, tmp_path: Path) -> None:
    [output] = over(server, submitted(server)).outputs
    size = server.fetch(output, tmp_path / "one", LIMIT)
    written = (tmp_path / "one").read_bytes()
    assert len(written) == size
    assert written == (comfy.folder / "output/probe" / output.filename).read_bytes()
    assert Image.open(io.BytesIO(written)).size == (32, 32)


def test_temporary_outputs_are_fetched_too(server: Server, tmp_path: Path) -> None:
    found = over(server, submitted(server, workflow("preview_temp")))
    assert {output.type for output in found.outputs} == {"temp"}
    assert server.fetch(found.outputs[0], tmp_path / "one", LIMIT) > 0


def test_a_cached_run_names_old_files_also_where_they_are_gone(
    comfy: Comfy, server: Server, tmp_path: Path
) -> None:
    [output] = over(server, submitted(server)).outputs
    (comfy.folder / "output/probe" / output.filename).unlink()
    again = over(server, submitted(server))
    assert again.cached == {"1", "2"}
    assert again.outputs == (output,)
    with pytest.raises(Missing) as missing:
        server.fetch(output, tmp_path / "one", LIMIT)
    assert output.filename in missing.value.detail
    assert not (tmp_path / "one").exists()
    server.free()
    once_more = over(server, submitted(server))
    assert once_more.cached == frozenset()
    assert server.fetch(once_more.outputs[0], tmp_path / "one", LIMIT) > 0


def test_a_file_that_is_gone_when_a_run_is_done_is_missing(
    comfy: Comfy, server: Server, tmp_path: Path
) -> None:
    comfy.behave(remove_outputs=1)
    [output] = over(server, submitted(server)).outputs
    with pytest.raises(Missing):
        server.fetch(output, tmp_path / "one", LIMIT)


def test_an_answer_that_is_cut_leaves_no_file(comfy: Comfy, server: Server, tmp_path: Path) -> None:
    [output] = over(server, submitted(server)).outputs
    comfy.behave(cut={"/view": 1})
    with pytest.raises(Gone):
        server.fetch(output, tmp_path / "one", LIMIT)
    assert not (tmp_path / "one").exists()
    assert server.fetch(output, tmp_path / "one", LIMIT) > 0


def test_a_file_beyond_the_bound_is_not_taken(server: Server, tmp_path: Path) -> None:
    [output] = over(server, submitted(server)).outputs
    size = server.fetch(output, tmp_path / "one", LIMIT)
    assert server.fetch(output, tmp_path / "one", size) == size
    with pytest.raises(Strange, match="larger than"):
        server.fetch(output, tmp_path / "one", size - 1)
    assert not (tmp_path / "one").exists()


@pytest.mark.parametrize(
    "output",
    [
        Output("1", "images", "../../etc/passwd", "", "output"),
        Output("1", "images", "a.png", "../..", "output"),
        Output("1", "images", "a.png", "", "bogus"),
    ],
)
def test_what_a_server_refuses_to_show_is_strange(
    server: Server, tmp_path: Path, output: Output
) -> None:
    with pytest.raises(Strange):
        server.fetch(output, tmp_path / "one", LIMIT)


def test_a_name_with_any_characters_is_asked_for_as_it_is(server: Server, tmp_path: Path) -> None:
    graph = picture(prefix="かぐや/a b&c=d#1 %41")
    [output] = over(server, submitted(server, graph)).outputs
    assert server.fetch(output, tmp_path / "one", LIMIT) > 0


def test_a_file_that_is_too_large_for_the_server_is_refused(server: Server, tmp_path: Path) -> None:
    with (tmp_path / "large.png").open("wb") as file:
        file.truncate(101 * 1024 * 1024)
    with pytest.raises(Refused, match="larger than the server accepts"):
        server.upload(tmp_path / "large.png", "large.png")


def test_an_upload_that_fails_says_so(comfy: Comfy, server: Server) -> None:
    comfy.behave(refuse={"/upload": 1})
    with pytest.raises(Gone):
        server.upload(png(), "a.png")
    until(lambda: server.upload(png(), "a.png"))
