"""The commands, and the drill: another machine, the backup, and whoever wrote a comment still edits it."""

from __future__ import annotations

import json
from pathlib import Path

import httpx2

from tests.support.server import UNHURRIED, Serve

ORIGIN = "https://blog.example.org"


def _write(url: str) -> tuple[int, str]:
    """A comment: its number, and the token of who wrote it."""
    sent = {
        "url": f"{ORIGIN}/post",
        "name": "Mira Osei",
        "body": "In 1999.",
        "client_id": "8b0bb2a5-3b0c-4a3b-9d3c-000000000001",
    }
    answer = httpx2.post(f"{url}/api/v1/comments", json=sent, headers={"Origin": ORIGIN})
    assert answer.status_code == 201, answer.text
    return answer.json()["comment"]["id"], answer.json()["author_token"]


def test_the_drill(serve: Serve, database_url: str, tmp_path: Path) -> None:
    before = serve(AFTERWORD_DATABASE_URL=database_url)
    before.add_site(ORIGIN, "--hold", "none", *UNHURRIED)
    number, token = _write(before.url)
    file = tmp_path / "b.zip"
    made = before.run("backup", str(file), "--json")
    assert made.returncode == 0, made.stderr
    said = json.loads(made.stdout)
    assert (said["rows"]["comment"], said["keys"]) == (1, True)
    refused = before.run("restore", str(file), "--replace", "--yes")
    assert (refused.returncode, "Stop it first" in refused.stderr) == (1, True)
    before.kill()

    after = serve(AFTERWORD_DATABASE_URL=f"sqlite:///{tmp_path / 'other' / 'afterword.db'}")
    after.stop()
    checked = after.run("restore", "--check", str(file))
    assert checked.returncode == 0, checked.stderr
    assert "1 sites, 1 comments, 0 members; with the secret keys" in checked.stdout
    asked = after.run("restore", str(file), given="n\n")
    assert (asked.returncode, "Restore it?" in asked.stdout) == (1, True)
    done = after.run("restore", str(file), given="y\n")
    assert done.returncode == 0, done.stderr
    assert "Restored. Now start the server." in done.stdout
    assert "As it was before" in done.stdout, "the key of the first start"
    after.start()
    read = httpx2.get(f"{after.url}/api/v1/thread", params={"url": f"{ORIGIN}/post"})
    assert "In 1999." in read.text
    edited = httpx2.patch(
        f"{after.url}/api/v1/comments/{number}",
        json={"body": "In 2000."},
        headers={"Origin": ORIGIN, "Authorization": f"Bearer {token}"},
    )
    assert edited.status_code == 200, edited.text
    cut = tmp_path / "cut.zip"
    cut.write_bytes(file.read_bytes()[:-1])
    wrong = after.run("restore", "--check", str(cut))
    assert (wrong.returncode, "is not a backup of Afterword" in wrong.stderr) == (1, True)
