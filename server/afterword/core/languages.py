"""What Afterword says to readers, in every language that there is, with a site's own words in place.

A text is a sentence with `{placeholders}`, or one for each plural category (`core.plurals`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from afterword.core import language_tag, plurals

if TYPE_CHECKING:
    from collections.abc import Iterable

Text: TypeAlias = "str | Mapping[str, str]"
Texts: TypeAlias = "Mapping[str, Text]"

ENGLISH = "en"
PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Spot:
    """The place of one text that a site may replace; written `key`, `de:key` or `de:key.few`."""

    lang: str
    key: str
    form: str | None = None
    """The plural category, where it has them."""

    @classmethod
    def read(cls, written: str) -> Spot:
        """Without a language it is English."""
        lang, colon, place = written.rpartition(":")
        key, _, form = place.partition(".")
        return cls(lang if colon else ENGLISH, key, form or None)

    def __str__(self) -> str:
        place = f"{self.key}.{self.form}" if self.form else self.key
        return place if self.lang == ENGLISH else f"{self.lang}:{place}"


@dataclass(frozen=True, slots=True)
class Speech:
    """One language, ready to be spoken on a page."""

    lang: str
    texts: Texts

    def __call__(self, key: str, **values: str | int) -> str:
        """The text with its values; `count` chooses the form."""
        text = self.texts[key]
        if not isinstance(text, str):
            form = plurals.category(self.lang, int(values["count"]))
            text = text.get(form, text[plurals.OTHER])
        return PLACEHOLDER.sub(lambda found: self._written(values[found[1]]), text)

    def number(self, value: int) -> str:
        """The number as a page writes it: `1,234` in English, plain where commas mean another thing."""
        return f"{value:,}" if self.lang == ENGLISH else str(value)

    @property
    def dir(self) -> str:
        """For the `dir` attribute."""
        return "rtl" if self.texts.get("dir") == "rtl" else "ltr"

    def _written(self, value: str | int) -> str:
        return value if isinstance(value, str) else self.number(value)


class Languages:
    """All texts, by language and key."""

    def __init__(
        self,
        texts: Mapping[str, Texts],
        page_only: Iterable[str] = (),
        writer_only: Iterable[str] = (),
        in_script: Iterable[str] = (),
        *,
        digest: str = "",
    ) -> None:
        self.texts = texts
        self.digest = digest
        """Changes when any text does."""
        self._writer_only = frozenset(writer_only)
        self._not_for_readers = self._writer_only.union(page_only)
        self._sent = {lang: self._for_readers(own) for lang, own in texts.items()}
        self._sent[ENGLISH] = without(self._sent[ENGLISH], frozenset(in_script))

    def nearest(self, wanted: Iterable[str]) -> str:
        """The first of the wanted languages that there is, else English."""
        found = (language_tag.nearest(tag, self.texts) for tag in wanted)
        return next((tag for tag in found if tag), ENGLISH)

    def speech(self, lang: str, own: Mapping[str, str]) -> Speech:
        """Everything that a page may say in this language, with the site's own words."""
        own_texts = self.replaced(lang, own)
        return Speech(lang, {**self.texts[ENGLISH], **self.texts[lang], **own_texts})

    def to_send(self, lang: str, own: Mapping[str, str]) -> Texts | None:
        """What readers are told and the widget does not hold; None where it holds all."""
        return {**self._sent[lang], **self._for_readers(self.replaced(lang, own))} or None

    def to_send_writers(self, lang: str, own: Mapping[str, str]) -> Texts:
        """What the widget says only to those who write: in every language, English too."""
        texts = {**self.texts[lang], **self.replaced(lang, own)}
        return {key: texts[key] for key in texts if key in self._writer_only}

    def to_send_one(self, lang: str, key: str, own: Mapping[str, str]) -> Texts | None:
        """One text; None for English that the widget holds."""
        replaced = self.replaced(lang, own)
        if lang == ENGLISH and key not in replaced:
            return None
        return {key: replaced.get(key, self.texts[lang][key])}

    def replaced(self, lang: str, own: Mapping[str, str]) -> Texts:
        """The texts of this language that the site has words of its own for."""
        found: dict[str, Text] = {}
        for written, words in own.items():
            spot = Spot.read(written)
            # What an older version knew is passed over.
            text = found.get(spot.key, self.texts[lang].get(spot.key))
            if spot.lang != lang or text is None:
                continue
            found[spot.key] = words if isinstance(text, str) else _with_form(text, spot, words)
        return found

    def _for_readers(self, texts: Texts) -> Texts:
        return without(texts, self._not_for_readers)


def without(texts: Texts, keys: frozenset[str]) -> Texts:
    """The texts but those of some keys."""
    return {key: text for key, text in texts.items() if key not in keys}


def _with_form(text: Mapping[str, str], spot: Spot, words: str) -> Mapping[str, str]:
    return {**text, spot.form or plurals.OTHER: words}
