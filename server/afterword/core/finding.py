"""What is found when somebody looks whether all is well: how grave it is, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Grave: TypeAlias = Literal["error", "warning", "note"]
ORDER: tuple[Grave, ...] = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    code: str
    grave: Grave
    """An error breaks something now, a warning may later, a note is good to know."""
    text: str
    """What is wrong, as a sentence."""
    fix: str
    """What to do about it, as a sentence."""
    command: str = ""
    """To type on the server."""
    path: str = ""
    """A page of the dashboard where it can be put right."""


def gravest_first(findings: list[Finding]) -> tuple[Finding, ...]:
    """Errors, then warnings, then notes."""
    return tuple(sorted(findings, key=lambda each: ORDER.index(each.grave)))
