"""`afterword`, whose patience with slow clients is shortened, so that tests see it end."""

from __future__ import annotations

from afterword.cli.main import main
from afterword.web.event_stream import EventStream
from afterword.web.patience import Patience

HEARTBEAT = 0.5
"""Seconds."""

if __name__ == "__main__":
    Patience.headers_within = Patience.stuck_for = 1.0
    Patience.check_every = 0.1
    EventStream.heartbeat = HEARTBEAT
    main()
