"""The learning filter, taught with some videos' comments, knows the spam of another."""

from __future__ import annotations

from pathlib import Path
from statistics import mean

from bench.spam import corpus, held_out


def test_spam_of_videos_that_it_was_not_taught_with_is_known(corpora: Path) -> None:
    files = corpus(corpora)
    assert len(files) == 3
    results = {name: held_out(files, name) for name in files}
    recalls = [full.recall for full, _ in results.values()]
    assert mean(recalls) >= 0.92, recalls
    # One of the three videos stays below: see docs/decisions, which tells of its labels.
    assert min(recalls) >= 0.90, recalls
    assert min(full.auc for full, _ in results.values()) >= 0.96
    after_100 = [curve[100].recall for _, curve in results.values()]
    assert mean(after_100) >= 0.70, after_100
