"""OpenAPI 3.1, made from the table of routes and the structs that requests are read into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

import afterword
from afterword.core import errors, wire
from afterword.web.endpoint import JSON
from afterword.web.errors import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from afterword.web.endpoint import Answer, Endpoint, Parameter
    from afterword.web.links import Links

PROBLEM = "application/problem+json"
SCHEMA = "#/components/schemas/{name}"
SCHEMES = {
    "author": (
        "authorToken",
        "From the answer to a comment: lets its author change it for a while.",
    ),
    "reader": ("readerToken", "Of a reader whom the site knows: who sends it is known by it."),
    "bounces": ("bounceToken", "The setting `bounce_token`, for mail services."),
    "personal": ("personalToken", "Of a member, made in the profile of the dashboard: `afw_…`."),
}
"""Name and description of the security scheme of each kind of token."""
ALWAYS = (errors.Malformed, errors.Unavailable)
"""What any endpoint may refuse."""
OF_BODIES = (errors.TooSlow, errors.TooLarge, errors.Unsupported, errors.Invalid)
"""What any endpoint with a body may refuse."""


def describe(endpoints: Sequence[Endpoint], links: Links) -> dict[str, Any]:
    """The document as plain data."""
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Afterword",
            "version": afterword.__version__,
            "summary": "Comments that come after the article.",
            "description": f"Readable: {links.absolute('/api/docs')}",
        },
        "servers": [{"url": links.public_url}],
        "paths": paths,
        "components": {
            "schemas": schemas(endpoints),
            "securitySchemes": {
                name: {"type": "http", "scheme": "bearer", "description": about}
                for name, about in SCHEMES.values()
            },
        },
    }


def refusals(endpoint: Endpoint) -> tuple[type[errors.Refused], ...]:
    """Everything that the endpoint may refuse, in the order of their statuses."""
    found = {*ALWAYS, *endpoint.refusals, *(OF_BODIES if endpoint.takes else ())}
    return tuple(sorted(found, key=lambda each: (kind_of(each).status, each.code)))


def schemas(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    """JSON Schema of every struct that travels, and of those inside them, by name."""
    structs: dict[str, type[msgspec.Struct]] = {"Problem": wire.Problem}
    for endpoint in endpoints:
        bodies = [endpoint.takes, *(answer.body for answer in endpoint.answers.values())]
        structs |= {body.__name__: body for body in bodies if body is not None}
    _, components = msgspec.json.schema_components(structs.values(), ref_template=SCHEMA)
    return dict(sorted(components.items()))


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "parameters": [_parameter(each) for each in endpoint.parameters],
        "responses": {
            **{str(status): _answer(each) for status, each in endpoint.answers.items()},
            **_problems(refusals(endpoint)),
        },
    }
    if endpoint.takes is not None:
        body = _content(endpoint.takes) | {"example": endpoint.example}
        operation["requestBody"] = {"required": True, "content": {JSON: body}}
    if endpoint.bearer is not None or endpoint.of_readers:
        operation["security"] = _security(endpoint)
    return operation


def _security(endpoint: Endpoint) -> list[dict[str, list[str]]]:
    """Any of these is enough; where the empty one is among them, none is needed."""
    asked = {SCHEMES[endpoint.bearer][0]: list[str]()} if endpoint.bearer else {}
    return [asked, {SCHEMES["reader"][0]: []}] if endpoint.of_readers else [asked]


def _parameter(parameter: Parameter) -> dict[str, Any]:
    example = {} if parameter.example is None else {"example": parameter.example}
    return {
        **example,
        "name": parameter.name,
        "in": parameter.place,
        "description": parameter.about,
        "required": parameter.required,
        "schema": dict(parameter.schema),
    }


def _answer(answer: Answer) -> dict[str, Any]:
    described: dict[str, Any] = {"description": answer.about}
    if answer.body is not None:
        described["content"] = {answer.media: _content(answer.body)}
    elif answer.media:
        described["content"] = {answer.media: {}}
    return described


def _problems(kinds: Iterable[type[errors.Refused]]) -> dict[str, Any]:
    """One response a status: several refusals may share it, and `code` tells them apart."""
    texts: dict[str, list[str]] = {}
    for each in kinds:
        texts.setdefault(str(kind_of(each).status), []).append(
            f"`{each.code}`: {kind_of(each).about}"
        )
    return {
        status: {"description": "\n\n".join(lines), "content": {PROBLEM: _content(wire.Problem)}}
        for status, lines in texts.items()
    }


def _content(struct: type[msgspec.Struct]) -> dict[str, Any]:
    return {"schema": {"$ref": SCHEMA.format(name=struct.__name__)}}
