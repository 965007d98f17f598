"""Rules that say what addresses of a site become: `/blog/* → /articles/*`."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from afterword.core.errors import FieldError, Invalid
from afterword.core.text import is_storable
from afterword.core.web_address import MAX_LENGTH

_SAFE = "!#$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True, slots=True)
class MoveRule:
    """From which addresses to which; a star on both sides stands for any text, the same in both."""

    old: str
    new: str

    @property
    def parts(self) -> tuple[str, str | None]:
        """What stands before the star of the old side and after it; None where there is no star."""
        before, star, after = self.old.partition("*")
        return before, after if star else None

    def applied(self, url: str) -> str | None:
        """What that absolute address becomes, or None where the rule says nothing of it."""
        scheme, _, rest = url.partition("://")
        authority, slash, path = rest.partition("/")
        origin, path = f"{scheme}://{authority}", slash + path
        found = self._matched(path if self.old.startswith("/") else url)
        if found is None:
            return None
        new = self.new.replace("*", found)
        return origin + new if new.startswith("/") else new

    def _matched(self, text: str) -> str | None:
        before, after = self.parts
        if after is None:
            return "" if text == before else None
        is_long_enough = len(text) >= len(before) + len(after)
        if not (is_long_enough and text.startswith(before) and text.endswith(after)):
            return None
        return text[len(before) : len(text) - len(after)]


def parse_rule(old: str, new: str) -> MoveRule:
    """The rule; raises `Invalid` with each side that cannot be one."""
    sides = {"old": old.strip(), "new": new.strip()}
    wrong = [FieldError(name, "not_a_rule", _ADVICE) for name in sides if not _is_side(sides[name])]
    if not wrong and sides["old"].count("*") != sides["new"].count("*"):
        message = "Use * once on both sides, or on neither: what it stands for is kept."
        wrong = [FieldError("new", "not_a_rule", message)]
    if not wrong and sides["old"] == sides["new"]:
        wrong = [FieldError("new", "not_a_rule", "Both sides are the same.")]
    if wrong:
        raise Invalid(*wrong)
    return MoveRule(*(quote(side, safe=_SAFE) for side in sides.values()))


def parse_line(line: str) -> MoveRule:
    """The rule of a line like OLD=NEW; raises `Invalid`."""
    # An address may have a = itself; the new side begins like an address.
    for sign in ("=/", "=https://", "=http://"):
        old, found, new = line.strip().rpartition(sign)
        if found:
            return parse_rule(old, found[1:] + new)
    raise Invalid(FieldError("rules", "not_a_rule", f"{line.strip()!r} is not like OLD=NEW."))


_ADVICE = (
    "Give a path like /blog/* or an address like https://example.org/blog/*, with one * at most."
)


def _is_side(text: str) -> bool:
    return (
        text.startswith(("/", "https://", "http://"))
        and len(text) <= MAX_LENGTH
        and text.count("*") <= 1
        and "#" not in text
        and is_storable(text)
        and text.isprintable()
    )
