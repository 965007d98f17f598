"""What each role may do by each route of the dashboard and of the API of members: default deny.

One line a route, by its name. A route without a line fails tests/web/roles/test_matrix.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias
from uuid import uuid4

from afterword.core.model import Role
from tests.support.ground import Ground, Where

Make: TypeAlias = Callable[[Ground, Where], Awaitable[Any]]

VIEWER, MODERATOR, OWNER = Role.VIEWER, Role.MODERATOR, Role.OWNER


@dataclass(frozen=True)
class Line:
    """Who may do it, and what is sent to ask for it."""

    least: Role | Literal["anybody", "nobody"]
    """The role needed on one's own site; with another one or none the answer is no."""
    where: Literal["site", "filter", "nowhere"] = "site"
    """`site`: on the site of others, or none, the answer is no. `filter`: it holds nothing of theirs.
    `nowhere`: it is about no site."""
    sends: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the form or the query; a function makes one that depends on the site."""
    id: Make | None = None
    """Makes what stands in the path."""
    also: tuple[int, ...] = ()
    """Statuses of those who may, where what is sent here is not complete."""


async def site(ground: Ground, where: Where) -> int:
    return ground.site(where)


async def comment(ground: Ground, where: Where) -> int:
    return await ground.comment(where)


async def comments(ground: Ground, where: Where) -> list[int]:
    return [await ground.comment(where)]


async def page(ground: Ground, where: Where) -> int:
    return await ground.page(where)


async def decision(ground: Ground, where: Where) -> int:
    return await ground.decision(where)


async def ban(ground: Ground, where: Where) -> int:
    return await ground.ban(where)


async def webhook(ground: Ground, where: Where) -> int:
    return await ground.webhook(where)


async def provider(ground: Ground, where: Where) -> int:
    return await ground.provider(where)


async def member(ground: Ground, where: Where) -> int:
    return await ground.member(where)


async def invitation(ground: Ground, where: Where) -> int:
    return await ground.invitation(where)


async def site_import(ground: Ground, where: Where) -> int:
    return await ground.site_import(where)


async def another_page(ground: Ground, where: Where) -> int:
    """Of the same site, to merge into."""
    return await ground.page(where)


async def address(ground: Ground, where: Where) -> str:
    """One of the member's own site that nothing is at."""
    return f"https://blog.example.org/{uuid4()}"


async def uuid(ground: Ground, where: Where) -> str:
    return str(uuid4())


ANYBODY = Line("anybody", "nowhere")
NOBODY = Line("nobody", "nowhere")
"""What a link opens, or a password, or a role on every site, and this test has none of them."""
MEMBERS = Line(VIEWER, "nowhere")
HOOK = {"url": "https://hooks.example.org/in", "events": "comment.approved"}
ANSWER = {"body": "Thank you.", "client_id": uuid, "approve": True}

