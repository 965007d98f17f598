"""Comments as Artalk, Waline, Valine and Twikoo write them."""

from __future__ import annotations

import json
from typing import Any

Comment = dict[str, Any]


def artrans(number: int, **changed: Any) -> Comment:
    """A comment of an Artrans file."""
    return {
        "id": str(number), "rid": "0", "content": "Hello **you**", "ua": "Mozilla/5.0", "ip": "192.0.2.1",
        "is_collapsed": "false", "is_pending": "false", "is_pinned": "false",
        "vote_up": "0", "vote_down": "0", "created_at": "2021-10-28 20:50:15 +0800 +0800",
        "updated_at": "2021-10-28 20:50:15 +0800 +0800", "nick": "Mira", "email": "mira@example.org",
        "link": "https://mira.example", "badge_name": "", "badge_color": "", "page_key": "/a",
        "page_title": "A", "page_admin_only": "false", "site_name": "Blog",
        "site_urls": "https://blog.example.org,https://old.example", **changed,
    }  # fmt: skip


def waline(number: int, **changed: Any) -> Comment:
    """A row of Waline's table of comments, as it is with SQLite."""
    return {
        "user_id": None, "comment": "Hello **you**", "insertedAt": "2026-11-26 10:20:30", "ip": "192.0.2.1",
        "link": "https://mira.example", "mail": "mira@example.org", "nick": "Mira", "rid": None,
        "pid": None, "sticky": None, "status": "approved", "like": None, "ua": "Mozilla/5.0", "url": "/a",
        "createdAt": "2026-11-26 10:20:30", "updatedAt": "2026-11-26 10:20:30", "objectId": number,
        **changed,
    }  # fmt: skip


def valine(number: int, **changed: Any) -> Comment:
    """An object of LeanCloud's class `Comment`."""
    return {
        "nick": "Mira", "updatedAt": "2021-10-26T13:00:41.284Z", "objectId": f"{number:024x}",
        "mail": "mira@example.org", "ua": "Mozilla/5.0", "ip": "192.0.2.1",
        "insertedAt": {"__type": "Date", "iso": "2021-10-26T13:00:38.196Z"},
        "createdAt": "2021-10-26T13:00:41.284Z", "link": "https://mira.example",
        "comment": "<p>Hello <strong>you</strong></p>\n", "url": "/a",
        "ACL": {"*": {"read": True}}, **changed,
    }  # fmt: skip


def twikoo(number: int, **changed: Any) -> Comment:
    """A comment of Twikoo."""
    return {
        "_id": f"{number:032x}", "uid": "6b1d" * 8, "nick": "Mira", "mail": "mira@example.org",
        "mailMd5": "0" * 32, "link": "https://mira.example", "ua": "Mozilla/5.0", "ip": "192.0.2.1",
        "master": False, "url": "/a", "href": "https://blog.example.org/a",
        "comment": "<p>Hello <strong>you</strong></p>", "isSpam": False, "created": 1_635_253_241_284,
        "updated": 1_635_253_241_284, **changed,
    }  # fmt: skip


def array(*comments: Comment) -> bytes:
    """A file that is one array."""
    return json.dumps(comments, ensure_ascii=False).encode()


def waline_file(*comments: Comment, **tables: list[Any]) -> bytes:
    """A file of Waline's dashboard."""
    data = {"Comment": comments, "Counter": [], "Users": [], **tables}
    file = {
        "type": "waline",
        "version": 1,
        "time": 1_764_152_430_000,
        "tables": list(data),
        "data": data,
    }
    return json.dumps(file, ensure_ascii=False, indent="\t").encode()


def leancloud_file(*comments: Comment) -> bytes:
    """A file of LeanCloud's exporter, a line each."""
    first = '#filetype:JSON-streaming {"type":"Class","class":"Comment"}\n'
    return (first + "".join(f"{json.dumps(each)}\n" for each in comments)).encode()
