"""A machine that webhooks lead to, in a thread of its own: it takes everything and keeps it.

def test_...(receiver: Receiver) -> None:
    embedded.server.run("webhook", "add", receiver.url)
    wait_until(lambda: bool(receiver.heard), 10, server.output)
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Receiver:
    """Runs until it is closed."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        """Whole requests: path, headers and body."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self.heard))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def authority(self) -> str:
        """Host and port, as they are allowed."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        """Where a webhook leads."""
        return f"http://{self.authority}/in"

    def close(self) -> None:
        """Ends the server."""
        self._server.shutdown()
        self._server.server_close()


def _handler(heard: list[bytes]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"] or 0)
            head = f"{self.path}\n{self.headers}".encode()
            heard.append(head + self.rfile.read(length))
            self.send_response(204)
            self.end_headers()

        def do_PURGE(self) -> None:
            self.do_POST()

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()
