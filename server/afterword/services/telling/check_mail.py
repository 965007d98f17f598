"""Whether mails go out, for the page of what is not as it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.finding import Finding
from afterword.storage import members, outbox_list

if TYPE_CHECKING:
    from afterword.services.context import Context

HOUR = 60 * 60_000
COUNTED = 1000
NAMED = 20
MAIL = "/dashboard/mail"
TEST = "afterword mail test --to YOUR-ADDRESS"


async def check_mail(ctx: Context, *, now: int) -> list[Finding]:
    """Mails that wait for a server, or too long, what came back from members, and what was given up."""
    found = [*_check_security(ctx)]
    oldest = await outbox_list.oldest_mail(ctx.store)
    if oldest is not None and ctx.mail_server is None:
        text = "Mails wait, because no mail server is named."
        fix = "Set AFTERWORD_SMTP_HOST and AFTERWORD_MAIL_FROM, and start the server again."
        found.append(Finding("mail_without_server", "warning", text, fix, path=MAIL))
    elif oldest is not None and now - oldest > HOUR:
        text = f"A mail has waited for {(now - oldest) // HOUR} hours to be sent."
        fix = "Send a test: it says what to change."
        found.append(Finding("mail_waits", "warning", text, fix, TEST, path=MAIL))
    if names := await members.all_bounced(ctx.store, NAMED):
        text = f"Mails to these members come back, so none are sent: {', '.join(names)}."
        fix = "Ask them what is wrong there; then let mails go to them again."
        found.append(Finding("member_bounced", "warning", text, fix, path="/dashboard/members"))
    failed = await outbox_list.count(ctx.store, "failed", COUNTED)
    if failed:
        number = f"{failed} messages" if failed > 1 else "One message"
        text = f"{number} could not be delivered, and nothing tries any more."
        fix = "Look at the answers there, mend what they say, and try again."
        found.append(Finding("mail_failed", "warning", text, fix, path=f"{MAIL}?state=failed"))
    return found


def _check_security(ctx: Context) -> list[Finding]:
    server = ctx.mail_server
    if server is None or not server.password or server.security != "none":
        return []
    if server.host in ("localhost", "127.0.0.1", "::1"):
        return []
    text = f"The password of the mail server goes to {server.host} in the clear."
    fix = "Set AFTERWORD_SMTP_SECURITY to starttls or tls."
    return [Finding("mail_in_the_clear", "warning", text, fix)]
