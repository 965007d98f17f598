"""The rules as their page lists them: what each does in a sentence, its weight, what can be set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.core.rules import NEVER_QUIET

if TYPE_CHECKING:
    from afterword.core.model import Policy


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule."""

    name: str
    title: str
    about: str
    weight: str
    field: str = ""
    """The number of the policy that it goes by, if there is one."""
    unit: str = ""
    """Label of that number."""

    @property
    def may_be_quiet(self) -> bool:
        """Whether it is switched off here; the others have a place of their own."""
        return self.name not in NEVER_QUIET


HOLDS, SPAM = "+1, holds", "+10, spam"

ROWS = (
    RuleRow("links", "Links", "More links than the site lets pass; known hosts do not count.",
            HOLDS, "max_links", "Links that pass"),
    RuleRow("hold_words", "Hold list", "Says a word that this site wants to look at first.", HOLDS),
    RuleRow("block_words", "Block list", "Says a word that this site does not want to see.", SPAM),
    RuleRow("duplicate", "Same text", "The same text was sent to the page within a day.", "+2, holds"),
    RuleRow("too_fast", "Haste", "Written in less time than people need; known authors may.",
            HOLDS, "min_seconds", "Seconds that writing takes at least, 0 for none"),
    RuleRow("proof", "Work", "A browser was asked for work and has not done it.", HOLDS),
    RuleRow("address_rate", "Many from one address", "Comments from one network address in an hour.",
            HOLDS, "address_rate", "Comments that pass, 0 for any number"),
    RuleRow("page_rate", "Many on one page", "Comments on one page in a minute, known authors apart.",
            HOLDS, "page_rate", "Comments that pass, 0 for any number"),
    RuleRow("site_rate", "Many on the site", "Comments on the whole site in a minute, known authors apart.",
            HOLDS, "site_rate", "Comments that pass, 0 for any number"),
    RuleRow("added_links", "Links by edit", "An edit adds a link that nobody has seen.", HOLDS),
    RuleRow("trap", "Hidden field", "Filled in a field that people cannot see.", SPAM),
    RuleRow("closed_page", "Late", "Was on its way when the page closed.", HOLDS),
    RuleRow("learnt", "Learning filter", "Reads like what was marked as spam here.", "+1, holds; +10, spam"),
    RuleRow("akismet", "Akismet", "Akismet takes it for spam.", SPAM),
    RuleRow("akismet_silent", "Akismet is silent", "Akismet was asked and did not answer.", HOLDS),
)  # fmt: skip
"""Those that are listed; `hold_all`, `new_author` and `shadow_ban` are decided elsewhere."""

NUMBERS = (*(row.field for row in ROWS if row.field), "close_after")
"""Numbers of a policy that the page of rules sets."""


def numbers(policy: Policy) -> dict[str, str]:
    """Those numbers as they are typed."""
    return {field: str(getattr(policy, field)) for field in NUMBERS}
