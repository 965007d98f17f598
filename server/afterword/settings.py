"""Every knob of the process, typed, with its default and its help sentence; built once, then frozen.

A value comes from the environment (`AFTERWORD_PORT`), else from the TOML file (`port = 8000`), else it
is the default. `docs/configuration.md` is written from this file by `server/tools/configuration_docs.py`.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from afterword.setting_kinds import (
    AKISMET_KEY,
    ALLOWED_HOSTS,
    CDN_HEADER,
    CDN_URL,
    DATABASE,
    HOST,
    NETWORKS,
    PATH,
    PUBLIC_URL,
    SECRET,
    SECRET_LENGTH,
    SENDER,
    SMTP_HOST,
    SMTP_PASSWORD,
    SMTP_USER,
    Kind,
    Network,
    one_of,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from afterword.core.mail import Sender

PREFIX = "AFTERWORD_"
CONFIG = "AFTERWORD_CONFIG"
"""Names the TOML file; without it `<data>/afterword.toml` is read where it exists."""
SMTP_PORTS = {"starttls": 587, "tls": 465, "none": 25}
"""The usual port of each way to speak with a mail server."""

_TEST_NAMES = re.compile(r"AFTERWORD_(CORPORA|TEST_\w+)")
"""What our own tests read from the environment; the server knows of it only to leave it alone."""


class SettingError(Exception):
    """A setting is wrong: names it, shows its value (secrets hidden) and says what is allowed."""

    def __init__(self, name: str, value: object, allowed: str) -> None:
        super().__init__(f"{name} is {value!r}. Allowed: {allowed}.")
        self.name = name
        self.value = value
        self.allowed = allowed


def _knob(default: Any, kind: Kind, help: str, *, shown_default: str = "") -> Any:
    """A field of `Settings`; `default` is what it is where nothing was given."""
    metadata = {"kind": kind, "help": help, "shown_default": shown_default}
    return field(default=default, metadata=metadata, repr=kind.shown is str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the process was told; `load` builds it, and everything gets it passed."""

    data: Path = _knob(
        Path("data"), PATH, "Directory of the database, the key file and `afterword.toml`."
    )
    host: str = _knob("127.0.0.1", HOST, "Address that the server listens on.")
    port: int = _knob(8000, whole(1, 65_535), "Port that the server listens on.")
    workers: int = _knob(
        1,
        whole(1, 256),
        "Server processes on that port. With more than one, `SIGHUP` replaces them one after the other"
        " without a failed request; `docs/operations.md` says more. Each has limits of connections,"
        " streams and memory of its own.",
    )
    database_url: str = _knob(
        "",
        DATABASE,
        "The database: a SQLite file for one machine, PostgreSQL for more than one.",
        shown_default="`sqlite:///<data>/afterword.db`",
    )
    public_url: str = _knob(
        "",
        PUBLIC_URL,
        "Where people reach this server; every link is made from it, never from a request."
        " Its path is the prefix behind a proxy.",
        shown_default="`http://localhost:<port>`",
    )
    trusted_proxies: tuple[Network, ...] = _knob(
        (),
        NETWORKS,
        "Proxies whose `X-Forwarded-For` is believed.",
        shown_default="none",
    )
    secret: str = _knob(
        "",
        SECRET,
        "Keys that sign tokens and hash addresses. A new first key signs; the others still open"
        " what they signed. In the key file they stand one a line.",
        shown_default="the file `<data>/secret.key`, made at the first start",
    )
    cache_bytes: int = _knob(
        64 * 2**20, whole(0, 2**40), "Memory for ready answers, in bytes; 0 turns the cache off."
    )
    max_connections: int = _knob(
        2_000,
        whole(10, 100_000),
        "Connections at once beside those of live updates; one more is answered with 503.",
    )
    max_streams: int = _knob(
        10_000,
        whole(0, 100_000),
        "Readers at once who see new comments arrive; one more is answered with 503, and reads the"
        " thread as ever. Each takes about 4 KB of memory. 0 turns live updates off.",
    )
    streams_per_address: int = _knob(
        30, whole(0, 100_000), "How many of them may be of one address; 0 is no limit."
    )
    body_limit: int = _knob(
        128 * 1024, whole(1_024, 2**24), "Bytes that the body of a request may have."
    )
    import_max: int = _knob(
        2**30,
        whole(2**20, 2**40),
        "Bytes that a file may have which is imported by the dashboard. A proxy before it may have a"
        " limit of its own.",
    )
    body_timeout: int = _knob(
        10, whole(1, 600), "Seconds in which the body of a request must have arrived."
    )
    comments_per_minute: int = _knob(
        6, whole(0, 100_000), "Comments that one address may send a minute; 0 is no limit."
    )
    comments_per_hour: int = _knob(
        60, whole(0, 1_000_000), "Comments that one address may send an hour; 0 is no limit."
    )
    previews_per_minute: int = _knob(
        30, whole(0, 100_000), "Previews that one address may ask for a minute; 0 is no limit."
    )
    votes_per_minute: int = _knob(
        30,
        whole(0, 100_000),
        "Votes and reactions that one address may send a minute; 0 is no limit.",
    )
    reports_per_hour: int = _knob(
        20, whole(0, 100_000), "Reports that one address may send an hour; 0 is no limit."
    )
    codes_per_hour: int = _knob(
        3,
        whole(0, 100_000),
        "Mails with a code or a link that readers at one address may ask for an hour, and ten times as"
        " many those of its network; 0 is no limit.",
    )
    reads_per_minute: int = _knob(
        600,
        whole(0, 10_000_000),
        "Threads and counts that one address may read a minute where no ready answer was there;"
        " 0 is no limit.",
    )
    allow_hosts: tuple[str, ...] = _knob(
        (),
        ALLOWED_HOSTS,
        "Hosts that this server may ask though they are in a private network or, named with one, at"
        " another port than 80 and 443: for an own intranet. Public ones need no entry.",
        shown_default="none",
    )
    akismet_key: str = _knob(
        "",
        AKISMET_KEY,
        "Key of an account at Akismet, a third party that judges comments. With it, the owner of a site"
        " may let Akismet be shown what people write there; `docs/moderation.md` says what it is shown.",
        shown_default="none, and nobody is asked",
    )
    akismet_url: str = _knob(
        "https://rest.akismet.com",
        PUBLIC_URL,
        "Where Akismet is asked, or another service that speaks its language.",
    )
    smtp_host: str = _knob(
        "",
        SMTP_HOST,
        "The mail server that takes our mails. `docs/operations.md` says how to set up mail.",
        shown_default="none, and mails wait",
    )
    smtp_port: int = _knob(
        0, whole(1, 65_535), "Its port.", shown_default="587; 465 with `tls`, 25 with `none`"
    )
    smtp_security: str = _knob(
        "starttls",
        one_of(*SMTP_PORTS),
        "How the connection to it is encrypted: `starttls` begins in the clear and must change to TLS"
        " before anything is said, `tls` is encrypted from the first byte, `none` is for a server on"
        " this machine. Its certificate is checked against those that the system trusts.",
    )
    smtp_user: str = _knob(
        "", SMTP_USER, "Account at the mail server.", shown_default="none, and nobody signs in"
    )
    smtp_password: str = _knob("", SMTP_PASSWORD, "Password of that account.", shown_default="none")
    mail_from: Sender | None = _knob(
        None,
        SENDER,
        "Whom our mails are from; the mail server must be allowed to send for it. Must be set where"
        " `smtp_host` is.",
        shown_default="none",
    )
    bounce_token: str = _knob(
        "",
        SECRET,
        "What a mail service sends as `Authorization: Bearer …` to `/api/v1/bounces` when mails come"
        " back; `docs/operations.md` says how.",
        shown_default="none, and nobody may",
    )
    backup_dir: Path | None = _knob(
        None,
        PATH,
        "Folder into which the running server makes backups by itself; `docs/operations.md` says what is"
        " in them. With several machines: of one of them, or shared.",
        shown_default="none, and `afterword backup` makes them",
    )
    backup_every: int = _knob(24, whole(1, 8_760), "Hours from one of these backups to the next.")
    backup_keep: int = _knob(
        7,
        whole(1, 10_000),
        "How many of them stay; older ones are deleted once a newer one is whole.",
    )
    cdn_seconds: int = _knob(
        0,
        whole(0, 86_400),
        "How long a content delivery network may keep threads and counts without asking; 0 is not at"
        " all. `docs/operations.md` says what it has to do.",
    )
    cdn_stale_seconds: int = _knob(
        10, whole(0, 86_400), "How much longer, while it asks for newer ones."
    )
    cdn_purge_url: str = _knob(
        "", CDN_URL, "Where the network is told what has changed.", shown_default="none"
    )
    cdn_purge_how: str = _knob("keys", one_of("keys", "tags", "purge"), "How it is told that.")
    cdn_purge_header: str = _knob(
        "", CDN_HEADER, "Header by which it knows us: `Name: value`.", shown_default="none"
    )
    metrics_token: str = _knob(
        "",
        SECRET,
        "What Prometheus sends as `Authorization: Bearer …` to `/metrics`; `docs/operations.md` says what"
        " it finds there. Several, with spaces between, are all good.",
        shown_default="none, and there is nothing at `/metrics`",
    )
    log_level: str = _knob(
        "info",
        one_of("debug", "info", "warning", "error", "critical"),
        "The least that is written to the log.",
    )
    log_format: str = _knob(
        "text",
        one_of("text", "json"),
        "How each line of the log is written: to be read, or as a JSON object for a program.",
    )
    log_requests: str = _knob(
        "off",
        one_of("off", "on"),
        "Whether each request is logged: method, template of its route, status, time, never who asked"
        " or for which page.",
    )

    def __post_init__(self) -> None:
        if not self.database_url:
            file = self.data.absolute() / "afterword.db"
            object.__setattr__(self, "database_url", f"sqlite:///{quote(str(file))}")
        if not self.public_url:
            object.__setattr__(self, "public_url", f"http://localhost:{self.port}")
        if not self.smtp_port:
            object.__setattr__(self, "smtp_port", SMTP_PORTS[self.smtp_security])

    @property
    def is_shared(self) -> bool:
        """Whether other processes may serve from the same database."""
        return self.workers > 1 or not self.database_url.startswith("sqlite:///")

    @property
    def public_origin(self) -> str:
        """Scheme, host and port of `public_url`, as a browser sends them in `Origin`."""
        url = urlsplit(self.public_url)
        default = {"http": ":80", "https": ":443"}[url.scheme]
        return f"{url.scheme}://{url.netloc.lower().removesuffix(default)}"

    @property
    def public_host(self) -> str:
        """The host of `public_url`, without its port."""
        return urlsplit(self.public_url).hostname or "localhost"

    @property
    def prefix(self) -> str:
        """The path of `public_url` without a trailing slash: `""` or `/comments`."""
        return urlsplit(self.public_url).path.rstrip("/")

    @property
    def database_file(self) -> Path | None:
        """The SQLite file, or None where the database is a server."""
        head, _, path = self.database_url.partition(":///")
        return Path(unquote(path)) if head == "sqlite" else None


