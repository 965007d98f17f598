"""The cache is bounded, has one builder per key, and never serves what is older than announced."""

from __future__ import annotations

import asyncio
import gzip

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.core.errors import Unavailable
from afterword.services.thread_cache import (
    JOINED,
    KEY_LIMIT,
    OVERHEAD,
    SEVERAL,
    Built,
    Entry,
    ThreadCache,
)
from afterword.storage.patience import limited

PAGE, OTHER, SITE = "page:1", "page:2", "site:1"


def entry(text: bytes = b"{}", version: int = 1) -> Entry:
    return Entry(etag=b'W/"x"', identity=text, origins=frozenset(), version=version)


def built(text: bytes = b"{}", **versions: int) -> Built:
    """`built(b"…", page_1=3)`: made from page 1 at version 3."""
    return Built(entry(text), {tag.replace("_", ":"): seen for tag, seen in versions.items()})


@pytest.fixture
def cache() -> ThreadCache:
    return ThreadCache(100_000)


def test_what_was_put_is_got(cache: ThreadCache) -> None:
    assert cache.get(b"a") is None
    kept = built(page_1=1)
    assert cache.put(b"a", kept)
    assert cache.get(b"a") is kept.entry


def test_each_encoding_says_the_same() -> None:
    one = entry(b'{"a":1}' * 100)
    assert brotli.decompress(one.br) == gzip.decompress(one.gzip) == one.identity
    assert one.br is one.br
    assert one.gzip is one.gzip


def test_what_is_made_well_takes_the_place_of_what_was_made_quickly() -> None:
    one = entry(bytes(range(256)) * 9 + b"text " * 999)
    assert one.compressed_well() == {}, "nobody asked for any"
    quick = one.br
    one.answers = {(None, "br"): (200, [], quick), (None, ""): (200, [], one.identity)}
    made = one.compressed_well()
    assert list(made) == ["br"]
    one.take(made)
    assert len(one.br) < len(quick)
    assert brotli.decompress(one.br) == one.identity
    assert list(one.answers) == [(None, "")]


def test_an_entry_that_is_read_several_times_is_told_of_once(cache: ThreadCache) -> None:
    told: list[Entry] = []
    cache.asked_again = told.append
    one = built()
    cache.put(b"key", one)
    for _ in range(SEVERAL - 1):
        cache.get(b"key")
    assert told == []
    for _ in range(5):
        cache.get(b"key")
    assert told == [one.entry]


def test_a_new_version_drops_what_was_made_from_an_older_one(cache: ThreadCache) -> None:
    cache.put(b"a", built(page_1=1, site_1=1))
    cache.put(b"b", built(page_2=1, site_1=1))
    cache.hear(PAGE, 2)
    assert cache.get(b"a") is None
    assert cache.get(b"b") is not None
    cache.hear(SITE, 2)
    assert cache.get(b"b") is None
    assert cache.bytes == 0


def test_hearing_again_of_a_version_that_is_kept_drops_nothing(cache: ThreadCache) -> None:
    cache.hear(PAGE, 2)
    cache.put(b"a", built(page_1=2))
    cache.hear(PAGE, 2)
    cache.hear(PAGE, 1)
    assert cache.get(b"a") is not None


def test_an_answer_older_than_what_was_heard_is_not_kept(cache: ThreadCache) -> None:
    cache.hear(PAGE, 2)
    assert not cache.put(b"a", built(page_1=1))
    assert cache.get(b"a") is None


def test_it_holds_no_more_bytes_than_it_may() -> None:
    cache = ThreadCache(20_000)
    for number in range(500):
        cache.put(b"%d" % number, built(b"x" * 1000, page_1=1))
    assert 0 < cache.bytes <= 20_000
    assert cache.get(b"499") is not None
    assert cache.get(b"0") is None


def test_queries_that_vary_for_ever_cannot_fill_the_memory() -> None:
    cache = ThreadCache(50_000)
    for number in range(2_000):
        cache.put(b"url=a&x=%d" % number + b"y" * 500, built(page_1=1))
    assert cache.bytes <= 50_000
    assert len(cache) <= 50_000 // (500 + OVERHEAD)


def test_a_query_that_is_too_long_is_not_kept(cache: ThreadCache) -> None:
    assert not cache.put(b"x" * (KEY_LIMIT + 1), built(page_1=1))


def test_the_least_recently_used_goes_first() -> None:
    cache = ThreadCache(4 * (2 * 1_000 + OVERHEAD + 1))
    for key in (b"a", b"b", b"c", b"d"):
        cache.put(key, built(b"x" * 1000, page_1=1))
    cache.get(b"a")
    cache.put(b"e", built(b"x" * 1000, page_1=1))
    assert [key for key in (b"a", b"b", b"c", b"d", b"e") if cache.get(key) is None] == [b"b"]


