"""Whether the server can do its work now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.storage import changes

if TYPE_CHECKING:
    from afterword.services.context import Context


async def ready(ctx: Context) -> None:
    """Returns when the database answers; raises `Unavailable` where it does not."""
    await changes.latest(ctx.store)
