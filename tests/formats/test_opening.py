"""Files are told apart by content, and none grows without end."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from afterword.formats import opening
from afterword.formats.opening import MalformedFile, open_import

TEXT = b"line one\n" + b"x" * 100_000 + b"\nlast"


def zipped(how: int = zipfile.ZIP_DEFLATED, **files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def read_whole(path: Path, *, most: int = 1_000_000) -> None:
    read = 0
    with open_import(path) as opened:
        while found := opened.read(65_536):
            read += len(found)
            assert read < most


@pytest.mark.parametrize("packed", [TEXT, gzip.compress(TEXT), zipped(export=TEXT)])
def test_a_file_is_read_as_what_it_is(tmp_path: Path, packed: bytes) -> None:
    (tmp_path / "file").write_bytes(packed)
    with open_import(tmp_path / "file") as opened:
        assert opened.head == TEXT[: opening.HEAD]
        assert list(opened.lines(1_000_000)) == TEXT.split(b"\n")
        assert 0 < opened.done <= opened.size == len(packed)


@pytest.mark.parametrize(
    ("packed", "said"),
    [
        (zipped(a=b"1", b=b"2"), "holds 2 files"),
        (gzip.compress(TEXT)[:-20], "broken"),
        (b"PK\x03\x04 but no zip", "cannot be opened"),
        (zipped(zipfile.ZIP_BZIP2, a=TEXT), "unusual way"),
        (zipped(zipfile.ZIP_LZMA, a=TEXT), "unusual way"),
        (b"\x28\xb5\x2f\xfd rest", "zstd"),
    ],
)
def test_what_cannot_be_opened_is_refused(tmp_path: Path, packed: bytes, said: str) -> None:
    (tmp_path / "file").write_bytes(packed)
    with pytest.raises(MalformedFile, match=said):
        read_whole(tmp_path / "file")


def zip64(content: bytes) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("export", "w", force_zip64=True) as member,
    ):
        member.write(content)
    return out.getvalue()


def lying(packed: bytes) -> bytes:
    """A zip that says that its file is small."""
    at = packed.index(b"PK\x01\x02") + 24
    return packed[:at] + (100).to_bytes(4, "little") + packed[at + 4 :]


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(bytes(20_000_000)),
        gzip.compress(bytes(10_000_000)) * 2,
        zipped(export=bytes(20_000_000)),
        zip64(bytes(20_000_000)),
    ],
)
def test_a_bomb_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bytes) -> None:
    monkeypatch.setattr(opening, "FREE", 1_000_000)
    (tmp_path / "file").write_bytes(packed)
    with pytest.raises(MalformedFile, match="grows"):
        read_whole(tmp_path / "file", most=10_000_000)


def test_a_zip_that_lies_gives_no_more_than_it_says(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(lying(zipped(export=bytes(20_000_000))))
    with pytest.raises(MalformedFile, match="broken"):
        read_whole(tmp_path / "file", most=1_000)


def test_what_is_packed_twice_is_opened_once(tmp_path: Path) -> None:
    inner = zipped(export=bytes(20_000_000))
    (tmp_path / "file").write_bytes(zipped(export=inner))
    with open_import(tmp_path / "file") as opened:
        assert b"".join(iter(lambda: opened.read(1_000), b"")) == inner


def test_a_line_has_an_end(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(TEXT)
    with open_import(tmp_path / "file") as opened, pytest.raises(MalformedFile, match="Line 2"):
        list(opened.lines(50_000))


@pytest.mark.parametrize("packed", [TEXT, gzip.compress(TEXT), zipped(export=TEXT)])
def test_a_file_can_be_read_a_second_time(tmp_path: Path, packed: bytes) -> None:
    (tmp_path / "file").write_bytes(packed)
    with open_import(tmp_path / "file") as opened:
        first = list(opened.lines(1_000_000))
        opened.restart()
        assert list(opened.lines(1_000_000)) == first
