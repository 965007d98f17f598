from __future__ import annotations

import re

import pytest

from afterword.web.dashboard.statistics import minutes
from tests.support.forms import Visitor
from tests.support.serving import Served

STATISTICS = "/dashboard/statistics"


async def test_plots_have_names_and_a_table_with_the_same_numbers(
    app: Served, moderator: Visitor, page_url: str
) -> None:
    site = await app.add_site("<blog>", "https://blog.example.org", hold="none")
    await app.comment(page_url, title="<i>Weir</i>")
    page = await moderator.get(STATISTICS)
    assert page.html.count('role="img"') == 4
    assert "1 comment in 30 days." in page.text
    assert page.html.count("<tr>") == 31
    assert "<i>Weir</i>" in page.text
    for raw in ("<blog>", "<i>"):
        assert raw not in page.html
    assert not re.search(r'\sstyle="', page.html)
    page = await moderator.get(f"{STATISTICS}?site={site.id}&days=365")
    assert page.html.count("<tr>") == 54


async def test_without_a_site_it_says_so_and_wrong_questions_are_refused(
    app: Served, moderator: Visitor
) -> None:
    assert "No site yet." in (await moderator.get(STATISTICS)).text
    await app.add_site("blog", "https://blog.example.org")
    assert (await moderator.get(f"{STATISTICS}?days=31")).status == 422
    assert (await moderator.get(f"{STATISTICS}?site=99")).status == 404


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "–"), (1, "1 minute"), (59.4, "59 minutes"), (90, "1.5 hours"), (4320, "3.0 days")],
)
def test_times_are_told_as_people_do(value: float | None, said: str) -> None:
    assert minutes(value) == said
