"""docs/privacy.md says what the schema holds: no column without a word, no word without a column."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest

from afterword.storage.kept_data import NOTHING_OF_ANYBODY, SECTIONS, columns_of
from afterword.storage.store import Store
from tests.support.project import ROOT

TOOL = ROOT / "server" / "tools" / "privacy_docs.py"
COLUMNS = {
    "sqlite": """
        SELECT m.name, c.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c
        WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'
    """,
    "postgres": """
        SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = current_schema()
    """,
}


def told() -> list[tuple[str, str]]:
    """Every column that something is said of, as often as it is."""
    personal = [each for rows in SECTIONS.values() for kept in rows for each in columns_of(kept)]
    return personal + [
        (table, name) for table, names in NOTHING_OF_ANYBODY.items() for name in names.split()
    ]


def test_nothing_is_said_twice() -> None:
    assert len(told()) == len(set(told()))


async def columns(store: Store, engine: str) -> set[tuple[str, str]]:
    """Table and name of each column that the database has."""
    return {(str(table), str(name)) for table, name in await store.fetch_all(COLUMNS[engine])}


async def test_every_column_of_the_schema_is_accounted_for(ready_url: str, engine: str) -> None:
    store = await Store.open(ready_url)
    there = await columns(store, engine)
    why = "say in server/afterword/storage/kept_data.py what it tells of a person"
    assert there - set(told()) == set(), why
    assert set(told()) - there == set(), "there is no such column any more"
    async with store.write() as db:
        await db.execute("ALTER TABLE comment ADD COLUMN shoe_size BIGINT")
        await db.execute("CREATE TABLE diary (secret TEXT)")
    missing = await columns(store, engine) - set(told())
    assert missing == {("comment", "shoe_size"), ("diary", "secret")}
    await store.close()


@pytest.fixture
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("privacy_docs", TOOL)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(tool: ModuleType) -> None:
    written = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    assert written == tool.page(), f"run: python {TOOL.relative_to(ROOT)}"


def test_times_are_those_of_the_program(tool: ModuleType) -> None:
    page = tool.page()
    assert "{" not in page
    assert "30 days, or less where the site says so" in page
