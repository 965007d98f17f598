"""A permalink leads to the page, and to nothing that is not public."""

from __future__ import annotations

from tests.support.serving import Served


async def test_a_permalink_leads_to_the_comment_on_its_page(blog: Served, page_url: str) -> None:
    number = (await blog.comment(page_url)).json()["comment"]["id"]
    response = await blog.client.get(f"/c/{number}")
    assert response.status_code == 302
    assert response.headers["location"] == f"{page_url}#comment-{number}"


async def test_there_is_no_permalink_to_what_is_not_public(app: Served, page_url: str) -> None:
    await app.add_site("blog", "https://blog.example.org", hold="all")
    number = (await app.comment(page_url)).json()["comment"]["id"]
    for name in (str(number), str(number + 1), "0", "x", "9" * 30):
        assert (await app.client.get(f"/c/{name}")).status_code == 404
