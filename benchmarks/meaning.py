"""What the base model knows, beside character bigrams and LSA fitted on the texts of each question in the same run.

Nothing measured here was trained on: the dev part of KorSTS, 9,000 headlines of ynat, a tenth of the
Korean-English pairs, and the stories of two sets that belong to their publishers.

    python -m benchmarks.meaning [--model models/base]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.metrics import v_measure_score

from benchmarks.english import report
from benchmarks.sets import SHARED, Stories, character_tfidf, rank_of_best, rows
from recommender.arrays.kernels import unit_rows
from recommender.embeddings.static import StaticVectors
from recommender.text.aliases import load_aliases
from recommender.text.normalize import eojeols, normalise
from scripts.base_model.sets import OpenSets

Encode = Callable[[Sequence[str]], Any]  # texts to unit rows, sparse or dense
SEEDS = (0, 1, 2)
LSA = 100
PUBLISHED = {"potion-multilingual-128M, as published": 0.659, "multilingual-e5-small, as published": 0.771}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the base model.")
    parser.add_argument("--model", type=Path, default=None)
    model = StaticVectors.open(parser.parse_args().model)
    sets = OpenSets.read(SHARED / "corpora")
    ways: dict[str, Encode] = {
        "character bigrams, TF-IDF": lambda texts: character_tfidf(list(texts)),
        f"LSA({LSA}) of these": lsa,
        "base model": model.encode,
    }
    print("KorSTS dev, Spearman")
    for name, encode in ways.items():
        print(f"  {name:<42}{scored(encode, sets):>8.3f}")
    for name, value in PUBLISHED.items():
        print(f"  {name:<42}{value:>8.3f}")
    print("ynat, 9,000 headlines held back: V-measure of k-means (k 7, 3 seeds), 10 nearest of the same section")
    for name, encode in ways.items():
        print(f"  {name:<42}{{:>8.3f}}{{:>8.3f}}".format(*sections(encode, sets)))
    print("Stories by the titles alone: MRR, hit@10")
    for story in ("battery", "daegu-gyeongbuk"):
        for name, encode in ways.items():
            print(f"  {story:<17}{name:<25}{{:>8.3f}}{{:>8.3f}}".format(*stories(encode, Stories.of(story))))
    print(f"ko-en, {len(sets.held_parallel)} pairs held back: recall@1, recall@10")
    for name, encode in ways.items():
        for way in ("en to ko", "ko to en"):
            print(f"  {name:<32}{way:<10}{{:>8.3f}}{{:>8.3f}}".format(*parallel(encode, sets, way)))
    seed_page(model)
    report()
    speed(sets)


def lsa(texts: Sequence[str]) -> NDArray[np.float32]:
    counts = character_tfidf(list(texts))
    return unit_rows(TruncatedSVD(LSA, random_state=0).fit_transform(counts))


def scored(encode: Encode, sets: OpenSets) -> float:
    pairs = sets.held_pairs
    both = encode([row[side] for side in ("sentence1", "sentence2") for row in pairs])
    product = both[: len(pairs)] * both[len(pairs) :] if isinstance(both, np.ndarray) else None
    cosine = product.sum(1) if product is not None else _sparse_cosine(both, len(pairs))
    return float(spearmanr(np.asarray(cosine).ravel(), [row["score"] for row in pairs]).statistic)


def _sparse_cosine(both: Any, size: int) -> Any:
    return both[:size].multiply(both[size:]).sum(1)


def sections(encode: Encode, sets: OpenSets) -> tuple[float, float]:
    labels = np.array([row["label"] for row in sets.held_headlines])
    vectors = encode([row["title"] for row in sets.held_headlines])
    short = vectors if isinstance(vectors, np.ndarray) else lsa([row["title"] for row in sets.held_headlines])
    groupings = [KMeans(7, n_init=3, random_state=seed).fit_predict(short) for seed in SEEDS]
    same = []
    for start in range(0, len(labels), 1000):
        scores = _dense(vectors[start : start + 1000] @ vectors.T)
        scores[np.arange(len(scores)), start + np.arange(len(scores))] = -np.inf
        nearest = np.argpartition(-scores, 10, axis=1)[:, :10]
        same.append(labels[nearest] == labels[start : start + 1000, None])
    return float(np.mean([v_measure_score(labels, groups) for groups in groupings])), float(np.concatenate(same).mean())


def stories(encode: Encode, story_set: Stories) -> tuple[float, float]:
    vectors = encode([record["title"] for record in story_set.records])
    ranks = []
    for group in story_set.groups:
        for asking in group:
            scores = _dense(vectors @ vectors[asking].T).ravel()
            ranks.append(rank_of_best(scores, asking, [member for member in group if member != asking]))
    return float(np.mean([1 / rank for rank in ranks])), float(np.mean([rank <= 10 for rank in ranks]))


def parallel(encode: Encode, sets: OpenSets, way: str) -> tuple[float, float]:
    first, second = way.split(" to ")
    size = len(sets.held_parallel)
    vectors = encode([row[side] for side in (first, second) for row in sets.held_parallel])
    scores = _dense(vectors[:size] @ vectors[size:].T)
    rank = (scores > np.diag(scores)[:, None]).sum(axis=1)
    return float((rank < 1).mean()), float((rank < 10).mean())


def _dense(scores: Any) -> NDArray[np.floating]:
    return np.asarray(scores if isinstance(scores, np.ndarray) else scores.toarray())


def seed_page(model: StaticVectors) -> None:
    """The headlines at the end of the seed page: at which ranks those of one subject stand to each other.

    ``as names``: other names joined to one, what all have in common taken away, as topics are formed.
    """
    page = next((SHARED / "seeds").glob("000_*.txt")).read_text(encoding="utf-8").splitlines()
    titles = [line.removeprefix("- ") for line in page if line.startswith("- ")]
    aliases = load_aliases(None)
    joined = model.encode([aliases.apply(normalise(title).lower()) for title in titles])
    ways = {"as written": model.encode(titles), "as names": unit_rows(joined - joined.mean(axis=0))}
    print(f"{len(titles)} headlines of the seed page: ranks of the others of the subject")
    for subject, signs in {"recycling": ("폐배터리", "사용후 배터리"), "POSCO": ("포스코",)}.items():
        group = [at for at, title in enumerate(titles) if any(sign in title for sign in signs)]
        for name, vectors in ways.items():
            scores = vectors @ vectors.T
            ranks = [int((scores[at] > scores[at, to]).sum()) for at in group for to in group if at != to]
            print(f"  {subject:<12}{name:<14}{', '.join(map(str, ranks))}")


def speed(sets: OpenSets) -> None:
    """Headlines a CPU second of this process; the model is opened anew, so nothing is remembered."""
    began = time.process_time()
    StaticVectors.open()
    print(f"opening: {1000 * (time.process_time() - began):.0f} CPU-ms")
    stream = [row["title"] for row in rows("stream/headlines")]
    held = [row["title"] for row in sets.held_headlines]
    for name, titles in (("ynat, held back", held), ("the stream", stream), ("the stream's first", stream[:20_000])):
        fresh = StaticVectors.open()
        began = time.process_time()
        fresh.encode(titles)
        took = time.process_time() - began
        print(f"{len(titles)} headlines of {name}: {len(titles) / took:,.0f} a CPU second, with tokenising")
    split = [eojeols(title) for title in stream[:20_000]]
    began = time.process_time()
    for start in range(0, len(split), 2_000):
        fresh.place(split[start : start + 2_000])
    print(f"20,000 of them again, tokenised: {20_000 / (time.process_time() - began):,.0f} a CPU second")


if __name__ == "__main__":
    main()
