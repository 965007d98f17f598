"""Writes docs/configuration.md from the settings: `python server/tools/configuration_docs.py`."""

from __future__ import annotations

from dataclasses import Field, fields
from pathlib import Path
from typing import Any

from afterword.settings import Settings, variable

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"

HEAD = """\
# Configuration

<!-- Made from server/afterword/settings.py by server/tools/configuration_docs.py; do not edit. -->

Every setting is an environment variable, or a line in a TOML file: `AFTERWORD_PORT=8080`, or
`port = 8080` in `afterword.toml` in the data directory (`AFTERWORD_CONFIG` names another file). The
environment goes first, an empty variable counts as not set. A value that is not allowed, and a name
that is no setting, stop the start with a sentence that says what is allowed.

How a site wants its conversation (who is held, which fields, how long to edit) is not here: that is
`afterword site edit`.
"""

TOML = """\
## A file

```toml
host = "0.0.0.0"
port = 8080
public_url = "https://comments.example.org"
trusted_proxies = ["127.0.0.1/32"]
```

## Keys

The first start writes one random key to `secret.key` in the data directory, for its owner alone; a
file that others can read is refused. To change the key, put a new one on the first line and keep the
old one below it while links that it signed are still out, a day at most. The lines together are what
`AFTERWORD_SECRET` takes, with spaces between. Network addresses and visitors are known by hashes that
are keyed with the last line: it should outlive the others, or authors are strangers again.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, "## Settings", *map(_section, fields(Settings)), "", TOML])


def _section(knob: Field[Any]) -> str:
    name, metadata = knob.name, knob.metadata
    default = metadata["shown_default"] or f"`{knob.default}`"
    return (
        f"\n### `{variable(name)}`\n\n{metadata['help']}\n\n"
        f"In the file: `{name}`. Default: {default}. Allowed: {metadata['kind'].allowed}."
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
