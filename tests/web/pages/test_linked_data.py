"""What programs read on the thread page: schema.org data of exactly what people see there."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest

from afterword.core import wire
from afterword.core.languages import Speech
from afterword.web.links import Links
from afterword.web.pages.linked_data import linked_data
from afterword.web.pages.thread_rows import DEEPEST, rows
from tests.support.forms import Visitor
from tests.support.serving import Served

ENGLISH = Speech("en", {})
HOSTILE = "</script><script>alert(1)</script><!-- ]]> & ' \" \u2028 \\"


@pytest.fixture
def engine() -> str:
    """No rule of this file asks the database: one engine is enough."""
    return "sqlite"


class _Scripts(HTMLParser):
    """Every script of a page, as a browser finds where each ends."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[dict[str, str | None], str]] = []
        self._inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self._inside = True
            self.found.append((dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._inside:
            attributes, text = self.found[-1]
            self.found[-1] = (attributes, text + data)


async def linked(blog: Served, page_url: str) -> list[dict[str, Any]]:
    page = await Visitor.of(blog).get(f"/thread?url={quote(page_url)}")
    ((attributes, text),) = _Scripts(page.html).found
    assert attributes == {"type": "application/ld+json"}
    data = json.loads(text)
    assert data["@context"] == "https://schema.org"
    postings: list[dict[str, Any]] = data["@graph"]
    return postings


def shape(thing: dict[str, Any]) -> None:
    """Every posting and reply has what search engines ask for, and nothing that we do not mean."""
    assert thing["@type"] in ("DiscussionForumPosting", "Comment")
    assert thing["datePublished"].endswith("Z")
    if thing.get("creativeWorkStatus") == "Deleted":
        assert not {"text", "author", "url", "dateModified"} & thing.keys()
    else:
        assert thing["url"] == thing["@id"]
        assert thing["author"].keys() == {"@type", "name"}
        assert thing["text"]
    for reply in thing.get("comment", ()):
        assert reply["@type"] == "Comment"
        shape(reply)


async def test_postings_carry_their_replies(blog: Served, page_url: str) -> None:
    first = (await blog.comment(page_url, title="Notes", body="The *board* read 2.31.")).json()
    parent = first["comment"]["id"]
    website = "https://promoted.example/"
    await blog.comment(page_url, parent=parent, name="Jonas Thiel", body="When?", website=website)
    await blog.comment(page_url, body="Another.")
    one, two = await linked(blog, page_url)
    for posting in (one, two):
        shape(posting)
        assert posting["@type"] == "DiscussionForumPosting"
        assert posting["isPartOf"] == {"@type": "WebPage", "url": page_url, "name": "Notes"}
    assert one["url"] == f"{blog.settings.public_url}/c/{parent}"
    assert one["text"] == "The board read 2.31."
    assert one["datePublished"] == "2027-01-15T08:00:00Z"
    assert "dateModified" not in one
    assert one["comment"][0]["author"] == {"@type": "Person", "name": "Jonas Thiel"}
    assert website not in json.dumps([one, two])


async def test_an_edited_comment_says_when(blog: Served, page_url: str) -> None:
    sent = (await blog.comment(page_url)).json()
    blog.clock.advance(60)
    await blog.client.patch(
        f"/api/v1/comments/{sent['comment']['id']}",
        json={"body": "Later."},
        headers={"authorization": f"Bearer {sent['author_token']}"},
    )
    (posting,) = await linked(blog, page_url)
    assert (posting["text"], posting["dateModified"]) == ("Later.", "2027-01-15T08:01:00Z")


async def test_a_removed_comment_is_a_place_and_no_more(blog: Served, page_url: str) -> None:
    sent = (await blog.comment(page_url, name="Once Here", body="Said too soon.")).json()
    await blog.comment(page_url, parent=sent["comment"]["id"], body="An answer.")
    await blog.client.delete(
        f"/api/v1/comments/{sent['comment']['id']}",
        headers={"authorization": f"Bearer {sent['author_token']}"},
    )
    (posting,) = await linked(blog, page_url)
    shape(posting)
    assert posting["creativeWorkStatus"] == "Deleted"
    assert posting["comment"][0]["text"] == "An answer."
    assert "Once Here" not in json.dumps(posting)


async def test_hostile_words_stay_words(blog: Served, page_url: str) -> None:
    sent = await blog.comment(page_url, name=HOSTILE[:60], body=HOSTILE, title=HOSTILE)
    shown = sent.json()["comment"]["author"]["name"]
    (posting,) = await linked(blog, page_url)
    shape(posting)
    assert posting["author"]["name"] == shown
    assert "</script><script>alert(1)</script>" in posting["text"]
    assert "</script>" in posting["isPartOf"]["name"]


async def test_a_page_without_comments_has_no_data(blog: Served, page_url: str) -> None:
    page = await Visitor.of(blog).get(f"/thread?url={quote(page_url)}&title=Notes")
    assert _Scripts(page.html).found == []


def test_replies_nest_no_deeper_than_they_are_shown() -> None:
    chain = [_comment(number) for number in range(1, 1_500)]
    page = wire.Page(id=1, url="https://blog.example.org/a", title=None, closed=False, reactions=[])
    data = linked_data(page, rows(chain, ENGLISH), ENGLISH, Links("https://c.example"))
    assert data is not None
    depth, things = 0, data["@graph"]
    while things[0].get("comment"):
        depth, things = depth + 1, things[0]["comment"]
    assert depth == DEEPEST
    assert len(things) == 1_500 - 1 - DEEPEST
    assert things[-1]["parentItem"]["@id"] == "https://c.example/c/1498"
    json.dumps(data)


def _comment(number: int) -> wire.Comment:
    return wire.Comment(
        id=number,
        parent_id=number - 1 or None,
        root_id=1 if number > 1 else None,
        depth=number - 1,
        status="approved",
        author=wire.Author(name=f"Author {number}", website=None, staff=False, hue=0),
        created_at=0,
        edited_at=None,
        body=[["p", "Words."]],
    )
