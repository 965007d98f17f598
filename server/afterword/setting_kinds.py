"""How each kind of setting is read from text, and the words for what is allowed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

from afterword.core.mail import Sender
from afterword.core.mail_address import mail_address
from afterword.core.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

Network: TypeAlias = "IPv4Network | IPv6Network"

SECRET_LENGTH = 32
"""Characters that a secret must have at least."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a setting is read from text, and the words for what is allowed."""

    read: Callable[[str], Any]
    """Raises ValueError for what is not allowed."""
    allowed: str
    shown: Callable[[str], str] = str
    """What may be printed of a wrong value."""


def whole(least: int, most: int) -> Kind:
    """A number between these two."""

    def read(text: str) -> int:
        if not re.fullmatch(r"\d{1,18}", text, re.ASCII) or not least <= int(text) <= most:
            raise ValueError
        return int(text)

    return Kind(read, f"a whole number from {least:,} to {most:,}")


def one_of(*words: str) -> Kind:
    """One of these words."""

    def read(text: str) -> str:
        if text not in words:
            raise ValueError
        return text

    return Kind(read, "one of " + ", ".join(words))


def _read_path(text: str) -> Path:
    if "\0" in text:
        raise ValueError
    return Path(text).expanduser()


def _read_host(text: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z.:_-]{1,253}", text):
        raise ValueError
    return text


def _read_database_url(text: str) -> str:
    if re.fullmatch(r"sqlite:///[^?#]+", text) or re.match(r"postgresql://[^\s]+\Z", text):
        return text
    raise ValueError


def _read_public_url(text: str) -> str:
    url = urlsplit(text)
    plain = re.fullmatch(r"https?://[A-Za-z0-9.:\[\]_-]+(?:/[A-Za-z0-9._~/-]*)?", text)
    if plain is None or not url.hostname or "//" in url.path or (url.port or 1) > 65_535:
        raise ValueError
    return text.rstrip("/")


def _read_networks(text: str) -> tuple[Network, ...]:
    return tuple(ip_network(part) for part in re.split(r"[\s,]+", text) if part)


def _read_allowed_hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(part.lower() for part in re.split(r"[\s,]+", text) if part)
    if not all(
        re.fullmatch(r"(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?", each) for each in hosts
    ):
        raise ValueError
    return hosts


def _read_akismet_key(text: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z_-]{1,64}", text):
        raise ValueError
    return text


def _read_smtp_host(text: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z.:_-]{1,253}", text):
        raise ValueError
    return text


def _read_credential(text: str) -> str:
    if len(text) > 500 or not text.isprintable():
        raise ValueError
    return text


def _read_sender(text: str) -> Sender:
    name, bracket, rest = text.rpartition("<")
    address = mail_address(rest.removesuffix(">") if bracket and text.endswith(">") else text)
    name = name.strip().strip('"')
    if address is None or name != one_line(name) or len(name) > 100:
        raise ValueError
    return Sender(address, name)


def _read_cdn_url(text: str) -> str:
    url = urlsplit(text)
    if not re.fullmatch(r"https?://[\x21-\x7e]+", text) or not url.hostname or "@" in url.netloc:
        raise ValueError
    return text


def _read_cdn_header(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]{1,100}: ?[\x20-\x7e]{1,1000}", text):
        raise ValueError
    return text


def _read_secret(text: str) -> str:
    keys = text.split()
    if not keys or any(len(key) < SECRET_LENGTH or len(set(key)) < 8 for key in keys):
        raise ValueError
    return text


def _hidden(text: str) -> str:
    return f"(hidden, {len(text)} characters)"


def _without_password(text: str) -> str:
    return re.sub(r"(://[^:@/]*:)[^@/]*@", r"\1(hidden)@", text)


PATH = Kind(_read_path, "a path")
HOST = Kind(_read_host, "an address or host name to listen on, such as 127.0.0.1, 0.0.0.0 or ::1")
DATABASE = Kind(
    _read_database_url,
    "sqlite:///path/to/file.db, or postgresql://user:password@host/database",
    _without_password,
)
PUBLIC_URL = Kind(
    _read_public_url,
    "an http or https address without query, hash or user name,"
    " such as https://comments.example.org or https://example.org/comments",
)
NETWORKS = Kind(_read_networks, "networks with commas between, such as 127.0.0.1/32, 10.0.0.0/8")
ALLOWED_HOSTS = Kind(
    _read_allowed_hosts,
    "hosts with commas between, each with or without a port, such as wiki.lan:8080",
)
AKISMET_KEY = Kind(
    _read_akismet_key,
    "the key of an account at Akismet, letters and digits",
    _hidden,
)
SECRET = Kind(
    _read_secret,
    f"random keys of at least {SECRET_LENGTH} characters each, newest first, with spaces between",
    _hidden,
)
SMTP_HOST = Kind(
    _read_smtp_host, "the name or the address of a mail server, such as smtp.example.org"
)
SMTP_USER = Kind(_read_credential, "the name of an account, at most 500 characters")
SMTP_PASSWORD = Kind(_read_credential, "a password, at most 500 characters", _hidden)
SENDER = Kind(
    _read_sender,
    "a mail address, such as comments@example.org, or with a name before it:"
    " Comments <comments@example.org>",
)
CDN_URL = Kind(_read_cdn_url, "an http or https address without user name")
CDN_HEADER = Kind(
    _read_cdn_header, "a header, such as Fastly-Key: value or Authorization: Bearer value", _hidden
)
