"""Votes over HTTP."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from tests.support.serving import Served

TOKEN = "v" * 22


async def vote(app: Served, number: int, value: Any = 1, **headers: str) -> httpx2.Response:
    sent = {"vote": value, "visitor_token": TOKEN}
    return await app.client.put(f"/api/v1/comments/{number}/vote", json=sent, headers=headers)


async def test_a_vote_is_answered_with_what_there_is_now(blog: Served, page_url: str) -> None:
    number = (await blog.comment(page_url)).json()["comment"]["id"]
    answer = await vote(blog, number, origin="https://blog.example.org")
    assert (answer.status_code, answer.json()) == (200, {"up": 1, "down": 0, "vote": 1})
    thread = (await blog.client.get("/api/v1/thread", params={"url": page_url})).json()
    assert [(each["up"], each["down"]) for each in thread["comments"]] == [(1, 0)]
    assert thread["site"]["votes"] == "up"
    again = await blog.client.get("/api/v1/thread", params={"url": page_url, "sort": "top"})
    assert again.json()["sort"] == "top"


@pytest.mark.parametrize("value", [2, -2, 0.5, "1", None, True, [1]])
async def test_what_is_no_vote_is_refused_by_name(
    blog: Served, page_url: str, value: object
) -> None:
    number = (await blog.comment(page_url)).json()["comment"]["id"]
    answer = await vote(blog, number, value)
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["vote"]


async def test_each_refusal_says_what_it_is_about(blog: Served, page_url: str) -> None:
    number = (await blog.comment(page_url)).json()["comment"]["id"]
    own = (await blog.comment(page_url, visitor_token=TOKEN)).json()["comment"]["id"]
    refused = {
        "no_down_votes": await vote(blog, number, -1),
        "own_comment": await vote(blog, own),
        "not_found": await vote(blog, 99),
        "unknown_origin": await vote(blog, number, origin="https://evil.example"),
    }
    assert {code: answer.json()["code"] for code, answer in refused.items()} == {
        code: code for code in refused
    }


async def test_a_browser_on_a_page_of_the_site_may_ask_for_it(blog: Served) -> None:
    headers = {"origin": "https://blog.example.org", "access-control-request-method": "PUT"}
    answer = await blog.client.options("/api/v1/comments/1/vote", headers=headers)
    assert "PUT" in answer.headers["access-control-allow-methods"]


async def test_votes_are_limited_per_address(blog: Served, page_url: str) -> None:
    number = (await blog.comment(page_url)).json()["comment"]["id"]
    object.__setattr__(blog.settings, "votes_per_minute", 2)
    assert [(await vote(blog, number)).status_code for _ in range(3)] == [200, 200, 429]
