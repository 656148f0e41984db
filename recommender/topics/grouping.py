"""Groups articles into topics, for archives of any size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

from ..arrays.hash_sample import Hashes, id_hashes, sampled
from ..arrays.kernels import Floats
from ..arrays.row_file import Rows, in_blocks
from ..config import Recipe
from ..index.links import Links
from ..lazy import dataclass
from ..text.analyzer import Analyzer, plain
from ..text.kiwi import open_kiwi
from .features import topic_vectors, topic_words
from .fusion import fused, smoothed
from .headlines import Headlines
from .layout2d import positions
from .levels import broad_most, levels_of
from .naming import Described, describe
from .neighbour_graph import Labels
from .partition import centres_of
from .topic import NO_TOPIC, Outlier, Topic, TopicModel

if TYPE_CHECKING:
    from .clusterer import Clusterer

_FEW = 30  # below this many articles the neighbour graph is too small for modularity
_FAR = 0.2  # cosine to the nearest topic's centre below which nothing is near
_MARGIN = 0.02  # lead over the second topic below which an article stands between the two
_ALIKE = 0.15  # mean cosine at which articles of a small archive are joined
_TELLING = 100_000  # articles whose headlines name the topics, at most
_BLOCK = 6144  # rows per matrix product: a multiple of 12 and 16, so that sums are as in one product of all


@dataclass(frozen=True, slots=True)
class Reading:
    """The input of the grouping, of n articles: terms of ``titles`` and ``bodies``, titles as ``shown``, strengths
    (n, m) under the curated topics of these ``curated_names``, editors' ``links``, and the topic ``before`` (n,) of
    each at the level that is found first, ``before_other`` at the other one, -1 for none or new; ``broad_before``:
    whether the broad level was the first, None where there was one level."""

    ids: Sequence[str]
    titles: Sequence[list[str]]
    bodies: Sequence[list[str]]
    shown: Sequence[str]
    duplicate_of: NDArray[np.int32]
    curated: Floats
    curated_names: Sequence[str]
    links: Links
    before: Labels
    before_other: Labels
    broad_before: bool | None = None


class Grouped(NamedTuple):
    """Topics, and for each fine and each broad one its alternative names."""

    topics: TopicModel
    alternatives: tuple[tuple[str, ...], ...] = ()
    broad_alternatives: tuple[tuple[str, ...], ...] = ()


def group(reading: Reading, meaning: Rows, analyzer: Analyzer, recipe: Recipe) -> Grouped:
    """Topics of the articles; ``meaning`` (n, d) their unit vectors by a pretrained encoder.

    0 to 2 different articles, or ``topics_most`` 0, give no topics; up to 29 are joined bottom up; from 30 on
    the recipe's clusterer forms topics from at most ``recipe.topic_sample`` originals, and every article joins the
    topic with the nearest centre if that is near enough. A near-copy shares its original's topic. The topics are then
    cut or joined to two levels (``levels_of``).
    """
    words = topic_words(reading.titles, reading.bodies, recipe.stop_words)
    hashes = id_hashes(reading.ids, recipe.seed)
    worded = np.diff(words.start) > 0
    originals = np.flatnonzero((reading.duplicate_of == np.arange(len(words))) & worded)
    bare = np.zeros((len(words), 0), dtype=np.float32)
    cooccurrence = topic_vectors(words, originals, hashes, recipe.seed) if len(originals) >= _FEW else bare
    vectors = smoothed(fused(cooccurrence, meaning, originals), reading.curated, reading.links, reading.duplicate_of)
    has_vector = worded & _nonzero(vectors)
    originals = originals[has_vector[originals]]
    topics = replace(
        TopicModel.empty(len(words)),
        outlier=np.where(has_vector, Outlier.NOTHING_NEAR, Outlier.NO_WORDS).astype(np.int8)[reading.duplicate_of],
        position=positions(vectors, originals, hashes, recipe.seed)[reading.duplicate_of],
    )
    if len(originals) < 3 or not recipe.topics_most:
        return Grouped(topics)
    sample = sampled(originals, recipe.topic_sample, hashes)
    if len(sample) < _FEW:
        labels = _group_few(vectors[sample], recipe.topics_most)
    else:
        labels = _group_many(vectors[sample], reading.before[sample], recipe, reading.broad_before)
    if not (labels != NO_TOPIC).any():
        return Grouped(topics)
    grouped = labels != NO_TOPIC
    topics = _in_nearest(topics, vectors, centres_of(vectors[sample[grouped]], labels[grouped]), reading.duplicate_of)
    if len(sample) < _FEW:
        topics = _as_grouped(topics, sample, labels, reading.duplicate_of)
    levels = levels_of(
        vectors, topics.topic_of.astype(np.int64), sample, reading.before_other, recipe.min_topic_size, recipe.seed,
        reading.broad_before, may_cut=recipe.clusterer == "ward",
    )  # fmt: skip
    topics = replace(topics, topic_of=levels.fine.astype(np.int32), broad_first=levels.broad_first)
    kiwi = open_kiwi(analyzer.aliases, recipe.workers, map(plain, recipe.user_words))
    rows = _naming_rows(reading.duplicate_of, hashes)
    copies = reading.duplicate_of[rows] if len(rows) == len(words) else np.arange(len(rows), dtype=np.int32)
    shown = [reading.shown[row] for row in rows.tolist()]
    headlines = Headlines.of(shown, words.at(rows), analyzer, copies, kiwi, recipe.stop_words)
    return _with_names(topics, levels.broad, reading, headlines, vectors[rows], rows)


def _naming_rows(duplicate_of: NDArray[np.int32], hashes: Hashes) -> NDArray[np.int64]:
    """The rows whose headlines the names are made from: all, or of many originals those with the lowest hashes."""
    rows = np.arange(len(duplicate_of))
    if len(rows) <= _TELLING:
        return rows
    return sampled(rows[duplicate_of == rows], _TELLING, hashes)


def _nonzero(vectors: Rows) -> NDArray[np.bool_]:
    """(n,) which rows are not zero."""
    return np.concatenate([np.zeros(0, dtype=bool), *in_blocks(vectors, lambda rows: (rows != 0).any(axis=1))])


def _group_few(rows: Floats, limit: int) -> Labels:
    """Agglomerative clustering; the ``limit`` largest groups of two and more."""
    tree = linkage(rows, "average", metric="cosine")
    joined = _by_first(fcluster(tree, np.nextafter(1 - _ALIKE, 0), "distance"))
    counts = np.bincount(joined)
    largest = np.argsort(-counts, kind="stable")[:limit]
    chosen = np.sort(largest[counts[largest] > 1])
    renumber = np.full(len(counts), NO_TOPIC, dtype=np.int64)
    renumber[chosen] = np.arange(len(chosen))
    return np.asarray(renumber[joined], dtype=np.int64)


def _by_first(labels: NDArray[np.integer]) -> Labels:
    """The same groups, numbered from 0 in the order of their first rows."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[inverse], dtype=np.int64)


