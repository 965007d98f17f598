"""What the lines of the API of members share: what is refused, who may ask, how numbers look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from afterword.core import errors
from afterword.web.endpoint import Answer, Endpoint, Parameter
from afterword.web.input import LARGEST

if TYPE_CHECKING:
    from collections.abc import Mapping

    import msgspec

    from afterword.core.errors import Refused
    from afterword.web.endpoint import Handler, Method

ADMIN = "/api/v1/admin"
NUMBER = {"type": "integer", "minimum": 1, "maximum": LARGEST}
BOOLEAN = {"type": "string", "enum": ["1"]}
OF_READS = (errors.SignInNeeded, errors.TooMany)
OF_ACTS = (*OF_READS, errors.Forbidden, errors.NotFound)
OF_ONE = (*OF_READS, errors.Forbidden, errors.NotFound, errors.Invalid)
SITE = Parameter("site", "Number of a site; else all of the member's.", NUMBER)
ONE_SITE = Parameter("site", "Number of a site.", NUMBER, required=True, example=1)
AFTER = Parameter("after", "A cursor from an earlier answer.")


def numbered(what: str) -> Parameter:
    """The number in a path."""
    return Parameter("id", f"Number of the {what}.", NUMBER, required=True, place="path", example=1)


def line(
    method: Method,
    path: str,
    handler: Handler,
    name: str,
    summary: str,
    answer: Answer,
    *parameters: Parameter,
    takes: type[msgspec.Struct] | None = None,
    example: Mapping[str, Any] | None = None,
    status: int = 200,
    refusals: tuple[type[Refused], ...] = OF_ACTS,
) -> Endpoint:
    """An endpoint below `ADMIN`, by personal token."""
    return Endpoint(
        method,
        ADMIN + path,
        handler,
        name,
        summary,
        answers={status: answer},
        parameters=parameters,
        takes=takes,
        example=example,
        refusals=refusals,
        bearer="personal",
    )
