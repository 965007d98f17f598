"""Importing and exporting from the command line."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from afterword.formats.opening import MalformedFile
from tests.cli.test_commands import Shell
from tests.support.disqus_file import disqus_file, post, thread
from tests.support.server import run, wait_until

ORIGIN = "https://blog.example.org"
FILE = disqus_file(
    thread(1, f"{ORIGIN}/a", title="A"),
    thread(2, "http://old.example/b"),
    post(1, 1, "one", email="mira@example.org"),
    post(2, 1, "two", parent=1),
    post(3, 2, "three"),
)


@pytest.fixture
def shell(tmp_path: Path, database_url: str) -> Shell:
    """A site without comments."""
    shell = Shell(tmp_path / "data", database_url)
    shell.says("site", "add", "blog", "--origin", ORIGIN)
    (tmp_path / "disqus.xml").write_bytes(FILE)
    return shell


def test_a_dry_run_says_what_would_come(shell: Shell, tmp_path: Path) -> None:
    said = shell.says("import", str(tmp_path / "disqus.xml"), "--site", "blog", "--dry-run")
    assert "Pages: 1, of which 1 are new here." in said
    assert "Comments: 2 (2 approved), by 2 authors." in said
    assert "  2 would come." in said
    assert "A page on http://old.example, which is not of this site." in said
    assert shell.says("page", "list") == "No pages.\n"
    progress = shell("import", str(tmp_path / "disqus.xml"), "--site", "blog", "--dry-run").stderr
    assert progress == "", "there is no terminal to tell how far it is"


def test_the_report_is_one_document_for_programs_and_each_thing_a_line_of_a_file(
    shell: Shell, tmp_path: Path
) -> None:
    typed = ["import", str(tmp_path / "disqus.xml"), "--site", "blog", "--json"]
    (tmp_path / "sitemap.txt").write_text(f"{ORIGIN}/other\n")
    more = ["--sitemap", str(tmp_path / "sitemap.txt"), "--map", "/x=/y"]
    said = json.loads(
        shell.says(*typed, "--dry-run", *more, "--report", str(tmp_path / "report.jsonl"))
    )
    assert (said["pages"], said["new"], said["imported"]) == (1, 2, None)
    assert said["comments"] == {"approved": 2}
    (gone,) = said["gone"]
    assert gone["examples"] == [f"{ORIGIN}/a"]
    assert said["idle_rules"] == ["/x=/y"]
    lines = [json.loads(line) for line in (tmp_path / "report.jsonl").read_text().splitlines()]
    assert sorted(line["kind"] for line in lines) == ["gone", "skipped", "skipped"]
    assert lines[0]["place"] == "http://old.example/b"
    done = json.loads(shell.says(*typed))
    assert (done["imported"]["pages"], done["imported"]["comments"]) == (1, 2)
    nowhere = shell(*typed, "--sitemap", str(tmp_path / "nowhere.xml"))
    assert "There is no file" in nowhere.output


def test_an_import_is_mapped_repeated_and_exported(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "map").write_text(f"http://old.example/*={ORIGIN}/new/*\n\n")
    typed = ["import", str(tmp_path / "disqus.xml"), "--site", "blog"]
    said = shell.says(*typed, "--map-file", str(tmp_path / "map"), "--map", "/x?a=b=/y")
    assert "3 comments and 2 pages are new here now." in said
    assert "0 comments and 0 pages are new here now." in shell.says(
        *typed, "--map", f"http://old.example/*={ORIGIN}/new/*"
    )
    shell.says("export", "--site", "blog", str(tmp_path / "out.jsonl"), "--private")
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [line.get("ref") for line in lines[1:-1]] == [
        "url:blog.example.org/a", "disqus:1", "disqus:2", "url:blog.example.org/new/b", "disqus:3",
    ]  # fmt: skip
    assert lines[2]["email"] == "mira@example.org"
    assert (tmp_path / "out.jsonl").stat().st_mode & 0o077 == 0
    one = shell.says("export", "--site", "blog", "--page", f"{ORIGIN}/new/b")
    assert [json.loads(line).get("type") for line in one.splitlines()] == [
        None,
        "page",
        "comment",
        "end",
    ]
    assert "mira@example.org" not in shell.says("export", "--site", "blog")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
def test_a_terminal_is_told_how_far_it_is(tmp_path: Path) -> None:
    data = {**os.environ, "AFTERWORD_DATA": str(tmp_path / "data"), "TERM": "xterm"}
    run("site", "add", "blog", "--origin", ORIGIN, environ=data)
    (tmp_path / "disqus.xml").write_bytes(FILE)
    terminal, end = os.openpty()
    program = [sys.executable, "-m", "afterword", "import", str(tmp_path / "disqus.xml")]
    done = subprocess.run(
        [*program, "--site", "blog"],
        env={**data, "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=end,
    )
    os.close(end)
    said = os.read(terminal, 65_536).decode()
    os.close(terminal)
    assert done.returncode == 0
    for part in ("Reading", "Writing", "100%", "2/2", "comments/s", "0:00:00"):
        assert part in said
    assert b"comments/s" not in done.stdout


def test_columns_of_a_csv_are_named_and_come_back(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "file.csv").write_text(f"Seite;Wer;Wort\n{ORIGIN}/a;Mira;Hallo\n")
    typed = ["import", str(tmp_path / "file.csv"), "--site", "blog", "--csv-map", "Seite=page"]
    assert "1 comments and 1 pages" in shell.says(
        *typed, "--csv-map", "Wort=body", "--csv-map", "Wer=name"
    )
    wrong = shell(*typed, "--csv-map", "Wort=words")
    assert "is not like COLUMN=FIELD" in wrong.output
    other = shell(*typed, "--format", "disqus")
    assert "--csv-map is for a CSV" in other.output
    shell.says("export", "--site", "blog", "--format", "csv", str(tmp_path / "out.csv"))
    again = shell.says("import", str(tmp_path / "out.csv"), "--site", "blog")
    assert "0 comments and 0 pages" in again
    assert "<wp:comment_author><![CDATA[Mira]]>" in shell.says(
        "export", "--site", "blog", "--format", "wxr"
    )


def test_a_broken_file_ends_with_code_2_and_its_place(tmp_path: Path) -> None:
    data = {**os.environ, "AFTERWORD_DATA": str(tmp_path / "data")}
    run("site", "add", "blog", "--origin", ORIGIN, environ=data)
    (tmp_path / "cut.xml").write_bytes(FILE[:-20])
    done = run("import", str(tmp_path / "cut.xml"), "--site", "blog", environ=data)
    assert done.returncode == 2
    assert "Line 7, column" in done.stderr
    assert "Nothing was imported." in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_refused_says_why(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "cut.xml").write_bytes(FILE[:-20])
    broken = shell("import", str(tmp_path / "cut.xml"), "--site", "blog")
    assert isinstance(broken.exception, MalformedFile)
    (tmp_path / "text").write_text("hello")
    unknown = shell("import", str(tmp_path / "text"), "--site", "blog")
    assert "none that can be imported" in str(unknown.exception)
    wrong = shell("import", str(tmp_path / "text"), "--site", "blog", "--map", "nothing")
    assert "is not like OLD=NEW" in str(wrong.exception)


# The second half is slow beside the look at what is written, so that a signal comes in time.
SLOW_IN_THE_END = """
CREATE TRIGGER slow AFTER INSERT ON comment WHEN NEW.id > 500 BEGIN
    SELECT (WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 30000)
            SELECT count(*) FROM c);
