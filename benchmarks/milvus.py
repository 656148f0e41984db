"""What candidates from a Milvus server cost: recall of the exhaustive answer, with filters, by ``ef``, and time.

    python -m benchmarks.milvus HOME URI [--questions 200]

HOME holds a trained model, which is published at URI under the alias ``benchmark``. Questions are its own articles.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np

from recommender import Recommender
from recommender.index import ExactIndex
from recommender.index.milvus import Collection, MilvusDense, Server
from recommender.jobs.publish import publish
from recommender.ranking.milvus_candidates import MilvusCandidates, collection_name
from recommender.text.instants import day_text

K = 10


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("uri")
    parser.add_argument("--questions", type=int, default=200)
    args = parser.parse_args()
    files = Recommender.open(args.home / "models")
    server, began = Server.of(args.uri), time.monotonic()
    done = publish(files.model, server, "benchmark", print)
    print(f"{done.articles:,} articles published in {time.monotonic() - began:.1f} s")
    rows = np.random.default_rng(7).permutation(len(files))[: args.questions].tolist()
    for ef in (64, 128, 512, 2048):
        print(f"ef {ef}: nearest by meaning, recall@100 {dense_recall(files, server, rows, ef):.4f}")
    for ef in (512,):
        Collection.search.__defaults__ = (ef,)  # type: ignore[attr-defined]
        for name, filters in filters_of(files).items():
            print(f"ef {ef}: answers, {name}: {compared(args.home, files, server, rows, filters)}")


def filters_of(files: Recommender) -> dict[str, dict[str, Any]]:
    """No filter, and such as leave a half, a tenth and a hundredth."""
    catalogue, days = files.model.catalogue, files.model.catalogue.days
    outlets = np.bincount(catalogue.outlet_of[catalogue.outlet_of >= 0])
    dated = days[~np.isnan(days)]
    since = {f"last {share:.0%} of days": day_text(float(np.quantile(dated, 1 - share))) for share in (0.5, 0.1, 0.01)}
    return {
        "none": {},
        **{name: {"since": day} for name, day in since.items()},
        "the largest outlet": {"outlet": catalogue.outlets[int(outlets.argmax())]},
        "not the largest outlet": {"exclude_outlet": catalogue.outlets[int(outlets.argmax())]},
        "a topic": {"topic": files.model.topics.topics[0].id},
    }


def dense_recall(files: Recommender, server: Server, rows: list[int], ef: int) -> float:
    """Of the 100 nearest by meaning, how many the server finds; half of the articles allowed."""
    collection = Collection.find(server, collection_name(files.model, "benchmark"))
    assert collection is not None
    exact, vectors = ExactIndex(files.model.dense.rows), files.model.dense.rows
    day = float(np.nanmedian(files.model.catalogue.days))
    allowed = files.model.catalogue.days >= day
    index = MilvusDense(collection, files.model.catalogue.ids, f"day >= {day}", ef)
    shares = []
    for row in rows:
        query = np.asarray(vectors[row], dtype=np.float32)
        exact_rows = exact.search(query, 100, allowed)
        shares.append(len(np.intersect1d(exact_rows, index.search(query, 100, allowed))) / max(len(exact_rows), 1))
    return statistics.fmean(shares)


def compared(home: Path, files: Recommender, server: Server, rows: list[int], filters: dict[str, Any]) -> str:
    """Recall@10 of the answers of the local files, and the median time of either."""
    served = Recommender.open(home / "models").through(MilvusCandidates(server, "benchmark", print))
    common = total = 0
    times: list[list[float]] = [[], []]
    for row in rows:
        ids = []
        for side, side_of in enumerate((files, served)):
            began = time.perf_counter()
            ids.append([hit.article.id for hit in side_of.similar(id=files.model.catalogue.ids[row], k=K, **filters)])
            times[side].append(time.perf_counter() - began)
        total += len(ids[0])
        common += len({*ids[0]} & {*ids[1]})
    local, remote = (statistics.median(seconds) * 1000 for seconds in times)
    return (
        f"recall@{K} {common / max(total, 1):.4f} of {total:,} hits; {local:.1f} ms here, {remote:.1f} ms with Milvus"
    )


if __name__ == "__main__":
    main()
