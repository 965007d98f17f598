"""The page that people see where something was refused or failed; it needs no script and no file."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from afterword.core.wire import Problem
    from afterword.web.links import Links

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="stylesheet" href="{style}">
<main class="page">
<h1>{title}</h1>
<p>{detail}</p>
</main>
</html>
"""


def error_page(problem: Problem, links: Links) -> str:
    """The HTML of a problem."""
    return PAGE.format(
        title=escape(problem.title),
        detail=escape(problem.detail),
        style=escape(links.path("/static/base.css")),
    )
