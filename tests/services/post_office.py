"""What readers would be sent now, without a mail server: each message is made as if it were delivered."""

from __future__ import annotations

from dataclasses import dataclass, field

from afterword.core.mail import Action, Mail, Paragraph, Quote, Small
from afterword.core.telling import Message
from afterword.services.context import Context
from afterword.services.telling.mails import MAILS
from afterword.services.telling.manage_subscriptions import CONFIRM
from afterword.services.telling.spread_events import spread_events
from afterword.services.telling.tell_readers import REPLY
from afterword.storage import outbox
from tests.services.builders import NOW

TO_READERS = (CONFIRM, REPLY)
SETTLE = "UPDATE outbox SET state = :state, settled_at = :now WHERE id = :id"


@dataclass
class PostOffice:
    """Delivers what is due, and keeps it."""

    ctx: Context
    sent: list[tuple[Message, Mail]] = field(default_factory=list)

    async def deliver(self, now: int = NOW) -> list[Mail]:
        """What has gone to readers by this."""
        made = await self.look(now)
        async with self.ctx.store.write() as db:
            for message, mail in made:
                state = "sent" if mail else "dropped"
                await db.execute(SETTLE, {"id": message.id, "state": state, "now": now})
        delivered = [(message, mail) for message, mail in made if mail is not None]
        self.sent += delivered
        return [mail for _, mail in delivered]

    async def look(self, now: int = NOW) -> list[tuple[Message, Mail | None]]:
        """What would go now, and stays where it is."""
        await spread_events(self.ctx, now=now)
        due = await outbox.due(self.ctx.store, 10_000, now=now)
        return [
            (each, await MAILS[each.purpose](self.ctx, each, now))
            for each in due
            if each.purpose in TO_READERS
        ]


def link(mail: Mail) -> str:
    """Where the button of a mail leads."""
    return next(each.url for each in mail.blocks if isinstance(each, Action))


def token(mail: Mail) -> str:
    """What proves, in that address, that somebody reads this mailbox."""
    return link(mail).rpartition("/")[2]


def stop(mail: Mail) -> str:
    """The same of the link that ends mails."""
    assert mail.unsubscribe is not None
    return mail.unsubscribe.rpartition("/")[2]


def words(mail: Mail) -> str:
    """Everything that stands in a mail."""
    found = [mail.subject, mail.unsubscribe or ""]
    for block in mail.blocks:
        match block:
            case Paragraph(text):
                found.append(text)
            case Quote(author, text):
                found += [author, text]
            case Action(label, url) | Small(label, url):
                found += [label, url or ""]
    return "\n".join(found)
