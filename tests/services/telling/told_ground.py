"""What is known, beside the database, of who may be told what; and what is then looked for in mails."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar, TypeVar

from hypothesis import strategies as st

from afterword.core.mail import Mail
from afterword.core.model import Hold, Member, Policy, Role, Status
from afterword.core.telling import Message
from afterword.services.sites.manage_sites import add_site
from afterword.services.telling.tell_readers import OLDEST, REPLY
from afterword.services.writing.submit_comment import Submitted
from afterword.storage import comments, mailboxes, pages, subscriptions
from tests.services.builders import NOW, ORIGIN, add
from tests.services.in_steps import InSteps
from tests.services.post_office import PostOffice, stop, words

T = TypeVar("T")
Wish = tuple[str, int, int | None]
"""Whose, made on which page, about which comment."""

PICK = st.integers(0, 1_000)
PATHS = st.sampled_from(["/one", "/two", "/three"])
READERS = ("ana", "ben", "cai")
READER = st.sampled_from(READERS)
CANARY = "canary{:05}"
EVENTS = "SELECT max(id) FROM event"


def address(reader: str) -> str:
    return f"{reader}@readers.example"


class ToldGround(InSteps):
    """Every text, name and title carries a canary; what mails to readers hold is looked at after each step.

    What may be told to whom is kept here in a second, simpler way, and never asked of the database.
    """

    counts: ClassVar[Counter[str]] = Counter()
    """What was seen in all walks: steps, events, mails that were looked at, mails delivered."""

    def __init__(self) -> None:
        super().__init__()
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
        self.events = 0
        self.withheld: dict[int, int] = {}
        """Messages that were dropped because their comment was not public, with that comment."""
        self.links: list[str] = []
        self.stops: list[tuple[str, str]] = []

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

    def _keep(self, audit_id: int | None) -> None:
        if audit_id is not None:
            self.acts.append(audit_id)

    def _page_of(self, pick: int) -> int:
        found = self.run(comments.get(self.ctx.store, self.some(pick).comment.id))
        assert found is not None
        return found.page_id

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

    def withhold(self, looked: list[tuple[Message, Mail | None]], shown: dict[int, str]) -> None:
        """What is dropped because its comment is not public waits for that."""
        for message, mail in looked:
            if message.purpose == REPLY and message.comment_id is not None:
                self.withheld.pop(message.id, None)
                if mail is None and message.comment_id not in shown:
                    self.withheld[message.id] = message.comment_id

    async def check_withheld(self, shown: dict[int, str]) -> None:
        """What was withheld is not dropped any more once its comment is public, while that is news."""
        stored = await comments.get_many(self.ctx.store, list(self.withheld.values()))
        rows = await self.ctx.store.fetch_all("SELECT id, state FROM outbox")
        states = dict(rows)
        for message_id, comment_id in self.withheld.items():
            found = stored.get(comment_id)
            if found and comment_id in shown and found.created_at > self.now - OLDEST:
                assert states.get(message_id) != "dropped", "withheld for ever"

    async def _public(self) -> tuple[dict[int, str], str]:
        """The words of each public comment, and the titles of pages on which there is one."""
        stored = await comments.get_many(self.ctx.store, [each.comment.id for each in self.written])
        public = [each for each in stored.values() if each.status is Status.APPROVED]
        on = await pages.get_many(self.ctx.store, [each.page_id for each in public])
        shown = {each.id: f"{each.source} {each.author.name}" for each in public}
        return shown, " ".join(page.title for page in on.values())

    def count_events(self) -> None:
        """Those that were written since the last time."""
        row = self.run(self.ctx.store.fetch_one(EVENTS))
        newest = max(self.events, (row and row[0]) or 0)
        self.counts["events"] += newest - self.events
        self.events = newest
