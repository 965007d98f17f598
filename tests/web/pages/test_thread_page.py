from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support.forms import Visitor
from tests.support.serving import Served, serving, settings_for


@pytest.fixture
async def limited(tmp_path: Path, database_url: str, page_url: str) -> AsyncIterator[Served]:
    """One comment a minute from an address."""
    settings = settings_for(tmp_path / "data", database_url, comments_per_minute=1)
    async with serving(settings) as served:
        await served.add_site("blog", "https://blog.example.org", hold="none")
        yield served


MIRA = {"name": "Mira Osei", "body": "The *board* read 2.31."}


def thread_of(page_url: str, **more: str) -> str:
    extra = "".join(f"&{name}={quote(value)}" for name, value in more.items())
    return f"/thread?url={quote(page_url)}{extra}"


async def count(app: Served, page_url: str) -> int:
    answer = await app.client.get("/api/v1/thread", params={"url": page_url})
    return int(answer.json()["count"])


async def test_the_whole_thread_is_there(blog: Served, page_url: str) -> None:
    first = (await blog.comment(page_url, title="Notes from the weir")).json()["comment"]["id"]
    fields = {"parent": first, "website": "https://a.example/", "body": "It read 2.31."}
    second = (await blog.comment(page_url, **fields)).json()
    await blog.comment(
        page_url, parent=second["comment"]["id"], body="A [link](https://b.example/)"
    )
    page = await Visitor.of(blog).get(thread_of(page_url))
    assert page.status == 200
    assert "3 replies on “Notes from the weir”" in page.text
    assert page.html.count("<ol>") == 2
    assert page.html.count("<ol") == page.html.count("</ol>")
    assert page.html.count("<li>") == page.html.count("</li>")
    assert f'id="comment-{first}"' in page.html
    for link in ("https://a.example/", "https://b.example/"):
        assert f'href="{link}" rel="nofollow ugc noopener noreferrer"' in page.html
    assert f'href="{page_url}"' in page.html


async def test_a_page_without_comments_takes_the_title_that_was_given(
    blog: Served, page_url: str
) -> None:
    page = await Visitor.of(blog).get(thread_of(page_url, title="Notes from the weir"))
    assert "Notes from the weir · No replies yet" in page.text
    await Visitor.of(blog).send(page.form("/thread"), **MIRA)
    page = await Visitor.of(blog).get(thread_of(page_url))
    assert "1 reply on “Notes from the weir”" in page.text


async def test_a_comment_is_posted_edited_and_deleted_by_forms_alone(
    blog: Served, page_url: str
) -> None:
    visitor = Visitor.of(blog)
    page = await visitor.get(thread_of(page_url))
    page = await visitor.send(page.form("/thread"), **MIRA)
    assert "Your comment is published" in page.text
    assert "<em>board</em>" in page.html
    form = page.form("/thread/edit")
    assert form.fields["body"] == [MIRA["body"]]
    page = await visitor.send(form, "Save", body="The board read 2.13.")
    assert "2.13" in page.text
    assert "edited" in page.text
    assert "2.13" in (await visitor.get(thread_of(page_url))).text
    page = await visitor.send(page.form("/thread/edit"), "Delete")
    assert "Your comment was deleted" in page.text
    assert "2.13" not in page.text
    assert await count(blog, page_url) == 0


async def test_a_held_comment_is_shown_to_its_author_alone(app: Served, page_url: str) -> None:
    await app.add_site("blog", "https://blog.example.org", hold="all")
    visitor = Visitor.of(app)
    page = await visitor.send((await visitor.get(thread_of(page_url))).form("/thread"), **MIRA)
    assert "Your comment is waiting for approval" in page.text
    assert "2.31" in page.text
    assert "2.31" not in (await visitor.get(thread_of(page_url))).text


