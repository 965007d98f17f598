"""The databases that parts of the bench run on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.postgres import own_postgres


@contextmanager
def database(engine: str) -> Iterator[str]:
    """The URL of an empty one; the empty text for a file in the folder of the data."""
    if engine == "sqlite":
        yield ""
        return
    with own_postgres() as server:
        yield server.get_uri()
