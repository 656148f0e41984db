"""Abstaining at the default threshold: headlines of foreign sections against held-back related ones.

One member of each battery (and daegu-gyeongbuk) story is held back and asks by its text; then the same with archives
of few headlines drawn from the sets.

    python -m benchmarks.abstain
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.sets import Stories, character_tfidf, desk_of, few, foreign_headlines

SETS = ("battery", "daegu-gyeongbuk")
SMALL = (25, 60, 150, 400)
DRAWS = 4  # of each


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
        for size in SMALL:
            _small(stories, size, foreign)


def _small(stories: Stories, size: int, foreign: list[str]) -> None:
    """Means over archives of ``size`` headlines; the bigrams have one threshold for all of a set and size."""
    related, wrong, own, other = [], [], [], []
    for draw in range(DRAWS):
        chosen = few(stories, size, np.random.default_rng(500 + draw))
        held = [group[0] for group in chosen.groups]
        kept, asked = chosen.without(held), [chosen.records[h]["title"] for h in held]
        with tempfile.TemporaryDirectory() as folder:
            desk = desk_of(kept, Path(folder))
        related += [not desk.similar(title).abstained for title in asked]
        wrong += [not desk.similar(title).abstained for title in foreign]
        best = _best([record["title"] for record in kept], [*asked, *foreign])
        own += best[: len(asked)].tolist()
        other += best[len(asked) :].tolist()
    least = np.quantile(other, 1 - np.mean(wrong))
    print(
        f"    {size} headlines, {DRAWS} draws: {np.mean(related):.1%} of {len(related)} related, "
        f"{np.mean(wrong):.1%} of the foreign; bigrams at as many foreign: {np.mean(own > least):.1%}"
    )


def _baseline(stories: Stories, foreign: list[str]) -> None:
    """Character-bigram TF-IDF at the threshold where 2 % of the foreign headlines get a result."""
    held = [group[0] for group in stories.groups]
    pool = [record["title"] for record in stories.without(held)]
    asked = [stories.records[h]["title"] for h in held]
    best = _best(pool, [*asked, *foreign])
    own, other = best[: len(asked)], best[len(asked) :]
    least = np.quantile(other, 0.98)
    print(
        f"    character bigrams: {np.mean(own > least):.1%} of the held-back "
        f"at {np.mean(other > least):.1%} of the foreign"
    )


def _best(pool: list[str], asked: list[str]) -> NDArray[np.float64]:
    """(len(asked),) the highest cosine of each to the pool, by character bigrams."""
    rows = character_tfidf([*pool, *asked])
    return np.asarray((rows[len(pool) :] @ rows[: len(pool)].T).max(axis=1).todense()).ravel()


if __name__ == "__main__":
    main()
