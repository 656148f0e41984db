"""Abstaining at the default threshold: headlines of foreign sections against held-back related ones.

One member of each battery (and daegu-gyeongbuk) story is held back and asks by its text.

    python -m benchmarks.abstain
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from benchmarks.sets import Stories, character_tfidf, desk_of, foreign_headlines

SETS = ("battery", "daegu-gyeongbuk")


def main() -> None:
    foreign = foreign_headlines(300)
    for name in SETS:
        stories = Stories.of(name)
        related, wrong = [], []
        for member in (0, 1):  # two rounds: another member is held back, to ask more questions
            held = [group[member] for group in stories.groups]
            with tempfile.TemporaryDirectory() as folder:
                desk = desk_of(stories.without(held), Path(folder))
            related += [not desk.similar(stories.records[h]["title"]).abstained for h in held]
            wrong += [not desk.similar(title).abstained for title in foreign]
        print(
            f"{name}: {np.mean(related):.1%} of {len(related)} held-back headlines with a partner get a result, "
            f"{np.mean(wrong):.1%} of {len(wrong)} foreign ones"
        )
        _baseline(stories, foreign)


def _baseline(stories: Stories, foreign: list[str]) -> None:
    """Character-bigram TF-IDF at the threshold where 2 % of the foreign headlines get a result."""
    held = [group[0] for group in stories.groups]
    pool = [record["title"] for record in stories.without(held)]
    asked = [stories.records[h]["title"] for h in held]
    rows = character_tfidf([*pool, *asked, *foreign])
    best = np.asarray((rows[len(pool) :] @ rows[: len(pool)].T).max(axis=1).todense()).ravel()
    own, other = best[: len(asked)], best[len(asked) :]
    least = np.quantile(other, 0.98)
    print(
        f"    character bigrams: {np.mean(own > least):.1%} of the held-back "
        f"at {np.mean(other > least):.1%} of the foreign"
    )


if __name__ == "__main__":
    main()
