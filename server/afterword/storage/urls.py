"""Database URLs: which engine, and which file."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite URL; None for PostgreSQL; ValueError for anything else."""
    parts = urlsplit(url)
    if parts.scheme in ("postgresql", "postgres"):
        return None
    if parts.scheme != "sqlite":
        raise ValueError(f"{parts.scheme}: is not a database; use sqlite:///… or postgresql://…")
    # A query would become part of the file's name, and means nothing here.
    if parts.query or parts.netloc or not parts.path.strip("/"):
        raise ValueError("A SQLite address is sqlite:///file or sqlite:////folder/file, no more.")
    return Path(unquote(parts.path[1:]))
