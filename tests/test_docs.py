"""What the repository says about itself is true, and says nothing of the machine it was made on."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from afterword.cli.site import site
from tests.support.project import ROOT

REGISTRIES = re.compile(
    r"registry\.(npmjs\.org|yarnpkg\.com|npmmirror\.com)|files\.pythonhosted\.org"
    r"|pypi\.python\.org|pypi\.org/simple"
)
# Home folders with a name in them are those of a
# person; `/home/afterword` and the like in a guide are not meant.
MACHINE = re.compile(
    r"(?<![\w.~/-])/(?:work|root|Users/[a-z]+|home/[a-z]+)/(?=[\w.])", re.IGNORECASE
)
OUTSIDE = re.compile(r"\.\./shared\b")
MAY_LOOK_OUTSIDE = {".ci/run"}

LINK = re.compile(r"\]\((?!\w+:|#)([^)\s#]+)(?:#[^)]*)?\)")


def tracked() -> Iterator[tuple[str, str]]:
    """Each text file that git keeps, by its path from the root."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    for name in filter(None, listed.stdout.decode().split("\0")):
        path = ROOT / name
        if path.is_file() and b"\0" not in (data := path.read_bytes()):
            yield name, data.decode()


def places(pattern: re.Pattern[str]) -> list[str]:
    """Every line of a tracked file in which the pattern is found."""
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in tracked()
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_file_names_a_package_registry() -> None:
    assert places(REGISTRIES) == []


def test_no_file_names_a_path_of_a_machine() -> None:
    assert places(MACHINE) == []


def test_nothing_reaches_out_of_the_checkout_but_ci() -> None:
    here = "tests/test_docs.py"
    found = {place.split(":")[0] for place in places(OUTSIDE)} - {here}
    assert found <= MAY_LOOK_OUTSIDE


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (REGISTRIES, "https://" + "registry." + "npmjs.org/esbuild"),
        (MACHINE, "see /" + "work/main/a.py"),
        (MACHINE, "path='/" + "home/ada/x'"),
        (OUTSIDE, "cat ../" + "shared/a.md"),
    ],
)
def test_these_rules_can_fail(pattern: re.Pattern[str], line: str) -> None:
    assert pattern.search(line)


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{name} links to {target}"
        for name, text in tracked()
        if name.endswith(".md")
        for target in LINK.findall(text)
        if not (ROOT / name).parent.joinpath(target).exists()
    ]
    assert broken == []


def project() -> dict[str, object]:
    return dict(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"])


def distributions(requirements: object) -> set[str]:
    """The names in a list of requirements: `uvloop>=0.23; …` is uvloop."""
    assert isinstance(requirements, list)
    return {re.split(r"[^\w-]", requirement)[0] for requirement in requirements}


def runtime_dependencies() -> set[str]:
    extras = project()["optional-dependencies"]
    assert isinstance(extras, dict)
    optional = set().union(*map(distributions, extras.values()))
    return distributions(project()["dependencies"]) | optional


def test_each_runtime_dependency_has_its_reason_written_down() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text()
    described = set(re.findall(r"^\| `([\w-]+)`", text, re.MULTILINE))
    assert described == runtime_dependencies()


@pytest.mark.parametrize(
    "lock", sorted(ROOT.glob("requirements*.lock")), ids=lambda path: path.name
)
def test_locks_pin_every_package_by_hash(lock: Path) -> None:
    text = lock.read_text()
    pinned = re.findall(r"^[\w.-]+==[^\n]*\\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)
    entries = re.findall(r"^[^\s#]", text, re.MULTILINE)
    assert entries
    assert len(pinned) == len(entries)
    assert "://" not in text


def test_the_lock_holds_what_the_package_asks_for() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    pinned = set(re.findall(r"^([\w.-]+)==", lock, re.MULTILINE))
    assert distributions(project()["dependencies"]) <= pinned


def test_the_changelog_knows_this_version() -> None:
    version = re.search(
        r'__version__ = "(.+)"', (ROOT / "server" / "afterword" / "__init__.py").read_text()
    )
    assert version
    assert f"## {version[1]}" in (ROOT / "CHANGELOG.md").read_text()


def test_every_option_of_a_site_is_explained() -> None:
    page = (ROOT / "docs" / "sites.md").read_text()
    options = {name for option in site.commands["edit"].params for name in option.opts}
    named = {name for name in options if name.startswith("--")} - {"--rename"}
    assert len(named) > 10
    assert sorted(name for name in named if f"`{name}`" not in page) == []
