"""What a mail server answered, or why there was no answer, and what follows for the mail."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from afterword.core.text import one_line

LONGEST = 300
"""Characters of an answer that are kept."""
HIDDEN = "(address)"


class Trouble(StrEnum):
    """What stood in the way, in the order in which it can."""

    UNKNOWN_HOST = "unknown_host"
    CONNECTION_REFUSED = "connection_refused"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    DISCONNECTED = "disconnected"
    NOT_SMTP = "not_smtp"
    TLS_NOT_OFFERED = "tls_not_offered"
    CERTIFICATE = "certificate"
    TLS = "tls"
    SERVER = "server"
    NO_SIGN_IN = "no_sign_in"
    SIGN_IN = "sign_in"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"


_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']+(?:@|%40)[^\s<>()\[\],;:\"']+", re.IGNORECASE)
_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_OF_POLICY = re.compile(
    r"relay|authenti|policy|spf|dkim|dmarc|block|spam|reputation|sender|denied|quota|full",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """How a try ended; None for trouble means that the server took the mail."""

    trouble: Trouble | None
    code: int | None
    """Three digits of SMTP, where the server answered."""
    text: str
    of_all: bool = False
    """Whether it came before anything was said of this mail, so that it is so for every mail."""

    def __str__(self) -> str:
        return f"{self.code} {self.text}".strip() if self.code else self.text

    @property
    def is_final(self) -> bool:
        """Whether the server will not take this mail at any later time either."""
        of_this = self.trouble in (Trouble.RECIPIENT, Trouble.CONTENT)
        return of_this and self.code is not None and self.code >= 500

    @property
    def enhanced(self) -> str:
        """The code of RFC 3463, such as `5.1.1`, or nothing."""
        found = _ENHANCED.match(self.text)
        return found[1] if found else ""

    @property
    def is_bounce(self) -> bool:
        """Whether there is no such mailbox; a server that may not send for us says nothing of it."""
        if not self.is_final or self.trouble is not Trouble.RECIPIENT:
            return False
        if self.enhanced:
            return self.enhanced.startswith("5.1.") or self.enhanced == "5.2.1"
        return self.code in (550, 551, 553) and not _OF_POLICY.search(self.text)


def kept(text: str, recipient: str = "") -> str:
    """What is kept of an answer: one line, not too long, without anybody's address."""
    text = one_line(text.encode(errors="replace").decode())
    text = _ADDRESS.sub(HIDDEN, text)
    local = recipient.rpartition("@")[0]
    if len(local) >= 3:
        text = re.sub(rf"(?<![\w.]){re.escape(local)}(?!\w)", HIDDEN, text, flags=re.IGNORECASE)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
