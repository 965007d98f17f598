"""Sends one message to a webhook, signed, and says what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
SAID = 200
"""Characters of an answer that are kept."""


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
        200 <= answer.status < 300, _said(answer), answer.status, retry_after(wish, now=now)
    )


def _said(answer: Fetched) -> str:
    text = one_line(answer.body[: SAID * 4].decode(errors="replace").replace("\0", ""))[:SAID]
    to = answer.headers.get("location")
    if 300 <= answer.status < 400 and to:
        return f"HTTP {answer.status}, to {one_line(to)[:SAID]}"
    return f"HTTP {answer.status}: {text}" if text else f"HTTP {answer.status}"
