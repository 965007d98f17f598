"""A site's own words for single texts: what may be replaced, and by what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core import plurals
from afterword.core.errors import FieldError, Invalid
from afterword.core.languages import ENGLISH, PLACEHOLDER, Spot
from afterword.core.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from afterword.core.languages import Languages, Text

MOST = 60
LONGEST = 200
_UNCHANGEABLE = "dir"


def reworded(
    languages: Languages, own: Mapping[str, str], changes: Iterable[str]
) -> dict[str, str]:
    """The site's words after changes like `leave=Join in`, `de:leave=…`, `replies=…|…`, `leave=`.

    An empty text takes the site's own back. Raises `Invalid` with a sentence for what cannot be.
    """
    words = dict(own)
    for change in changes:
        place, sign, text = change.partition("=")
        if not sign:
            raise _wrong(f"Write a word as key=text, or key= to take it back: {change}")
        for spot, form in _forms(languages, Spot.read(place.strip()), one_line(text)):
            if form:
                _check(languages, spot, form)
                words[str(spot)] = form
            else:
                words.pop(str(spot), None)
    check_amount(words)
    return words


def check_amount(words: Mapping[str, str]) -> None:
    """Raises `Invalid` for more, or for longer ones, than a site may have."""
    if len(words) > MOST:
        raise _wrong(f"A site may have {MOST} words of its own at most; these are {len(words)}.")
    for place, text in words.items():
        if not 0 < len(text) <= LONGEST:
            raise _wrong(f"The text of {place} may have 1 to {LONGEST} characters.")


def _forms(languages: Languages, spot: Spot, text: str) -> list[tuple[Spot, str]]:
    """The spots that a change is about: of an English text with plurals, `one|other`."""
    original = _original(languages, spot)
    if isinstance(original, str):
        if spot.form is not None:
            raise _wrong(f"{spot.key} is the same for every count; write {spot.key}=text.")
        return [(spot, text)]
    forms = list(original)
    if spot.form is not None and spot.form not in original:
        raise _wrong(f"{spot.key} has the forms {', '.join(forms)} in {spot.lang}.")
    if spot.form is not None:
        return [(spot, text)]
    parts = text.split("|") if text else [""] * len(forms)
    if text and (spot.lang != ENGLISH or len(parts) != len(forms)):
        example = f"{spot.key}=one|many" if spot.lang == ENGLISH else f"{spot}.{forms[0]}=text"
        raise _wrong(f"{spot.key} changes with the count: write {example}.")
    return [
        (Spot(spot.lang, spot.key, form), part.strip())
        for form, part in zip(forms, parts, strict=True)
    ]


def _original(languages: Languages, spot: Spot) -> Text:
    texts = languages.texts.get(spot.lang)
    if texts is None:
        known = ", ".join(sorted(languages.texts))
        raise _wrong(f"There are no words in {spot.lang}. Languages: {known}.")
    if spot.key not in texts or spot.key == _UNCHANGEABLE:
        known = ", ".join(sorted(key for key in texts if key != _UNCHANGEABLE))
        raise _wrong(f"There is no word {spot.key} in {spot.lang}. Words: {known}.")
    return texts[spot.key]


def _check(languages: Languages, spot: Spot, text: str) -> None:
    """Raises `Invalid` unless the text has the placeholders of the one that it replaces."""
    original = languages.texts[spot.lang][spot.key]
    forms = [original] if isinstance(original, str) else list(original.values())
    wanted = {name for form in forms for name in PLACEHOLDER.findall(form)}
    found = set(PLACEHOLDER.findall(text))
    may_lack: set[str] = set()
    if spot.form is not None and plurals.is_of_one_number(spot.lang, spot.form):
        may_lack = {"count"}
    if not wanted - may_lack <= found <= wanted:
        names = ", ".join(f"{{{name}}}" for name in sorted(wanted)) or "no {placeholders}"
        raise _wrong(f"The text of {spot} needs {names}, as the original: “{forms[-1]}”.")


def _wrong(message: str) -> Invalid:
    return Invalid(FieldError("words", "not_allowed", message))
