"""Exports as Commento writes them, and both kinds of Comentario."""

from __future__ import annotations

import json
from collections.abc import Sequence

_DATE = "2020-09-13T12:26:40.5Z"
NOBODY = "00000000-0000-0000-0000-000000000000"


def commento_file(
    comments: Sequence[object], commenters: Sequence[object], *, version: int = 1
) -> bytes:
    """An export of Commento."""
    return _written({"version": version, "comments": comments, "commenters": commenters})


def commento_comment(
    number: str, markdown: str, *, author: str = "anonymous", parent: str = "root", **more: object
) -> dict[str, object]:
    """A comment of Commento on `blog.example.org/a`."""
    return {
        "commentHex": number, "domain": "blog.example.org", "url": "/a", "commenterHex": author,
        "markdown": markdown, "html": "", "parentHex": parent, "score": 0, "state": "approved",
        "creationDate": _DATE, "direction": 0, "deleted": False,
    } | more  # fmt: skip


def commento_author(number: str, name: str, **more: object) -> dict[str, object]:
    """An author of Commento."""
    return {
        "commenterHex": number, "email": f"{number}@example.org", "name": name, "link": "undefined",
        "photo": "undefined", "provider": "commento", "joinDate": _DATE, "isModerator": False,
    } | more  # fmt: skip


def comentario_file(
    pages: Sequence[object] | None,
    comments: Sequence[object] | None,
    commenters: Sequence[object] | None,
    *,
    version: int = 3,
) -> bytes:
    """An export of Comentario."""
    return _written(
        {"version": version, "pages": pages, "comments": comments, "commenters": commenters}
    )


def comentario_page(number: str, path: str, **more: object) -> dict[str, object]:
    """A page of Comentario."""
    return {
        "countComments": 1, "countViews": 9, "createdTime": _DATE, "domainId": "d", "id": number,
        "isReadonly": False, "path": path, "title": "A page",
    } | more  # fmt: skip


def comentario_comment(
    number: str, page: str, markdown: str, *, author: str = NOBODY, **more: object
) -> dict[str, object]:
    """A comment of Comentario."""
    return {
        "createdTime": _DATE, "editedTime": "0001-01-01T00:00:00.000Z", "html": f"<p>{markdown}</p>",
        "id": number, "isApproved": True, "isDeleted": False, "isPending": False, "isSticky": False,
        "markdown": markdown, "pageId": page, "score": 0, "userCreated": author,
        "url": f"https://blog.example.org/{page}#comentario-{number}",
    } | more  # fmt: skip


def comentario_author(number: str, name: str, **more: object) -> dict[str, object]:
    """An author of Comentario."""
    return {
        "colourIndex": 3, "email": f"{number}@example.org", "hasAvatar": False, "id": number,
        "isCommenter": True, "isModerator": False, "name": name, "websiteUrl": "https://mira.example",
    } | more  # fmt: skip


def _written(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
