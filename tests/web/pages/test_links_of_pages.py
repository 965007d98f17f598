"""Links of all our pages: behind a prefix too, and where there is nothing."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

from tests.support.forms import Visitor, new_member
from tests.support.serving import PASSWORD, Served, serving, settings_for

DASHBOARD = [f"/dashboard/{name}" for name in ("queue", "audit", "sites", "profile")]


async def test_an_address_with_nothing_says_so_on_a_page(app: Served) -> None:
    page = await Visitor.of(app).get("/nothing/here")
    assert page.status == 404
    assert "There is nothing at this address." in page.text


async def test_behind_a_prefix_every_link_of_ours_carries_it(
    tmp_path: Path, sqlite_url: str
) -> None:
    settings = settings_for(
        tmp_path / "data", sqlite_url, public_url="https://example.org/comments"
    )
    async with serving(settings, demo=True) as served:
        await new_member(served, "jonas@example.org")
        visitor = Visitor.of(served)
        form = (await visitor.get("/dashboard/sign-in")).form("/comments/dashboard/sign-in")
        sent = {"email": "jonas@example.org", "password": PASSWORD, "next": "/dashboard/sites"}
        response = await visitor.client.post("/dashboard/sign-in", data=sent)
        assert response.headers["location"] == "/comments/dashboard/sites"
        assert form.fields["next"] == ["/dashboard/queue"]
        thread = f"/thread?url={quote(settings.public_origin)}/"
        for path in ("/", "/notes", thread, *DASHBOARD):
            page = await visitor.get(path)
            assert page.status == 200, path
            local = re.findall(r'(?:href|src|action|formaction)="(/[^"]*)"', page.html)
            assert local, path
            assert [link for link in local if not link.startswith("/comments/")] == [], path
