"""What a message of the outbox is and whom it is for, in words for those who look after the server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.webhook import TOPICS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.core.notices import Told
    from afterword.core.telling import NewMessage


@dataclass(frozen=True, slots=True)
class Words:
    """How people call a message."""

    what: str
    whom: str
    """Not who it is, but which kind of person."""

    def __str__(self) -> str:
        return f"{self.what}, to {self.whom}"


READER, FOLLOWER = "a reader", "a reader who asked to be told"
MODERATOR, OWNER, MEMBER = "a moderator", "an owner", "a member"
MAILS: Mapping[str, Words] = {
    "reader_code": Words("Code that confirms an address", READER),
    "own_page": Words("Link to all that is theirs", READER),
    "confirm": Words("Question whether mails are wanted", FOLLOWER),
    "reply": Words("New comment", FOLLOWER),
    "staff.comment": Words("Comment to look at", MODERATOR),
    "staff.digest": Words("Digest of what waits", MODERATOR),
    "surge.began": Words("Alert of a flood of comments", OWNER),
    "invitation": Words("Invitation to the dashboard", "somebody who is to be a member"),
    "lost_password": Words("Link to a new password", MEMBER),
}
"""By purpose, a line for each of `services.telling.mails.MAILS`."""
COMMENTS: Mapping[Told, str] = {
    "waiting": "Comment that waits for a decision",
    "reported": "Comment that readers reported",
    "published": "Comment that was published",
}
"""What a mail to a moderator is about."""


def words_of(message: NewMessage) -> Words:
    """The words; of what an earlier version sent, its purpose."""
    if message.channel == "webhook":
        said = {str(kind): text for kind, text in TOPICS.items()}
        return Words(said.get(message.purpose, message.purpose), "a webhook")
    words = MAILS.get(message.purpose, Words(message.purpose, "somebody"))
    told = message.data.get("told")
    return Words(COMMENTS.get(told, words.what), words.whom) if told else words
