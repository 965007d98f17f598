"""What whoever is banned, or too soon on a slow page, is answered; and that nothing tells of a shadow ban."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from afterword.core.model import BanKind, Status
from afterword.services.moderating.ban_author import Terms, ban_typed
from afterword.services.permission import COMMAND_LINE
from afterword.storage import comments, pages
from tests.support.forms import Visitor
from tests.support.serving import Served

FROM_HERE = "203.0.113.7"
"""The address of every program of these tests."""


async def ban(
    app: Served, kind: BanKind, text: str, *, shadow: bool = False, ends_at: int | None = None
) -> None:
    terms = Terms(ends_at, shadow)
    await ban_typed(app.context, COMMAND_LINE, 1, kind, text, terms, now=app.clock.now)


def shape(value: Any) -> Any:
    """What is left of an answer without what differs from comment to comment."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value]
    return value if isinstance(value, bool | None) else type(value)


async def life(app: Served, page_url: str, name: str) -> list[Any]:
    """All that an author sees of a comment: writing, sending it again, editing, and taking it back."""
    same = "00000000-0000-4000-8000-0000000000" + ("01" if name == "Mira Osei" else "02")
    answers = [await app.comment(page_url, name=name, client_id=same) for _ in range(2)]
    made = answers[0].json()
    headers = {"authorization": f"Bearer {made['author_token']}"}
    address = f"/api/v1/comments/{made['comment']['id']}"
    answers.append(await app.client.patch(address, json={"body": "Changed"}, headers=headers))
    answers.append(await app.client.delete(address, headers=headers))
    seen = []
    for answer in answers:
        body = answer.json()
        seen += [answer.status_code, sorted(answer.headers), shape(body), body["comment"]["status"]]
    return seen


async def test_a_shadow_ban_is_answered_as_what_is_held(app: Served, page_url: str) -> None:
    await app.add_site("blog", "https://blog.example.org", hold="first")
    await ban(app, "name", "Noa Weiss", shadow=True)
    held = await life(app, page_url, "Mira Osei")
    banned = await life(app, page_url, "Noa Weiss")
    assert banned == held
    assert held[0] == 202


async def test_what_a_shadow_ban_took_is_with_the_spam(blog: Served, page_url: str) -> None:
    await ban(blog, "address", FROM_HERE, shadow=True)
    made = (await blog.comment(page_url)).json()["comment"]
    assert made["status"] == "pending"
    found = await comments.get(blog.context.store, made["id"])
    assert found is not None
    assert found.status == Status.SPAM


async def test_a_ban_is_a_problem_that_says_until_when(blog: Served, page_url: str) -> None:
    ends_at = blog.clock.now + 3_600_000
    await ban(blog, "network", "203.0.113.99", ends_at=ends_at)
    answer = await blog.comment(page_url)
    assert answer.status_code == 403
    problem = answer.json()
    assert (problem["code"], problem["ends_at"]) == ("banned", ends_at)
    assert "again from 15 January 2027, 09:00 UTC on" in problem["detail"]
    blog.clock.advance(3_600)
    assert (await blog.comment(page_url)).status_code == 201
    await ban(blog, "address", FROM_HERE)
    problem = (await blog.comment(page_url)).json()
    assert "ends_at" not in problem
    assert "owner of the site" in problem["detail"]


async def test_the_form_says_that_its_author_is_banned(blog: Served, page_url: str) -> None:
    await ban(blog, "name", "Mira Osei")
    visitor = Visitor.of(blog)
    page = await visitor.get(f"/thread?url={quote(page_url)}")
    page = await visitor.send(page.form("/thread"), name="Mira Osei", body="Hello")
    assert page.status == 403
    assert "take no comments from you" in page.text
    assert "Hello" in page.html


async def test_on_a_slow_page_the_next_comment_waits(blog: Served, page_url: str) -> None:
    page_id = 1
    await blog.comment(page_url)
    async with blog.context.store.write() as db, pages.changing(db, page_id, blog.clock.now):
        await pages.slow_down(db, page_id, 90)
    blog.clock.advance(30)
    answer = await blog.comment(page_url)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    problem = answer.json()
    assert (problem["code"], problem["retry_after"]) == ("slow", 60)
    assert "one comment every 90 seconds" in problem["detail"]
    blog.clock.advance(60)
    assert (await blog.comment(page_url)).status_code == 201


@pytest.mark.parametrize(
    ("waits", "begun", "is_shown"),
    [
        (2.9, None, False),
        (3, None, True),
        (0, "", True),
        (0, "x", True),
        (0, "9" * 400, True),
        (0, "²", True),
        (0, "999999999999999", False),
    ],
)
async def test_the_form_tells_since_when_it_was_there(
    app: Served, page_url: str, waits: float, begun: str | None, is_shown: bool
) -> None:
    await app.add_site("blog", "https://blog.example.org", hold="none", min_seconds=3)
    visitor = Visitor.of(app)
    page = await visitor.get(f"/thread?url={quote(page_url)}")
    app.clock.advance(waits)
    changed = {} if begun is None else {"begun": begun}
    page = await visitor.send(page.form("/thread"), name="Mira Osei", body="Hello", **changed)
    assert ("Your comment is published" in page.text) is is_shown
    assert ("Your comment is waiting" in page.text) is not is_shown


async def test_programs_may_say_how_long_it_took(app: Served, page_url: str) -> None:
    await app.add_site("blog", "https://blog.example.org", hold="none", min_seconds=3)
    for seconds, status in ((0.2, 202), (2, 202), (3, 201), (None, 201)):
        assert (await app.comment(page_url, seconds=seconds)).status_code == status
    assert (await app.comment(page_url, seconds=-1)).status_code == 422
