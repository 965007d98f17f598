"""`afterword comment` and `afterword undo`: one comment looked at, some decided about, an act taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from afterword.cli.common import echo_json, now_ms, with_context
from afterword.core.dates import minute_text
from afterword.core.errors import NotFound
from afterword.core.model import Act
from afterword.services.audit.undo_act import undo as undo_act
from afterword.services.moderating.moderate_comment import moderate
from afterword.services.moderating.review_queue import review_one
from afterword.services.permission import COMMAND_LINE

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterword.services.context import Context
    from afterword.services.moderating.review_queue import QueueItem

_AS_JSON = click.option("--json", "as_json", is_flag=True, help="For programs.")
_DONE = {
    Act.APPROVE: "approved",
    Act.HOLD: "held",
    Act.SPAM: "marked as spam",
    Act.REMOVE: "removed",
}


@click.group()
def comment() -> None:
    """Comments, each named by its number, as its permalink has it."""


@comment.command()
@click.argument("comment_id", metavar="ID", type=int)
@_AS_JSON
def show(comment_id: int, as_json: bool) -> None:
    """Show the comment ID, whatever its status."""

    async def work(ctx: Context) -> QueueItem:
        found = await review_one(ctx, COMMAND_LINE, comment_id, now=now_ms())
        if found is None:
            raise NotFound(f"There is no comment {comment_id}.")
        return found

    item = with_context(work)
    if as_json:
        echo_json(_json(item))
        return
    shown = item.comment
    at = minute_text(shown.created_at)
    click.echo(f"{shown.id} by {shown.author.name or 'somebody'} on {at}, {shown.status}")
    click.echo(item.page.url)
    for reason in item.reasons:
        click.echo(f"{reason.weight:+.1f}  {reason.text}")
    click.echo(f"\n{shown.source}")


def _decides(act: Act, about: str) -> Callable[..., None]:
    """The command of an act."""

    @comment.command(name=act.value, help=about)
    @click.argument("ids", metavar="ID...", type=int, nargs=-1, required=True)
    @_AS_JSON
    def command(ids: tuple[int, ...], as_json: bool) -> None:
        chosen = tuple(dict.fromkeys(ids))
        done = with_context(lambda ctx: moderate(ctx, COMMAND_LINE, act, chosen, now=now_ms()))
        if as_json:
            echo_json({"act": done.audit_id, "changed": done.changed})
        elif done.audit_id is None:
            click.echo("Nothing had to be changed.")
        else:
            number = len(done.changed)
            noun = "comment" if number == 1 else "comments"
            click.echo(f"{number} {noun} {_DONE[act]}. To undo: afterword undo {done.audit_id}")

    return command


_decides(Act.APPROVE, "Publish the comments ID...: all of them or none.")
_decides(Act.HOLD, "Take the comments ID... back into the queue.")
_decides(Act.SPAM, "Mark the comments ID... as spam.")
_decides(Act.REMOVE, "Remove the comments ID...; their text goes after 30 days.")


@click.command()
@click.argument("act_id", metavar="ID", type=int)
@_AS_JSON
def undo(act_id: int, as_json: bool) -> None:
    """Have what the act ID changed as it was before, within 30 days. `afterword audit` lists acts."""
    done = with_context(lambda ctx: undo_act(ctx, COMMAND_LINE, act_id, now=now_ms()))
    if as_json:
        echo_json({"undone": done.entry_id, "act": done.act, "changed": done.changed})
    elif done.changed:
        click.echo("Undone.")
    else:
        click.echo("Everything has been changed since, so that it was left as it is.")


def _json(item: QueueItem) -> dict[str, Any]:
    shown = item.comment
    return {
        "id": shown.id,
        "status": shown.status,
        "url": item.page.url,
        "author": shown.author.name,
        "email": item.email,
        "created_at": shown.created_at,
        "source": shown.source,
        "reasons": [{"rule": each.rule, "text": each.text} for each in item.reasons],
    }
