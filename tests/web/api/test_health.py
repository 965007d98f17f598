"""Whoever watches the process is told whether it lives, and whether requests may come."""

from __future__ import annotations

import httpx2
import pytest

from afterword.core.errors import Unavailable
from afterword.storage.store import Store
from tests.support.serving import Served


async def ready(app: Served) -> httpx2.Response:
    assert (await app.client.get("/healthz")).json() == {"status": "ok"}
    return await app.client.get("/readyz")


def said(answer: httpx2.Response) -> str:
    """The reason of a 503 that tells when to come again."""
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["cache-control"] == "no-store"
    return str(answer.json()["detail"])


async def test_a_process_that_can_work_is_ready(app: Served) -> None:
    answer = await ready(app)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_without_its_database_it_is_not(app: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise Unavailable("The database cannot be reached now.")

    with monkeypatch.context() as broken:
        broken.setattr(Store, "fetch_one", away)
        assert said(await ready(app)) == "The database cannot be reached now."
    assert (await ready(app)).status_code == 200


async def test_with_an_older_database_it_is_not_and_with_a_newer_it_is(app: Served) -> None:
    for revision, status in (("0001", 503), ("9999", 200)):
        async with app.context.store.write() as db:
            await db.execute(
                "UPDATE alembic_version SET version_num = :revision", {"revision": revision}
            )
        answer = await ready(app)
        assert answer.status_code == status
        if status == 503:
            assert said(answer).startswith("Migrations of the database are missing")


async def test_from_the_moment_it_was_asked_to_end_it_is_not(app: Served) -> None:
    app.context.live.close()
    assert said(await ready(app)) == "This process is about to end."
