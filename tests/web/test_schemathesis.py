"""The description against a running server: thousands of generated requests, right and wrong ones."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx2

from afterword.web.routes import API, EVENTS
from tests.support.dashboard import signed_in
from tests.support.embedded import MEMBER, PASSWORD
from tests.support.server import Serve, Server, wait_until

ADMIN = "/api/v1/admin"
API_BY_NAME = {endpoint.name: endpoint for endpoint in API}

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance,negative_data_rejection,"
    "missing_required_header,unsupported_method,allow_header_conformance,use_after_free,ignored_auth"
)
"""Not `positive_data_acceptance`, which takes any string for the address of a site's page, and not
`ensure_resource_availability`: a comment that was removed is not made again by sending it again."""

LIMITS = (
    *("COMMENTS_PER_MINUTE", "COMMENTS_PER_HOUR", "PREVIEWS_PER_MINUTE", "READS_PER_MINUTE"),
    *("VOTES_PER_MINUTE", "REPORTS_PER_HOUR"),
)


def described(serve: Serve) -> Server:
    """A server with a site that asks no browser to work."""
    server = serve(**{f"AFTERWORD_{limit}": "0" for limit in LIMITS})
    site = ("site", "add", "blog", "--origin", "https://blog.example.org", "--proof", "off")
    added = server.run(*site)
    assert added.returncode == 0, added.stderr
    return server


def answers_as_described(server: Server, folder: Path, token: str, *options: str) -> str:
    """What schemathesis says of it."""
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        f"{server.url}/api/v1/openapi.json",
        f"--header=Authorization: Bearer {token}",
        "--generation-deterministic",
        "--continue-on-failure",
        "--no-color",
        *options,
    ]
    result = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=600, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Traceback" not in server.output()
    return result.stdout


def test_the_server_answers_readers_as_it_is_described(serve: Serve, tmp_path: Path) -> None:
    server = described(serve)
    example = API_BY_NAME["submitComment"].example or {}
    counts = f"{server.url}/api/v1/counts?url={example['url']}"
    wait_until(lambda: httpx2.get(counts).is_success, 10, server.output)
    sent = httpx2.post(f"{server.url}/api/v1/comments", json=example)
    assert sent.json()["comment"]["id"] == 1, sent.text
    said = answers_as_described(
        server,
        tmp_path,
        sent.json()["author_token"],
        "--checks",
        CHECKS,
        "--max-examples=40",
        "--phases=examples,coverage,fuzzing,stateful",
        # An answer that does not end is nothing to wait for; tests/web/test_events.py has it.
        f"--exclude-path={EVENTS}",
        f"--exclude-path-regex=^{ADMIN}",
    )
    public = [each for each in API if not each.path.startswith(ADMIN)]
    assert f"Tested: {len(public) - 2}" in said, "all but the description and the stream"


def test_nothing_that_a_program_of_an_owner_sends_breaks_the_server(
    serve: Serve, tmp_path: Path
) -> None:
    server = described(serve)
    added = server.run("user", "add", MEMBER, "--name", "Lea", "--password-stdin", given=PASSWORD)
    assert added.returncode == 0, added.stderr
    with signed_in(server) as dashboard:
        token = dashboard.make_token()
    said = answers_as_described(
        server,
        tmp_path,
        token,
        "--checks=not_a_server_error,status_code_conformance,response_schema_conformance",
        "--max-examples=10",
        "--phases=examples,coverage,fuzzing",
        f"--include-path-regex=^{ADMIN}",
    )
    members = [each for each in API if each.path.startswith(ADMIN)]
    assert f"Tested: {len(members)}" in said