def _group_many(rows: Floats, before: Labels, recipe: Recipe, broad_before: bool | None) -> Labels:
    limit = broad_most(len(rows), recipe.min_topic_size, recipe.topics_most, broad_before)
    clusterer = _clusterer(before, recipe, limit)
    clusterer.fit(np.ascontiguousarray(rows))
    return np.asarray(clusterer.labels_, dtype=np.int64)


def _clusterer(before: Labels, recipe: Recipe, limit: int) -> Clusterer:
    """The clusterer of the recipe. Loads scikit-learn, which small archives do without."""
    if recipe.clusterer == "hdbscan":
        from .umap_hdbscan import UmapHdbscan

        return UmapHdbscan(recipe.topics_most, recipe.min_topic_size, recipe.seed)
    from .clusterer import WardModularity

    return WardModularity(limit, recipe.seed, before)


def _nearest(vectors: Rows, centres: Floats) -> tuple[Labels, Floats, Floats]:
    """(n,) the nearest centre of each row, the cosine to it, and the second best cosine."""
    nearest = np.zeros(len(vectors), dtype=np.int64)
    best, second = np.zeros(len(vectors), dtype=np.float32), np.full(len(vectors), -1, dtype=np.float32)
    for start in range(0, len(vectors), _BLOCK):
        cosine = vectors[start : start + _BLOCK] @ centres.T
        span = slice(start, start + len(cosine))
        nearest[span] = cosine.argmax(axis=1)
        best[span] = cosine.max(axis=1)
        if len(centres) > 1:
            second[span] = np.partition(cosine, -2, axis=1)[:, -2]
    return nearest, best, second


