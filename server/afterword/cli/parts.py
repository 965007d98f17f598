"""A command whose parts are imported when they are asked for."""

from __future__ import annotations

from importlib import import_module
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping


def part(module: str, name: str) -> Any:
    """What stands under that name in a module of commands, imported now."""
    return getattr(import_module(f"afterword.cli.{module}"), name)


class Parts(click.Group):
    """Knows its parts by a table, so that its help costs nothing and a part costs what it needs.

    All of them at once took two seconds, of which most commands need the half.
    """

    def __init__(self, *, parts: Mapping[str, tuple[str, str]], **more: Any) -> None:
        super().__init__(**more)
        self._parts = parts

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in the order of the alphabet."""
        return sorted(self._parts)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The part, which stands in its module under its own name, or with a _ behind a word of Python's."""
        if cmd_name not in self._parts:
            return None
        module, _ = self._parts[cmd_name]
        name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        command: click.Command = part(module, name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table, without a look at the parts."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._parts[name][1]) for name in self.list_commands(ctx)])
