"""One server for all, and in front of it nginx, Caddy, or nobody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.fronts import Front, HastyServer, bare, caddy, nginx
from tests.support.server import UNHURRIED

ORIGIN = "https://blog.example.org"
FRONTS = {"nginx": nginx, "caddy": caddy, "bare": bare}

behind_a_proxy = pytest.mark.parametrize(
    "front", ["nginx", "caddy"], indirect=True, scope="session"
)
behind_nginx = pytest.mark.parametrize("front", ["nginx"], indirect=True, scope="session")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HastyServer]:
    """A server with one site that publishes at once."""
    started = HastyServer(
        tmp_path_factory.mktemp("data"),
        AFTERWORD_PUBLIC_URL="https://comments.example.org",
        AFTERWORD_TRUSTED_PROXIES="127.0.0.1/32",
        AFTERWORD_BODY_TIMEOUT="1",
        AFTERWORD_COMMENTS_PER_MINUTE="5",
        AFTERWORD_PREVIEWS_PER_MINUTE="0",
        AFTERWORD_READS_PER_MINUTE="0",
        AFTERWORD_STREAMS_PER_ADDRESS="0",
    )
    started.start()
    started.add_site(ORIGIN, "--hold", "none", *UNHURRIED)
    yield started
    started.stop()


@pytest.fixture(scope="session", params=FRONTS)
def front(
    request: pytest.FixtureRequest,
    server: HastyServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Front]:
    """Each of the proxies, and the server without one."""
    with FRONTS[request.param](tmp_path_factory.mktemp(request.param), server) as front:
        yield front
