"""The audit log in sentences: what was done, and what was before and after."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from afterword.core.model import Act
from afterword.services.audit.undo_act import UNDO
from afterword.web import wording
from afterword.web.act_words import SAID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.services.audit.read_audit import Line

LONGEST = 80
"""Characters of a value in a sentence."""

ACTS: Mapping[str, str] = {
    Act.APPROVE: "Comments approved",
    Act.HOLD: "Comments held",
    Act.SPAM: "Comments marked as spam",
    Act.REMOVE: "Comments removed",
    **{act: said.removesuffix(".") for act, said in SAID.items()},
    UNDO: "Acts undone",
}
"""What the filter offers."""


def sentence(line: Line) -> str:
    """`2 comments approved`; of an act that has no words here, its own word."""
    if line.act == UNDO:
        undone = _said(line.undid, line.undid_count) if line.undid else "An act"
        return f"Undone: {undone}"
    return _said(line.act, len(line.subject))


def changes(line: Line) -> list[str]:
    """Of an act that changed fields, each as `votes: up → off`."""
    if not isinstance(line.before, dict) or not isinstance(line.after, dict):
        return []
    return [
        f"{name}: {_short(line.before.get(name))} → {_short(line.after[name])}"
        for name in line.after
    ]


def _said(act: str, number: int) -> str:
    if act in SAID or act in tuple(Act):
        return wording.done(act, number).removesuffix(".")
    return act.replace("_", " ").capitalize()


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = text or "nothing"
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
