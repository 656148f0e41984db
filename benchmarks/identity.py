"""Do topics keep their ids? A tenth of the articles is dropped, another tenth added, and the model trained again.

    python -m benchmarks.identity [--articles 5000] [SET ...]

Sets: sample (the project's own headlines), battery, daegu-gyeongbuk, ynat. Prints, for each, the share of ids of
topics with 20 or more articles that are still there, and the adjusted Rand index over the articles that stayed,
beside the same without knowledge of the training before (ids given to whatever topic is most alike).

    python -m benchmarks.identity --grown [SET ...]

Is an archive that grew by a quarter sorted as one trained at once? Prints the share of ids kept, of topics with 20 and
more articles, the adjusted Rand index of the topics grown beside those from scratch at both levels, the same for
--fresh-topics' ids, and that of two seeds from scratch: no grown topics can agree better with what is found than that.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from sklearn.metrics import adjusted_rand_score

from benchmarks.sets import ROOT, corpus_of, rows
from recommender import Recipe, train
from recommender.ranking.model import Model
from recommender.topics.lineage import identify

SETS = ("sample", "battery", "daegu-gyeongbuk", "ynat")
LARGE = 20  # articles of a topic whose id is followed


def records(name: str, limit: int) -> list[dict[str, Any]]:
    """Title and date of at most ``limit`` articles, by chance."""
    if name == "sample":
        lines = (ROOT / "data" / "sample" / "labels.jsonl").read_text(encoding="utf-8").splitlines()
        records_all = [{"title": row["title"]} for row in map(json.loads, lines) if row["title"]]
    else:
        records_all = [{k: r[k] for k in ("id", "title", "date") if r.get(k)} for r in rows(f"{name}/headlines")]
    order = np.random.default_rng(1).permutation(len(records_all))[:limit]
    return [records_all[i] for i in order]


def model_of(records: list[dict[str, Any]], previous: Model | None = None, seed: int = 7) -> Model:
    with TemporaryDirectory() as folder, corpus_of(records, Path(folder)) as corpus:
        return train(corpus, Recipe(seed=seed), previous=previous)


def afresh(after: list[dict[str, Any]], before: Model) -> Model:
    """Trained as if there had been no model before, its topics matched to those of that model afterwards."""
    model = model_of(after)
    ids = list(model.catalogue.ids)
    topics = identify(model.topics, ids, before).topics
    return replace(model, topics=topics)


def compared(before: Model, after: Model) -> tuple[float, float]:
    large = {topic.id for topic in before.topics.topics if topic.size >= LARGE}
    lasting = large & {topic.id for topic in after.topics.topics}
    both = [(before.catalogue.row(name), row) for row, name in enumerate(after.catalogue.ids)]
    left, right = zip(*((a, b) for a, b in both if a >= 0), strict=True)
    rand = adjusted_rand_score(before.topics.topic_of[list(left)], after.topics.topic_of[list(right)])
    return len(lasting) / max(1, len(large)), float(rand)


def kept(before: Model, after: Model) -> float:
    """The share of the ids of large topics, of both levels, that are still there."""
    large = {t.id for t in (*before.topics.topics, *before.topics.broad) if t.size >= LARGE}
    return len(large & {t.id for t in (*after.topics.topics, *after.topics.broad)}) / max(1, len(large))


def alike(one: Model, other: Model) -> str:
    """The adjusted Rand index of two models of the same articles, fine and broad."""
    pairs = ((one.topics.topic_of, other.topics.topic_of), (one.topics.broad_of, other.topics.broad_of))
    return " | ".join(f"{adjusted_rand_score(*pair):.2f}" for pair in pairs)


def grown(name: str, limit: int) -> None:
    """Prints a row: four fifths of a set grown to the whole, beside the whole from scratch."""
    articles = records(name, limit)
    before, scratch = model_of(articles[: len(articles) * 4 // 5]), model_of(articles)
    after, fresh = model_of(articles, before), afresh(articles, before)
    ids = f"{kept(before, after):.0%} | {kept(before, fresh):.0%}"
    seeds = alike(scratch, model_of(articles, seed=8))
    print(f"| {name} | {len(articles):,} | {ids} | {alike(after, scratch)} | {seeds} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", default=list(SETS))
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--grown", action="store_true")
    args = parser.parse_args()
    if args.grown:
        print("| set | articles | ids, grown | ids, fresh | ARI, fine | ARI, broad | seeds, fine | seeds, broad |")
        print("|---|--:|--:|--:|--:|--:|--:|--:|")
        for name in args.sets:
            grown(name, args.articles)
        return
    print("| set | articles | topics of 20 and more | change | ids kept | ARI | ids kept, afresh | ARI, afresh |")
    print("|---|--:|--:|---|--:|--:|--:|--:|")
    for name in args.sets:
        articles = records(name, args.articles)
        cut = round(len(articles) / 11)
        whole, middle = articles[cut:], articles[: -cut or None]
        before = model_of(whole)
        large = sum(topic.size >= LARGE for topic in before.topics.topics)
        for change, after in (
            ("a tenth less", whole[cut:]),
            ("a tenth more", articles),
            ("a tenth exchanged", middle),
        ):
            continued, fresh = compared(before, model_of(after, before)), compared(before, afresh(after, before))
            cells = f"{continued[0]:.0%} | {continued[1]:.2f} | {fresh[0]:.0%} | {fresh[1]:.2f}"
            print(f"| {name} | {len(whole):,} | {large} | {change} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
