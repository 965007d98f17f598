"""What a query of a thread means, kept for those that are asked again and again.

The first read after a write then has to do no more than to read the comments: on a busy machine, whose
caches hold other things, all the rest took half as long again as the query.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterword.core import wire
    from afterword.core.languages import Texts
    from afterword.core.model import Order, Site
    from afterword.core.page_key import Identity

MOST = 2_000
"""Plans that are kept: 0.6 KB each, and 2 KB for each site and language that they are of."""
LONGEST = 2_000
"""Bytes of a query whose plan is kept."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Frame:
    """What all answers of a site in one language have in common."""

    site: Site
    shown: wire.Site
    lang: str | None
    words: Texts | None
    origins: frozenset[bytes]
    shape: str
    """The end of each ETag: of the program, its words, and whether it can send mails."""
    revision: int
    """Of the directory of sites; with another one it may mean something else."""


@dataclass(slots=True)
class Plan:
    """Everything of an answer that does not depend on the page; and how it is best read."""

    frame: Frame
    identity: Identity
    order: Order
    after: str | None
    around: int | None
    is_long: bool = False
    """Whether the thread, when it was last read, was too long to be read whole."""

    @property
    def site(self) -> Site:
        """The site that the page is of."""
        return self.frame.site


class ThreadPlans:
    """Plans by raw query, the least recently used dropped first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, Plan] = OrderedDict()
        self._frames: WeakValueDictionary[tuple[int, str | None], Frame] = WeakValueDictionary()
        """By site and language, as long as a plan has them: a copy for each was most of its memory."""

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, raw_query: bytes, revision: int) -> Plan | None:
        """The plan, unless something has changed in the directory since."""
        plan = self._kept.get(raw_query)
        if plan is None or plan.frame.revision != revision:
            return None
        self._kept.move_to_end(raw_query)
        return plan

    def frame(
        self, site: Site, lang: str | None, revision: int, make: Callable[[], Frame]
    ) -> Frame:
        """That of a site and language, made where no plan has it yet."""
        frame = self._frames.get((site.id, lang))
        if frame is None or frame.revision != revision:
            frame = self._frames[site.id, lang] = make()
        return frame

    def keep(self, raw_query: bytes, plan: Plan) -> None:
        """For the next time."""
        if len(raw_query) <= LONGEST:
            self._kept[raw_query] = plan
            self._kept.move_to_end(raw_query)
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)
