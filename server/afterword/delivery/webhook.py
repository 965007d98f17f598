"""Sends one message to a webhook, signed, and says what became of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from afterword.core.errors import NotFetched
from afterword.core.hook_templates import Call
from afterword.core.retry_after import retry_after
from afterword.core.signature import HEADER, signature
from afterword.core.text import one_line
from afterword.delivery.guarded_client import Fetched, GuardedClient, Limits, Outgoing

LIMITS = Limits(seconds=5.0, size=16 * 1024)
"""A redirect is not followed: what leads elsewhere may lead anywhere."""
GONE = 410
LATER = (429, 503)
"""Whoever answers so may say when to come again."""
HIDDEN = "…"
LEAST = 12
"""Characters of a part of an address that may be a password; words are shorter."""
SAID = 200
"""Characters of an answer that are kept."""
_MARKUP = re.compile(r"<(style|script)\b.*?(</\1>|$)|<[^>]*>?", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of it."""

    sent: bool
    answer: str
    """For the log of tries: status and the beginning of what was said, or why there was no answer."""
    status: int | None = None
    """None where there was no answer."""
    retry_after: int | None = None
    """Milliseconds after which it wants to be told again, where it says so."""

    @property
    def is_gone(self) -> bool:
        """Whether whoever answered wants nothing any more."""
        return self.status == GONE


async def post(client: GuardedClient, call: Call, secrets: Sequence[str], *, now: int) -> Posted:
    """Sends it once, within five seconds; never raises for what another machine does."""
    headers = {
        **call.headers,
        "Content-Type": call.media,
        HEADER: signature(secrets, call.body, now=now),
    }
    outgoing = Outgoing(call.url, call.method, headers, call.body)
    try:
        answer = await client.fetch(outgoing, LIMITS)
    except NotFetched as error:
        return Posted(False, error.message)
    wish = answer.headers.get("retry-after", "") if answer.status in LATER else ""
    return Posted(
        200 <= answer.status < 300,
        _said(answer, _secrets_of(call)),
        answer.status,
        retry_after(wish, now=now),
    )


def _said(answer: Fetched, secrets: Sequence[str]) -> str:
    """Without what may be a password of the request: the log of tries is no place for those."""
    text = answer.body.decode(errors="replace").replace("\0", "")
    to = answer.headers.get("location", "") if 300 <= answer.status < 400 else ""
    for each in secrets:
        text, to = text.replace(each, HIDDEN), to.replace(each, HIDDEN)
    if to:
        return f"HTTP {answer.status}, to {one_line(to)[:SAID]}"
    if "html" in answer.headers.get("content-type", ""):
        text = _MARKUP.sub(" ", text)  # A page about an error says it between its tags.
    text = one_line(text[: SAID * 4])[:SAID]
    return f"HTTP {answer.status}: {text}" if text else f"HTTP {answer.status}"


def _secrets_of(call: Call) -> list[str]:
    """The long parts of the address, as they stand there and unpacked, and the key of a header."""
    parts = urlsplit(call.url)
    pieces = [*parts.path.split("/"), *re.split("[&=]", parts.query)]
    pieces.append(call.headers.get("Authorization", "").rpartition(" ")[2])
    found = {each for piece in pieces for each in (piece, unquote(piece))}
    return sorted((each for each in found if len(each) >= LEAST), key=len, reverse=True)