END
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT])
def test_an_import_that_was_broken_off_is_finished_by_the_next(
    tmp_path: Path, sent: signal.Signals
) -> None:
    posts = [
        post(n, 1 + n % 40, f"text {n}", parent=n - 40 if n > 400 else None) for n in range(1, 801)
    ]
    threads = [thread(n, f"{ORIGIN}/{n}") for n in range(1, 41)]
    (tmp_path / "big.xml").write_bytes(disqus_file(*posts, *threads))
    data = {**os.environ, "AFTERWORD_DATA": str(tmp_path / "data")}
    run("site", "add", "blog", "--origin", ORIGIN, environ=data)
    typed = ("import", str(tmp_path / "big.xml"), "--site", "blog")
    database = tmp_path / "data" / "afterword.db"

    def count(sql: str = "SELECT count(*) FROM comment") -> int:
        with closing(sqlite3.connect(database)) as db:
            return int(db.execute(sql).fetchone()[0])

    def run_script(sql: str) -> None:
        with closing(sqlite3.connect(database)) as db:
            db.executescript(sql)

    run_script(SLOW_IN_THE_END)
    program = [sys.executable, "-m", "afterword", *typed]
    killed = subprocess.Popen(
        program,
        env=data,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        # What is started in the background of a shell hears of no Ctrl-C, and its children neither.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    wait_until(lambda: count() > 0, 60, lambda: "nothing was written")
    killed.send_signal(sent)
    _, said = killed.communicate()
    assert killed.returncode == (-9 if sent is signal.SIGKILL else 130), said
    assert b"Traceback" not in said
    before = count()
    assert 0 < before < 800
    assert list((tmp_path / "data").glob("import-*")) == []
    run_script("DROP TRIGGER slow")
    done = run(*typed, environ=data)
    assert f"{800 - before:,} comments" in done.stdout
    assert count() == count("SELECT count(DISTINCT origin_key) FROM comment") == 800
    assert count("SELECT count(*) FROM comment WHERE parent_id IS NOT NULL") == 400
    assert count("SELECT sum(comment_count) FROM page") == 800
