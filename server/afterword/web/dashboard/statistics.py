"""Statistics of a site: plots drawn here, each with the table that says the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from afterword.core.model import Status
from afterword.core.plot import Plot, plot
from afterword.services.sites.read_statistics import SPANS, WEEKLY, Statistics, read_statistics
from afterword.web import wording
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.dashboard.site_choice import choose_site, sites_of
from afterword.web.input import query
from afterword.web.same_origin import signed_in
from afterword.web.state import context, now

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

STATISTICS = "/dashboard/statistics"
_SPANS = tuple(map(str, SPANS))
_STATUSES = (
    (Status.APPROVED, "Public"),
    (Status.PENDING, "Held"),
    (Status.SPAM, "Spam"),
    (Status.REMOVED, "Removed"),
)


async def show(request: Request) -> Response:
    """`GET /dashboard/statistics?site=&days=`: the first site and thirty days, unless asked otherwise."""
    visit = await signed_in(request)
    fields = query(request)
    days = int(fields.one_of("days", _SPANS, _SPANS[0]))
    site, found = choose_site(request, visit.member, fields), None
    if site is not None:
        found = await read_statistics(
            context(request), visit.member, site.id, days, now=now(request)
        )
    return await dashboard_page(
        request,
        visit,
        "statistics.html",
        here=STATISTICS,
        heading="Statistics",
        sites=sites_of(request, visit.member),
        site=site,
        spans=SPANS,
        days=days,
        found=found,
        statuses=_STATUSES,
        plots=_plots(found) if found else (),
        stretch="week from" if days > WEEKLY else "day",
        minutes=minutes,
    )


def _plots(found: Statistics) -> tuple[tuple[str, str, Plot], ...]:
    """Title, what it says in a sentence, and the plot itself."""
    labels = [wording.short_day(each.at) for each in found.stretches]
    waits = [(each.response or 0) / 60 for each in found.stretches]
    waited = "No held comment was decided in this time."
    if found.response is not None:
        waited = f"The median is {minutes(found.response)}."
    numbers = {
        "Comments written": [each.total for each in found.stretches],
        "Held, and not decided yet": [each.counts[Status.PENDING] for each in found.stretches],
        "Spam": [each.counts[Status.SPAM] for each in found.stretches],
    }
    return (
        *(
            (title, _total(each, found), plot(_pairs(labels, each)))
            for title, each in numbers.items()
        ),
        ("Hours until a held comment is decided", waited, plot(_pairs(labels, waits))),
    )


def _total(numbers: list[int], found: Statistics) -> str:
    return f"{wording.count(sum(numbers), 'comment', 'comments')} in {found.days} days."


def _pairs(labels: list[str], values: list[int] | list[float]) -> list[tuple[str, float]]:
    return list(zip(labels, values, strict=True))


def minutes(value: float | None) -> str:
    """`12 minutes`, `3.5 hours`, `2.1 days`; of nothing, a dash."""
    if value is None:
        return "–"
    if value < 60:
        return wording.count(round(value), "minute", "minutes")
    hours = value / 60
    return f"{hours:.1f} hours" if hours < 48 else f"{hours / 24:.1f} days"


ROUTES = [Route(STATISTICS, show, methods=["GET"], name="statistics")]
