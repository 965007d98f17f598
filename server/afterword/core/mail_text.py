"""The text part of a mail: every block as it is read, every address as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.mail import Action, Paragraph, Quote, Small
from afterword.core.text import one_line

if TYPE_CHECKING:
    from afterword.core.mail import Block, Mail

RULE = "-- "
"""Mail programs know it as the end of what is said (RFC 3676, 4.3); one blank is part of it."""


def text_of(mail: Mail) -> str:
    """The mail as plain text; lines are as long as they are, since mail programs fold them."""
    said = [_text(block) for block in mail.blocks if not isinstance(block, Small)]
    small = [_text(block) for block in mail.blocks if isinstance(block, Small)]
    end = [RULE + "\n" + "\n\n".join(small)] if small else []
    return "\n\n".join([*said, *end]) + "\n"


def quoted_lines(text: str) -> list[str]:
    """What somebody wrote, line by line, without what cannot be seen."""
    return [one_line(line) for line in text.strip().splitlines()]


def _text(block: Block) -> str:
    match block:
        case Paragraph(text):
            return one_line(text)
        case Quote(author, text):
            lines = "\n".join(f"> {line}".rstrip() for line in quoted_lines(text))
            return f"{one_line(author)}:\n{lines}"
        case Action(label, url):
            return f"{one_line(label)}:\n{url}"
        case Small(text, url):
            return one_line(text) + (f"\n{url}" if url else "")