def variable(name: str) -> str:
    """The environment variable of a setting: `port` is `AFTERWORD_PORT`."""
    return PREFIX + name.upper()


def load(environ: Mapping[str, str], toml_path: Path | None = None) -> Settings:
    """The settings that the environment and the TOML file ask for; an empty variable counts as unset.

    Raises `SettingError` at the first wrong value and at the first name that is no setting.
    """
    given = _from_environment(environ)
    data = given.get("data", Settings.__dataclass_fields__["data"].default)
    file, must_exist = _toml_file(environ, toml_path, data)
    settings = Settings(**(_from_toml(file, must_exist=must_exist) | given))
    if settings.smtp_host and settings.mail_from is None:
        allowed = f"{SENDER.allowed}; with {variable('smtp_host')} it must be set"
        raise SettingError(variable("mail_from"), "", allowed)
    return settings


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    kinds = _kinds()
    given = {}
    for variable_name, text in sorted(environ.items()):
        if not variable_name.startswith(PREFIX) or variable_name == CONFIG:
            continue
        name = variable_name.removeprefix(PREFIX).lower()
        if _TEST_NAMES.fullmatch(variable_name):
            continue
        if name not in kinds or variable(name) != variable_name:
            raise SettingError(variable_name, _unless_secret(name, text), _known_names(variable))
        if text.strip():
            given[name] = _read(variable_name, kinds[name], text.strip())
    return given


