"""Threads as files: whole, safe, nothing private, and only what has changed is touched."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest

from afterword.services.context import open_context
from afterword.settings import Settings
from tests.cli.test_commands import Shell
from tests.services.builders import ORIGIN, submit

HOSTILE = '</script><script>alert(1)</script> "quoted" <img src=x onerror=alert(2)>'


def write(shell: Shell, *comments: dict[str, Any]) -> list[int]:
    async def work() -> list[int]:
        settings = Settings(data=shell.data, database_url=shell.environ["AFTERWORD_DATABASE_URL"])
        async with open_context(settings) as ctx:
            return [(await submit(ctx, **each)).comment.id for each in comments]

    return asyncio.run(work())


@pytest.fixture
def shell(tmp_path: Path, database_url: str) -> Shell:
    """A site with comments on two pages."""
    shell = Shell(tmp_path / "data", database_url)
    shell.says("site", "add", "blog", "--origin", ORIGIN, "--hold", "none", "--proof", "off")
    [first] = write(shell, {"body": HOSTILE, "url": f"{ORIGIN}/weir", "email": "mira@example.com"})
    write(shell, {"body": "An answer", "url": f"{ORIGIN}/weir", "parent_id": first})
    write(shell, {"body": "Elsewhere", "url": f"{ORIGIN}/notes/Gauge/?utm_source=x"})
    return shell


def render(shell: Shell, out: Path, *more: str) -> dict[str, Any]:
    """The index."""
    shell.says("render", "--site", "blog", "--out", str(out), *more)
    found: dict[str, Any] = json.loads((out / "index.json").read_text("utf-8"))
    return found


def stamps(out: Path) -> dict[str, int]:
    return {each.name: each.stat().st_mtime_ns for each in out.iterdir()}


def test_each_thread_is_a_piece_of_html_that_is_safe_in_any_page(
    shell: Shell, tmp_path: Path
) -> None:
    index = render(shell, tmp_path / "out")
    assert set(index["pages"]) == {f"{ORIGIN}/weir", f"{ORIGIN}/notes/Gauge/"}
    entry = index["pages"][f"{ORIGIN}/weir"]
    assert entry["count"] == 2
    assert index["keys"]["blog.example.org/weir"] == entry["file"]
    text = (tmp_path / "out" / entry["file"]).read_text("utf-8")
    assert "&lt;img src=x" in text and "<img" not in text and "alert(1)</script>" not in text
    assert "mira@example.com" not in text and " style=" not in text and "<style" not in text
    assert re.findall(r"<script[^>]*>", text) == ['<script type="application/ld+json">']
    [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    [posting] = json.loads(data)["@graph"]
    assert posting["@type"] == "DiscussionForumPosting" and len(posting["comment"]) == 1
    links = re.findall(r'href="([^"#][^"]*)"', text)
    assert links and all(
        each.startswith("https://comments.example.org/talk/thread?") for each in links
    )


def test_what_has_not_changed_is_not_touched(shell: Shell, tmp_path: Path) -> None:
    out = tmp_path / "out"
    index = render(shell, out)
    before = stamps(out)
    assert render(shell, out) == index and stamps(out) == before
    write(shell, {"body": "More", "url": f"{ORIGIN}/weir"})
    changed = render(shell, out)
    name = index["pages"][f"{ORIGIN}/weir"]["file"]
    after = stamps(out)
    assert {each for each in after if after[each] != before[each]} == {name, "index.json"}
    assert changed["pages"][f"{ORIGIN}/weir"]["count"] == 3
    assert "More" in (out / name).read_text("utf-8")


def test_one_page_alone_leaves_the_others(shell: Shell, tmp_path: Path) -> None:
    out = tmp_path / "out"
    whole = render(shell, out)
    write(shell, {"body": "More", "url": f"{ORIGIN}/weir"}, {"body": "More", "url": f"{ORIGIN}/z"})
    one = render(shell, out, "--page", f"{ORIGIN}/weir")
    gauge = f"{ORIGIN}/notes/Gauge/"
    assert one["pages"][gauge] == whole["pages"][gauge] and set(one["pages"]) == set(whole["pages"])
    assert one["pages"][f"{ORIGIN}/weir"]["count"] == 3


def test_files_of_threads_that_are_gone_go_and_no_others(shell: Shell, tmp_path: Path) -> None:
    out = tmp_path / "out"
    index = render(shell, out)
    own = out / "mine-0123456789abcdef.html"
    own.write_text("mine", "utf-8")
    shell.says("page", "merge", f"{ORIGIN}/notes/Gauge", f"{ORIGIN}/weir")
    after = render(shell, out)
    assert not (out / index["pages"][f"{ORIGIN}/notes/Gauge/"]["file"]).exists()
    assert own.read_text("utf-8") == "mine"
    assert after["keys"]["blog.example.org/notes/Gauge"] == after["pages"][f"{ORIGIN}/weir"]["file"]


def test_an_index_that_names_files_of_others_has_none_of_them_removed(
    shell: Shell, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    index = render(shell, out)
    victim = tmp_path / "victim.html"
    victim.write_text("keep", "utf-8")
    entry = {**index["pages"][f"{ORIGIN}/weir"], "file": "../victim.html"}
    index["pages"]["https://blog.example.org/gone"] = entry
    (out / "index.json").write_text(json.dumps(index), "utf-8")
    render(shell, out)
    assert victim.read_text("utf-8") == "keep"


@pytest.mark.parametrize("text", ["[]", "{}", '{"kind": "x", "site": "y", "pages": {}}', "{"])
def test_a_folder_with_an_index_of_something_else_is_left_alone(
    shell: Shell, tmp_path: Path, text: str
) -> None:
    (tmp_path / "index.json").write_text(text, "utf-8")
    refused = shell("render", "--site", "blog", "--out", str(tmp_path))
    assert "not an index of ours" in str(refused.exception)
    assert (tmp_path / "index.json").read_text("utf-8") == text


def test_only_approved_comments_are_in_it(shell: Shell, tmp_path: Path) -> None:
    shell.says("site", "edit", "blog", "--hold", "all")
    write(
        shell, {"body": "Waits", "url": f"{ORIGIN}/weir"}, {"body": "Waits", "url": f"{ORIGIN}/w"}
    )
    shell.says("comment", "remove", "2")
    index = render(shell, tmp_path / "out", "--lang", "de-AT")
    assert f"{ORIGIN}/w" not in index["pages"]
    text = (tmp_path / "out" / index["pages"][f"{ORIGIN}/weir"]["file"]).read_text("utf-8")
    assert "Waits" not in text and "An answer" not in text and 'lang="de"' in text
