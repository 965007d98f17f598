"""Both engines end with the same tables, columns, references and indexes."""

from __future__ import annotations

from afterword.storage import migrate
from afterword.storage.store import Store

# What each engine calls the kinds of value that we tell apart.
KINDS = {
    "integer": "number",
    "bigint": "number",
    "smallint": "number",
    "text": "text",
    "double precision": "fraction",
}
Columns = dict[str, list[tuple[str, str, bool, str]]]

TABLES = {
    "sqlite": """
        SELECT name FROM sqlite_schema
        WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'alembic_version'
    """,
    "postgres": """
        SELECT table_name FROM information_schema.tables
        WHERE table_schema = 'public' AND table_name <> 'alembic_version'
    """,
}
COLUMNS = {
    "sqlite": """
        SELECT name, lower(type), "notnull" OR pk > 0, coalesce(dflt_value, '')
        FROM pragma_table_info(:table) ORDER BY cid
    """,
    "postgres": """
        SELECT column_name, data_type, is_nullable = 'NO',
            replace(coalesce(column_default, ''), '::text', '')
        FROM information_schema.columns WHERE table_name = :table ORDER BY ordinal_position
    """,
}
REFERENCES = {
    "sqlite": """
        SELECT "from", "table", "to", on_delete FROM pragma_foreign_key_list(:table)
    """,
    "postgres": """
        SELECT a.attname, f.relname, b.attname, CASE c.confdeltype
            WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE c.confdeltype::text END
        FROM pg_constraint AS c
        JOIN pg_class AS t ON t.oid = c.conrelid JOIN pg_class AS f ON f.oid = c.confrelid
        JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = c.conkey[1]
        JOIN pg_attribute AS b ON b.attrelid = f.oid AND b.attnum = c.confkey[1]
        WHERE c.contype = 'f' AND t.relname = :table
    """,
}
# An index over what is not a column shows NULL there. The key `id` itself has none in SQLite.
INDEXES = {
    "sqlite": """
        SELECT i."unique", i.partial, group_concat(coalesce(x.name, '?'))
        FROM pragma_index_list(:table) AS i, pragma_index_info(i.name) AS x GROUP BY i.name
    """,
    "postgres": """
        SELECT i.indisunique::int, (i.indpred IS NOT NULL)::int,
            string_agg(coalesce(a.attname, '?'), ',' ORDER BY k.place)
        FROM pg_index AS i
        JOIN pg_class AS t ON t.oid = i.indrelid
        CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k (number, place)
        LEFT JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = k.number AND a.attnum > 0
        WHERE t.relname = :table GROUP BY i.indexrelid, i.indisunique, i.indpred
    """,
}


async def _schema(url: str, engine: str) -> dict[str, object]:
    await migrate.upgrade(url)
    store = await Store.open(url)
    found: dict[str, object] = {}
    for (table,) in await store.fetch_all(TABLES[engine]):
        columns = await store.fetch_all(COLUMNS[engine], {"table": table})
        found[table] = {
            "columns": [
                (name, KINDS[kind], bool(required), default)
                for name, kind, required, default in columns
            ],
            "references": sorted(await store.fetch_all(REFERENCES[engine], {"table": table})),
            "indexes": sorted(
                index
                for index in await store.fetch_all(INDEXES[engine], {"table": table})
                if index[2] != "id"
            ),
        }
    await store.close()
    return found


async def test_both_engines_have_the_same_schema(sqlite_url: str, postgres_url: str) -> None:
    on_sqlite = await _schema(sqlite_url, "sqlite")
    assert len(on_sqlite) == 49
    assert on_sqlite == await _schema(postgres_url, "postgres")
