"""What the server writes to stderr: one line an event, whatever a stranger put into it."""

from __future__ import annotations

import logging
import re

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# The parts of ours that speak below warnings say nothing that an owner needs.
_QUIET = ("uvicorn", "uvicorn.error", "alembic", "databases", "aiosqlite", "asyncio")


class OneLine(logging.Formatter):
    """Escapes control characters in messages, so that nobody can forge a line; tracebacks keep theirs."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        """The line, in which `\\n` and the like are written out."""
        return _CONTROLS.sub(lambda match: repr(match[0])[1:-1], super().formatMessage(record))


def log_to_stderr(level: str) -> None:
    """Sends every log record of at least this level to stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine("{asctime} {levelname} {name}: {message}", style="{"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
