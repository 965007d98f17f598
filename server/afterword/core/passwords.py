"""Passwords of members: argon2id, and what may become one."""

from __future__ import annotations

from unicodedata import normalize

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from afterword.core.common_passwords import COMMON
from afterword.core.errors import FieldError, Invalid

MIN_LENGTH, MAX_LENGTH = 12, 256
"""Characters."""

# The floor that OWASP names: 19 MiB, two passes. The library's own 64 MiB took 0.5 s a check, and
# ten people who sign in at once would have starved a machine of two cores.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)
# Of a random password that nobody kept: checked where there is no account, to take as long.
_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$Q6S2DPIWLa+/5muh9z/xsA"
    "$WcSUGoK+AHINh6XAtIA8jUt4yeOR/Eyk1RYuXdF+LY4"
)
_KEYS_IN_A_ROW = (
    "12345678901234567890",
    "09876543210987654321",
    "abcdefghijklmnopqrstuvwxyz",
    "zyxwvutsrqponmlkjihgfedcba",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "!@#$%^&*()_+",
    '!"§$%&/()=?`',
)
_FEWEST_DISTINCT = 5


def hash_password(password: str) -> str:
    """The hash to store, with its parameters and salt; takes about 50 ms and 19 MiB."""
    return _HASHER.hash(_bytes(password))


def verify(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one; None, for no account, takes as long to say no."""
    fits = len(password) <= MAX_LENGTH
    try:
        _HASHER.verify(stored or _NOBODY, _bytes(password if fits else ""))
    except (VerificationError, InvalidHashError):
        return False
    return fits and stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


def check_new(password: str, *, email: str, name: str, field: str = "password") -> None:
    """Raises `Invalid`, for `field`, with what to do instead if this may not become a password."""
    if len(password) < MIN_LENGTH:
        raise _wrong(field, "too_short", f"Please choose at least {MIN_LENGTH} characters.")
    if len(password) > MAX_LENGTH:
        raise _wrong(field, "too_long", f"Please choose at most {MAX_LENGTH} characters.")
    if _is_own(password, email, name):
        raise _wrong(field, "guessable", "Please choose something other than your name or address.")
    if _is_common(password):
        raise _wrong(field, "common", "Passwords like this are tried first. Please choose another.")


def _is_own(password: str, email: str, name: str) -> bool:
    """Whether it is the person's own name or address, with or without some digits around it."""
    own = {_letters(email), _letters(email.partition("@")[0]), _letters(name)} - {""}
    return not own.isdisjoint({_letters(password), _letters(password).strip("0123456789")})


def _is_common(password: str) -> bool:
    plain, lower = _letters(password), password.casefold()
    repeats = lower in (lower + lower)[1:-1]
    in_a_row = any(each in keys for keys in _KEYS_IN_A_ROW for each in (plain, lower) if each)
    return plain in COMMON or repeats or in_a_row or len(set(lower)) < _FEWEST_DISTINCT


def _letters(text: str) -> str:
    """Only letters and digits, in lower case."""
    return "".join(char for char in normalize("NFKC", text).casefold() if char.isalnum())


def _bytes(password: str) -> bytes:
    # The same characters come composed from one keyboard and decomposed from another.
    return normalize("NFKC", password).encode("utf-8", "surrogatepass")


def _wrong(field: str, code: str, message: str) -> Invalid:
    return Invalid(FieldError(field, code, message))
