"""A database of somebody else: read as it was at one moment, and nothing that it says is carried out."""

from __future__ import annotations

import gzip
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from shutil import copyfile

import pytest

from afterword.core.errors import Unsupported
from afterword.formats import isso, sqlite_file
from afterword.formats.formats import format_of
from afterword.formats.opening import MalformedFile, open_import
from afterword.formats.record import CommentRecord, Markdown, PageRecord
from tests.support.foreign_databases import ISSO, cusdis_file, database, insert, isso_file

COMMENT: dict[str, object] = {
    "id": 1,
    "tid": 1,
    "created": 1,
    "mode": 1,
    "text": "a",
    "author": "b",
    "voters": b"",
}
FILE = isso_file([{"uri": "/a"}], [{}, {}])


def comments(path: Path, beside: Path | None = None) -> list[CommentRecord]:
    with open_import(path, beside) as opened:
        return [each for each in isso.read(opened) if isinstance(each, CommentRecord)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "comments.db").write_bytes(FILE)
    return tmp_path / "data" / "comments.db"


def beside(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir())


# --- files in use ---------------------------------------------------------------------------------


def test_a_file_is_read_and_nothing_is_left_beside_it(path: Path, tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    assert len(comments(path, tmp_path / "ours")) == 2
    assert path.read_bytes() == FILE
    assert beside(path) == ["comments.db"]
    assert list((tmp_path / "ours").iterdir()) == []


def test_its_program_may_write_while_it_is_read(path: Path) -> None:
    with open_import(path) as opened, closing(sqlite3.connect(path, timeout=0)) as db:
        found = isso.read(opened)
        next(found)
        insert(db, "comments", COMMENT | {"id": 3})
        db.commit()
        assert len(list(found)) == 2
    assert len(comments(path)) == 3


def test_a_write_ahead_log_in_use_is_read_too(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL").fetchone()
        insert(db, "comments", COMMENT | {"id": 3})
        assert len(comments(path)) == 3


@pytest.mark.parametrize("with_log", [True, False])
def test_a_copy_of_a_database_with_a_log_is_read_as_it_is(path: Path, with_log: bool) -> None:
    copy = path.parent / "copy" / "comments.db"
    copy.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL").fetchone()
        db.execute("PRAGMA wal_autocheckpoint = 0").fetchone()
        insert(db, "comments", COMMENT | {"id": 3})
        copyfile(path, copy)
        if with_log:
            copyfile(f"{path}-wal", f"{copy}-wal")
    before = beside(copy)
    assert len(comments(copy)) == (3 if with_log else 2)
    assert beside(copy) == before


def test_a_change_that_was_broken_off_is_not_read_as_if_it_were_whole(path: Path) -> None:
    copy = path.parent / "copy" / "comments.db"
    copy.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA cache_size = 1")
        db.execute("BEGIN")
        for n in range(3, 200):
            insert(db, "comments", COMMENT | {"id": n, "text": "x" * 1000})
        copyfile(path, copy)
        copyfile(f"{path}-journal", f"{copy}-journal")
    with pytest.raises(MalformedFile, match="broken off"):
        comments(copy)


def test_who_holds_on_to_it_is_waited_for_and_then_named(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "WAIT", 0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("BEGIN EXCLUSIVE")
        with pytest.raises(MalformedFile, match="Another program holds on to it"):
            comments(path)


def test_a_compressed_one_is_read_and_nothing_is_left(path: Path, tmp_path: Path) -> None:
    path.write_bytes(gzip.compress(FILE))
    (tmp_path / "ours").mkdir()
    assert len(comments(path, tmp_path / "ours")) == 2
    assert list((tmp_path / "ours").iterdir()) == []


def test_it_is_said_how_far_it_is(path: Path) -> None:
    path.write_bytes(isso_file([{"uri": "/a"}], [{}] * 199))
    with open_import(path) as opened:
        came = [opened.done for _ in isso.read(opened)]
        assert came == sorted(came)
        assert came[100] == opened.size * 101 // 200
        assert came[-1] == opened.size


# --- what it is -----------------------------------------------------------------------------------


def test_it_is_recognised_where_its_tables_are_described_far_behind(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TABLE comments")
        for n in range(600):
            db.execute(f"CREATE TABLE filler_{n} ({', '.join(f'column_{m}' for m in range(60))})")
        (schema,) = [each for each in ISSO.split(";") if "CREATE TABLE comments" in each]
        db.execute(schema)
        db.commit()
    with open_import(path) as opened:
        assert b"remote_addr" not in opened.head
        assert format_of(opened).name == "isso"


def test_it_is_recognised_in_another_encoding(path: Path) -> None:
    pages: list[dict[str, object]] = [{"id": 1, "uri": "/größe"}]
    path.write_bytes(
        database(
            "PRAGMA encoding = 'UTF-16';" + ISSO,
            {"threads": pages, "comments": [COMMENT | {"text": "你好"}]},
        )
    )
    with open_import(path) as opened:
        found = format_of(opened)
        assert found.name == "isso"
        page, comment = found.read(opened)
    assert isinstance(page, PageRecord)
    assert page.url == "/größe"
    assert isinstance(comment, CommentRecord)
    assert comment.body == Markdown("你好", html=True)


def test_another_database_is_none_that_can_be_imported(path: Path) -> None:
    path.write_bytes(database("CREATE TABLE comments (id, text);", {}))
    with open_import(path) as opened:
        with pytest.raises(Unsupported):
            format_of(opened)
        with pytest.raises(MalformedFile, match="no table threads"):
            list(format_of(opened, "isso").read(opened))
    path.write_bytes(cusdis_file([{}], [], []))
    with pytest.raises(MalformedFile, match="no table threads"):
        comments(path)
    path.write_bytes(b"no database")
    with pytest.raises(MalformedFile, match="no SQLite database"):
        comments(path)


# --- damaged --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damaged",
    [FILE[:99], FILE[:-1], FILE[: len(FILE) - 4096], FILE[:4096] + bytes(len(FILE) - 4096)],
)
def test_a_damaged_one_is_refused_in_plain_words(path: Path, damaged: bytes) -> None:
    path.write_bytes(damaged)
    with pytest.raises(MalformedFile, match=r"The database is (damaged|cut off)"):
        comments(path)


def test_pages_that_stand_twice_are_not_read_for_ever(path: Path) -> None:
    """A few pages that lead to each other could otherwise hold more rows than there is time for."""
    many = isso_file([{"uri": "/a"}], [{"text": "x" * 300}] * 400)
    page = int.from_bytes(many[16:18], "big")
    whole = bytearray(many)
    inner = next(
        at
        for at in range(page, len(many), page)
        if many[at] == 5 and many[at + 3 : at + 5] > b"\0\2"
    )
    cells = int.from_bytes(many[inner + 3 : inner + 5], "big")
    first = inner + int.from_bytes(many[inner + 12 : inner + 14], "big")
    for n in range(1, cells):
        at = inner + int.from_bytes(many[inner + 12 + 2 * n : inner + 14 + 2 * n], "big")
        whole[at : at + 4] = many[first : first + 4]
    path.write_bytes(bytes(whole))
    with pytest.raises(MalformedFile, match=r"is damaged \(\w[^\n]*\)\. The command"):
        comments(path)


# --- made to do harm ------------------------------------------------------------------------------


def _view(db: sqlite3.Connection) -> None:
    db.execute("DROP TABLE comments")
    db.execute("""
        CREATE VIEW comments AS WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n)
        SELECT id, 1 AS tid, NULL AS parent, 1 AS created, 1 AS mode, 'a' AS text, 'b' AS author FROM n
    """)


def _computed(db: sqlite3.Connection) -> None:
    db.execute("DROP TABLE comments")
    db.execute("""
        CREATE TABLE comments (id INTEGER PRIMARY KEY, tid, parent, created, mode, author,
            text AS (hex(zeroblob(1000000))))
    """)
    db.execute("INSERT INTO comments (id, tid) VALUES (1, 1)")


def _virtual(db: sqlite3.Connection) -> None:
    db.execute("DROP TABLE comments")
    db.execute("""
        CREATE VIRTUAL TABLE comments USING fts5 (id, tid, parent, created, mode, text, author)
    """)


def _huge(db: sqlite3.Connection) -> None:
    db.execute("UPDATE comments SET voters = zeroblob(5000000) WHERE id = 1")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_view, "no table comments"),
        (_computed, "computes what it holds"),
        (_virtual, "no table comments"),
        (_huge, "larger than"),
    ],
)
def test_what_could_take_for_ever_is_refused_at_once(
    path: Path, change: Callable[[sqlite3.Connection], None], said: str
) -> None:
    with closing(sqlite3.connect(path)) as db:
        change(db)
        db.commit()
    began = time.process_time()
    with pytest.raises(MalformedFile, match=said):
        comments(path)
    assert time.process_time() - began < 1


