"""Settings are refused with name, value and what is allowed, and come from where they should."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest

from afterword.core.mail import Sender
from afterword.settings import SettingError, Settings, load


def in_file(folder: Path, text: str) -> dict[str, str]:
    (folder / "afterword.toml").write_text(text)
    return {"AFTERWORD_DATA": str(folder)}


def test_without_anything_given_the_server_is_local() -> None:
    settings = load({})
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.public_url == "http://localhost:8000"
    assert settings.database_url == f"sqlite:///{Path.cwd()}/data/afterword.db"
    assert settings.trusted_proxies == ()


def test_the_environment_goes_before_the_file_and_the_file_before_the_default(
    tmp_path: Path,
) -> None:
    environ = in_file(tmp_path, 'port = 1234\nhost = "::1"\n')
    settings = load({**environ, "AFTERWORD_PORT": "4321"})
    assert (settings.port, settings.host, settings.log_level) == (4321, "::1", "info")


def test_a_file_may_be_named(tmp_path: Path) -> None:
    file = tmp_path / "other.toml"
    file.write_text('trusted_proxies = ["10.0.0.0/8", "::1/128"]\n')
    settings = load({"AFTERWORD_CONFIG": str(file)})
    assert settings.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("::1/128"))


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("AFTERWORD_PORT", "80a", "a whole number from 1 to 65,535"),
        ("AFTERWORD_PORT", "0", "a whole number from 1 to 65,535"),
        ("AFTERWORD_PORT", "٤٢", "a whole number from 1 to 65,535"),
        ("AFTERWORD_LOG_LEVEL", "loud", "one of debug, info, warning, error, critical"),
        ("AFTERWORD_HOST", "http://x", "an address or host name to listen on"),
        ("AFTERWORD_PUBLIC_URL", "comments.example.org", "an http or https address"),
        ("AFTERWORD_PUBLIC_URL", "https://example.org/?a=b", "an http or https address"),
        ("AFTERWORD_PUBLIC_URL", "https://user@example.org", "an http or https address"),
        ("AFTERWORD_DATABASE_URL", "mysql://x/y", "sqlite:///path/to/file.db, or postgresql://"),
        ("AFTERWORD_DATABASE_URL", "sqlite:///a.db?timeout=30", "sqlite:///path/to/file.db"),
        ("AFTERWORD_TRUSTED_PROXIES", "10.0.0.1/8", "networks with commas between"),
        ("AFTERWORD_TRUSTED_PROXIES", "*", "networks with commas between"),
    ],
)
def test_a_wrong_value_is_refused_with_name_value_and_what_is_allowed(
    name: str, value: str, allowed: str
) -> None:
    with pytest.raises(SettingError) as refused:
        load({name: value})
    assert str(refused.value).startswith(f"{name} is {value!r}. Allowed: {allowed}")


def test_a_misspelt_name_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(SettingError, match=r"^AFTERWORD_PROT is '80'. Allowed: one of .*_PORT"):
        load({"AFTERWORD_PROT": "80"})


def test_a_misspelt_key_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"^prot in .*afterword.toml is '80'. Allowed: one of"):
        load(in_file(tmp_path, "prot = 80\n"))


@pytest.mark.parametrize("text", ["port = 80.5", "port = true", 'port = ""', "port = [1, 2]"])
def test_a_wrong_type_in_the_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingError, match="a whole number"):
        load(in_file(tmp_path, text))


def test_a_file_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="a TOML file"):
        load(in_file(tmp_path, "port: 80"))


def test_a_file_that_was_asked_for_must_exist(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="a TOML file that exists"):
        load({"AFTERWORD_CONFIG": str(tmp_path / "none.toml")})


@pytest.mark.parametrize("secret", ["short", "a" * 40, "password" * 5])
def test_a_secret_that_can_be_guessed_is_refused_and_not_shown(secret: str) -> None:
    with pytest.raises(SettingError) as refused:
        load({"AFTERWORD_SECRET": secret})
    assert secret not in str(refused.value)


def test_what_is_secret_is_not_shown() -> None:
    secret, address = "Gk3-5dT9xV_0qLmZ8rYw2bNc7hJf4sAe", "postgresql://u:hunter2@db/afterword"
    settings = load({"AFTERWORD_SECRET": secret, "AFTERWORD_DATABASE_URL": address})
    assert secret not in repr(settings)
    assert "hunter2" not in repr(settings)
    with pytest.raises(SettingError) as refused:
        load({"AFTERWORD_DATABASE_URL": "postgres://u:hunter2@db/afterword"})
    assert "hunter2" not in str(refused.value)
    with pytest.raises(SettingError) as refused:
        load({"AFTERWORD_SECERT": secret, "AFTERWORD_SECRET_": secret})
    assert secret not in str(refused.value)


def test_an_empty_variable_counts_as_unset() -> None:
    assert load({"AFTERWORD_PORT": ""}).port == 8000


def test_the_public_address_may_have_a_prefix() -> None:
    settings = load({"AFTERWORD_PUBLIC_URL": "https://example.org:443/comments/"})
    assert settings.public_url == "https://example.org:443/comments"
    assert settings.public_origin == "https://example.org"
    assert settings.prefix == "/comments"


def test_the_database_file_is_known_also_where_its_path_has_odd_characters(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "50% off?")
    assert settings.database_file == tmp_path / "50% off?" / "afterword.db"
    assert load({"AFTERWORD_DATABASE_URL": "postgresql://u@h/d"}).database_file is None


def test_what_only_tests_read_is_left_alone() -> None:
    assert load({"AFTERWORD_CORPORA": "/somewhere"}) == load({})


def test_a_mail_server_needs_to_know_whom_mails_are_from() -> None:
    server = {"AFTERWORD_SMTP_HOST": "smtp.example.org"}
    with pytest.raises(SettingError, match=r"^AFTERWORD_MAIL_FROM is ''. Allowed: a mail address"):
        load(server)
    settings = load({**server, "AFTERWORD_MAIL_FROM": "Comments <comments@Example.org>"})
    assert settings.mail_from == Sender("comments@example.org", "Comments")
    assert load({"AFTERWORD_MAIL_FROM": "a@example.org"}).mail_from == Sender("a@example.org")


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_each_way_to_speak_with_a_mail_server_has_its_port(security: str, port: int) -> None:
    assert load({"AFTERWORD_SMTP_SECURITY": security}).smtp_port == port
    assert load({"AFTERWORD_SMTP_SECURITY": security, "AFTERWORD_SMTP_PORT": "26"}).smtp_port == 26


@pytest.mark.parametrize(
    "sender",
    ["nobody", "a@b.example, c@d.example", "Mira", "A\u2028B <a@b.example>", "<a@b.example"],
)
def test_a_sender_is_one_address(sender: str) -> None:
    with pytest.raises(SettingError, match=r"^AFTERWORD_MAIL_FROM is "):
        load({"AFTERWORD_MAIL_FROM": sender})


def test_the_password_of_the_mail_server_is_not_shown() -> None:
    settings = load({"AFTERWORD_SMTP_PASSWORD": "hunter2"})
    assert settings.smtp_password == "hunter2"
    assert "hunter2" not in repr(settings)
    with pytest.raises(SettingError) as refused:
        load({"AFTERWORD_SMTP_PASSWORD": "hunter2\x07"})
    assert "hunter2" not in str(refused.value)