EXPECTED: Mapping[str, Line] = {
    # the door
    "dashboard": ANYBODY,  # leads to the queue, which asks to sign in
    "sign_in_form": ANYBODY,
    "sign_in": NOBODY,
    "finish_sign_in": NOBODY,
    "sign_out": MEMBERS,
    "set_up": NOBODY,
    "make_account": NOBODY,
    "invitation": NOBODY,
    "accept_invitation": NOBODY,
    "join": NOBODY,
    "reset_form": NOBODY,
    "lost_password": ANYBODY,
    "ask_for_password": NOBODY,  # this server sends no mail
    "reset_password": NOBODY,
    "confirm": MEMBERS,
    # the queue
    "queue": Line(VIEWER, "filter", {"site": site}),
    "queue_news": Line(VIEWER, "filter", {"site": site}),
    "comment_page": Line(VIEWER, id=comment),
    "decide": Line(MODERATOR, sends={"act": "approve", "id": comment}),
    "undo": Line(MODERATOR, sends={"decision": decision}),
    "reply": Line(MODERATOR, sends={"id": comment, "body": "Thank you.", "client_id": uuid}),
    "edit": Line(MODERATOR, sends={"id": comment, "body": "Other words."}),
    "decisions": MEMBERS,
    "sites": Line(VIEWER, "nowhere"),
    "add_site": NOBODY,
    "site_settings": Line(OWNER, id=site),
    "change_site": Line(OWNER, id=site, also=(422,)),
    "delete_site": Line("nobody", "nowhere", id=site),
    "sign_in_ways": Line(OWNER, id=site),
    "change_sign_in_ways": Line(OWNER, id=site, also=(422,)),
    "site_host": Line(OWNER, id=site),
    "move_site_host": Line(OWNER, id=site, also=(403, 422)),
    "install": Line(OWNER, id=site),
    "check_install": Line(OWNER, id=site, also=(422,)),
    "audit": Line(VIEWER, "nowhere"),
    "export_audit": Line(OWNER, sends={"site": site}),
    "statistics": Line(VIEWER, sends={"site": site}),
    "health": NOBODY,
    "mail": NOBODY,
    "act_on_mail": NOBODY,
    # pages
    "pages": Line(VIEWER, "filter", {"site": site}),
    "page": Line(VIEWER, id=page),
    "change_page": Line(MODERATOR, sends={"act": "close"}, id=page),
    "page_moves": Line(OWNER, sends={"site": site}),
    "moved_addresses": Line(OWNER, sends={"site": site}),
    "check_addresses": Line(OWNER, sends={"site": site}),
    "stop_check": Line(OWNER, sends={"site": site}),
    "follow_preview": Line(OWNER, sends={"site": site}),
    "follow_redirects": Line(OWNER, sends={"site": site, "digest": "none"}, also=(409,)),
    "move_pages": Line(OWNER, sends={"site": site, "old": "/a*", "new": "/b*"}, also=(422,)),
    # authors
    "authors": Line(VIEWER, sends={"site": site}),
    "author": Line(VIEWER, id=comment),
    "decide_about_author": Line(MODERATOR, sends={"act": "trust"}, id=comment),
    "copy_author": Line(OWNER, id=comment),
    "erase_author": Line(OWNER, sends={"sure": "1"}, id=comment),
    "bans": Line(MODERATOR, sends={"site": site}),
    "change_bans": Line(
        MODERATOR, sends={"site": site, "act": "ban", "kind": "name", "text": uuid, "reason": "x"}
    ),
    # rules and words; to save them is OWNER's, tests/services/sites/test_change_policy.py
    "rules": Line(VIEWER, sends={"site": site}),
    "change_rules": Line(MODERATOR, sends={"site": site, "act": "try"}, also=(422,)),
    "never_again": Line(MODERATOR, sends={"id": comment, "rule": "hold_words"}),
    "words": Line(VIEWER, sends={"site": site}),
    "change_words": Line(MODERATOR, sends={"site": site, "act": "save", "hold_words": "heron"}),
    # the surge switch
    "surge": MEMBERS,
    "switch_surge": Line(MODERATOR, sends={"site": site, "mode": "off"}),
    # the learning filter
    "filter": Line(VIEWER, sends={"site": site}),
    "try_filter": Line(VIEWER, sends={"site": site, "text": "A text."}),
    "export_filter": Line(OWNER, sends={"site": site}),
    "reset_filter": Line(OWNER, sends={"site": site, "sure": "1"}),
    # one's own
    "profile": MEMBERS,
    "end_sessions": Line(VIEWER, "nowhere", {"session": "others"}),
    "set_password": NOBODY,
    "change_notices": Line(VIEWER, sends={"notices": "daily", "site": site}),
    "readNotices": MEMBERS,
    "changeNotices": Line(VIEWER, sends={"notices": "daily", "site_id": site}),
    "api_tokens": MEMBERS,
    "issue_api_token": Line(VIEWER, "nowhere", {"name": "backup", "role": "viewer", "days": 1}),
    "revoke_api_token": NOBODY,
    "second_step": MEMBERS,
    "turn_on_second_step": NOBODY,
    "renew_recovery_codes": NOBODY,
    "turn_off_second_step": NOBODY,
    # members
    "members": Line(OWNER, "nowhere"),
    "act_on_member": Line(OWNER, sends={"act": "disable", "member": member}),
    "set_role": Line(OWNER, sends={"role": "moderator", "site": site, "member": member}),
    "make_reset_link": Line(OWNER, sends={"member": member}),
    "invite": Line(OWNER, sends={"role": "owner", "site": site}),
    "withdraw_invitation": Line(OWNER, sends={"invitation": invitation}),
    # importing and exporting
    "import": Line(OWNER, sends={"site": site}),
    # The form has a file, which is not sent here; tests/web/dashboard/test_import.py does.
    "upload_import": Line(OWNER, "nowhere", also=(415,)),
    "start_import": Line(OWNER, sends={"import": site_import}),
    "discard_import": Line(OWNER, sends={"import": site_import}),
    "export": Line(OWNER, sends={"site": site}),
    "export_comments": Line(OWNER, sends={"site": site}),
    "export_private": Line(OWNER, sends={"site": site}),
    # webhooks
    "webhooks": Line(OWNER, "nowhere"),
    "add_webhook": Line(OWNER, sends={**HOOK, "site": site}, also=(409,)),
    "webhook": Line(OWNER, id=webhook),
    "change_webhook": Line(OWNER, sends=HOOK, id=webhook),
    "act_on_webhook": Line(OWNER, sends={"act": "pause"}, id=webhook),
    "test_webhook": Line(OWNER, id=webhook),
    "webhook_secret": Line(OWNER, sends={"act": "renew"}, id=webhook),
    # the API of members
    "whoAmI": MEMBERS,
    "readOutbox": NOBODY,
    "retryMessages": NOBODY,
    "testMail": NOBODY,
    "readQueue": Line(VIEWER, "filter", {"site": site}),
    "decideComments": Line(MODERATOR, sends={"act": "approve", "ids": comments}),
    "undoDecision": Line(MODERATOR, id=decision),
    "listMembers": Line(OWNER, "nowhere"),
    "listSites": MEMBERS,
    "addSite": Line("nobody", "nowhere", {"site": "a", "origins": ["https://a.example.org"]}),
    "listProviders": Line(OWNER, id=site),
    "readProvider": Line(OWNER, id=provider),
    "changeProvider": Line(OWNER, sends={"name": "Ours"}, id=provider),
    "removeProvider": Line(OWNER, id=provider, also=(204,)),
    "readSite": Line(VIEWER, id=site),
    "changeSite": Line(OWNER, sends={"max_links": 3}, id=site),
    "tryRules": Line(MODERATOR, sends={"max_links": 3}, id=site),
    "readFilter": Line(VIEWER, id=site),
    "exportFilter": Line(OWNER, id=site),
    "resetFilter": Line(OWNER, id=site, also=(204,)),
    "listSurges": MEMBERS,
    "switchSurge": Line(MODERATOR, sends={"on": False}, id=site),
    "readStatistics": Line(VIEWER, id=site),
    "readAuditLog": Line(VIEWER, "nowhere"),
    "readComment": Line(VIEWER, id=comment),
    "editComment": Line(MODERATOR, sends={"body": "Other words."}, id=comment),
    "replyToComment": Line(MODERATOR, sends=ANSWER, id=comment, also=(201,)),
    "pinComment": Line(MODERATOR, sends={"pinned": False}, id=comment),
    "readAuthor": Line(VIEWER, id=comment),
    "trustAuthor": Line(MODERATOR, sends={"trusted": True}, id=comment),
    "banAuthor": Line(MODERATOR, sends={"by": "author"}, id=comment, also=(201,)),
    "listAuthors": Line(VIEWER, sends={"site": site}),
    "listBans": Line(MODERATOR, sends={"site": site}),
    "banByText": Line(
        MODERATOR, sends={"site_id": site, "by": "name", "text": "Heron"}, also=(201,)
    ),
    "liftBan": Line(MODERATOR, id=ban),
    "listPages": Line(VIEWER, "filter", {"site": site}),
    "readPage": Line(VIEWER, id=page),
    "closePage": Line(MODERATOR, sends={"closed": True}, id=page),
    "slowPage": Line(MODERATOR, sends={"seconds": 60}, id=page),
    "notePage": Line(MODERATOR, sends={"note": "Be kind."}, id=page),
    "renamePage": Line(OWNER, sends={"url": address}, id=page),
    "mergePages": Line(OWNER, sends={"into": another_page}, id=page),
    "splitPage": Line(OWNER, sends={"ids": comments, "url": address}),
    "listLikelySplits": Line(OWNER, sends={"site": site}),
    "listWebhooks": MEMBERS,
    "readWebhook": Line(OWNER, id=webhook),
    "pauseWebhook": Line(OWNER, sends={"paused": True}, id=webhook),
    "deleteWebhook": Line(OWNER, id=webhook, also=(204,)),
    "testWebhook": Line(OWNER, id=webhook),
    "listWebhookTries": Line(OWNER, id=webhook),
    "movePages": Line(OWNER, sends={"site_id": site, "old": "/a*", "new": "/b*"}),
}
