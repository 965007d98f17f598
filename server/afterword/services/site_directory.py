"""The sites as this process knows them: asked at every read, so kept in memory and renewed by the poll."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from afterword.core.errors import (
    FieldError,
    Forbidden,
    Invalid,
    OpaqueOrigin,
    Refused,
    UnknownOrigin,
)
from afterword.core.origin import origin_of
from afterword.storage import members, providers, sites

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from afterword.core.model import Site
    from afterword.core.sign_in_ways import Provider
    from afterword.storage.store import Db


class SiteDirectory:
    """Every site by id, name, origin and host, and the names that only members may bear."""

    def __init__(self, heard_of: Callable[[Site], object]) -> None:
        """`heard_of` is called with each site that turns out to be new, changed or gone."""
        self._heard_of = heard_of
        self._providers: tuple[Provider, ...] = ()
        self.reserved_names: tuple[str, ...] = ()
        """What guests may not be called: names of members, and what all members' names look like."""
        self.revision = 0
        """Rises with each change of a site or of its ways to sign in."""
        self._know(())

    def __iter__(self) -> Iterator[Site]:
        """Every site, in the order in which they were added."""
        return iter(self._by_id.values())

    async def refresh(self, db: Db) -> None:
        """Asks the database anew."""
        known, known_providers = self._by_id, self._providers
        # What is as it was stays the same object, for plans and answers hold on to theirs.
        found = await sites.all_sites(db)
        self._know(known[site.id] if known.get(site.id) == site else site for site in found)
        # After the sites: a change of these raises their version, so that nothing old is kept.
        self._providers = tuple(await providers.every(db))
        if known != self._by_id or known_providers != self._providers:
            self.revision += 1
        names = (*await members.names(db), *await members.skeletons(db))
        self.reserved_names = tuple(dict.fromkeys(names))
        for site in self:
            if known.get(site.id) != site:
                self._heard_of(site)
        for gone in known.keys() - self._by_id.keys():
            self._heard_of(replace(known[gone], version=known[gone].version + 1))

    def by_id(self, site_id: int) -> Site | None:
        """The site with this id."""
        return self._by_id.get(site_id)

    def by_name(self, name: str) -> Site | None:
        """The site with this name."""
        return self._by_name.get(name)

    def by_origin(self, origin: str) -> Site | None:
        """The site that is served from exactly this origin."""
        return self._by_origin.get(origin)

    def providers(self, site_id: int) -> list[Provider]:
        """How readers of a site sign in, in the order in which its owner added them."""
        return [each for each in self._providers if each.site_id == site_id]

    def provider(self, provider_id: int) -> Provider | None:
        """The way to sign in with this id."""
        return next((each for each in self._providers if each.id == provider_id), None)

    def for_url(self, url: str, site_name: str | None = None) -> Site:
        """The site that an address belongs to: of its origin, else of its host under another scheme.

        Raises `UnknownOrigin` where there is none, or the named one has no such host, and `Invalid`
        where it is no address.
        """
        origin = origin_of(url)
        if origin is None:
            message = "The page must have an address that starts with http:// or https://."
            raise Invalid(FieldError("url", "not_a_web_address", message))
        site = self._by_origin.get(origin) or self._by_authority.get(_authority(origin))
        if site_name is not None:
            site = self._by_name.get(site_name)
        if site is None or _authority(origin) not in map(_authority, site.origins):
            raise UnknownOrigin(origin)
        return site

    def check_origin(self, site: Site, origin: str | None) -> None:
        """Raises a kind of `Forbidden` where a browser says that a page of another site asks."""
        if origin is not None and origin not in site.origins:
            raise self.refusal(origin)

    def refusal(self, origin: str) -> Refused:
        """Why a page of this origin may not ask a site that does not name it."""
        if origin_of(origin) != origin:
            return OpaqueOrigin()
        if self.by_origin(origin) is None:
            return UnknownOrigin(origin)
        return Forbidden(f"That page belongs to another site than {origin}.")

    def _know(self, known: Iterable[Site]) -> None:
        self._by_id = {site.id: site for site in known}
        self._by_name = {site.name: site for site in self._by_id.values()}
        self._by_origin = {o: site for site in self._by_id.values() for o in site.origins}
        self._by_authority = {_authority(o): site for o, site in self._by_origin.items()}


def _authority(origin: str) -> str:
    return origin.partition("://")[2].removeprefix("www.")
