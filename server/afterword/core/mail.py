"""A mail before it is written down: blocks, from which its text and its HTML are made alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom mails are from."""

    address: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words of ours; they may hold a name or a title that people chose, as text."""

    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody wrote, as plain text: nothing in it becomes markup or a link."""

    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Action:
    """A link of ours, with its address shown as it is in the text part."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Small:
    """Why this mail came, and how to get no more of them."""

    text: str
    url: str | None = None


Block: TypeAlias = Paragraph | Quote | Action | Small


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one address."""

    to: str
    subject: str
    blocks: tuple[Block, ...]
    lang: str = "en"
    unsubscribe: str | None = None
    """Where one POST ends what it is about (RFC 8058); None for what was asked for this moment."""
    thread: str | None = None
    """Mails of the same text here are one conversation in the reader's mail program."""
