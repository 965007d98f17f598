"""An owner gives an author a copy of what is kept, or erases it, after the password and on the own site."""

from __future__ import annotations

import httpx2
import pytest

from afterword.core.model import Role
from tests.support.forms import Visitor, new_member, signed_in
from tests.support.serving import Served

AUTHORS = "/dashboard/authors"
ANA = {"name": "Ana", "email": "ana@example.org", "visitor_token": "a" * 24}


@pytest.fixture
async def owner(blog: Served) -> Visitor:
    await new_member(blog, "ow@example.org", role=Role.OWNER)
    return await signed_in(blog, "ow@example.org")


@pytest.fixture
async def author(blog: Served, page_url: str) -> int:
    """The number of a comment by Ana, who wrote two, one of them in another browser."""
    await blog.comment(page_url, **{**ANA, "visitor_token": "b" * 24})
    return int((await blog.comment(page_url, **ANA)).json()["comment"]["id"])


async def copied(owner: Visitor, author: int, **ticked: str) -> httpx2.Response:
    form = (await owner.get(f"{AUTHORS}/{author}")).form(f"{AUTHORS}/{author}/copy")
    return await owner.post(form, "Download", **ticked)


async def test_a_copy_is_a_file_that_nothing_keeps(owner: Visitor, author: int) -> None:
    answer = await copied(owner, author)
    assert answer.headers["content-disposition"] == 'attachment; filename="person.json"'
    assert answer.headers["cache-control"] == "no-store"
    assert len(answer.json()["comments"]) == 1
    assert len((await copied(owner, author, by_email="1")).json()["comments"]) == 2


async def test_an_erasure_has_to_be_meant(
    blog: Served, owner: Visitor, author: int, page_url: str
) -> None:
    path = f"{AUTHORS}/{author}"
    form = (await owner.get(path)).form(f"{path}/erase")
    page = await owner.send(form, "Erase", by_email="1")
    assert (page.status, "Please tick that you mean it." in page.text) == (422, True)
    page = await owner.send(page.form(f"{path}/erase"), "Erase", by_email="1", sure="1")
    assert "All that was kept of this person here is erased." in page.text
    assert "Ana" not in page.text
    thread = await blog.client.get("/api/v1/thread", params={"url": page_url})
    assert thread.json()["count"] == 0
    assert "All that was kept of a person is erased" in (await owner.get("/dashboard/audit")).text


async def test_a_moderator_finds_no_such_form(moderator: Visitor, author: int) -> None:
    page = await moderator.get(f"{AUTHORS}/{author}")
    assert not page.has_form(f"{AUTHORS}/{author}/erase")


async def test_what_nobody_can_be_told_by_is_refused_with_a_sentence(
    blog: Served, owner: Visitor, author: int, page_url: str
) -> None:
    unknown = int((await blog.comment(page_url)).json()["comment"]["id"])
    form = (await owner.get(f"{AUTHORS}/{author}")).form(f"{AUTHORS}/{author}/copy")
    form.action = f"{AUTHORS}/{unknown}/copy"
    page = await owner.send(form)
    assert page.status == 409
    assert "It is not known who wrote that." in page.text