async def test_the_same_form_sent_twice_is_one_comment(blog: Served, page_url: str) -> None:
    visitor = Visitor.of(blog)
    form = (await visitor.get(thread_of(page_url))).form("/thread")
    first = await visitor.send(form, **MIRA)
    again = await visitor.send(form, **MIRA)
    assert (
        first.form("/thread/edit").fields["comment"] == again.form("/thread/edit").fields["comment"]
    )
    assert await count(blog, page_url) == 1


async def test_another_text_in_the_same_form_is_another_comment(
    blog: Served, page_url: str
) -> None:
    visitor = Visitor.of(blog)
    form = (await visitor.get(thread_of(page_url))).form("/thread")
    await visitor.send(form, **MIRA)
    await visitor.send(form, **MIRA | {"body": "I went back and wrote this."})
    assert await count(blog, page_url) == 2


async def test_errors_stand_at_their_fields_and_the_text_is_kept(
    blog: Served, page_url: str
) -> None:
    visitor = Visitor.of(blog)
    form = (await visitor.get(thread_of(page_url))).form("/thread")
    page = await visitor.send(
        form, body="Words that must not be lost\n\n    <b>", email="nope", website="javascript:x"
    )
    assert page.status == 422
    kept = page.form("/thread")
    assert kept.fields["body"] == ["Words that must not be lost\n\n    <b>"]
    assert kept.fields["email"] == ["nope"]
    assert kept.fields["client_id"] == form.fields["client_id"]
    for field in ("name", "email", "website"):
        assert f'id="{field}-wrong"' in page.html
    assert 'id="body-wrong"' not in page.html
    assert await count(blog, page_url) == 0


async def test_too_many_comments_are_told_to_wait_with_the_text_kept(
    limited: Served, page_url: str
) -> None:
    visitor = Visitor.of(limited)
    form = (await visitor.get(thread_of(page_url))).form("/thread")
    await visitor.send(form, **MIRA)
    page = await visitor.send(form, **MIRA | {"body": "A second one, too soon."})
    assert page.status == 429
    assert page.response.headers["retry-after"]
    assert page.form("/thread").fields["body"] == ["A second one, too soon."]


async def test_a_reply_stands_under_what_it_answers(blog: Served, page_url: str) -> None:
    first = (await blog.comment(page_url, name="Jonas Thiel")).json()["comment"]["id"]
    visitor = Visitor.of(blog)
    page = await visitor.get(thread_of(page_url, reply=str(first)))
    assert "Reply to Jonas Thiel" in page.text
    await visitor.send(page.form("/thread", parent=first), **MIRA)
    answer = await blog.client.get("/api/v1/thread", params={"url": page_url})
    assert answer.json()["comments"][1]["parent_id"] == first


async def test_a_refused_reply_is_still_a_reply(blog: Served, page_url: str) -> None:
    first = (await blog.comment(page_url, name="Jonas Thiel")).json()["comment"]["id"]
    visitor = Visitor.of(blog)
    page = await visitor.get(thread_of(page_url, reply=str(first)))
    page = await visitor.send(page.form("/thread"), body="Without a name")
    assert page.status == 422
    assert page.form("/thread", parent=first).fields["body"] == ["Without a name"]


async def test_a_refused_change_keeps_its_text(blog: Served, page_url: str) -> None:
    visitor = Visitor.of(blog)
    page = await visitor.send((await visitor.get(thread_of(page_url))).form("/thread"), **MIRA)
    form = page.form("/thread/edit")
    page = await visitor.send(form, body="x" * 10_001)
    assert page.status == 422
    assert page.form("/thread/edit").fields["body"] == ["x" * 10_001]
    blog.clock.advance(24 * 3600)
    page = await visitor.send(form, body="Far too late")
    assert page.status in (401, 403)
    assert "Far too late" in page.html
    assert not page.has_form("/thread/edit")


