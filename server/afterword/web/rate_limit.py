"""How often one address may do what costs the others something."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal, TypeAlias

from afterword.core import errors
from afterword.core.anonymity import network_bucket
from afterword.core.rate import Rate
from afterword.services import shared_limits
from afterword.web.client_address import address_prefix, client_address
from afterword.web.state import context, web

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from starlette.requests import Request

    from afterword.settings import Settings

Kind: TypeAlias = Literal[
    "admin",
    "challenges",
    "codes",
    "comments",
    "decisions",
    "previews",
    "reads",
    "reports",
    "sign_ins",
    "votes",
    "webhook_tests",
]


def rates(kind: Kind, settings: Settings) -> tuple[Rate, ...]:
    """The limits of that kind; each has its own bucket and all must agree."""
    return _RATES[kind](settings)


_RATES: Mapping[Kind, Callable[[Settings], tuple[Rate, ...]]] = {
    # Enough for a form and its tries again; the work is done by whoever asks.
    "challenges": lambda _: (Rate(30, 60),),
    # Each may be a mail to somebody who did not ask for it.
    "codes": lambda settings: (Rate(settings.codes_per_hour, 3600),),
    "comments": lambda settings: (
        Rate(settings.comments_per_minute, 60),
        Rate(settings.comments_per_hour, 3600),
    ),
    "previews": lambda settings: (Rate(settings.previews_per_minute, 60),),
    "reads": lambda settings: (Rate(settings.reads_per_minute, 60),),
    "reports": lambda settings: (Rate(settings.reports_per_hour, 3600),),
    "votes": lambda settings: (Rate(settings.votes_per_minute, 60),),
    "admin": lambda _: (Rate(600, 60),),
    # Each may take five seconds of somebody else's machine.
    "webhook_tests": lambda _: (Rate(20, 60),),
    # Pages behind links of mails: more than a person reads, too few to guess what is signed.
    "decisions": lambda _: (Rate(60, 60),),
    # Guessing is slowed down by the sign-in service, per account and in the database; this
    # bound only keeps one address from keeping the password hasher busy.
    "sign_ins": lambda _: (Rate(20, 60),),
}


OF_NETWORK: Mapping[Kind, int] = {"codes": 10}
"""Where others are hit that did not ask: so many times as often, a whole network may do it."""


OF_EACH_PROCESS = frozenset({"admin", "challenges", "previews", "reads"})
"""What costs nobody but the process that does it: each counts by itself, and several allow as many times."""


async def take(request: Request, kind: Kind) -> None:
    """Counts one; raises TooMany with the seconds to wait when the address did it too often."""
    state = web(request)
    if kind in OF_EACH_PROCESS or not state.settings.is_shared:
        wait = _take_here(request, kind)
    else:
        wanted = list(_wanted(request, kind))
        wait = await shared_limits.take(context(request), wanted, now=state.clock())
    if wait:
        state.counts.rate_refusals[kind] += 1
        message = f"Too many requests from your address; try again in {wait} seconds."
        raise errors.TooMany(message, retry_after=wait)


def _take_here(request: Request, kind: Kind) -> int:
    state, now = web(request), web(request).clock()
    for text, rate in _wanted(request, kind):
        if wait := state.buckets.take(_hashed(request, text), rate, now=now):
            return wait
    return 0


def _wanted(request: Request, kind: Kind) -> Iterator[tuple[str, Rate]]:
    """What is counted, by name, and how often it may be."""
    address = ""
    for rate in rates(kind, web(request).settings):
        if not rate.count:
            continue
        address = address or client_address(request)
        yield f"{kind}/{rate.seconds}/{address_prefix(address)}", rate
        if times := OF_NETWORK.get(kind):
            wider = Rate(rate.count * times, rate.seconds)
            yield f"network/{kind}/{rate.seconds}/{network_bucket(address)}", wider


def address_key(request: Request, purpose: str) -> bytes:
    """A keyed hash, so that no address stands in memory longer than its request."""
    return _hashed(request, f"{purpose}/{address_prefix(client_address(request))}")


def _hashed(request: Request, text: str) -> bytes:
    return hashlib.blake2b(text.encode(), key=web(request).buckets.secret, digest_size=16).digest()
