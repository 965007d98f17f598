"""A mail written down: one recipient, headers that nobody can add to, a text part and an HTML part."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from afterword.core.mail import Action, Small
from afterword.core.mail_address import mail_address
from afterword.core.mail_html import html_of
from afterword.core.mail_text import text_of
from afterword.core.text import one_line

if TYPE_CHECKING:
    from afterword.core.mail import Mail, Sender

SHORT = 60
"""Characters of a subject that fit into the line of its header, so that nothing has to be broken."""
_URL = re.compile(r"https?://[^\s<>\"]+")
_LITERAL = re.compile(r"[0-9.]+|.*:.*")
_AS_THEY_ARE = ("list-unsubscribe", "message-id", "references")


class NotAMail(ValueError):
    """It cannot be written down: its address is not exactly one, or a link of ours is none."""


class _Policy(EmailPolicy):
    """SMTP in seven bits; a long address in a header stays whole, where the library would encode it.

    A subject is written down as the text that it is. The library would read encoded words of RFC 2047 in
    it first, and whoever calls themselves `=?utf-8?q?=0D=0A?=` would begin a new line of the header.
    """

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        if name.lower() == "subject":
            return name, value
        return super().header_store_parse(name, value)

    def fold(self, name: str, value: Any) -> str:
        if name.lower() in _AS_THEY_ARE:
            return f"{name}: {value}{self.linesep}"
        if name.lower() == "subject":
            return f"{name}: {_encoded(value, self.linesep)}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() in (*_AS_THEY_ARE, "subject"):
            return self.fold(name, value).encode("ascii")
        return super().fold_binary(name, value)


POLICY = _Policy(linesep="\r\n", cte_type="7bit", utf8=False, raise_on_defect=True)


def message_of(mail: Mail, sender: Sender, *, message_id: str, host: str, now: int) -> EmailMessage:
    """The message to send; the same `message_id` makes the same Message-ID at each try.

    Raises `NotAMail` for an address that is none or more than one, and for a link that is no web address.
    """
    host = f"[{host}]" if _LITERAL.fullmatch(host) else host
    message = EmailMessage(policy=POLICY)
    message["From"] = _address(sender.address, sender.name)
    message["To"] = _address(mail.to)
    message["Subject"] = one_line(mail.subject)
    message["Date"] = format_datetime(datetime.fromtimestamp(now / 1000, UTC))
    message["Message-ID"] = f"<{message_id}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if mail.thread is not None:
        name = hashlib.sha256(mail.thread.encode()).hexdigest()[:32]
        message["References"] = f"<thread.{name}@{host}>"
    if mail.unsubscribe is not None:
        message["List-Unsubscribe"] = f"<{_checked(mail.unsubscribe)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    for block in mail.blocks:
        if isinstance(block, Action | Small) and block.url is not None:
            _checked(block.url)
    message.set_content(text_of(mail))
    message.add_alternative(html_of(mail), subtype="html")
    return message


def _encoded(subject: str, linesep: str) -> str:
    is_plain = subject.isascii() and "=?" not in subject and len(subject) <= SHORT
    charset = "us-ascii" if is_plain else "utf-8"
    return Header(subject, charset, header_name="Subject").encode(linesep=linesep)


def _address(text: str, name: str = "") -> Address:
    address = mail_address(text)
    if address is None:
        raise NotAMail("The address is not exactly one address.")
    return Address(one_line(name), addr_spec=address)


def _checked(url: str) -> str:
    if not _URL.fullmatch(url) or not url.isprintable():
        raise NotAMail("A link of this mail is no web address.")
    return url
