"""Rules and words: read by members, tried by those who decide, saved by those who may."""

from __future__ import annotations

import pytest
import pytest_asyncio

from afterword.core.model import Hold, Policy, Role, Site
from afterword.core.rules import EDIT_RULES, NEVER_QUIET, RULES
from afterword.web.dashboard.rule_rows import ROWS
from tests.support.forms import Visitor, new_member, signed_in
from tests.support.serving import Served

BLOG = "https://blog.example.org"
RULES_PAGE, WORDS_PAGE = "/dashboard/rules", "/dashboard/words"
TRY, SAVE = "Try on the last 500 comments", "Save"


@pytest_asyncio.fixture
async def site(app: Served) -> Site:
    return await app.add_site("blog", BLOG, hold=Hold.NONE)


@pytest_asyncio.fixture
async def owner(app: Served, site: Site) -> Visitor:
    await new_member(app, "olga@example.org", role=Role.OWNER, site=site)
    return await signed_in(app, "olga@example.org")


def policy(app: Served, site: Site) -> Policy:
    found = app.context.sites.by_id(site.id)
    assert found is not None
    return found.policy


def test_each_rule_has_a_line() -> None:
    names = [rule.__name__ for rule in (*RULES, *EDIT_RULES) if rule.__name__ not in NEVER_QUIET]
    assert set(names) == {row.name for row in ROWS if row.may_be_quiet}


async def test_what_is_saved_is_what_was_there_until_it_is_changed(
    app: Served, site: Site, owner: Visitor
) -> None:
    before = policy(app, site)
    for path in (RULES_PAGE, WORDS_PAGE):
        page = await owner.get(path)
        await owner.send(page.form(path), SAVE)
    assert policy(app, site) == before


async def test_an_owner_changes_rules_and_takes_it_back(
    app: Served, site: Site, owner: Visitor
) -> None:
    page = await owner.get(f"{RULES_PAGE}?site={site.id}")
    form = page.form(RULES_PAGE)
    del form.fields["rule-duplicate"]
    page = await owner.send(form, SAVE, max_links="4", hold="all")
    assert "The rules of the site are changed" in page.text
    changed = policy(app, site)
    assert (changed.max_links, changed.hold, changed.quiet_rules) == (4, Hold.ALL, ("duplicate",))
    page = await owner.send(page.form("/dashboard/queue/undo"))
    assert (policy(app, site).max_links, policy(app, site).quiet_rules) == (2, ())


async def test_a_wrong_number_is_said_at_its_field_and_kept(
    app: Served, site: Site, owner: Visitor
) -> None:
    page = await owner.get(RULES_PAGE)
    page = await owner.send(page.form(RULES_PAGE), SAVE, max_links="many", min_seconds="999999")
    assert page.status == 422
    assert "Write a whole number from 0 to 1,000." in page.text
    assert "Write a whole number from 0 to 600." in page.text
    assert page.form(RULES_PAGE).fields["max_links"] == ["many"]


async def test_what_was_ticked_is_kept_with_a_wrong_number(site: Site, owner: Visitor) -> None:
    form = (await owner.get(RULES_PAGE)).form(RULES_PAGE)
    del form.fields["rule-duplicate"]
    page = await owner.send(form, SAVE, max_links="many", hold="all", proof="always")
    kept = page.form(RULES_PAGE).fields
    assert (kept["hold"], kept["proof"], "rule-duplicate" in kept) == (["all"], ["always"], False)


async def test_words_are_tried_before_they_are_saved(
    app: Served, site: Site, owner: Visitor
) -> None:
    await app.comment(f"{BLOG}/a", body="The casino closed in 1931.", name="Ilse")
    page = await owner.get(WORDS_PAGE)
    page = await owner.send(page.form(WORDS_PAGE), TRY, hold_words="casino\n\nCASINO")
    assert page.status == 200
    assert "On the last 1 comment" in page.text
    assert "Would be held instead of being published though it is approved" in page.text
    assert "Says “casino”, which this site holds +1" in page.text
    assert policy(app, site).hold_words == ()
    page = await owner.send(page.form(WORDS_PAGE), SAVE)
    assert policy(app, site).hold_words == ("casino",)
    assert "The word lists of the site are changed" in page.text


async def test_rules_are_tried_too(app: Served, site: Site, owner: Visitor) -> None:
    await app.comment(f"{BLOG}/a", body="See https://a.example and https://b.example")
    page = await owner.get(RULES_PAGE)
    page = await owner.send(page.form(RULES_PAGE), TRY, max_links="1")
    assert "1 would be held instead of being published" in page.text
    assert page.form(RULES_PAGE).fields["max_links"] == ["1"]
    assert policy(app, site).max_links == 2


