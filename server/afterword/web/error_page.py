"""The page that people see where something was refused or failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.web.templates import render

if TYPE_CHECKING:
    from afterword.core.wire import Problem
    from afterword.web.links import Links


def error_page(problem: Problem, links: Links) -> str:
    """The HTML of a problem."""
    return render(links, "error.html", heading=problem.title, message=problem.detail)
