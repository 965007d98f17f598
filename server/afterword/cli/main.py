"""The `afterword` command: the list of its parts, and what it says when something is refused."""

from __future__ import annotations

import sys

import click

from afterword import __version__
from afterword.cli.parts import Parts
from afterword.core.errors import Refused
from afterword.formats.opening import MalformedFile
from afterword.services.built_files import NotBuilt
from afterword.settings import SettingError
from afterword.storage.failures import DamagedDatabase, NotWhole, SchemaTooNew

PARTS = {
    "audit": ("doctor", "List who did what, the newest first."),
    "backup": (
        "backup",
        "Back up the whole installation to a new FILE or in DIR; serving goes on.",
    ),
    "ban": ("ban", "Authors who may not write."),
    "comment": ("comment", "Comments, each named by its number, as its permalink has it."),
    "db": ("db", "Bring the database up to date, or see whether it is."),
    "demo": ("serve", "Serve, with an article of a made-up blog at / and a conversation under it."),
    "doctor": ("doctor", "Look whether all is well; what is not is told with its fix."),
    "export": ("export", "Export every comment of a site to FILE."),
    "import": ("import_", "Import the comments of FILE."),
    "mail": ("mail", "Mails and webhooks: what waits, what failed and why."),
    "page": ("page", "Pages, each named by one of its addresses."),
    "person": ("person", "All that is kept of a reader."),
    "provider": ("provider", "How readers of a site sign in."),
    "restore": (
        "backup",
        "Restore the installation of a backup FILE where the settings say, while no server runs.",
    ),
    "render": (
        "render",
        "Write each thread of a site as a piece of HTML, with an index.json of them.",
    ),
    "serve": ("serve", "Serve comments until interrupted."),
    "site": ("site", "Websites that have comments here."),
    "surge": ("surge", "Surge mode: only known authors are published without a look."),
    "undo": ("comment", "Have what the act ID changed as it was before, within 30 days."),
    "user": ("user", "Members of the dashboard."),
    "webhook": ("webhook", "Addresses that hear of what happens."),
}
"""Each command with its module, and the first sentence of its own help."""


@click.group(
    cls=Parts,
    parts=PARTS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="Afterword %(version)s")
def commands() -> None:
    """Comments that come after the article, owned by the site.

    Settings come from AFTERWORD_* variables and from afterword.toml; see docs/configuration.md.
    """


def main() -> None:
    """Runs the command line; a refusal is a sentence on stderr; a wrong setting or file ends with code 2."""
    try:
        commands(prog_name="afterword")
    except (SettingError, MalformedFile) as error:
        _end(str(error), 2)
    except (Refused, DamagedDatabase, NotWhole, SchemaTooNew, NotBuilt) as error:
        _end(str(error), 1)


def _end(message: str, code: int) -> None:
    click.echo(message, err=True)
    sys.exit(code)
