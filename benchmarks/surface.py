"""What the spelling of a headline tells beyond its words: BM25 over character bigrams on stories, undated.

The index keeps the bigrams of stems. Here bigrams of the headline as it stands (particles, punctuation, blanks at the
ends of words), of its letters alone, and of stems rank every article, each by itself and added to what the project's
title features give. Ties count against the system.

    python -m benchmarks.surface [ARCHIVE ...]
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from benchmarks import tasks as T
from benchmarks.fit_scorer import some_of
from benchmarks.sets import desk_of
from recommender.ranking.features import features_of_rows, query_of
from recommender.ranking.model import Model

QUESTIONS = 300
DEEP = 50  # ranks that count
K, B = 1.5, 0.75  # BM25
EPSILON = 1e-7
Split = Callable[[str], list[str]]
Scores = NDArray[np.float64]


def spelled(text: str) -> list[str]:
    """The bigrams of each word as it stands, with a blank at its ends, each once."""
    words = (f" {word} " for word in text.lower().split())
    return list(dict.fromkeys(word[at : at + 2] for word in words for at in range(len(word) - 1)))


def lettered(text: str) -> list[str]:
    return spelled(re.sub(r"[^\w]+", " ", text))


class BM25:
    """BM25 over the titles of a model's articles, in the order of its rows."""

    def __init__(self, titles: Sequence[str], split: Split) -> None:
        self._split = split
        documents = [Counter(split(title)) for title in titles]
        self._places = {term: i for i, term in enumerate(dict.fromkeys(t for terms in documents for t in terms))}
        rows = np.repeat(np.arange(len(documents)), [len(terms) for terms in documents])
        columns = np.array([self._places[t] for terms in documents for t in terms])
        counts = np.array([n for terms in documents for n in terms.values()], dtype=float)
        lengths = np.array([terms.total() for terms in documents], dtype=float)
        spread = np.bincount(columns, minlength=len(self._places))
        idf = np.log(1 + (len(documents) - spread + 0.5) / (spread + 0.5))
        norm = K * (1 - B + B * lengths / lengths.mean())
        values = idf[columns] * counts / (counts + norm[rows])
        self._table = sparse.csc_matrix((values, (rows, columns)), shape=(len(documents), len(idf)))

    def scores(self, text: str) -> Scores:
        """(n,) of all articles, the best 1."""
        columns = [self._places[term] for term in self._split(text) if term in self._places]
        sums = np.asarray(self._table[:, columns].sum(axis=1)).ravel()
        return np.asarray(sums / max(float(sums.max(initial=0)), EPSILON))


def reciprocal_rank(scores: Scores, right: NDArray[np.bool_], own: int) -> float:
    rivals = ~right
    if own >= 0:
        rivals[own] = False
    rank = 1 + int((scores[rivals] > scores[right].max() - EPSILON).sum())
    return 1 / rank if rank <= DEEP else 0.0


def print_archive(name: str) -> None:
    records = some_of(name)
    ids = {record["id"] for record in records}
    with tempfile.TemporaryDirectory() as folder:
        model = desk_of(T._only(records, "title", "published"), Path(folder)).model
    titles = {record["id"]: record["title"] for record in records}
    kept = [titles[model.catalogue.ids[row]] for row in range(len(model))]
    questions = [q for q in T.story(name, dated=False).questions if q.right <= ids][:QUESTIONS]
    stems = _stems(model)
    ways = {
        way: BM25(kept, split) for way, split in (("as it stands", spelled), ("letters", lettered), ("stems", stems))
    }
    ranks: dict[str, list[float]] = {}
    for question in questions:
        query = query_of(model, model.asked(question.text, ""), float("nan"))
        features = features_of_rows(model, query, np.arange(len(model)), np.zeros(len(model), dtype=np.float32))
        logits = model.weights.logits(query.kind, features).astype(np.float64)
        right = np.isin(np.arange(len(model)), [model.catalogue.row(name) for name in question.right])
        own_row = model.catalogue.row(question.own) if question.own else -1
        alone = {way: index.scores(question.text) for way, index in ways.items()}
        mixed = {f"title share + {way}": features.title + 0.1 * features.cosine + s for way, s in alone.items()}
        for system, scores in {"project": logits, **alone, **mixed}.items():
            ranks.setdefault(system, []).append(reciprocal_rank(np.asarray(scores), right, own_row))
    print(f"{name}: {len(model):,} headlines, {len(questions)} questions, MRR")
    for system, values in ranks.items():
        print(f"  {system:<28} {np.mean(values):.3f}")


def _stems(model: Model) -> Split:
    return lambda text: [term for term in dict.fromkeys(model.asked(text, "").terms) if term.startswith("~")]


def main() -> None:
    for name in sys.argv[1:] or T.STORY_SETS:
        print_archive(name)


if __name__ == "__main__":
    main()
