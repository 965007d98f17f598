"""What was done, in a sentence, of acts that are not about single comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SAID: Mapping[str, str] = {
    "surge_begin": "Surge mode is on: only known authors are published without a look.",
    "surge_end": "Surge mode is off.",
    "edit_comment": "The text of a comment is changed.",
    "reply": "A reply is published.",
    "close_page": "The page takes no more comments.",
    "open_page": "The page takes comments again.",
    "slow_page": "The wait between two comments is changed.",
    "note_page": "The note above the thread is changed.",
    "pin_comment": "The comment is pinned.",
    "unpin_comment": "The comment is no longer pinned.",
    "rename_page": "The page has its new address.",
    "merge_pages": "The pages are one now.",
    "split_page": "The comments have moved to their page.",
    "move_pages": "The pages have moved to their new addresses.",
    "reset_filter": "The learning filter has forgotten everything.",
    "ban": "The author is banned.",
    "lift_ban": "The ban is lifted.",
    "trust": "The author is trusted.",
    "distrust": "The author is trusted no more.",
    "close_by_age": "Pages past their days take no more comments.",
    "change_role": "A member has another role.",
    "disable_member": "A member can sign in no more.",
    "enable_member": "A member can sign in again.",
    "end_sessions": "All sessions of a member have ended.",
    "invite_member": "An invitation was made.",
    "withdraw_invitation": "An invitation was withdrawn.",
    "accept_invitation": "An invitation was accepted.",
    "make_reset_link": "A link to a new password was made.",
    "reset_password": "A password was changed by link.",
    "second_step_on": "A second step of signing in was turned on.",
    "second_step_off": "A second step of signing in was turned off.",
    "new_recovery_codes": "New recovery codes were made.",
    "issue_token": "An API token was made.",
    "revoke_token": "An API token was revoked.",
    "add_webhook": "A webhook is added.",
    "change_webhook": "A webhook is changed.",
    "pause_webhook": "A webhook is paused.",
    "resume_webhook": "A webhook hears of what happens again.",
    "renew_webhook_secret": "A webhook has a new secret.",
    "delete_webhook": "A webhook is deleted.",
    "add_site": "A site is added.",
    "change_site": "The settings of the site are changed.",
    "delete_site": "A site is deleted with all its comments.",
    "change_rules": "The rules of the site are changed.",
    "change_words": "The word lists of the site are changed.",
    "unlist_word": "What was found in a comment is off the list.",
    "know_host": "Links to the hosts of a comment do not count any more.",
    "allow_links": "The site takes as many links as a comment had.",
    "add_provider": "A way to sign in is added.",
    "change_provider": "A way to sign in is changed.",
    "remove_provider": "A way to sign in is deleted.",
    "quiet_rule": "A rule is switched off.",
}
"""By the word of the audit log: `close_page` is `The page takes no more comments.`"""