def test_nothing_comes_out_after_the_moment_until_which_it_is_believed() -> None:
    now = 100.0
    cache = ThreadCache(100_000, clock=lambda: now)
    cache.put(b"a", built(page_1=1))
    cache.believe_until(101.0)
    assert cache.get(b"a") is not None
    now = 101.0
    assert cache.bypass
    assert cache.get(b"a") is None
    # What is read meanwhile is of now, and kept until something newer is heard of.
    cache.put(b"b", built(page_2=1))
    cache.hear(PAGE, 2)
    cache.believe_until(102.0)
    assert cache.get(b"a") is None
    assert cache.get(b"b") is not None


async def test_waiting_for_another_builder_is_part_of_ones_patience(cache: ThreadCache) -> None:
    """Else who waited for one that was too old after all would wait for the database once more."""
    may_end = asyncio.Event()

    async def make() -> Built:
        await may_end.wait()
        return built(page_1=1)

    building = asyncio.create_task(cache.build(b"a", make))
    await asyncio.sleep(0)
    with limited(0.01) as patience, pytest.raises(Unavailable):
        await cache.build(b"a", make)
    assert patience.left <= 0
    may_end.set()
    assert (await building).version == 1


async def test_what_was_being_built_when_all_was_dropped_is_not_kept(cache: ThreadCache) -> None:
    may_end = asyncio.Event()

    async def make() -> Built:
        await may_end.wait()
        return built(page_1=9)

    building = asyncio.create_task(cache.build(b"a", make))
    await asyncio.sleep(0)
    cache.hear(PAGE, 9)
    cache.clear()
    may_end.set()
    await building
    assert cache.get(b"a") is None
    # The same version may say something else after it.
    assert cache.put(b"a", built(page_1=8))
    cache.hear(PAGE, 9)
    assert cache.get(b"a") is None


async def test_a_builder_that_takes_long_is_not_joined() -> None:
    now = 100.0
    cache = ThreadCache(100_000, clock=lambda: now)
    may_end = asyncio.Event()

    async def make_slowly() -> Built:
        await may_end.wait()
        return built(b"old", page_1=1)

    async def make() -> Built:
        return built(b"new", page_1=2)

    slow = asyncio.create_task(cache.build(b"a", make_slowly))
    await asyncio.sleep(0)
    now += JOINED
    assert (await cache.build(b"a", make)).identity == b"new"
    cache.hear(PAGE, 2)
    may_end.set()
    assert (await slow).identity == b"old"
    kept = cache.get(b"a")
    assert kept is not None
    assert kept.identity == b"new"


async def test_many_who_ask_at_once_share_one_builder(cache: ThreadCache) -> None:
    calls = 0

    async def make() -> Built:
        nonlocal calls
        calls += 1
        await asyncio.sleep(0)
        return built(page_1=1)

    entries = await asyncio.gather(*(cache.build(b"a", make) for _ in range(50)))
    assert calls == 1
    assert set(entries) == {cache.get(b"a")}


async def test_who_asks_after_an_announcement_gets_no_older_answer(cache: ThreadCache) -> None:
    may_end = asyncio.Event()
    read = iter([1, 2])

    async def make() -> Built:
        version = next(read)
        if version == 1:
            await may_end.wait()
        return Built(entry(b"%d" % version), {PAGE: version})

    early = asyncio.create_task(cache.build(b"a", make))
    await asyncio.sleep(0)
    cache.hear(PAGE, 2)
    late = [asyncio.create_task(cache.build(b"a", make)) for _ in range(5)]
    await asyncio.sleep(0)
    may_end.set()
    assert (await early).identity == b"1"
    assert [each.identity for each in await asyncio.gather(*late)] == [b"2"] * 5
    kept = cache.get(b"a")
    assert kept is not None
    assert kept.identity == b"2"


async def test_a_builder_that_is_cancelled_leaves_its_work_to_the_next(cache: ThreadCache) -> None:
    async def never() -> Built:
        await asyncio.Event().wait()
        raise AssertionError

    async def make() -> Built:
        return built(b"done", page_1=1)

    first = asyncio.create_task(cache.build(b"a", never))
    await asyncio.sleep(0)
    second = asyncio.create_task(cache.build(b"a", make))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).identity == b"done"


async def test_a_builder_that_fails_fails_all_who_wait(cache: ThreadCache) -> None:
    async def fail() -> Built:
        await asyncio.sleep(0)
        raise LookupError("gone")

    asked = (cache.build(b"a", fail) for _ in range(3))
    failures = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(failure) for failure in failures] == [LookupError] * 3
    assert cache.get(b"a") is None


@given(
    st.lists(
        st.tuples(st.sampled_from(["put", "hear"]), st.integers(0, 3), st.integers(1, 4)),
        max_size=60,
    )
)
def test_whatever_happens_nothing_older_than_announced_comes_out(
    steps: list[tuple[str, int, int]],
) -> None:
    cache = ThreadCache(8_000)
    heard: dict[int, int] = {}
    for what, page, version in steps:
        if what == "hear":
            cache.hear(f"page:{page}", version)
            heard[page] = max(heard.get(page, 0), version)
        else:
            cache.put(b"%d" % page, Built(entry(version=version), {f"page:{page}": version}))
        for each in range(4):
            found = cache.get(b"%d" % each)
            assert found is None or found.version >= heard.get(each, 0)
    assert cache.bytes == sum(kept.size for kept in cache._kept.values())