def _in_nearest(topics: TopicModel, vectors: Rows, centres: Floats, duplicate_of: NDArray[np.int32]) -> TopicModel:
    """Every article in the topic with the nearest centre, or an outlier with the reason."""
    nearest, best, second = _nearest(vectors, centres)
    outlier = topics.outlier.copy()
    worded = outlier != Outlier.NO_WORDS
    outlier[worded & (best - second < _MARGIN)] = Outlier.BETWEEN
    outlier[worded & (best >= _FAR) & (best - second >= _MARGIN)] = Outlier.MEMBER
    outlier[worded & (best < _FAR)] = Outlier.NOTHING_NEAR
    member = outlier == Outlier.MEMBER
    topic_of = np.where(member, nearest, NO_TOPIC).astype(np.int32)
    strength = np.where(member, np.clip(best, 0, 1), 0).astype(np.float32)
    return replace(
        topics, topic_of=topic_of[duplicate_of], strength=strength[duplicate_of], outlier=outlier[duplicate_of]
    )


def _as_grouped(topics: TopicModel, sample: Labels, labels: Labels, duplicate_of: NDArray[np.int32]) -> TopicModel:
    """In a small archive, the members of a topic are exactly the articles that formed it."""
    topic_of = np.full(len(topics.topic_of), NO_TOPIC, dtype=np.int32)
    topic_of[sample] = labels
    topic_of = topic_of[duplicate_of]
    member = topic_of != NO_TOPIC
    outlier = np.where(topics.outlier == Outlier.NO_WORDS, Outlier.NO_WORDS, Outlier.NOTHING_NEAR)
    return replace(
        topics,
        topic_of=topic_of,
        strength=np.where(member, np.maximum(topics.strength, _FAR), 0).astype(np.float32),
        outlier=np.where(member, Outlier.MEMBER, outlier).astype(np.int8),
    )


def _with_names(
    topics: TopicModel, broad: Labels | None, reading: Reading, headlines: Headlines, vectors: Floats,
    rows: NDArray[np.int64],
) -> Grouped:  # fmt: skip
    """Topics of both levels in order of size, named, with terms and examples; the broad ones are named first.
    ``headlines`` and ``vectors`` are those of the ``rows`` (m,)."""
    topic_of, sizes = _by_size(topics.topic_of)
    broad_of, wide_sizes = _by_size(np.full(len(topic_of), NO_TOPIC) if broad is None else broad)
    names = set(reading.curated_names)
    wide = describe(headlines, broad_of[rows], vectors, len(wide_sizes), names, topic_of[rows]) if wide_sizes else []
    names |= {name for d in wide for name in (d.name, d.words)}
    described = describe(headlines, topic_of[rows], vectors, len(sizes), names)
    ids = [reading.ids[row] for row in rows.tolist()]
    broad_topics = _topics(wide, wide_sizes, ids, "b")
    named = _topics(described, sizes, ids, "t")
    if wide:
        first = [int(np.argmax(topic_of == i)) for i in range(len(named))]
        named = tuple(replace(t, parent=broad_topics[broad_of[row]].id) for t, row in zip(named, first, strict=True))
    return Grouped(
        replace(topics, topics=named, broad=broad_topics, topic_of=topic_of),
        tuple(d.alternatives for d in described), tuple(d.alternatives for d in wide),
    )  # fmt: skip


def _by_size(labels: NDArray[np.integer]) -> tuple[NDArray[np.int32], list[int]]:
    """(n,) labels renumbered by size, ties by first article, and the sizes."""
    member = labels != NO_TOPIC
    if not member.any():
        return labels.astype(np.int32), []
    values, first, counts = np.unique(labels[member], return_index=True, return_counts=True)
    order = np.lexsort((first, -counts))
    ranks = np.full(int(values.max()) + 1, NO_TOPIC, dtype=np.int32)
    ranks[values[order]] = np.arange(len(order))
    result = np.where(member, ranks[np.where(member, labels, values[0])], NO_TOPIC).astype(np.int32)
    return result, counts[order].tolist()


def _topics(described: Sequence[Described], sizes: Sequence[int], ids: Sequence[str], letter: str) -> tuple[Topic, ...]:
    """With provisional ids; ``identify`` gives the final ones."""
    return tuple(
        Topic(f"{letter}{i + 1:03d}", d.name, d.terms, size, tuple(ids[row] for row in d.examples))
        for i, (d, size) in enumerate(zip(described, sizes, strict=True))
    )
