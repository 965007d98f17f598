"""The pages that embed what is measured, served from an origin of their own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_PAGES = Path(__file__).with_name("pages")


@contextmanager
def host_pages(port: int, values: dict[str, str]) -> Iterator[None]:
    """Serve `pages/` on 127.0.0.1 with `{name}` in HTML replaced by the value of that name."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = _PAGES / self.path.lstrip("/")
            if not path.is_file() or path.parent != _PAGES:
                self.send_error(404)
                return
            text = path.read_text()
            if path.suffix == ".html":
                for name, value in values.items():
                    text = text.replace("{" + name + "}", value)
            body = text.encode()
            self.send_response(200)
            kind = "text/html" if path.suffix == ".html" else "text/javascript"
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
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
