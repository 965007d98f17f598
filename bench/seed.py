"""A hundred comments for the page that is read, the same text on every server."""

from __future__ import annotations

import json
import uuid
from urllib.parse import urlsplit

from bench.servers import ORIGIN, PAGE, Running, fetch

_TEXT = (
    "We saw the same step in the **upstream** readings, and it went away when the float was cleaned. "
    "The [maintenance log](https://example.org/log/{n}) has the dates; the jump of the 4th is not in "
    "it, which makes it the more interesting one.\n\nOur own series starts in 1998 and has two such "
    "jumps, both after *heavy rain*, both gone within a week. If anybody still has the paper strips "
    "of that spring, the archive would like to scan them. Comment number {n} of this thread, long "
    "enough to be like the ones that people write when they care about the matter at hand."
)


def body(n: int) -> str:
    """Markdown of about 550 characters."""
    return _TEXT.format(n=n)


def afterword(running: Running, count: int = 100, *, origin: str = ORIGIN, page: str = PAGE) -> str:
    """Post the comments, half of them replies; return the address that reads them."""
    top: list[int] = []
    for n in range(count):
        parent = top[-1] if n % 2 == 1 else None
        answer = fetch(
            f"{running.base}/api/v1/comments",
            headers={"Origin": origin},
            body={
                "url": page,
                "title": "What the river gauge told us",
                "name": f"Reader {n}",
                "body": body(n),
                "client_id": str(uuid.uuid4()),
                "parent": parent,
            },
        )
        if parent is None:
            top.append(json.loads(answer)["comment"]["id"])
    return f"{running.base}/api/v1/thread?url={page}"


def isso(
    running: Running, count: int = 100, *, origin: str = ORIGIN, path: str = urlsplit(PAGE).path
) -> str:
    """Post the comments, half of them replies; return the address that reads them."""
    top: list[int] = []
    for n in range(count):
        parent = top[-1] if n % 2 == 1 else None
        answer = fetch(
            f"{running.base}/new?uri={path}",
            headers={"Origin": origin},
            body={
                "text": body(n),
                "author": f"Reader {n}",
                "title": "What the river gauge told us",
                "parent": parent,
            },
        )
        if parent is None:
            top.append(json.loads(answer)["id"])
    return f"{running.base}/?uri={path}"


def waline(running: Running, count: int = 100, *, path: str = urlsplit(PAGE).path) -> str:
    """Post the comments, half of them replies; return the address that reads them."""
    top: list[int] = []
    for n in range(count):
        said: dict[str, object] = {
            "url": path,
            "nick": f"Reader {n}",
            "mail": "",
            "link": "",
            "ua": "",
            "comment": body(n),
        }
        if n % 2 == 1:
            said |= {"pid": top[-1], "rid": top[-1], "at": f"Reader {n - 1}"}
        answer = json.loads(fetch(f"{running.base}/api/comment", body=said))
        if answer["errno"]:
            raise RuntimeError(f"Waline: {answer}")
        if n % 2 == 0:
            top.append(answer["data"]["objectId"])
    return f"{running.base}/api/comment?path={path}&pageSize=100&page=1&sortBy=insertedAt_desc"
