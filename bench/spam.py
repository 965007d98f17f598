"""How well the learning filter tells spam of videos that it has never seen.

The YouTube spam collection (Alberto, Lochter, Almeida 2015) is read from where `AFTERWORD_CORPORA`
points. Each of its files is the comments of one video: the filter is taught with all files but one
and tried on that one, in every way. What is measured is the product's own code, from Markdown on.
"""

from __future__ import annotations

import csv
import html
import os
import random
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING

from afterword.core.classifier import HOLD, SPAM, Seen, judge
from afterword.core.features import features
from afterword.core.markdown import parse
from bench.part import Bars, Part
from bench.report import table

if TYPE_CHECKING:
    from collections.abc import Sequence

ORDERS = 20
"""Random orders of the decisions, by fixed seeds; the curve shows the median."""
STEPS = (20, 50, 100)
# The address of the page that each file's comments were written on.
VIDEOS = {"01-Psy": "9bZkp7q19f0", "02-KatyPerry": "CevxZvSJLk8", "03-LMFAO": "KQ6zr6kCPj8"}
_LINK = re.compile(r'<a [^>]*href="([^"]*)"[^>]*>.*?</a>', re.DOTALL)
_SHORT = re.compile(r"(?:https?://)?youtu\.be/([\w-]{11})\??")
_MARK = re.compile(r"</?(?:i|b|u|s|em|strong)>")


@dataclass(frozen=True, slots=True)
class Decided:
    """A comment as the filter sees it, and what people say it is."""

    tokens: tuple[str, ...]
    spam: bool
    text: str


@dataclass(frozen=True, slots=True)
class Result:
    """How the filter did on one file."""

    recall: float
    """Of the spam, what scores above all but 2 % of the good comments."""
    looser: float
    """The same at 4 %."""
    auc: float
    caught: dict[float, tuple[float, float]]
    """By threshold: recall, and the share of good comments that reach it."""


def corpus(folder: Path) -> dict[str, list[Decided]]:
    """The files by name, without what an earlier file holds word for word."""
    found: dict[str, list[Decided]] = {}
    earlier: set[str] = set()
    for path in sorted(folder.glob("spam/Youtube0*.csv")):
        name = path.stem.removeprefix("Youtube")
        read = [_decided(name, row) for row in _rows(path)]
        found[name] = [each for each in read if each.text not in earlier]
        earlier |= {each.text for each in read}
    return found


def held_out(files: dict[str, list[Decided]], name: str) -> tuple[Result, dict[int, Result]]:
    """Taught with all other files, tried on this one; and after the first decisions of each order."""
    taught = [each for other, decided in files.items() if other != name for each in decided]
    curve = {step: _median([_try(_part(taught, step, seed), files[name]) for seed in range(ORDERS)])
             for step in STEPS}  # fmt: skip
    return _try(taught, files[name]), curve


def measure(_folder: Path, _seconds: float) -> Part:
    """Every file in turn."""
    place = os.environ.get("AFTERWORD_CORPORA")
    files = corpus(Path(place)) if place else {}
    if not files:
        raise RuntimeError("AFTERWORD_CORPORA names no folder with spam/Youtube0*.csv.")
    results = {name: held_out(files, name) for name in files}
    return Part(_table(files, results), _figures(results), [_plot(results)])


def _table(
    files: dict[str, list[Decided]], results: dict[str, tuple[Result, dict[int, Result]]]
) -> str:
    rows = [_row(name, len(files[name]), *results[name]) for name in files]
    rows.append(["mean", "", *_means(rows)])
    head = ["tried on", "comments", "recall at 2 %", "at 4 %", "AUC"]
    head += [f"after {step}" for step in STEPS]
    head += [f"from {level:.0f}: spam / good" for level in (HOLD, SPAM)]
    return table("Learning filter: taught with the other videos", head, rows)


