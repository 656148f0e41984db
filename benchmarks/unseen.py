"""What base models know of text that they never saw, on sets to tune by and on sets to look at once.

    python -m benchmarks.unseen [--model models/base --model /tmp/new] [--only held] [--e5]

A source is tuned on or held, never both, but for KorSTS dev, ynat and the paraphrases, of which there is one source
each: there halves are told apart by a hash. ``--e5`` asks multilingual-e5-small too (minutes; kept once made).

``sentences`` are like those of KLUE-STS (reviews, policy, questions): a text beside one that says the same (2), beside
the text of another group that is nearest by character bigrams (1), and beside one by chance (0).
``with bigrams`` adds both cosines, each over its spread. ``whole`` sources tell something of a model alone that was
trained without them: python -m scripts.base_model --without KorSTS,paraKQC,korean-english-park-news.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.cluster import KMeans
from sklearn.metrics import v_measure_score

from benchmarks.sets import SHARED, Stories, character_tfidf, rank_of_best, rows
from recommender.embeddings.static import StaticVectors
from scripts.base_model.sets import OpenSets

Encode = Callable[[Sequence[str]], Any]  # texts to unit rows, sparse or dense
PARTS = ("tune", "held")
WHOLE = "whole"  # sources that a model trained --without them never saw
SOURCES = {"jhe-koen": "tune", "korean-english-park-news": "held"}
STORIES = {"battery": "tune", "daegu-gyeongbuk": "held"}
SUMMARIES = {"trade": "tune", "ktitan": "held"}
LISTS = 3_000  # articles of the archive in which the editors' lists are looked for, the lists' own among them
TITLES = 2_000  # of a summary set
HEADLINES = 4_500  # of ynat, of each part


@dataclass(frozen=True)
class Cell:
    """A measure of a set; ``value`` of an encoder, the more the better."""

    part: str
    name: str
    value: Callable[[Encode], float]


def cells() -> list[Cell]:
    """Every measure, those to tune by first."""
    all_cells = []
    for part in PARTS:
        all_cells += [
            Cell(part, "KorSTS dev, half: Spearman", partial(korsts, part)),
            Cell(part, "sentences like KLUE-STS: Spearman", partial(sentences, part)),
            *(Cell(part, f"{source}, English asks: recall@{k}", partial(translations, source, k))
              for source in _of(SOURCES, part) for k in (1, 10)),
            Cell(part, "ynat, half: V at 7", partial(sections, part)),
            Cell(part, "ynat, half: 10 nearest", partial(neighbours, part)),
            *(Cell(part, f"{name}, title to summary: MRR", partial(summaries, name)) for name in _of(SUMMARIES, part)),
            *(Cell(part, f"{name} stories: MRR", partial(stories, name, False)) for name in _of(STORIES, part)),
            *(Cell(part, f"{name} stories, with bigrams: MRR", partial(stories, name, True))
              for name in _of(STORIES, part)),
        ]  # fmt: skip
    all_cells.append(Cell(WHOLE, "KorSTS: Spearman", partial(korsts, WHOLE)))
    all_cells += [Cell(WHOLE, f"{source}, English asks: recall@{k}", partial(translations, source, k, whole=True))
              for source in _of(SOURCES, "held") for k in (1, 10)]  # fmt: skip
    all_cells.append(Cell("held", "editors' lists, titles: MRR", partial(lists, False)))
    all_cells.append(Cell("held", "editors' lists, titles, with bigrams: MRR", partial(lists, True)))
    return all_cells


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure base models on sets to tune by and on sets held back.")
    parser.add_argument("--model", type=Path, action="append", help="A folder; may be said again.")
    parser.add_argument("--only", choices=(*PARTS, WHOLE))
    parser.add_argument("--e5", action="store_true")
    args = parser.parse_args()
    ways: dict[str, Encode] = {"bigrams": bigrams}
    for folder in args.model or [None]:
        ways[folder.name if folder else "base"] = StaticVectors.open(folder).encode
    if args.e5:
        from benchmarks.systems import vectors

        ways["e5"] = lambda texts: vectors(texts, "query")
    print(f"{'':<52}" + "".join(f"{name:>12}" for name in ways))
    for cell in cells():
        if args.only in (None, cell.part):
            values = "".join(f"{cell.value(encode):>12.3f}" for encode in ways.values())
            print(f"{cell.part:<6}{cell.name:<46}{values}", flush=True)


def bigrams(texts: Sequence[str]) -> Any:
    return character_tfidf(list(texts))


def part_of(text: str) -> str:
    """The half to which a text belongs, by its hash."""
    return PARTS[hashlib.sha256(text.encode()).digest()[0] & 1]


def _of(table: dict[str, str], part: str) -> list[str]:
    return [name for name, belongs in table.items() if belongs == part]


@cache
def _sets() -> OpenSets:
    return OpenSets.read(SHARED / "corpora")


def korsts(part: str, encode: Encode) -> float:
    pairs = [row for row in _sets().held_pairs if part_of(row["sentence1"]) == part]
    if part == WHOLE:
        pairs = [row for row in rows("pairs/pairs") if row["source"] == "KorSTS"]
    cosine = _beside(encode, [(row["sentence1"], row["sentence2"]) for row in pairs])
    return float(spearmanr(cosine, [row["score"] for row in pairs]).statistic)


def sentences(part: str, encode: Encode) -> float:
    pairs, scores = _graded(part)
    return float(spearmanr(_beside(encode, pairs), scores).statistic)


@cache
def _graded(part: str) -> tuple[list[tuple[str, str]], list[int]]:
    """Held pairs that say the same (2), near misses (1), and pairs by chance (0), a third each."""
    pairs = [pair for pair in _sets().held_alike if part_of(pair[0]) == part]
    chance = np.random.default_rng(3)
    counts = bigrams([text for pair in pairs for text in pair])
    cosines = np.asarray((counts[0::2] @ counts[1::2].T).todense())
    for i, (first, _) in enumerate(pairs):
        cosines[i, [other == first for other, _ in pairs]] = -1
        cosines[i, i] = -1
    others = cosines.argmax(axis=1)
    random = (np.arange(len(pairs)) + chance.integers(5, len(pairs) - 5, len(pairs))) % len(pairs)
    graded = [(a, pairs[i][1]) for picked in (range(len(pairs)), others, random)
             for (a, _), i in zip(pairs, picked, strict=True)]  # fmt: skip
    return graded, [score for score in (2, 1, 0) for _ in pairs]


def translations(source: str, limit: int, encode: Encode, *, whole: bool = False) -> float:
    """The share of the English sentences whose Korean one is among the ``limit`` nearest of the source."""
    pairs = [row for row in (rows("ko-en/parallel") if whole else _sets().held_parallel) if row["source"] == source]
    vectors = encode([row[side] for side in ("en", "ko") for row in pairs])
    scores = _dense(vectors[: len(pairs)] @ vectors[len(pairs) :].T)
    return float(((scores > np.diag(scores)[:, None]).sum(axis=1) < limit).mean())


@cache
def _headlines(part: str) -> tuple[list[str], NDArray[np.str_]]:
    headlines = [row for row in _sets().held_headlines if part_of(row["title"]) == part][:HEADLINES]
    return [row["title"] for row in headlines], np.array([row["label"] for row in headlines])


def sections(part: str, encode: Encode) -> float:
    """V-measure of k-means, the mean of three seeds; of sparse rows by their LSA."""
    from benchmarks.meaning import lsa

    titles, labels = _headlines(part)
    vectors = encode(titles)
    short = vectors if isinstance(vectors, np.ndarray) else lsa(titles)
    groups = [KMeans(7, n_init=3, random_state=seed).fit_predict(short) for seed in range(3)]
    return float(np.mean([v_measure_score(labels, group) for group in groups]))


def neighbours(part: str, encode: Encode) -> float:
    titles, labels = _headlines(part)
    vectors = encode(titles)
    scores = _dense(vectors @ vectors.T)
    np.fill_diagonal(scores, -np.inf)
    nearest = np.argpartition(-scores, 10, axis=1)[:, :10]
    return float((labels[nearest] == labels[:, None]).mean())


@cache
def _summaries(name: str) -> tuple[list[str], list[str]]:
    """Titles and their summaries, some by chance; no summary stands twice."""
    title_of = {row["summary"]: row["title"] for row in rows(f"{name}/headlines") if len(row.get("summary") or "") > 40}
    chosen = np.random.default_rng(4).permutation(len(title_of))[:TITLES]
    pairs = list(title_of.items())
    return [pairs[i][1] for i in chosen], [pairs[i][0][:300] for i in chosen]


def summaries(name: str, encode: Encode) -> float:
    titles, texts = _summaries(name)
    vectors = encode([*titles, *texts])
    scores = _dense(vectors[: len(titles)] @ vectors[len(titles) :].T)
    rank = 1 + (scores > np.diag(scores)[:, None]).sum(axis=1)
    return float((1 / rank).mean())


@cache
def _stories(name: str) -> Stories:
    return Stories.of(name)


def stories(name: str, fused: bool, encode: Encode) -> float:
    story_set = _stories(name)
    return _mrr_of_groups([record["title"] for record in story_set.records], story_set.groups, fused, encode)


@cache
def _lists() -> tuple[list[str], list[list[int]]]:
    """Titles, and for each list the page that asks, first, with what its editors put there."""
    articles = rows("lists/articles")
    index_of: dict[str, int] = {}
    lists = [[row["title"], *row["related"]] for row in articles if row.get("related")]
    for title in [title for group in lists for title in group] + [row["title"] for row in articles[: 2 * LISTS]]:
        if len(index_of) < LISTS or title in index_of:
            index_of.setdefault(title, len(index_of))
    return list(index_of), [[index_of[title] for title in group] for group in lists]


def lists(fused: bool, encode: Encode) -> float:
    titles, groups = _lists()
    return _mrr_of_groups(titles, groups, fused, encode, first=True)


def _mrr_of_groups(
    titles: Sequence[str], groups: Sequence[Sequence[int]], fused: bool, encode: Encode, *, first: bool = False
) -> float:
    """MRR of the best other member of a group; every member asks, or the first alone."""
    asking = [(group[0], group[1:]) for group in groups] if first else [
        (member, [other for other in group if other != member]) for group in groups for member in group
    ]  # fmt: skip
    ways = [encode(titles), bigrams(titles)] if fused else [encode(titles)]
    ranks = []
    for i, right in asking:
        scores = sum(_spread(_dense(way @ way[i].T).ravel()) for way in ways)
        ranks.append(1 / rank_of_best(np.asarray(scores), i, [other for other in right if other != i]))
    return float(np.mean(ranks))


def _spread(scores: NDArray[np.floating]) -> NDArray[np.floating]:
    return scores / scores.std()


def _beside(encode: Encode, pairs: Sequence[tuple[str, str]]) -> NDArray[np.floating]:
    """(n,) cosines of pairs of texts."""
    left, right = (list(side) for side in zip(*pairs, strict=True))
    both = encode([*left, *right])
    first, second = both[: len(left)], both[len(left) :]
    product = first * second if isinstance(both, np.ndarray) else first.multiply(second)
    return np.asarray(product.sum(axis=1)).ravel()


def _dense(scores: Any) -> NDArray[np.floating]:
    return np.asarray(scores if isinstance(scores, np.ndarray) else scores.toarray())


if __name__ == "__main__":
    main()
