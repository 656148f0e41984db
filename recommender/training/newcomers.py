"""New articles in a fitted model: vectors by the stored parameters, topics by vote of the nearest, map positions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats, top_k
from ..arrays.sparse_vector import SparseVector
from ..arrays.strings import LoadedTable
from ..config import Recipe
from ..embeddings.dense import DenseSpace
from ..embeddings.encoder import TermVectors
from ..embeddings.fused import FusedEncoder, rows_of
from ..index.build import Entries, entries_of
from ..index.cells import CellIndex, Cells
from ..index.links import Links, nothing
from ..index.tfidf import TfidfSpace
from ..lazy import dataclass
from ..ranking.model import Model
from ..readers.article import Article
from ..text.analyzer import Analyzer
from ..text.article_terms import Texts, read_terms
from ..text.terms import Feature, Question
from ..topics.topic import NO_TOPIC, Outlier

_VOTERS = 40  # nearest articles that say which topic a newcomer is in, each by its cosine squared
_LISTS = 0.6  # what a common related list adds to the cosine when topics are voted on
_LEAD = 0.05  # share of the votes by which a topic must lead, or the newcomer stands between two
_DRAWN = 5  # nearest articles among which a newcomer stands on the map, as when the map was drawn ...
_LOOKED = 200  # ... and those of a large archive, by cells, of which they are the nearest
_BLOCK = 256
_NEAR, _POSTINGS = 400, 16_000  # articles, of a large archive, that may vote on a newcomer; postings that find them
Rows = NDArray[np.int64]


class Newcomers(NamedTuple):
    """m newcomers in the fitted spaces: their terms, TF-IDF vectors, and dense unit rows (m, d)."""

    texts: Texts
    vectors: list[SparseVector]
    dense: Floats
    entries: Entries


def embedded(model: Model, articles: Sequence[Article], rows_given: Floats | None = None) -> Newcomers:
    """The vectors of new articles by the parameters of ``model``; no word is learned.

    ``rows_given`` (m, d) are their rows by the encoder whose vectors were given at the training.
    """
    recipe = dict(model.about["recipe"])
    texts = read_terms(articles, model.analyzer, Recipe.of(recipe, "the recipe of the model"))
    vectors = [
        model.tfidf.vector(Question(shown, tuple(Feature(term, term) for term in title), tuple(body)))
        for shown, title, body in zip(texts.shown, texts.titles, texts.bodies, strict=True)
    ]
    entries = entries_of(texts, model.tfidf.terms.find, np.asarray(model.fields.average))
    encoder = model.dense.encoder
    if rows_given is not None and isinstance(encoder, FusedEncoder):
        rows = encoder.join(encoder.cooccurrence.weighed(model.tfidf, vectors), rows_given)
    else:
        rows = rows_of(encoder, model.tfidf, vectors, texts.shown)
    return Newcomers(texts, vectors, rows, entries)


def in_memory(model: Model) -> Model:
    """The model with its words in memory: newcomers look up thousands."""
    lexicon, encoder = model.analyzer.lexicon, model.dense.encoder
    words = replace(
        lexicon,
        known=LoadedTable.load(lexicon.known),
        words=LoadedTable.load(lexicon.words),
        endings=LoadedTable.load(lexicon.endings),
    )
    if isinstance(encoder, FusedEncoder):
        encoder = replace(encoder, cooccurrence=_indexed(encoder.cooccurrence))
    if isinstance(encoder, TermVectors):
        encoder = _indexed(encoder)
    return replace(
        model,
        analyzer=Analyzer(words, model.analyzer.aliases, {}),
        tfidf=replace(model.tfidf, terms=LoadedTable.load(model.tfidf.terms)),
        dense=DenseSpace(model.dense.rows, encoder),
    )


def _indexed(words: TermVectors) -> TermVectors:
    return replace(words, terms=LoadedTable.load(words.terms))


@dataclass(frozen=True)
class Neighbourhood:
    """What newcomers are placed among: the spaces with them in, ``carried`` (n,) the rows of before, and the ``cells``
    of a large archive, none of a small one."""

    tfidf: TfidfSpace
    dense: DenseSpace
    links: Links
    duplicate_of: NDArray[np.int32]
    carried: NDArray[np.bool_]
    cells: Cells

    @cached_property
    def voters(self) -> NDArray[np.bool_]:
        """(n,) rows of before, one of each kind of near-copies."""
        first = self.duplicate_of == np.arange(len(self.duplicate_of))
        return np.asarray(self.carried & (first | ~self.carried[self.duplicate_of]))

    def near(self, row: int) -> tuple[Rows, Floats]:
        """Articles and their lexical cosines to the one at ``row``, 0 to itself and its near-copies: all, of a large
        archive those nearest by its rarest terms and those in lists with it."""
        vector = self.tfidf.article(row)
        if len(self.cells):
            rows = self.tfidf.nearest(vector, _NEAR, _POSTINGS)
            if (linked := self.links.scores(row, len(self.carried))) is not nothing(len(self.carried)):
                rows = np.union1d(rows, np.flatnonzero(linked))
            cosine = self.tfidf.cosines(vector, rows)
        else:
            rows, cosine = np.arange(len(self.carried)), self.tfidf.against(vector)
        cosine[self.duplicate_of[rows] == self.duplicate_of[row]] = 0
        return rows, cosine


class Vote(NamedTuple):
    """The topic of a newcomer, ``NO_TOPIC`` with the reason; ``strength`` 0..1 is the topic's share of the votes;
    ``distance`` to the nearest article is 1 - cosine."""

    topic: int
    strength: float
    outlier: Outlier
    distance: float


def topic_vote(neighbourhood: Neighbourhood, row: int, topic_of: NDArray[np.int32], parents: NDArray[np.int32]) -> Vote:
    """What the articles of before that are nearest to ``row`` say; those of no topic vote for none.

    They vote on the topics that were found first, ``parents`` (k,) of each of the k topics, itself where it was found
    so; of the finer topics of the one that won, the one with the most votes is taken.
    """
    rows, near = neighbourhood.near(row)
    distance = 1 - float(near.max(initial=0))
    if not len(neighbourhood.tfidf.article(row).ids):
        return Vote(NO_TOPIC, 0.0, Outlier.NO_WORDS, 1.0)
    listed = neighbourhood.links.scores(row, len(neighbourhood.carried))[rows]
    weight = np.where(neighbourhood.voters[rows], near + _LISTS * listed, 0)
    chosen = top_k(weight, _VOTERS, weight > 0)
    topics = int(parents.max(initial=-1)) + 1
    above = np.append(parents, np.int32(NO_TOPIC))[topic_of[rows[chosen]]]  # NO_TOPIC is the last
    votes = np.bincount(above + 1, weight[chosen].astype(np.float64) ** 2, topics + 1)
    total = float(votes.sum())
    order = np.argsort(-votes[1:], kind="stable")[:2]
    if not total or not topics or votes[0] > votes[1:][order[0]]:
        return Vote(NO_TOPIC, 0.0, Outlier.NOTHING_NEAR, distance)
    first, second = ([*votes[1:][order].tolist(), 0.0])[:2]
    if first - second < _LEAD * total:
        return Vote(NO_TOPIC, 0.0, Outlier.BETWEEN, distance)
    fine = np.bincount(topic_of[rows[chosen]] + 1, weight[chosen].astype(np.float64) ** 2, len(parents) + 1)[1:]
    best = int(np.where(parents == order[0], fine, -1).argmax())
    return Vote(best, first / total, Outlier.MEMBER, distance)


def map_positions(neighbourhood: Neighbourhood, rows: Rows, position: Floats) -> Floats:
    """(m, 2) places on the map for ``rows`` (m,), each among the articles of before that it is most like."""
    placed = np.zeros((len(rows), 2), dtype=np.float32)
    voters = np.flatnonzero(neighbourhood.voters)
    if not len(voters):
        return placed
    for at, (near, cosine) in enumerate(_alike(neighbourhood, rows, voters)):
        weight = np.clip(cosine, 1e-3, None) ** 4
        if neighbourhood.dense.rows[rows[at]].any():
            placed[at] = (position[near] * weight[:, None]).sum(axis=0) / weight.sum()
    return placed


def _alike(neighbourhood: Neighbourhood, rows: Rows, voters: Rows) -> Iterator[tuple[Rows, Floats]]:
    """For each of ``rows`` the ``_DRAWN`` nearest of the ``voters`` and their cosines, by cells where there are any."""
    count, dense = min(_DRAWN, len(voters)), neighbourhood.dense.rows
    if len(neighbourhood.cells):
        index = CellIndex(dense, neighbourhood.cells)
        for row in rows.tolist():
            near = index.search(np.asarray(dense[row]), _LOOKED, neighbourhood.voters)[:count]
            near = near if len(near) else voters[:count]
            yield near, index.score(np.asarray(dense[row]), near)
        return
    for start in range(0, len(rows), _BLOCK):
        cosine = dense[rows[start : start + _BLOCK]] @ dense[voters].T
        best = np.argpartition(-cosine, count - 1, axis=1)[:, :count]
        yield from zip(voters[best], np.take_along_axis(cosine, best, axis=1), strict=True)
