"""A question and related lists over a large archive, beside a look at all and beside other libraries, in one run.

    python -m benchmarks.related HOME [--questions 200] [--lists 20000] [--workers 2] [--peers 1000]

HOME holds a trained model. Printed: the median CPU time of a warm question by a text and by an article, pruned and not,
and the recall of what a look at all finds; seconds, CPU seconds and peak memory of ``export --workers`` of ``--lists``
articles (0: of all) and the recall of their lists; and what ``bm25s`` over character bigrams and ``usearch`` over the
model's own vectors take for ``--peers`` lists each, with their time to build. Recall is of ten hits, over articles
drawn by a seed. A peer finds what is alike by one measure: it has no dates, lists, fields, scores or abstain rule.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.scale import program, spent_by
from benchmarks.systems import bigrams_of
from recommender import Recommender, SearchOptions
from recommender.evaluation.pruning_cost import pruning_cost

K, SEED, WARM = 10, 7, 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--lists", type=int, default=20_000, help="So many lists, 0: all.")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--peers", type=int, default=1_000, help="So many lists of bm25s and usearch, 0: none.")
    args = parser.parse_args()
    recommender = Recommender.open(args.home / "models")
    print(f"{len(recommender):,} articles", flush=True)
    questions(recommender, args.questions)
    lists(recommender, args.home, args.lists, args.workers)
    if args.peers:
        peers(recommender, args.peers)


def drawn(count: int, limit: int) -> list[int]:
    """Rows of ``limit`` articles of ``count``, ascending."""
    return sorted(np.random.default_rng(SEED).choice(count, min(limit, count), replace=False).tolist())


def milliseconds(ask: Callable[[int], object], rows: Sequence[int]) -> float:
    """Median CPU milliseconds of a question, the first ones left out."""
    spent = []
    for row in rows:
        began = time.process_time()
        ask(row)
        spent.append(time.process_time() - began)
    return 1000 * statistics.median(spent[min(WARM, len(spent) - 1) :])


def questions(recommender: Recommender, limit: int) -> None:
    """Headlines made of the halves of two, so that none is that of an article, and articles of the archive."""
    rows, article = drawn(len(recommender), limit + WARM), recommender.model.catalogue.article
    titles = [(article(row).title or "").split() for row in rows]
    texts = [" ".join([*left[: (len(left) + 1) // 2], *right[len(right) // 2 :]]) for left, right in pairwise(titles)]
    for name, way in (("pruned", recommender), ("a look at all", recommender.exhaustive())):
        took = milliseconds(lambda i, way=way: way.similar(texts[i]), range(len(texts)))
        print(f"  a question by a text, {name}: {took:.1f} CPU ms", flush=True)
    cost = pruning_cost(recommender, limit, SEED)
    pruned, whole = cost.milliseconds
    print(f"  a question by an article: {pruned:.1f} CPU ms pruned, {whole:.1f} by a look at all; recall@10 "
          f"{cost.recall_10.value:.4f} of {cost.hits} hits", flush=True)  # fmt: skip


def lists(recommender: Recommender, home: Path, limit: int, workers: int) -> None:
    """``export`` as a user runs it, and of some of its lists the recall."""
    count = len(recommender)
    with tempfile.TemporaryDirectory() as folder:
        output, command = Path(folder) / "lists.jsonl", [*program(home), "export", "-k", str(K)]
        if 0 < limit < count:
            names = Path(folder) / "ids"
            names.write_text("".join(f"{recommender.model.catalogue.ids[row]}\n" for row in drawn(count, limit)))
            command += ["--ids", str(names)]
        spent = spent_by([*command, "--workers", str(workers), "-o", str(output)])
        some = limit if 0 < limit < count else count
        print(f"  {some:,} lists by {workers} processes: {spent.wall:.0f} s, {spent.cpu:.0f} of the CPU, "
              f"{1000 * spent.cpu / some:.2f} CPU ms each; peak {spent.peak:.2f} GB a process", flush=True)  # fmt: skip
        lines = output.read_text(encoding="utf-8").splitlines()
    related = {line["id"]: {hit["id"] for hit in line["related"]} for line in map(json.loads, lines)}
    exhaustive, hits, common = recommender.exhaustive(), 0, 0
    for name in np.random.default_rng(SEED).permutation(sorted(related)).tolist()[: WARM * 30]:
        expected = {hit.article.id for hit in exhaustive.similar(id=name, options=SearchOptions(k=K))}
        hits, common = hits + len(expected), common + len(expected & related[name])
    print(f"  recall@10 of lists: {common / max(hits, 1):.4f} of {hits} hits", flush=True)


def peers(recommender: Recommender, limit: int) -> None:
    """``bm25s`` and ``usearch`` over the same headlines and vectors."""
    import bm25s
    from usearch.index import Index

    count, asked = len(recommender), drawn(len(recommender), limit)
    headline = recommender.model.catalogue.headline
    began = time.process_time()
    index = bm25s.BM25(k1=1.5, b=0.75)
    index.index([bigrams_of(headline(row)) for row in range(count)], show_progress=False)
    built, began = time.process_time() - began, time.process_time()
    for row in asked:
        pieces = [[piece for piece in bigrams_of(headline(row)) if piece in index.vocab_dict]]
        if pieces[0]:
            index.retrieve(pieces, k=min(K + 1, count), show_progress=False, n_threads=1)
    took = time.process_time() - began
    print(f"  bm25s over bigrams: built in {built:.0f} CPU s, {1000 * took / len(asked):.1f} CPU ms a list", flush=True)
    del index
    rows = np.asarray(recommender.model.dense.rows)
    began = time.process_time()
    graph = Index(ndim=rows.shape[1], metric="cos")
    graph.add(np.arange(count), rows, threads=2)
    built, began = time.process_time() - began, time.process_time()
    nearest = [{*graph.search(rows[row], K, threads=1).keys.tolist()} for row in asked]
    took = time.process_time() - began
    best = [{*np.argpartition(-(rows @ rows[row]), K)[:K].tolist()} for row in asked[:200]]
    recall = np.mean([len(left & right) / K for left, right in zip(nearest[: len(best)], best, strict=True)])
    print(f"  usearch over vectors: built in {built:.0f} CPU s, {1000 * took / len(asked):.2f} CPU ms a list, "
          f"recall@10 of the nearest vectors {recall:.3f}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
