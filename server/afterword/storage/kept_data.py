"""What each column says of a person, why it is kept and for how long: docs/privacy.md is made from this.

Every column of the schema is here, or among those that say nothing of anybody: a test holds it. What
stands in braces names the constant that the program itself goes by, with its unit unless that is
milliseconds, so that the page cannot say anything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing that is kept of a person."""

    where: str
    """`table: column column`; several, parted by semicolons."""
    what: str
    why: str
    until: str


_WITH_COMMENT = "until the comment is erased; once removed, for {services.audit.undo_act.UNDOABLE}"
_OF_MEMBER = "while there is the account"
_OF_READER = "until it is erased"

SECTIONS: Mapping[str, tuple[Kept, ...]] = {
    "Who writes a comment": (
        Kept(
            "comment: author_name website author_avatar source tree",
            "name, website and avatar as given, and what was written",
            "it is what readers read",
            _WITH_COMMENT,
        ),
        Kept(
            "comment: author_key verified author_role member_id",
            "a keyed hash of this browser's random token, of the confirmed address or of the"
            " site's own account; role and badge",
            "to know comments of one author again, never shown",
            _WITH_COMMENT,
        ),
        Kept(
            "edit: source edited_at by_member",
            "earlier texts",
            "moderators see what was changed",
            _WITH_COMMENT,
        ),
        Kept(
            "contact: email wants_replies confirmed_at",
            "the email that was given, and whether mails were asked for",
            "moderators can write to the author; it is never public",
            _WITH_COMMENT,
        ),
        Kept(
            "sender: address network at",
            "the network address and its neighbourhood, each hashed with a key of that day",
            "against floods and for bans; it cannot be read back",
            "{services.running.housekeeping.KNOWN_SENDERS}, or less where the site says so",
        ),
        Kept(
            "verdict: outcome reasons",
            "what the rules thought of the comment, and why",
            "moderators understand why it waited",
            _WITH_COMMENT,
        ),
        Kept(
            "learnt_comment: lessons tokens author_key spam",
            "hashed pieces of a comment that the learning filter was taught",
            "so that it can be taken back",
            _WITH_COMMENT,
        ),
        Kept(
            "ban: value label reason; trusted_author: author_key",
            "a hash and a label such as m…@example.org of who may not write; the author key of"
            " who is not held",
            "so that a decision of the moderators lasts",
            "until it is lifted, or {services.audit.undo_act.UNDOABLE} after its end",
        ),
    ),
    "Who votes, reacts or reports": (
        Kept(
            "vote: voter value at; reaction: voter reaction at; report: reporter",
            "a keyed hash of this browser's random token, another one for each comment or page",
            "one vote of each device; nobody can tell what else it voted on",
            "with the comment or page",
        ),
        Kept(
            "vote: address; reaction: address; report: address",
            "the network address, hashed in the same way",
            "one vote of each address",
            "{services.running.housekeeping.REMEMBERED}",
        ),
        Kept(
            "report: reason text",
            "what a reader says is wrong",
            "the moderators decide about it",
            "with the comment",
        ),
    ),
    "Who wants mails, or is known by an address": (
        Kept(
            "mailbox: email lang",
            "the address, and in which language",
            "mails that were asked for go there",
            "{services.telling.manage_subscriptions.LASTS} while it is not confirmed, then until its owner"
            " wants no more or is erased",
        ),
        Kept(
            "mailbox: key created_at asked_at confirmed_at refused_at bounced_at",
            "a keyed hash of the address, and what its owner said",
            "who refused mails gets none, even when the address is forgotten",
            "the same; what was refused stays refused",
        ),
        Kept(
            "mailbox_silence: mailbox_id site_id at; subscription: mailbox_id page_id comment_id"
            " author_key lang created_at confirmed_at ended_at",
            "which sites, threads and comments it wants to hear of, or not",
            "so that it gets those mails and no others",
            "until its owner ends it, or the comment or page is gone",
        ),
        Kept(
            "mailbox_device: mailbox_id author_key at",
            "browsers in which the address was confirmed",
            "they need not confirm it again",
            _OF_READER,
        ),
        Kept(
            "reader: author_key mailbox_id provider_id name website avatar role seen_at created_at",
            "who is known on a site by a confirmed address or by the site's own accounts",
            "the same person on each device",
            _OF_READER,
        ),
        Kept(
            "reader_session: token_hash reader_id agent created_at seen_at ends_at",
            "devices on which somebody is known: browser and system in a few words, a hash of the"
            " key",
            "they stay known there, and can end it",
            "{services.readers.reader_session.LASTS} after the last visit",
        ),
        Kept(
            "own_session: mailbox_id site_id author_key token_hash csrf created_at ends_at",
            "that somebody opened the page of their own, and a hash of the cookie that keeps it open",
            "nobody else opens it",
            "{services.persons.own_page.LASTS}",
        ),
        Kept(
            "reader_code: ticket_hash mailbox_id author_key seed tries created_at ends_at",
            "that a code was mailed; the code itself is not kept",
            "it is good once, and cannot be guessed",
            "it is good for {services.readers.confirm_address.LASTS}, and forgotten after"
            " {services.running.housekeeping.DAY}",
        ),
        Kept(
            "outbox: mailbox_id comment_id message_id data; delivery_try: answer",
            "that a mail is to be sent, and what the mail server answered; neither text nor address",
            "it is sent once, and it can be said why it did not arrive",
            "{services.running.housekeeping.TOLD} after it was settled",
        ),
    ),
    "Members of the dashboard": (
        Kept(
            "member: name name_skeleton email bounced_at",
            "name and email, and since when mails there come back",
            "they sign in, and answer by name",
            _OF_MEMBER,
        ),
        Kept(
            "member: password_hash totp_key totp_step; recovery_code: code_hash used_at",
            "hashes of password and recovery codes, a seed of the second step",
            "only they can sign in",
            _OF_MEMBER,
        ),
        Kept(
            "membership: role notices",
            "what they may, and how much they hear by mail",
            "so that each does their part",
            _OF_MEMBER,
        ),
        Kept(
            "session: token_hash csrf agent created_at seen_at ended_at confirmed_at",
            "where they are signed in: browser and system in a few words",
            "they see it, and can end it",
            "{services.members.sign_in.IDLE} without use, {services.members.sign_in.LONGEST} at most",
        ),
        Kept(
            "api_token: name token_hash created_at seen_at ends_at ended_at",
            "personal keys of programs, by their hash",
            "programs act for them",
            "{services.members.issue_api_token.LONGEST:days} at most",
        ),
        Kept(
            "invitation: token_hash label email invited_by created_at used_at",
            "for whom a link was made, to which address it was mailed, and by whom",
            "owners see what is open, and withdraw it",
            "{services.members.invite_member.GOOD_FOR}",
        ),
        Kept(
            "sign_in_failure: subject at",
            "a keyed hash of the account or network address of a failed sign-in",
            "passwords cannot be guessed",
            "{services.members.sign_in_throttle.WINDOW}",
        ),
        Kept(
            "rate_bucket: key level at",
            "a keyed hash of the network address and of what was done from there, and how often; where"
            " several processes may serve",
            "nobody comments, votes, reports, asks for mails or tries to sign in without end",
            "{services.shared_limits.LONGEST}",
        ),
        Kept(
            "audit: member_id act subject before after at undone_at via",
            "who decided what, and what was before; no address of a reader",
            "decisions can be looked up and undone",
            "as long as the installation",
        ),
        Kept(
            "site_import: member_id name options report",
            "who imported which file by the dashboard, and what was in it, in numbers and places",
            "an import can be looked at before it is made, and undone",
            "{services.audit.undo_act.UNDOABLE}",
        ),
    ),
}

