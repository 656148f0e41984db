"""What the project does as scikit-learn does it, without its import: the same bits."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.cluster import AgglomerativeClustering
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

from recommender.arrays.kernels import unit_rows
from recommender.embeddings.svd import truncated_svd
from recommender.text.term_counts import sorted_terms, term_counts, tfidf
from recommender.text.term_weights import english_stop_words
from recommender.topics.grouping import _group_few


def documents(count: int, seed: int) -> list[list[str]]:
    random = np.random.default_rng(seed)
    return [[f"w{n}" for n in random.zipf(1.5, random.integers(0, 12)) % 60] for _ in range(count)]


def as_is(document: list[str]) -> list[str]:
    return document


@pytest.mark.parametrize("seed", range(4))
def test_tfidf_is_that_of_scikit_learn_to_the_bit(seed: int) -> None:
    texts = documents(40, seed)
    other = TfidfVectorizer(analyzer=as_is, sublinear_tf=True, dtype=np.float64)
    expected = sparse.csr_matrix(other.fit_transform(texts))
    terms = sorted_terms(texts)
    found = tfidf(term_counts(texts, terms), other.idf_)
    assert terms == other.get_feature_names_out().tolist()
    assert np.array_equal(found.toarray(), other.transform(texts).toarray())
    assert np.allclose(found.toarray(), expected.toarray())


def test_documents_without_terms_are_rows_of_zeros() -> None:
    counts = term_counts([[], ["a", "b", "a"], []], ["a", "b"])
    assert counts.toarray().tolist() == [[0, 0], [2, 1], [0, 0]]
    assert np.isfinite(tfidf(counts, np.ones(2)).toarray()).all()
    assert sorted_terms([[], []]) == []


@pytest.mark.parametrize("shape", [(30, 80), (80, 30)])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_the_truncated_svd_is_that_of_scikit_learn_to_the_bit(shape: tuple[int, int], kind: type) -> None:
    matrix = sparse.random(*shape, 0.2, "csr", random_state=3, dtype=kind)
    other = TruncatedSVD(8, n_iter=4, random_state=7).fit(matrix)
    found = truncated_svd(matrix, 8, 7)
    assert np.array_equal(found.axes, other.components_)
    assert np.array_equal(found.values, other.singular_values_)
    assert found.axes.dtype == kind


def test_the_english_stop_words_are_those_of_scikit_learn() -> None:
    assert english_stop_words() == ENGLISH_STOP_WORDS


@pytest.mark.parametrize("seed", range(5))
def test_few_articles_are_joined_as_scikit_learn_joins_them(seed: int) -> None:
    rows = unit_rows(np.random.default_rng(seed).normal(0.2, 1, (25, 6)))
    other = AgglomerativeClustering(None, metric="cosine", linkage="average", distance_threshold=0.85).fit(rows)
    found = _group_few(rows, 60)
    counts = np.bincount(other.labels_)
    assert ((found >= 0) == (counts[other.labels_] > 1)).all(), "one alone is in no group"
    kept = found >= 0
    assert np.array_equal(
        found[kept][:, None] == found[kept][None, :], other.labels_[kept][:, None] == other.labels_[kept][None, :]
    )
    assert found[kept][0] == 0, "numbered in the order of their first articles"