def _figures(results: dict[str, tuple[Result, dict[int, Result]]]) -> dict[str, float]:
    """The means over all files."""
    found = {
        f"recall after {n}": mean(curve[n].recall for _, curve in results.values()) for n in STEPS
    }
    return {"recall": mean(full.recall for full, _ in results.values()), **found}


def _plot(results: dict[str, tuple[Result, dict[int, Result]]]) -> Bars:
    series = {f"after {n}": [curve[n].recall for _, curve in results.values()] for n in STEPS}
    series["after all"] = [full.recall for full, _ in results.values()]
    return Bars(
        name="filter",
        title="Spam of videos never seen that the filter knows, at 2 % false positives",
        unit="recall, by decisions",
        groups=[name.partition("-")[2] for name in results],
        series=series,
        promise=0.92,
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def _decided(name: str, row: dict[str, str]) -> Decided:
    text = _typed(row["CONTENT"])
    page = f"https://www.youtube.com/watch?v={VIDEOS[name]}" if name in VIDEOS else ""
    tokens = features(parse(text), name=row["AUTHOR"], page_url=page)
    return Decided(tokens, row["label"] == "1", " ".join(text.lower().split()))


def _typed(content: str) -> str:
    """What the author typed, from the HTML that the collection holds."""
    text = _LINK.sub(r" \1 ", content.replace("\ufeff", ""))
    text = html.unescape(_MARK.sub("", re.sub(r"<br\s*/?>", "\n", text)))
    return _SHORT.sub(r"https://www.youtube.com/watch?v=\1&", text)


def _part(taught: Sequence[Decided], step: int, seed: int) -> list[Decided]:
    return random.Random(seed).sample(taught, step)


def _try(taught: Sequence[Decided], tried: Sequence[Decided]) -> Result:
    seen = _learn(taught)
    scored = [(_score(each, seen), each.spam) for each in tried]
    good = sorted((score for score, spam in scored if not spam), reverse=True)
    spam = [score for score, is_spam in scored if is_spam]
    return Result(
        recall=_above(spam, good[int(0.02 * len(good))]),
        looser=_above(spam, good[int(0.04 * len(good))]),
        auc=mean((each > other) + (each == other) / 2 for each in spam for other in good),
        caught={level: (_reach(spam, level), _reach(good, level)) for level in (HOLD, SPAM)},
    )


def _learn(taught: Sequence[Decided]) -> dict[str, Seen]:
    good, spam = (
        Counter(token for each in taught if each.spam is kind for token in each.tokens)
        for kind in (False, True)
    )
    return {token: Seen(good[token], spam[token]) for token in good.keys() | spam.keys()}


def _score(decided: Decided, seen: dict[str, Seen]) -> float:
    opinion = judge(decided.tokens, seen)
    return opinion.score if opinion else 0.0


def _above(scores: Sequence[float], limit: float) -> float:
    return sum(score > limit for score in scores) / len(scores)


def _reach(scores: Sequence[float], level: float) -> float:
    return sum(score >= level for score in scores) / len(scores)


def _median(results: Sequence[Result]) -> Result:
    return Result(
        *(median(getattr(each, name) for each in results) for name in ("recall", "looser", "auc")),
        caught={},
    )


def _row(name: str, size: int, full: Result, curve: dict[int, Result]) -> list[str]:
    levels = [f"{spam:.3f} / {good:.3f}" for spam, good in full.caught.values()]
    steps = [f"{curve[step].recall:.3f}" for step in STEPS]
    figures = [f"{full.recall:.3f}", f"{full.looser:.3f}", f"{full.auc:.3f}", *steps]
    return [name, str(size), *figures, *levels]


def _means(rows: Sequence[Sequence[str]]) -> list[str]:
    columns = list(zip(*(row[2 : 5 + len(STEPS)] for row in rows), strict=True))
    return [*(f"{mean(map(float, column)):.3f}" for column in columns), "", ""]