async def test_nobody_changes_the_comment_of_somebody_else(blog: Served, page_url: str) -> None:
    other = (await blog.comment(page_url)).json()["comment"]["id"]
    visitor = Visitor.of(blog)
    page = await visitor.send((await visitor.get(thread_of(page_url))).form("/thread"), **MIRA)
    for button in ("Save", "Delete"):
        refused = await visitor.send(page.form("/thread/edit"), button, comment=other)
        assert refused.status in (401, 403)
    assert await count(blog, page_url) == 2


@pytest.mark.parametrize("path", ["/thread", "/thread/edit", "/thread/delete"])
async def test_forms_of_other_sites_are_refused(blog: Served, page_url: str, path: str) -> None:
    fields = {"url": page_url, "client_id": "x", "comment": "1", "author_token": "x", **MIRA}
    for headers in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "cross-site", "origin": "https://blog.example.org"},
        {"sec-fetch-site": "same-site"},
    ):
        refused = await Visitor.of(blog, **headers).client.post(path, data=fields)
        assert refused.status_code == 403
    assert await count(blog, page_url) == 0


async def test_the_sites_pages_may_frame_the_thread_and_nobody_else(
    blog: Served, page_url: str
) -> None:
    headers = (await Visitor.of(blog).get(thread_of(page_url))).response.headers
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'self' https://blog.example.org;" in policy
    assert "script-src 'self'" in policy
    assert "x-frame-options" not in headers


async def test_the_page_of_no_site_is_told_the_command(blog: Served) -> None:
    page = await Visitor.of(blog).get(thread_of("https://unknown.example/a"))
    assert page.status == 403
    assert "afterword site add" in page.text


async def test_more_comments_are_a_link_away(blog: Served, page_url: str) -> None:
    for number in range(60):
        blog.clock.advance(1)
        await blog.comment(page_url, body=f"Comment number {number}.")
    visitor = Visitor.of(blog)
    page, seen = await visitor.get(thread_of(page_url)), 0
    for _ in range(10):
        seen += page.html.count("<article")
        if "More comments" not in page.text:
            break
        link = page.html.split('<a class="button" href="')[1].split('"')[0]
        page = await visitor.get(link.replace("&amp;", "&"))
    assert seen == 60


async def test_the_email_of_an_author_is_nowhere(blog: Served, page_url: str) -> None:
    visitor = Visitor.of(blog)
    form = (await visitor.get(thread_of(page_url))).form("/thread")
    page = await visitor.send(form, **MIRA, email="canary@readers.example")
    assert "canary" not in page.html
    assert "canary" not in (await visitor.get(thread_of(page_url))).html


async def test_a_filled_trap_is_not_believed(blog: Served, page_url: str) -> None:
    visitor = Visitor.of(blog)
    form = (await visitor.get(thread_of(page_url))).form("/thread")
    await visitor.send(form, **MIRA, trap="https://spam.example")
    assert await count(blog, page_url) == 0


async def test_votes_are_shown_and_can_put_the_best_comments_first(
    blog: Served, page_url: str
) -> None:
    ids = [(await blog.comment(page_url)).json()["comment"]["id"] for _ in range(3)]
    for number in ids[:2]:
        sent = {"vote": 1, "visitor_token": "v" * 22}
        await blog.client.put(f"/api/v1/comments/{number}/vote", json=sent)
    page = await Visitor.of(blog).get(thread_of(page_url))
    assert page.text.count("Like: 1") == 2
    assert "Dislike" not in page.text
    assert 'sort=top">Most liked first</a>' in page.html
    top = await Visitor.of(blog).get(thread_of(page_url, sort="top"))
    places = [top.html.index(f'<article class="comment" id="comment-{each}"') for each in ids]
    assert places[1] < places[0] < places[2]


async def test_a_site_without_votes_shows_none(app: Served, page_url: str) -> None:
    await app.add_site("blog", "https://blog.example.org", hold="none", votes="off")
    for _ in range(2):
        await app.comment(page_url)
    page = await Visitor.of(app).get(thread_of(page_url))
    assert "Newest first" in page.text
    assert "Most liked" not in page.text
    assert "Like" not in page.text