def _toml_file(environ: Mapping[str, str], asked: Path | None, data: Path) -> tuple[Path, bool]:
    """The file, and whether it was asked for by name."""
    if asked is not None:
        return asked, True
    if environ.get(CONFIG):
        return Path(environ[CONFIG]).expanduser(), True
    return data / "afterword.toml", False


def _from_toml(file: Path, *, must_exist: bool) -> dict[str, Any]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        if must_exist:
            raise SettingError(CONFIG, str(file), "a TOML file that exists") from None
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(CONFIG, str(file), f"a TOML file ({error})") from None
    except OSError as error:
        raise SettingError(CONFIG, str(file), f"a file to read ({error.strerror})") from None
    kinds = _kinds()
    for name in table:
        if name not in kinds:
            value = _unless_secret(name, str(table[name]))
            raise SettingError(f"{name} in {file}", value, _known_names(str))
    return {name: _read(f"{name} in {file}", kinds[name], table[name]) for name in table}


def _kinds() -> dict[str, Kind]:
    return {knob.name: knob.metadata["kind"] for knob in fields(Settings)}


def _known_names(spell: Callable[[str], str]) -> str:
    return "one of " + ", ".join(spell(name) for name in _kinds())


def _unless_secret(name: str, text: str) -> str:
    """The value of a name that we do not know, which may be a misspelt one of a secret."""
    may_be = len(text) >= SECRET_LENGTH or re.search("key|token|pass|url", name, re.IGNORECASE)
    return f"(hidden, {len(text)} characters)" if may_be else text


def _read(name: str, kind: Kind, value: Any) -> Any:
    """The value of a setting from the text of a variable, or from a TOML string, number or list."""
    text = " ".join(map(str, value)) if isinstance(value, list) else str(value)
    try:
        return kind.read(text)
    except ValueError:
        raise SettingError(name, kind.shown(text), kind.allowed) from None
