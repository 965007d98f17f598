"""What the server writes to stderr: one line an event, as text or JSON, whatever strangers put in."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from typing import Any

import msgspec

from afterword.web.request_id import REQUEST

OURS = "afterword"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class OneLine(logging.Formatter):
    """Escapes control characters in messages, so that nobody can forge a line; tracebacks keep theirs."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        """The line, in which `\\n` and the like are written out."""
        number = REQUEST.get()
        text = super().formatMessage(record) + (f" (request {number})" if number else "")
        return _CONTROLS.sub(lambda match: repr(match[0])[1:-1], text)


class JsonLine(logging.Formatter):
    """An object a line; a traceback is one string in it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line. What a caller gives as `extra={"told": {…}}` stands in it by its own names."""
        at = datetime.fromtimestamp(record.created, UTC)
        said: dict[str, Any] = {
            "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request": REQUEST.get() or None,
            **getattr(record, "told", {}),
            "exception": self.formatException(record.exc_info) if record.exc_info else None,
        }
        there = {name: value for name, value in said.items() if value is not None}
        return msgspec.json.encode(there).decode()


FORMATS = {
    "text": OneLine("{asctime} {levelname} {name}: {message}", style="{"),
    "json": JsonLine(),
}


def log_to_stderr(level: str, form: str = "text") -> None:
    """Sends every log record of ours of at least this level to stderr, of others warnings and worse.

    What libraries say below that may hold anything: aiosqlite tells the values of each statement.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(FORMATS[form])
    least = max(logging.WARNING, logging.getLevelNamesMapping()[level.upper()])
    logging.basicConfig(level=least, handlers=[handler], force=True)
    logging.getLogger(OURS).setLevel(level.upper())
