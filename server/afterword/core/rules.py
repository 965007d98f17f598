"""The rules by which comments are judged: each looks at what was written and says one `Reason` or nothing.

A new rule is a function and its name in `RULES`, and in `EDIT_RULES` if edits are asked it too; what
it has to know is a field of `Facts`, with a default. The reasons are kept and shown to moderators, so
each is a sentence. A rule's name is that of its reasons: a site can switch it off by that name.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from afterword.core.classifier import HOLD, SPAM, Opinion, named
from afterword.core.model import Hold, Policy, Reason, Tree
from afterword.core.tree import links as addresses
from afterword.core.tree import to_text
from afterword.core.web_address import parse_http
from afterword.core.word_list import word_list

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Rule = Callable[["Written"], Reason | None]

AkismetSays: TypeAlias = Literal["good", "spam", "blatant", "silent"]

HOLD_AT = 1.0
"""Weights of this sum hold a comment for the moderators."""
SPAM_AT = 10.0
"""Weights of this sum put it with the spam."""
MOST_SHOWN = 2
"""Words of a list that a sentence names."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about the writer and the place, as far as the rules ask."""

    is_member: bool = False
    """A signed-in member of this site writes."""
    known_author: bool = False
    """This site has approved a comment with the same author key, or a moderator trusts it."""
    page_closed: bool = False
    recent_duplicate: bool = False
    """The same text was sent to this site a short while ago."""
    shadow_ban: str | None = None
    """What moderators called the ban whose author is not told of it."""
    from_address: int = 0
    """Comments from the same network address within an hour."""
    on_page: int = 0
    """Comments on the same page within a minute."""
    on_site: int = 0
    """Comments on the whole site within a minute."""
    akismet: AkismetSays | None = None
    """None where it was not asked."""
    seconds: float | None = None
    """How long the form was open, as its sender says; None where nobody knows."""
    no_work: str | None = None
    """Why it shows no proof of work, where one was asked for."""
    learnt: Opinion | None = None
    """What the site's learning filter makes of it; None while it has no say."""


@dataclass(frozen=True, slots=True)
class Written:
    """All that a rule may look at."""

    tree: Tree
    facts: Facts
    policy: Policy
    trap_filled: bool = False
    before: Tree | None = None
    """Of an edit: the body as it was."""
    signature: tuple[str, ...] = ()
    """Name, website and email, as far as they were given."""


def trap(written: Written) -> Reason | None:
    """People do not see the field, so nobody but a program fills it in."""
    if not written.trap_filled:
        return None
    return Reason("trap", SPAM_AT, "Filled in a field that people cannot see")


def closed_page(written: Written) -> Reason | None:
    """Closed pages refuse comments; one that was on its way when the page closed is held."""
    if not written.facts.page_closed:
        return None
    return Reason("closed_page", HOLD_AT, "Came after the page was closed for comments")


def hold_all(written: Written) -> Reason | None:
    """The site wants to see everything first."""
    if written.policy.hold is not Hold.ALL:
        return None
    return Reason("hold_all", HOLD_AT, "This site holds every comment")


def new_author(written: Written) -> Reason | None:
    """The site wants to see the first comment of each author."""
    if written.policy.hold is not Hold.FIRST or written.facts.known_author:
        return None
    return Reason("new_author", HOLD_AT, "First comment of this author")


def links(written: Written) -> Reason | None:
    """More links than the site lets pass, apart from those to hosts that it knows."""
    known = set(written.policy.known_hosts)
    count = sum(not _is_at(address, known) for address in addresses(written.tree))
    allowed = written.policy.max_links
    if count <= allowed:
        return None
    text = f"{_counted(count, 'link')}, and this site holds comments with more than {allowed}"
    return Reason("links", HOLD_AT, text)


def duplicate(written: Written) -> Reason | None:
    """The same again."""
    if not written.facts.recent_duplicate:
        return None
    return Reason("duplicate", 2.0, "The same text was sent to this site shortly before")


def shadow_ban(written: Written) -> Reason | None:
    """Whoever is banned without being told goes to the spam, and is answered as if held."""
    if written.facts.shadow_ban is None:
        return None
    return Reason("shadow_ban", SPAM_AT, f"Banned without being told: {written.facts.shadow_ban}")


def block_words(written: Written) -> Reason | None:
    """A word that the site does not want to see."""
    found = _new_words(written, written.policy.block_words)
    if not found:
        return None
    return Reason("block_words", SPAM_AT, f"Says {_quoted(found)}, which this site blocks")


def hold_words(written: Written) -> Reason | None:
    """A word that the site wants to look at first."""
    found = _new_words(written, written.policy.hold_words)
    if not found:
        return None
    return Reason("hold_words", HOLD_AT, f"Says {_quoted(found)}, which this site holds")


