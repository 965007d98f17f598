"""Counts over HTTP, as pages with many links ask for them."""

from __future__ import annotations

from tests.support.serving import Served

THREAD = "/api/v1/thread"


COUNTS = "/api/v1/counts"


async def test_counts_come_in_the_order_asked(blog: Served, page_url: str) -> None:
    await blog.comment(page_url)
    urls = ["https://blog.example.org/other", page_url, page_url + "/?utm_source=x"]
    answer = await blog.client.get(COUNTS, params={"url": urls})
    assert answer.json() == {"counts": [0, 1, 1]}


async def test_a_thread_is_never_answered_with_counts_nor_the_other_way(
    blog: Served, page_url: str
) -> None:
    """The two share a cache."""
    for query in (f"url={page_url}", f"counts?url={page_url}&url={page_url}"):
        for _ in range(2):
            assert "comments" in (await blog.client.get(f"{THREAD}?{query}")).json()
            assert "counts" in (await blog.client.get(f"{COUNTS}?{query}")).json()


async def test_more_than_a_hundred_counts_are_refused(blog: Served, page_url: str) -> None:
    answer = await blog.client.get(COUNTS, params={"url": [page_url] * 101})
    assert answer.status_code == 422
    assert (await blog.client.get(COUNTS)).status_code == 422
