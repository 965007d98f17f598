"""What a test of permissions stands on: two sites, people with a role on one, and things to act on.

Everything is made anew for each question, so that no answer depends on the one before.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import httpx2

from afterword.core.model import Act, Member, Role, Site
from afterword.core.sign_in_ways import ProviderDraft
from afterword.core.telling import EventKind
from afterword.core.tokens import token_hash
from afterword.services.members.invite_member import invite_member
from afterword.services.members.issue_api_token import issue_api_token
from afterword.services.moderating.ban_author import ban_typed
from afterword.services.moderating.moderate_comment import moderate
from afterword.services.permission import COMMAND_LINE
from afterword.storage import members, providers, sessions, site_imports, webhooks
from afterword.storage.site_imports import Options
from tests.support.serving import Served

Where: TypeAlias = Literal["own", "other", "missing"]
"""On whose site a thing is: of the member who asks, of others, or nowhere."""
WHERE: tuple[Where, ...] = ("own", "other", "missing")
MISSING = 10**9
"""The id of nothing."""
ORIGINS = {"own": "https://blog.example.org", "other": "https://shop.example.org"}
CANARY = "kestrel"
"""Stands in all that belongs to the site of others."""


@dataclass
class Ground:
    """Two sites, and ways to make what somebody acts on."""

    app: Served
    sites: dict[str, Site]
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    @classmethod
    async def of(cls, app: Served) -> Ground:
        """Its two sites hold every comment."""
        sites = {
            where: await app.add_site(origin[8:12], origin, hold="all")
            for where, origin in ORIGINS.items()
        }
        return cls(app, sites)

    def site(self, where: Where) -> int:
        """Id of a site."""
        return self.sites[where].id if where in self.sites else MISSING

    async def comment(self, where: Where) -> int:
        """Id of a comment that waits."""
        if where == "missing":
            return MISSING
        word = CANARY if where == "other" else "sparrow"
        number = next(self._numbers)
        sent = await self.app.comment(
            f"{ORIGINS[where]}/{word}-{number}", name=f"A {word}", title=f"The {word}",
            body=f"A {word} flew by for the {number}th time.", visitor_token=f"{number:022}",
        )  # fmt: skip
        return int(sent.json()["comment"]["id"])

    async def site_import(self, where: Where) -> int:
        """Number of an import that waits for a decision."""
        if where == "missing":
            return MISSING
        site_id, now = self.site(where), self.app.clock.now
        async with self.app.context.store.write() as db:
            await db.execute("UPDATE site_import SET state = 'over'")
            number = await site_imports.add(
                db, site_id=site_id, member_id=0, name="", file="gone", options=Options(), now=now
            )
            await site_imports.move(db, number, "reading", "read", now=now)
        return number

    async def page(self, where: Where) -> int:
        """Id of a page with a comment."""
        if where == "missing":
            return MISSING
        sql = "SELECT page_id FROM comment WHERE id = :id"
        row = await self.app.context.store.fetch_one(sql, {"id": await self.comment(where)})
        assert row is not None
        return int(row[0])

    async def decision(self, where: Where) -> int:
        """Number of an act on a comment that can be undone."""
        if where == "missing":
            return MISSING
        ids = [await self.comment(where)]
        done = await moderate(
            self.app.context, COMMAND_LINE, Act.APPROVE, ids, now=self.app.clock.now
        )
        assert done.audit_id is not None
        return done.audit_id

    async def ban(self, where: Where) -> int:
        """Id of a ban that holds."""
        if where == "missing":
            return MISSING
        site_id, now = self.site(where), self.app.clock.now
        done = await ban_typed(self.app.context, COMMAND_LINE, site_id, "name", "Heron", now=now)
        return done.ban.id

    async def webhook(self, where: Where) -> int:
        """Id of a webhook that leads to no machine."""
        if where == "missing":
            return MISSING
        events, seed = (EventKind.APPROVED,), secrets.token_hex(16)
        site_id, now = self.site(where), self.app.clock.now
        async with self.app.context.store.write() as db:
            made = await webhooks.add(
                db, site_id, "https://hooks.invalid/", "events", events, seed=seed, now=now
            )
        return made.id

    async def provider(self, where: Where) -> int:
        """Id of a way to sign in."""
        if where == "missing":
            return MISSING
        draft = ProviderDraft("token", CANARY, ORIGINS[where], "comments", "HS256", CANARY * 5)
        async with self.app.context.store.write() as db:
            made = await providers.add(db, self.site(where), draft, now=self.app.clock.now)
        return made.id

    async def invitation(self, where: Where) -> int:
        """Id of an invitation that nobody has used."""
        if where == "missing":
            return MISSING
        site_id, now = self.site(where), self.app.clock.now
        made = await invite_member(
            self.app.context, COMMAND_LINE, site_id, Role.VIEWER, CANARY, now=now
        )
        return made.invitation.id

    async def member(self, where: Where, role: Role = Role.VIEWER) -> int:
        """Id of a member of that site alone."""
        return MISSING if where == "missing" else (await self.person(role, where)).id

    async def person(self, role: Role, where: Where = "own") -> Member:
        """A new member with this role on that site alone; the password is nobody's."""
        name = f"{CANARY if where == 'other' else 'Staff'} {next(self._numbers)}"
        email, now = f"{name.replace(' ', '.').lower()}@example.org", self.app.clock.now
        async with self.app.context.store.write() as db:
            member = await members.add(db, name, name, email, "x", now=now)
            await members.give_role(db, member.id, self.site(where), role)
        found = await members.get(self.app.context.store, member.id)
        assert found is not None
        return found

    @asynccontextmanager
    async def browser(self, role: Role | None, *, program: bool = False) -> AsyncIterator[Browser]:
        """A browser at an address of its own, in which a new member with this role has just signed in.

        Of a program, the token takes the place of the session.
        """
        number = next(self._numbers) % 60_000
        client = (f"10.9.{number // 250}.{number % 250 + 1}", 4711)
        transport = httpx2.ASGITransport(self.app.app, client=client)
        base, csrf = self.app.settings.public_origin, ""
        async with httpx2.AsyncClient(transport=transport, base_url=base) as http:
            http.headers["sec-fetch-site"] = "same-origin"
            person = await self.person(role) if role is not None else None
            if person is not None and role is not None and program:
                issued = await issue_api_token(
                    self.app.context, person, "a program", role, 1, now=self.app.clock.now
                )
                http.headers["authorization"] = f"Bearer {issued.text}"
            elif person is not None:
                csrf = await self._sign_in(http, person)
            yield Browser(http, csrf)

    async def _sign_in(self, http: httpx2.AsyncClient, person: Member) -> str:
        token, now = secrets.token_urlsafe(32), self.app.clock.now
        async with self.app.context.store.write() as db:
            session = await sessions.add(db, person.id, token_hash(token), token, "", now=now)
        http.cookies.set("afterword_session", self.app.context.tokens.session.sign(token))
        return session.csrf


@dataclass
class Browser:
    """Somebody, signed in or not."""

    http: httpx2.AsyncClient
    csrf: str
