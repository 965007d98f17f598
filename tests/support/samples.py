"""A small file of every format that can be imported: what holds for one has to hold for all.

Each has a few pages of `ORIGIN`, comments with and without a parent, and addresses of people, as far as the
format knows of such. tests/services/importing/test_every_format.py cuts and damages all of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from afterword.core.model import Status
from afterword.formats import native
from afterword.formats.record import CommentRecord, Own, PageRecord
from tests.support import blogger_file, giscus_file, remark42_file, wordpress_file
from tests.support.commento_file import (
    comentario_author,
    comentario_comment,
    comentario_file,
    comentario_page,
    commento_author,
    commento_comment,
    commento_file,
)
from tests.support.disqus_file import disqus_file, post, thread
from tests.support.foreign_databases import cusdis_file, isso_file
from tests.support.json_comments import (
    Comment,
    array,
    artrans,
    leancloud_file,
    twikoo,
    valine,
    waline,
    waline_file,
)

ORIGIN = "https://blog.example.org"


@dataclass(frozen=True, slots=True)
class Sample:
    """A file of one format."""

    written: bytes
    comments: int
    """So many come to a new site."""
    ends: bool = True
    """Whether a file that is cut off can be told from a whole one; not so where each line stands alone."""


def _disqus() -> bytes:
    threads = (thread(n, f"{ORIGIN}/{n}", title=f"Page {n}") for n in (1, 2, 3))
    posts = (
        post(n, 1 + n % 3, f"<p>Number {n} is <b>bold</b> &amp; <a href='https://a.example/{n}'>linked</a></p>",
             parent=n + 3 if n % 4 == 0 else None, email=f"m{n}@example.org")
        for n in range(1, 25)
    )  # fmt: skip
    return disqus_file(*threads, *posts)


def _wordpress() -> bytes:
    comments = (
        wordpress_file.comment(
            n, f"Number {n} is <b>bold</b>\n\n&amp; <a href='https://a.example/{n}'>linked</a>",
            parent=n + 3 if n % 4 == 0 else 0, email=f"m{n}@example.org",
        )
        for n in range(1, 11)
    )  # fmt: skip
    items = [wordpress_file.item(1, f"{ORIGIN}/1", *comments, title="Page")]
    items.append(wordpress_file.item(2, f"{ORIGIN}/2", wordpress_file.comment(99, "one")))
    return wordpress_file.wordpress_file(*items)


def _blogger() -> bytes:
    comments = (
        blogger_file.classic_comment(
            n, 1, f"Number {n} is &lt;b&gt;bold&lt;/b&gt;", parent=n + 3 if n % 4 == 0 else None
        )
        for n in range(11, 21)
    )
    return blogger_file.classic_file(blogger_file.classic_post(1, f"{ORIGIN}/1"), *comments)


def _csv() -> bytes:
    rows = (
        f'{ORIGIN}/{n % 2},{n},{n - 2 if n % 3 == 0 else ""},Mira,m{n}@example.org,"Number {n}, ""one"""'
        for n in range(1, 11)
    )
    return "\r\n".join(("url,id,parent,author,email,comment", *rows, "")).encode()


def _native() -> bytes:
    lines = [native.start_line("blog", [ORIGIN], private=True)]
    for page in ("a", "b"):
        url = f"{ORIGIN}/{page}"
        lines.append(
            native.line_of(PageRecord(url, url, "Page", created_at=1, keys=(f"id:{page}",)))
        )
        for n in range(10):
            comment = CommentRecord(
                f"{page}-{n}", url, f"{page}-{n - 1}" if n % 3 == 1 else None, Status.APPROVED, "Mira",
                Own("*a* b", [["p", ["em", "a"], " b"]]), 5 + n, f"m{n}@example.org",
            )  # fmt: skip
            lines.append(native.line_of(comment))
    lines.append(native.end_line(2, 20))
    return b"".join(lines)


def _remark42() -> bytes:
    comments = (
        remark42_file.comment(
            f"c{n}", f"{ORIGIN}/{n % 3}", f"<p>Number <b>{n}</b></p>", orig=f"Number **{n}**",
            pid=f"c{n + 3}" if n % 4 == 0 else "", user={"id": f"u{n}"}, score=n, title="A page",
        )
        for n in range(20)
    )  # fmt: skip
    users = [remark42_file.known(f"u{n}", email=f"m{n}@example.org") for n in range(3)]
    return remark42_file.remark42_file(*comments, users=users, closed=[f"{ORIGIN}/1"])


