"""What a query of a thread means, kept for those that are asked again and again.

The first read after a write then has to do no more than to read the comments: on a busy machine, whose
caches hold other things, all the rest took half as long again as the query.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from afterword.core import wire
    from afterword.core.languages import Texts
    from afterword.core.model import Order, Site
    from afterword.core.page_key import Identity

MOST = 2_000
"""Plans that are kept, of queries that are not longer than that: 10 MB at most."""
LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything of an answer that does not depend on the page."""

    site: Site
    identity: Identity
    order: Order
    after: str | None
    around: int | None
    shown: wire.Site
    lang: str | None
    words: Texts | None
    origins: frozenset[bytes]
    shape: str
    """The end of each ETag: of the program, its words, and whether it can send mails."""
    revision: int
    """Of the directory of sites; with another one it may mean something else."""


class ThreadPlans:
    """Plans by raw query, the least recently used dropped first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, Plan] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, raw_query: bytes, revision: int) -> Plan | None:
        """The plan, unless something has changed in the directory since."""
        plan = self._kept.get(raw_query)
        if plan is None or plan.revision != revision:
            return None
        self._kept.move_to_end(raw_query)
        return plan

    def keep(self, raw_query: bytes, plan: Plan) -> None:
        """For the next time."""
        if len(raw_query) <= LONGEST:
            self._kept[raw_query] = plan
            self._kept.move_to_end(raw_query)
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)
