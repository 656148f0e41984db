"""From the terms of articles to the field index, and a field index with newcomers in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays.row_mapping import laid, row_starts
from ..text.article_terms import Texts
from .fields import HAS_BODY, HAS_TITLE, IN_TITLE, FieldIndex, Rows, saturation


class Entries(NamedTuple):
    """The postings of m articles, by article: ``article`` (p,) 0..m-1, ``term`` (p,), ``code`` (p,) uint8, ``kind``
    (m,) uint8, and the ragged ``lead``: ``lead_start`` (m + 1,), ``lead_term``."""

    article: Rows
    term: Rows
    code: NDArray[np.uint8]
    kind: NDArray[np.uint8]
    lead_start: Rows
    lead_term: NDArray[np.int32]


def average_lengths(texts: Texts) -> NDArray[np.float64]:
    """(2,) mean length of a body in words and in bigrams, over the articles that have one; 0 where none has."""
    count = sum(1 for words, marks in zip(texts.bodies, texts.marks, strict=True) if words or marks)
    sums = [sum(map(len, texts.bodies)), sum(map(len, texts.marks))]
    return np.array(sums, dtype=np.float64) / max(count, 1)


def entries_of(texts: Texts, find: Callable[[str], int], average: NDArray[np.float64]) -> Entries:
    """Every article's postings, terms that ``find`` does not know (-1) left out."""
    count = len(texts.titles)
    headed = texts.titles if all(texts.titled) else _where(texts.titles, texts.titled)
    titles = _counted([title + tags if tags else title for title, tags in zip(headed, texts.tags, strict=True)], find)
    words, marks = _counted(texts.bodies, find), _counted(texts.marks, find)
    codes = [np.full(len(titles.term), IN_TITLE, dtype=np.uint8)]
    for side, counted in enumerate((words, marks)):
        codes.append(saturation(counted.times, counted.length[counted.article], float(average[side])))
    article = np.concatenate([titles.article, words.article, marks.article])
    term = np.concatenate([titles.term, words.term, marks.term])
    order = np.lexsort((term, article))
    article, term, code = article[order], term[order], np.concatenate(codes)[order]
    fresh = np.ones(len(article), dtype=bool)
    fresh[1:] = (np.diff(article) != 0) | (np.diff(term) != 0)
    first = np.flatnonzero(fresh)
    kind = np.array(texts.titled, dtype=np.uint8).reshape(count) * np.uint8(HAS_TITLE)
    kind |= ((words.length + marks.length) > 0).astype(np.uint8) * np.uint8(HAS_BODY)
    lead_start, lead_term = _leads(texts, find)
    joined = np.bitwise_or.reduceat(code, first) if len(first) else code
    return Entries(article[first], term[first], joined, kind, lead_start, lead_term)


def field_index(
    entries: Entries, idf: NDArray[np.float32], words: NDArray[np.bool_], average: NDArray[np.float64]
) -> FieldIndex:
    """The index of all ``entries``; ``words`` (v,) tells words from bigrams."""
    order = np.argsort(entries.term, kind="stable")
    start = np.zeros(len(idf) + 1, dtype=np.int64)
    np.cumsum(np.bincount(entries.term, minlength=len(idf)), out=start[1:])
    norms = _norms(entries, idf, words, len(entries.kind))
    return FieldIndex(
        idf, start, entries.article[order].astype(np.int32), entries.code[order], norms, entries.kind,
        entries.lead_start, entries.lead_term, average,
    )  # fmt: skip


def grown(old: FieldIndex, fresh: Entries, source: Rows, words: NDArray[np.bool_]) -> FieldIndex:
    """``old`` with newcomers in it: row ``i`` comes from ``source[i]``, which counts the old rows, then the fresh."""
    before = len(old)
    count = len(source)
    now = np.full(before + len(fresh.kind), -1, dtype=np.int64)
    now[source] = np.arange(count)
    terms = np.concatenate([np.repeat(np.arange(len(old.idf)), np.diff(old.start)), fresh.term])
    rows = now[np.concatenate([old.article.astype(np.int64), fresh.article + before])]
    codes = np.concatenate([old.code, fresh.code])
    kept = rows >= 0
    terms, rows, codes = terms[kept], rows[kept], codes[kept]
    order = np.lexsort((rows, terms))
    start = np.zeros(len(old.idf) + 1, dtype=np.int64)
    np.cumsum(np.bincount(terms, minlength=len(old.idf)), out=start[1:])
    norms = np.concatenate([old.norms, _norms(fresh, old.idf, words, len(fresh.kind))])[source]
    lead_start = np.concatenate([old.lead_start, old.lead_start[-1] + fresh.lead_start[1:]])
    lead_term = laid(np.concatenate([old.lead_term, fresh.lead_term]), lead_start, source)
    return replace(
        old, start=start, article=rows[order].astype(np.int32), code=codes[order], norms=norms,
        kind=np.concatenate([old.kind, fresh.kind])[source],
        lead_start=row_starts(lead_start, source), lead_term=lead_term,
    )  # fmt: skip


class _Counted(NamedTuple):
    article: Rows
    term: Rows
    times: NDArray[np.float64]
    length: NDArray[np.float64]


def _counted(lists: Sequence[Sequence[str]], find: Callable[[str], int]) -> _Counted:
    """Distinct (article, term) pairs with their counts, and the length of each list."""
    length = np.array([len(terms) for terms in lists], dtype=np.int64)
    ids = np.fromiter((find(term) for terms in lists for term in terms), dtype=np.int64, count=int(length.sum()))
    article = np.repeat(np.arange(len(lists)), length)
    known = ids >= 0
    width = int(ids.max(initial=0)) + 1
    pairs, counts = np.unique(article[known] * width + ids[known], return_counts=True)
    return _Counted(pairs // width, pairs % width, counts.astype(np.float64), length.astype(np.float64))


def _where(lists: Sequence[list[str]], kept: Sequence[bool]) -> list[list[str]]:
    return [terms if wanted else [] for terms, wanted in zip(lists, kept, strict=True)]


def _leads(texts: Texts, find: Callable[[str], int]) -> tuple[Rows, NDArray[np.int32]]:
    start, terms = [0], []
    for words, marks, (first, second) in zip(texts.bodies, texts.marks, texts.leads, strict=True):
        if words or marks:
            lead = {find(term) for term in (*words[:first], *marks[:second])} - {-1}
            terms.extend(sorted(lead))
        start.append(len(terms))
    return np.array(start, dtype=np.int64), np.array(terms, dtype=np.int32)


def _norms(entries: Entries, idf: NDArray[np.float32], words: NDArray[np.bool_], count: int) -> NDArray[np.float32]:
    """(m, 2) lengths of the titles' vectors of idf, over words and over bigrams."""
    inside = entries.code >= IN_TITLE
    article, term = entries.article[inside], entries.term[inside]
    squares = idf[term].astype(np.float64) ** 2
    sides = [np.bincount(article[of], squares[of], count) for of in (words[term], ~words[term])]
    return np.sqrt(np.stack(sides, axis=1)).astype(np.float32)
