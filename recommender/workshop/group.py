"""Groups articles into topics: BERTopic over our own vectors, with an answer at every size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.cluster import AgglomerativeClustering
from sklearn.feature_extraction.text import CountVectorizer

from ..recipe import Recipe
from ..spaces import MARK
from ..topics import NO_TOPIC, Topic, TopicModel
from ..vectors import Floats, unit_rows

_FEW = 30  # below this many articles UMAP and HDBSCAN have nothing to hold on to
_NEIGHBOURS = 10  # articles that vote on the topic of one that did not form the topics
_CONVINCED = 0.4  # share of the vote that makes an article a member


def group(
    ids: Sequence[str], titles: Sequence[list[str]], rows: Floats, copy_of: NDArray[np.int32], recipe: Recipe
) -> TopicModel:
    """Topics of the articles: ``ids`` (n,), the terms of their titles, ``rows`` (n, d) unit vectors.

    0 to 2 articles, or ``topics_most`` 0, give no topics; up to 29 are joined bottom up; from 30 on
    BERTopic groups them, at most ``recipe.topic_sample``
    originals, and the others join by the vote of their nearest members.
    """
    words = [[term for term in found if not term.startswith(MARK)] for found in titles]
    originals = np.flatnonzero((copy_of == np.arange(len(ids))) & (np.abs(rows).sum(axis=1) > 0))
    originals = np.array([row for row in originals if words[row]], dtype=np.int64)
    if len(originals) < 3 or not recipe.topics_most:
        return TopicModel.empty(len(ids))
    sample = _sample(originals, recipe)
    labels = _few(rows[sample]) if len(sample) < _FEW else _many(rows[sample], [words[r] for r in sample], recipe)
    topic_of, strength = _vote(rows, sample, labels, copy_of)
    return _describe(ids, words, rows, topic_of, strength)


def _sample(originals: NDArray[np.int64], recipe: Recipe) -> NDArray[np.int64]:
    if len(originals) <= recipe.topic_sample:
        return originals
    chosen = np.random.default_rng(recipe.seed).choice(len(originals), recipe.topic_sample, replace=False)
    return originals[np.sort(chosen)]


def _few(rows: Floats) -> NDArray[np.int64]:
    joined = AgglomerativeClustering(None, metric="cosine", linkage="average", distance_threshold=0.75).fit(rows)
    counts = np.bincount(joined.labels_)
    return np.where(counts[joined.labels_] > 1, joined.labels_, NO_TOPIC).astype(np.int64)


def _many(rows: Floats, words: list[list[str]], recipe: Recipe) -> NDArray[np.int64]:
    from bertopic import BERTopic
    from hdbscan import HDBSCAN
    from umap import UMAP

    count = len(rows)
    neighbours = max(5, min(15, count // 10))
    model = BERTopic(
        language="korean",
        embedding_model=None,
        umap_model=UMAP(
            n_neighbors=neighbours, n_components=5, min_dist=0.0, metric="cosine",
            init="random" if count < 100 else "spectral", random_state=recipe.seed, n_jobs=1,
        ),
        hdbscan_model=HDBSCAN(
            min_cluster_size=max(5, count // 150), min_samples=max(2, min(10, count // 300)), metric="euclidean",
        ),
        vectorizer_model=CountVectorizer(analyzer=str.split),
        nr_topics=recipe.topics_most + 1 if count > 1000 else None,
        calculate_probabilities=False,
    )  # fmt: skip
    labels, _ = model.fit_transform([" ".join(w) for w in words], embeddings=np.ascontiguousarray(rows))
    return np.asarray(labels, dtype=np.int64)


def _vote(
    rows: Floats, sample: NDArray[np.int64], labels: NDArray[np.int64], copy_of: NDArray[np.int32]
) -> tuple[NDArray[np.int32], Floats]:
    """Every article's topic by its nearest members; a member of the sample keeps its own."""
    topic_of = np.full(len(rows), NO_TOPIC, dtype=np.int32)
    strength = np.zeros(len(rows), dtype=np.float32)
    members, held = sample[labels != NO_TOPIC], labels[labels != NO_TOPIC]
    if not len(members):
        return topic_of, strength
    count = int(held.max()) + 1
    reference = np.ascontiguousarray(rows[members])
    k = min(_NEIGHBOURS, len(members))
    for start in range(0, len(rows), 2048):
        block = rows[start : start + 2048] @ reference.T
        near = np.argpartition(-block, k - 1, axis=1)[:, :k]
        likeness = np.clip(np.take_along_axis(block, near, axis=1), 0, None) ** 2
        votes = np.zeros((len(block), count), dtype=np.float64)
        np.add.at(votes, (np.arange(len(block))[:, None], held[near]), likeness)
        total = votes.sum(axis=1)
        best = votes.argmax(axis=1)
        share = votes[np.arange(len(block)), best] / np.where(total == 0, 1, total)
        mean = total / k
        won = (share >= _CONVINCED) & (mean > 0.05)
        topic_of[start : start + 2048] = np.where(won, best, NO_TOPIC)
        strength[start : start + 2048] = np.where(won, share, 0)
    topic_of[members] = held
    strength[members] = np.maximum(strength[members], _CONVINCED)
    return topic_of[copy_of], strength[copy_of]


def _describe(
    ids: Sequence[str], words: list[list[str]], rows: Floats, topic_of: NDArray[np.int32], strength: Floats
) -> TopicModel:
    """Topics in order of size, with their class-based TF-IDF terms (Grootendorst 2022) and examples."""
    sizes = Counter(topic_of[topic_of != NO_TOPIC].tolist())
    order = sorted(sizes, key=lambda label: (-sizes[label], int(np.flatnonzero(topic_of == label)[0])))
    terms = _class_terms(words, topic_of, order)
    topics = []
    for place, label in enumerate(order):
        held = np.flatnonzero(topic_of == label)
        centre = unit_rows(rows[held].mean(axis=0))
        closest = held[np.argsort(-(rows[held] @ centre), kind="stable")[:3]]
        name = " · ".join(terms[place][:3]) or f"{place + 1}"
        topics.append(Topic(f"t{place + 1:03d}", name, terms[place], len(held), tuple(ids[int(r)] for r in closest)))
    renumber = {label: place for place, label in enumerate(order)}
    places = np.array([renumber.get(int(label), NO_TOPIC) for label in topic_of], dtype=np.int32)
    return replace(TopicModel.empty(len(ids)), topics=tuple(topics), topic_of=places, strength=strength)


def _class_terms(words: list[list[str]], topic_of: NDArray[np.int32], order: list[int]) -> list[tuple[str, ...]]:
    counter = CountVectorizer(analyzer=_as_is)
    try:
        counts: Any = counter.fit_transform(words)
    except ValueError:
        return [() for _ in order]
    membership = sparse.csr_matrix([[1.0 if label == wanted else 0.0 for label in topic_of] for wanted in order])
    frequency = np.asarray((membership @ counts).todense(), dtype=np.float64)
    share = frequency / np.maximum(frequency.sum(axis=1, keepdims=True), 1)
    total = frequency.sum(axis=0)
    weight = share * np.log(1 + frequency.sum() / len(order) / np.maximum(total, 1)) if len(order) else share
    names = counter.get_feature_names_out()
    return [tuple(str(names[i]) for i in np.lexsort((names, -row))[:10] if row[i] > 0) for row in weight]


def _as_is(terms: list[str]) -> list[str]:
    return terms
