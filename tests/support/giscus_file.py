"""What `gh api graphql` prints of discussions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

REPOSITORY = "https://github.com/mira/blog/discussions"
_DATE = "2020-09-13T12:26:40Z"


def giscus_file(*answers: object, slurp: bool = False) -> bytes:
    """Answers one after another, or as an array."""
    if slurp:
        return json.dumps(answers).encode()
    return "".join(json.dumps(each) for each in answers).encode()


def answer(*discussions: object, **more: object) -> dict[str, Any]:
    """An answer with several discussions."""
    return {"data": {"repository": {"discussions": {"nodes": discussions}}}} | more


def answer_of_one(discussion: object) -> dict[str, object]:
    """An answer about one discussion."""
    return {"data": {"repository": {"discussion": discussion}}}


def discussion(
    number: int,
    title: str,
    *comments: object,
    body: str | None = None,
    total: int | None = None,
    **more: object,
) -> dict[str, object]:
    """A discussion as giscus begins it."""
    address = f"https://blog.example.org/{title}"
    return {
        "number": number, "title": title, "url": f"{REPOSITORY}/{number}",
        "body": f"# {title}\n\nAbout it\n\n{address}\n\n<!-- sha1: 0 -->" if body is None else body,
        "createdAt": _DATE, "locked": False, "comments": some(comments, total),
    } | more  # fmt: skip


def comment(
    number: str, body: str, *replies: object, total: int | None = None, **more: object
) -> dict[str, object]:
    """A comment, or without replies one of them."""
    return {
        "id": number, "author": {"login": "mira", "url": "https://github.com/mira"},
        "authorAssociation": "NONE", "body": body, "createdAt": _DATE, "lastEditedAt": None,
        "deletedAt": None, "isMinimized": False, "minimizedReason": None, "upvoteCount": 0,
        "reactionGroups": [], "replies": some(replies, total),
    } | more  # fmt: skip


def reactions(**counts: int) -> list[dict[str, object]]:
    """How many reacted in which way."""
    return [{"content": name, "users": {"totalCount": count}} for name, count in counts.items()]


def some(nodes: Sequence[object], total: int | None) -> dict[str, object]:
    """A part of what there is."""
    return {"totalCount": len(nodes) if total is None else total, "nodes": list(nodes)}
