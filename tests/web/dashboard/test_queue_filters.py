"""The queue narrowed by forms and links alone: what is searched for, by whom, where, and all that match."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest

from tests.support.forms import Page, Visitor, new_member, signed_in
from tests.support.serving import Served

QUEUE = "/dashboard/queue"
EDIT = "/dashboard/queue/edit"
UNDO = "/dashboard/queue/undo"
TEXTS = ("A quiet weir", "100% of stones", "1000 stones", "https://a.example and stones")


@pytest.fixture
async def held(app: Served, page_url: str) -> list[int]:
    """Four comments that wait, by two authors on two pages."""
    await app.add_site("blog", "https://blog.example.org", hold="all")
    ids = []
    for number, text in enumerate(TEXTS):
        app.clock.advance(60)
        sent = await app.comment(
            f"{page_url}{number // 2}",
            name=("Ana", "Ben")[number % 2],
            email=f"reader{number}@readers.example",
            body=text,
            title=f"Part {number // 2}",
            visitor_token=("a" * 22, "b" * 22)[number % 2],
        )
        ids.append(sent.json()["comment"]["id"])
    return ids


def shown(page: Page) -> list[int]:
    return [int(each) for each in re.findall(r'data-id="(\d+)"', page.html)]


async def find(visitor: Visitor, **query: object) -> list[int]:
    page = await visitor.get(f"{QUEUE}?{urlencode(query)}")
    assert page.status == 200, page.text
    return shown(page)


def address(page: Page, words: str) -> str:
    """Where the link with these words leads."""
    for href, text in re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', page.html, re.DOTALL):
        if words in " ".join(re.sub(r"<[^>]+>", "", text).split()):
            return str(href).replace("&amp;", "&")
    raise AssertionError(f"No link {words!r} in {page.text}")


async def test_each_filter_shows_what_matches(moderator: Visitor, held: list[int]) -> None:
    assert await find(moderator, q="WEIR") == [held[0]]
    assert await find(moderator, q="100%") == [held[1]]
    assert await find(moderator, q="ben") == [held[1], held[3]]
    assert await find(moderator, q="part 1") == held[2:]
    assert await find(moderator, q="reader2@readers.example") == [held[2]]
    assert await find(moderator, q="readers.example") == []
    assert await find(moderator, page=1) == held[:2]
    assert await find(moderator, author=held[2]) == [held[0], held[2]]
    assert await find(moderator, links=1) == [held[3]]
    assert await find(moderator, rule="hold_all", sort="newest") == held[::-1]
    assert await find(moderator, rule="trap") == []
    assert await find(moderator, since="2027-01-15") == held
    assert await find(moderator, since="2027-01-16") == []
    assert await find(moderator, q="stones", author=held[1], page=2) == [held[3]]


async def test_each_filter_is_a_chip_that_takes_it_away(
    moderator: Visitor, held: list[int]
) -> None:
    page = await moderator.get(f"{QUEUE}?q=stones&page=2&author={held[1]}&links=1")
    assert shown(page) == [held[3]]
    for chip, left in (("With links", 1), ("Author: Ben", 2), ("Page: Part 1", 3), ("“stones”", 4)):
        page = await moderator.get(address(page, chip))
        assert len(shown(page)) == left, chip
    assert page.address == QUEUE


async def test_a_card_leads_to_its_author_and_page(moderator: Visitor, held: list[int]) -> None:
    page = await moderator.get(QUEUE)
    assert shown(await moderator.get(address(page, "Only this page"))) == held[:2]
    assert shown(await moderator.get(address(page, "Only this author"))) == [held[0], held[2]]


async def test_a_card_tells_of_its_author(moderator: Visitor, held: list[int]) -> None:
    page = await moderator.get(f"{QUEUE}?q=weir")
    for words in ("About Ana", "Writes here since 15 January 2027", "1000 stones", "pending, "):
        assert words in page.text


async def test_what_was_searched_for_stays_in_its_field_and_is_no_html(
    moderator: Visitor, held: list[int]
) -> None:
    page = await moderator.get(f'{QUEUE}?{urlencode({"q": """<b>"x"</b>"""})}')
    assert "<b>" not in page.html
    assert "Nothing here matches." in page.text
    assert shown(await moderator.get(address(page, "Without filters"))) == held


@pytest.mark.parametrize(
    "query",
    [
        "q=x",
        f"q={'x' * 101}",
        "since=yesterday",
        "rule=%25",
        "page=x",
        "author=-1",
        "newer=1",
        "sort=score&after=1.2",
    ],
)
async def test_what_cannot_be_meant_is_refused(moderator: Visitor, query: str) -> None:
    assert (await moderator.get(f"{QUEUE}?{query}")).status in (400, 422)


async def test_all_are_ticked_without_a_script(moderator: Visitor, held: list[int]) -> None:
    page = await moderator.get(QUEUE)
    assert 'form="bulk" aria-label="Tick the comment by Ana" checked' not in page.html
    page = await moderator.get(address(page, "Tick all shown"))
    assert len(re.findall(r'<input[^>]* form="bulk"[^>]* checked>', page.html)) == len(held)
    page = await moderator.send(page.form(QUEUE), "Spam", id=held[:2])
    assert not re.findall(r'<input[^>]* form="bulk"[^>]* checked>', page.html)


@pytest.fixture
async def many(app: Served, page_url: str) -> list[int]:
    """More than a page of the queue, and more than can be decided at once."""
    await app.add_site("blog", "https://blog.example.org", hold="all")
    ids = []
    for number in range(205):
        app.clock.advance(1)
        sent = await app.comment(page_url, body=f"{'Odd' if number % 2 else 'Even'} {number}.")
        ids.append(sent.json()["comment"]["id"])
    return ids


async def test_all_that_match_are_decided_about_at_once_and_come_back_together(
    app: Served, moderator: Visitor, many: list[int], page_url: str
) -> None:
    page = await moderator.get(f"{QUEUE}?q=odd")
    assert "All 102 that match" in page.text
    form = page.form(QUEUE)
    late = await app.comment(page_url, body="Odd and late.")
    page = await moderator.send(form, "Spam", all="1")
    assert "102 comments marked as spam" in page.text
    assert page.address.startswith(f"{QUEUE}?q=odd")
    assert shown(page) == [late.json()["comment"]["id"]], "what came later was not seen"
    page = await moderator.send(page.form(UNDO))
    assert "All 103 that match" in page.text


async def test_at_most_two_hundred_are_decided_about_at_once(
    moderator: Visitor, many: list[int]
) -> None:
    page = await moderator.get(QUEUE)
    assert "The first 200 that match; no more at once" in page.text
    page = await moderator.send(page.form(QUEUE), "Approve", all="1")
    assert "200 comments approved" in page.text
    assert shown(page) == many[200:]


async def test_a_comment_is_held_from_every_tab(moderator: Visitor, held: list[int]) -> None:
    for act, tab in (("Spam", "spam"), ("Remove", "removed"), ("Approve", "approved")):
        form = (await moderator.get(QUEUE)).form(QUEUE)
        await moderator.send(form, act, id=held)
        form = (await moderator.get(f"{QUEUE}?status={tab}")).form(QUEUE)
        await moderator.send(form, "Hold", id=held[:2])
        assert await find(moderator) == held[:2], tab
        page = await moderator.get(f"{QUEUE}?status={tab}")
        one = page.form(QUEUE, id=held[2])
        hold = next(each for each in one.buttons if each.startswith("Hold the comment"))
        await moderator.send(one, hold)
        assert await find(moderator) == held[:3], tab
        form = (await moderator.get(f"{QUEUE}?status={tab}")).form(QUEUE)
        await moderator.send(form, "Hold", id=held)
        assert await find(moderator) == held, tab


async def test_an_edited_text_is_shown_with_the_old_one_and_undo_brings_that_back(
    moderator: Visitor, held: list[int]
) -> None:
    form = (await moderator.get(QUEUE)).form(EDIT, id=held[0])
    assert form.fields["body"] == ["A quiet weir"]
    page = await moderator.send(form, body="A *loud* weir")
    assert "The text of a comment is changed." in page.text
    assert "A <em>loud</em> weir" in page.html
    assert "replaced by Jonas" in page.text
    page = await moderator.send(page.form(UNDO))
    assert "A quiet weir" in page.text
    assert "replaced by" not in page.text


async def test_a_text_that_is_refused_stays_in_its_form(
    moderator: Visitor, held: list[int]
) -> None:
    form = (await moderator.get(f"{QUEUE}?q=weir")).form(EDIT, id=held[0])
    page = await moderator.send(form, body="too long " * 2_000)
    assert page.status == 422
    again = page.form(EDIT, id=held[0])
    assert again.fields["body"][0].strip() == ("too long " * 2_000).strip()
    page = await moderator.send(again, body="A short weir")
    assert page.address.startswith(f"{QUEUE}?q=weir")
    assert "A short weir" in page.text


async def test_the_news_are_counted_for_the_same_place(
    app: Served, moderator: Visitor, held: list[int], page_url: str
) -> None:
    page = await moderator.get(f"{QUEUE}?q=stones")
    news = re.search(r'data-news="([^"]+)"', page.html)
    show = re.search(r'data-show="([^"]+)"', page.html)
    assert news and show
    asked = news.group(1).replace("&amp;", "&")
    said = (await moderator.client.get(asked)).json()
    assert (said["new"], said["counts"]["pending"]) == (0, 4)
    sent = await app.comment(page_url, body="More stones.")
    await app.comment(page_url, body="Something else.")
    said = (await moderator.client.get(asked)).json()
    assert (said["new"], said["text"], said["counts"]["pending"]) == (1, "1 new comment", 6)
    page = await moderator.get(show.group(1).replace("&amp;", "&"))
    assert shown(page) == [sent.json()["comment"]["id"]]
    stranger = Visitor.of(app)
    assert (await stranger.client.get(asked)).status_code in (303, 401)


async def test_a_comment_has_a_page_with_the_thread_around_it(
    app: Served, moderator: Visitor, held: list[int], page_url: str
) -> None:
    await moderator.send((await moderator.get(QUEUE)).form(QUEUE), "Approve", id=held[:1])
    sent = await app.comment(f"{page_url}0", body="An <i>answer</i>.", parent=held[0])
    page = await moderator.get(f"/dashboard/comments/{sent.json()['comment']['id']}")
    assert "&lt;i&gt;answer" in page.html
    assert "<i>" not in page.html
    around = page.text.partition("The thread around it")[2]
    assert around.index("A quiet weir") < around.index("An <i>answer</i>.")
    page = await moderator.get(f"/dashboard/comments/{held[0]}")
    assert "Pending · answers it" in page.text
    assert "Pending · came next" in page.text
    form = page.form(QUEUE, id=held[0])
    page = await moderator.send(form, "Spam the comment by Ana")
    assert page.address.startswith(f"/dashboard/comments/{held[0]}")
    assert "1 comment marked as spam" in page.text


async def test_a_comment_of_another_site_has_no_page(app: Served, held: list[int]) -> None:
    other = await app.add_site("other", "https://other.example")
    await new_member(app, "otto@example.org", site=other)
    stranger = await signed_in(app, "otto@example.org")
    assert (await stranger.get(f"/dashboard/comments/{held[0]}")).status == 404
    assert (await stranger.get("/dashboard/comments/x")).status == 404
    csrf = (await stranger.get(QUEUE)).form("/dashboard/sign-out").fields["csrf"][0]
    fields = {"csrf": csrf, "id": str(held[0]), "body": "Other"}
    assert (await stranger.client.post(EDIT, data=fields)).status_code == 404
