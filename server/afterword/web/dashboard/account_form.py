"""What somebody types who makes an account with a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from afterword.web.input import read_form
from afterword.web.rate_limit import take
from afterword.web.same_origin import check_same_origin

if TYPE_CHECKING:
    from starlette.requests import Request

FIELDS = ("name", "email", "password")


class AccountForm(NamedTuple):
    """The link's token, and the account to make."""

    token: str
    name: str
    email: str
    password: str


async def read_account(request: Request) -> AccountForm:
    """The form, from our own page; counted like a sign-in, since a token could be guessed here."""
    check_same_origin(request)
    await take(request, "sign_ins")
    fields = await read_form(request)
    return AccountForm(*(fields.text(each) for each in AccountForm._fields))
