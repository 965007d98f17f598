"""Sites are added and changed with checked values, and a wrong one says what to do."""

from __future__ import annotations

import pytest

from afterword.core.errors import Conflict, Invalid, NotFound
from afterword.core.model import Hold, Policy, Site
from afterword.services.context import Context
from afterword.services.sites.manage_sites import add_site, edit_site, find_site, list_sites
from tests.services.builders import NOW, ORIGIN


async def test_origins_are_stored_as_browsers_send_them(ctx: Context) -> None:
    site = await add_site(
        ctx.store, " My  blog ", ["HTTPS://Bücher.example:443/", ORIGIN, ORIGIN], Policy(), NOW
    )
    assert (site.name, site.origins) == ("My blog", (ORIGIN, "https://xn--bcher-kva.example"))
    assert await list_sites(ctx.store) == [site]
    assert await find_site(ctx.store, "My blog") == site


@pytest.mark.parametrize(
    ("name", "origins", "policy", "field"),
    [
        ("", [ORIGIN], Policy(), "name"),
        ("x" * 61, [ORIGIN], Policy(), "name"),
        ("blog", [], Policy(), "origin"),
        ("blog", ["blog.example.org"], Policy(), "origin"),
        ("blog", ["https://*.example.org"], Policy(), "origin"),
        ("blog", [f"{ORIGIN}/post"], Policy(), "origin"),
        ("blog", [ORIGIN], Policy(max_length=20_001), "max_length"),
        ("blog", [ORIGIN], Policy(edit_window=-1), "edit_window"),
        ("blog", [ORIGIN], Policy(max_links=1_001), "max_links"),
        ("blog", [ORIGIN], Policy(name="perhaps"), "name"),
        ("blog", [ORIGIN], Policy(query_keys=("",)), "query_keys"),
        ("blog", [ORIGIN], Policy(words={"leave": "x" * 201}), "words"),
        ("blog", [ORIGIN], Policy(votes="down"), "votes"),
        ("blog", [ORIGIN], Policy(sort="best"), "sort"),
        ("blog", [ORIGIN], Policy(reactions=tuple("abcdefghi")), "reactions"),
        ("blog", [ORIGIN], Policy(reactions=("👍", "👍")), "reactions"),
        ("blog", [ORIGIN], Policy(reactions=("x" * 17,)), "reactions"),
        ("blog", [ORIGIN], Policy(reactions=(" ",)), "reactions"),
        ("blog", [ORIGIN], Policy(reactions=("a\nb",)), "reactions"),
        ("blog", [ORIGIN], Policy(hold_words=("**",)), "hold_words"),
        ("blog", [ORIGIN], Policy(hold_words=("x",) * 1_001), "hold_words"),
        ("blog", [ORIGIN], Policy(block_words=("x" * 81,)), "block_words"),
        ("blog", [ORIGIN], Policy(block_words=("a\nb",)), "block_words"),
        ("blog", [ORIGIN], Policy(known_hosts=("https://example.org",)), "known_hosts"),
        ("blog", [ORIGIN], Policy(known_hosts=("Example.org",)), "known_hosts"),
        ("blog", [ORIGIN], Policy(quiet_rules=("hold_all",)), "quiet_rules"),
        ("blog", [ORIGIN], Policy(quiet_rules=("none",)), "quiet_rules"),
        ("blog", [ORIGIN], Policy(close_after=-1), "close_after"),
        ("blog", [ORIGIN], Policy(min_seconds=601), "min_seconds"),
        ("blog", [ORIGIN], Policy(page_rate=-1), "page_rate"),
    ],
)
async def test_a_wrong_value_is_refused_by_its_name(
    ctx: Context, name: str, origins: list[str], policy: Policy, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await add_site(ctx.store, name, origins, policy, NOW)
    assert [each.field for each in refused.value.fields] == [field]
    assert await list_sites(ctx.store) == []


@pytest.mark.parametrize("reaction", ["👍", "❤️", "👩🏽‍🔬", "Thank you", "बहुत अच्छा"])
async def test_a_reaction_is_an_emoji_or_a_word(ctx: Context, reaction: str) -> None:
    policy = Policy(reactions=(reaction,))
    site = await add_site(ctx.store, "blog", [ORIGIN], policy, NOW)
    assert (await find_site(ctx.store, "blog")).policy == site.policy == policy


async def test_no_two_sites_share_a_name_or_an_origin(ctx: Context, site: Site) -> None:
    other = "https://other.example.org"
    with pytest.raises(Conflict, match="There is a site blog already"):
        await add_site(ctx.store, "blog", [other], Policy(), NOW)
    with pytest.raises(Conflict, match=f"{ORIGIN} belongs to the site blog already"):
        await add_site(ctx.store, "other", [other, ORIGIN], Policy(), NOW)
    second = await add_site(ctx.store, "other", [other], Policy(), NOW)
    with pytest.raises(Conflict, match="belongs to the site blog"):
        await edit_site(ctx.store, second, name="other", origins=[ORIGIN], policy=Policy(), now=NOW)


async def test_an_edit_raises_the_version(ctx: Context, site: Site) -> None:
    changed = await edit_site(
        ctx.store,
        site,
        name="journal",
        origins=[ORIGIN, "http://localhost:8080"],
        policy=Policy(hold=Hold.ALL),
        now=NOW,
    )
    assert (changed.id, changed.version) == (site.id, site.version + 1)
    assert (changed.name, changed.policy.hold) == ("journal", Hold.ALL)
    with pytest.raises(NotFound, match=r"There is no site blog. Sites: journal\."):
        await find_site(ctx.store, "blog")
