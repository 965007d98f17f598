"""The pages that embed what is measured, served from an origin of their own."""

from __future__ import annotations

import gzip
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, urlsplit

PAGES = Path(__file__).with_name("pages")
_KINDS = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


@contextmanager
def host_pages(port: int, ours: str, isso: str) -> Iterator[None]:
    """Serve `pages/` on 127.0.0.1: `/100/widget.html?preload` shows the thread of `/thread-100`.

    Isso stands below `/isso/`, compressed, as behind a proxy: by itself it would send three times as much.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            if asked.path.startswith("/isso/"):
                self._pass_on(isso + self.path.removeprefix("/isso"))
                return
            path = PAGES / Path(asked.path).name
            if not path.is_file():
                self.send_error(404)
                return
            text = path.read_text()
            if path.suffix == ".html":
                text = _filled(text, f"http://127.0.0.1:{port}", ours, asked.path, asked.query)
            self._answer(text.encode(), {"Content-Type": _KINDS[path.suffix]})

        def _pass_on(self, url: str) -> None:
            with urllib.request.urlopen(url) as answer:
                body = gzip.compress(answer.read(), 6)
            kind = answer.headers["Content-Type"]
            self._answer(body, {"Content-Type": kind, "Content-Encoding": "gzip"})

        def _answer(self, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(200)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def _filled(text: str, host: str, ours: str, path: str, query: str) -> str:
    own = f"/thread-{path.split('/')[1]}"
    thread = f"{ours}/api/v1/thread?url={quote(host + own, safe='')}"
    preload = f'<link rel="preload" as="fetch" crossorigin href="{thread}">'
    values = {
        "base": ours,
        "path": own,
        "page": host + own,
        "thread": thread,
        "preload": preload if query == "preload" else "",
    }
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text
