"""Gives each response the headers that protect its reader; what a handler has set, stays.

Five kinds of addresses: `api` (JSON, feeds and the widget, for other origins), `admin` (JSON for programs of
members), `page` (HTML for people), `file` (styles, scripts and pictures of our pages), `probe` (health,
metrics).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from afterword.web.entry_answer import Headers
    from afterword.web.links import Links

Kind: TypeAlias = Literal["api", "admin", "page", "file", "probe"]

HSTS = (b"strict-transport-security", b"max-age=31536000")
NO_SNIFFING = (b"x-content-type-options", b"nosniff")
DATA_CSP = b"default-src 'none'; frame-ancestors 'none'; sandbox"
PAGE_CSP = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    b" connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none';"
    b" require-trusted-types-for 'script'; trusted-types 'none'"
)
PERMISSIONS = b", ".join(
    name + b"=()"
    for name in (
        b"accelerometer", b"autoplay", b"browsing-topics", b"camera", b"display-capture",
        b"encrypted-media", b"fullscreen", b"geolocation", b"gyroscope", b"hid",
        b"identity-credentials-get", b"idle-detection", b"local-fonts", b"magnetometer",
        b"microphone", b"midi", b"payment", b"picture-in-picture", b"screen-wake-lock", b"serial",
        b"storage-access", b"usb", b"web-share", b"xr-spatial-tracking",
    )
)  # fmt: skip
FOR_OTHERS: Headers = [
    NO_SNIFFING,
    (b"content-security-policy", DATA_CSP),
    (b"cross-origin-resource-policy", b"cross-origin"),
]
OWN_FILES: Headers = [
    NO_SNIFFING,
    (b"content-security-policy", DATA_CSP),
    (b"cross-origin-resource-policy", b"same-origin"),
]
PAGES: Headers = [
    NO_SNIFFING,
    (b"content-security-policy", PAGE_CSP),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", PERMISSIONS),
    (b"referrer-policy", b"same-origin"),
]
NO_FRAME = (b"x-frame-options", b"DENY")
NO_STORE = (b"cache-control", b"no-store")


def kind_of(path: str) -> Kind:
    """The kind of what stands at this path; HTML, wherever it stands, is a page."""
    if path.startswith("/api/v1/admin/"):
        return "admin"
    if path.startswith(("/api/", "/embed", "/feeds/")):
        return "api"
    if path.startswith("/static/"):
        return "file"
    return "probe" if path in ("/healthz", "/readyz", "/metrics") else "page"


def headers_of(kind: Kind, links: Links) -> Headers:
    """What every response of that kind has."""
    of_kind = {"api": FOR_OTHERS, "page": PAGES}.get(kind, OWN_FILES)
    return [HSTS, *of_kind] if links.secure else of_kind


def headers_of_reads(links: Links) -> Headers:
    """What `fast_reads`, which stands outside, has to send itself."""
    return headers_of("api", links)


class SecurityHeaders:
    """Adds, on the way out, every header of the kind that is not there yet."""

    def __init__(self, app: ASGIApp, links: Links) -> None:
        self._app = app
        self._by_kind = {kind: headers_of(kind, links) for kind in get_args(Kind)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._complete(scope["path"], list(message["headers"]))
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _complete(self, path: str, headers: Headers) -> Headers:
        there = dict(headers)
        is_page = there.get(b"content-type", b"").startswith(b"text/html")
        kind: Kind = "page" if is_page else kind_of(path)
        wanted = [*self._by_kind[kind], NO_STORE]
        policy = there.get(b"content-security-policy", PAGE_CSP)
        if kind == "page" and b"frame-ancestors 'none'" in policy:
            wanted.append(NO_FRAME)
        return headers + [header for header in wanted if header[0] not in there]
