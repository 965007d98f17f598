"""Codes as every authenticator makes them."""

from __future__ import annotations

import pytest

from afterword.core.totp import STEP, code_at, key_address, key_text, matching_step

KEY = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ],
)
def test_the_vectors_of_rfc_6238_come_out(seconds: int, code: str) -> None:
    """Appendix B, SHA-1; of the eight digits there the last six."""
    assert code_at(KEY, seconds * 1000 // STEP) == code


def test_a_code_counts_one_step_before_and_after_its_own() -> None:
    now = 1_800_000_015_000
    step = now // STEP
    found = {
        drift: matching_step([KEY], code_at(KEY, step + drift), now=now) for drift in range(-3, 4)
    }
    assert found == {
        -3: None, -2: None, -1: step - 1, 0: step, 1: step + 1, 2: None, 3: None,
    }  # fmt: skip
    for wrong in ("", "x", code_at(KEY, step)[:-1], "é" * 6):
        assert matching_step([KEY], wrong, now=now) is None
    assert matching_step([b"another", KEY], code_at(KEY, step), now=now) == step
    assert matching_step([], code_at(KEY, step), now=now) is None


def test_a_key_is_written_for_people_and_for_authenticators() -> None:
    assert key_text(KEY) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    assert key_address(KEY, issuer="After word", account="lea@example.org") == (
        "otpauth://totp/After%20word:lea@example.org"
        "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=After%20word"
    )
