"""Scripts of the dashboard are modules, and each is served under a name that changes with what it imports."""

from __future__ import annotations

import hashlib
import re
from graphlib import CycleError
from pathlib import Path

import pytest

from afterword.web.static_files import FILES, load
from tests.support.serving import Served


def _written(folder: Path, **scripts: str) -> list[Path]:
    for name, text in scripts.items():
        (folder / f"{name}.js").write_text(text)
    return list(folder.iterdir())


def test_a_script_imports_the_others_by_the_names_under_which_they_are_served(
    tmp_path: Path,
) -> None:
    files = _written(
        tmp_path,
        main="import { a } from './a-part.js'\nimport './b.js'\nsay(\"import './c.js'\")\n",
        **{"a-part": "import { b } from './b.js'\n"},
        b="export const b = 1\n",
    )
    loaded = load(files)
    a_part, b = loaded["a-part.js"].name, loaded["b.js"].name
    assert loaded["main.js"].data.decode().split("\n")[:3] == [
        f"import {{ a }} from './{a_part}'",
        f"import './{b}'",
        "say(\"import './c.js'\")",
    ]
    assert b in loaded["a-part.js"].data.decode()


def test_a_name_changes_when_what_it_imports_changes(tmp_path: Path) -> None:
    texts = {"main": "import './a.js'\n", "a": "import './b.js'\n"}
    before = load(_written(tmp_path, **texts, b="1\n"))
    after = load(_written(tmp_path, **texts, b="2\n"))
    assert all(before[name].name != after[name].name for name in before)


def test_a_circle_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CycleError):
        load(_written(tmp_path, a="import './b.js'\n", b="import './a.js'\n"))


def test_every_import_of_ours_leads_somewhere() -> None:
    names = {file.name for file in FILES.values()}
    imported = [
        name.decode()
        for file in FILES.values()
        if file.kind.startswith("text/javascript")
        for name in re.findall(rb"^import [^'\"]*'\./([^']+)'", file.data, re.MULTILINE)
    ]
    assert imported
    assert set(imported) <= names


def test_every_script_of_the_folder_says_imports_in_the_one_way_that_is_understood() -> None:
    for file in FILES.values():
        if file.kind.startswith("text/javascript"):
            said = re.findall(rb"\bfrom '|^import '|import\(", file.data, re.MULTILINE)
            understood = re.findall(rb"^import [^'\"]*'\./", file.data, re.MULTILINE)
            assert len(said) == len(understood), file.name


async def test_own_files_have_their_hash_in_the_name_and_never_change(app: Served) -> None:
    for file in FILES.values():
        response = await app.client.get(f"/static/{file.name}")
        assert response.status_code == 200
        assert hashlib.sha256(response.content).hexdigest()[:8] in file.name
        assert "immutable" in response.headers["cache-control"]
        assert response.headers["content-type"] == file.kind
    assert (await app.client.get("/static/base.css")).status_code == 404
    assert (await app.client.get("/static/..%2fapp.py")).status_code == 404
