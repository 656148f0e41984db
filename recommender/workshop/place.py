"""Places articles in the two spaces: TF-IDF, and an embedding learned in the corpus."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from ..recipe import Recipe
from ..spaces import MARK, DenseSpace, TermVectors, TfidfSpace
from ..tables import StringTable
from ..terms import Texts as Texts
from ..terms import read_terms as read_terms
from ..vectors import unit_rows


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
    vectorizer.idf_ = np.where(words, recipe.word_weight, 1.0) * vectorizer.idf_
    titles = vectorizer.transform(texts.titles)
    both = titles
    if body_weight and any(texts.bodies):
        both = _unit(titles + body_weight * vectorizer.transform(texts.bodies))
    both, titles = both.astype(np.float32), titles.astype(np.float32)
    return _space(terms, vectorizer.idf_.astype(np.float32), both, body_weight), both, titles


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


def learn_dense(space: TfidfSpace, matrix: sparse.csr_matrix, recipe: Recipe) -> DenseSpace:
    """Latent semantic analysis (Deerwester et al. 1990) of the TF-IDF matrix, over terms of two articles and more.

    Term vectors are the right singular vectors, weighted by idf; a text is their weighted sum.
    """
    shared = np.flatnonzero(np.diff(space.postings_start) > 1)
    rank = min(recipe.dimensions, len(space) - 1, len(shared) - 1)
    if rank < 1:
        return DenseSpace(
            np.zeros((len(space), 1), np.float32),
            TermVectors(StringTable.of([]), np.zeros((0, 1), np.float16)),
        )
    held = matrix[:, shared]
    with np.errstate(invalid="ignore", divide="ignore"):  # equal texts: no variance to explain
        svd = TruncatedSVD(rank, n_iter=4, random_state=recipe.seed).fit(held)
    vectors = (svd.components_.T * space.idf[shared, None]).astype(np.float16)
    rows = unit_rows(held @ svd.components_.T)
    return DenseSpace(rows, TermVectors(StringTable.of(space.terms[int(i)] for i in shared), vectors))
