"""Stories: does an article find the others that tell the same story? Beside character-bigram TF-IDF.

The sets are ingested with titles and dates only; every distinct headline is in the pool; each member of a
group asks by id; near-copies are not collapsed. Also the sample's judgements by hand.

    python -m benchmarks.quality
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.sets import ROOT, Stories, character_tfidf, desk_of, rank_of_best
from recommender import Corpus, Recommender, Wish, train
from recommender.evaluate import judge, questions_from_labels
from recommender.judging import LISTS
from recommender.workshop import cross_fit

SETS = ("battery", "daegu-gyeongbuk")


@dataclass(frozen=True)
class Ranks:
    """Ranks of the best other member, one a question; 0 where none was returned."""

    values: list[int]

    @property
    def mrr(self) -> float:
        return float(np.mean([1 / rank if rank else 0.0 for rank in self.values]))

    @property
    def hit_10(self) -> float:
        return float(np.mean([0 < rank <= 10 for rank in self.values]))


def main() -> None:
    print(f"{'set':<18}{'model':<34}{'questions':>9}{'MRR':>8}{'hit@10':>8}{'misses':>8}")
    for name in SETS:
        stories = Stories.of(name)
        baseline = baseline_ranks(stories)
        with tempfile.TemporaryDirectory() as folder:
            desk = desk_of(stories.records, Path(folder))
        _line(name, "character bigrams (char_wb 2)", baseline, baseline)
        _line(name, "recommender, all articles ranked", ranked(desk, stories), baseline)
        _line(name, "recommender, as answered (k 10)", answered(desk, stories), baseline)
    _sample()


def _line(name: str, model: str, ranks: Ranks, baseline: Ranks) -> None:
    fewer = 1 - (1 - ranks.hit_10) / (1 - baseline.hit_10)
    print(
        f"{name:<18}{model:<34}{len(ranks.values):>9}{ranks.mrr:>8.3f}{ranks.hit_10:>8.3f}{-fewer:>8.0%}",
        flush=True,
    )


def baseline_ranks(stories: Stories) -> Ranks:
    rows = character_tfidf([record["title"] for record in stories.records])
    return Ranks(
        [
            rank_of_best((rows @ rows[asking].T).toarray().ravel(), asking, [m for m in group if m != asking])
            for group in stories.groups
            for asking in group
        ]
    )


def ranked(desk: Recommender, stories: Stories) -> Ranks:
    """Over every article, whether or not the answer would be shown."""
    model, ranks = desk.model, []
    for group in stories.groups:
        rows = {m: model.catalogue.row(stories.records[m]["id"]) for m in group}
        for asking in group:
            question = model.article_question(rows[asking])
            parts = model.parts(question, float(model.catalogue.days[rows[asking]]))
            scores = model.weights.logits(parts, 1.0, dated=True)
            ranks.append(rank_of_best(scores, rows[asking], [rows[m] for m in group if m != asking]))
    return Ranks(ranks)


def answered(desk: Recommender, stories: Stories) -> Ranks:
    """As a person sees it: ``similar --id X -k 10 --no-collapse``, abstentions and all."""
    ranks = []
    for group in stories.groups:
        ids = [stories.records[m]["id"] for m in group]
        for asking in ids:
            answer = desk.similar(id=asking, wish=Wish(collapse=False))
            found = [hit.rank for hit in answer if hit.article.id in ids]
            ranks.append(found[0] if found else 0)
    return Ranks(ranks)


def _sample() -> None:
    with Corpus.open(":memory:") as corpus:
        corpus.ingest([ROOT / "data" / "sample" / "pages"])
        desk = Recommender(train(corpus))
    questions = questions_from_labels(desk.model, ROOT / "data" / "sample" / "labels.jsonl")
    folds = cross_fit(desk.model)
    for lists in LISTS:
        scores = judge(desk, questions, lists=lists, folds=folds)
        print(f"sample, judgements by hand, related lists that speak: {lists}: {scores.as_json()}")


if __name__ == "__main__":
    main()
