"""What was done, in a sentence, of acts that are not about single comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SAID: Mapping[str, str] = {
    "surge_begin": "Surge mode is on: only known authors are published without a look.",
    "surge_end": "Surge mode is off.",
    "edit_comment": "The text of a comment is changed.",
    "reply": "A reply is published.",
}
"""By the word of the audit log: `close_page` is `The page takes no more comments.`"""
