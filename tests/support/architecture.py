"""Our rules of structure as functions from source text to findings, so that each can be shown to fail.

A finding is one line for a person: where, and what is wrong there.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from graphlib import CycleError, TopologicalSorter

RANKS = {
    "__main__": 9,
    "cli": 8,
    "app": 7,
    "web": 6,
    "services": 5,
    "storage": 4,
    "delivery": 4,
    "formats": 4,
    "settings": 3,
    "setting_kinds": 2,
    "core": 1,
}
"""Parts of the package; each may import what ranks lower, and nothing beside or above it."""

ALLOWED_IN = {
    "databases": {"storage"},
    "aiosqlite": {"storage"},
    "asyncpg": {"storage"},
    "sqlalchemy": {"storage"},
    "alembic": {"storage"},
    "sqlite3": {"storage", "formats.sqlite_file"},  # What others keep may be a database.
    "starlette": {"web", "app"},
    "httpx2": {"delivery"},
    "httpcore2": {"delivery"},
    "aiohttp": {"delivery"},
    "requests": {"delivery"},
    "aiosmtplib": {"delivery"},
    "smtplib": {"delivery"},
    "ftplib": {"delivery"},
    # The command line listens; a stream bounds what the kernel keeps of it.
    "socket": {"delivery", "cli", "web.stream_connection"},
    "ssl": {"delivery"},
    "http.client": {"delivery"},
    "urllib.request": {"delivery"},
}
"""Libraries that only some parts know: to be replaced there, or because they reach other machines."""

IMPORTS_BY_NAME = "afterword.cli.parts"
"""Imports the module of the command that was typed, and nothing outside its own folder."""

REACHES_OUT = {
    "create_connection",
    "create_datagram_endpoint",
    "open_connection",
    "open_unix_connection",
    "sock_connect",
}
"""Calls that open a connection, by whatever object they are made."""

ASKS_THE_DATABASE = {
    "execute",
    "execute_fetchall",
    "execute_many",
    "executemany",
    "executescript",
    "fetch_all",
    "fetch_one",
    "fetch_val",
    "fetch",
    "fetchrow",
    "fetchval",
    "iterate",
    "text",
}

MAKES_HTML = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    r"|createContextualFragment|setHTMLUnsafe|setAttribute\(\s*['\"`]style"
)

IMPORT_IN_JS = re.compile(r"""(?:\bfrom\s*|\bimport\s*\(?\s*)['"]([^'"]+)['"]""")


def part_of(module: str) -> str:
    """`afterword.web.api.thread` belongs to `web`; the package itself to no part."""
    return [*module.split("."), ""][1]


def imports(source: str, modules: AbstractSet[str] = frozenset()) -> set[str]:
    """Every module that the source imports; `from a import b` is a.b where that is a module."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inside & modules or {node.module}
    return found


def wrong_direction(module: str, source: str, modules: set[str]) -> Iterator[str]:
    """Imports that go up, or sideways to a neighbour."""
    here = part_of(module)
    for target in sorted(imports(source, modules)):
        there = part_of(target) if target.split(".")[0] == "afterword" else ""
        if there and there != here and RANKS[there] >= RANKS.get(here, 0):
            yield f"{module} imports {target}: {here or 'the package'} must not know {there}"


def unknown_parts(modules: set[str]) -> Iterator[str]:
    """Modules that stand in no layer."""
    for module in sorted(modules - {"afterword"}):
        if part_of(module) not in RANKS:
            yield f"{module} is in no layer: {', '.join(RANKS)}"


def misplaced_library(module: str, source: str) -> Iterator[str]:
    """Imports of a library outside the parts that may know it."""
    for target in sorted(imports(source, ALLOWED_IN.keys())):
        parents = (target.rsplit(".", steps)[0] for steps in range(target.count(".") + 1))
        library = next((each for each in parents if each in ALLOWED_IN), None)
        here = {part_of(module), module.removeprefix("afterword.")}
        if library and here.isdisjoint(ALLOWED_IN[library]):
            yield f"{module} imports {target}: only {sorted(ALLOWED_IN[library])} may"


def reaches_out(module: str, source: str) -> Iterator[str]:
    """Calls that reach other machines, outside of the one part that checks whom it asks."""
    if part_of(module) == "delivery":
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _name_of(node.func) in REACHES_OUT:
            yield f"{module}:{node.lineno} calls {_name_of(node.func)}(): only delivery may"


def imports_in_functions(module: str, source: str) -> Iterator[str]:
    """Imports that hide in a function, where nobody looks for them and cycles go unseen."""
    tree = ast.parse(source)
    if module != IMPORTS_BY_NAME and re.search(r"\b(import_module|__import__)\b", source):
        yield f"{module} imports by name, which is for {IMPORTS_BY_NAME} alone"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    yield f"{module}:{inner.lineno} imports inside {node.name}()"


def cycle(sources: Mapping[str, str]) -> list[str]:
    """One cycle of imports among these modules, or an empty list."""
    names = set(sources)
    return _cycle({name: imports(text, names) & names - {name} for name, text in sources.items()})


def cycle_of_rooms(layer: str, sources: Mapping[str, str]) -> list[str]:
    """One cycle among the folders of a layer, each taken as one module, or an empty list."""
    room_of = {name: name.rsplit(".", 1)[0] for name in sources if name.count(".") > 2}
    graph: dict[str, set[str]] = {}
    for name, room in room_of.items():
        if part_of(name) == layer:
            known = imports(sources[name], set(sources)) & room_of.keys()
            graph.setdefault(room, set()).update({room_of[target] for target in known} - {room})
    return _cycle(graph)


def _cycle(graph: Mapping[str, AbstractSet[str]]) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as found:
        return list(found.args[1])
    return []


def composed_sql(module: str, source: str) -> Iterator[str]:
    """SQL that is put together from values at the call instead of binding them."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or _name_of(node.func) not in ASKS_THE_DATABASE:
            continue
        if any(_is_composed(argument) for argument in node.args[:1]):
            yield f"{module}:{node.lineno} composes the SQL of {_name_of(node.func)}()"


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _is_composed(text: ast.expr) -> bool:
    if isinstance(text, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else None for part in text.values]
        return None in parts and not str(parts[0]).startswith(
            "PRAGMA "
        )  # It takes no bound values.
    if isinstance(text, ast.BinOp):
        return isinstance(text.op, ast.Mod) or _is_composed(text.left) or _is_composed(text.right)
    return isinstance(text, ast.Call) and _name_of(text.func) in {"format", "format_map"}


def long_functions(module: str, source: str, limit: int) -> Iterator[str]:
    """Functions with more lines than the limit, the docstring not counted."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            lines -= len((ast.get_docstring(node) or "").splitlines())
            if lines > limit:
                yield f"{module}:{node.lineno} {node.name}() has {lines} lines, {limit} are allowed"


def html_sinks(name: str, source: str) -> Iterator[str]:
    """Places of the widget that turn text into markup, code or inline styles."""
    for number, line in enumerate(source.splitlines(), start=1):
        if found := MAKES_HTML.search(line):
            yield f"{name}:{number} uses {found[0]}"


def foreign_imports(name: str, source: str) -> Iterator[str]:
    """Imports of the widget from anything but its own files: the bundle has no dependency."""
    for target in IMPORT_IN_JS.findall(source):
        if not target.startswith(("./", "../")):
            yield f"{name} imports {target}"
