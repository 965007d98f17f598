"""HTML as Valine and what came after it keep it: what only their own page understands is put into words."""

from __future__ import annotations

import re
from html import escape, unescape

_LINK_OR_PICTURE = re.compile(r"<(a|img)\s[^<>]*>", re.IGNORECASE)
_LOCAL = re.compile(r"\shref\s*=\s*[\"']?#", re.IGNORECASE)
_LOCAL_IN_MARKDOWN = re.compile(r"\[(@[^\[\]]{1,100})\]\(#[0-9A-Za-z_-]{1,100}\)")
_EMOJI = re.compile(
    r"\sclass\s*=\s*[\"'][^\"'<>]*emo(?:ji|tion|ticon)|\satk-emoticon\b", re.IGNORECASE
)
_NAME = re.compile(
    r"\s(?:atk-emoticon|alt|title)\s*=\s*(?:\"([^\"<>]+)\"|'([^'<>]+)')", re.IGNORECASE
)


def in_words(text: str) -> str:
    """The HTML, or Markdown with HTML in it, without links to comments and with emoji as their names."""
    return _LINK_OR_PICTURE.sub(_shown, _LOCAL_IN_MARKDOWN.sub(r"\1", text))


def _shown(found: re.Match[str]) -> str:
    if found[1] in "aA":
        return "<a>" if _LOCAL.search(found[0]) else found[0]
    return _emoji(found[0])


def _emoji(tag: str) -> str:
    named = _NAME.search(tag) if _EMOJI.search(tag) else None
    name = unescape(named[1] or named[2]).strip() if named else ""
    if not name:
        return tag
    # `smile` becomes `:smile:`, while 😀 and :D are as they should be.
    shown = f":{name}:" if name[0].isalnum() and name[-1].isalnum() else name
    return f'<img alt="{escape(shown)}">'
