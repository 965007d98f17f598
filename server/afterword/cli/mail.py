"""`afterword mail`: what waits in the outbox, a test that says what to change, and trying again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from afterword.cli.common import echo_json, now_ms, with_context
from afterword.core.dates import minute_text
from afterword.core.message_words import words_of
from afterword.core.telling import STATES
from afterword.services.permission import COMMAND_LINE
from afterword.services.telling.bounces import note_bounce, take_back_bounce
from afterword.services.telling.manage_mail import retry as retry_messages
from afterword.services.telling.manage_mail import see_outbox, send_test

if TYPE_CHECKING:
    from afterword.core.telling import Listed, MessageState


@click.group()
def mail() -> None:
    """Mails and webhooks: what waits, what failed and why."""


@mail.command(name="list")
@click.option("--state", type=click.Choice(STATES), default="waiting", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_(state: MessageState, as_json: bool) -> None:
    """List the newest messages of a state with the last answer to each."""
    seen = with_context(lambda ctx: see_outbox(ctx, COMMAND_LINE, state))
    if as_json:
        echo_json([_json(each) for each in seen.messages])
        return
    counts = ", ".join(f"{number} {name}" for name, number in seen.counts.items())
    click.echo(f"Messages: {counts}")
    if seen.sending is None:
        click.echo("No mail server is named, so mails wait: set AFTERWORD_SMTP_HOST.")
    for each in seen.messages:
        click.echo(_line(each))


@mail.command()
@click.option("--to", required=True, help="Your own address.")
def test(to: str) -> None:
    """Send a mail now, and say what to change where that fails."""
    tested = with_context(lambda ctx: send_test(ctx, COMMAND_LINE, to, now=now_ms()))
    click.echo(f"The mail server said: {tested.answer}")
    click.echo(tested.advice)
    sys.exit(0 if tested.answer.trouble is None else 1)


@mail.command()
@click.argument("message_id", metavar="[NUMBER]", type=int, required=False)
@click.option("--all", "all_", is_flag=True, help="All that failed.")
def retry(message_id: int | None, all_: bool) -> None:
    """Try the message of this NUMBER again, or --all that failed; the running server does it."""
    if (message_id is None) != all_:
        raise click.UsageError("Give the NUMBER of a message, or --all.")
    done = with_context(lambda ctx: retry_messages(ctx, COMMAND_LINE, message_id, now=now_ms()))
    click.echo(f"{done} to be tried again.")


@mail.command()
@click.argument("address", metavar="ADDRESS")
@click.option("--undo", is_flag=True, help="Mails arrive there again.")
def bounce(address: str, undo: bool) -> None:
    """Send no more mails to ADDRESS, from which one came back; or send them again."""
    if undo:
        done = with_context(lambda ctx: take_back_bounce(ctx, COMMAND_LINE, address, now=now_ms()))
        click.echo("Mails may go there again." if done else "No mail had come back from there.")
        return
    known = with_context(lambda ctx: note_bounce(ctx, address, now=now_ms()))
    click.echo("No mail goes there any more." if known else "No mail went there anyway.")


def _line(each: Listed) -> str:
    message = each.message
    last = f": {each.tries[0].answer}" if each.tries else ""
    number = len(each.tries)
    tries = f", {number} {'try' if number == 1 else 'tries'}" if number else ""
    return f"{message.id}: {words_of(message)}, {minute_text(message.created_at)}{tries}{last}"


def _json(each: Listed) -> dict[str, object]:
    message = each.message
    words = words_of(message)
    return {
        "id": message.id,
        "channel": message.channel,
        "purpose": message.purpose,
        "what": words.what,
        "whom": words.whom,
        "state": message.state,
        "created_at": message.created_at,
        "due_at": message.due_at,
        "tries": [{"at": one.at, "sent": one.sent, "answer": one.answer} for one in each.tries],
    }
