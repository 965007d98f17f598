"""Ready answers of the public reads, bounded by bytes, and never older than what was announced.

Every entry says which **tags** it was made from, each with the version that was read: `page:7` at
version 12, `site:1` at 3, and for an address without a page `key:1:example.org/a` at 0. Whoever changes
something lets the cache `hear` of its new version; entries made from older ones are dropped, and one
that a slow builder brings later is refused.
"""

from __future__ import annotations

import asyncio
import gzip
import math
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import brotli

from afterword.core.errors import Unavailable
from afterword.storage.patience import waiting

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from afterword.core.model import Site
    from afterword.storage.announcer import Change

KEY_LIMIT = 4_096
"""Bytes of a query that is kept; a longer one is answered, but each time anew."""
OVERHEAD = 2_900
"""Bytes an entry costs beside its own: 1,100 alone, and 900 with each answer made from it; mostly two."""
JOINED = 0.5
"""Seconds after which a builder is not joined any more: what it reads may be of when it began."""
SEVERAL = 3
"""Reads after which an entry is worth to be compressed well."""
HEARD_LIMIT = 50_000
"""Versions heard of that are kept; a builder would have to outlast as many changes to slip through."""


def page_tag(page_id: int) -> str:
    """The tag of what was made from this page."""
    return f"page:{page_id}"


def key_tag(site_id: int, key: str) -> str:
    """The tag of what was made from there being no page at this key."""
    return f"key:{site_id}:{key}"


def site_tag(site_id: int) -> str:
    """The tag of what was made from this site's settings."""
    return f"site:{site_id}"