def too_fast(written: Written) -> Reason | None:
    """Nobody reads, thinks and types in a moment; those who are known may."""
    seconds, least = written.facts.seconds, written.policy.min_seconds
    if written.facts.known_author or seconds is None or seconds >= least:
        return None
    text = f"Written within {_counted(max(1, round(seconds)), 'second')}"
    return Reason("too_fast", HOLD_AT, text)


def address_rate(written: Written) -> Reason | None:
    """Many from one place: a hall full of people, or one program; who is known may go on."""
    count, most = written.facts.from_address, written.policy.address_rate
    return _rate(
        "address_rate", written, count, most, "from the same network address within an hour"
    )


def page_rate(written: Written) -> Reason | None:
    """More on one page than people write; known authors are not held up by what others send."""
    count, most = written.facts.on_page, written.policy.page_rate
    return _rate("page_rate", written, count, most, "to this page within a minute")


def site_rate(written: Written) -> Reason | None:
    """The same, of the whole site."""
    count, most = written.facts.on_site, written.policy.site_rate
    return _rate("site_rate", written, count, most, "to this site within a minute")


def learnt(written: Written) -> Reason | None:
    """Reads like what this site's moderators marked as spam."""
    opinion = written.facts.learnt
    if opinion is None or opinion.score < HOLD or not written.policy.learning:
        return None
    told = named(opinion)
    text = f"Reads like spam here: {told}" if told else "Reads like what was marked as spam here"
    return Reason("learnt", SPAM_AT if opinion.score >= SPAM else HOLD_AT, text)


def akismet(written: Written) -> Reason | None:
    """A third party that the owner lets judge; however sure it is, what it finds is kept for people."""
    if written.facts.akismet not in ("spam", "blatant"):
        return None
    sure = " beyond doubt" if written.facts.akismet == "blatant" else ""
    return Reason("akismet", SPAM_AT, f"Akismet takes it for spam{sure}")


def akismet_silent(written: Written) -> Reason | None:
    """Who cannot be asked has not said that all is well."""
    if written.facts.akismet != "silent":
        return None
    return Reason("akismet_silent", HOLD_AT, "Akismet did not answer")


def proof(written: Written) -> Reason | None:
    """Work was asked for and not done: by a program that saves it, or a browser that cannot."""
    if written.facts.no_work is None:
        return None
    return Reason("proof", HOLD_AT, written.facts.no_work)


def added_links(written: Written) -> Reason | None:
    """A link that slips into a comment after it was approved is seen by nobody."""
    added = Counter(addresses(written.tree)) - Counter(addresses(written.before or []))
    known = set(written.policy.known_hosts)
    count = sum(number for address, number in added.items() if not _is_at(address, known))
    if not count:
        return None
    return Reason("added_links", HOLD_AT, f"The edit added {_counted(count, 'link')}")


def _rate(rule: str, written: Written, count: int, most: int, came: str) -> Reason | None:
    """So many that a site wants to look first, where it has set a rate; of strangers alone."""
    if written.facts.known_author or not most or count < most:
        return None
    return Reason(rule, HOLD_AT, f"{_counted(count, 'comment')} came {came}")


def _new_words(written: Written, entries: tuple[str, ...]) -> list[str]:
    """Entries of a list that are found, and were not in the text before an edit."""
    if not entries:
        return []
    words = word_list(entries)
    found = words.found((*_texts(written.tree), *written.signature))
    before = words.found(_texts(written.before)) if written.before else []
    return [entry for entry in found if entry not in before]


def _texts(tree: Tree) -> tuple[str, ...]:
    return (to_text(tree), *addresses(tree))


def _is_at(address: str, hosts: set[str]) -> bool:
    """Whether the address is on one of the hosts or below it."""
    url = parse_http(address) if hosts else None
    labels = url.hostname.split(".") if url else []
    return any(".".join(labels[at:]) in hosts for at in range(len(labels)))


def _quoted(words: Sequence[str]) -> str:
    shown = [f"“{word}”" for word in words[:MOST_SHOWN]]
    return " and ".join(shown) if len(words) <= MOST_SHOWN else f"{', '.join(shown)} and more"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


RULES: tuple[Rule, ...] = (
    trap, shadow_ban, closed_page, hold_all, new_author, block_words, hold_words, links,
    duplicate, too_fast, proof, address_rate, page_rate, site_rate,
    learnt, akismet, akismet_silent,
)  # fmt: skip
"""What is asked of a new comment."""
EDIT_RULES: tuple[Rule, ...] = (shadow_ban, hold_all, block_words, hold_words, added_links, learnt)
"""What is asked of an edit: everything else was decided when the comment was new."""
NEVER_QUIET = frozenset({"shadow_ban", "hold_all", "new_author"})
"""Rules that no site switches off by name: each has a place of its own where it is decided."""
