"""Markdown to a tree, where it disturbs nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.markdown import parse

if TYPE_CHECKING:
    from afterword.core.model import Policy, Tree
    from afterword.services.context import Context

SHORT = 1_000
"""Characters that are parsed on the event loop."""


async def render(ctx: Context, body: str, policy: Policy) -> Tree:
    """The tree of a body that was cleaned; raises `Invalid` for `body` where it is too tangled."""
    if len(body) <= SHORT:
        return parse(body, images=policy.allow_images)
    return await ctx.in_thread(parse, body, images=policy.allow_images)
