"""Words travel with the thread: in the language that is asked for, the same for all who ask alike."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from afterword.core.languages import Languages
from afterword.services.sites.manage_sites import edit_site
from afterword.services.thread_plans import ThreadPlans
from tests.support.serving import Served

THREAD = "/api/v1/thread"
WORDS = "/api/v1/thread/words"
ORIGIN = {"origin": "https://blog.example.org"}


@pytest.fixture
def engine() -> str:
    """No rule of this file asks the database: one engine is enough."""
    return "sqlite"


async def read(app: Served, page_url: str, **query: Any) -> dict[str, Any]:
    answer = await app.client.get(THREAD, params={"url": page_url, **query})
    assert answer.status_code == 200, answer.text
    read: dict[str, Any] = answer.json()
    return read


async def own_words(app: Served, **words: str) -> None:
    site = app.context.sites.by_name("blog")
    assert site is not None
    policy = replace(site.policy, words=words)
    await edit_site(
        app.context.store,
        site,
        name=site.name,
        origins=site.origins,
        policy=policy,
        now=app.clock.now,
    )
    await app.context.sites.refresh(app.context.store)


@pytest.mark.parametrize(
    ("asked", "lang"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("DE_ch", "de"),
        ("fr-CA", "fr"),
        ("iw", "he"),
        ("ar-EG", "ar"),
    ],
)
async def test_the_nearest_language_comes_with_the_thread(
    blog: Served, page_url: str, asked: str, lang: str
) -> None:
    thread = await read(blog, page_url, lang=asked)
    assert thread["lang"] == lang
    assert thread["words"]["reply"] == blog.context.languages.texts[lang]["reply"]
    assert thread["words"].get("dir") == ("rtl" if lang in ("he", "ar") else None)
    assert "toForm" not in thread["words"], "only pages without scripts say that"


@pytest.mark.parametrize("asked", ["en", "en-GB", "eo", "tlh", "", "*", "deutsch!", "x" * 500])
async def test_english_stands_in_for_what_nobody_has_translated(
    blog: Served, page_url: str, asked: str
) -> None:
    thread = await read(blog, page_url, lang=asked)
    assert thread["lang"] is None
    assert thread["words"]["leave"] == "Leave a comment"
    assert thread["words"]["now"] == "just now"
    assert "retry" not in thread["words"], "the widget says that also where no answer comes"


async def test_who_reads_on_is_not_sent_the_words_again(blog: Served, page_url: str) -> None:
    for _ in range(51):
        await blog.comment(page_url)
    first = await read(blog, page_url, lang="de")
    assert first["next"]
    more = await read(blog, page_url, lang="de", after=first["next"])
    assert (more["lang"], more["words"]) == (None, None)
    around = await read(blog, page_url, lang="de", around=first["comments"][0]["id"])
    assert around["lang"] == "de"


async def test_what_was_asked_for_is_not_repeated(blog: Served, page_url: str) -> None:
    answer = await blog.client.get(THREAD, params={"url": page_url, "lang": "de-x-gRx7"})
    assert answer.json()["lang"] == "de"
    assert b"gRx7" not in answer.content


async def test_each_language_is_kept_ready_by_itself(blog: Served, page_url: str) -> None:
    for _ in range(2):
        for lang in ("de", "fr"):
            thread = await read(blog, page_url, lang=lang)
            assert thread["lang"] == lang


async def test_other_words_have_another_tag(blog: Served, page_url: str) -> None:
    known = (await blog.client.get(THREAD, params={"url": page_url})).headers["etag"]
    languages = blog.context.languages
    newer = Languages(languages.texts, digest="another")
    object.__setattr__(blog.context, "languages", newer)
    object.__setattr__(blog.context, "plans", ThreadPlans())
    blog.context.cache.clear()
    answer = await blog.client.get(
        THREAD, params={"url": page_url}, headers={"if-none-match": known}
    )
    assert answer.status_code == 200
    assert answer.headers["etag"] != known


async def test_a_sites_own_words_are_sent_in_english_too(blog: Served, page_url: str) -> None:
    before = await blog.client.get(THREAD, params={"url": page_url})
    await own_words(
        blog, leave="Join in", **{"replies.one": "{count} thought", "de:leave": "Reden Sie mit"}
    )
    after = await blog.client.get(THREAD, params={"url": page_url})
    assert before.headers["etag"] != after.headers["etag"]
    assert after.json()["lang"] is None, "dates and numbers stay as they were"
    assert after.json()["words"] == {
        **before.json()["words"],
        "leave": "Join in",
        "replies": {"one": "{count} thought", "other": "{count} replies"},
    }
    german = await read(blog, page_url, lang="de")
    assert german["words"]["leave"] == "Reden Sie mit"
    assert german["words"]["replies"] == blog.context.languages.texts["de"]["replies"]


async def test_who_begins_to_write_asks_for_the_words_of_the_form(
    blog: Served, page_url: str
) -> None:
    await own_words(blog, post="Publish it")
    texts = blog.context.languages.texts
    for asked, lang in (("de-AT", "de"), ("en-GB", "en"), ("eo", "en")):
        answer = await blog.client.get(
            WORDS, params={"url": page_url, "lang": asked}, headers=ORIGIN
        )
        assert answer.headers["access-control-allow-origin"] == ORIGIN["origin"]
        assert answer.headers["cache-control"] == "public, max-age=300"
        assert answer.json()["lang"] == lang
        words = answer.json()["words"]
        assert words["cancel"] == texts[lang]["cancel"]
        assert words["post"] == ("Publish it" if lang == "en" else texts[lang]["post"])
        assert "toForm" not in words
        thread = await read(blog, page_url, lang=asked)
        assert not set(thread["words"] or ()) & set(words), "nothing travels twice"


async def test_a_foreign_page_gets_no_words(blog: Served) -> None:
    answer = await blog.client.get(WORDS, params={"url": "https://other.example/"})
    assert (answer.status_code, answer.json()["code"]) == (403, "unknown_origin")


async def test_counts_are_said_in_the_language_that_is_asked_for(
    blog: Served, page_url: str
) -> None:
    counts = "/api/v1/counts"
    english = (await blog.client.get(counts, params={"url": page_url})).json()
    assert english == {"counts": [0]}
    german = (await blog.client.get(counts, params={"url": page_url, "lang": "de-CH"})).json()
    assert german["lang"] == "de"
    assert german["words"] == {"replies": blog.context.languages.texts["de"]["replies"]}
