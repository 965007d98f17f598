"""The rules and the word lists of a site: to read, to try on what was written, and to change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.routing import Route

from afterword.core.errors import Invalid
from afterword.core.model import Role
from afterword.services.permission import may, require
from afterword.services.screening.try_rules import try_rules
from afterword.services.sites import change_policy
from afterword.web.attempt import NOTHING, complain
from afterword.web.dashboard.frame import dashboard_page
from afterword.web.dashboard.place import with_note
from afterword.web.dashboard.rule_forms import LISTS, choices_in, rules_in, words_in
from afterword.web.dashboard.rule_rows import NUMBERS, ROWS, numbers
from afterword.web.dashboard.site_choice import choose_site, need_site, sites_of
from afterword.web.dashboard.trial import Shown, shown
from afterword.web.input import query
from afterword.web.output import see_other
from afterword.web.same_origin import member_form, signed_in
from afterword.web.state import context, now

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from afterword.core.model import Policy, Site
    from afterword.web.attempt import Complaint
    from afterword.web.input import Fields
    from afterword.web.same_origin import Visit

RULES = "/dashboard/rules"
WORDS = "/dashboard/words"


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the two pages."""

    path: str
    heading: str
    template: str
    act: str
    fields: tuple[str, ...]
    read: Callable[[Fields], Callable[[Policy], Policy]]
    chosen: Callable[[Fields], Callable[[Policy], Policy]]
    """What is kept of a form that is refused, beside its fields of text."""
    typed: Callable[[Policy], Mapping[str, str]]
    """What stands in the fields of text."""


def _nothing(fields: Fields) -> Callable[[Policy], Policy]:
    return lambda policy: policy


def _lists(policy: Policy) -> dict[str, str]:
    return {field: "\n".join(getattr(policy, field)) for field in LISTS}


RULE_PAGE = Kind(
    RULES, "Rules", "rules.html", change_policy.RULES, NUMBERS, rules_in, choices_in, numbers
)
WORD_PAGE = Kind(
    WORDS, "Words", "words.html", change_policy.WORDS, tuple(LISTS), words_in, _nothing, _lists
)


async def show_rules(request: Request) -> Response:
    """`GET /dashboard/rules?site=`."""
    return await _show(request, RULE_PAGE)


async def change_rules(request: Request) -> Response:
    """`POST /dashboard/rules`: tries them on the last comments, or saves them."""
    return await _change(request, RULE_PAGE)


async def show_words(request: Request) -> Response:
    """`GET /dashboard/words?site=`."""
    return await _show(request, WORD_PAGE)


async def change_words(request: Request) -> Response:
    """`POST /dashboard/words`: tries the lists on the last comments, or saves them."""
    return await _change(request, WORD_PAGE)


async def _show(request: Request, kind: Kind) -> Response:
    visit = await signed_in(request)
    site = choose_site(request, visit.member, query(request))
    return await _page(request, visit, kind, site)


async def _change(request: Request, kind: Kind) -> Response:
    visit, fields = await member_form(request)
    site = need_site(request, visit.member, fields)
    require(visit.member, [site.id], Role.MODERATOR)
    try:
        change = kind.read(fields)
        if fields.one_of("act", ("try", "save"), "try") == "try":
            policy = change(site.policy)
            trial = shown(
                await try_rules(context(request), visit.member, site, policy, now=now(request))
            )
            return await _page(
                request, visit, kind, site, policy=policy, typed=kind.typed(policy), trial=trial
            )
        done = await change_policy.change_policy(
            context(request), visit.member, site.id, kind.act, change, now=now(request)
        )
    except Invalid as refusal:
        typed = {field: fields.text(field) for field in kind.fields}
        complaint = complain(refusal, kind.fields)
        policy = kind.chosen(fields)(site.policy)
        return await _page(
            request, visit, kind, site, policy=policy, typed=typed, complaint=complaint
        )
    path = f"{kind.path}?site={site.id}"
    return see_other(request, with_note(path, "done", str(done)) if done else path)


async def _page(
    request: Request,
    visit: Visit,
    kind: Kind,
    site: Site | None,
    *,
    policy: Policy | None = None,
    typed: Mapping[str, str] | None = None,
    complaint: Complaint = NOTHING,
    trial: Shown | None = None,
) -> Response:
    shown_policy = policy or (site.policy if site else None)
    member = visit.member
    return await dashboard_page(
        request,
        visit,
        kind.template,
        here=kind.path,
        heading=kind.heading,
        status=complaint.status,
        site=site,
        sites=sites_of(request, member),
        policy=shown_policy,
        typed=typed or (kind.typed(shown_policy) if shown_policy else {}),
        rows=ROWS,
        may_change=site is not None and may(member, site.id, change_policy.NEEDS[kind.act]),
        may_try=site is not None and may(member, site.id, Role.MODERATOR),
        has_akismet=context(request).akismet is not None,
        refused=complaint.message,
        wrong=complaint.wrong,
        trial=trial,
    )


ROUTES = [
    Route(RULES, show_rules, methods=["GET"], name="rules"),
    Route(RULES, change_rules, methods=["POST"], name="change_rules"),
    Route(WORDS, show_words, methods=["GET"], name="words"),
    Route(WORDS, change_words, methods=["POST"], name="change_words"),
]
