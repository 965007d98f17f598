"""`/api/docs`: the table of routes as one page without script, with an anchor for each problem code."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import TYPE_CHECKING, Any

from afterword.web.errors import BY_STATUS, KINDS
from afterword.web.openapi import refusals, schemas

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import msgspec

    from afterword.web.endpoint import Endpoint
    from afterword.web.links import Links

STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.55 system-ui, sans-serif; margin: 0 auto; padding: 2rem 1rem 4rem; max-width: 46rem; }
h1 { line-height: 1.2; } h2 { margin-top: 3rem; } h3 { margin: 2.5rem 0 .25rem; overflow-wrap: anywhere; }
th { overflow-wrap: normal; }
code { font: .92em ui-monospace, monospace; } h3 code { font-size: 1em; }
table { border-collapse: collapse; width: 100%; margin: .75rem 0; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; overflow-wrap: anywhere; }
tr { border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent); }
:target { outline: 2px solid; outline-offset: .3rem; }
"""
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
CSP = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Afterword API</title>
<style>{style}</style>
<main>
<h1>Afterword API</h1>
<p>JSON over HTTP. The same for programs: <a href="{openapi}">OpenAPI 3.1</a>. Times are milliseconds
since 1970 UTC. Reads need no account, send no cookies, and answer with an <code>ETag</code>; writes send
<code>application/json</code>. Pages of other origins may use the API when a site names their origin.
Refusals are <a href="https://www.rfc-editor.org/rfc/rfc9457">problem details</a>.</p>
<h2>Endpoints</h2>
{endpoints}
<h2>Bodies</h2>
{structs}
<h2>Problems</h2>
<table><thead><tr><th>Code<th>Status<th>Meaning</thead><tbody>
{problems}
</tbody></table>
</main>
</html>
"""


def render(endpoints: Sequence[Endpoint], links: Links) -> str:
    """The page."""
    return PAGE.format(
        style=STYLE,
        openapi=escape(links.path("/api/v1/openapi.json")),
        endpoints="\n".join(map(_endpoint, endpoints)),
        structs="\n".join(_struct(*each) for each in schemas(endpoints).items()),
        problems="\n".join(_problems()),
    )


def _endpoint(endpoint: Endpoint) -> str:
    parts = [
        f'<h3 id="{endpoint.name}"><code>{endpoint.method} {escape(endpoint.path)}</code></h3>',
        f"<p>{_text(endpoint.summary)}</p>",
    ]
    if endpoint.bearer is not None:
        parts.append(
            f"<p>Needs <code>Authorization: Bearer &lt;{endpoint.bearer} token&gt;</code>.</p>"
        )
    if endpoint.of_readers:
        parts.append(
            "<p>Known readers send <code>Authorization: Bearer &lt;reader token&gt;</code>.</p>"
        )
    if endpoint.takes is not None:
        parts.append(f"<p>Takes {_link(endpoint.takes)}.</p>")
    if endpoint.parameters:
        rows = [
            (
                f"<code>{each.name}</code>",
                _text(each.about) + (" Required." if each.required else ""),
            )
            for each in endpoint.parameters
        ]
        parts.append(_table("Parameters", rows))
    return "\n".join([*parts, _table("Answers", _answers(endpoint))])


def _answers(endpoint: Endpoint) -> list[tuple[str, str]]:
    rows = [
        (str(status), _text(each.about) + (f" {_link(each.body)}" if each.body else ""))
        for status, each in endpoint.answers.items()
    ]
    codes = [f'<a href="#{each.code}"><code>{each.code}</code></a>' for each in refusals(endpoint)]
    return [*rows, ("Refused", ", ".join(codes))]


def _struct(name: str, schema: dict[str, Any]) -> str:
    needed = schema.get("required", ())
    rows = [
        (f"<code>{field}</code>", _type(value) + ("" if field in needed else ", may be left out"))
        for field, value in schema["properties"].items()
    ]
    about = _text(schema["description"])
    return f'<h3 id="{name}">{name}</h3>\n<p>{about}</p>\n{_table("", rows)}'


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"<code>{escape(str(each))}</code>" for each in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return escape(str(schema.get("type", "JSON")))


def _problems() -> list[str]:
    kinds = {refusal.code: kind for refusal, kind in KINDS.items()} | dict(BY_STATUS.values())
    return [
        f'<tr id="{code}"><td><code>{code}</code><td>{kind.status}'
        f"<td><strong>{escape(kind.title)}.</strong> {_text(kind.about)}"
        for code, kind in sorted(kinds.items(), key=lambda item: item[1].status)
    ]


def _table(caption: str, rows: Iterable[tuple[str, str]]) -> str:
    title = f"<caption>{caption}</caption>" if caption else ""
    lines = "\n".join(f'<tr><th scope="row">{name}<td>{text}' for name, text in rows)
    return f"<table>{title}<tbody>\n{lines}\n</tbody></table>"


def _link(struct: type[msgspec.Struct]) -> str:
    return f'<a href="#{struct.__name__}"><code>{struct.__name__}</code></a>'


def _text(text: str) -> str:
    """Plain words with `code` in backticks."""
    parts = escape(text, quote=False).split("`")
    return "".join(f"<code>{part}</code>" if odd % 2 else part for odd, part in enumerate(parts))
