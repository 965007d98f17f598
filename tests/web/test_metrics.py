"""`/metrics` tells who has the token what this process did, and nobody else anything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_open
from prometheus_client.parser import text_string_to_metric_families as read_plain

from afterword.core import metric_families
from afterword.core.errors import Unavailable
from afterword.core.metric_families import FAMILIES
from afterword.storage.store import Store
from tests.support.canary import Canary, found_in, new_email
from tests.support.serving import Served, serving, settings_for

TOKEN = "a-token-of-a-test-0123456789-abcdef"
OTHER = "another-token-0123456789-abcdefghijk"
BEARER = {"authorization": f"Bearer {TOKEN}"}
THREAD = "/api/v1/thread"


@pytest_asyncio.fixture
async def watched(tmp_path: Path, ready_url: str) -> AsyncIterator[Served]:
    """The application with a token for metrics, and a site that holds nobody's comments back."""
    settings = settings_for(
        tmp_path / "data", ready_url, metrics_token=f"{OTHER} {TOKEN}", previews_per_minute=2
    )
    async with serving(settings) as served:
        await served.add_site("blog", "https://blog.example.org", hold="none")
        yield served


async def scrape(app: Served, **headers: str) -> httpx2.Response:
    answer = await app.client.get("/metrics", headers={**BEARER, **headers})
    assert answer.status_code == 200
    return answer


async def numbers(app: Served) -> dict[str, float]:
    """Each sample by its name and labels, as they are written."""
    lines = (await scrape(app)).text.splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


async def test_without_a_token_in_the_settings_there_is_nothing(app: Served) -> None:
    for headers in ({}, BEARER, {"authorization": "Bearer "}):
        answer = await app.client.get("/metrics", headers=headers)
        assert answer.status_code == 404
        assert answer.json()["detail"] == "There is nothing at this address."


