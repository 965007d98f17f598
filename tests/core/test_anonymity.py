"""Keyed hashes: the same for the same thing and purpose, and for nothing else."""

from __future__ import annotations

import hashlib
import hmac
import itertools
from hashlib import sha256

import pytest

from afterword.core import anonymity
from afterword.core.anonymity import (
    DAY,
    Hashes,
    address_bucket,
    hue,
    network_bucket,
    tells_apart,
)

HASHES = Hashes("the secret of this installation")
NOW = 20_000 * DAY + 5_000
EMAIL = "mira@example.org"


def test_an_author_is_known_by_token_or_by_email_on_one_site() -> None:
    keys = [
        HASHES.author_by_visitor(1, "token"),
        HASHES.author_by_visitor(2, "token"),
        HASHES.author_by_visitor(1, "other"),
        HASHES.author_by_email(1, "token"),
        HASHES.author_by_email(1, EMAIL),
        HASHES.author_by_email(2, EMAIL),
        HASHES.account(EMAIL),
        HASHES.account("token"),
        HASHES.reader("1", "token"),
        HASHES.reader("2", "token"),
        HASHES.reader("2", "other"),
    ]
    assert len(set(keys)) == len(keys)
    assert {len(key) for key in keys} == {32}
    assert HASHES.author_by_visitor(1, "token") == keys[0]


@pytest.mark.parametrize("same", ["MIRA@example.org", " mira@EXAMPLE.org "])
def test_an_email_is_the_same_in_any_case(same: str) -> None:
    assert HASHES.author_by_email(1, same) == HASHES.author_by_email(1, EMAIL)
    assert HASHES.account(same) == HASHES.account(EMAIL)


def test_two_installations_have_no_hash_in_common() -> None:
    other = Hashes("the secret of another installation")
    assert other.author_by_email(1, EMAIL) != HASHES.author_by_email(1, EMAIL)
    assert other.address("192.0.2.1", now=NOW) != HASHES.address("192.0.2.1", now=NOW)


def test_an_address_is_forgotten_at_midnight() -> None:
    morning, night = (HASHES.address("192.0.2.1", now=20_000 * DAY + ms) for ms in (0, DAY - 1))
    assert morning == night
    assert HASHES.address("192.0.2.1", now=20_001 * DAY) != night


@pytest.mark.parametrize(
    ("address", "bucket"),
    [
        ("192.0.2.1", "192.0.2.1"),
        (" 192.0.2.1 ", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("", "unknown"),
        ("unix:/run/afterword", "unknown"),
        ("192.0.2.1:80", "unknown"),
        ("192.0.2.999", "unknown"),
    ],
)
def test_an_address_is_counted_with_its_neighbours(address: str, bucket: str) -> None:
    assert address_bucket(address) == bucket
    assert HASHES.address(address, now=NOW) == HASHES.address(bucket.removesuffix("/64"), now=NOW)


def test_the_hash_says_nothing_without_the_key() -> None:
    for text, algorithm in itertools.product((EMAIL, f"1:{EMAIL}"), ("md5", "sha1", "sha256")):
        plain = hashlib.new(algorithm, text.encode()).hexdigest()
        assert not plain.startswith(HASHES.author_by_email(1, EMAIL)[:8])


def test_subkeys_are_hkdf_of_rfc_5869() -> None:
    extracted = hmac.digest(b"afterword", b"secret", sha256)
    subkey = hmac.digest(extracted, b"afterword/account/v1\x01", sha256)
    expected = hmac.digest(subkey, b"a@b.example", sha256)[:16].hex()
    assert Hashes("secret").account("a@b.example") == expected


def test_a_hue_is_steady_and_spread_over_the_wheel() -> None:
    hues = [hue(f"author {number}") for number in range(1_000)]
    assert hues == [hue(f"author {number}") for number in range(1_000)]
    assert min(hues) >= 0
    assert max(hues) <= 359
    assert len({each // 30 for each in hues}) == 12
    assert hue("e\u0301") == hue("\xe9")


def test_nothing_that_a_visitor_sends_makes_a_hash_fail() -> None:
    assert HASHES.author_by_visitor(1, "\ud800")
    assert anonymity.hue("\ud800") in range(360)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("203.0.113.255", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("2001:db8:1:ffff::%eth0", "2001:db8:1::/48"),
        ("nonsense", "unknown"),
        ("", "unknown"),
    ],
)
def test_neighbours_share_a_network(address: str, network: str) -> None:
    assert network_bucket(address) == network


def test_a_network_is_known_for_its_day_and_is_no_address() -> None:
    here, neighbour, stranger = "203.0.113.7", "203.0.113.8", "203.0.114.7"
    assert HASHES.network(here, now=NOW) == HASHES.network(neighbour, now=NOW)
    others = [
        HASHES.network(stranger, now=NOW),
        HASHES.network(here, now=NOW + DAY),
        HASHES.address(here, now=NOW),
        HASHES.address("203.0.113.0/24", now=NOW),
    ]
    assert len({HASHES.network(here, now=NOW), *others}) == 5


def test_an_email_is_banned_on_one_site_however_it_is_typed() -> None:
    banned = HASHES.banned_email(1, EMAIL)
    assert banned == HASHES.banned_email(1, f" {EMAIL.upper()} ")
    assert banned not in (HASHES.banned_email(2, EMAIL), HASHES.author_by_email(1, EMAIL))


@pytest.mark.parametrize(
    ("address", "tells"),
    [
        ("203.0.113.7", True),
        ("2001:db8::1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("::ffff:0.0.0.0", False),
        ("nonsense", False),
        (None, False),
    ],
)
def test_what_is_no_address_tells_nobody_from_others(address: str | None, tells: bool) -> None:
    assert tells_apart(address) is tells
