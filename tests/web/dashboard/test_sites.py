from __future__ import annotations

from dataclasses import replace

import pytest
import pytest_asyncio

from afterword.core.model import Policy, Role, Site
from afterword.web.dashboard import site_fields
from tests.support.forms import Visitor, new_member, signed_in
from tests.support.serving import Served

SITES = "/dashboard/sites"
BLOG = "https://blog.example.org"


@pytest_asyncio.fixture
async def site(app: Served) -> Site:
    return await app.add_site("blog", BLOG, reactions=("👍",), words={"leave": "Join in"})


@pytest_asyncio.fixture
async def owner(app: Served, site: Site) -> Visitor:
    await new_member(app, "lea@example.org", role=Role.OWNER)
    return await signed_in(app, "lea@example.org")


def test_every_field_of_a_policy_is_set_here_or_by_the_rules() -> None:
    by_rules = {
        *("hold", "max_links", "close_after", "hold_words", "block_words", "min_seconds"),
        *("address_rate", "page_rate", "site_rate", "known_hosts", "quiet_rules", "learning"),
        *("proof", "surge_guard", "akismet"),
    }
    here = {field.policy for field in site_fields.FIELDS}
    assert here | by_rules == set(Policy.__dataclass_fields__)
    assert not here & by_rules
    assert len(set(site_fields.NAMES)) == len(site_fields.NAMES)


async def test_the_settings_lead_to_the_rules_and_words_of_the_same_site(
    owner: Visitor, site: Site
) -> None:
    page = await owner.get(f"{SITES}/{site.id}")
    for path in ("/dashboard/rules", "/dashboard/words"):
        assert f'href="{path}?site={site.id}"' in page.html
        assert (await owner.get(f"{path}?site={site.id}")).status == 200


async def test_a_form_sent_as_it_stands_changes_nothing(owner: Visitor, site: Site) -> None:
    page = await owner.get(f"{SITES}/{site.id}")
    page = await owner.send(page.form(f"{SITES}/{site.id}"))
    assert "Nothing was changed." in page.text


async def test_settings_are_changed_and_undone(app: Served, owner: Visitor, site: Site) -> None:
    page = await owner.get(f"{SITES}/{site.id}")
    page = await owner.send(
        page.form(f"{SITES}/{site.id}"),
        name="Field notes",
        origin=f"{BLOG}\r\nhttps://www.example.org\r\n",
        ask_email="required",
        max_length="500",
        allow_images="on",
        votes="both",
        reactions="🎉\n🦉",
        query_keys="id",
        words="leave=Say it",
    )
    assert "The settings of the site are changed." in page.text
    here = app.context.sites.by_id(site.id)
    assert here
    assert here.name == "Field notes"
    assert here.origins == (BLOG, "https://www.example.org")
    assert here.policy == replace(
        site.policy,
        email="required",
        max_length=500,
        allow_images=True,
        votes="both",
        reactions=("🎉", "🦉"),
        query_keys=("id",),
        words={"leave": "Say it"},
    )
    await owner.send(page.form("/dashboard/queue/undo"))
    here = app.context.sites.by_id(site.id)
    assert here
    assert (here.name, here.policy) == ("blog", site.policy)


async def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    app: Served, owner: Visitor, site: Site
) -> None:
    form = (await owner.get(f"{SITES}/{site.id}")).form(f"{SITES}/{site.id}")
    page = await owner.send(form, name="<b>", max_length="many", edit_window="-1", words="a=b\nx")
    assert page.status == 422
    for name in ("max_length", "edit_window"):
        assert f'id="{name}-wrong"' in page.html
    again = page.form(f"{SITES}/{site.id}")
    assert again.fields["name"] == ["<b>"]
    assert again.fields["max_length"] == ["many"]
    assert again.fields["words"] == ["a=b\nx"]
    page = await owner.send(form, words="nonsense=x")
    assert 'id="words-wrong"' in page.html
    page = await owner.send(form, origin="blog.example.org")
    assert 'id="origin-wrong"' in page.html
    assert app.context.sites.by_id(site.id) == site


async def test_a_site_is_added_and_deleted(app: Served, owner: Visitor) -> None:
    page = await owner.get(SITES)
    page = await owner.send(page.form(SITES), name="shop", origin="shop.example.org")
    assert page.status == 422
    assert page.form(SITES).fields["name"] == ["shop"]
    await owner.send(page.form(SITES), origin="https://shop.example.org")
    shop = app.context.sites.by_name("shop")
    assert shop
    form = (await owner.get(f"{SITES}/{shop.id}")).form(f"{SITES}/{shop.id}/delete")
    page = await owner.send(form, typed="blog")
    assert 'id="typed-wrong"' in page.html
    page = await owner.send(form, typed="shop")
    assert "The site is deleted." in page.text
    assert app.context.sites.by_name("shop") is None


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MODERATOR])
async def test_others_see_the_list_and_no_form(app: Served, site: Site, role: Role) -> None:
    await new_member(app, "vera@example.org", role=role, site=site)
    vera = await signed_in(app, "vera@example.org")
    page = await vera.get(SITES)
    assert BLOG in page.text
    assert not page.has_form(SITES)
    assert f"{SITES}/{site.id}" not in page.html
    assert (await vera.get(f"{SITES}/{site.id}")).status == 403
    other = await app.add_site("other", "https://other.example.org")
    assert (await vera.get(f"{SITES}/{other.id}")).status == 404
    assert (await vera.get(f"{SITES}/999")).status == 404


async def test_a_site_moves_to_another_host_after_a_look(
    app: Served, owner: Visitor, site: Site
) -> None:
    sent = await app.comment(f"{BLOG}/weir", title="Weir")
    assert sent.status_code == 202
    here = f"{SITES}/{site.id}/host"
    page = await owner.get(f"{here}?old={BLOG}&new=https://new.example")
    assert "https://new.example/weir" in page.text and "1 page gets a new address" in page.text
    form = next(each for each in page.forms if each.method == "post" and each.action == here)
    page = await owner.send(form)
    assert "The site has its new address" in page.text
    assert "https://new.example" in page.html
    app.clock.advance(60)
    await owner.send(page.form("/dashboard/queue/undo"), "Undo")
    assert "new.example" not in (await owner.get(f"{SITES}/{site.id}")).html


async def test_a_move_that_cannot_be_says_at_which_side(owner: Visitor, site: Site) -> None:
    page = await owner.get(f"{SITES}/{site.id}/host?old={BLOG}&new=nowhere")
    assert page.status == 422 and "Write where the pages are now" in page.text
