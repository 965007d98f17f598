"""Comments as they leave through the public API: what is not put in here stays inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

import msgspec

from afterword.core import wire
from afterword.core.anonymity import hue
from afterword.core.model import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from afterword.core.model import Author, Comment, Page, Policy, Site, Tree
    from afterword.core.proof_of_work import Challenge
    from afterword.core.shown import Placed
    from afterword.core.sign_in_ways import Provider

_SHOWN_TO_AUTHOR: dict[Status, Literal["approved", "pending", "removed"]] = {
    Status.APPROVED: "approved",
    Status.PENDING: "pending",
    Status.SPAM: "pending",  # whoever wrote it is not told what the rules thought of it
    Status.REMOVED: "removed",
}

_decode = msgspec.json.Decoder(list[Any]).decode


def comment_json(placed: Placed, more: wire.More | None = None) -> wire.Comment:
    """A comment at its place, for everybody; one that is not approved is only the place."""
    [comment] = comments_to_send([placed], lambda _: more)
    if not placed.comment.is_public:
        return comment
    return msgspec.structs.replace(comment, body=_decode(placed.comment.tree))


def comments_json(
    places: Iterable[Placed], more: Callable[[Placed], wire.More | None]
) -> list[wire.Comment]:
    """The same of many; `more` says what was left out under one."""
    return [comment_json(placed, more(placed)) for placed in places]


def comments_to_send(
    places: Iterable[Placed], more: Callable[[Placed], wire.More | None]
) -> list[wire.Comment]:
    """The same of a whole answer that is encoded at once: bodies are the JSON that is stored.

    A hundred are made while somebody waits, so without names and calls: 30 µs, and not 55. Between
    decoding and encoding their bodies nothing would happen but 0.3 ms.
    """
    sent = []
    for placed in places:
        comment = placed.comment
        if comment.status != "approved":
            sent.append(_place(placed, more(placed)))
            continue
        author = wire.Author(
            comment.name,
            comment.website,
            comment.member_id is not None,
            hue(comment.author_key or comment.name),
            comment.verified == 1,
            comment.role,
            comment.avatar,
        )
        one = wire.Comment(
            comment.id,
            comment.parent_id,
            comment.root_id,
            placed.depth,
            "approved",
            author,
            comment.created_at,
            comment.edited_at,
            _as_it_is(comment.tree),
            comment.up,
            comment.down,
            placed.reply_count,
            more(placed) if placed.more else None,
            comment.pinned == 1,
            placed.staff_replied,
        )
        sent.append(one)
    return sent


_as_it_is = cast("Callable[[str], list[Any]]", msgspec.Raw)


def _place(placed: Placed, more: wire.More | None) -> wire.Comment:
    """All that is told of a comment that is not public."""
    return wire.Comment(
        id=placed.comment.id,
        parent_id=placed.comment.parent_id,
        root_id=placed.comment.root_id,
        depth=placed.depth,
        status="removed",
        author=None,
        created_at=placed.comment.created_at,
        edited_at=None,
        body=[],
        reply_count=placed.reply_count,
        more=more,
        staff_replied=placed.staff_replied,
    )


def own_comment_json(comment: Comment) -> wire.OwnComment:
    """A comment for its own author, with the Markdown to edit."""
    is_there = comment.status != Status.REMOVED
    return wire.OwnComment(
        id=comment.id,
        parent_id=comment.parent_id,
        root_id=comment.root_id,
        depth=0 if comment.parent_id is None else 1,
        status=_SHOWN_TO_AUTHOR[comment.status],
        author=_author(comment.author) if is_there else None,
        created_at=comment.created_at,
        edited_at=comment.edited_at if is_there else None,
        body=comment.tree if is_there else [],
        source=comment.source if is_there else "",
        up=comment.up if is_there else 0,
        down=comment.down if is_there else 0,
    )


def site_json(site: Site, ways: Sequence[Provider], *, mails: bool) -> wire.Site:
    """What the widget must know of the site, its ways to sign in among it; `mails` if any can go out."""
    policy: Policy = site.policy
    return wire.Site(
        name=site.name,
        fields=wire.Fields(name=policy.name, email=policy.email, website=policy.website),
        max_length=policy.max_length,
        edit_window=policy.edit_window,
        images=policy.allow_images,
        votes=policy.votes,
        sign_in=_sign_in(policy, ways, mails=mails),
    )


def _sign_in(policy: Policy, ways: Sequence[Provider], *, mails: bool) -> wire.SignIn | None:
    offered = wire.SignIn(
        guests=policy.guests,
        codes=policy.mailed_codes and mails,
        users=any(each.kind == "token" for each in ways),
        providers=tuple(
            wire.SignInProvider(id=each.id, name=each.name) for each in ways if each.kind == "oidc"
        ),
    )
    return None if offered == wire.SignIn() else offered


def page_json(page: Page | None, url: str, policy: Policy, note: Tree) -> wire.Page:
    """The page, or the address alone while nobody has written there.

    Where nothing is public yet, its title and address are the words of somebody who waits.
    """
    is_shown = page is not None and page.comment_count > 0
    return wire.Page(
        id=page.id if page else None,
        url=page.url if page and is_shown else url,
        title=(page.title or None) if page and is_shown else None,
        closed=page is not None and page.closed,
        reactions=reactions_json(page.reactions if page else {}, policy),
        slow=page.slow if page else 0,
        note=note,
    )


def challenge_json(challenge: Challenge) -> wire.Challenge:
    """What a browser is to solve."""
    return wire.Challenge(
        algorithm="SHA-256",
        challenge=challenge.challenge,
        maxnumber=challenge.maxnumber,
        salt=challenge.salt,
        signature=challenge.signature,
    )


def reactions_json(counts: Mapping[str, int], policy: Policy) -> list[wire.Reaction]:
    """How many readers chose each reaction that the site has now."""
    return [wire.Reaction(reaction=each, count=counts.get(each, 0)) for each in policy.reactions]


def _author(author: Author) -> wire.Author:
    return wire.Author(
        name=author.name,
        website=author.website,
        staff=author.member_id is not None,
        hue=hue(author.key or author.name),
        verified=author.verified,
        role=author.role,
        avatar=author.avatar,
    )
