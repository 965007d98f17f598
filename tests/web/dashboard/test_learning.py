"""The filter's page says what it knows, tries a text, and resets for owners who mean it alone."""

from __future__ import annotations

import pytest

from afterword.core.classifier import ENOUGH
from afterword.core.model import Act, Role, Site
from afterword.services.moderating.moderate_comment import moderate
from tests.support.forms import Visitor, new_member, signed_in
from tests.support.serving import Served

FILTER = "/dashboard/filter"
EXPORT = "/dashboard/filter/export"
RESET = "/dashboard/filter/reset"
GOOD = "The weir was rebuilt in the spring of that year"
SPAM = "Subscribe to my channel https://tube.example.com/<free>"
LEA = "lea@example.org"


@pytest.fixture
async def site(app: Served) -> Site:
    return await app.add_site("blog", "https://blog.example.org", hold="all")


@pytest.fixture
async def owner(app: Served, site: Site) -> Visitor:
    await new_member(app, LEA, role=Role.OWNER)
    return await signed_in(app, LEA)


async def teach(app: Served, page_url: str) -> None:
    member = await new_member(app, "tom@example.org")
    for text, act in ((GOOD, Act.APPROVE), (SPAM, Act.SPAM)):
        sent = [await app.comment(page_url, body=f"{text} {n}") for n in range(ENOUGH)]
        ids = [each.json()["comment"]["id"] for each in sent]
        await moderate(app.context, member, act, ids, now=app.clock.now)


async def test_a_new_filter_says_that_it_has_no_say_yet(owner: Visitor) -> None:
    page = await owner.get(FILTER)
    assert "0 approved and 0 marked as spam" in page.text
    assert f"It has no say yet: for that it needs {ENOUGH} of each." in page.text
    page = await owner.send(page.form(FILTER), text=SPAM)
    assert "The filter has no say yet." in page.text


async def test_without_any_site_there_is_nothing_to_see(app: Served) -> None:
    await new_member(app, LEA, role=Role.OWNER)
    assert "There is no site yet." in (await (await signed_in(app, LEA)).get(FILTER)).text


async def test_a_taught_filter_shows_its_words_and_judges_a_text(
    app: Served, owner: Visitor, page_url: str
) -> None:
    await teach(app, page_url)
    page = await owner.get(FILTER)
    assert f"{ENOUGH} approved and {ENOUGH} marked as spam" in page.text
    assert "It has a say" in page.text
    assert "“my channel”" in page.text
    page = await owner.send(page.form(FILTER), text="<b>Subscribe</b> to my channel")
    assert "The filter would" in page.text
    assert page.form(FILTER).fields["text"] == ["<b>Subscribe</b> to my channel"]
    assert "<b>Subscribe" not in page.html
    page = await owner.send(page.form(FILTER), text="The weir was rebuilt")
    assert "The filter has nothing against it." in page.text
    page = await owner.send(page.form(FILTER), text=" ")
    assert (page.status, "Please write or paste a text." in page.text) == (422, True)


async def test_the_export_is_a_file_with_every_count(
    app: Served, owner: Visitor, page_url: str, site: Site
) -> None:
    await teach(app, page_url)
    answer = await owner.client.get(f"{EXPORT}?site={site.id}")
    assert answer.headers["content-disposition"].startswith("attachment; ")
    exported = answer.json()
    assert (exported["site"], exported["version"]) == ("blog", 1)
    assert {"token": "pair:my channel", "good": 0, "spam": ENOUGH} in exported["tokens"]
    assert answer.headers["cache-control"] == "no-store"


async def test_a_reset_needs_the_tick_and_then_forgets(
    app: Served, owner: Visitor, page_url: str
) -> None:
    await teach(app, page_url)
    form = (await owner.get(FILTER)).form(RESET)
    page = await owner.send(form)
    assert (page.status, "Please tick that you mean it." in page.text) == (422, True)
    page = await owner.send(form, sure="1")
    assert "The filter has forgotten everything and begins anew." in page.text
    assert "0 approved and 0 marked as spam" in page.text


async def test_moderators_see_the_filter_and_only_owners_take_or_reset_it(
    app: Served, owner: Visitor, site: Site
) -> None:
    form = (await owner.get(FILTER)).form(RESET)
    await new_member(app, "ada@example.org", site=site)
    moderator = await signed_in(app, "ada@example.org")
    page = await moderator.get(FILTER)
    assert page.status == 200
    assert not page.has_form(RESET)
    csrf = page.form(FILTER).fields["csrf"][0]
    assert (await moderator.post(form, csrf=csrf, sure="1")).status_code == 403
    assert (await moderator.client.get(f"{EXPORT}?site={site.id}")).status_code == 403


async def test_each_site_has_its_own_and_others_are_not_there(
    app: Served, owner: Visitor, site: Site
) -> None:
    other = await app.add_site("shop", "https://shop.example.org")
    page = await owner.get(f"{FILTER}?site={other.id}")
    assert "The filter of shop" in page.text
    await new_member(app, "ada@example.org", site=site)
    moderator = await signed_in(app, "ada@example.org")
    assert (await moderator.get(f"{FILTER}?site={other.id}")).status == 404
