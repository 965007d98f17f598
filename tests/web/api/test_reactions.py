"""Reactions over HTTP."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from tests.support.serving import Served


async def react(app: Served, url: str, reaction: Any, **more: Any) -> httpx2.Response:
    sent = {"url": url, "reaction": reaction, "visitor_token": "v" * 22} | more
    headers = {"origin": "https://blog.example.org"}
    return await app.client.put("/api/v1/reactions", json=sent, headers=headers)


async def test_a_reaction_is_answered_with_what_there_is_now(app: Served, page_url: str) -> None:
    await app.add_site("blog", "https://blog.example.org", reactions=("👍", "hm"))
    for chosen, count in (("👍", 1), (None, 0)):
        answer = await react(app, page_url, chosen)
        counts = [{"reaction": "👍", "count": count}, {"reaction": "hm", "count": 0}]
        assert (answer.status_code, answer.json()) == (200, {"reactions": counts, "mine": chosen})
        thread = await app.client.get("/api/v1/thread", params={"url": page_url})
        assert thread.json()["page"]["reactions"] == counts
        assert thread.json()["page"]["title"] is None


async def test_each_refusal_says_what_it_is_about(blog: Served, page_url: str) -> None:
    assert (await react(blog, page_url, "👍")).json()["code"] == "reactions_off"
    assert (await react(blog, "https://evil.example/", "👍")).json()["code"] == "unknown_origin"


@pytest.mark.parametrize("value", [1, True, ["👍"], {"reaction": "👍"}, "👎"])
async def test_what_is_no_reaction_is_refused_by_name(
    app: Served, page_url: str, value: object
) -> None:
    await app.add_site("blog", "https://blog.example.org", reactions=("👍",))
    answer = await react(app, page_url, value)
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["reaction"]


async def test_reactions_are_limited_per_address(app: Served, page_url: str) -> None:
    await app.add_site("blog", "https://blog.example.org", reactions=("👍",))
    object.__setattr__(app.settings, "votes_per_minute", 2)
    statuses = [(await react(app, page_url, "👍")).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
