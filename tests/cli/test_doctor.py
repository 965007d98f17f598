from __future__ import annotations

import json

from tests.support.server import Serve

BLOG = "https://blog.example.org"


def test_the_doctor_tells_what_is_wrong_and_ends_with_one(serve: Serve) -> None:
    server = serve()
    server.run("site", "add", "blog", "--origin", BLOG)
    told = server.run("doctor", "--json")
    assert told.returncode == 1
    found = {each["code"]: each for each in json.loads(told.stdout)}
    assert {"no_owner", "public_url_local"} <= set(found)
    assert found["no_owner"]["command"].startswith("afterword user add")
    assert "Nobody owns this server" in server.run("doctor").stdout


def test_the_log_has_what_the_command_line_did(serve: Serve) -> None:
    server = serve()
    server.run("site", "add", "blog", "--origin", BLOG)
    server.run("site", "edit", "blog", "--max-links", "5")
    told = server.run("audit").stdout.splitlines()
    assert [line.partition("Z  ")[2] for line in told] == [
        "The command line: The settings of the site are changed (blog)",
        "The command line: A site is added (blog)",
    ]
    (only,) = json.loads(server.run("audit", "--json", "--act", "change_site").stdout)
    assert (only["before"], only["after"]) == ({"max_links": 2}, {"max_links": 5})
