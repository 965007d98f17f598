"""What a person reads of an event in a chat: one sentence, what was written, and a link of ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.telling import EventKind
from afterword.core.webhook import MODERATION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.core.hook_event import Told

SENTENCES: Mapping[EventKind, str] = {
    EventKind.APPROVED: "{author} commented on {page}:",
    EventKind.EDITED: "{author} edited a comment on {page}:",
    EventKind.REMOVED: "A comment on {page} was removed.",
    EventKind.HELD: "A comment by {author} on {page} waits for a decision:",
    EventKind.SPAM: "A comment by {author} on {page} was marked as spam:",
    EventKind.REPORTED: "A reader reported a comment by {author} on {page}:",
    EventKind.SURGE_BEGAN: "Comments come to {site} as a flood: those of strangers wait.",
    EventKind.SURGE_ENDED: "The flood of comments on {site} is over.",
}
TRIAL = "This is a test: messages about {site} arrive here."
MOST_TEXT = 1_200
"""Characters of what was written; the rest is behind the link."""
MOST_WORDS = 120
"""Characters of a name or a title."""


@dataclass(frozen=True, slots=True)
class Lines:
    """What is said; each chat writes it down in its own way."""

    sentence: str
    quote: str = ""
    """What somebody wrote."""
    url: str = ""
    """A page of ours, or nothing."""

    @property
    def plain(self) -> str:
        """All of it as text."""
        return "\n".join(part for part in (self.sentence, self.quote, self.url) if part)


def lines(told: Told) -> Lines:
    """The event in words; what people chose (names, titles, texts) is text in them, and cut to a length."""
    site = _cut(told.site, MOST_WORDS)
    if told.is_trial:
        return Lines(TRIAL.format(site=site), url=f"{told.source}/dashboard/webhooks")
    comment, page = told.comment, told.page
    if comment is None or page is None:
        return Lines(SENTENCES[told.kind].format(site=site), url=f"{told.source}/dashboard/queue")
    sentence = SENTENCES[told.kind].format(
        author=_cut(comment.author or "Somebody", MOST_WORDS),
        page=_cut(page.title or page.url, MOST_WORDS),
    )
    is_for_moderators = told.kind in MODERATION
    url = comment.dashboard if is_for_moderators else comment.permalink
    is_gone = told.kind is EventKind.REMOVED
    return Lines(sentence, _cut(comment.text or "", MOST_TEXT), "" if is_gone else url)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