def _commento() -> bytes:
    comments = [
        commento_comment(
            f"c{n}", f"Number **{n}**", author=f"a{n % 3}", parent=f"c{n + 2}" if n % 4 == 0 else "root",
            url=f"/{n % 2}",
        )
        for n in range(20)
    ]  # fmt: skip
    return commento_file(comments, [commento_author(f"a{n}", "Mira") for n in range(3)])


def _comentario() -> bytes:
    comments = [
        comentario_comment(
            f"c{n}", f"p{n % 2}", f"Number **{n}**", author=f"a{n % 3}",
            parentId=f"c{n + 2}" if n % 4 == 0 else "",
        )
        for n in range(20)
    ]  # fmt: skip
    pages = [comentario_page(f"p{n}", f"/p{n}") for n in range(2)]
    return comentario_file(pages, comments, [comentario_author(f"a{n}", "Mira") for n in range(3)])


def _giscus() -> bytes:
    answers = []
    for page in (1, 2):
        comments = (
            giscus_file.comment(
                f"{page}-{n}", f"Number **{n}**", giscus_file.comment(f"{page}-{n}-r", "> a")
            )
            for n in range(5)
        )
        answers.append(giscus_file.answer(giscus_file.discussion(page, f"{page}/", *comments)))
    return giscus_file.giscus_file(*answers, slurp=True)


def _rows(write: Callable[..., Comment], page: str, parent: str) -> list[Comment]:
    """Comments on three pages, some of which answer the one before them there."""
    return [
        write(
            n, **{page: f"/{n % 3}"}, **({parent: write(n - 3)[_ID[write]]} if n % 5 == 0 else {})
        )
        for n in range(1, 21)
    ]


_ID = {artrans: "id", waline: "objectId", valine: "objectId", twikoo: "_id"}


def _isso() -> bytes:
    comments = [
        {"tid": 1 + n % 2, "parent": n - 2 if n % 4 == 0 else None, "email": f"m{n}@example.org",
         "text": f"Number {n} is *odd* or <b>even</b>.\n\nSee https://a.example/{n}" + " and so on" * 40}
        for n in range(2, 40)
    ]  # fmt: skip
    return isso_file([{"uri": "/1"}, {"uri": "/2"}], comments)


def _isso_json() -> bytes:
    threads = [
        {"id": f"/{page}", "title": f"Page {page}", "comments": [
            {"id": n, "author": "Mira", "email": f"m{n}@example.org", "remote_addr": "192.0.2.0",
             "created": f"2020-09-13 12:26:{n:02}", "text": f"Number {n} is *odd* or <b>even</b>."}
            for n in range(10)
        ]}
        for page in ("a", "b")
    ]  # fmt: skip
    return json.dumps(threads).encode()


def _cusdis() -> bytes:
    comments = [
        {"pageId": f"p{1 + n % 2}", "parentId": f"c{n - 3}" if n % 4 == 0 else None,
         "by_email": f"m{n}@example.org", "content": f"Number {n} is **bold**." + " And so on" * 40}
        for n in range(2, 40)
    ]  # fmt: skip
    pages = [{"slug": name, "url": f"{ORIGIN}/{name}"} for name in ("a", "b")]
    return cusdis_file([{}], pages, comments)


SAMPLES: Mapping[str, Sample] = {
    "csv": Sample(_csv(), 10, ends=False),
    native.NAME: Sample(_native(), 20),
    "disqus": Sample(_disqus(), 24),
    "wordpress": Sample(_wordpress(), 11),
    "blogger": Sample(_blogger(), 10),
    "remark42": Sample(_remark42(), 20, ends=False),
    "commento": Sample(_commento(), 20),
    "comentario": Sample(_comentario(), 20),
    "giscus": Sample(_giscus(), 20),
    "artrans": Sample(array(*_rows(artrans, "page_key", "rid")), 20),
    "waline": Sample(waline_file(*_rows(waline, "url", "pid")), 20),
    "valine": Sample(leancloud_file(*_rows(valine, "url", "pid")), 20, ends=False),
    "twikoo": Sample(array(*_rows(twikoo, "url", "pid")), 20),
    "isso": Sample(_isso(), 38),
    "isso-json": Sample(_isso_json(), 20),
    "cusdis": Sample(_cusdis(), 38),
}
"""By the name of the format."""
