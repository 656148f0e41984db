"""Topics beside plain BERTopic: python -m benchmarks.topics [--articles 20000] [--only ours,plain] SET ...

Sets: ynat, ynat-held (headlines that the base model never saw), sections, bbc, general-day, battery, daegu-gyeongbuk,
lists, and sample, the project's own pages, whose topics and desks are held against the judgements by hand. Prints a
line of a Markdown table for each method, of ours one for each level. Seconds are CPU seconds, of one run; MB are the
most that a run held beyond what the set itself takes.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from functools import lru_cache
from itertools import chain, combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.metrics import adjusted_rand_score, f1_score, v_measure_score
from threadpoolctl import threadpool_limits

from benchmarks.sets import ROOT, SHARED, corpus_of, rows
from recommender import Corpus, Recipe, train
from recommender.arrays.hash_sample import id_hashes
from recommender.embeddings.external import named_encoder
from recommender.embeddings.static import StaticVectors
from recommender.index.links import Links
from recommender.ranking.model import Model
from recommender.text.aliases import load_aliases
from recommender.text.analyzer import Analyzer
from recommender.text.kiwi import learn_lexicon
from recommender.text.normalize import title_key
from recommender.topics.curated import load_curated
from recommender.topics.features import topic_vectors, topic_words
from recommender.topics.grouping import Reading, group
from recommender.topics.partition import spherical_kmeans
from recommender.topics.umap_loader import placed_by_umap
from recommender.training.find_duplicates import find_duplicates
from recommender.training.fit_embedding import learn_cooccurrence
from recommender.training.fit_tfidf import fit_tfidf, read_terms
from scripts.base_model.sets import OpenSets

SETS = {"ynat": "ynat/headlines", "ynat-held": "", "sections": "sections/headlines", "bbc": "bbc/documents",
        "general-day": "general-day/articles", "battery": "battery/headlines",
        "daegu-gyeongbuk": "daegu-gyeongbuk/headlines", "lists": "lists/articles"}  # fmt: skip
LABELLED = {"ynat": "label", "ynat-held": "label", "sections": "section", "bbc": "label"}
HEAD = """\
| set | method | topics | outliers | V | V at 7 | NPMI | diversity | ARI shuffled | s | MB |
|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"""


class Read(NamedTuple):
    """A set as topics see it: what is read of it, words, vectors of both kinds, copies, labels."""

    reading: Reading
    analyzer: Analyzer
    words: list[list[str]]
    vectors: Any
    dense: Any
    duplicate_of: Any
    labels: list[str] | None
    order: Any = slice(None)  # of the rows of ``reading``, where words and vectors are shuffled


Levels = dict[str, Any]  # the labels (n,) of each level by its name


def read(name: str, limit: int) -> Read:
    """At most ``limit`` articles of a set, chosen by chance."""
    held = rows(SETS[name]) if SETS[name] else OpenSets.read(SHARED / "corpora").held_headlines
    if len(held) > limit:
        held = [held[i] for i in np.sort(np.random.default_rng(1).choice(len(held), limit, replace=False))]
    keys = ("id", "title", "body", "date")
    records = [{k: r[k] for k in keys if r.get(k)} | ({"body": r["text"]} if "text" in r else {}) for r in held]
    recipe, aliases = Recipe(), load_aliases(None)
    with TemporaryDirectory() as folder, corpus_of(records, Path(folder)) as corpus:
        articles = list(corpus.articles())
    texts_spoken = chain.from_iterable(filter(None, (a.title or a.stand_in, a.body)) for a in articles)
    analyzer = Analyzer(learn_lexicon(texts_spoken, aliases, 2), aliases, {})
    texts = read_terms(articles, analyzer, recipe)
    tfidf, matrix, titles, _ = fit_tfidf(texts, recipe)
    duplicate_of = find_duplicates(
        list(map(title_key, texts.shown)), titles, np.arange(len(articles)), recipe.copy_likeness
    )
    words = topic_words(texts.titles, texts.bodies)
    originals = np.flatnonzero(duplicate_of == np.arange(len(words)))
    labels = {r["id"]: r[LABELLED[name]] for r in held} if name in LABELLED else {}
    empty = np.zeros(0, dtype=np.int64)
    ids = [a.id for a in articles]
    reading = Reading(
        ids, texts.titles, texts.bodies, texts.shown, duplicate_of, np.zeros((len(ids), 0), np.float32), (),
        Links.of(empty, empty, len(ids)), np.full(len(ids), -1), np.full(len(ids), -1),
    )  # fmt: skip
    return Read(
        reading,
        analyzer,
        words,
        topic_vectors(words, originals, id_hashes(ids, recipe.seed), recipe.seed),
        learn_cooccurrence(tfidf, matrix, recipe).rows,
        duplicate_of,
        [labels[a.id] for a in articles] if labels else None,
    )


def ours(data: Read) -> Levels:
    """The default, outliers as the model marks them; with names and the map, as a training makes them."""
    return _ours(data, StaticVectors.open().encode(data.reading.shown))


def corpus_alone(data: Read) -> Levels:
    """The same without the base model: what the corpus itself teaches."""
    return _ours(data, data.dense[:, :0])


def _ours(data: Read, meaning: Any) -> Levels:
    topics = group(data.reading, meaning, data.analyzer, Recipe()).topics
    if not topics.broad:
        return {"one level": topics.topic_of}
    first, other = ("broad", "fine") if topics.broad_first else ("fine", "broad")
    of = {"broad": topics.broad_of, "fine": topics.topic_of}
    return {f"{first}, found first": of[first], other: of[other]}


def plain(data: Read) -> Any:
    """BERTopic's own UMAP and HDBSCAN over the dense vectors."""
    return _plain(data, data.dense)


