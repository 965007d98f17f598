"""What links of mails to readers lead to: opening changes nothing, one POST does, and no cookie is needed."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx2
import pytest

from afterword.core.mail import Mail
from tests.services.post_office import PostOffice, link
from tests.support.dump import contents
from tests.support.forms import Visitor
from tests.support.serving import Served

ANA = "ana@readers.example"
ONE_CLICK = "List-Unsubscribe=One-Click"


async def wish(app: Served, page_url: str, **more: object) -> int:
    given = {"email": ANA, "visitor_token": "a" * 22, "notify": "replies", **more}
    answer = await app.comment(page_url, **given)
    assert answer.status_code == 201
    number: int = answer.json()["comment"]["id"]
    return number


async def delivered(app: Served) -> list[Mail]:
    return await PostOffice(app.context).deliver(app.clock.now)


def path(address: str) -> str:
    return urlsplit(address).path


async def confirmed(app: Served, page_url: str, **more: object) -> int:
    number = await wish(app, page_url, **more)
    (asked,) = await delivered(app)
    visitor = Visitor.of(app)
    page = await visitor.get(path(link(asked)))
    await visitor.send(page.forms[0])
    return number


async def reply_mail(app: Served, page_url: str, parent: int) -> Mail:
    await app.comment(page_url, parent=parent)
    (mail,) = await delivered(app)
    return mail


async def test_the_page_of_a_link_lists_what_waits_and_one_post_confirms_it(
    blog: Served, page_url: str, engine: str
) -> None:
    number = await wish(blog, page_url, title="Notes from the weir")
    (asked,) = await delivered(blog)
    before = await contents(blog.context.store, engine)
    visitor = Visitor.of(blog)
    for method in ("GET", "HEAD"):
        assert (await blog.client.request(method, path(link(asked)))).status_code == 200
    page = await visitor.get(path(link(asked)))
    assert "Notes from the weir" in page.text and "blog" in page.text
    assert "Replies to this comment" in page.text
    assert await contents(blog.context.store, engine) == before
    page = await visitor.send(page.forms[0])
    assert "Confirmed: you will get emails" in page.text
    assert (await reply_mail(blog, page_url, number)).to == ANA
    page = await visitor.get(path(link(asked)))
    assert "nothing to confirm" in page.text


async def test_whoever_did_not_ask_is_never_asked_again(blog: Served, page_url: str) -> None:
    await wish(blog, page_url)
    (asked,) = await delivered(blog)
    visitor = Visitor.of(blog)
    page = await visitor.get(path(link(asked)))
    page = await visitor.send(page.forms[1], button="Never send emails to this address")
    assert "no more of these emails" in page.text
    blog.clock.advance(2 * 86_400)
    await wish(blog, page_url, notify="thread")
    assert await delivered(blog) == []


@pytest.mark.parametrize(
    "how",
    [
        {"content": ONE_CLICK, "headers": {"content-type": "application/x-www-form-urlencoded"}},
        {"files": {"List-Unsubscribe": (None, "One-Click")}},
        {"content": b""},
        {
            "content": ONE_CLICK,
            "headers": {
                "content-type": "application/x-www-form-urlencoded",
                "origin": "https://mail.example",
                "sec-fetch-site": "cross-site",
            },
        },
    ],
    ids=["a form", "in parts", "nothing", "from elsewhere"],
)
async def test_one_post_of_a_mail_program_ends_the_mails_of_the_thread(
    blog: Served, page_url: str, how: dict[str, object], engine: str
) -> None:
    number = await confirmed(blog, page_url)
    mail = await reply_mail(blog, page_url, number)
    assert mail.unsubscribe is not None
    before = await contents(blog.context.store, engine)
    for method in ("GET", "HEAD"):
        assert (await blog.client.request(method, path(mail.unsubscribe))).status_code == 200
    assert await contents(blog.context.store, engine) == before
    for _ in range(2):
        answer: httpx2.Response = await blog.client.post(path(mail.unsubscribe), **how)
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
    await blog.comment(page_url, parent=number)
    assert await delivered(blog) == []


@pytest.mark.parametrize("what", ["replies", "thread", "site", "everything"])
async def test_the_page_ends_what_is_chosen_and_takes_it_back(
    blog: Served, page_url: str, what: str
) -> None:
    number = await confirmed(blog, page_url)
    mail = await reply_mail(blog, page_url, number)
    assert mail.unsubscribe is not None
    visitor = Visitor.of(blog)
    page = await visitor.get(path(mail.unsubscribe))
    page = await visitor.send(page.forms[-1], what=what)
    assert "no more of these emails" in page.text
    await blog.comment(page_url, parent=number)
    assert await delivered(blog) == []
    page = await visitor.send(page.forms[0], button="Undo")
    assert "no more of these emails" not in page.text
    await blog.comment(page_url, parent=number)
    assert len(await delivered(blog)) == 1


async def test_a_wrong_link_says_so_and_changes_nothing(
    blog: Served, page_url: str, engine: str
) -> None:
    number = await confirmed(blog, page_url)
    mail = await reply_mail(blog, page_url, number)
    assert mail.unsubscribe is not None
    before = await contents(blog.context.store, engine)
    for wrong in (f"{path(mail.unsubscribe)}x", "/unsubscribe/x", "/subscribe/x"):
        assert (await blog.client.get(wrong)).status_code == 404
        sent = await blog.client.post(wrong, data={"what": "everything", "never": "1"})
        assert sent.status_code == 404
    assert await contents(blog.context.store, engine) == before


async def test_the_pages_speak_the_language_of_the_mail(blog: Served, page_url: str) -> None:
    number = await wish(blog, page_url, lang="ar")
    (asked,) = await delivered(blog)
    assert asked.lang == "ar"
    visitor = Visitor.of(blog)
    page = await visitor.get(path(link(asked)))
    assert '<html lang="ar" dir="rtl">' in page.html
    await visitor.send(page.forms[0])
    mail = await reply_mail(blog, page_url, number)
    assert mail.unsubscribe is not None
    assert '<html lang="ar" dir="rtl">' in (await visitor.get(path(mail.unsubscribe))).html


async def test_the_page_without_scripts_asks_too(blog: Served, page_url: str) -> None:
    visitor = Visitor.of(blog)
    page = await visitor.get(f"/thread?url={page_url}&lang=de")
    form = page.form("/thread")
    await visitor.send(form, body="Auch hier.", name="Ana", email=ANA, notify="thread", begun="1")
    (asked,) = await delivered(blog)
    assert (asked.to, asked.lang) == (ANA, "de")
    page = await visitor.get(f"/thread?url={page_url}")
    await visitor.send(
        page.form("/thread"), body="And here.", name="Ben", email="ben@readers.example"
    )
    assert await delivered(blog) == []


async def test_an_api_client_that_sends_no_choice_is_served_and_a_wrong_one_is_refused(
    blog: Served, page_url: str
) -> None:
    for notify in ("", None):
        assert (await blog.comment(page_url, email=ANA, notify=notify)).status_code == 201
    for wrong in ("all", True, 1):
        assert (await blog.comment(page_url, email=ANA, notify=wrong)).status_code == 422
    assert await delivered(blog) == []
