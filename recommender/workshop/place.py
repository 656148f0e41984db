"""Places articles in the lexical space: TF-IDF of words and character bigrams."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from ..recipe import Recipe
from ..spaces import MARK, TfidfSpace
from ..static import StaticVectors
from ..tables import StringTable
from ..terms import Texts as Texts
from ..terms import read_terms as read_terms

_NEWS = 300  # headlines of the news at large that count in the idf of every corpus


def _as_is(terms: list[str]) -> list[str]:
    return terms


def fit_tfidf(texts: Texts, recipe: Recipe) -> tuple[TfidfSpace, sparse.csr_matrix, sparse.csr_matrix]:
    """The TF-IDF space, its matrix (n, v) of titles with bodies, and that of the titles alone."""
    body_weight = recipe.body_weight
    vectorizer = TfidfVectorizer(analyzer=_as_is, sublinear_tf=True, dtype=np.float64)
    if not any(texts.titles) and not any(texts.bodies):
        nothing = sparse.csr_matrix((len(texts.titles), 0), dtype=np.float32)
        return _space([], np.zeros(0, np.float32), nothing, body_weight), nothing, nothing
    vectorizer.fit(title + body for title, body in zip(texts.titles, texts.bodies, strict=True))
    terms = vectorizer.get_feature_names_out().tolist()
    words = np.array([not term.startswith(MARK) for term in terms])
    vectorizer.idf_ = np.where(words, recipe.word_weight, 1.0) * _idf(terms, texts)
    titles = vectorizer.transform(texts.titles)
    both = titles
    if body_weight and any(texts.bodies):
        both = _unit(titles + body_weight * vectorizer.transform(texts.bodies))
    both, titles = both.astype(np.float32), titles.astype(np.float32)
    return _space(terms, vectorizer.idf_.astype(np.float32), both, body_weight), both, titles


def _idf(terms: list[str], texts: Texts) -> NDArray[np.float64]:
    """(v,) scikit-learn's smooth idf, as if ``_NEWS`` headlines of the news at large stood in the corpus too.

    So that few headlines know which words are common everywhere. What the base model has not counted (the edges of
    words, by bigrams) is as common there as here.
    """
    counts = Counter(term for title, body in zip(texts.titles, texts.bodies, strict=True) for term in {*title, *body})
    here = np.array([counts[term] for term in terms], dtype=np.float64)
    news, size = StaticVectors.open(), len(texts.titles)
    there = np.array([news.known_in_news(term) for term in terms])
    edged = np.array([term.startswith(MARK) and "_" in term for term in terms])
    there = np.where(edged, here / size, there)
    return np.asarray(np.log((1 + size + _NEWS) / (1 + here + _NEWS * there)) + 1)


def _unit(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    lengths = np.sqrt(matrix.multiply(matrix).sum(axis=1)).A1 if sparse.isspmatrix(matrix) else _lengths(matrix)
    return sparse.diags_array(1 / np.where(lengths == 0, 1, lengths)).dot(matrix).tocsr()


def _lengths(matrix: Any) -> Any:
    return np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())


def _space(terms: list[str], idf: Any, matrix: sparse.csr_matrix, body_weight: float) -> TfidfSpace:
    matrix.sort_indices()
    columns = matrix.tocsc()
    columns.sort_indices()
    return TfidfSpace(
        StringTable.of(terms),
        idf,
        columns.indptr.astype(np.int64),
        columns.indices.astype(np.int32),
        columns.data.astype(np.float32),
        matrix.indptr.astype(np.int64),
        matrix.indices.astype(np.int32),
        matrix.data.astype(np.float32),
        body_weight,
    )
