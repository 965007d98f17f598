"""The learning filter learns from what people decide, and from nothing else.

To approve teaches that a comment is good, to mark as spam that it is spam. To hold or to remove
teaches nothing (people remove for many reasons) and takes back what was taught of that comment before.
Reports of readers and verdicts of rules teach nothing. So that nobody can teach it from outside, what
one author or one network may teach is bounded, and of each kind only the newest decisions count.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from afterword.core.classifier import Seen
from afterword.core.features import EVERY, features
from afterword.core.model import Act
from afterword.storage import learnt, pages
from afterword.storage.learnt import Learnt, Lesson

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from afterword.core.model import Comment
    from afterword.storage.store import WriteDb

TEACHES: Mapping[Act, bool] = {Act.APPROVE: False, Act.SPAM: True}
"""Whether an act says that a comment is spam; other acts say nothing about it."""
FROM_AUTHOR = 5
"""Comments of each kind that one author may teach."""
FROM_NETWORK = 20
"""Comments of each kind that one network may teach of a day; a house, a company, or one program."""
MOST = 1_000
"""Comments of each kind that a site's filter knows; the oldest make room."""
KEPT = 10
"""Decisions about one comment that can be gone back to."""


async def learn(
    db: WriteDb, act: Act, decided: Iterable[Comment], *, audit_id: int, now: int
) -> None:
    """Takes in one act on these comments. Their pages are locked; those of members teach nothing."""
    written = {each.id: each for each in decided if each.author.member_id is None}
    spam = TEACHES.get(act)
    if not written:
        return
    known = await learnt.of(db, list(written))
    taught = written if spam is not None else {each: written[each] for each in known}
    if not taught:
        return
    lesson = Lesson(audit_id, spam)
    fresh = await _read(db, list(taught.values()), lesson, now)
    await learnt.lock(db, {each.site_id for each in fresh})
    before = await learnt.of(db, list(taught))
    after = await _bounded(db, before, [_continued(each, before) for each in fresh])
    await learnt.change(db, before, after)
    await _make_room(db, {each.site_id for each in fresh})


async def unlearn(db: WriteDb, ids: Sequence[int], *, audit_id: int) -> None:
    """Takes back what an act taught of these comments; what was decided before it counts again."""
    before = await _locked(db, ids)
    after: dict[int, Learnt | None] = {}
    for comment_id, each in before.items():
        left = tuple(lesson for lesson in each.lessons if lesson.audit_id != audit_id)
        if left != each.lessons:
            after[comment_id] = replace(each, lessons=left) if left else None
    await learnt.change(db, before, after)


async def forget(db: WriteDb, ids: Sequence[int]) -> None:
    """Nothing of these comments stays, because nothing of the comments does."""
    before = await _locked(db, ids)
    await learnt.change(db, before, dict.fromkeys(before))


async def _locked(db: WriteDb, ids: Sequence[int]) -> dict[int, Learnt]:
    known = await learnt.of(db, ids)
    if not known:
        return {}
    await learnt.lock(db, {each.site_id for each in known.values()})
    # Read again under the lock: an older comment may have made room meanwhile.
    return await learnt.of(db, ids)


async def _read(db: WriteDb, written: Sequence[Comment], lesson: Lesson, now: int) -> list[Learnt]:
    on = await pages.get_many(db, sorted({each.page_id for each in written}))
    return [
        Learnt(
            comment_id=each.id,
            site_id=on[each.page_id].site_id,
            lessons=(lesson,),
            tokens=features(
                each.tree,
                name=each.author.name,
                website=each.author.website,
                page_url=on[each.page_id].url,
            ),
            author_key=each.author.key,
            at=now,
        )
        for each in written
    ]


def _continued(fresh: Learnt, before: Mapping[int, Learnt]) -> Learnt:
    """With what was decided before."""
    known = before.get(fresh.comment_id)
    return (
        fresh if known is None else replace(fresh, lessons=(*known.lessons, *fresh.lessons)[-KEPT:])
    )


async def _bounded(
    db: WriteDb, before: Mapping[int, Learnt], fresh: Sequence[Learnt]
) -> dict[int, Learnt | None]:
    """What there is to learn, of each author and network no more than they may teach."""
    after: dict[int, Learnt | None] = {}
    network = await learnt.networks(db, [each.comment_id for each in fresh])
    for site_id in sorted({each.site_id for each in fresh}):
        of_site = [each for each in fresh if each.site_id == site_id]
        authors = sorted({each.author_key for each in of_site if each.author_key})
        networks = sorted({network.get(each.comment_id, "") for each in of_site})
        count = await learnt.by_source(db, site_id, authors, networks)
        for each in of_site:
            known = before.get(each.comment_id)
            spam, had = each.spam, known.spam if known else None
            if spam is not None and spam != had:
                limits = {each.author_key: FROM_AUTHOR, network.get(each.comment_id): FROM_NETWORK}
                sources = {(source, spam): most for source, most in limits.items() if source}
                if any(count[source] >= most for source, most in sources.items()):
                    each = _silent(each)
                else:
                    count.update(sources.keys())
            if each.spam is not None or known is not None:
                after[each.comment_id] = each
    return after


def _silent(each: Learnt) -> Learnt:
    """The same, teaching nothing."""
    last = each.lessons[-1]
    return replace(each, lessons=(*each.lessons[:-1], Lesson(last.audit_id, None)))


async def _make_room(db: WriteDb, site_ids: Iterable[int]) -> None:
    for site_id in sorted(site_ids):
        every = (await learnt.seen(db, site_id, [EVERY])).get(EVERY, Seen())
        for spam, number in ((False, every.good), (True, every.spam)):
            if number > MOST:
                old = await learnt.oldest(db, site_id, number - MOST, spam=spam)
                before = {each.comment_id: each for each in old}
                await learnt.change(db, before, dict.fromkeys(before))
