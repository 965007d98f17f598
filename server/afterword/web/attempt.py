"""For forms: what a person can put right is shown at the form, with all that was typed kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from afterword.core import errors
from afterword.web.errors import kind_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Collection, Mapping

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a form says about the last try to send it."""

    message: str = ""
    """Above the form; empty when nothing was refused."""
    wrong: Mapping[str, str] = field(default_factory=dict)
    """Sentences by field name."""
    status: int = 200
    retry_after: int | None = None


NOTHING = Complaint()


async def attempt(work: Awaitable[T]) -> T | errors.Refused:
    """The result, or the refusal that stood in its way."""
    try:
        return await work
    except errors.Refused as refusal:
        return refusal


def complain(refusal: errors.Refused, fields: Collection[str]) -> Complaint:
    """The refusal in the words of a form that has these fields."""
    status = kind_of(type(refusal)).status
    if not isinstance(refusal, errors.Invalid):
        wait = getattr(refusal, "retry_after", None)
        return Complaint(refusal.message, status=status, retry_after=wait)
    wrong = {each.field: each.message for each in refusal.fields if each.field in fields}
    others = [each.message for each in refusal.fields if each.field not in fields]
    message = " ".join(others) or "Please look at the fields that are marked."
    return Complaint(message, wrong, status)
