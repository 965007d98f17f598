"""Comments over HTTP: sent once, changed and taken back by their author alone."""

from __future__ import annotations

import asyncio
import itertools
import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.support.serving import Served


async def test_a_comment_is_published_and_answered_with_what_its_author_needs(
    blog: Served, page_url: str
) -> None:
    answer = await blog.comment(page_url, name="Mira Osei", body="*Rebuilt* in 1998.")
    assert answer.status_code == 201
    sent = answer.json()
    assert sent["comment"]["author"]["name"] == "Mira Osei"
    assert sent["comment"]["status"] == "approved"
    assert sent["comment"]["source"] == "*Rebuilt* in 1998."
    assert sent["comment"]["body"] == [["p", ["em", "Rebuilt"], " in 1998."]]
    assert sent["expires_at"] > blog.clock.now
    assert sent["author_token"]


async def test_a_held_comment_is_accepted_and_not_shown(app: Served, page_url: str) -> None:
    await app.add_site("blog", "https://blog.example.org", hold="all")
    answer = await app.comment(page_url)
    assert (answer.status_code, answer.json()["comment"]["status"]) == (202, "pending")
    thread = await app.client.get("/api/v1/thread", params={"url": page_url})
    assert thread.json()["comments"] == []


async def test_the_same_comment_sent_again_is_stored_once(blog: Served, page_url: str) -> None:
    client_id = str(uuid.uuid4())
    answers = await asyncio.gather(
        *(blog.comment(page_url, name="Mira", client_id=client_id) for _ in range(8))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["comment"]["id"] for answer in answers}) == 1
    thread = await blog.client.get("/api/v1/thread", params={"url": page_url})
    assert thread.json()["count"] == 1


async def test_its_author_changes_a_comment_and_takes_it_back(blog: Served, page_url: str) -> None:
    sent = (await blog.comment(page_url)).json()
    address = f"/api/v1/comments/{sent['comment']['id']}"
    bearer = {"authorization": f"Bearer {sent['author_token']}"}
    changed = await blog.client.patch(address, json={"body": "In 1999."}, headers=bearer)
    assert changed.status_code == 200
    assert changed.json()["comment"]["body"] == [["p", "In 1999."]]
    assert changed.json()["comment"]["edited_at"] == blog.clock.now
    removed = await blog.client.delete(address, headers=bearer)
    assert (removed.status_code, removed.json()["comment"]["status"]) == (200, "removed")
    thread = await blog.client.get("/api/v1/thread", params={"url": page_url})
    assert thread.json()["comments"] == []


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Basic bWlyYTpx", "Bearer a b", "Bearer é", "x" * 3_000],
)
async def test_without_a_token_nobody_is_an_author(
    blog: Served, page_url: str, authorization: str | None
) -> None:
    sent = (await blog.comment(page_url)).json()
    address = f"/api/v1/comments/{sent['comment']['id']}"
    headers = {} if authorization is None else {"authorization": authorization.encode()}
    changed = await blog.client.patch(address, json={"body": "No."}, headers=headers)
    removed = await blog.client.delete(address, headers=headers)
    assert (changed.status_code, removed.status_code) == (401, 401)
    assert changed.headers["www-authenticate"] == "Bearer"


async def test_a_token_is_good_for_its_own_comment_and_window_only(
    blog: Served, page_url: str
) -> None:
    mine = (await blog.comment(page_url)).json()
    other = (await blog.comment(page_url)).json()
    bearer = {"authorization": f"Bearer {mine['author_token']}"}
    others = f"/api/v1/comments/{other['comment']['id']}"
    own = f"/api/v1/comments/{mine['comment']['id']}"
    tried = await blog.client.patch(others, json={"body": "No."}, headers=bearer)
    assert tried.status_code in (401, 403)
    blog.clock.advance(901)
    late = await blog.client.patch(own, json={"body": "No."}, headers=bearer)
    assert late.status_code in (401, 403)


@pytest.mark.parametrize(
    "number", ["0", "-1", "1.0", "x", "9223372036854775808", "9" * 5_000, "%00"]
)
async def test_an_id_that_cannot_be_one_is_not_found(blog: Served, number: str) -> None:
    headers = {"authorization": "Bearer x"}
    answer = await blog.client.delete(f"/api/v1/comments/{number}", headers=headers)
    assert answer.status_code in (401, 404)


WRONG: list[Any] = [None, True, 0, 1.5, "", [], {}, {"$ne": 1}, ["a"], -1, "\u202e", "a" * 9_000]
NAMES = (
    "url", "name", "body", "client_id", "canonical", "thread_id", "title", "site", "parent",
    "email", "website", "visitor_token", "trap", "notify",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
async def test_a_field_of_any_wrong_kind_is_refused_by_name_or_taken_and_never_fails(
    blog: Served, page_url: str, name: str
) -> None:
    for value in WRONG:
        answer = await blog.comment(page_url, **{name: value})
        assert answer.status_code in (201, 202, 403, 404, 422), (value, answer.text)
        if answer.status_code == 422:
            assert [each["field"] for each in answer.json()["errors"]] == [
                {"parent": "parent"}.get(name, name)
            ], value


async def test_naughty_strings_are_taken_or_refused_and_never_fail(
    blog: Served, page_url: str, corpora: Path
) -> None:
    """Each as a body and as a name, and in one of the other fields by turns."""
    strings = json.loads((corpora / "strings" / "blns.json").read_text())
    for text, name in zip(strings, itertools.cycle(NAMES), strict=False):
        for field in ("body", "name", name):
            answer = await blog.comment(page_url, **{field: text})
            assert answer.status_code < 500, (field, text)


async def test_a_preview_stores_nothing(blog: Served, page_url: str) -> None:
    answer = await blog.client.post("/api/v1/preview", json={"body": "**a**", "url": page_url})
    assert answer.json() == {"body": [["p", ["strong", "a"]]]}


async def test_comments_are_limited_per_address(app: Served, page_url: str) -> None:
    await app.add_site("blog", "https://blog.example.org")
    object.__setattr__(app.settings, "comments_per_minute", 2)
    statuses = [(await app.comment(page_url)).status_code for _ in range(3)]
    assert statuses == [202, 202, 429]
    app.clock.advance(30)
    assert (await app.comment(page_url)).status_code == 202
