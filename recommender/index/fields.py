"""The sparse index: which article holds which term in its title, and how much of its body is about it.

Titles and bodies are fields of one article, scored apart: a headline known from a list alone has no body, a page
without a headline no title, and neither may win or lose by that.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import finite, top_k
from ..arrays.row_mapping import within
from ..arrays.stored import Arrays, Files
from ..arrays.strings import StringTable
from ..lazy import dataclass
from ..text.term_weights import weight
from ..text.terms import MARK
from .query_vector import QueryVector, compounds_among, of_words, shares

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

IN_TITLE = 0x80  # bit of a posting: the term stands in the title; the other seven hold the body's saturation
STEPS = 127
HAS_TITLE, HAS_BODY = 1, 2  # bits of an article's kind
HEADLINE, WHOLE, UNTITLED = 0, 1, 2  # what they say of it: known by title, by title and body, by body alone
KINDS = np.array([HEADLINE, HEADLINE, UNTITLED, WHOLE], dtype=np.int64)
# BM25 (Robertson & Zaragoza 2009): tf / (tf + K (1 - B + B length / average)).
K, B = 1.5, 0.75
LONGEST_QUERY = 400  # distinct terms of a query that count, the rarest first


class Matches(NamedTuple):
    """What ``m`` articles hold of a query, each (m,) float32; all but ``shared`` and ``distinct`` in 0..1.

    ``title`` and ``body``: the share of the query's weight that the field holds, the body's by BM25 saturation.
    ``cosine``: of the titles' tf-idf vectors, words and bigrams alike. ``words``: the share by words alone, in either
    field. ``mass``: the summed idf of the words that both hold, over 10, at most 1. ``shared``: how many these are,
    numbers and stock words for little; ``distinct``: the same by ``FieldIndex.specificity``, and of the words of one
    eojeol the one alone that tells the most: a firm's name of three nouns is one thing in common. ``coverage``: the
    share of the weight of all words of the query, unknown ones too, that either field holds at all.
    """

    title: Floats
    body: Floats
    cosine: Floats
    words: Floats
    mass: Floats
    shared: Floats
    distinct: Floats
    coverage: Floats


@dataclass(frozen=True, eq=False, repr=False)
class FieldIndex:
    """Postings of n articles over the v terms of a vocabulary (words, and bigrams marked with ``~``).

    ``idf`` (v,) float32 times how much a term may say (``term_weights.weight``). Postings of term ``t`` stand at
    ``start[t]:start[t + 1]``: ``article`` (p,) int32 ascending, ``code`` (p,) uint8 (``IN_TITLE`` and the saturation of
    the body). ``norms`` (n, 2) float32: lengths of the title's tf-idf vector over words and over bigrams; ``kind``
    (n,) uint8. ``lead_start`` (n + 1,), ``lead_term``: the terms of the start of each body, for asking with a stored
    article. ``average`` (2,): mean length of a body in words and in bigrams, as at the training.
    ``specificity`` (v,) float32: how much a term tells of a subject if it is all that is shared (``Matches.distinct``);
    (0,) in models from before it was learned: there each tells what it may say.
    """

    idf: Floats
    start: Rows
    article: NDArray[np.int32]
    code: NDArray[np.uint8]
    norms: Floats
    kind: NDArray[np.uint8]
    lead_start: Rows
    lead_term: NDArray[np.int32]
    average: NDArray[np.float64]
    specificity: Floats

    def __len__(self) -> int:
        return len(self.kind)

    def arrays(self) -> Arrays:
        """See ``Component``."""
        return {name: getattr(self, name) for name in _ARRAYS}

    def document(self) -> None:
        """See ``Component``."""

    @classmethod
    def load(cls, files: Files, about: Mapping[str, Any]) -> FieldIndex:
        """See ``Component``."""
        arrays: dict[str, Any] = {name: files[name] for name in _ARRAYS if files.holds(name) or name != _LATER}
        return cls(**{_LATER: np.zeros(0, dtype=np.float32), **arrays})

    @cached_property
    def has_bodies(self) -> bool:
        return bool((self.kind & HAS_BODY).any())

    @cached_property
    def rarest(self) -> float:
        """The highest idf, 1 of no terms."""
        return float(self.idf.max()) if len(self.idf) else 1.0

    def kinds(self, rows: NDArray[np.integer]) -> Rows:
        """(m,) ``HEADLINE``, ``WHOLE`` or ``UNTITLED``: which fields the articles at ``rows`` (m,) have."""
        return KINDS.take(self.kind.take(rows))

    def rows_of(self, term: int) -> NDArray[np.int32]:
        """Rows of the articles that hold the term at a place of the vocabulary, ascending."""
        return self.article[int(self.start[term]) : int(self.start[term + 1])]

    def lead(self, row: int) -> Rows:
        """Places of the terms with which the body of the article at ``row`` begins."""
        return self.lead_term[int(self.lead_start[row]) : int(self.lead_start[row + 1])].astype(np.int64)

    def query(
        self, terms: Sequence[str], vocabulary: StringTable, lead: Iterable[int] = (), share: float = 0.0,
        unknown: Iterable[float] | None = None, places: Mapping[str, int] | None = None,
        compounds: Sequence[Sequence[str]] = (),
    ) -> QueryVector:  # fmt: skip
        """The vector of title ``terms`` and, each times ``share``, of the ``lead`` terms of a body (places).

        ``unknown`` are factors of what ``terms`` the vocabulary lacks (1 where not given): each weighs as much as the
        rarest term times that. ``places`` of the ``terms`` in the vocabulary, if they are known. ``compounds``: those
        that one eojeol has.
        """
        weights: dict[int, float] = {}
        spelled: dict[int, str] = {}
        missing: dict[str, float] = {}
        for term, count in Counter(terms).items():
            if (place := vocabulary.find(term) if places is None else places[term]) >= 0:
                weights[place], spelled[place] = 1.0 + math.log(count), term
            else:
                missing[term] = 1.0
        for place in lead:
            weights.setdefault(place, share)
        ids = np.array(sorted(weights), dtype=np.int64)
        height = np.array([weights[i] for i in ids.tolist()]) * self.idf[ids] if len(ids) else np.zeros(0)
        if len(ids) > LONGEST_QUERY:
            kept = np.sort(np.argsort(-height, kind="stable")[:LONGEST_QUERY])
            ids, height = ids[kept], height[kept]
        names = [spelled.get(place) or vocabulary[place] for place in ids.tolist()]
        word = np.array([not name.startswith(MARK) for name in names], dtype=bool)
        weights_of = np.array([weight(name) for name in names], dtype=np.float32)
        factors = dict(zip(missing, unknown, strict=True)) if unknown is not None else missing
        lost = [[f for t, f in factors.items() if t.startswith(MARK) is not side] for side in (True, False)]
        weighs = [self.rarest * sum(part) for part in lost]
        share_of = shares(height, word, weighs)
        bare = shares(height / weights_of, word, [self.rarest * len(part) for part in lost])
        lengths = (float(np.sqrt((height[word] ** 2).sum())), float(np.sqrt((height[~word] ** 2).sum())))
        words = of_words(height, word, weighs)
        together = compounds_among([name for name in names if not name.startswith(MARK)], compounds)
        height = height.astype(np.float32)
        return QueryVector(ids, share_of, bare, height, word, lengths, weights_of, names, words, together)

    def sweep(self, query: QueryVector) -> tuple[Floats, Floats]:
        """The ``title`` and ``body`` shares of every article, each (n,) float32."""
        title = np.zeros(len(self), dtype=np.float32)
        body = np.zeros(len(self), dtype=np.float32)
        bodies = self.has_bodies
        for term, share, bare in zip(query.ids.tolist(), query.share.tolist(), query.bare.tolist(), strict=True):
            begin, end = int(self.start[term]), int(self.start[term + 1])
            rows, step = self.article[begin:end], np.float32(share)
            if not bodies:
                title[rows] += step
                continue
            code = self.code[begin:end]
            title[rows[code >= IN_TITLE]] += step
            body[rows] += SATURATION[code] * np.float32(bare)
        return title, body

    def search(self, query: QueryVector, k: int, allowed: NDArray[np.bool_]) -> Rows:
        """See ``Index.search``."""
        title, body = self.sweep(query)
        return top_k(title + body, k, allowed & ((title > 0) | (body > 0)))

    def score(self, query: QueryVector, rows: Rows) -> Floats:
        """See ``Index.score``: the shares that title and body hold, added."""
        matches = self.match(query, rows)
        return matches.title + matches.body

    def match(self, query: QueryVector, rows: Rows, codes: NDArray[np.uint8] | None = None) -> Matches:
        """What the articles at ``rows`` (m,) hold of the query; ``codes`` are theirs, if they are known."""
        codes = self.codes(query, rows) if codes is None else codes
        word, inside = np.flatnonzero(query.word), (codes >= IN_TITLE).astype(np.float32)
        whole, body, any_word = inside, np.zeros(len(rows), dtype=np.float32), inside.take(word, axis=0)
        if self.has_bodies:
            saturated = SATURATION.take(codes)
            whole, body = np.maximum(inside, saturated), _added(saturated, query.bare)
            any_word = (codes.take(word, axis=0) > 0).astype(np.float32)
        share, idf = query.share[word], self.idf[query.ids[word]]
        tells = self.specificity[query.ids[word]] if len(self.specificity) else query.said[word]
        return Matches(
            _added(inside, query.share),
            body,
            self._cosines(query, rows, inside),
            _added(whole.take(word, axis=0), share) / np.float32(share.sum() or 1.0),
            np.minimum(finite(_added(any_word, idf)) / 10, np.float32(1)),
            _added(any_word, query.said[word]),
            _distinct(any_word, tells, query.compounds),
            _added(any_word, share) / np.float32(query.of_words or 1.0),
        )

    def _cosines(self, query: QueryVector, rows: Rows, inside: Floats) -> Floats:
        """(m,) of the titles' tf-idf vectors; ``inside`` (terms, m): 1 where a title holds a term, else 0."""
        cosine, sides = np.zeros(len(rows), dtype=np.float32), 0
        for side, of in enumerate((np.flatnonzero(query.word), np.flatnonzero(~query.word))):
            if query.lengths[side]:
                sides += 1
                length = self.norms[rows, side] * query.lengths[side]
                length[length == 0] = 1
                cosine += _added(inside.take(of, axis=0), query.height[of] * self.idf[query.ids[of]]) / length
        return finite(cosine / np.float32(max(sides, 1)))

    def lead_share(self, query: QueryVector, rows: Rows) -> Floats:
        """(m,) the share of the query's weight that stands in the start of each body at ``rows`` (m,), 0 of no body."""
        of, at = within(self.lead_start, rows)
        if not len(of) or not len(query.ids):
            return np.zeros(len(rows), dtype=np.float32)
        terms = self.lead_term[at]
        place = np.minimum(np.searchsorted(query.ids, terms), len(query.ids) - 1)
        held = np.where(query.ids[place] == terms, query.bare[place], 0)
        return np.bincount(of, held, len(rows)).astype(np.float32)

    def codes(self, query: QueryVector, rows: NDArray[np.integer]) -> NDArray[np.uint8]:
        """(terms of the query, m) the codes of the postings at ``rows`` (m,), 0 where there is none."""
        if not len(self.article):
            return np.zeros((len(query.ids), len(rows)), dtype=np.uint8)
        rows = rows.astype(self.article.dtype)  # of another kind than the postings, these were copied to be searched
        begin, end = self.start.take(query.ids), self.start.take(query.ids + 1)
        places = np.empty((len(query.ids), len(rows)), dtype=np.int64)
        for own, first, last in zip(places, begin.tolist(), end.tolist(), strict=True):
            own[:] = self.article[first:last].searchsorted(rows)
        places += begin[:, None]
        there = self.article.take(places, mode="clip") == rows
        there &= places < end[:, None]
        return np.asarray(self.code.take(places, mode="clip") * there, dtype=np.uint8)


