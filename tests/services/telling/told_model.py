"""Everything that can happen to comments, pages and mailboxes, in any order, and what readers may be sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from afterword.core.model import Act, Comment, Hold
from afterword.core.move_rule import MoveRule
from afterword.core.page_key import PageClaim
from afterword.core.telling import NOTIFY, Notify
from afterword.services.audit.undo_act import undo
from afterword.services.moderating.ban_author import ban_author
from afterword.services.moderating.edit_as_member import edit_as_member
from afterword.services.moderating.switch_surge import switch_surge
from afterword.services.moderating.watch_surge import watch_surges
from afterword.services.pages.bulk_moves import move_pages
from afterword.services.pages.move_pages import merge_pages, rename_page, split_page
from afterword.services.persons.erase_person import erase_person, person_of
from afterword.services.running.housekeeping import tidy_up
from afterword.services.telling.bounces import note_bounce
from afterword.services.telling.manage_subscriptions import (
    CONFIRM,
    PAUSE,
    confirm_wishes,
    refuse_wishes,
    see_wishes,
)
from afterword.services.telling.unsubscribe import WHATS, What, subscribe_again, unsubscribe
from afterword.services.writing.revise_comment import revise_comment, withdraw_comment
from afterword.services.writing.submit_comment import Submitted
from afterword.storage import comments, mailboxes, pages
from tests.services.builders import DAY, MINUTE, ORIGIN, decide, submit
from tests.services.post_office import stop, token
from tests.services.telling.told_ground import (
    PATHS,
    PICK,
    READER,
    READERS,
    ToldGround,
    address,
)

ENOUGH = 6
"""Mails that have gone out before anybody is forgotten for good."""


class Telling(ToldGround):
    """Each rule is one of those things; the invariant holds after each."""

    @initialize(hold=st.sampled_from(Hold))
    def two_readers_are_told_already(self, hold: Hold) -> None:
        """Else most walks would end before anybody has confirmed; and one more answer waits for both."""
        self.begin(hold)
        for browser, (reader, notify) in enumerate((("ana", "thread"), ("ben", "replies"))):
            self.somebody_writes(0, "/one", False, "", reader, notify, browser)
            self.a_moderator_decides(browser, Act.APPROVE, 1)
            self.mails_are_delivered()
            self.somebody_confirms(browser, all_of_it=True)
        assert self.good
        # A third asks too and does not confirm.
        self.somebody_writes(0, "/one", False, "", "cai", "thread", 2)
        self.a_moderator_decides(2, Act.APPROVE, 1)
        self.somebody_writes_and_is_approved(0, "/one", is_reply=True, browser=3)

    # What visitors do.

    @rule(
        pick=PICK,
        path=PATHS,
        is_reply=st.booleans(),
        trap=st.sampled_from(["", "", "x"]),
        reader=st.sampled_from([*READERS, ""]),
        notify=st.sampled_from([None, "replies", "thread", "thread"]),
        browser=st.integers(0, 3),
    )
    def somebody_writes(
        self,
        pick: int,
        path: str,
        is_reply: bool,
        trap: str,
        reader: str,
        notify: Notify | None,
        browser: int,
    ) -> None:
        canary = self.canary()
        more: dict[str, Any] = {"email": address(reader)} if reader else {}
        if is_reply and self.written:
            parent = self.run(comments.get(self.ctx.store, self.some(pick).comment.id))
            assert parent is not None
            page = self.run(pages.get(self.ctx.store, parent.page_id))
            assert page is not None
            path, more["parent_id"] = page.url.removeprefix(ORIGIN), parent.id
        submitted = self.attempt(
            submit(
                self.ctx,
                f"text{canary}",
                claim=PageClaim(ORIGIN + path, title=f"title{canary}"),
                name=f"name{canary}",
                website=f"https://{canary}.example",
                visitor_token=f"{browser:022}",
                address=f"192.0.2.{browser}",
                trap=trap,
                notify=notify,
                now=self.now,
                **more,
            )
        )
        if submitted is None:
            return
        self.written.append(submitted)
        comment = submitted.comment
        if reader:
            self.author[comment.id] = address(reader)
        if reader and notify:
            wish = (address(reader), comment.page_id, comment.id if notify == "replies" else None)
            self.asked.setdefault(wish, set()).add(browser)
            if (address(reader), browser) in self.devices:
                self.good.add(wish)

    @rule(pick=PICK, path=PATHS, is_reply=st.booleans(), browser=st.integers(1, 3))
    def somebody_writes_and_is_approved(
        self, pick: int, path: str, is_reply: bool, browser: int
    ) -> None:
        before = len(self.written)
        self.somebody_writes(pick, path, is_reply, "", "", None, browser)
        if len(self.written) > before:
            self.a_moderator_decides(before, Act.APPROVE, 1)

    @rule(
        path=PATHS,
        reader=READER,
        notify=st.sampled_from(NOTIFY),
        browser=st.integers(0, 3),
    )
    def somebody_asks_and_confirms(
        self, path: str, reader: str, notify: Notify, browser: int
    ) -> None:
        before = len(self.written)
        self.somebody_writes(0, path, False, "", reader, notify, browser)
        if len(self.written) > before:
            self.a_moderator_decides(before, Act.APPROVE, 1)
            self.mails_are_delivered()
            if self.links:
                self.somebody_confirms(len(self.links) - 1, all_of_it=True)

    @precondition(lambda self: self.written)
    @rule(pick=PICK, link=st.booleans())
    def an_author_edits(self, pick: int, link: bool) -> None:
        body = f"edit{self.canary()}" + (" https://link.example" if link else "")
        self._as_author(revise_comment, self.some(pick), body)

    @precondition(lambda self: self.written)
    @rule(pick=PICK)
    def an_author_takes_it_back(self, pick: int) -> None:
        self._as_author(withdraw_comment, self.some(pick))

    def _as_author(
        self, service: Callable[..., Awaitable[Comment]], mine: Submitted, *more: str
    ) -> None:
        ids = (mine.comment.id, mine.author_token)
        self.attempt(service(self.ctx, *ids, *more, origin=ORIGIN, now=self.now))

    # What members do.

    @precondition(lambda self: self.written)
    @rule(pick=PICK, act=st.sampled_from([Act.APPROVE, *Act]), many=st.integers(1, 3))
    def a_moderator_decides(self, pick: int, act: Act, many: int) -> None:
        chosen = [self.some(pick + at).comment for at in range(many)]
        decision = self.run(decide(self.ctx, self.owner, act, *chosen, now=self.now))
        self._keep(decision.audit_id)

    @precondition(lambda self: self.acts)
    @rule(pick=PICK)
    def a_moderator_undoes(self, pick: int) -> None:
        act = self.acts[pick % len(self.acts)]
        self.attempt(undo(self.ctx, self.owner, act, now=self.now))

    @precondition(lambda self: self.written)
    @rule(pick=PICK)
    def a_moderator_edits(self, pick: int) -> None:
        number = self.some(pick).comment.id
        body = f"staff{self.canary()}"
        self.attempt(edit_as_member(self.ctx, self.owner, number, body, now=self.now))

    @precondition(lambda self: self.written)
    @rule(pick=PICK)
    def an_author_is_banned_and_all_goes_to_the_spam(self, pick: int) -> None:
        number = self.some(pick).comment.id
        banned = self.attempt(
            ban_author(self.ctx, self.owner, number, "author", spam=True, now=self.now)
        )
        if banned is not None:
            self._keep(banned.audit_id)
            self._keep(banned.decision.audit_id if banned.decision else None)

    @precondition(lambda self: self.written)
    @rule(pick=PICK, other=PICK)
    def pages_are_merged(self, pick: int, other: int) -> None:
        page_id, into_id = self._page_of(pick), self._page_of(other)
        moved = self.attempt(merge_pages(self.ctx, self.owner, page_id, into_id, now=self.now))
        self._keep(moved.audit_id if moved else None)

    @precondition(lambda self: self.written)
    @rule(pick=PICK, path=PATHS)
    def a_page_is_split(self, pick: int, path: str) -> None:
        ids = [self.some(pick).comment.id]
        moved = self.attempt(split_page(self.ctx, self.owner, ids, url=ORIGIN + path, now=self.now))
        self._keep(moved.audit_id if moved else None)

    @precondition(lambda self: self.written)
    @rule(pick=PICK, path=PATHS)
    def a_page_is_renamed(self, pick: int, path: str) -> None:
        moved = self.attempt(
            rename_page(
                self.ctx,
                self.owner,
                self._page_of(pick),
                url=ORIGIN + path,
                title="",
                now=self.now,
            )
        )
        self._keep(moved.audit_id if moved else None)

    @precondition(lambda self: self.written)
    @rule(path=PATHS, new=PATHS)
    def pages_are_moved_by_a_rule(self, path: str, new: str) -> None:
        by = MoveRule(path, new)
        done = self.attempt(
            move_pages(self.ctx, self.owner, self.site.id, by, merge=True, now=self.now)
        )
        self._keep(done[0] if done else None)

    @rule(on=st.booleans())
    def a_surge_is_switched_and_what_got_through_is_held(self, on: bool) -> None:
        self.attempt(switch_surge(self.ctx, self.owner, self.site.id, on=on, now=self.now))
        self.run(watch_surges(self.ctx, now=self.now))

    # What time does.

    @rule(step=st.sampled_from([MINUTE, DAY, DAY, 31 * DAY]))
    def time_passes_and_things_are_tidied_up(self, step: int) -> None:
        self.now += step
        self.run(tidy_up(self.ctx, now=self.now))

    # What owners of mailboxes do.

    @rule()
    def mails_are_delivered(self) -> None:
        before = len(self.post.sent)
        looked = self.run(self.post.look(self.now))
        self.withhold(looked, self.run(self._public())[0])
        self.run(self.post.deliver(self.now))
        shown, titles = self.run(self._public())
        for message, mail in self.post.sent[before:]:
            self.check(message, mail, shown, titles)
            self.counts["delivered"] += 1
            if message.purpose == CONFIRM:
                assert self.asked_at.get(mail.to, 0) + PAUSE <= self.now, "asked twice in a day"
                self.asked_at[mail.to] = self.now
                self.links.append(token(mail))
            elif message.comment_id is not None:
                assert (mail.to, message.comment_id) not in self.told, "told twice"
                self.told.add((mail.to, message.comment_id))
                self.stops.append((mail.to, stop(mail)))

    @precondition(lambda self: self.links)
    @rule(pick=PICK, all_of_it=st.booleans())
    def somebody_confirms(self, pick: int, all_of_it: bool) -> None:
        link = self.links[pick % len(self.links)]
        wishes = self.attempt(see_wishes(self.ctx, link, now=self.now))
        if wishes is None or wishes.mailbox.email is None or not wishes.waiting:
            return
        email = wishes.mailbox.email
        chosen = [each.subscription for each in wishes.waiting[: None if all_of_it else 1]]
        ids = [each.id for each in chosen]
        assert self.run(confirm_wishes(self.ctx, link, ids, now=self.now)) == len(ids)
        for each in chosen:
            wish = (email, each.page_id, each.comment_id)
            self.good.add(wish)
            browsers = self.asked[wish]
            self.devices |= {(email, browser) for browser in browsers}

    @precondition(lambda self: self.links)
    @rule(pick=PICK)
    def somebody_refuses(self, pick: int) -> None:
        link = self.links[pick % len(self.links)]
        wishes = self.attempt(see_wishes(self.ctx, link, now=self.now))
        if wishes is not None and wishes.mailbox.email is not None:
            self.run(refuse_wishes(self.ctx, link, now=self.now))
            self.left_alone.add(wishes.mailbox.email)

    @precondition(lambda self: self.stops)
    @rule(pick=PICK, what=st.sampled_from(WHATS))
    def somebody_unsubscribes(self, pick: int, what: What) -> None:
        email, link = self.stops[pick % len(self.stops)]
        self.run(unsubscribe(self.ctx, link, what, now=self.now))
        if what in ("site", "everything"):
            self.left_alone.add(email)
        else:
            self.good.discard(self._wish_of(email, link))

    @precondition(lambda self: self.stops)
    @rule(pick=PICK, what=st.sampled_from(WHATS))
    def somebody_takes_that_back(self, pick: int, what: What) -> None:
        email, link = self.stops[pick % len(self.stops)]
        mails = self.run(subscribe_again(self.ctx, link, what, now=self.now))
        mailbox = mails.mailbox
        if mailbox and not (mailbox.refused_at or mailbox.bounced_at or mails.silent):
            self.left_alone.discard(email)
        if what in ("replies", "thread"):
            # All that was ended with it comes back; it had been good before.
            self.good |= {wish for wish in self.asked if wish[0] == email and self._is_good(wish)}

    @precondition(lambda self: len(self.post.sent) > ENOUGH)
    @rule(reader=READER)
    def mails_come_back(self, reader: str) -> None:
        if self.run(note_bounce(self.ctx, address(reader), now=self.now)):
            self.left_alone.add(address(reader))

    @precondition(lambda self: len(self.post.sent) > ENOUGH)
    @rule(reader=READER)
    def somebody_is_erased(self, reader: str) -> None:
        email = address(reader)
        person = self.run(person_of(self.ctx, self.ctx.store, email))
        self.run(erase_person(self.ctx, person, now=self.now))
        self.good = {wish for wish in self.good if wish[0] != email}
        self.devices = {each for each in self.devices if each[0] != email}
        key = self.ctx.hashes.mailbox(email)
        if self.run(mailboxes.by_key(self.ctx.store, key)) is None:
            # Nobody knows them any more: whoever comes by this address is new.
            self.left_alone.discard(email)
            self.asked_at.pop(email, None)

    # What must be so whatever has happened.

    @invariant()
    def readers_are_sent_what_is_public_and_what_they_asked_for(self) -> None:
        if not hasattr(self, "owner"):
            return
        self.counts["steps"] += 1
        self.count_events()
        looked = self.run(self.post.look(self.now))
        shown, titles = self.run(self._public())
        self.run(self.check_withheld(shown))
        for message, mail in looked:
            if mail is not None:
                self.counts["looked"] += 1
                self.check(message, mail, shown, titles)
