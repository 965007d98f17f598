"""Feeds over HTTP: asked again for nothing, kept by caches, and the private one by its own token alone."""

from __future__ import annotations

import pytest

from afterword.core.model import Act, Member, Role
from afterword.services.members.issue_api_token import (
    issue_api_token,
    issue_feed_token,
    list_api_tokens,
    revoke_api_token,
)
from afterword.services.members.manage_staff import set_disabled
from afterword.services.moderating.moderate_comment import moderate
from afterword.services.permission import COMMAND_LINE
from tests.support.atom import entries, faults
from tests.support.forms import Visitor, new_member
from tests.support.serving import Served, serving, settings_for


async def _paths(blog: Served, page_url: str) -> list[str]:
    """Each public feed, of a comment that was written a minute ago."""
    number = (await blog.comment(page_url)).json()["comment"]["id"]
    await blog.comment(page_url, parent=number)
    blog.clock.advance(60)
    return [f"/feeds/thread?url={page_url}", "/feeds/site?site=blog", f"/feeds/replies/{number}"]


async def test_a_feed_is_asked_again_for_next_to_nothing(blog: Served, page_url: str) -> None:
    for path in await _paths(blog, page_url):
        answer = await blog.client.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
        assert answer.headers["cache-control"] == "public, no-cache"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert faults(answer.content) == []
        assert len(entries(answer.content)) >= 1
        for known in (
            {"if-none-match": answer.headers["etag"]},
            {"if-modified-since": answer.headers["last-modified"]},
            {"if-none-match": answer.headers["etag"], "if-modified-since": "x"},
        ):
            again = await blog.client.get(path, headers=known)
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == answer.headers["etag"]
        for other in (
            {"if-none-match": '"x"', "if-modified-since": answer.headers["last-modified"]},
            {"if-modified-since": "Thu, 01 Jan 1970 00:00:00 GMT"},
            {"if-modified-since": "yesterday"},
        ):
            assert (await blog.client.get(path, headers=other)).status_code == 200
        head = await blog.client.head(path)
        assert (head.status_code, head.headers["etag"]) == (200, answer.headers["etag"])


async def test_what_changes_is_answered_anew(blog: Served, page_url: str) -> None:
    for path in (await _paths(blog, page_url))[:2]:
        before = await blog.client.get(path)
        await blog.comment(page_url)
        known = {
            "if-none-match": before.headers["etag"],
            "if-modified-since": before.headers["last-modified"],
        }
        after = await blog.client.get(path, headers=known)
        assert after.status_code == 200
        assert len(entries(after.content)) == len(entries(before.content)) + 1
        # Two changes may come within a second.
        assert "last-modified" not in after.headers
        blog.clock.advance(60)


async def test_an_edit_or_a_removal_makes_a_date_newer(blog: Served, page_url: str) -> None:
    path, *_ = await _paths(blog, page_url)
    before = await blog.client.get(path)
    await moderate(blog.context, COMMAND_LINE, Act.SPAM, [1], now=blog.clock.now)
    blog.clock.advance(60)
    after = await blog.client.get(
        path, headers={"if-modified-since": before.headers["last-modified"]}
    )
    assert after.status_code == 200


async def test_a_feed_is_compressed_for_those_who_take_it(blog: Served, page_url: str) -> None:
    path, *_ = await _paths(blog, page_url)
    for coding in ("gzip", "br", "identity"):
        answer = await blog.client.get(path, headers={"accept-encoding": coding})
        assert answer.headers.get("content-encoding", "identity") == coding
        assert answer.headers["vary"] == "Accept-Encoding"
        assert faults(answer.content) == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/feeds/thread", 422),
        ("/feeds/thread?url=nonsense", 422),
        ("/feeds/thread?url=https://unknown.example/", 403),
        ("/feeds/site", 422),
        ("/feeds/site?site=nobody", 404),
        ("/feeds/site?url=https://unknown.example/", 403),
        ("/feeds/replies/999", 404),
        ("/feeds/replies/x", 404),
        ("/feeds/queue", 401),
        ("/feeds/queue?token=afwf_x", 401),
    ],
)
async def test_what_there_is_no_feed_of_is_refused(blog: Served, path: str, status: int) -> None:
    assert (await blog.client.get(path)).status_code == status


async def test_the_page_without_scripts_names_the_feed(blog: Served, page_url: str) -> None:
    await blog.comment(page_url)
    page = await blog.client.get("/thread", params={"url": page_url, "title": "x", "sort": "top"})
    link = page.text.partition('type="application/atom+xml"')[2].partition('href="')[2]
    path = link.partition('"')[0].replace("&amp;", "&")
    assert path.startswith("/feeds/thread?url=")
    assert len(entries((await blog.client.get(path)).content)) == 1


async def _feed(app: Served, member: Member) -> str:
    issued = await issue_feed_token(app.context, member, "reader", 30, now=app.clock.now)
    return f"/feeds/queue?token={issued.text}"


