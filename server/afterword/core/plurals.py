"""Which form a language gives to a count: the cardinal rules of CLDR, for whole numbers from 0 up.

Held against Intl.PluralRules by the tests; a language that is not here has one form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

Rule: TypeAlias = "Callable[[int], str]"

OTHER = "other"
"""The category that every language has."""
MILLION = 1_000_000


def category(lang: str, number: int) -> str:
    """`one`, `few`, … as CLDR names the forms; `lang` is a BCP 47 tag."""
    rule = _RULES.get(lang.partition("-")[0])
    return rule(number) if rule else OTHER


def is_of_one_number(lang: str, name: str) -> bool:
    """True where a category holds one number only, so that its form need not write the number."""
    return sum(category(lang, number) == name for number in range(1_000)) == 1


def _one(number: int) -> str:
    return "one" if number == 1 else OTHER


def _none_or_one(number: int) -> str:
    return "one" if number < 2 else OTHER


def _millions(small: Rule) -> Rule:
    def rule(number: int) -> str:
        return "many" if number and number % MILLION == 0 else small(number)

    return rule


def _hebrew(number: int) -> str:
    return {1: "one", 2: "two"}.get(number, OTHER)


def _arabic(number: int) -> str:
    if number < 3:
        return ("zero", "one", "two")[number]
    last = number % 100
    if last < 3:
        return OTHER
    return "few" if last < 11 else "many"


def _czech(number: int) -> str:
    return "few" if 2 <= number <= 4 else _one(number)


def _polish(number: int) -> str:
    if number == 1:
        return "one"
    return "few" if _is_few(number) else "many"


def _russian(number: int) -> str:
    if number % 10 == 1 and number % 100 != 11:
        return "one"
    return "few" if _is_few(number) else "many"


def _serbian(number: int) -> str:
    found = _russian(number)
    return OTHER if found == "many" else found


def _slovene(number: int) -> str:
    return {1: "one", 2: "two", 3: "few", 4: "few"}.get(number % 100, OTHER)


def _lithuanian(number: int) -> str:
    if 11 <= number % 100 <= 19 or number % 10 == 0:
        return OTHER
    return "one" if number % 10 == 1 else "few"


def _latvian(number: int) -> str:
    if 11 <= number % 100 <= 19 or number % 10 == 0:
        return "zero"
    return "one" if number % 10 == 1 else OTHER


def _romanian(number: int) -> str:
    if number == 1:
        return "one"
    return "few" if number == 0 or 1 <= number % 100 <= 19 else OTHER


def _is_few(number: int) -> bool:
    return 2 <= number % 10 <= 4 and not 12 <= number % 100 <= 14


_RULES: dict[str, Rule] = {
    **dict.fromkeys(
        ("bg", "da", "de", "el", "en", "et", "fi", "hu", "nb", "nl", "sv", "ta", "tr", "ur"), _one
    ),
    **dict.fromkeys(("bn", "fa", "hi"), _none_or_one),
    **dict.fromkeys(("ca", "es", "it"), _millions(_one)),
    **dict.fromkeys(("fr", "pt"), _millions(_none_or_one)),
    **dict.fromkeys(("cs", "sk"), _czech),
    **dict.fromkeys(("hr", "sr"), _serbian),
    **dict.fromkeys(("ru", "uk"), _russian),
    "ar": _arabic,
    "he": _hebrew,
    "lt": _lithuanian,
    "lv": _latvian,
    "pl": _polish,
    "ro": _romanian,
    "sl": _slovene,
}
