"""The key file is made once, for its owner alone, and refused where others can read it."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from afterword.services.secret_keys import load_keys
from afterword.settings import SettingError, Settings

KEYS = ("Gk3-5dT9xV_0qLmZ8rYw2bNc7hJf4sAe", "b8Fh2kQz-Xn5vTq1_mRy7cWd4jLs0gPa")


def test_the_first_start_makes_a_key_for_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "new" / "data")
    (key,) = load_keys(settings)
    file = settings.data / "secret.key"
    assert len(key) == 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.data.stat().st_mode) == 0o700
    assert [path.name for path in settings.data.iterdir()] == ["secret.key"]


def test_later_starts_read_the_same_key(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    assert load_keys(settings) == load_keys(settings)


def test_first_starts_at_the_same_moment_agree_on_one_key(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(lambda _: load_keys(settings), range(32)))
    assert len(found) == 1


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_key_that_others_can_read_is_refused_with_the_way_out(tmp_path: Path, mode: int) -> None:
    settings = Settings(data=tmp_path)
    load_keys(settings)
    (tmp_path / "secret.key").chmod(mode)
    with pytest.raises(SettingError, match=f"run: chmod 600 {tmp_path}/secret.key"):
        load_keys(settings)


def test_several_keys_stand_one_a_line_the_newest_first(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    file.write_text("\n".join(KEYS) + "\n")
    file.chmod(0o600)
    assert load_keys(Settings(data=tmp_path)) == KEYS


@pytest.mark.parametrize("text", ["", "short\n", KEYS[0] + "\nshort\n", "ключ" * 10])
def test_a_key_file_that_holds_no_good_key_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "secret.key"
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(SettingError, match="at least 32 characters") as refused:
        load_keys(Settings(data=tmp_path))
    assert KEYS[0] not in str(refused.value)


def test_a_secret_of_the_settings_goes_before_the_file(tmp_path: Path) -> None:
    assert load_keys(Settings(data=tmp_path, secret=" ".join(KEYS))) == KEYS
    assert list(tmp_path.iterdir()) == []


def test_a_data_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingError, match=r"AFTERWORD_DATA is '.*/file/data'"):
        load_keys(Settings(data=tmp_path / "file" / "data"))