def plain_ours(data: Read) -> Any:
    """BERTopic's own UMAP and HDBSCAN over the topic vectors."""
    return _plain(data, data.vectors)


def plain_e5(data: Read) -> Any:
    """BERTopic's own UMAP and HDBSCAN over multilingual-e5-small's vectors of the headlines, which are made once."""
    return _plain(data, e5_vectors(tuple(data.reading.shown))[data.order])


@lru_cache(maxsize=1)
def e5_vectors(shown: tuple[str, ...]) -> Any:
    """(n, 384) vectors of headlines (extra e5)."""
    return named_encoder("e5").encode([], list(shown))


def _plain(data: Read, vectors: Any) -> Any:
    from bertopic import BERTopic

    texts = [" ".join(words) or "." for words in data.words]
    return np.array(BERTopic(language="korean").fit_transform(texts, embeddings=vectors)[0])


def tuned(data: Read) -> Any:
    from hdbscan import HDBSCAN as Tuned

    options = {"n_components": 5, "min_dist": 0.0, "metric": "cosine", "random_state": 7, "n_jobs": 1}
    placed = placed_by_umap(data.vectors, **options)
    return Tuned(min_cluster_size=max(15, len(placed) // 150), min_samples=5).fit_predict(placed)


def hdbscan(data: Read) -> Any:
    return HDBSCAN(min_cluster_size=15, min_samples=3, copy=True).fit_predict(data.vectors[:, :25])


def kmeans(data: Read) -> Any:
    return KMeans(20, n_init=1, random_state=7).fit_predict(data.vectors)


def ward(data: Read) -> Any:
    """Ward on 3,000 articles, the rest by the nearest centre."""
    sample = np.random.default_rng(7).choice(len(data.vectors), min(3000, len(data.vectors)), replace=False)
    labels = AgglomerativeClustering(20).fit_predict(data.vectors[sample])
    centres = np.stack([data.vectors[sample[labels == k]].mean(axis=0) for k in range(20)])
    return (data.vectors @ centres.T).argmax(axis=1)


METHODS = {f.__name__: f for f in (ours, corpus_alone, plain, plain_ours, plain_e5, tuned, hdbscan, kmeans, ward)}


def levels_of(data: Read, method: str) -> Levels:
    levels = METHODS[method](data)
    return levels if isinstance(levels, dict) else {"": levels}


def at_seven(data: Read, labels: Any) -> float:
    """V-measure with the topics joined bottom up to seven."""
    topics = np.unique(labels[labels >= 0])
    if len(topics) < 7 or data.labels is None:
        return float("nan")
    centres = np.stack([data.vectors[labels == k].mean(axis=0) for k in topics])
    joined = AgglomerativeClustering(7).fit_predict(centres)
    wider = joined[np.searchsorted(topics, np.where(labels < 0, topics[0], labels))]
    return float(v_measure_score(data.labels, spherical_kmeans(data.vectors, wider)))


def words_of(data: Read, labels: Any) -> list[list[str]]:
    """The ten heaviest words of each topic by class-based TF-IDF."""
    from recommender.topics.terms import class_weights

    topics, indices = np.unique(labels, return_inverse=True)
    indices = indices - int(topics[0] < 0)
    count = int(indices.max()) + 1
    weights = class_weights(data.words, indices.astype(np.int32), count)
    return [weights.heaviest(i)[:10] for i in range(count)]


def npmi(words: list[list[str]], top: list[list[str]]) -> float:
    """Mean normalised pointwise mutual information of pairs of top words within articles; -1 if never together."""
    top_words = {word for topic in top for word in topic}
    alone: Counter[str] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    for article in words:
        present = sorted(top_words.intersection(article))
        alone.update(present)
        both.update(combinations(present, 2))
    n = len(words)
    means = []
    for topic in top:
        values = []
        for pair in combinations(sorted(topic), 2):
            p = both[pair] / n
            values.append(-1.0 if not p else _npmi(p, alone[pair[0]] / n, alone[pair[1]] / n))
        means.append(float(np.mean(values)))
    return float(np.mean(means))


def _npmi(both: float, a: float, b: float) -> float:
    return 1.0 if both == 1 else float(np.log(both / (a * b)) / -np.log(both))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", default=[*SETS, "sample"])
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--only", default=",".join(METHODS))
    args = parser.parse_args()
    print(HEAD)
    for name in (n for n in args.sets if n != "sample"):
        data = read(name, args.articles)
        for method in args.only.split(","):
            with threadpool_limits(1):
                row(name, method, data)
    if "sample" in args.sets:
        sample()


def sample() -> None:
    """The project's own pages: topics by what they are formed on, and the four desks."""
    lines = (ROOT / "data" / "sample" / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    by_hand = {title_key(row["title"]): row["topics"] for row in map(json.loads, lines) if row["title"]}
    curated = load_curated(ROOT / "data" / "topics.toml")
    with Corpus.open(":memory:") as corpus:
        corpus.ingest([ROOT / "data" / "sample" / "pages"])
        with_all = train(corpus, Recipe(), curated=curated)
        alone = train(corpus, Recipe())
    bare = [{"title": title} for title in titles(alone) if title]
    with TemporaryDirectory() as folder, corpus_of(bare, Path(folder)) as corpus:
        words = train(corpus, Recipe())
    print("\n| sample: topics are formed on | topics | outliers | ARI | V |\n|---|--:|--:|--:|--:|")
    for what, model in (("words", words), ("words, lists", alone), ("words, lists, desks", with_all)):
        truth, assigned, _ = against(model, by_hand)
        cells = f"{adjusted_rand_score(truth, assigned):.3f} | {v_measure_score(truth, assigned):.3f}"
        print(f"| {what} | {len(model.topics.topics)} | {model.topics.outlier_share:.1%} | {cells} |")
    print("\n| sample: desk | precision | recall | F1 |\n|---|--:|--:|--:|")
    _, _, rows_judged = against(with_all, by_hand)
    for i, desk in enumerate(curated):
        held = np.array([with_all.topics.curated_strength[row, i] > 0 for row, _ in rows_judged])
        true = np.array([desk.id in topics for _, topics in rows_judged])
        both = (held & true).sum()
        print(f"| {desk.id} | {both / held.sum():.2f} | {both / true.sum():.2f} | {f1_score(true, held):.2f} |")


def titles(model: Model) -> list[str]:
    return [model.catalogue.article(row).title or "" for row in range(len(model))]


def against(model: Model, judged: dict[str, list[str]]) -> tuple[list[str], list[int], list[tuple[int, list[str]]]]:
    """First topic by hand and topic found of each judged headline; its row and all topics by hand."""
    keys = map(title_key, titles(model))
    known = [(row, judged[key]) for row, key in enumerate(keys) if key in judged]
    return [topics[0] for _, topics in known], [int(model.topics.first[1][row]) for row, _ in known], known


def row(name: str, method: str, data: Read) -> None:
    """Prints a line for each level that a method finds."""
    memory, start = peak_mb(fresh=True), time.process_time()
    levels = levels_of(data, method)
    cost = f"{time.process_time() - start:.0f} | {peak_mb() - memory:.0f}"
    agree = stability(data, method, levels)
    for level, labels in levels.items():
        top = words_of(data, labels)
        cells = [len(top), f"{(labels < 0).mean():.1%}"]
        worth = v_measure_score(data.labels, labels) if data.labels else np.nan
        cells += [f"{worth:.3f}", f"{at_seven(data, labels):.3f}", f"{npmi(data.words, top):.3f}"]
        cells += [f"{len({w for t in top for w in t}) / max(1, sum(map(len, top))):.2f}", f"{agree[level]:.3f}"]
        shown = f"{method}: {level}" if level else method
        print(f"| {name} ({len(labels):,}) | {shown} | {' | '.join(map(str, cells))} | {cost} |", flush=True)


def peak_mb(fresh: bool = False) -> float:
    """The most memory that this process has held, since it was last asked for a ``fresh`` start (Linux)."""
    if fresh:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def stability(data: Read, method: str, levels: Levels) -> dict[str, float]:
    """ARI with a second run as a training sees it: ours sorts articles by id first, so its input is the same."""
    order = np.arange(len(data.words))
    if method not in ("ours", "corpus_alone"):
        order = np.random.default_rng(3).permutation(len(order))
    words = [data.words[i] for i in order]
    again = data._replace(words=words, vectors=data.vectors[order], dense=data.dense[order], order=order)
    second = levels_of(again, method)
    return {level: float(adjusted_rand_score(labels[order], second[level])) for level, labels in levels.items()}


if __name__ == "__main__":
    main()
