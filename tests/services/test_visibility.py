"""Whatever happens in whatever order: what is not approved is in no public byte, and is not counted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from afterword.core.errors import Refused
from afterword.core.model import Act, Comment, Hold, Member, Policy, Role, Status
from afterword.core.page_key import PageClaim
from afterword.services.audit.undo_act import undo
from afterword.services.readers.reader import Reader
from afterword.services.reading.count_comments import count_comments
from afterword.services.reading.follow_thread import Following, follow_thread
from afterword.services.reading.read_feed import answers_feed, site_feed, thread_feed
from afterword.services.reading.read_thread import ThreadQuery
from afterword.services.sites.manage_sites import add_site
from afterword.services.writing.report_comment import report_comment
from afterword.services.writing.revise_comment import revise_comment, withdraw_comment
from afterword.services.writing.submit_comment import Submitted
from afterword.services.writing.vote_on_comment import Value
from afterword.storage import comments
from tests.services.builders import NOW, ORIGIN, POST, add, decide, read, read_bytes, submit, vote
from tests.services.ear import taken
from tests.services.in_steps import InSteps
from tests.support.events import events_in

T = TypeVar("T")
PICK = st.integers(0, 1_000)


class Visibility(InSteps):
    """Every comment carries canaries; those of what is not approved must never be read."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[Submitted] = []
        self.decisions: list[int] = []
        self.serial = 0

    @initialize(hold=st.sampled_from(Hold))
    def begin(self, hold: Hold) -> None:
        self.run(add_site(self.ctx.store, "blog", [ORIGIN], Policy(hold=hold), NOW))
        self.run(self.ctx.sites.refresh(self.ctx.store))
        self.owner: Member = self.run(add(self.ctx, Role.OWNER))
        wanted = Following(PageClaim(POST), since=0)
        self.listener, _ = self.run(follow_thread(self.ctx, wanted, b"a reader"))
        self.heard = b""
        self.was_public: set[int] = set()
        self.seen: set[int] = set()
        """What a reader sees who goes by what the stream tells."""

    def canary(self) -> str:
        self.serial += 1
        return f"canary{self.serial:05}"

    @rule(pick=PICK, is_reply=st.booleans(), trap=st.sampled_from(["", "x"]))
    def somebody_writes(self, pick: int, is_reply: bool, trap: str) -> None:
        parent = self.written[pick % len(self.written)] if is_reply and self.written else None
        canary = self.canary()
        more: dict[str, Any] = {"parent_id": parent.comment.id} if parent else {}
        submitted = self.attempt(
            submit(
                self.ctx,
                f"text{canary}",
                name=f"name{canary}",
                email=f"mail{canary}@example.org",
                website=f"https://{canary}.example",
                visitor_token="v" * 21 + str(pick % 3),
                trap=trap,
                **more,
            )
        )
        if submitted is not None:
            self.written.append(submitted)

    @precondition(lambda self: self.written)
    @rule(pick=PICK, act=st.sampled_from(Act), many=st.integers(1, 3))
    def a_moderator_decides(self, pick: int, act: Act, many: int) -> None:
        chosen = [self.written[(pick + at) % len(self.written)].comment for at in range(many)]
        decision = self.run(decide(self.ctx, self.owner, act, *chosen))
        if decision.audit_id is not None:
            self.decisions.append(decision.audit_id)

    @precondition(lambda self: self.decisions)
    @rule(pick=PICK)
    def a_moderator_undoes(self, pick: int) -> None:
        audit_id = self.decisions[pick % len(self.decisions)]
        self.attempt(undo(self.ctx, self.owner, audit_id, now=NOW))

    @precondition(lambda self: self.written)
    @rule(pick=PICK, device=st.integers(0, 3))
    def a_reader_reports(self, pick: int, device: int) -> None:
        reader = Reader(f"device-{device:020}", f"192.0.2.{device}", ORIGIN)
        number = self.written[pick % len(self.written)].comment.id
        report = report_comment(
            self.ctx, number, "abuse", f"report{self.canary()}", reader, now=NOW
        )
        self.attempt(report)

    @precondition(lambda self: self.written)
    @rule(pick=PICK, device=st.integers(0, 3), value=st.sampled_from([0, 1]))
    def a_reader_votes(self, pick: int, device: int, value: Value) -> None:
        self.attempt(
            vote(self.ctx, self.written[pick % len(self.written)].comment, value, device=device)
        )

    @precondition(lambda self: self.written)
    @rule(pick=PICK, link=st.booleans())
    def an_author_edits(self, pick: int, link: bool) -> None:
        mine = self.written[pick % len(self.written)]
        body = f"edit{self.canary()}" + (" https://link.example" if link else "")
        self._as_author(revise_comment, mine, body)

    @precondition(lambda self: self.written)
    @rule(pick=PICK)
    def an_author_takes_it_back(self, pick: int) -> None:
        self._as_author(withdraw_comment, self.written[pick % len(self.written)])

    def _as_author(
        self, service: Callable[..., Awaitable[Comment]], mine: Submitted, *more: str
    ) -> None:
        ids = (mine.comment.id, mine.author_token)
        self.attempt(service(self.ctx, *ids, *more, origin=ORIGIN, now=NOW))

    def _public(self) -> tuple[set[int], str]:
        """What is approved by now, and all that it says."""
        ids = [each.comment.id for each in self.written]
        stored = self.run(comments.get_many(self.ctx.store, ids))
        public = [each for each in stored.values() if each.status == Status.APPROVED]
        return {each.id for each in public}, "".join(
            f"{each.source} {each.author}" for each in public
        )

    @invariant()
    def only_what_is_approved_is_public(self) -> None:
        public, allowed = self._public()
        for sent in self.run(self._read_in_every_way()):
            for number in range(1, self.serial + 1):
                canary = f"canary{number:05}"
                assert canary not in allowed or f"mail{canary}".encode() not in sent
                assert canary in allowed or canary.encode() not in sent
        thread = self.run(read(self.ctx))
        assert thread.count == len(public)
        assert {each.id for each in thread.comments if each.author} == public
        counted = self.run(count_comments(self.ctx, b"", [POST], None, None, now=NOW))
        assert counted.identity == b'{"counts":[%d]}' % len(public)

    async def _read_in_every_way(self) -> list[bytes]:
        """The thread in each order, and each feed."""
        answers = [await read_bytes(self.ctx, sort=each) for each in ("oldest", "newest", "top")]
        query = ThreadQuery(PageClaim(POST))
        found = [
            await thread_feed(self.ctx, b"", query, own=POST),
            await site_feed(self.ctx, self.ctx.sites.for_url(POST), None, own=POST),
        ]
        for each in self.written[-5:]:
            try:
                found.append(await answers_feed(self.ctx, each.comment.id, None, own=POST))
            except Refused:
                continue
        return answers + [feed.identity for feed in found]

    @invariant()
    def a_listener_hears_of_everything_public_and_of_nothing_else(self) -> None:
        public, allowed = self._public()
        sent = self.run(self._heard_now())
        self.was_public |= public
        for event in events_in(sent):
            if event.name in ("new", "edited"):
                self.seen.add(event.of)
            elif event.name == "removed":
                assert event.of in self.was_public
                self.seen.discard(event.of)
            assert event.data["count"] == len(public)
        assert self.seen == public
        for number in range(1, self.serial + 1):
            canary = f"canary{number:05}"
            assert canary in allowed or canary.encode() not in sent
            assert f"mail{canary}".encode() not in sent

    async def _heard_now(self) -> bytes:
        """What the listener is sent after one step, and what one is told who only comes now."""
        live = self.ctx.live
        late, everything = await follow_thread(self.ctx, Following(PageClaim(POST), since=0), b"x")
        live.leave(late)
        assert {each.of for each in events_in(everything) if each.name == "new"} <= {
            each.comment.id for each in self.written
        }
        if live._news.is_set():
            await live.tell()
        return b"".join(await taken(self.listener))


Visibility.TestCase.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
TestVisibility = Visibility.TestCase
