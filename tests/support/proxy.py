"""A reverse proxy that gives a server a path of another site, as nginx's `location /talk/` does."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_OF_THE_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "date", "server"}


@contextmanager
def proxy(prefix: str, server: Callable[[], str]) -> Iterator[str]:
    """Serves what `server()` has under a prefix; yields the address of that prefix."""
    listening = ThreadingHTTPServer(("127.0.0.1", 0), _handler(prefix, server))
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.server_address[1]}{prefix}"
    finally:
        listening.shutdown()
        listening.server_close()


def _handler(prefix: str, server: Callable[[], str]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def pass_on(self) -> None:
            if not self.path.startswith(f"{prefix}/"):
                self.send_error(404)
                return
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            upstream = http.client.HTTPConnection(urlsplit(server()).netloc)
            path = self.path.removeprefix(prefix)
            upstream.request(self.command, path, body or None, dict(self.headers))
            answer = upstream.getresponse()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in _OF_THE_CONNECTION:
                    self.send_header(name, value)
            self.end_headers()
            while chunk := answer.read1(65_536):  # as it comes, so that streams flow
                self.wfile.write(chunk)
                self.wfile.flush()
            upstream.close()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.pass_on)
    return Handler
