"""Authors in the dashboard: found, looked at, trusted, banned and let in again by forms."""

from __future__ import annotations

import pytest

from afterword.core.model import Role
from afterword.services.telling.bounces import note_bounce
from tests.support.forms import Visitor, new_member, signed_in
from tests.support.serving import Served

AUTHORS = "/dashboard/authors"
BANS = "/dashboard/bans"
ANA = {"name": "Ana", "email": "ana@example.org", "visitor_token": "a" * 24}


@pytest.fixture
async def author(blog: Served, page_url: str) -> int:
    """The number of a comment by Ana, who wrote two."""
    await blog.comment(page_url, **ANA)
    return int((await blog.comment(page_url, **ANA)).json()["comment"]["id"])


async def test_an_author_is_found_and_looked_at(moderator: Visitor, author: int) -> None:
    page = await moderator.get(f"{AUTHORS}?q=ana@example.org")
    assert "2 comments of late" in page.text
    page = await moderator.get(f"{AUTHORS}/{author}")
    for words in ("ana@example.org", "2 approved", "Writes here since"):
        assert words in page.text
    assert "Nobody is called that" in (await moderator.get(f"{AUTHORS}?q=zoe")).text


async def test_an_author_is_trusted_and_trusted_no_more(moderator: Visitor, author: int) -> None:
    page = await moderator.get(f"{AUTHORS}/{author}")
    page = await moderator.send(page.form(f"{AUTHORS}/{author}", act="trust"))
    assert "The author is trusted." in page.text
    page = await moderator.send(page.form(f"{AUTHORS}/{author}", act="distrust"))
    assert "trusted no more" in page.text


async def test_mails_to_an_author_that_came_back_go_again(
    blog: Served, moderator: Visitor, page_url: str
) -> None:
    sent = await blog.comment(page_url, **ANA, notify="thread")
    path = f"{AUTHORS}/{sent.json()['comment']['id']}"
    assert "came back" not in (await moderator.get(path)).text
    await note_bounce(blog.context, ANA["email"], now=blog.clock.now)
    page = await moderator.get(path)
    assert "Mails to ana@example.org came back" in page.text
    done = await moderator.send(page.form(path, act="mail-again"))
    assert "Mails may go there again." in done.text
    assert "came back" not in done.text


async def test_a_banned_author_cannot_write_until_the_ban_is_lifted(
    blog: Served, moderator: Visitor, author: int, page_url: str
) -> None:
    form = (await moderator.get(f"{AUTHORS}/{author}")).form(f"{AUTHORS}/{author}", act="ban")
    page = await moderator.send(form, kind="author", days="7", reason="Rude")
    assert "The author is banned." in page.text
    assert "Rude" in page.text
    assert (await blog.comment(page_url, **ANA)).status_code == 403
    listed = await moderator.get(BANS)
    assert "Author: " in listed.text
    lifted = await moderator.send(listed.form(BANS, act="lift"))
    assert "Nobody is banned." in lifted.text
    assert (await blog.comment(page_url, **ANA)).status_code == 201


async def test_their_comments_can_go_to_the_spam_with_the_ban(
    blog: Served, moderator: Visitor, author: int, page_url: str
) -> None:
    form = (await moderator.get(f"{AUTHORS}/{author}")).form(f"{AUTHORS}/{author}", act="ban")
    page = await moderator.send(form, kind="email", days="", spam="1", shadow="1")
    assert "2 spam" in page.text
    assert "Without telling" in page.text
    thread = await blog.client.get("/api/v1/thread", params={"url": page_url})
    assert thread.json()["count"] == 0


async def test_somebody_is_banned_by_what_is_typed(
    blog: Served, moderator: Visitor, author: int, page_url: str
) -> None:
    form = (await moderator.get(BANS)).form(BANS, act="ban")
    refused = await moderator.send(form, kind="email", text="ana", days="")
    assert refused.status == 422
    assert "one email address" in refused.text
    await moderator.send(form, kind="name", text="Zoe", days="")
    refusal = await blog.comment(page_url, name="Zoe")
    assert refusal.status_code == 403


async def test_what_cannot_be_told_of_a_comment_is_said(
    blog: Served, moderator: Visitor, page_url: str
) -> None:
    number = int((await blog.comment(page_url)).json()["comment"]["id"])
    page = await moderator.get(f"{AUTHORS}/{number}")
    assert "Which browser this came from is not known" in page.text
    refused = await moderator.send(page.form(f"{AUTHORS}/{number}", act="ban"), kind="email")
    assert refused.status == 422
    assert "gave no email" in refused.text


async def test_a_ban_that_is_refused_keeps_what_was_typed(
    blog: Served, moderator: Visitor, page_url: str
) -> None:
    number = int((await blog.comment(page_url)).json()["comment"]["id"])
    chosen = {"kind": "email", "days": "30", "reason": "Sells watches", "shadow": "1"}
    for path, more in ((f"{AUTHORS}/{number}", {"spam": "1"}), (BANS, {"text": "no email"})):
        form = (await moderator.get(path)).form(path, act="ban")
        assert form.fields["days"] == ["7"]
        refused = await moderator.send(form, **chosen, **more)
        assert refused.status == 422
        kept = refused.form(path, act="ban").fields
        assert {name: kept[name] for name in (*chosen, *more)} == {
            name: [text] for name, text in (chosen | more).items()
        }


async def test_a_viewer_sees_no_email_and_decides_nothing(
    blog: Served, moderator: Visitor, author: int
) -> None:
    await new_member(blog, "sam@example.org", role=Role.VIEWER)
    sam = await signed_in(blog, "sam@example.org")
    page = await sam.get(f"{AUTHORS}/{author}")
    assert "ana@example.org" not in page.html
    assert not page.has_form(f"{AUTHORS}/{author}")
    assert (await sam.get(BANS)).status == 403
    csrf = page.form("/dashboard/sign-out").fields["csrf"][0]
    theirs = await moderator.get(f"{AUTHORS}/{author}")
    for act in ("trust", "ban"):
        form = theirs.form(f"{AUTHORS}/{author}", act=act)
        assert (await sam.post(form, csrf=csrf, kind="author")).status_code == 403
    form = (await moderator.get(BANS)).form(BANS, act="ban")
    assert (await sam.post(form, csrf=csrf, kind="name", text="Zoe")).status_code == 403


async def test_authors_of_other_sites_are_not_there(blog: Served, author: int) -> None:
    other = await blog.add_site("other", "https://other.example.org")
    await new_member(blog, "kim@example.org", role=Role.OWNER, site=other)
    kim = await signed_in(blog, "kim@example.org")
    assert "Nobody has written here yet" in (await kim.get(AUTHORS)).text
    assert (await kim.get(f"{AUTHORS}?site=1")).status == 404
    assert (await kim.get(f"{AUTHORS}/{author}")).status == 404
    assert (await kim.get(f"{BANS}?site=1")).status == 403
