"""Backups as Remark42 writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

_DATE = "2020-09-13T07:26:40.123456789-05:00"


def remark42_file(
    *comments: str, users: Sequence[object] = (), closed: Sequence[str] = ()
) -> bytes:
    """What it knows, then these comments."""
    first = {
        "version": 1,
        "users": users,
        "posts": [{"url": url, "read_only": True} for url in closed],
    }
    return "".join(f"{line}\n" for line in (_line(first), *comments)).encode()


def first_remark42_file(*comments: str, users: Sequence[object], closed: Sequence[str]) -> bytes:
    """The same as the first versions wrote it."""
    meta = {"users": users, "posts": [{"url": url, "read_only": True} for url in closed]}
    inside = ",\n".join(comments)
    return f'{{"version":1, "comments":[\n{inside}\n],\n"meta":{_line(meta)}\n}}\n'.encode()


def known(number: str, *, verified: bool = False, email: str = "") -> Mapping[str, object]:
    """What it knows of a user."""
    blocked = {"status": False, "until": "0001-01-01T00:00:00Z"}
    details = {"user_id": number, "email": email}
    return {"id": number, "blocked": blocked, "verified": verified, "details": details}


def comment(
    number: str,
    url: str,
    html: str,
    *,
    orig: str | None = None,
    pid: str = "",
    user: Mapping[str, object] | None = None,
    **more: object,
) -> str:
    """A comment."""
    wrote = {"name": "Mira", "id": "github_1", "picture": "", "ip": "a1", "admin": False} | dict(
        user or {}
    )
    written = {"id": number, "pid": pid, "text": html} | ({} if orig is None else {"orig": orig})
    rest = {
        "user": wrote,
        "locator": {"site": "blog", "url": url},
        "score": 0,
        "vote": 0,
        "time": _DATE,
    }
    return _line(written | rest | more)


def _line(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
