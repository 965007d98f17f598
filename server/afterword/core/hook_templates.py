"""What is sent to a webhook: the event itself, or a line for people as a chat takes it.

In a chat, nothing that a visitor chose calls anybody, becomes markup or hides where a link leads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from afterword.core.hook_event import Told, event_json
from afterword.core.hook_text import lines
from afterword.core.webhook import Template

JSON = "application/json"
_JOINER = "\u2060"
"""Cannot be seen, and parts an @ from the name behind it."""
_DISCORD = "\\*_~`|>#<-+.[]()!:"
"""What Discord makes markup of; a backslash before it makes it a letter."""
_DISCORD_LIMIT = 2_000
_SLACK_LIMIT = 2_900


@dataclass(frozen=True, slots=True)
class Call:
    """A request to be made."""

    url: str
    body: bytes
    media: str = JSON
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)


Write: TypeAlias = Callable[[str, Told], Call]


def call(template: Template, url: str, told: Told) -> Call:
    """The request that tells a webhook at this address of it."""
    return WRITE[template](url, told)


def _events(url: str, told: Told) -> Call:
    return Call(url, msgspec.json.encode(event_json(told)))


def _text(url: str, told: Told) -> Call:
    return Call(url, lines(told).plain.encode(), "text/plain; charset=utf-8")


def _slack(url: str, told: Told) -> Call:
    """Plain text blocks, in which Slack looks for no markup; the one link is of ours."""
    said = lines(told)
    blocks = [_slack_text(said.sentence)]
    if said.quote:
        blocks.append(_slack_text(said.quote))
    if said.url:
        link = {"type": "mrkdwn", "text": f"<{_slack_escaped(said.url)}>", "verbatim": True}
        blocks.append({"type": "section", "text": link})
    return _json(
        url,
        {
            "text": _slack_escaped(said.sentence),
            "blocks": blocks,
            "mrkdwn": False,
            "parse": "none",
            "link_names": False,
            "unfurl_links": False,
            "unfurl_media": False,
        },
    )


def _slack_text(text: str) -> dict[str, Any]:
    escaped = _slack_escaped(text)
    if len(escaped) > _SLACK_LIMIT:
        escaped = _slack_escaped(text[: _SLACK_LIMIT // len("&amp;")])
    return {"type": "section", "text": {"type": "plain_text", "text": escaped, "emoji": False}}


def _slack_escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _discord(url: str, told: Told) -> Call:
    said = lines(told)
    parts = [
        _discord_escaped(said.sentence),
        _discord_escaped(said.quote),
        said.url and f"<{said.url}>",
    ]
    short = "\n".join(part for part in (parts[0], parts[2]) if part)
    content = "\n".join(part for part in parts if part)
    return _json(
        url,
        {
            "content": content if len(content) <= _DISCORD_LIMIT else short,
            "allowed_mentions": {"parse": []},
            "flags": 4,  # no previews of what links lead to
        },
    )


def _discord_escaped(text: str) -> str:
    escaped = "".join(f"\\{each}" if each in _DISCORD else each for each in text)
    return _unmentioned(escaped)


def _telegram(url: str, told: Told) -> Call:
    """Without `parse_mode`, all of it is text; `chat_id` stands in the query of the address."""
    return _json(
        url,
        {
            "text": _unmentioned(lines(told).plain),
            "link_preview_options": {"is_disabled": True},
        },
    )


def _matrix(url: str, told: Told) -> Call:
    """By the number of the message, so that a repeated one is not shown twice.

    The access token leaves the address and travels in a header.
    """
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    token = next((value for name, value in query if name == "access_token"), "")
    rest = urlencode([pair for pair in query if pair[0] != "access_token"])
    path = f"{parts.path.rstrip('/')}/{told.message_id}"
    message = {
        "msgtype": "m.notice",
        "body": _unmentioned(lines(told).plain),
        "m.mentions": {},
    }
    body = msgspec.json.encode(message)
    there = parts._replace(path=path, query=rest).geturl()
    return Call(there, body, method="PUT", headers={"Authorization": f"Bearer {token}"})


def _unmentioned(text: str) -> str:
    return text.replace("@", f"@{_JOINER}")


def _json(url: str, value: object) -> Call:
    return Call(url, msgspec.json.encode(value))


WRITE: Mapping[Template, Write] = {
    "events": _events,
    "text": _text,
    "slack": _slack,
    "discord": _discord,
    "telegram": _telegram,
    "matrix": _matrix,
}
