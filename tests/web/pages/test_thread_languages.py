"""The page without scripts speaks the reader's language."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from afterword.web.pages.reader_language import LONGEST, accepted
from tests.support.forms import Visitor
from tests.support.serving import Served


@pytest.fixture
def engine() -> str:
    """No rule of this file asks the database: one engine is enough."""
    return "sqlite"


async def page_of(app: Served, page_url: str, accept: str = "", **query: str) -> str:
    params: dict[str, Any] = {"url": page_url, **query}
    answer = await app.client.get("/thread", params=params, headers={"accept-language": accept})
    assert answer.status_code == 200
    return answer.text


async def test_the_address_says_the_language(blog: Served, page_url: str) -> None:
    await blog.comment(page_url, title="Wehr")
    page = await page_of(blog, page_url, accept="fr", lang="de")
    assert '<html lang="de">' in page
    assert "1 Antwort auf „Wehr“" in page
    assert '<input type="hidden" name="lang" value="de">' in page
    assert "&amp;lang=de&amp;reply=" in page, "links keep the language"


async def test_else_the_browser_does(blog: Served, page_url: str) -> None:
    page = await page_of(blog, page_url, accept="tlh, ar-EG;q=0.9, de;q=0.5")
    assert '<html lang="ar" dir="rtl">' in page
    assert '<html lang="en">' in await page_of(blog, page_url, accept="tlh")
    assert '<html lang="en">' in await page_of(blog, page_url)


async def test_a_comment_is_answered_in_the_same_language(blog: Served, page_url: str) -> None:
    visitor = Visitor.of(blog)
    page = await visitor.get(f"/thread?url={quote(page_url)}&lang=fr")
    page = await visitor.send(page.form("/thread"), name="Mira Osei", body="Bonjour")
    assert '<html lang="fr">' in page.html
    assert "Votre commentaire est publié" in page.text
    page = await visitor.send(page.form("/thread/edit"), "Supprimer")
    assert "Votre commentaire a été supprimé" in page.text


async def test_what_is_refused_is_marked_as_english(blog: Served, page_url: str) -> None:
    visitor = Visitor.of(blog)
    page = await visitor.get(f"/thread?url={quote(page_url)}&lang=he")
    page = await visitor.send(page.form("/thread"), name="", body="")
    assert '<span class="wrong" id="body-wrong" lang="en" dir="ltr">' in page.html


async def test_dates_of_other_languages_are_numbers(blog: Served, page_url: str) -> None:
    await blog.comment(page_url)
    assert "15 January 2027" in await page_of(blog, page_url)
    page = await page_of(blog, page_url, lang="de")
    assert "2027-01-15" in page
    assert "January" not in page


@pytest.mark.parametrize("lang", ["ar", "de", "el", "fa", "he", "hi", "hu"])
async def test_every_page_is_whole_in_every_language(
    blog: Served, page_url: str, lang: str
) -> None:
    await blog.comment(page_url)
    texts = blog.context.languages.texts
    page = await page_of(blog, page_url, lang=lang)
    for key in ("toForm", "backToPage", "leave", "emailPromise", "markdownWorks", "post"):
        assert str(texts[lang][key]) in page
        assert str(texts["en"][key]) not in page


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        ("", []),
        ("de", ["de"]),
        ("de-AT, de;q=0.9,en;q=0.8", ["de-AT", "de", "en"]),
        ("en;q=0.1, fr;q=1.000 , *;q=0.5, da;q=0", ["fr", "en"]),
        ("de;q=2, fr;q=x, ;;, it", ["it"]),
        ("a," * LONGEST + "de", ["a"]),
    ],
)
def test_browsers_say_what_they_want_most(header: str, tags: list[str]) -> None:
    assert accepted(header) == tags
