"""What the second step of signing in needs: a seed, the last step that was used, recovery codes."""

from __future__ import annotations

from collections.abc import Iterable

from afterword.storage.store import Db, WriteDb

SEED = "SELECT totp_key FROM member WHERE id = :member_id"
TURN_ON = "UPDATE member SET totp_key = :seed, totp_step = :step WHERE id = :member_id"
TURN_OFF = (
    "UPDATE member SET totp_key = NULL WHERE id = :member_id AND totp_key IS NOT NULL RETURNING id"
)
USE_STEP = """
UPDATE member SET totp_step = :step WHERE id = :member_id AND totp_step < :step RETURNING id
"""
DROP_CODES = "DELETE FROM recovery_code WHERE member_id = :member_id"
ADD_CODE = "INSERT INTO recovery_code (member_id, code_hash) VALUES (:member_id, :code_hash)"
USE_CODE = """
UPDATE recovery_code SET used_at = :now
WHERE member_id = :member_id AND code_hash = :code_hash AND used_at IS NULL RETURNING used_at
"""
CODES_LEFT = "SELECT count(*) FROM recovery_code WHERE member_id = :member_id AND used_at IS NULL"


async def seed(db: Db, member_id: int) -> str | None:
    """What the member's key is made from; None where no second step is asked for."""
    row = await db.fetch_one(SEED, {"member_id": member_id})
    return row[0] if row else None


async def turn_on(db: WriteDb, member_id: int, seed: str, *, step: int) -> None:
    """Ask for codes made from this seed, of later steps than this one."""
    await db.execute(TURN_ON, {"member_id": member_id, "seed": seed, "step": step})


async def turn_off(db: WriteDb, member_id: int) -> bool:
    """Ask for no code any more; False where none was asked for."""
    await db.execute(DROP_CODES, {"member_id": member_id})
    return await db.fetch_one(TURN_OFF, {"member_id": member_id}) is not None


async def use_step(db: WriteDb, member_id: int, step: int) -> bool:
    """Use a step up; False where it, or a later one, was used. Of two at the same time, one does."""
    return await db.fetch_one(USE_STEP, {"member_id": member_id, "step": step}) is not None


async def replace_codes(db: WriteDb, member_id: int, hashes: Iterable[str]) -> None:
    """Make these the only recovery codes."""
    await db.execute(DROP_CODES, {"member_id": member_id})
    for code_hash in hashes:
        await db.execute(ADD_CODE, {"member_id": member_id, "code_hash": code_hash})


async def use_code(db: WriteDb, member_id: int, code_hash: str, *, now: int) -> bool:
    """Use a recovery code up; False where there is none like it."""
    values = {"member_id": member_id, "code_hash": code_hash, "now": now}
    return await db.fetch_one(USE_CODE, values) is not None


async def codes_left(db: Db, member_id: int) -> int:
    """How many recovery codes are good."""
    row = await db.fetch_one(CODES_LEFT, {"member_id": member_id})
    return int(row[0]) if row else 0
