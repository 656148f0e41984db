"""What adapting the base model to a corpus is worth: the base model alone, the corpus alone, and both joined.

By cosine alone, without dates and without shared words: stories of two sets, sections of 9,000 headlines that the
base model was not trained on, and the sample's judgements by hand.

    python -m benchmarks.adapted
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.meaning import sections, stories
from benchmarks.sets import ROOT, SHARED, Stories, desk_of, rank_of_best
from recommender import Corpus, Recipe, Recommender, train
from recommender.arrays.kernels import Floats
from recommender.embeddings.fused import FusedEncoder
from recommender.evaluation.evaluate import questions_from_labels
from scripts.base_model.sets import OpenSets


def main() -> None:
    print(f"{'set':<18}{'measures':<22}{'base alone':>16}{'corpus alone':>16}{'adapted':>16}")
    for name in ("battery", "daegu-gyeongbuk"):
        story_set = Stories.of(name)
        ways = ways_of(desk_with(story_set.records), [record["id"] for record in story_set.records])
        _line(name, "MRR, hit@10", [stories(lambda _, rows=rows: rows, story_set) for rows in ways])
    sets = OpenSets.read(SHARED / "corpora")
    records = [{"id": f"h{i}", "title": row["title"]} for i, row in enumerate(sets.held_headlines)]
    ways = ways_of(desk_with(records), [record["id"] for record in records])
    _line("ynat, held back", "V at 7, 10 nearest", [sections(lambda _, rows=rows: rows, sets) for rows in ways])
    _line("sample", "MRR, hit@10", _sample())


def desk_with(records: Sequence[dict[str, str]]) -> Recommender:
    with tempfile.TemporaryDirectory() as folder:
        return desk_of(records, Path(folder))


def ways_of(desk: Recommender, ids: Sequence[str]) -> tuple[Floats, Floats, Floats]:
    """Unit rows of the articles ``ids`` by the base model, by the corpus, and by both joined."""
    model, encoder = desk.model, desk.model.dense.encoder
    assert isinstance(encoder, FusedEncoder)
    rows = [model.catalogue.row(name) for name in ids]
    questions = [model.question(model.catalogue.article(row).shown_title) for row in rows]
    terms = [question.terms for question in questions]
    texts = [question.text for question in questions]
    return encoder.meaning.encode(terms, texts), encoder.cooccurrence.encode(terms), np.asarray(model.dense.rows)[rows]


def _sample() -> list[tuple[float, float]]:
    with Corpus.open(":memory:") as corpus:
        corpus.ingest([ROOT / "data" / "sample" / "pages"])
        desk = Recommender(train(corpus, Recipe(topics_most=0)))
    questions = questions_from_labels(desk.model, ROOT / "data" / "sample" / "labels.jsonl")
    results = []
    for rows in ways_of(desk, list(desk.model.catalogue.ids)):
        ranks = np.array([rank_of_best(rows @ rows[q.row], q.row, q.right) for q in questions])
        results.append((float(np.mean(1 / ranks)), float(np.mean(ranks <= 10))))
    return results


def _line(name: str, measures: str, results: Sequence[tuple[float, float]]) -> None:
    print(f"{name:<18}{measures:<22}" + "".join(f"{a:>9.3f}{b:>7.3f}" for a, b in results), flush=True)


if __name__ == "__main__":
    main()
