from __future__ import annotations

import pytest

from afterword.core.model import Role
from tests.support.forms import new_member, signed_in
from tests.support.serving import Served

HEALTH = "/dashboard/health"


async def test_each_finding_stands_there_with_its_fix(app: Served) -> None:
    await app.add_site("<blog>", "http://blog.example.org")
    await new_member(app, "lea@example.org", role=Role.OWNER)
    page = await (await signed_in(app, "lea@example.org")).get(HEALTH)
    assert "<blog> is served from http://blog.example.org, which is not encrypted." in page.text
    assert "Set AFTERWORD_PUBLIC_URL" in page.text
    assert "<blog>" not in page.html


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MODERATOR])
async def test_it_is_for_owners_of_every_site(app: Served, role: Role) -> None:
    await new_member(app, "mo@example.org", role=role)
    mo = await signed_in(app, "mo@example.org")
    assert (await mo.get(HEALTH)).status == 403
    assert HEALTH not in (await mo.get("/dashboard/queue")).html
