"""The description against a running server: thousands of generated requests, right and wrong ones."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx2

from afterword.web.routes import API, EVENTS
from tests.support.server import Serve, wait_until

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


def test_the_server_answers_as_it_is_described(serve: Serve, tmp_path: Path) -> None:
    server = serve(**{f"AFTERWORD_{limit}": "0" for limit in LIMITS})
    site = ("site", "add", "blog", "--origin", "https://blog.example.org", "--proof", "off")
    added = server.run(*site)
    assert added.returncode == 0, added.stderr
    example = API_BY_NAME["submitComment"].example or {}
    counts = f"{server.url}/api/v1/counts?url={example['url']}"
    wait_until(lambda: httpx2.get(counts).is_success, 10, server.output)
    sent = httpx2.post(f"{server.url}/api/v1/comments", json=example)
    assert sent.json()["comment"]["id"] == 1, sent.text
    # An answer that does not end is nothing to wait for; tests/web/test_events.py has it.
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        f"{server.url}/api/v1/openapi.json",
        f"--header=Authorization: Bearer {sent.json()['author_token']}",
        "--checks",
        CHECKS,
        "--max-examples=40",
        "--phases=examples,coverage,fuzzing,stateful",
        "--generation-deterministic",
        "--continue-on-failure",
        "--no-color",
        f"--exclude-path={EVENTS}",
    ]
    result = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Traceback" not in server.output()
    assert f"Tested: {len(API) - 2}" in result.stdout, "all but the description and the stream"
