"""Asking changes nothing: no GET and no HEAD writes a row."""

from __future__ import annotations

import hashlib

import pytest

from afterword.web.routes import all_routes
from tests.support.events import PATH as EVENTS
from tests.support.events import listening
from tests.support.serving import Served

TABLES = {
    "sqlite": "select name from sqlite_master where type = 'table' order by name",
    "postgres": (
        "select table_name from information_schema.tables"
        " where table_schema = 'public' order by table_name"
    ),
}


async def _contents(app: Served, engine: str) -> str:
    """A hash of every row of every table."""
    digest = hashlib.sha256()
    for (table,) in await app.context.store.fetch_all(TABLES[engine], {}):
        rows = await app.context.store.fetch_all(f"select * from {table}", {})
        digest.update(repr((table, sorted(map(repr, map(tuple, rows))))).encode())
    return digest.hexdigest()


@pytest.mark.parametrize("who", ["a stranger", "a member"])
async def test_no_get_and_no_head_changes_anything(
    blog: Served, page_url: str, engine: str, who: str
) -> None:
    sent = (await blog.comment(page_url)).json()
    if who == "a member":
        assert (await blog.sign_in()).status_code == 303
    before = await _contents(blog, engine)
    queries = ("", f"?url={page_url}", "?url=https://blog.example.org/new&title=New", "?token=x")
    for route in all_routes(demo=False):
        if "GET" not in (route.methods or ()):
            continue
        path = route.path.replace("{id}", str(sent["comment"]["id"])).replace("{name}", "x")
        for query in queries:
            for method in ("GET", "HEAD"):
                if (path, method) == (EVENTS, "GET"):
                    continue  # its answer does not end; see below
                answer = await blog.client.request(method, path + query)
                assert answer.status_code < 500, (path, answer.text)
                assert await _contents(blog, engine) == before, (method, path, query)
    async with listening(blog.app, page_url, since=0) as stream:
        assert stream.status == 200
    assert await _contents(blog, engine) == before


async def test_a_refused_write_changes_nothing(blog: Served, page_url: str, engine: str) -> None:
    await blog.comment(page_url)
    before = await _contents(blog, engine)
    foreign = {"sec-fetch-site": "cross-site", "origin": "https://evil.example"}
    for route in all_routes(demo=False):
        path = route.path.replace("{id}", "1").replace("{name}", "x")
        for method in (route.methods or set()) - {"GET", "HEAD"}:
            for body in ({"json": {"url": page_url, "body": "a"}}, {"data": {"body": "a"}}):
                answer = await blog.client.request(method, path, headers=foreign, **body)
                assert 400 <= answer.status_code < 500, (method, path, answer.status_code)
    assert await _contents(blog, engine) == before
