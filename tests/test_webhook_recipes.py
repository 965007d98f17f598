"""What docs/webhooks.md says of signatures and events is so: its recipes are run, its example is compared."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from afterword.core.hook_event import event_json
from afterword.core.signature import signature
from tests.core.test_hook_templates import TOLD
from tests.support.project import ROOT, unavailable

PAGE = (ROOT / "docs" / "webhooks.md").read_text()
SECRET = "whsec_0123456789abcdef"
BODY = '{"text": "Ōsei, \\"quoted\\" 100% $HOME"}'.encode()

Verify = Callable[[str, str, bytes], bool]


def recipe(language: str) -> str:
    """The last block of the page in that language that is about signatures."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    return str(next(each for each in blocks if "v1" in each))


def by_python(secret: str, header: str, body: bytes) -> bool:
    names: dict[str, Any] = {}
    exec(recipe("python"), names)
    return bool(names["is_ours"](secret, header, body))


def by_node(secret: str, header: str, body: bytes) -> bool:
    ask = """
    const body = Buffer.concat(await process.stdin.toArray())
    process.stdout.write(String(isOurs(...process.argv.slice(1), body)))
    """
    command = ["node", "--input-type=module", "-e", recipe("js") + ask, secret, header]
    return subprocess.run(command, input=body, capture_output=True, check=True).stdout == b"true"


def by_shell(secret: str, header: str, body: bytes) -> bool:
    if shutil.which("openssl") is None:
        unavailable("openssl is not installed")
    command = ["sh", "-c", recipe("sh"), "verify", header]
    environ = {"SECRET": secret, "PATH": "/usr/local/bin:/usr/bin:/bin"}
    return subprocess.run(command, input=body, env=environ, check=False).returncode == 0


@pytest.mark.parametrize("verify", [by_python, by_node, by_shell])
def test_each_recipe_knows_what_is_from_here_and_nothing_else(verify: Verify) -> None:
    now = int(time.time() * 1000)
    good = signature([SECRET], BODY, now=now)
    while_renewed = signature(["whsec_new", SECRET], BODY, now=now)
    assert verify(SECRET, good, BODY)
    assert verify(SECRET, while_renewed, BODY)
    assert not verify("whsec_other", good, BODY)
    assert not verify(SECRET, good, BODY + b" ")
    for minutes in (-6, 6):
        stale = signature([SECRET], BODY, now=now + minutes * 60_000)
        assert not verify(SECRET, stale, BODY)
    later = good.replace(f"t={now // 1000}", f"t={now // 1000 + 1}")
    for header in (later, good.partition(",")[0], "", "nonsense", "t=x,v1=", f"{good[:-1]}x"):
        assert not verify(SECRET, header, BODY), header


def test_the_example_is_an_event_as_it_is_sent() -> None:
    (example,) = re.findall(r"^```json\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    shown = json.loads(example)
    assert TOLD.comment is not None
    told = replace(
        TOLD,
        message_id=shown["id"],
        comment=replace(TOLD.comment, text=shown["data"]["comment"]["text"]),
    )
    assert event_json(told) == shown


def test_the_page_is_found_from_the_others() -> None:
    linked = [
        path for path in Path(ROOT / "docs").glob("*.md") if "webhooks.md" in path.read_text()
    ]
    assert len(linked) >= 2