async def test_a_feed_token_opens_the_feed_and_nothing_else(app: Served) -> None:
    await app.add_site("blog", "https://blog.example.org", hold="all")
    await app.comment("https://blog.example.org/a", name="Mira", email="canary@example.org")
    owner = await new_member(app, "lea@example.org", role=Role.OWNER)
    path = await _feed(app, owner)
    answer = await app.client.get(path)
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert [each.author for each in entries(answer.content)] == ["Mira"]
    assert b"canary" not in answer.content
    assert path.partition("=")[2].encode() not in answer.content
    known = {"if-none-match": answer.headers["etag"]}
    assert (await app.client.get(path, headers=known)).status_code == 304
    bearer = {"authorization": f"Bearer {path.partition('=')[2]}"}
    assert (await app.client.get("/api/v1/admin/me", headers=bearer)).status_code == 401
    issued = await issue_api_token(app.context, owner, "x", Role.OWNER, 1, now=app.clock.now)
    assert (await app.client.get(f"/feeds/queue?token={issued.text}")).status_code == 401


ODD = "]]> <![CDATA[ &lt;b> \u202eevil\u202c \u2066x\u2069 abc 👩🏽‍🚀 עברית <script>"
MANY = """
INSERT INTO comment (
    site_id, page_id, status, author_name, author_key, source, tree, tree_version, origin_key, score,
    created_at, version, shown_version
)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
SELECT c.site_id, c.page_id, c.status, c.author_name, c.author_key, c.source, c.tree, c.tree_version,
    'client:' || n.i, c.score, c.created_at + n.i, c.version, c.shown_version
FROM n CROSS JOIN comment AS c WHERE c.id = :id
"""


async def test_each_feed_is_valid_and_short_with_odd_text_and_ten_thousand_comments(
    app: Served,
) -> None:
    page = "https://blog.example.org/a"
    site = await app.add_site("blog", "https://blog.example.org", hold="all")
    for parent in (None, 1):
        sent = {"body": f"{ODD} {parent}", "name": "Mira ]]> &lt;b>", "title": ODD}
        answer = await app.comment(page, parent=parent, **sent)
        assert answer.is_success, answer.text
        await moderate(app.context, COMMAND_LINE, Act.APPROVE, [1], now=app.clock.now)
    async with app.context.store.write() as db:
        await db.execute(MANY, {"id": 1})
        await db.execute(MANY.replace("'client:'", "'waits:'"), {"id": 2})
    await moderate(app.context, COMMAND_LINE, Act.APPROVE, [2], now=app.clock.now)
    owner = await new_member(app, "lea@example.org", role=Role.OWNER)
    for path in (
        f"/feeds/thread?url={page}",
        f"/feeds/site?site={site.name}",
        "/feeds/replies/1",
        await _feed(app, owner),
    ):
        answer = await app.client.get(path)
        assert answer.status_code == 200, path
        assert faults(answer.content) == []
        found = entries(answer.content)
        assert 1 <= len(found) <= 50 and len(answer.content) < 1_000_000
        assert "]]>" in found[-1].content.replace("&gt;", ">")
        assert "<script" not in found[-1].content
        known = {"if-none-match": answer.headers["etag"]}
        again = await app.client.get(path, headers=known)
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("how", ["revoked", "ended", "disabled"])
async def test_a_feed_ends_with_its_token_or_its_member(app: Served, how: str) -> None:
    member = await new_member(app, "jonas@example.org")
    path = await _feed(app, member)
    assert (await app.client.get(path)).status_code == 200
    if how == "revoked":
        (token,) = await list_api_tokens(app.context, member, now=app.clock.now)
        assert token.feed
        await revoke_api_token(app.context, member, token.id, now=app.clock.now)
    elif how == "ended":
        app.clock.advance(31 * 86_400)
    else:
        await set_disabled(app.context, COMMAND_LINE, member.id, True, now=app.clock.now)
    assert (await app.client.get(path)).status_code == 401


async def test_the_address_of_the_feed_is_made_and_shown_once_in_the_profile(
    app: Served, moderator: Visitor
) -> None:
    page = await moderator.get("/dashboard/profile/tokens")
    page = await moderator.send(page.form("/dashboard/profile/tokens"), name="reader", role="feed")
    path = page.html.partition("/feeds/queue?token=")[2].partition("<")[0]
    assert (await app.client.get(f"/feeds/queue?token={path}")).status_code == 200
    again = await moderator.get("/dashboard/profile/tokens")
    assert "afwf_" not in again.html
    assert "feed" in again.text


async def test_reading_too_often_is_refused(tmp_path: object, ready_url: str) -> None:
    settings = settings_for(tmp_path / "data", ready_url, reads_per_minute=2)
    async with serving(settings) as app:
        await app.add_site("blog", "https://blog.example.org")
        answers = [await app.client.get("/feeds/site?site=blog") for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
