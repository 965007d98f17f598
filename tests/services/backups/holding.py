"""Installations that hold something, and what they hold."""

from __future__ import annotations

import zipfile
from pathlib import Path

from afterword.settings import Settings
from afterword.storage.store import Store

KEY = "k3y-of-the-installation-before-the-fire-0123456789"
OTHER_KEY = "an-0ther-key-of-another-installation-abcdefghijk"
NOW = 1_800_000_000_000
ADD = "INSERT INTO site (name, policy, changed_at) VALUES (:name, '{}', 1)"
SITES = "SELECT name FROM site ORDER BY id"
GO_ON = lambda: False  # noqa: E731
"""Nobody asks to stop."""


def at(data: Path, url: str = "", key: str = KEY) -> Settings:
    """The settings of an installation, whose key file is there."""
    data.mkdir(mode=0o700, exist_ok=True)
    file = data / "secret.key"
    file.write_text(f"{key}\n")
    file.chmod(0o600)
    return Settings(data=data, database_url=url)


async def add_site(url: str, name: str) -> None:
    """Write something, as one process of several would."""
    store = await Store.open(url)
    async with store.write() as db:
        await db.execute(ADD, {"name": name})
    await store.close()


async def sites(url: str) -> list[str]:
    """What is written there."""
    store = await Store.open(url)
    rows = await store.fetch_all(SITES)
    await store.close()
    return [row[0] for row in rows]


def names_in(file: Path) -> set[str]:
    """The files in a backup, as any tool shows them."""
    with zipfile.ZipFile(file) as packed:
        return set(packed.namelist())


def leftovers(folder: Path) -> list[str]:
    """What was begun in a folder and not taken away."""
    return [each.name for each in folder.iterdir() if each.name.startswith(".afterword-")]
