"""What is to be done once a write is durable."""

from __future__ import annotations

import logging
from collections.abc import Callable

log = logging.getLogger(__name__)


def call_each(callbacks: list[Callable[[], object]]) -> None:
    """Call each; one that fails is logged and no more, for the write has succeeded."""
    for callback in callbacks:
        try:
            callback()
        except Exception:
            log.exception("A callback after a commit failed")
