"""Files as Disqus writes them."""

from __future__ import annotations

_START = (
    '<?xml version="1.0" encoding="utf-8"?>\n<disqus xmlns="http://disqus.com"'
    ' xmlns:dsq="http://disqus.com/disqus-internals">\n'
)
_DATE = "2020-09-13T12:26:40Z"


def disqus_file(*items: str) -> bytes:
    """An export with these threads and posts."""
    return f"{_START}{''.join(items)}</disqus>\n".encode()


def thread(number: int, url: str, *, title: str = "", closed: bool = False, name: str = "") -> str:
    """A page."""
    return (
        f'<thread dsq:id="{number}"><id>{name}</id><link>{url}</link><title>{title}</title>'
        f"<createdAt>{_DATE}</createdAt><isClosed>{str(closed).lower()}</isClosed>"
        "<isDeleted>false</isDeleted></thread>\n"
    )


def post(
    number: int,
    page: int,
    html: str,
    *,
    parent: int | None = None,
    name: str = "Mira",
    email: str = "",
    deleted: bool = False,
    spam: bool = False,
    at: str = _DATE,
) -> str:
    """A comment."""
    answers = "" if parent is None else f'<parent dsq:id="{parent}"/>'
    return (
        f'<post dsq:id="{number}"><id/><message><![CDATA[{html}]]></message><createdAt>{at}</createdAt>'
        f"<isDeleted>{str(deleted).lower()}</isDeleted><isSpam>{str(spam).lower()}</isSpam>"
        f"<author><email>{email}</email><name>{name}</name><isAnonymous>false</isAnonymous></author>"
        f'<thread dsq:id="{page}"/>{answers}</post>\n'
    )