async def test_a_wrong_line_is_named(app: Served, site: Site, owner: Visitor) -> None:
    page = await owner.get(WORDS_PAGE)
    form = page.form(WORDS_PAGE)
    page = await owner.send(form, SAVE, block_words="good\n***", known_hosts="no host")
    assert page.status == 422
    assert "Line 2: there is nothing to look for" in page.text
    assert "Line 1: no host is no host" in page.text
    assert page.form(WORDS_PAGE).fields["block_words"] == ["good\n***"]


async def test_a_moderator_keeps_the_words_and_may_try_the_rules(app: Served, site: Site) -> None:
    await new_member(app, "jonas@example.org", role=Role.MODERATOR, site=site)
    jonas = await signed_in(app, "jonas@example.org")
    page = await jonas.get(RULES_PAGE)
    form = page.form(RULES_PAGE)
    assert set(form.buttons) == {TRY}
    assert (await jonas.send(form, TRY)).status == 200
    refused = await jonas.post(form, act="save", max_links="9")
    assert refused.status_code == 403
    page = await jonas.get(WORDS_PAGE)
    await jonas.send(page.form(WORDS_PAGE), SAVE, hold_words="casino")
    assert policy(app, site).hold_words == ("casino",)


async def test_a_viewer_reads_and_no_more(app: Served, site: Site) -> None:
    await new_member(app, "vera@example.org", role=Role.VIEWER, site=site)
    vera = await signed_in(app, "vera@example.org")
    for path in (RULES_PAGE, WORDS_PAGE):
        page = await vera.get(path)
        form = page.form(path)
        assert (page.status, form.buttons) == (200, {})
        for act in ("try", "save"):
            assert (await vera.post(form, act=act)).status_code == 403


@pytest.mark.parametrize("path", [RULES_PAGE, WORDS_PAGE])
async def test_a_site_of_others_is_not_there(
    app: Served, site: Site, owner: Visitor, path: str
) -> None:
    other = await app.add_site("other", "https://other.example.org")
    assert (await owner.get(f"{path}?site={other.id}")).status == 404
    form = (await owner.get(path)).form(path)
    assert (await owner.post(form, site=str(other.id), act="try")).status_code == 404


async def test_without_a_site_the_pages_say_so(app: Served) -> None:
    await new_member(app, "olga@example.org", role=Role.OWNER)
    olga = await signed_in(app, "olga@example.org")
    for path in (RULES_PAGE, WORDS_PAGE):
        assert "No site yet." in (await olga.get(path)).text


async def test_text_of_visitors_is_text(app: Served, site: Site, owner: Visitor) -> None:
    await app.comment(f"{BLOG}/a", body="casino `<script>alert(1)</script>`", name="<b>Eve</b>")
    page = await owner.get(WORDS_PAGE)
    page = await owner.send(page.form(WORDS_PAGE), TRY, hold_words="casino\n<i>x</i>")
    assert "<script>alert" not in page.html
    assert "<b>Eve" not in page.html
    assert "<i>x" not in page.html


async def test_a_reason_in_the_queue_is_never_given_again(
    app: Served, site: Site, owner: Visitor
) -> None:
    page = await owner.get(WORDS_PAGE)
    await owner.send(page.form(WORDS_PAGE), SAVE, hold_words="casino")
    await app.comment(f"{BLOG}/a", body="The casino closed in 1931.")
    page = await owner.get("/dashboard/queue")
    assert "What was found in this comment leaves the list." in page.text
    page = await owner.send(page.form("/dashboard/rules/quiet", rule="hold_words"))
    assert "What was found in a comment is off the list." in page.text
    assert policy(app, site).hold_words == ()
    page = await owner.send(page.form("/dashboard/queue/undo"))
    assert policy(app, site).hold_words == ("casino",)


async def test_what_a_moderator_may_not_do_about_a_reason_is_not_offered(
    app: Served, site: Site, owner: Visitor
) -> None:
    await new_member(app, "jonas@example.org", role=Role.MODERATOR, site=site)
    jonas = await signed_in(app, "jonas@example.org")
    for _ in range(2):
        await app.comment(f"{BLOG}/a", body="The same again.")
    assert (await owner.get("/dashboard/queue")).has_form("/dashboard/rules/quiet")
    page = await jonas.get("/dashboard/queue")
    assert "The same text" in page.text
    assert not page.has_form("/dashboard/rules/quiet")
