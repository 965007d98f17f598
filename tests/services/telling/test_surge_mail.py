"""Owners hear by mail of a surge that began by itself, once in some hours, and while it is on."""

from __future__ import annotations

from afterword.core.model import Member, Role, Site
from afterword.core.surge import TOLD_FOR, Tide
from afterword.core.telling import EventKind
from afterword.services.moderating.switch_surge import switch_surge
from afterword.services.permission import COMMAND_LINE
from afterword.services.telling.spread_events import spread_events
from afterword.services.telling.surge_mail import surge_mail
from afterword.storage import events, notices, outbox, surges
from tests.support.forms import new_member
from tests.support.serving import Served
from tests.support.smtp_sink import delivered, text_part


async def begin(app: Served, site: Site, *, by_hand: bool = False) -> None:
    """A surge as the counting of comments begins it."""
    now = app.clock.now
    async with app.context.store.write() as db:
        tide = await surges.lock(db, site.id)
        surges.put(db, site.id, _on(tide, now))
        events.add(
            db, site.id, EventKind.SURGE_BEGAN, data={"by_hand": by_hand, "per_minute": 9}, now=now
        )


def _on(tide: Tide, now: int) -> Tide:
    return type(tide)(**{name: getattr(tide, name) for name in tide.__slots__} | {"began_at": now})


async def people(app: Served, site: Site) -> Member:
    """An owner, one who wants no mail, and a moderator."""
    owner = await new_member(app, "lea@example.org", role=Role.OWNER)
    quiet = await new_member(app, "kim@example.org", role=Role.OWNER, site=site)
    await new_member(app, "mo@example.org", role=Role.MODERATOR, site=site)
    async with app.context.store.write() as db:
        assert await notices.put(db, quiet.id, site.id, "none")
    return owner


async def test_owners_who_want_mail_hear_of_it(app: Served) -> None:
    site = await app.add_site("blog", "https://blog.example.org")
    await people(app, site)
    await begin(app, site)
    (mail,) = await delivered(app)
    assert mail["To"] == "lea@example.org"
    assert mail["Subject"] == "Comments come to blog as a flood"
    assert "/dashboard/surge\n" in text_part(mail)


async def test_it_is_told_once_in_some_hours(app: Served) -> None:
    site = await app.add_site("blog", "https://blog.example.org")
    await people(app, site)
    await begin(app, site)
    await begin(app, site)
    assert len(await delivered(app)) == 1
    app.clock.now += TOLD_FOR
    await begin(app, site)
    assert len(await delivered(app)) == 1


async def test_what_is_over_or_was_begun_by_hand_is_not_told(app: Served) -> None:
    site = await app.add_site("blog", "https://blog.example.org")
    await people(app, site)
    await begin(app, site)
    await switch_surge(app.context, COMMAND_LINE, site.id, on=False, now=app.clock.now)
    assert await delivered(app) == []
    await switch_surge(app.context, COMMAND_LINE, site.id, on=True, now=app.clock.now)
    assert await delivered(app) == []


async def test_who_wants_no_mails_any_more_gets_none(app: Served) -> None:
    site = await app.add_site("blog", "https://blog.example.org")
    owner = await people(app, site)
    await begin(app, site)
    await spread_events(app.context, now=app.clock.now)
    (message,) = await outbox.due(app.context.store, 9, now=app.clock.now)
    mail = await surge_mail(app.context, message, app.clock.now)
    assert mail is not None
    assert "/quiet/" in str(mail.unsubscribe)
    async with app.context.store.write() as db:
        await notices.put(db, owner.id, None, "none")
    assert await surge_mail(app.context, message, app.clock.now) is None
