"""Surge mode in the dashboard: the switch, the banner, and who may use it."""

from __future__ import annotations

from afterword.core.model import Role
from tests.support.forms import new_member, signed_in
from tests.support.serving import Served

SURGE = "/dashboard/surge"
BANNER = "Surge mode is on for blog"


async def test_a_moderator_begins_and_ends_it_and_every_page_says_so(blog: Served) -> None:
    await new_member(blog, "mo@example.org", role=Role.MODERATOR)
    mo = await signed_in(blog, "mo@example.org")
    page = await mo.get(SURGE)
    assert BANNER not in page.text
    await mo.post(page.form(SURGE), "Begin it")
    assert BANNER in (await mo.get("/dashboard/queue")).text
    on = await mo.get(SURGE)
    assert "It is on, by hand" in on.text
    await mo.post(on.form(SURGE), "End it")
    assert BANNER not in (await mo.get("/dashboard/queue")).text


async def test_a_viewer_sees_it_and_has_no_switch(blog: Served) -> None:
    await new_member(blog, "vi@example.org", role=Role.VIEWER)
    vi = await signed_in(blog, "vi@example.org")
    page = await vi.get(SURGE)
    assert "begins by hand alone" in page.text
    assert "Begin it" not in page.text
