"""Asking changes nothing: no GET and no HEAD writes a row."""

from __future__ import annotations

import re

import pytest
from starlette.routing import Route

from afterword.core.model import Role
from afterword.web.routes import all_routes
from tests.support.api import bearer
from tests.support.dump import contents
from tests.support.events import PATH as EVENTS
from tests.support.events import listening
from tests.support.forms import new_member
from tests.support.serving import Served


@pytest.mark.parametrize("who", ["a stranger", "an owner", "a program"])
async def test_no_get_and_no_head_changes_anything(
    blog: Served, page_url: str, engine: str, who: str
) -> None:
    sent = (await blog.comment(page_url)).json()
    headers: dict[str, str] = {}
    if who == "an owner":
        assert (await blog.sign_in()).status_code == 303
    elif who == "a program":
        owner = await new_member(blog, "lea@example.org", role=Role.OWNER)
        headers = await bearer(blog, owner)
        await blog.client.get("/api/v1/admin/me", headers=headers)  # its first use is noted
    before = await contents(blog.context.store, engine)
    queries = ("", f"?url={page_url}", "?url=https://blog.example.org/new&title=New", "?token=x")
    for route in all_routes(demo=False):
        if "GET" not in (route.methods or ()):
            continue
        path = _filled(route, str(sent["comment"]["id"]))
        for query in queries:
            for method in ("GET", "HEAD"):
                if (path, method) == (EVENTS, "GET"):
                    continue  # its answer does not end; see below
                answer = await blog.client.request(method, path + query, headers=headers)
                assert answer.status_code < 500, (path, answer.text)
        assert await contents(blog.context.store, engine) == before, path
    async with listening(blog.app, page_url, since=0) as stream:
        assert stream.status == 200
    assert await contents(blog.context.store, engine) == before


def _filled(route: Route, number: str) -> str:
    """The address with this number, or a name, for what is left open in it."""
    return re.sub(r"\{[a-z_:]+\}", "x", route.path.replace("{id}", number))


async def test_a_refused_write_changes_nothing(blog: Served, page_url: str, engine: str) -> None:
    await blog.comment(page_url)
    before = await contents(blog.context.store, engine)
    foreign = {"sec-fetch-site": "cross-site", "origin": "https://evil.example"}
    for route in all_routes(demo=False):
        path = _filled(route, "1")
        for method in (route.methods or set()) - {"GET", "HEAD"}:
            for body in ({"json": {"url": page_url, "body": "a"}}, {"data": {"body": "a"}}):
                answer = await blog.client.request(method, path, headers=foreign, **body)
                assert 400 <= answer.status_code < 500, (method, path, answer.status_code)
    assert await contents(blog.context.store, engine) == before