def _distinct(any_word: Floats, tells: Floats, compounds: Sequence[Rows]) -> Floats:
    """(m,) what the words of an article tell, of those of one eojeol the one alone that tells the most; ``any_word``
    (w, m) 1 where an article has a word, each of which ``tells`` (w,) so much."""
    distinct = _added(any_word, tells)
    for places in compounds:
        told = any_word.take(places, axis=0) * tells[places, None]
        distinct = distinct - (told.sum(axis=0) - told.max(axis=0))
    return distinct


def _added(held: Floats, weights: Floats) -> Floats:
    """(m,) what the terms that are ``held`` (terms, m) add, each as much as its weight. In one thread: see ``dots``."""
    return np.asarray(np.einsum("ij,i->j", held, weights), dtype=np.float32)


def saturation(counts: NDArray[np.floating], lengths: NDArray[np.floating], average: float) -> NDArray[np.uint8]:
    """BM25 saturation of term counts in bodies of ``lengths`` terms, in ``STEPS`` steps, 1 at least.

    Where no mean length was known at the training (0), every body counts as one of mean length.
    """
    value = counts / (counts + K * (1 - B + B * (lengths / average if average else 1.0)))
    return np.maximum(np.rint(value * STEPS), 1).astype(np.uint8)


_ARRAYS = tuple(FieldIndex.__annotations__)
_LATER = "specificity"  # which models from before do not have
SATURATION = ((np.arange(256) & STEPS) / STEPS).astype(np.float32)
