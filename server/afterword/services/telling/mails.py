"""Which mails there are: for each purpose, what makes it when it is sent.

A line a purpose. What makes a mail looks at what is so now, and returns None where there is nothing to
tell any more (a comment that is not public, somebody who wants no mail): then nothing is sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.services.members import account_mails, invite_member, lost_password
from afterword.services.telling import mail_code, staff_mails, surge_mail, tell_members
from afterword.services.telling.manage_subscriptions import CONFIRM, make_confirm
from afterword.services.telling.tell_readers import REPLY, make_reply

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from afterword.core.mail import Mail
    from afterword.core.telling import Message
    from afterword.services.context import Context

    Make = Callable[[Context, Message, int], Awaitable[Mail | None]]

MAILS: Mapping[str, Make] = {
    mail_code.CODE: mail_code.make_code,
    mail_code.LINK: mail_code.make_link,
    tell_members.COMMENT: staff_mails.comment_mail,
    tell_members.DIGEST: staff_mails.digest_mail,
    CONFIRM: make_confirm,
    REPLY: make_reply,
    surge_mail.SURGE: surge_mail.surge_mail,
    invite_member.MAIL: account_mails.invitation_mail,
    lost_password.PURPOSE: account_mails.password_mail,
}
