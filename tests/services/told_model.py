"""Everything that can happen to comments, pages and mailboxes, in any order, and what readers may be sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from afterword.core.errors import Refused
from afterword.core.mail import Mail
from afterword.core.model import Act, Comment, Hold, Member, Policy, Role, Status
from afterword.core.move_rule import MoveRule
from afterword.core.page_key import PageClaim
from afterword.core.telling import Message, Notify
from afterword.services.ban_author import ban_author
from afterword.services.bulk_moves import move_pages
from afterword.services.context import Context, open_context
from afterword.services.edit_as_member import edit_as_member
from afterword.services.erase_person import erase_person, person_of
from afterword.services.housekeeping import tidy_up
from afterword.services.manage_sites import add_site
from afterword.services.manage_subscriptions import (
    CONFIRM,
    PAUSE,
    confirm_wishes,
    note_bounce,
    refuse_wishes,
    see_wishes,
)
from afterword.services.move_pages import merge_pages, rename_page, split_page
from afterword.services.revise_comment import revise_comment, withdraw_comment
from afterword.services.submit_comment import Submitted
from afterword.services.switch_surge import switch_surge
from afterword.services.tell_readers import REPLY
from afterword.services.undo_act import undo
from afterword.services.unsubscribe import WHATS, What, subscribe_again, unsubscribe
from afterword.services.watch_surge import watch_surges
from afterword.settings import Settings
from afterword.storage import comments, mailboxes, pages, subscriptions
from tests.services.builders import DAY, MINUTE, NOW, ORIGIN, add, decide, submit
from tests.services.post_office import PostOffice, stop, token, words

T = TypeVar("T")
Wish = tuple[str, int, int | None]
"""Whose, made on which page, about which comment."""

PICK = st.integers(0, 1_000)
PATHS = st.sampled_from(["/one", "/two", "/three"])
READERS = ("ana", "ben", "cai")
READER = st.sampled_from(READERS)
CANARY = "canary{:05}"


def address(reader: str) -> str:
    return f"{reader}@readers.example"


class Telling(RuleBasedStateMachine):
    """Every text, name and title carries a canary; what mails to readers hold is looked at after each step.

    What may be told to whom is kept here in a second, simpler way, and never asked of the database.
    """

    steps: ClassVar[int] = 0
    looked: ClassVar[int] = 0
    delivered: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.stack = AsyncExitStack()
        self.folder = TemporaryDirectory()
        self.ctx: Context = self.run(self._open())
        self.now = NOW
        self.serial = 0
        self.written: list[Submitted] = []
        self.acts: list[int] = []
        self.post = PostOffice(self.ctx)
        self.author: dict[int, str] = {}
        """Of comments, by number, whose address came with them."""
        self.devices: set[tuple[str, int]] = set()
        """Browsers that a mailbox's owner confirmed."""
        self.asked: dict[Wish, set[int]] = {}
        """From which browsers a wish came."""
        self.good: set[Wish] = set()
        self.left_alone: set[str] = set()
        """Whoever refused everything, or the site; or has no address here any more."""
        self.asked_at: dict[str, int] = {}
        self.told: set[tuple[str, int]] = set()
        self.links: list[str] = []
        self.stops: list[tuple[str, str]] = []

    def run(self, work: Awaitable[T]) -> T:
        return self.loop.run_until_complete(_as_coroutine(work))

    def attempt(self, work: Awaitable[T]) -> T | None:
        """What may be refused, such as an answer to what nobody sees any more."""
        try:
            return self.run(work)
        except Refused:
            return None

    async def _open(self) -> Context:
        data = Settings(data=Path(self.folder.name))
        return await self.stack.enter_async_context(open_context(data))

    @initialize(hold=st.sampled_from(Hold))
    def two_readers_are_told_already(self, hold: Hold) -> None:
        """Else most walks would end before anybody has confirmed."""
        self.begin(hold)
        for browser, (reader, notify) in enumerate((("ana", "thread"), ("ben", "replies"))):
            self.somebody_writes(0, "/one", False, "", reader, notify, browser)
            self.a_moderator_decides(browser, Act.APPROVE, 1)
            self.mails_are_delivered()
            self.somebody_confirms(browser, all_of_it=True)
        assert self.good

    def begin(self, hold: Hold) -> None:
        policy = Policy(hold=hold, page_rate=0, surge_guard=False)
        self.site = self.run(add_site(self.ctx.store, "blog", [ORIGIN], policy, NOW))
        self.run(self.ctx.sites.refresh(self.ctx.store))
        self.owner: Member = self.run(add(self.ctx, Role.OWNER))

    def canary(self) -> str:
        self.serial += 1
        return CANARY.format(self.serial)

    def some(self, pick: int) -> Submitted:
        return self.written[pick % len(self.written)]

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

    def _keep(self, audit_id: int | None) -> None:
        if audit_id is not None:
            self.acts.append(audit_id)

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

    def _page_of(self, pick: int) -> int:
        found = self.run(comments.get(self.ctx.store, self.some(pick).comment.id))
        assert found is not None
        return found.page_id

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
        self.run(self.post.deliver(self.now))
        for message, mail in self.post.sent[before:]:
            type(self).delivered += 1
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

    def _is_good(self, wish: Wish) -> bool:
        mailbox = self.run(mailboxes.by_key(self.ctx.store, self.ctx.hashes.mailbox(wish[0])))
        if mailbox is None:
            return False
        of = self.run(subscriptions.of(self.ctx.store, mailbox.id, limit=1_000))
        return any(
            (each.page_id, each.comment_id) == wish[1:] and each.confirmed_at is not None
            for each in of
        )

    def _wish_of(self, email: str, link: str) -> Wish:
        claim = self.ctx.tokens.mailbox.read_unsubscribe(link)
        assert claim is not None
        found = self.run(subscriptions.get(self.ctx.store, claim.subscription_id))
        return (email, found.page_id, found.comment_id) if found else (email, 0, 0)

    @rule(reader=READER)
    def mails_come_back(self, reader: str) -> None:
        if self.run(note_bounce(self.ctx, address(reader), now=self.now)):
            self.left_alone.add(address(reader))

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
        type(self).steps += 1
        looked = self.run(self.post.look(self.now))
        shown, titles = self.run(self._public())
        for message, mail in looked:
            if mail is not None:
                type(self).looked += 1
                self.check(message, mail, shown, titles)

    def check(self, message: Message, mail: Mail, shown: dict[int, str], titles: str) -> None:
        text = words(mail)
        may = titles
        if message.purpose == REPLY:
            assert message.comment_id in shown, "not public"
            may += shown[message.comment_id]
            assert mail.to not in self.left_alone, "left alone"
            assert mail.to != self.author.get(message.comment_id), "their own words"
            assert self._wish_of(mail.to, stop(mail)) in self.good, "never confirmed, or ended"
        for number in range(1, self.serial + 1):
            canary = CANARY.format(number)
            assert canary not in text or canary in may, f"{message.purpose}: {canary}"
        assert "readers.example" not in text

    async def _public(self) -> tuple[dict[int, str], str]:
        """The words of each public comment, and the titles of pages on which there is one."""
        stored = await comments.get_many(self.ctx.store, [each.comment.id for each in self.written])
        public = [each for each in stored.values() if each.status is Status.APPROVED]
        on = await pages.get_many(self.ctx.store, [each.page_id for each in public])
        shown = {each.id: f"{each.source} {each.author.name}" for each in public}
        return shown, " ".join(page.title for page in on.values())

    def teardown(self) -> None:
        self.run(self.stack.aclose())
        self.loop.close()
        self.folder.cleanup()


async def _as_coroutine(work: Awaitable[T]) -> T:
    return await work
