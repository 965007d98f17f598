"""A content delivery network is told what has changed, by real requests, once others have heard of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from afterword.core.errors import NotFetched
from afterword.core.surrogate import EVERYTHING, surrogate_key
from afterword.delivery.guarded_client import GuardedClient
from afterword.services.context import open_context
from afterword.services.running import purge_network
from afterword.services.running.background import background
from afterword.services.running.purge_network import AT_ONCE, SETTLED, Purges
from afterword.settings import Settings
from tests.support.hook_receiver import Receiver, receiver

__all__ = ["receiver"]


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def settings(tmp_path: Path, receiver: Receiver) -> Settings:
    return Settings(
        data=tmp_path,
        cdn_seconds=60,
        cdn_purge_url=receiver.url,
        cdn_purge_header="Fastly-Key: opensesame",
        allow_hosts=(receiver.authority,),
    )


@pytest_asyncio.fixture
async def client(settings: Settings) -> AsyncIterator[GuardedClient]:
    made = GuardedClient(settings.allow_hosts)
    yield made
    await made.close()


def told(receiver: Receiver, kind: str = "surrogate_keys") -> list[list[str]]:
    """The names in each request that came."""
    bodies = [request.rpartition(b"\n\n")[2] for request in receiver.heard]
    return [json.loads(body)[kind] for body in bodies]


async def test_it_is_told_when_every_process_has_heard_of_it(
    settings: Settings, client: GuardedClient, receiver: Receiver
) -> None:
    clock = Clock()
    purges = Purges(settings, client, clock)
    purges.note("page:7")
    clock.now += SETTLED / 2
    purges.note("site:1")
    purges.note("page:7")
    await purges.tell()
    assert told(receiver) == []
    clock.now += SETTLED
    await purges.tell()
    await purges.tell()
    assert told(receiver) == [["afterword-site-1", "afterword-page-7"]]
    assert b"Fastly-Key: opensesame" in receiver.heard[0]
    assert len(purges) == 0


async def test_many_are_told_some_at_a_time_and_too_many_as_everything(
    settings: Settings, client: GuardedClient, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    purges = Purges(replace(settings, cdn_purge_how="tags"), client, clock)
    for number in range(AT_ONCE + 1):
        purges.note(f"page:{number}")
    clock.now += SETTLED
    await purges.tell()
    assert [len(names) for names in told(receiver, "tags")] == [AT_ONCE, 1]
    monkeypatch.setattr(purge_network, "MOST", 3)
    for number in range(4):
        purges.note(f"page:{number}")
    clock.now += SETTLED
    await purges.tell()
    assert told(receiver, "tags")[2:] == [[EVERYTHING]]


async def test_by_the_method_purge_the_names_stand_in_a_header(
    settings: Settings, client: GuardedClient, receiver: Receiver
) -> None:
    clock = Clock()
    purges = Purges(replace(settings, cdn_purge_how="purge"), client, clock)
    purges.note("key:1:url:blog.example.org/post")
    purges.note("page:7")
    clock.now += SETTLED
    await purges.tell()
    name = surrogate_key("key:1:url:blog.example.org/post")
    assert "example" not in name
    assert f"xkey-purge: {name} afterword-page-7".encode() in receiver.heard[0]


async def test_what_is_not_taken_is_told_again_after_a_rest(
    settings: Settings, client: GuardedClient, receiver: Receiver
) -> None:
    clock = Clock()
    nobody = replace(settings, cdn_purge_url="http://127.0.0.1:9/", allow_hosts=("127.0.0.1:9",))
    closed = GuardedClient(nobody.allow_hosts)
    purges = Purges(nobody, closed, clock)
    purges.note("page:7")
    clock.now += SETTLED
    with pytest.raises(NotFetched):
        await purges.tell()
    await purges.tell()  # rests
    clock.now += 1
    with pytest.raises(NotFetched):
        await purges.tell()
    clock.now += settings.cdn_seconds + settings.cdn_stale_seconds
    await purges.tell()
    assert len(purges) == 0, "by now the network has dropped it by itself"
    await closed.close()


async def test_a_comment_is_told_of_by_the_server_beside_its_requests(
    settings: Settings, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purge_network, "SETTLED", 0.0)
    async with open_context(settings) as ctx, background(ctx, deliver=False):
        ctx.cache.hear("page:7", 3)
        async with asyncio.timeout(10):
            while not receiver.heard:
                await asyncio.sleep(0.01)
    assert told(receiver) == [["afterword-page-7"]]
