"""The mail with the code that confirms an address, and the one with the link to one's own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.mail import Action, Mail, Paragraph, Small
from afterword.storage import mailboxes, reader_codes

if TYPE_CHECKING:
    from afterword.core.telling import Message
    from afterword.services.context import Context
    from afterword.storage.mailboxes import Mailbox
    from afterword.storage.reader_codes import Asked

CODE, LINK = "reader_code", "own_page"
"""The purposes of the two mails."""


async def make_code(ctx: Context, message: Message, now: int) -> Mail | None:
    """The code, and the link; None once it is good no more, or where too many were asked for."""
    found = await _wanted(ctx, message, now)
    site = ctx.sites.by_id(message.site_id) if message.site_id is not None else None
    if found is None or site is None:
        return None
    mailbox, asked = found
    lang = ctx.languages.nearest([str(message.data.get("lang") or "")])
    t = ctx.languages.speech(lang, site.policy.words)
    code = ctx.hashes.mailed_code(asked.seed)
    subject = t("codeFor", site=site.name, code=code)
    return Mail(
        to=mailbox.email or "",
        subject=subject,
        blocks=(
            Paragraph(subject),
            Paragraph(t("codeMeans")),
            Small(t("codeIgnore")),
            Small(t("myPage"), _link(ctx, mailbox, asked)),
        ),
        lang=lang,
    )


async def make_link(ctx: Context, message: Message, now: int) -> Mail | None:
    """The link alone; None once it is good no more."""
    found = await _wanted(ctx, message, now)
    if found is None:
        return None
    mailbox, asked = found
    lang = ctx.languages.nearest([str(message.data.get("lang") or "")])
    t = ctx.languages.speech(lang, {})
    return Mail(
        to=mailbox.email or "",
        subject=t("myPage"),
        blocks=(
            Paragraph(t("myPageMail")),
            Action(t("myPageOpen"), _link(ctx, mailbox, asked)),
            Small(t("codeIgnore")),
        ),
        lang=lang,
    )


async def _wanted(ctx: Context, message: Message, now: int) -> tuple[Mailbox, Asked] | None:
    asked = await reader_codes.by_seed(ctx.store, str(message.data.get("seed")))
    if asked is None or not asked.mailed or now >= asked.ends_at:
        return None
    mailbox = await mailboxes.get(ctx.store, asked.mailbox_id)
    if mailbox is None or not mailbox.may_be_asked:
        return None
    return mailbox, asked


def _link(ctx: Context, mailbox: Mailbox, asked: Asked) -> str:
    """The same each time that the mail is tried: it is good once."""
    token = ctx.tokens.own_page.sign(mailbox.id, asked.seed, ends_at=asked.ends_at)
    return f"{ctx.settings.public_url}/me/open/{token}"