class Answer(NamedTuple):
    """What is sent of an entry."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    head: bytes
    """Status and headers as they stand in HTTP/1.1."""


class Entry:
    """The bytes of one answer, each encoding made once, when somebody first asks for it.

    It is made quickly then, for a reader waits: 47 KB of 100 comments in 0.1 ms to a quarter more than
    brotli takes 0.9 ms for. Of what is asked for again it is made well, where nobody waits.
    """

    __slots__ = ("_br", "_gzip", "answers", "etag", "identity", "origins", "tags", "version")

    def __init__(
        self, *, etag: bytes, identity: bytes, origins: frozenset[bytes], version: int = 0
    ) -> None:
        self.etag = etag
        self.identity = identity
        self.origins = origins
        """Values of `Origin` that may read it."""
        self.version = version
        self.tags: tuple[str, ...] = ()
        """What it was made from; set when it is built."""
        self.answers: dict[tuple[bytes | None, str], Answer] = {}
        """Answers that were made from it, by origin and encoding: whoever sends them keeps them here."""
        self._br: bytes | None = None
        self._gzip: bytes | None = None

    @property
    def br(self) -> bytes:
        """The bytes in brotli."""
        if self._br is None:
            self._br = brotli.compress(self.identity, quality=1)
        return self._br

    @property
    def gzip(self) -> bytes:
        """The bytes in gzip."""
        if self._gzip is None:
            self._gzip = gzip.compress(self.identity, compresslevel=1, mtime=0)
        return self._gzip

    def compressed_well(self) -> dict[str, bytes]:
        """Each encoding that is in use, smaller than it is; in another thread."""
        made = {}
        if self._br is not None:
            made["br"] = brotli.compress(self.identity, quality=5)
        if self._gzip is not None:
            made["gzip"] = gzip.compress(self.identity, compresslevel=6, mtime=0)
        return made

    def take(self, made: Mapping[str, bytes]) -> None:
        """Sends these from now on. A tag is a weak one, so that it stays what it is."""
        self._br = made.get("br", self._br)
        self._gzip = made.get("gzip", self._gzip)
        for kind in [each for each in self.answers if each[1] in made]:
            del self.answers[kind]

    @property
    def size(self) -> int:
        """Bytes to reckon with; text compresses to less than half, so both encodings fit in."""
        return 2 * len(self.identity) + OVERHEAD


@dataclass(frozen=True, slots=True)
class Built:
    """A new entry, and the versions that it was made from by tag."""

    entry: Entry
    versions: Mapping[str, int]


@dataclass(slots=True)
class _Kept:
    entry: Entry
    versions: Mapping[str, int]
    size: int
    reads: int = 0


@dataclass(slots=True)
class _Building:
    started: int
    """The count of things heard when it began to read."""
    at: float
    """When that was."""
    done: asyncio.Future[Entry | None] | None = None
    """Made by the first who waits for it; mostly nobody does."""

    def wait(self) -> asyncio.Future[Entry | None]:
        """The entry once it is there, None where its builder was cancelled; not to be cancelled."""
        if self.done is None:
            self.done = asyncio.get_running_loop().create_future()
        return asyncio.shield(self.done)


class ThreadCache:
    """Entries by raw query, the least recently used dropped first."""

    def __init__(self, max_bytes: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.max_bytes = max_bytes
        self.bytes = 0
        self.hits = self.misses = self.evictions = 0
        self.asked_again: Callable[[Entry], object] = lambda entry: None
        """Is called once with each entry that was read from here several times."""
        self.has_changed: Callable[[str], object] = lambda tag: None
        """Is called with each tag that has a new version, and with "" where all may have one."""
        self._clock = clock
        self._believed_until = math.inf
        self._cleared_at = 0
        self._kept: OrderedDict[bytes, _Kept] = OrderedDict()
        self._by_tag: dict[str, set[bytes]] = {}
        self._heard: OrderedDict[str, int] = OrderedDict()
        self._count_heard = 0
        self._building: dict[bytes, _Building] = {}

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def bypass(self) -> bool:
        """True while nobody tells us what changes elsewhere: then every read asks the database."""
        return self._clock() >= self._believed_until

    def believe_until(self, moment: float) -> None:
        """All that changed elsewhere was heard of, so read from here until then, by the cache's clock."""
        self._believed_until = moment

    def get(self, key: bytes) -> Entry | None:
        """The entry, which is then the most recently used."""
        kept = self._kept.get(key)
        if kept is None or self.bypass:
            return None
        self._kept.move_to_end(key)
        self.hits += 1
        kept.reads += 1
        if kept.reads == SEVERAL:
            self.asked_again(kept.entry)
        return kept.entry

    def put(self, key: bytes, built: Built) -> bool:
        """Keeps the entry, unless it is too large, or older than what was heard of."""
        size = len(key) + built.entry.size
        if len(key) > KEY_LIMIT or size > self.max_bytes // 4:
            return False
        if any(self._heard.get(tag, 0) > seen for tag, seen in built.versions.items()):
            return False
        self._forget(key)
        self._kept[key] = _Kept(built.entry, built.versions, size)
        self.bytes += size
        for tag in built.versions:
            self._by_tag.setdefault(tag, set()).add(key)
        while self.bytes > self.max_bytes:
            self._forget(next(iter(self._kept)))
            self.evictions += 1
        return True

    def hear(self, tag: str, version: int) -> None:
        """Takes note that something now has this version, and drops what was made from an older one."""
        if self._heard.get(tag, 0) >= version:
            return
        self._heard[tag] = version
        self._heard.move_to_end(tag)
        self._count_heard += 1
        self.has_changed(tag)
        if len(self._heard) > HEARD_LIMIT:
            self._heard.popitem(last=False)
        self._forget_all(
            key for key in self._by_tag.get(tag, ()) if self._kept[key].versions[tag] < version
        )

    def hear_of_site(self, site: Site) -> None:
        """Takes note of a site that is new or has changed."""
        self.hear(site_tag(site.id), site.version)

    def hear_of_page(self, change: Change) -> None:
        """Takes note of a changed thread, and that there is a page at its keys."""
        self.hear(page_tag(change.page_id), change.version)
        for key in change.keys:
            self.hear(key_tag(change.site_id, key), 1)

    def clear(self) -> None:
        """Drops everything, what is being built too."""
        self._count_heard += 1
        self._cleared_at = self._count_heard
        self._heard.clear()
        self.has_changed("")
        self._forget_all(self._kept)

    async def build(self, key: bytes, make: Callable[[], Awaitable[Built]]) -> Entry:
        """The entry of `key`, made by one caller however many ask.

        Nobody gets an entry that began to be read before something was heard of and before they asked:
        such callers wait, and one of them builds anew. Nor does anybody wait for one that takes long:
        `Unavailable` where patience ends, of which the waiting is a part.
        """
        asked, now = self._count_heard, self._clock()
        while (current := self._building.get(key)) is not None and now - current.at < JOINED:
            entry = await self._made_by(current)
            if entry is not None and current.started >= asked:
                self.hits += 1
                return entry
        return self.get(key) or await self._build(key, make)

    async def _made_by(self, building: _Building) -> Entry | None:
        """What another caller makes; waited for as part of one's own patience, which then may end."""
        with waiting() as seconds:
            try:
                async with asyncio.timeout(seconds):
                    return await building.wait()
            except TimeoutError:
                raise Unavailable("The database is too slow now.") from None

    async def _build(self, key: bytes, make: Callable[[], Awaitable[Built]]) -> Entry:
        self.misses += 1
        building = self._building[key] = _Building(self._count_heard, self._clock())
        try:
            built = await make()
            built.entry.tags = tuple(built.versions)
            if building.started >= self._cleared_at:
                self.put(key, built)
            if building.done is not None:
                building.done.set_result(built.entry)
            return built.entry
        except Exception as error:
            if building.done is not None:
                building.done.set_exception(error)
                building.done.exception()  # seen here: whoever waited may be gone
            raise
        finally:
            if self._building.get(key) is building:
                del self._building[key]
            done = building.done
            if done is not None and not done.done():  # cancelled: the next one builds
                done.set_result(None)

    def _forget_all(self, keys: Iterable[bytes]) -> None:
        for key in list(keys):
            self._forget(key)

    def _forget(self, key: bytes) -> None:
        kept = self._kept.pop(key, None)
        if kept is None:
            return
        self.bytes -= kept.size
        for tag in kept.versions:
            keys = self._by_tag[tag]
            keys.discard(key)
            if not keys:
                del self._by_tag[tag]