def test_what_takes_longer_than_it_can_is_broken_off(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_bytes(isso_file([{"uri": "/a"}], [{}] * 20_000))
    monkeypatch.setattr(sqlite_file, "_LEAST_STEPS", 0)
    monkeypatch.setattr(sqlite_file, "_STEPS_A_BYTE", 0)
    with pytest.raises(MalformedFile, match="longer to read"):
        comments(path)


def test_what_it_demands_of_its_rows_is_not_computed(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TABLE comments")
        db.execute("""
            CREATE TABLE comments (id INTEGER PRIMARY KEY, tid, parent, created, mode, text, author,
                CHECK (hex(zeroblob(length(text) + 2000000)) > text))
        """)
        db.execute("PRAGMA ignore_check_constraints = ON")
        row = {name: each for name, each in COMMENT.items() if name != "voters"}
        for n in range(500):
            insert(db, "comments", row | {"id": n})
        db.commit()
    began = time.process_time()
    assert len(comments(path)) == 500
    assert time.process_time() - began < 1


def test_its_triggers_and_indexes_do_nothing(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE INDEX few ON comments (id) WHERE id > 1")
        db.execute("CREATE TRIGGER gone AFTER INSERT ON comments BEGIN DELETE FROM comments; END")
        db.commit()
    assert len(comments(path)) == 2
