"""A signature is what anybody can work out who has the secret."""

from __future__ import annotations

import subprocess

from afterword.core.signature import signature
from afterword.core.tokens import Tokens

BY_NODE = """
import { createHmac } from 'node:crypto'
const [secret, signed] = process.argv.slice(1)
process.stdout.write(createHmac('sha256', secret).update(signed).digest('hex'))
"""


def by_node(secret: str, signed: str) -> str:
    """Another implementation."""
    command = ["node", "--input-type=module", "-e", BY_NODE, secret, signed]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_another_implementation_comes_to_the_same() -> None:
    body = '{"text": "Ōsei ☂"}'
    expected = by_node("whsec_x", f"1800000000.{body}")
    told = signature(["whsec_x"], body.encode(), now=1_800_000_000_999)
    assert told == f"t=1800000000,v1={expected}"


def test_while_the_installations_secret_is_renewed_both_are_good() -> None:
    old, new = "an old secret of the installation", "a new secret of the installation"
    (before,) = Tokens([old]).webhook_secrets(3, "seed")
    secrets = Tokens([new, old]).webhook_secrets(3, "seed")
    assert secrets[1] == before
    parts = signature(secrets, b"x", now=0).split(",")
    assert len(parts) == 3
    assert parts[2] == signature([before], b"x", now=0).split(",")[1]


def test_each_webhook_has_a_secret_of_its_own() -> None:
    tokens = Tokens(["a secret of the installation"])
    made = {tuple(tokens.webhook_secrets(number, seed)) for number in (1, 2) for seed in "ab"}
    assert len(made) == 4
