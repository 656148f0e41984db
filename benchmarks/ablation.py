"""What each part of the score is worth: one part left out, one part alone, beside character-bigram TF-IDF.

Stories of battery and daegu-gyeongbuk (titles and dates alone, no related lists), and the sample's judgements by hand
and related lists. Every headline may answer, near-copies once. Weights are cross-fitted where they were fitted at
all; of the link part only the lists of other pages speak. A part left out has no weight, the others keep theirs.
Prints a Markdown table of MRR and recall@10 with 95 % intervals.

    python -m benchmarks.ablation [SET ...]
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.sets import ROOT, Stories, character_tfidf, desk_of
from recommender import Corpus, Recipe, train
from recommender.judging import Judge
from recommender.measures import bootstrap, recall, reciprocal_rank
from recommender.model import Model
from recommender.questions import Judged, questions_from_labels, questions_from_links
from recommender.scoring import Folds, Parts
from recommender.workshop import cross_fit

Ranks = list[NDArray[np.float64]]
HEAD = "| set | score | questions | MRR | recall@10 |\n|---|---|--:|--:|--:|"
PARTS = Parts._fields


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", default=["battery", "daegu-gyeongbuk", "sample"])
    print(HEAD, flush=True)
    for name in parser.parse_args().sets:
        sample() if name == "sample" else stories(name)


def stories(name: str) -> None:
    """The groups of a shared set: each member asks for the others."""
    held = Stories.of(name)
    with tempfile.TemporaryDirectory() as folder:
        model = desk_of(held.records, Path(folder)).model
    place = [model.catalogue.row(record["id"]) for record in held.records]
    questions = [
        Judged(place[asking], frozenset(place[m] for m in group if m != asking))
        for group in held.groups
        for asking in group
    ]
    table(name, model, cross_fit(model), questions)


def sample() -> None:
    with Corpus.open(":memory:") as corpus:
        corpus.ingest([ROOT / "data" / "sample" / "pages"])
        model = train(corpus, replace(Recipe(), topics_most=0))
    folds = cross_fit(model)
    table("sample, by hand", model, folds, questions_from_labels(model, ROOT / "data" / "sample" / "labels.jsonl"))
    table("sample, lists", model, folds, questions_from_links(model))


def table(name: str, model: Model, folds: Folds, questions: Sequence[Judged]) -> None:
    questions = [q for q in questions if kept(model, q)]
    line(name, "character bigrams (char_wb 2)", baseline(model, questions))
    line(name, "all parts", asked(model, folds, questions, PARTS))
    present = [part for part in PARTS if part != "link" or len(model.links.listed)]
    for part in present:
        line(name, f"without {part}", asked(model, folds, questions, tuple(p for p in PARTS if p != part)))
    for part in present:
        line(name, f"{part} alone", asked(model, folds, questions, (part,)))


def kept(model: Model, question: Judged) -> bool:
    copy_of = model.catalogue.copy_of
    return any(copy_of[r] != copy_of[question.row] for r in question.right)


def asked(model: Model, folds: Folds, questions: Sequence[Judged], speaking: Sequence[str]) -> Ranks:
    """Ranks with the weights of the other parts at nought."""
    silent = dict.fromkeys(set(PARTS) - set(speaking), 0.0)
    muted = replace(folds, weights=tuple(replace(w, **silent) for w in folds.weights))
    judge = Judge(model, muted, lists="others")
    return [judge.ask(question).ranks for question in questions]


def baseline(model: Model, questions: Sequence[Judged]) -> Ranks:
    """Cosine of character-bigram TF-IDF of the titles, with the same copies folded; equal ones in order of row."""
    copy_of = model.catalogue.copy_of
    rows = character_tfidf([model.catalogue.article(r).title or "" for r in range(len(model))])
    found = []
    for question in questions:
        scores = (rows @ rows[question.row].T).toarray().ravel()
        scores[copy_of == copy_of[question.row]] = -np.inf
        best = np.full(len(scores), -np.inf)
        np.maximum.at(best, copy_of, scores)
        right = np.unique(copy_of[[r for r in question.right if copy_of[r] != copy_of[question.row]]])
        ahead = [int((best > best[r]).sum()) + int((best[:r] == best[r]).sum()) for r in right.tolist()]
        found.append(1.0 + np.array(ahead, dtype=np.float64))
    return found


def line(name: str, what: str, ranks: Ranks) -> None:
    values = np.array([[reciprocal_rank(r), recall(r, 10)] for r in ranks])
    cells = [f"{i.value:.3f} ({i.low:.3f}-{i.high:.3f})" for i in bootstrap(values, np.ones((len(values), 1)), seed=7)]
    print(f"| {name} | {what} | {len(ranks)} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
