"""Trying rules before they are saved: what they would have done with the last comments of the site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.model import Outcome, Role
from afterword.core.trial import Past, compare, is_error
from afterword.services.permission import require
from afterword.services.sites.manage_sites import check_policy
from afterword.storage import trials, trusted_authors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from afterword.core.model import Comment, Member, Policy, Reason, Site, Verdict
    from afterword.services.context import Context
    from afterword.storage.trials import Tried

MOST = 500
"""Comments that are looked at."""


@dataclass(frozen=True, slots=True)
class Move:
    """A comment of which the rules that are tried say something else than today's."""

    comment: Comment
    page_url: str
    page_title: str
    today: Outcome
    tried: Outcome
    reasons: tuple[Reason, ...]
    """What the rules that are tried say of it."""
    is_error: bool
    """They would stand against what became of it."""
    was_error: bool
    """Today's do."""


@dataclass(frozen=True, slots=True)
class Errors:
    """Where rules stand against what became of comments."""

    good_held: int
    """Comments that readers see, and that the rules would have held or put with the spam."""
    bad_shown: int
    """Comments that are spam or were removed, and that the rules would have published."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it."""

    looked_at: int
    today: Errors
    tried: Errors
    moves: tuple[Move, ...]
    """The errors first, each sort with the newest first."""


async def try_rules(ctx: Context, member: Member, site: Site, policy: Policy, *, now: int) -> Trial:
    """Judges the last comments of the site by its policy and by another one; changes nothing.

    Comments of members, and those that their author took back, are left out. Raises `Invalid` for a
    policy that could not be saved, and `Forbidden` for whoever may not decide there.
    """
    require(member, [site.id], Role.MODERATOR)
    check_policy(policy)
    found = await trials.last(ctx.store, site.id, limit=MOST, now=now)
    tried = [
        each for each in found if each.comment.author.member_id is None and each.comment.source
    ]
    known = await trials.known_since(ctx.store, site.id, [each.comment.id for each in tried])
    keys = {each.comment.author.key for each in tried if each.comment.author.key is not None}
    trusted = await trusted_authors.among(ctx.store, site.id, sorted(keys))
    known |= dict.fromkeys(trusted, 0)
    return await ctx.in_thread(_compare, tried, known, site.policy, policy)


def _compare(
    found: Sequence[Tried], known: Mapping[str, int], today: Policy, tried: Policy
) -> Trial:
    pasts = [_past(each, known) for each in found]
    verdicts = compare(pasts, today, tried)
    moves = [_move(*both) for both in zip(found, verdicts, strict=True)]
    changed = [move for move in moves if move.today is not move.tried]
    return Trial(
        looked_at=len(moves),
        today=_errors([move.today for move in moves if move.was_error]),
        tried=_errors([move.tried for move in moves if move.is_error]),
        moves=tuple(sorted(changed, key=lambda move: not move.is_error)),
    )


def _past(each: Tried, known: Mapping[str, int]) -> Past:
    author = each.comment.author
    since = known.get(author.key or "")
    return Past(
        tree=each.comment.tree,
        signature=tuple(text for text in (author.name, author.website, each.email) if text),
        sheet=each.reasons,
        known_author=since is not None and since < each.comment.created_at,
    )


def _move(each: Tried, verdicts: tuple[Verdict, Verdict]) -> Move:
    before, after = verdicts
    return Move(
        comment=each.comment,
        page_url=each.page_url,
        page_title=each.page_title,
        today=before.outcome,
        tried=after.outcome,
        reasons=after.reasons,
        is_error=is_error(each.comment.status, after.outcome),
        was_error=is_error(each.comment.status, before.outcome),
    )


def _errors(wrong: Sequence[Outcome]) -> Errors:
    shown = sum(outcome is Outcome.PUBLISH for outcome in wrong)
    return Errors(good_held=len(wrong) - shown, bad_shown=shown)
