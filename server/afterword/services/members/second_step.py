"""The second step of signing in: codes of an authenticator, and what stands in for a lost phone."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.errors import FieldError, Invalid, NotFound
from afterword.core.tokens import token_hash
from afterword.core.totp import key_address, key_text, matching_step
from afterword.services.members.manage_staff import decidable
from afterword.services.members.note_act import note_act
from afterword.storage import second_steps, sessions

if TYPE_CHECKING:
    from afterword.core.model import Member, Session
    from afterword.services.context import Context
    from afterword.storage.store import WriteDb

CODES = 10
"""Recovery codes of a member."""
_SEED = re.compile(r"[0-9a-f]{32}", re.ASCII)
_CODE = re.compile(r"[0-9]{6}", re.ASCII)
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
"""32 that nobody takes for another; sixteen of them are 80 bits."""
TURN_ON, TURN_OFF, RENEW = "second_step_on", "second_step_off", "new_recovery_codes"
"""Words of the audit log."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A key that is not in use yet, as text and as what a picture of it says."""

    seed: str
    key: str
    address: str


def begin_enrolment(ctx: Context, member: Member, seed: str | None = None) -> Enrolment:
    """A new key for the member's authenticator, or that of a seed from before; stores nothing."""
    found = seed if seed and _SEED.fullmatch(seed) else secrets.token_hex(16)
    key = ctx.tokens.totp_keys(member.id, found)[0]
    address = key_address(key, issuer="Afterword", account=member.email)
    return Enrolment(found, key_text(key), address)


async def status(ctx: Context, member: Member) -> int | None:
    """How many recovery codes are left; None where no second step is asked for."""
    if await second_steps.seed(ctx.store, member.id) is None:
        return None
    return await second_steps.codes_left(ctx.store, member.id)


async def turn_on(
    ctx: Context, member: Member, session: Session, seed: str, typed: str, *, now: int
) -> list[str]:
    """Asks for codes from now on, once one was right; ends other sessions, returns recovery codes.

    Raises `Invalid` with the field `code`.
    """
    is_ours = _SEED.fullmatch(seed) is not None
    keys = ctx.tokens.totp_keys(member.id, seed) if is_ours else []
    step = matching_step(keys, _plain(typed), now=now)
    if step is None:
        raise wrong_code()
    async with ctx.store.write() as db:
        await second_steps.turn_on(db, member.id, seed, step=step)
        codes = await _new_codes(db, member.id)
        await sessions.end_others(db, member.id, session.id, now=now)
        await note_act(db, member, TURN_ON, member.id, now)
    return codes


async def renew_codes(ctx: Context, member: Member, *, now: int) -> list[str]:
    """Ten recovery codes in place of those before."""
    async with ctx.store.write() as db:
        if await second_steps.seed(db, member.id) is None:
            raise NotFound("There is no second step. Turn it on first.")
        codes = await _new_codes(db, member.id)
        await note_act(db, member, RENEW, member.id, now)
    return codes


async def turn_off(ctx: Context, member: Member, *, now: int) -> None:
    """Asks the member for no code any more."""
    async with ctx.store.write() as db:
        if await second_steps.turn_off(db, member.id):
            await note_act(db, member, TURN_OFF, member.id, now)


async def turn_off_for(ctx: Context, owner: Member, member_id: int, *, now: int) -> None:
    """The same by an owner, for a member who has lost phone and recovery codes."""
    async with ctx.store.write() as db:
        await decidable(db, owner, member_id)
        if not await second_steps.turn_off(db, member_id):
            raise NotFound("There is no second step to turn off.")
        await sessions.end_others(db, member_id, None, now=now)
        await note_act(db, owner, TURN_OFF, member_id, now)


async def use(ctx: Context, db: WriteDb, member_id: int, typed: str, *, now: int) -> bool:
    """Whether what was typed is a code or a recovery code of the member, which is used up with it."""
    seed, plain = await second_steps.seed(db, member_id), _plain(typed)
    if seed is None:
        return False
    if not _CODE.fullmatch(plain):
        return await second_steps.use_code(db, member_id, token_hash(plain), now=now)
    step = matching_step(ctx.tokens.totp_keys(member_id, seed), plain, now=now)
    return step is not None and await second_steps.use_step(db, member_id, step)


def wrong_code() -> Invalid:
    """The refusal of a code, in the same words for one that was used."""
    message = (
        "This code is not right, or was used. Wait for the next one and check the phone's clock."
    )
    return Invalid(FieldError("code", "wrong", message))


async def _new_codes(db: WriteDb, member_id: int) -> list[str]:
    plain = ["".join(secrets.choice(_LETTERS) for _ in range(16)) for _ in range(CODES)]
    await second_steps.replace_codes(db, member_id, map(token_hash, plain))
    return ["-".join(each[start : start + 4] for start in range(0, 16, 4)) for each in plain]


def _plain(typed: str) -> str:
    return re.sub(r"[\s-]+", "", typed).lower()
