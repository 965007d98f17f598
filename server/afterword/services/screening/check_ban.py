"""Whether whoever writes is banned: by author key, email, network address or its network, or name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.anonymity import tells_apart
from afterword.core.errors import Banned
from afterword.core.names import name_shapes
from afterword.storage import bans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.core.anonymity import Hashes
    from afterword.core.model import Ban
    from afterword.services.context import Context
    from afterword.storage.bans import Compared
    from afterword.storage.store import Db


@dataclass(frozen=True, slots=True)
class Writer:
    """What is known of whoever writes."""

    author_key: str | None = None
    email: str | None = None
    name: str = ""
    address: str | None = None
    device_key: str | None = None
    """The author key of their browser, where they are known by another: signing in lifts no ban."""


async def check_ban(ctx: Context, db: Db, site_id: int, writer: Writer, *, now: int) -> Ban | None:
    """The shadow ban that holds for the writer, if there is one; raises `Banned` for any other."""
    holding = await bans_of(ctx, db, site_id, writer, now=now)
    told = [ban.ends_at for ban in holding if not ban.shadow]
    if told:
        times = [at for at in told if at is not None]
        raise Banned(max(times) if len(times) == len(told) else None)
    return holding[0] if holding else None


async def bans_of(ctx: Context, db: Db, site_id: int, writer: Writer, *, now: int) -> list[Ban]:
    """Every ban that holds for the writer."""
    values = list(known_by(ctx.hashes, site_id, writer))
    found = await bans.to_compare(db, site_id, values, now=now)
    return [each.ban for each in found if _is_about(each, ctx.hashes, site_id, writer)]


def known_by(hashes: Hashes, site_id: int, writer: Writer) -> Iterator[str]:
    """What a writer may be banned by that is the same on each day."""
    yield from (key for key in (writer.author_key, writer.device_key) if key is not None)
    if writer.email is not None:
        yield hashes.banned_email(site_id, writer.email)
    yield from name_shapes(writer.name)


def _is_about(each: Compared, hashes: Hashes, site_id: int, writer: Writer) -> bool:
    match each.ban.kind:
        case "author":
            return each.value in (writer.author_key, writer.device_key)
        case "email":
            email = writer.email
            return email is not None and each.value == hashes.banned_email(site_id, email)
        case "name":
            return each.value in name_shapes(writer.name)
        case "address" | "network" as kind:
            return _is_from(each, kind == "network", hashes, writer.address)


def _is_from(each: Compared, is_network: bool, hashes: Hashes, address: str | None) -> bool:
    """Hashed anew with the salt of the ban's day: nothing else tells days apart."""
    if address is None or each.salted_at is None or not tells_apart(address):
        return False
    hashed = hashes.network if is_network else hashes.address
    return each.value == hashed(address, now=each.salted_at)
