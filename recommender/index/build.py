"""From the terms of articles to the field index, and a field index with newcomers in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import stretches
from ..arrays.row_mapping import Columns, laid, row_starts, taken
from ..lazy import dataclass
from ..text.article_terms import Texts
from ..text.term_lists import TermLists, blocks
from .fields import HAS_BODY, HAS_TITLE, IN_TITLE, FieldIndex, Rows, saturation

Numbers = NDArray[np.int32]


class Entries(NamedTuple):
    """The postings of m articles, by article: ``article`` (p,) 0..m-1, ``term`` (p,), ``code`` (p,) uint8, ``kind``
    (m,) uint8, and the ragged ``lead``: ``lead_start`` (m + 1,), ``lead_term``."""

    article: NDArray[np.signedinteger[Any]]
    term: NDArray[np.signedinteger[Any]]
    code: NDArray[np.uint8]
    kind: NDArray[np.uint8]
    lead_start: Rows
    lead_term: NDArray[np.int32]


def average_lengths(texts: Texts) -> NDArray[np.float64]:
    """(2,) mean length of a body in words and in bigrams, over the articles that have one; 0 where none has."""
    words, marks = (TermLists.of(part) for part in (texts.bodies, texts.marks))
    count = int(np.count_nonzero(np.diff(words.start) + np.diff(marks.start)))
    sums = np.array([len(words.ids), len(marks.ids)], dtype=np.float64)
    return sums / max(count, 1)


def entries_of(texts: Texts, find: Callable[[str], int], average: NDArray[np.float64]) -> Entries:
    """Every article's postings, terms that ``find`` does not know (-1) left out."""
    titles, words, marks, tags = (
        _Placed.of(part, find) for part in (texts.titles, texts.bodies, texts.marks, texts.tags)
    )
    titled = np.array(texts.titled, dtype=bool)
    columns = []
    for span in blocks(len(titled)):
        headed = titles.counted(*span).of_articles(titled[slice(*span)])
        parts: list[tuple[_Counted, float | None]] = [(headed, None), (tags.counted(*span), None)]
        parts += [(each.counted(*span), float(average[side])) for side, each in enumerate((words, marks))]
        columns.append(_joined(parts, span[0]))
    kind = titled.astype(np.uint8) * np.uint8(HAS_TITLE)
    kind |= ((words.sizes + marks.sizes) > 0).astype(np.uint8) * np.uint8(HAS_BODY)
    article, term, code = (np.concatenate(column) for column in zip(*columns, strict=True))
    return Entries(article, term, code, kind, *_leads(words, marks, texts.leads))


def _joined(parts: Sequence[tuple[_Counted, float | None]], first: int) -> tuple[Numbers, Numbers, NDArray[np.uint8]]:
    """The articles, terms and codes of one block, whose first article is ``first``: of titles and tags, which have no
    mean length, and of both sides of bodies. What stands in several is one posting."""
    codes = [
        np.full(len(part.term), IN_TITLE, dtype=np.uint8)
        if average is None
        else saturation(part.times, part.length[part.article], average)
        for part, average in parts
    ]
    article = np.concatenate([part.article for part, _ in parts])
    term = np.concatenate([part.term for part, _ in parts])
    order = np.lexsort((term, article))
    article, term, code = article[order], term[order], np.concatenate(codes)[order]
    fresh = np.ones(len(article), dtype=bool)
    fresh[1:] = (np.diff(article) != 0) | (np.diff(term) != 0)
    at = np.flatnonzero(fresh)
    joined = np.bitwise_or.reduceat(code, at) if len(at) else code
    return (article[at] + first).astype(np.int32), term[at].astype(np.int32), joined


def field_index(
    entries: Entries, idf: NDArray[np.float32], words: NDArray[np.bool_], average: NDArray[np.float64],
    specificity: NDArray[np.float32] | None = None,
) -> FieldIndex:  # fmt: skip
    """The index of all ``entries``; ``words`` (v,) which are no bigrams. Without ``specificity`` (v,) each tells
    what it may say (``FieldIndex``)."""
    order = _by_number(entries.term)
    start = np.zeros(len(idf) + 1, dtype=np.int64)
    np.cumsum(np.bincount(entries.term, minlength=len(idf)), out=start[1:])
    return FieldIndex(
        idf, start, entries.article.astype(np.int32, copy=False)[order], entries.code[order],
        _norms(entries, idf, words, len(entries.kind)), entries.kind, entries.lead_start, entries.lead_term, average,
        np.zeros(0, dtype=np.float32) if specificity is None else specificity,
    )  # fmt: skip


