"""Akismet, a third party that knows much spam: asks it about a comment, and tells it where it was wrong.

Whoever turns it on shows it what people write, under whose name, and from where; never their email.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import urlencode

from afterword.core.errors import NotFetched
from afterword.delivery.guarded_client import Limits, Outgoing

if TYPE_CHECKING:
    from afterword.delivery.guarded_client import Fetched, GuardedClient

Opinion: TypeAlias = Literal["good", "spam", "blatant"]

LIMITS = Limits(seconds=3.0, size=4 * 1024)
PATIENCE = 3
"""Times without an answer, one after the other, after which it is left alone."""
PAUSE = 60_000
"""Milliseconds for which it is left alone, so that no author waits for it meanwhile."""
THANKS = "Thanks for making the web a better place."


@dataclass(frozen=True, slots=True)
class Shown:
    """What Akismet is shown of a comment; what nobody knows any more is left out."""

    blog: str
    """An origin of the site."""
    permalink: str
    text: str
    name: str
    website: str | None = None
    address: str | None = None
    agent: str | None = None
    is_reply: bool = False

    def fields(self) -> dict[str, str]:
        """The same in the words of Akismet's own description."""
        given = {
            "blog": self.blog,
            "blog_charset": "UTF-8",
            "permalink": self.permalink,
            "comment_type": "reply" if self.is_reply else "comment",
            "comment_content": self.text,
            "comment_author": self.name,
            "comment_author_url": self.website,
            "user_ip": self.address,
            "user_agent": self.agent,
        }
        return {name: value for name, value in given.items() if value}


class Akismet:
    """An account at Akismet."""

    def __init__(self, client: GuardedClient, url: str, key: str) -> None:
        self._client = client
        self._url = url.rstrip("/")
        self._key = key
        self._failures = 0
        self._silent_until = 0
        self.trouble = ""
        """Why the last question had no answer; empty where it had one."""

    async def check(self, shown: Shown, *, now: int) -> Opinion:
        """What it thinks of a comment; raises `NotFetched` within three seconds where it says nothing."""
        if now < self._silent_until:
            raise NotFetched("Akismet did not answer lately, and is left alone for a minute.")
        try:
            answer = await self._ask("comment-check", shown)
            opinion = _opinion(answer)
        except NotFetched as error:
            self._note(error, now)
            raise
        self._failures, self.trouble = 0, ""
        return opinion

    async def teach(self, shown: Shown, *, is_spam: bool) -> None:
        """Tells it that it was wrong; raises `NotFetched` where it does not take that."""
        answer = await self._ask("submit-spam" if is_spam else "submit-ham", shown)
        if answer.status != 200 or answer.body.decode(errors="replace").strip() != THANKS:
            raise _unfit(answer)

    def _note(self, error: NotFetched, now: int) -> None:
        self._failures += 1
        self.trouble = error.message
        if self._failures >= PATIENCE:
            self._silent_until, self._failures = now + PAUSE, 0

    async def _ask(self, method: str, shown: Shown) -> Fetched:
        outgoing = Outgoing(
            f"{self._url}/1.1/{method}",
            "POST",
            {"Content-Type": "application/x-www-form-urlencoded"},
            urlencode({"api_key": self._key, **shown.fields()}).encode(),
        )
        return await self._client.fetch(outgoing, LIMITS)


def _opinion(answer: Fetched) -> Opinion:
    said = answer.body.decode(errors="replace").strip()
    if answer.status != 200 or said not in ("true", "false"):
        raise _unfit(answer)
    if said == "false":
        return "good"
    return "blatant" if answer.headers.get("x-akismet-pro-tip") == "discard" else "spam"


def _unfit(answer: Fetched) -> NotFetched:
    if answer.body.strip() == b"invalid":
        return NotFetched("Akismet does not know the key, or not for this site.")
    return NotFetched(
        f"Akismet answered with something else than yes or no (HTTP {answer.status})."
    )
