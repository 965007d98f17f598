"""An export that somebody wrote to do harm is stored as what may be stored, or refused."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from afterword.core.model import Site, Status
from afterword.core.tree import is_valid
from afterword.formats import native
from afterword.formats.opening import MalformedFile
from afterword.formats.record import CommentRecord, EditRecord, Own, PageRecord
from afterword.services.context import Context
from tests.services.builders import ORIGIN
from tests.services.importing.taking import all_comments, exported, take

START = native.start_line("blog", [ORIGIN], private=True)
PAGE = PageRecord("p", f"{ORIGIN}/a", "A", created_at=1, keys=("url:blog.example.org/a",))
COMMENT = CommentRecord(
    "k", "p", None, Status.APPROVED, "Mira", Own("a", [["p", "a"]]), 5, origin_key="k"
)


def written(*comments: CommentRecord, page: PageRecord = PAGE) -> bytes:
    lines = (native.line_of(page), *map(native.line_of, comments))
    return b"".join((START, *lines, native.end_line(1, len(comments))))


@pytest.mark.parametrize(
    "changed",
    [
        {"ref": "k\0", "origin_key": "k\0"},
        {"ref": "k" * 5000},
        {"name": "\0\0", "role": "r\0" * 90, "avatar": "\0" * 90},
        {"body": Own("a\0", [["p", "a\0"]])},
        {"body": Own("a", [["pre", ["code", {"lang": "js"}, "\0"]]])},
        {"body": Own("*" * 40_000, [["p", "x" * 400_000]])},
        {"body": Own("y" * 200_000, [["p", "y"]])},
        {"body": Own("> " * 500 + "a", [["hr"]] * 40_000)},
        {"up": 10**30, "down": -5, "created_at": 10**30, "edited_at": -(10**30)},
        {"edits": (EditRecord("\0", 10**20), EditRecord("\0", -1), EditRecord("\0", 1))},
        {"email": "a@b\0", "website": "javascript:alert(1)", "staff": "x\0@y"},
        {"pinned": True},
    ],
)
async def test_whatever_a_comment_says_it_can_be_stored(
    ctx: Context, site: Site, changed: dict[str, object]
) -> None:
    comment = replace(COMMENT, **changed)  # type: ignore[arg-type]
    _, done = await take(ctx, site, written(comment))
    assert done.comments == 1
    (stored,) = (await all_comments(ctx, site)).values()
    assert is_valid(stored.tree)
    _, again = await take(ctx, site, written(comment))
    assert again.comments == 0
    lines = (await exported(ctx, site)).splitlines()
    assert all(msgspec.json.decode(line) for line in lines)


async def test_whatever_a_page_says_it_can_be_stored(ctx: Context, site: Site) -> None:
    keys = tuple(f"url:blog.example.org/{n}" for n in range(50_000))
    page = replace(
        PAGE, title="\0" * 900, note="\0" * 9000, slow=10**30, created_at=-5, opened_at=10**30,
        keys=("id:\0", "url:elsewhere.example/a", "other", *keys), reactions={"\0": 10**30},
    )  # fmt: skip
    report, done = await take(ctx, site, written(COMMENT, page=page))
    assert (done.pages, done.comments) == (1, 1)
    assert "A page keeps 200 of its keys." in report.changed.by_reason


async def test_only_three_stay_pinned(ctx: Context, site: Site) -> None:
    pinned = [replace(COMMENT, ref=f"k{n}", origin_key=f"k{n}", pinned=True) for n in range(5)]
    await take(ctx, site, written(*pinned))
    found = await all_comments(ctx, site)
    assert [each.pinned for each in found.values()] == [True, True, True, False, False]


async def test_a_tree_without_an_end_is_refused(ctx: Context, site: Site) -> None:
    line = native.line_of(COMMENT).replace(
        b'"tree":[["p","a"]]', b'"tree":' + b'["blockquote",' * 50_000 + b"1" + b"]" * 50_000
    )
    with pytest.raises(MalformedFile):
        await take(ctx, site, START + native.line_of(PAGE) + line)
