"""What makes an import bearable where there is much of it: nothing is done twice, and nobody else waits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from afterword.core.model import Site
from afterword.services.context import Context
from afterword.services.importing import clean_record
from afterword.services.importing.import_report import ImportReport
from afterword.storage.staging import Staging
from tests.services.builders import ORIGIN
from tests.services.importing.taking import all_comments, take
from tests.support.disqus_file import disqus_file, post, thread

PAGES = [thread(n, f"{ORIGIN}/{n}") for n in range(1, 251)]
POSTS = [
    post(n, 1 + n % 250, f"<p>Number {n}</p>", name=f"Reader {n % 7}", email=f"r{n % 7}@example.org",
         parent=n - 250 if n % 3 == 0 and n > 250 else None, spam=n % 50 == 0)
    for n in range(1, 701)
]  # fmt: skip
FILE = disqus_file(*PAGES, *POSTS)


def counted(report: ImportReport) -> tuple[object, ...]:
    return report.pages, report.comments, report.authors, report.total, report.skipped.by_reason


@pytest.fixture
def cleaned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The refs of the comments whose text was looked at."""
    refs: list[str] = []
    clean = clean_record.clean_body

    def noted(record: Any, tell: Callable[[str], None]) -> Any:
        refs.append(record.ref)
        return clean(record, tell)

    monkeypatch.setattr(clean_record, "clean_body", noted)
    return refs


async def test_what_is_here_is_not_looked_at_again(
    ctx: Context, site: Site, cleaned: list[str]
) -> None:
    first, done = await take(ctx, site, FILE)
    assert (done.pages, done.comments, len(cleaned)) == (250, 700, 700)
    cleaned.clear()
    second, done = await take(ctx, site, FILE)
    assert (done.pages, done.comments, second.there_already, second.new) == (0, 0, 700, 0)
    assert counted(second) == counted(first)
    assert cleaned == []


async def test_a_run_that_goes_on_looks_at_the_rest_alone(
    ctx: Context, site: Site, cleaned: list[str]
) -> None:
    await take(ctx, site, disqus_file(*PAGES, *POSTS[:300]))
    cleaned.clear()
    report, done = await take(ctx, site, FILE)
    assert (report.there_already, report.new, done.comments) == (300, 400, 400)
    assert len(cleaned) == 400
    assert len(await all_comments(ctx, site)) == 700


async def test_pages_are_written_many_at_once(
    ctx: Context, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes = 0
    write = ctx.store.write

    def counting() -> Any:
        nonlocal writes
        writes += 1
        return write()

    monkeypatch.setattr(ctx.store, "write", counting)
    await take(ctx, site, FILE)
    assert writes < 10


async def test_plans_are_made_for_what_has_come(
    ctx: Context, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    grown: list[int] = []
    has_grown = ctx.store.has_grown

    async def noted() -> None:
        await has_grown()
        grown.append(len(await all_comments(ctx, site)))

    monkeypatch.setattr(ctx.store, "has_grown", noted)
    await take(ctx, site, FILE)
    assert len(grown) == 1
    assert grown[0] >= 500


async def test_whoever_else_is_served_does_not_wait_for_the_staging(
    ctx: Context, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every walk over what was staged happens off the event loop."""
    on_the_loop: list[str] = []
    loop = threading.get_ident()

    def watched(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            found = work(*given, **named)
            if hasattr(found, "__next__"):
                return drawn(name, found)
            note(name)
            return found

        return run

    def drawn(name: str, items: Any) -> Any:
        for item in items:
            note(name)
            yield item

    def note(name: str) -> None:
        if threading.get_ident() == loop:
            on_the_loop.append(name)

    names = [name for name in vars(Staging) if not name.startswith("_")]
    assert {"add_comment", "pages", "comments", "by_status"} <= {*names}
    for name in names:
        if name != "together":
            monkeypatch.setattr(Staging, name, watched(name, getattr(Staging, name)))
    await take(ctx, site, FILE)
    await take(ctx, site, FILE)
    assert on_the_loop == []
