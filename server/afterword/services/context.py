"""What a service can reach, and how it is opened and closed."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import Barrier
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from afterword.core import passwords
from afterword.core.anonymity import Hashes
from afterword.core.proof_of_work import Proofs
from afterword.core.tokens import Tokens
from afterword.delivery.akismet import Akismet
from afterword.delivery.guarded_client import GuardedClient
from afterword.delivery.oidc import OidcProviders
from afterword.delivery.smtp import MailServer
from afterword.services.errands import Errands
from afterword.services.live import Live
from afterword.services.loop_counts import LoopCounts
from afterword.services.secret_keys import load_keys
from afterword.services.site_directory import SiteDirectory
from afterword.services.thread_cache import ThreadCache
from afterword.services.thread_plans import ThreadPlans
from afterword.services.words_file import load_languages
from afterword.storage import migrate
from afterword.storage.store import Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from afterword.core.languages import Languages
    from afterword.services.thread_cache import Entry
    from afterword.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 2
"""Slow work at once: parsing and hashing hold the processor, so that more would only take turns."""


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of a running Afterword, passed to every service."""

    settings: Settings
    store: Store
    tokens: Tokens
    hashes: Hashes
    proofs: Proofs
    sites: SiteDirectory
    cache: ThreadCache
    languages: Languages
    live: Live
    threads: ThreadPoolExecutor
    client: GuardedClient
    akismet: Akismet | None
    """Set where whoever runs the server has an account there."""
    mail_server: MailServer | None
    """Set where the settings name one; without it mails wait."""
    oidc: OidcProviders
    """Where readers sign in whom a site does not know itself."""
    errands: Errands
    loops: LoopCounts = field(default_factory=LoopCounts)
    plans: ThreadPlans = field(default_factory=ThreadPlans)
    password_turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(THREADS))
    """Of passwords hashed at once: each takes 19 MiB and 50 ms."""

    async def in_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Does slow work off the event loop."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.threads, partial(work, *args, **kwargs))

    async def hash_password(self, password: str) -> str:
        """The hash to store."""
        async with self.password_turns:
            return await self.in_thread(passwords.hash_password, password)

    async def check_password(self, password: str, stored: str | None) -> bool:
        """Whether it is the stored one; None, for no account, takes as long to say no."""
        async with self.password_turns:
            return await self.in_thread(passwords.verify, stored, password)


@asynccontextmanager
async def open_context(settings: Settings) -> AsyncIterator[Context]:
    """Makes what is missing (directory, keys, database), opens everything, closes it at the end.

    Raises `SettingError` for keys that others can read, `NotBuilt` before a first build, and what
    storage says of a database that is damaged, too new, or not there.
    """
    keys = load_keys(settings)
    languages = load_languages()
    await migrate.upgrade(settings.database_url)
    store = await Store.open(settings.database_url, shared=settings.is_shared)
    threads = await _threads()
    cache = ThreadCache(settings.cache_bytes)
    cache.asked_again = partial(_compress_well, threads)
    client, errands = GuardedClient(settings.allow_hosts), Errands()
    live = Live(store, most=settings.max_streams, most_each=settings.streams_per_address)
    try:
        ctx = Context(
            settings=settings,
            store=store,
            tokens=Tokens(keys),
            hashes=Hashes(keys[-1]),
            proofs=Proofs(keys),
            sites=SiteDirectory(cache.hear_of_site),
            cache=cache,
            languages=languages,
            live=live,
            threads=threads,
            client=client,
            akismet=_akismet(settings, client),
            mail_server=MailServer.of(settings),
            oidc=OidcProviders(client, settings.allow_hosts),
            errands=errands,
        )
        await ctx.sites.refresh(store)
        # The cache first: whoever is told reads the thread anew.
        store.changes.subscribe(cache.hear_of_page)
        store.changes.subscribe(live.hear)
        yield ctx
    finally:
        live.close()
        await errands.close()
        await client.close()
        threads.shutdown(wait=False, cancel_futures=True)
        await store.close()


async def _threads() -> ThreadPoolExecutor:
    """All of them begin here, so that what the process takes is seen at its start and not in a while."""
    threads, all_there = (
        ThreadPoolExecutor(THREADS, thread_name_prefix="afterword"),
        Barrier(THREADS),
    )
    loop = asyncio.get_running_loop()
    await asyncio.gather(*(loop.run_in_executor(threads, all_there.wait) for _ in range(THREADS)))
    return threads


def _compress_well(threads: ThreadPoolExecutor, entry: Entry) -> None:
    work = asyncio.get_running_loop().run_in_executor(threads, entry.compressed_well)
    work.add_done_callback(lambda done: None if done.cancelled() else entry.take(done.result()))


def _akismet(settings: Settings, client: GuardedClient) -> Akismet | None:
    key = settings.akismet_key
    return Akismet(client, settings.akismet_url, key) if key else None
