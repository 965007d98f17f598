"""What one line of the table in `routes` says: enough to route a request and to describe it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from starlette.requests import Request
from starlette.responses import Response

if TYPE_CHECKING:
    import msgspec

    from afterword.core.errors import Refused

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]
Method: TypeAlias = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a query or a path."""

    name: str
    about: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    required: bool = False
    place: Literal["query", "path"] = "query"
    example: Any = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One way in which an endpoint answers when nothing is refused."""

    about: str
    body: type[msgspec.Struct] | None = None
    """None for an empty body, or one that is no struct."""
    media: str = JSON


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method at one path."""

    method: Method
    path: str
    handler: Handler
    name: str
    summary: str
    answers: Mapping[int, Answer]
    parameters: tuple[Parameter, ...] = ()
    takes: type[msgspec.Struct] | None = None
    example: Mapping[str, Any] | None = None
    """A body that it takes."""
    refusals: tuple[type[Refused], ...] = ()
    bearer: Literal["author", "personal", "reader", "bounces"] | None = None
    """Which token is asked for, if any."""
    of_readers: bool = False
    """Whether a reader whom the site knows may send the token of their session, to be known here."""
