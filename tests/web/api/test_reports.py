"""Reports over HTTP."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from tests.support.serving import Served


async def report(app: Served, number: int, reason: Any = "spam", **more: Any) -> httpx2.Response:
    sent = {"reason": reason, "visitor_token": "r" * 22} | more
    headers = {"origin": "https://blog.example.org"}
    return await app.client.post(f"/api/v1/comments/{number}/report", json=sent, headers=headers)


async def test_a_report_is_taken_and_answered_alike_each_time(blog: Served, page_url: str) -> None:
    number = (await blog.comment(page_url)).json()["comment"]["id"]
    for _ in range(2):
        answer = await report(blog, number, text="See the second line.")
        assert (answer.status_code, answer.json()) == (202, {"reported": True})


@pytest.mark.parametrize("reason", ["", "rude", "SPAM", None, 1, ["spam"]])
async def test_what_is_no_reason_is_refused_by_name(
    blog: Served, page_url: str, reason: object
) -> None:
    number = (await blog.comment(page_url)).json()["comment"]["id"]
    answer = await report(blog, number, reason)
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["reason"]


async def test_reports_are_limited_per_address(blog: Served, page_url: str) -> None:
    number = (await blog.comment(page_url)).json()["comment"]["id"]
    object.__setattr__(blog.settings, "reports_per_hour", 2)
    assert [(await report(blog, number)).status_code for _ in range(3)] == [202, 202, 429]
