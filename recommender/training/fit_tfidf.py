"""Places articles in the lexical space: TF-IDF of words and character bigrams."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ..arrays.kernels import stretches
from ..arrays.strings import StringTable
from ..config import Recipe
from ..embeddings.static import StaticVectors
from ..index.build import average_lengths, entries_of, field_index
from ..index.fields import FieldIndex
from ..index.phrases import PhraseIndex
from ..index.surface import SurfaceIndex
from ..index.tfidf import TfidfSpace
from ..text.article_terms import Texts as Texts
from ..text.article_terms import Titled
from ..text.article_terms import read_terms as read_terms
from ..text.term_counts import sorted_terms, term_counts, tfidf
from ..text.term_lists import TermLists, blocks
from ..text.term_weights import weight
from ..text.terms import MARK

_NEWS = 300  # headlines of the news at large that count in the idf of every corpus
_SELDOM, _OFTEN = 2e-5, 8e-4  # share of these up to which a word is a name, and from which it is of any field ...
_NAME, _ANY = 1.5, 0.74  # ... and what such words tell, beside 1 for those between
_STORY = 4  # articles up to which a name is taken for one of one story: what more hold is one of several
_HANGUL = re.compile("[가-힣]")


class Fitted(NamedTuple):
    """The TF-IDF space, its ``matrix`` (n, v) of titles with bodies, that of the ``titles`` alone, and the field index
    over the same terms."""

    space: TfidfSpace
    matrix: sparse.csr_matrix
    titles: sparse.csr_matrix
    fields: FieldIndex


def fit_tfidf(texts: Texts, recipe: Recipe) -> Fitted:
    """Words and bigrams of a corpus with their idf, and its articles by them."""
    body_weight = recipe.body_weight
    if not len(TermLists.of(texts.titles).ids) and not len(TermLists.of(texts.bodies).ids):
        nothing = sparse.csr_matrix((len(texts.titles), 0), dtype=np.float32)
        return Fitted(
            _space([], np.zeros(0, np.float32), nothing, body_weight),
            nothing,
            nothing,
            fit_fields(texts, [], np.zeros(0), np.zeros(0)),
        )
    terms = sorted_terms(texts.titles, texts.bodies, texts.marks, texts.tags)
    words = np.array([not term.startswith(MARK) for term in terms])
    here, there = _holders(terms, texts), _known_in_news(terms)
    idf = _idf(terms, here, there, len(texts.titles))
    weighed = np.where(words, recipe.word_weight, 1.0) * idf
    titles, both = _weighed(texts, terms, weighed, body_weight)
    space = _space(terms, weighed.astype(np.float32), both, body_weight)
    return Fitted(space, both, titles, fit_fields(texts, terms, idf, _specificity(terms, here, there)))


def _weighed(
    texts: Texts, terms: list[str], weights: NDArray[np.float64], body_weight: float
) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """(n, v) float32 unit rows of titles, and of titles with bodies."""
    titles, bodies = TermLists.of(texts.titles), TermLists.of(texts.bodies)
    alone, both = [], []
    for span in blocks(len(titles)):
        title = tfidf(term_counts(titles.part(*span), terms), weights)
        alone.append(title.astype(np.float32))
        if body_weight and len(bodies.ids):
            body = tfidf(term_counts(bodies.part(*span), terms), weights)
            both.append(_unit(title + body_weight * body).astype(np.float32))
    first = sparse.vstack(alone, "csr")
    return first, sparse.vstack(both, "csr") if both else first


def fit_fields(
    texts: Texts, terms: list[str], idf: NDArray[np.float64], specificity: NDArray[np.float64]
) -> FieldIndex:
    """The field index of a corpus; ``idf`` and ``specificity`` (v,) of its ``terms`` before a word's weight is put on
    them."""
    columns = {term: place for place, term in enumerate(terms)}
    words = np.array([not term.startswith(MARK) for term in terms], dtype=bool)
    term_weights = np.array([weight(term) for term in terms], dtype=np.float64)
    average = average_lengths(texts)
    entries = entries_of(texts, lambda term: columns.get(term, -1), average)
    weighed, told = (idf * term_weights).astype(np.float32), (specificity * term_weights).astype(np.float32)
    return field_index(entries, weighed, words, average, told)


def fit_surface(texts: Texts) -> SurfaceIndex:
    """The headlines of a corpus by their spelling."""
    return SurfaceIndex.of(texts.headlines)


def fit_phrases(articles: Iterable[Titled], words: int) -> PhraseIndex:
    """What stands one behind another in the titles and bodies of a corpus, so many ``words`` of each."""
    return PhraseIndex.of(((article.title or "", article.body) for article in articles), words)


def _known_in_news(terms: list[str]) -> NDArray[np.float64]:
    """(v,) the share of headlines of the news at large that hold each term, as far as the base model counted them."""
    news = StaticVectors.open()
    return np.array([news.known_in_news(term) for term in terms])


def _specificity(terms: list[str], here: NDArray[np.float64], there: NDArray[np.float64]) -> NDArray[np.float64]:
    """(v,) how much each term tells of a subject where it is all that two articles share, beside 1 (after term
    specificity, Sparck Jones 1972; in steps): more if it is a name of one story, less if it is of any field.

    Of 2,638 pairs of headlines that share one word and would score .3 and more, 71 in a hundred were right by a word
    that the news at large hardly has, 44 by one that it has now and then, 36 by one in a thousand headlines and more.
    The news that was counted is Korean: other words are neither.
    """
    korean = np.array([bool(_HANGUL.search(term)) and weight(term) == 1.0 for term in terms], dtype=bool)
    names = korean & (there <= _SELDOM) & (here <= _STORY)
    return np.where(names, _NAME, np.where(there >= _OFTEN, _ANY, 1.0))


def _idf(terms: list[str], here: NDArray[np.float64], there: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """(v,) scikit-learn's smooth idf, as if ``_NEWS`` headlines of the news at large stood in the corpus of ``size``
    articles too, by the share of them ``there`` (v,) and the articles ``here`` (v,) that hold each term.

    So that few headlines know which words are common everywhere. What the base model has not counted (the edges of
    words, by bigrams) is as common there as here. Of the bigrams of a body those of its lead count: a whole body holds
    some hundred, and would make every bigram of a headline a common one.
    """
    edged = np.array([term.startswith(MARK) and "_" in term for term in terms])
    there = np.where(edged, here / size, there)
    return np.asarray(np.log((1 + size + _NEWS) / (1 + here + _NEWS * there)) + 1)


def _holders(terms: list[str], texts: Texts) -> NDArray[np.float64]:
    """(v,) the document frequency of each term: in title, its tags, body or the bigrams of the lead."""
    columns = {term: place for place, term in enumerate(terms)}
    lists = [TermLists.of(part) for part in (texts.titles, texts.bodies, texts.marks, texts.tags)]
    part_columns = [part.spelled.found(lambda term: columns.get(term, -1)) for part in lists]
    leads = np.array([count for _, count in texts.leads], dtype=np.int64)
    counts = np.zeros(len(terms), dtype=np.int64)
    for first, last in blocks(len(lists[0])):
        keys = []
        for part, column in zip(lists, part_columns, strict=True):
            start = part.start[first : last + 1]
            sizes = np.diff(start)
            if part is lists[2]:
                sizes = np.minimum(sizes, leads[first:last])
            present = column[part.ids[stretches(start[:-1], sizes)]]
            keys.append(np.repeat(np.arange(last - first), sizes) * len(terms) + present)
        counts += np.bincount(np.unique(np.concatenate(keys)) % max(len(terms), 1), minlength=len(terms))
    return counts.astype(np.float64)


def _unit(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sparse.diags_array(1 / np.where(lengths == 0, 1, lengths)).dot(matrix).tocsr()


def _space(terms: list[str], idf: Any, matrix: sparse.csr_matrix, body_weight: float) -> TfidfSpace:
    matrix.sort_indices()
    columns = matrix.tocsc()
    columns.sort_indices()
    return TfidfSpace(
        StringTable.of(terms),
        idf,
        columns.indptr.astype(np.int64),
        columns.indices.astype(np.int32, copy=False),
        columns.data.astype(np.float32, copy=False),
        matrix.indptr.astype(np.int64),
        matrix.indices.astype(np.int32, copy=False),
        matrix.data.astype(np.float32, copy=False),
        body_weight,
    )
