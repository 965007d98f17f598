"""The pages that people see where something was refused or failed, or has to be confirmed first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.web.templates import render

if TYPE_CHECKING:
    from afterword.core.errors import ConfirmationNeeded
    from afterword.core.wire import Problem
    from afterword.web.links import Links


def error_page(problem: Problem, links: Links) -> str:
    """The HTML of a problem."""
    return render(links, "error.html", heading=problem.title, message=problem.detail)


def confirmation_page(asked: ConfirmationNeeded, links: Links) -> str:
    """The HTML that asks for the password, with what was sent kept in its form."""
    return render(
        links,
        "dashboard/confirm.html",
        heading="Your password, once more",
        action=asked.action,
        kept=asked.fields,
        wrong={"confirm_password": asked.wrong} if asked.wrong else {},
    )
