"""Sends an answer that is ready in one go, in our own server; others send it by ASGI.

By ASGI each header is looked through again for every request, and two coroutines are run: a third of
what a ready answer cost. Who asks, the order of answers and the end of a connection stay uvicorn's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

SendWhole: TypeAlias = Callable[[bytes, bytes], bool]
"""Given the head without what the server adds, and the body; False where nothing was sent."""

SEND_WHOLE = "afterword.send_whole"
"""Name of the extension in the ASGI scope. Taken out of it by whoever may use it: it holds the scope."""


def send_whole(cycle: Any, head: bytes, body: bytes) -> bool:
    """Sends them as the answer of the request whose cycle that is, where it is as it mostly is.

    Not where the connection is to be closed behind it, has gone, or has more to send than it takes. The
    head has a status line, headers whose values are known to be good, and the length of the body; the
    request has no body.
    """
    if cycle.disconnected or not cycle.keep_alive or cycle.flow.write_paused:
        return False
    cycle.response_started = True
    own = b"".join([b"%b: %b\r\n" % header for header in cycle.default_headers])
    start = b"%b%b\r\n" % (head, own)
    cycle.transport.writelines((start, body) if body else (start,))
    cycle.response_complete = True
    cycle.message_event.set()
    cycle.on_response()
    return True
