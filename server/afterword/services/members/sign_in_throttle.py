"""What slows guessing of passwords down: after some tries from one address, each has to wait longer.

A try is noted before its password is looked at, and forgotten when it was right, so that a hundred at
once count as a hundred. Whoever knows the password and comes from elsewhere is not kept waiting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.errors import TooMany
from afterword.storage import rate_buckets, sign_in_failures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.services.context import Context
    from afterword.storage.store import Db, WriteDb

WINDOW = 15 * 60_000
"""Tries count for so long."""
TRIES = 5
"""Wrong passwords of one account from one address before the waiting begins."""
TRIES_OF_ADDRESS = 20
"""The same, whatever the accounts."""
FIRST_WAIT = 30_000
"""After the last free try; each further one doubles it."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a try counts for: keyed hashes, with how many tries each has free."""

    subjects: tuple[tuple[str, int], ...]


async def begin(ctx: Context, email: str, address: str | None, now: int) -> Attempt:
    """Notes a try for this account, from an address or from within a session (None).

    Raises `TooMany` where the last ones were too many.
    """
    attempt = Attempt(tuple(_subjects(ctx, email, address, now)))
    await _note(ctx, attempt, now)
    return attempt


async def begin_code(ctx: Context, email: str, now: int) -> Attempt:
    """Notes a try of a code, whatever the address: who tries it knows the password.

    Raises `TooMany` where the last ones were too many.
    """
    attempt = Attempt(((f"{ctx.hashes.account(email)} code", TRIES),))
    await _note(ctx, attempt, now)
    return attempt


async def begin_asking(ctx: Context, address: str, now: int) -> None:
    """Notes that somebody at this address asks for a link by mail.

    Raises `TooMany` where that was too often, whomever it was for.
    """
    hashed = ctx.hashes.address(address, now=now)
    await _note(ctx, Attempt(((f"{hashed} asks", TRIES),)), now)


async def _note(ctx: Context, attempt: Attempt, now: int) -> None:
    async with ctx.store.write() as db:
        for subject, free in attempt.subjects:
            # On PostgreSQL, those at one moment would not see each other, here and in other processes.
            await rate_buckets.lock(db, f"tries {subject}", now=now)
            await _refuse_too_many(db, subject, free, now)
            await sign_in_failures.add(db, subject, now=now)


def _subjects(ctx: Context, email: str, address: str | None, now: int) -> Iterator[tuple[str, int]]:
    account = ctx.hashes.account(email)
    if address is None:
        yield f"{account} within", TRIES
        return
    hashed = ctx.hashes.address(address, now=now)
    yield f"{account} {hashed}", TRIES
    yield hashed, TRIES_OF_ADDRESS


async def forget(db: WriteDb, attempt: Attempt) -> None:
    """Forgets the tries: this one was right."""
    for subject, _ in attempt.subjects:
        await sign_in_failures.clear(db, subject)


async def _refuse_too_many(db: Db, subject: str, free: int, now: int) -> None:
    count, last = await sign_in_failures.since(db, subject, now - WINDOW)
    if count < free:
        return
    wait = min(FIRST_WAIT * 2 ** (count - free), WINDOW)
    if last + wait > now:
        seconds = -(-(last + wait - now) // 1000)
        raise TooMany(_sentence(seconds), retry_after=seconds)


def _sentence(seconds: int) -> str:
    minutes = -(-seconds // 60)
    wait = f"{seconds} seconds" if seconds < 60 else f"{minutes} minute{'s'[: minutes != 1]}"
    return f"That were too many tries. Please wait {wait} and try again."
