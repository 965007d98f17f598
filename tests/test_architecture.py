"""The structure that docs/architecture.md draws, held; and each rule shown to be able to fail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.support import architecture as rules
from tests.support.project import PACKAGE, ROOT

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
TEXT = {".py", ".js", ".mjs", ".ts", ".css", ".html", ".sql", ".jinja"}


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


SERVER = {module_name(path): path.read_text() for path in sorted(PACKAGE.rglob("*.py"))}
WIDGET = {
    str(path.relative_to(ROOT)): path.read_text()
    for path in sorted((ROOT / "widget" / "src").rglob("*.js"))
}


def none(findings: Iterable[str]) -> None:
    found = list(findings)
    assert not found, "\n" + "\n".join(found)


def test_every_module_stands_in_a_layer() -> None:
    none(rules.unknown_parts(set(SERVER)))


def test_imports_run_one_way() -> None:
    names = set(SERVER)
    none(f for name, text in SERVER.items() for f in rules.wrong_direction(name, text, names))


def test_there_are_no_cycles() -> None:
    found = rules.cycle(SERVER)
    assert not found, " -> ".join(found)


def test_rooms_of_services_stand_in_an_order() -> None:
    found = rules.cycle_of_rooms("services", SERVER)
    assert not found, " -> ".join(found)


def test_no_import_hides_in_a_function() -> None:
    none(f for name, text in SERVER.items() for f in rules.imports_in_functions(name, text))


def test_libraries_are_known_only_where_they_may_be() -> None:
    none(f for name, text in SERVER.items() for f in rules.misplaced_library(name, text))


def test_only_delivery_reaches_other_machines() -> None:
    none(f for name, text in SERVER.items() for f in rules.reaches_out(name, text))


def test_sql_is_never_composed_from_values() -> None:
    none(f for name, text in SERVER.items() for f in rules.composed_sql(name, text))


def test_functions_are_short() -> None:
    none(
        f
        for name, text in SERVER.items()
        for f in rules.long_functions(name, text, LONGEST_FUNCTION)
    )


def test_files_are_short() -> None:
    none(f"{name} has {lines} lines" for name, lines in long_files(LONGEST_FILE))


def long_files(limit: int) -> Iterator[tuple[str, int]]:
    for folder in ("server", "widget/src", "tests", "bench"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix in TEXT and "node_modules" not in path.parts:
                lines = len(path.read_text().splitlines())
                if lines > limit:
                    yield str(path.relative_to(ROOT)), lines


def test_the_widget_makes_no_markup_from_text() -> None:
    none(f for name, text in WIDGET.items() for f in rules.html_sinks(name, text))


def test_the_widget_bundles_no_dependency() -> None:
    none(f for name, text in WIDGET.items() for f in rules.foreign_imports(name, text))


# --- the rules themselves -----------------------------------------------------------------------

MODULES = {"afterword.core.tree", "afterword.web.input", "afterword.services.reading.read_thread"}


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("afterword.core.tree", "import afterword.web.input"),
        ("afterword.core.tree", "from afterword.web import input"),
        ("afterword.core.tree", "from afterword import settings"),
        ("afterword.storage.pages", "from afterword.delivery.email import send"),
        ("afterword.services.members.sign_in", "from afterword.web.input import read_json"),
        ("afterword.settings", "from afterword.storage import pages"),
        ("afterword", "from afterword.core import errors"),
    ],
)
def test_an_import_up_or_sideways_is_found(module: str, source: str) -> None:
    assert list(rules.wrong_direction(module, source, MODULES | {"afterword.settings"}))


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("afterword.web.input", "from afterword.core.tree import to_html"),
        ("afterword.web.input", "from afterword.services import read_thread"),
        ("afterword.web.input", "from afterword.web import output"),
        ("afterword.cli.main", "import afterword.app"),
        ("afterword.core.tree", "import re\nfrom afterword import __version__"),
    ],
)
def test_an_import_down_or_within_a_layer_is_fine(module: str, source: str) -> None:
    assert not list(rules.wrong_direction(module, source, MODULES))


def test_a_cycle_is_found() -> None:
    a, b, c = "afterword.core.a", "afterword.core.b", "afterword.core.c"
    straight = {a: f"import {b}", b: f"from {c} import x", c: "import re"}
    assert rules.cycle(straight) == []
    assert rules.cycle(straight | {c: "from afterword.core import a"})


def test_a_cycle_of_rooms_is_found() -> None:
    read, write, look = "services.reading.read", "services.writing.write", "services.reading.look"
    a, b, c = (f"afterword.{each}" for each in (read, write, look))
    straight = {a: f"import {c}", b: f"import {a}", c: "import re"}
    assert rules.cycle_of_rooms("services", straight) == []
    assert rules.cycle_of_rooms("services", straight | {c: f"import {b}"})


def test_a_module_in_no_layer_is_found() -> None:
    assert list(rules.unknown_parts({"afterword", "afterword.helpers"}))


def test_a_hidden_import_is_found() -> None:
    hidden = "class A:\n    async def f(self):\n        if 1:\n            import json\n"
    assert list(rules.imports_in_functions("m", hidden))
    assert not list(rules.imports_in_functions("m", "import json\ndef f(): json.loads('1')"))
    named = "from importlib import import_module"
    assert list(rules.imports_in_functions("afterword.core.tree", named))
    assert not list(rules.imports_in_functions("afterword.cli.parts", named))


def test_a_misplaced_library_is_found() -> None:
    source = "from databases import Database"
    assert list(rules.misplaced_library("afterword.services.members.sign_in", source))
    assert not list(rules.misplaced_library("afterword.storage.store", source))
    assert list(rules.misplaced_library("afterword.cli.serve", "import starlette.routing"))
    assert list(rules.misplaced_library("afterword.formats.isso", "import sqlite3"))
    assert not list(rules.misplaced_library("afterword.formats.sqlite_file", "import sqlite3"))


@pytest.mark.parametrize(
    "source",
    [
        "import httpx2",
        "from httpx2 import AsyncClient",
        "import socket",
        "import http.client",
        "from http import client",
        "import urllib.request",
        "from urllib import request",
        "from urllib.request import urlopen",
    ],
)
def test_a_client_of_other_machines_outside_delivery_is_found(source: str) -> None:
    assert list(rules.misplaced_library("afterword.services.screen_comment", source))
    assert not list(rules.misplaced_library("afterword.delivery.guarded_client", source))


def test_a_call_that_reaches_out_is_found() -> None:
    source = "async def f(): await asyncio.open_connection('example.org', 80)"
    assert list(rules.reaches_out("afterword.services.screen_comment", source))
    assert not list(rules.reaches_out("afterword.delivery.guarded_client", source))
    assert not list(rules.misplaced_library("afterword.core.tree", "import urllib.parse"))


@pytest.mark.parametrize(
    "argument",
    [
        'f"select {name}"',
        '"select %s" % name',
        '"select {}".format(name)',
        '"select " + f"{name}"',
        'SELECT + "where a = %s" % name',
    ],
)
def test_composed_sql_is_found(argument: str) -> None:
    assert list(rules.composed_sql("m", f"async def f(): await db.fetch_all({argument}, {{}})"))


@pytest.mark.parametrize(
    "argument", ["SELECT", '"select :name"', 'f"select 1"', 'A + "limit 1"', 'f"PRAGMA a={b}"']
)
def test_sql_with_bound_values_is_fine(argument: str) -> None:
    assert not list(rules.composed_sql("m", f"db.execute({argument}, {{'name': name}})"))


def test_a_long_function_is_found() -> None:
    source = "def f():\n" + "    x = 1\n" * 3
    assert list(rules.long_functions("m", source, 3))
    assert not list(rules.long_functions("m", source, 4))


@pytest.mark.parametrize(
    "line",
    [
        "node.innerHTML = text",
        "node.outerHTML = text",
        "node.insertAdjacentHTML('beforeend', text)",
        "document.write(text)",
        "eval(text)",
        "new Function(text)",
        "node.setAttribute('style', text)",
        'node.setAttribute( "style", text)',
    ],
)
def test_a_sink_in_the_widget_is_found(line: str) -> None:
    assert list(rules.html_sinks("a.js", f"const a = 1\n{line}"))


def test_text_content_is_fine() -> None:
    assert not list(rules.html_sinks("a.js", "node.textContent = text // retrieval(x)"))


@pytest.mark.parametrize(
    "line", ["import { h } from 'preact'", 'import "lit"', "await import('https://a.example/x.js')"]
)
def test_a_dependency_of_the_widget_is_found(line: str) -> None:
    assert list(rules.foreign_imports("a.js", line))


def test_its_own_files_are_fine() -> None:
    assert not list(
        rules.foreign_imports("a.js", "import css from './styles.css'\nimport './a.js'")
    )
