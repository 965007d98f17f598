"""The `afterword` command: the list of its parts, and what it says when something is refused."""

from __future__ import annotations

import sys

import click

from afterword import __version__
from afterword.cli.ban import ban
from afterword.cli.comment import comment, undo
from afterword.cli.db import db
from afterword.cli.doctor import audit, doctor
from afterword.cli.mail import mail
from afterword.cli.page import page
from afterword.cli.person import person
from afterword.cli.provider import provider
from afterword.cli.serve import demo, serve
from afterword.cli.site import site
from afterword.cli.staff import COMMANDS
from afterword.cli.surge import surge
from afterword.cli.user import user
from afterword.cli.webhook import webhook
from afterword.core.errors import Refused
from afterword.services.built_files import NotBuilt
from afterword.settings import SettingError
from afterword.storage.failures import DamagedDatabase, SchemaTooNew


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="Afterword %(version)s")
def commands() -> None:
    """Comments that come after the article, owned by the site.

    Settings come from AFTERWORD_* variables and from afterword.toml; see docs/configuration.md.
    """


for command in (
    *(
        serve,
        demo,
        site,
        page,
        comment,
        user,
        ban,
        person,
        undo,
        surge,
        mail,
        webhook,
        provider,
        db,
        audit,
        doctor,
    ),
):
    commands.add_command(command)
for command in COMMANDS:
    user.add_command(command)


def main() -> None:
    """Runs the command line; a refusal is a sentence on stderr, a wrong setting ends with code 2."""
    try:
        commands(prog_name="afterword")
    except SettingError as error:
        _end(str(error), 2)
    except (Refused, DamagedDatabase, SchemaTooNew, NotBuilt) as error:
        _end(str(error), 1)


def _end(message: str, code: int) -> None:
    click.echo(message, err=True)
    sys.exit(code)
