"""`afterword`, whose patience with slow clients is shortened, so that tests see it end."""

from __future__ import annotations

from afterword.cli.main import main
from afterword.services.live import BEATS
from afterword.services.running import background
from afterword.web.patience import Patience

HEARTBEAT = 0.5
"""Seconds."""


def shorten(owner: object, name: str, seconds: float) -> None:
    """Sets one of its limits, which must be there and longer."""
    assert getattr(owner, name) > seconds, name
    setattr(owner, name, seconds)


if __name__ == "__main__":
    shorten(Patience, "headers_within", 1.0)
    shorten(Patience, "stuck_for", 1.0)
    shorten(Patience, "check_every", 0.1)
    shorten(background, "BEAT_SECONDS", HEARTBEAT / BEATS)
    main()