async def test_who_does_not_have_a_token_of_the_settings_hears_nothing(watched: Served) -> None:
    for header in ("", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {OTHER} {TOKEN}", TOKEN):
        answer = await watched.client.get("/metrics", headers={"authorization": header})
        assert answer.status_code == 401
        assert "afterword_" not in answer.text
    await scrape(watched, authorization=f"Bearer {OTHER}")


async def test_what_it_says_is_what_prometheus_reads(watched: Served, page_url: str) -> None:
    await watched.comment(page_url)
    plain = await scrape(watched)
    assert plain.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert plain.headers["cache-control"] == "no-store"
    of_plain = {family.name for family in read_plain(plain.text)}
    asked = "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"
    opened = await scrape(watched, accept=asked)
    assert opened.headers["content-type"].startswith("application/openmetrics-text")
    assert {family.name for family in read_open(opened.text)} == of_plain
    refused = await scrape(watched, accept="application/openmetrics-text;q=0, text/plain")
    assert refused.headers["content-type"].startswith("text/plain")
    # What only shows itself now and then: a message or a comment that waits, a loop, a refusal.
    absent = {family.name.removesuffix("_total") for family in FAMILIES} - of_plain
    assert absent <= {
        "afterword_rate_refusals",
        "afterword_loop_rounds",
        "afterword_loop_last_success_timestamp_seconds",
        "afterword_oldest_pending_comment_timestamp_seconds",
        "afterword_outbox_oldest_waiting_timestamp_seconds",
        "afterword_database_size_bytes",
    }


async def test_reads_are_counted_whether_they_come_from_memory_or_not(
    watched: Served, page_url: str
) -> None:
    first = await watched.client.get(THREAD, params={"url": page_url})
    await watched.client.get(THREAD, params={"url": page_url})
    known = {"if-none-match": first.headers["etag"]}
    await watched.client.get(THREAD, params={"url": page_url}, headers=known)
    found = await numbers(watched)
    route = f'route="{THREAD}",method="GET"'
    assert found[f'afterword_http_requests_total{{{route},status="200"}}'] == 2
    assert found[f'afterword_http_requests_total{{{route},status="304"}}'] == 1
    assert found[f"afterword_http_request_duration_seconds_count{{{route}}}"] == 3
    assert found["afterword_cache_hits_total"] == 2
    assert found["afterword_cache_misses_total"] == 1
    assert found["afterword_cache_entries"] == 1
    assert found["afterword_cache_bytes"] > 1000


async def test_nothing_that_a_stranger_wrote_is_a_label(watched: Served, page_url: str) -> None:
    email, word = new_email(), "kingfisher4711"
    await watched.comment(page_url + word, name=word, email=email, body=word)
    await watched.client.get(f"/c/{word}")
    await watched.client.get(f"/{word}/{word}")
    await watched.client.get(f"/unsubscribe/{word}")
    await watched.client.request(word.upper(), "/healthz")
    await watched.client.get("/healthz", headers={"user-agent": word, "host": word})
    text = (await scrape(watched)).content
    address = Canary.of_address("203.0.113.7")
    assert found_in(text, [Canary.of_email(email), Canary.of_text(word), address]) == []
    assert b'route="none",method="GET",status="404"' in text
    assert b'route="/unsubscribe/{token}",method="GET"' in text
    assert b'route="/healthz",method="other",status="405"' in text


async def test_what_is_written_is_counted_by_its_commits(watched: Served, page_url: str) -> None:
    before = await numbers(watched)
    await watched.comment(page_url)
    await watched.comment(page_url)
    after = await numbers(watched)

    def more(name: str) -> float:
        return after[name] - before[name]

    assert more("afterword_write_group_size_count") == 2
    assert more("afterword_write_group_size_sum") == 2
    assert more("afterword_commit_duration_seconds_count") == 2
    assert after["afterword_writers_waiting"] == 0
    assert after["afterword_commit_failures_total"] == 0


async def test_comments_and_messages_are_counted_by_what_became_of_them(
    watched: Served, page_url: str
) -> None:
    await watched.add_site("held", "https://held.example.org", hold="all")
    await watched.comment(page_url)
    before = await numbers(watched)
    await watched.comment("https://held.example.org/a")
    # Whoever asks often is told the same; it is asked anew after a while.
    assert await _comments(watched) == (before_comments := _by_status(before))
    watched.clock.advance(20)
    assert before_comments == {"approved": 1, "pending": 0, "spam": 0, "removed": 0}
    assert await _comments(watched) == {"approved": 1, "pending": 1, "spam": 0, "removed": 0}
    found = await numbers(watched)
    assert found['afterword_outbox_messages{channel="mail",state="failed"}'] == 0
    assert found["afterword_events_waiting"] == 2
    asked = found["afterword_oldest_pending_comment_timestamp_seconds"]
    assert asked == (watched.clock.now - 20_000) / 1000


async def _comments(app: Served) -> dict[str, float]:
    return _by_status(await numbers(app))


def _by_status(found: dict[str, float]) -> dict[str, float]:
    statuses = ("approved", "pending", "spam", "removed")
    return {each: found[f'afterword_comments{{status="{each}"}}'] for each in statuses}


async def test_rates_are_counted_by_their_kind(watched: Served) -> None:
    for _ in range(4):
        await watched.client.post("/api/v1/preview", json={"body": "a"})
    found = await numbers(watched)
    assert found['afterword_rate_refusals_total{kind="previews"}'] == 2
    preview = 'route="/api/v1/preview",method="POST"'
    assert found[f'afterword_http_requests_total{{{preview},status="429"}}'] == 2


async def test_it_answers_while_the_database_does_not(
    watched: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise Unavailable("The database cannot be reached now.")

    with monkeypatch.context() as broken:
        broken.setattr(Store, "fetch_one", fail)
        found = await numbers(watched)
    assert found["afterword_database_up"] == 0
    assert found["afterword_cache_bypassed"] == 0
    assert not [name for name in found if name.startswith("afterword_comments")]


async def test_the_process_is_measured(watched: Served) -> None:
    found = await numbers(watched)
    assert found["process_resident_memory_bytes"] > 10 * 2**20
    assert found["process_open_fds"] > 3
    assert found["process_threads"] >= 1
    assert found["process_start_time_seconds"] > 1_600_000_000
    assert found["process_cpu_seconds_total"] > 0
    (build,) = (name for name in found if name.startswith(metric_families.BUILD.name))
    engine = "sqlite" if watched.settings.database_file else "postgresql"
    assert f'engine="{engine}"' in build
