"""A website of its own origin, as a site owner would have it: pages that embed the widget.

async def test_...(host_site: HostSite) -> None:
    host_site.pages["/post.html"] = HostPage("<h1>…</h1>…", {"Content-Security-Policy": "…"})
    await page.goto(f"{host_site.url}/post.html")
"""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest


@dataclass(frozen=True)
class HostPage:
    """What one address answers."""

    body: str | bytes
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = "text/html; charset=utf-8"


class HostSite:
    """Pages by path, served on a port that the kernel chose; the port makes the origin."""

    def __init__(self) -> None:
        self.pages = {"/favicon.ico": HostPage(b"", kind="image/x-icon")}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self.pages))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The origin, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def add_folder(self, folder: Path) -> None:
        """Serves a folder of files, as a site generator leaves it."""
        for path in folder.rglob("*"):
            if path.is_file():
                kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
                name = "/" + path.relative_to(folder).as_posix()
                self.pages[name] = HostPage(path.read_bytes(), kind=kind)

    def close(self) -> None:
        """Ends the server."""
        self._server.shutdown()
        self._server.server_close()


def _handler(pages: dict[str, HostPage]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = pages.get(self.path.split("?")[0])
            if page is None:
                self.send_error(404)
                return
            body = page.body.encode() if isinstance(page.body, str) else page.body
            self.send_response(200)
            for name, value in {"Content-Type": page.kind, **page.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture
def host_site() -> Iterator[HostSite]:
    """A website without pages yet."""
    site = HostSite()
    yield site
    site.close()