def _by_number(numbers: NDArray[np.signedinteger[Any]]) -> Rows:
    """Their order, equal ones as they stand: by their lower half, then by the upper one, each in one pass."""
    order = np.argsort((numbers & 0xFFFF).astype(np.uint16), kind="stable")
    upper = (numbers >> 16).astype(np.uint16)[order]
    return order[np.argsort(upper, kind="stable")] if upper.any() else order


def grown(old: FieldIndex, fresh: Entries, source: Rows, words: NDArray[np.bool_]) -> FieldIndex:
    """``old`` with newcomers in it: row ``i`` comes from ``source[i]``, which counts the old rows, then the fresh."""
    columns = Columns(old.start, old.article, old.code)
    columns = columns.grown(len(old), source, (fresh.term.astype(np.int64), fresh.article.astype(np.int64), fresh.code))
    norms = taken(old.norms, _norms(fresh, old.idf, words, len(fresh.kind)), source)
    lead_start = np.concatenate([old.lead_start, old.lead_start[-1] + fresh.lead_start[1:]])
    lead_term = laid(old.lead_term, fresh.lead_term, lead_start, source)
    return replace(
        old, start=columns.start, article=columns.row, code=columns.value, norms=norms,
        kind=taken(old.kind, fresh.kind, source),
        lead_start=row_starts(lead_start, source), lead_term=lead_term,
    )  # fmt: skip


class _Counted(NamedTuple):
    """Distinct pairs of an article and a term, how often the article holds it, and the length of each article."""

    article: Rows
    term: Rows
    times: NDArray[np.float64]
    length: NDArray[np.float64]

    def of_articles(self, kept: NDArray[np.bool_]) -> _Counted:
        """Those of the articles that are ``kept`` (m,)."""
        there = kept[self.article]
        return self._replace(article=self.article[there], term=self.term[there], times=self.times[there])


@dataclass(frozen=True)
class _Placed:
    """Lists of terms whose numbers stand at these ``places`` of a vocabulary, -1 for none."""

    lists: TermLists
    places: Rows

    @classmethod
    def of(cls, lists: Sequence[Sequence[str]], find: Callable[[str], int]) -> _Placed:
        held = TermLists.of(lists)
        return cls(held, held.spelled.found(find))

    @property
    def sizes(self) -> Rows:
        """(n,) how long each list is."""
        return np.diff(self.lists.start)

    def counted(self, first: int, last: int) -> _Counted:
        """Of the lists from ``first`` on, without the ``last``; they are numbered from 0."""
        start = self.lists.start[first : last + 1]
        length = np.diff(start)
        ids = self.places[self.lists.ids[start[0] : start[-1]]]
        article = np.repeat(np.arange(last - first), length)
        known = ids >= 0
        width = int(ids.max(initial=0)) + 1
        pairs, counts = np.unique(article[known] * width + ids[known], return_counts=True)
        return _Counted(pairs // width, pairs % width, counts.astype(np.float64), length.astype(np.float64))

    def beginning(self, sizes: Rows) -> tuple[Rows, Rows]:
        """The known terms among the first ``sizes`` (n,) of each list, and the list of each."""
        sizes = np.minimum(sizes, self.sizes)
        ids = self.places[self.lists.ids[stretches(self.lists.start[:-1], sizes)]]
        of = np.repeat(np.arange(len(sizes)), sizes)
        return ids[ids >= 0], of[ids >= 0]


def _leads(words: _Placed, marks: _Placed, counts: Sequence[tuple[int, int]]) -> tuple[Rows, Numbers]:
    """The different terms of the start of each body, ascending, and where those of each article start."""
    sizes = np.array(counts, dtype=np.int64).reshape(-1, 2)
    sides = [side.beginning(sizes[:, place]) for place, side in enumerate((words, marks))]
    term, article = (np.concatenate(column) for column in zip(*sides, strict=True))
    width = int(term.max(initial=0)) + 1
    pairs = np.unique(article * width + term)
    start = np.searchsorted(pairs, np.arange(len(sizes) + 1) * width)
    return start.astype(np.int64), (pairs % width).astype(np.int32)


def _norms(entries: Entries, idf: NDArray[np.float32], words: NDArray[np.bool_], count: int) -> NDArray[np.float32]:
    """(m, 2) lengths of the titles' vectors of idf, over words and over bigrams."""
    sums = []
    for first, last in blocks(count):
        begin, end = np.searchsorted(entries.article, [first, last])
        inside = entries.code[begin:end] >= IN_TITLE
        article, term = entries.article[begin:end][inside] - first, entries.term[begin:end][inside]
        squares = idf[term].astype(np.float64) ** 2
        sides = [np.bincount(article[of], squares[of], last - first) for of in (words[term], ~words[term])]
        sums.append(np.stack(sides, axis=1))
    return np.sqrt(np.concatenate(sums)).astype(np.float32)