NOTHING_OF_ANYBODY: Mapping[str, str] = {
    "site": "id name policy version changed_at",
    "site_origin": "origin site_id",
    "change_count": "number",
    "page": "id site_id url title closed note version changed_at changed_in comment_count created_at"
    " reactions slow opened_at merged_into reload_version import_id",
    "page_key": "site_id key page_id how at audit_id",
    "member": "id created_at disabled_at",
    "membership": "member_id site_id",
    "comment": "id site_id page_id parent_id root_id status tree_version origin_key score pinned"
    " created_at edited_at removed_at up down points reports version shown_version import_id",
    "contact": "comment_id",
    "verdict": "comment_id at",
    "edit": "id comment_id",
    "session": "id member_id",
    "setup_link": "token_hash created_at",
    "audit": "id site_id",
    "vote": "comment_id",
    "reaction": "page_id",
    "report": "id comment_id at closed_at",
    "sender": "comment_id site_id",
    "ban": "id site_id kind shadow salted_at created_at ends_at member_id",
    "trusted_author": "site_id at",
    "moved_comment": "audit_id page_id comment_id",
    "moved_page": "audit_id page_id before after",
    "address_check": "page_id site_id url outcome status leads_to said at",
    "address_run": "site_id begun_at seen_at ended_at",
    "site_import": "id site_id state file progress total problem audit_id created_at seen_at",
    "learnt_comment": "comment_id site_id at",
    "learnt_token": "site_id token good spam",
    "spent_token": "token ends_at",
    "surge": "site_id at recent usual began_at by_hand swept told_at rest_until",
    "invitation": "id kind member_id site_id role ends_at",
    "recovery_code": "member_id",
    "api_token": "id member_id role feed",
    "event": "id site_id comment_id kind status data by_member at spread_at",
    "mailbox": "id",
    "mailbox_device": "site_id",
    "subscription": "id site_id",
    "telling": "comment_id begun_at after_id",
    "webhook": "id site_id url template events seed created_at paused_at paused_why failures"
    " failing_since rests_until",
    "outbox": "id channel purpose once site_id member_id webhook_id event_id created_at due_at tries"
    " state settled_at",
    "delivery_try": "id outbox_id at sent",
    "lease": "name holder ends_at",
    "sign_in_provider": "id site_id kind name issuer audience algorithm key created_at",
    "reader": "id site_id",
    "reader_code": "site_id mailed",
    "alembic_version": "version_num",
}
"""Columns by table. Ids and times of what is public are the thread's own."""


def columns_of(kept: Kept) -> set[tuple[str, str]]:
    """Table and name of each column that it is about."""
    found = set()
    for part in kept.where.split(";"):
        table, _, names = part.strip().partition(": ")
        found |= {(table, name) for name in names.split()}
    return found
