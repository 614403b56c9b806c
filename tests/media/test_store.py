"""Promises of tower_anime.media.store."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tower_anime.core.errors import TooLarge
from tower_anime.media.store import CHUNK, MediaStore, Received

PIECES = st.lists(st.binary(max_size=200), max_size=8)


def receive(store: MediaStore, pieces: list[bytes], limit: int = 10 * CHUNK) -> Received:
    async def sent() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    return asyncio.run(store.receive(sent(), limit))


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@given(PIECES)
def test_any_bytes_come_back_under_their_hash(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    sha256 = hashlib.sha256(data).hexdigest()
    with TemporaryDirectory() as folder:
        store = MediaStore(Path(folder))

        received = receive(store, pieces)
        store.keep(received)

        assert (received.sha256, received.size) == (sha256, len(data))
        assert store.path(sha256).read_bytes() == data
        assert files(Path(folder)) == [Path(folder, sha256[:2], sha256)]


@given(PIECES, PIECES)
def test_the_same_bytes_are_kept_once_however_they_came(
    pieces: list[bytes], others: list[bytes]
) -> None:
    with TemporaryDirectory() as folder:
        store = MediaStore(Path(folder))
        for sent in (pieces, [b"".join(pieces)], others):
            store.keep(receive(store, sent))

        assert len(files(Path(folder))) == len({b"".join(pieces), b"".join(others)})


def test_a_kept_file_can_only_be_read(tmp_path: Path) -> None:
    store = MediaStore(tmp_path)
    received = receive(store, [b"moon"])

    assert not store.has(received.sha256)
    store.keep(received)

    assert store.has(received.sha256)
    assert store.path(received.sha256).stat().st_mode & 0o777 == 0o444


def test_two_who_send_the_same_bytes_at_once_both_succeed(tmp_path: Path) -> None:
    store = MediaStore(tmp_path)
    one, two = receive(store, [b"moon"]), receive(store, [b"moon"])

    store.keep(two)
    store.keep(one)

    assert files(tmp_path) == [store.path(one.sha256)]


@pytest.mark.parametrize("pieces", [[bytes(101)], [bytes(60), bytes(41)], [b"x"] * 101])
def test_more_than_the_limit_is_refused_and_leaves_nothing(
    tmp_path: Path, pieces: list[bytes]
) -> None:
    store = MediaStore(tmp_path)

    with pytest.raises(TooLarge, match="larger than the 100 bytes"):
        receive(store, pieces, limit=100)
    assert files(tmp_path) == []


def test_as_much_as_the_limit_is_received(tmp_path: Path) -> None:
    assert receive(MediaStore(tmp_path), [bytes(60), bytes(40)], limit=100).size == 100


def test_a_sender_who_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    store = MediaStore(tmp_path)

    async def broken() -> AsyncIterator[bytes]:
        yield bytes(2 * CHUNK)
        assert files(tmp_path)[0].stat().st_size == 2 * CHUNK
        raise ConnectionError

    with pytest.raises(ConnectionError):
        asyncio.run(store.receive(broken(), 10 * CHUNK))
    assert files(tmp_path) == []


def test_what_is_kept_from_a_bench_stays_and_the_rest_is_removed(tmp_path: Path) -> None:
    store = MediaStore(tmp_path)

    with store.bench() as bench:
        (bench / "film.mp4").write_bytes(b"film")
        (bench / "part.mp4").write_bytes(b"part")
        store.keep(store.hashed(bench / "film.mp4"))

    assert files(tmp_path) == [store.path(hashlib.sha256(b"film").hexdigest())]
    assert list((tmp_path / "incoming").iterdir()) == []


def test_a_bench_is_cleared_also_when_the_work_fails(tmp_path: Path) -> None:
    store = MediaStore(tmp_path)

    with pytest.raises(OSError, match="no room"), store.bench() as bench:  # noqa: PT012
        (bench / "half.mp4").write_bytes(b"half a film")
        raise OSError("no room")

    assert list((tmp_path / "incoming").iterdir()) == []


def test_a_new_store_clears_what_a_killed_one_left_and_keeps_the_rest(tmp_path: Path) -> None:
    store = MediaStore(tmp_path)
    kept, left = receive(store, [b"kept"]), receive(store, [b"left"])
    store.keep(kept)

    store = MediaStore(tmp_path)

    assert not left.path.exists()
    assert files(tmp_path) == [store.path(kept.sha256)]
