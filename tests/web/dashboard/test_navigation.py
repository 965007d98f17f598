from __future__ import annotations

import pytest

from afterword.core.model import Member, Role
from afterword.web.dashboard.navigation import NAVIGATION, Entry, Group, navigation
from afterword.web.routes import all_routes
from tests.support.forms import Visitor
from tests.support.serving import Served

ENTRIES = [entry for group in NAVIGATION for entry in group.entries]


def member(roles: dict[int | None, Role]) -> Member:
    return Member(1, "Mira", "mira@example.org", roles)


def shown(roles: dict[int | None, Role]) -> set[str]:
    return {entry.path for group in navigation(member(roles)) for entry in group.entries}


def needing(*roles: Role | None) -> set[str]:
    return {entry.path for entry in ENTRIES if entry.role in roles}


def test_every_entry_leads_to_a_page_that_there_is() -> None:
    pages = {route.path for route in all_routes(demo=False) if "GET" in (route.methods or ())}
    assert {entry.path for entry in ENTRIES} <= pages
    assert len({entry.path for entry in ENTRIES}) == len(ENTRIES)


def test_a_member_sees_what_the_role_on_any_site_allows() -> None:
    everybody = needing(None)
    viewer, moderator = needing(Role.VIEWER), needing(Role.MODERATOR)
    everywhere = {entry.path for entry in ENTRIES if entry.everywhere}
    assert shown({}) == everybody
    assert shown({7: Role.VIEWER}) == everybody | viewer
    assert shown({7: Role.VIEWER, 8: Role.MODERATOR}) == everybody | viewer | moderator
    assert shown({7: Role.OWNER}) == {entry.path for entry in ENTRIES} - everywhere
    assert shown({None: Role.OWNER}) == {entry.path for entry in ENTRIES}


def test_a_group_with_nothing_for_a_member_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    groups = (
        Group("Keep", (Entry("/a", "A", Role.OWNER),)),
        Group("Me", (Entry("/b", "B", None),)),
    )
    monkeypatch.setattr("afterword.web.dashboard.navigation.NAVIGATION", groups)
    assert [group.text for group in navigation(member({7: Role.VIEWER}))] == ["Me"]


async def test_each_page_marks_its_own_entry_and_no_other(app: Served, moderator: Visitor) -> None:
    await app.add_site("blog", "https://blog.example.org")
    for path in needing(None, Role.VIEWER, Role.MODERATOR):
        page = await moderator.get(path)
        assert page.status == 200
        menu = page.html.partition('<nav aria-label="Dashboard">')[2].partition("</nav>")[0]
        assert menu.count("aria-current") == 1
        assert f'href="{path}" aria-current="page"' in menu
