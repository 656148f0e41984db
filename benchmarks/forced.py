"""A full training with given words, idf, vectors and weights: what an update is held against."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from recommender.arrays.kernels import unit_rows
from recommender.config import Recipe
from recommender.embeddings.dense import DenseSpace
from recommender.embeddings.fused import FusedEncoder
from recommender.index.build import entries_of, field_index
from recommender.ranking.model import Model
from recommender.text.article_terms import Texts
from recommender.training import fit as training
from recommender.training.fit_embedding import Embedded
from recommender.training.fit_tfidf import Fitted, _space, _unit
from recommender.training.fit_weights import Fit


@contextmanager
def fitted_as(like: Model) -> Iterator[None]:
    """While it holds, ``train`` fits nothing: it takes what ``like`` has, and indexes all of the corpus by it."""
    terms, idf = list(like.tfidf.terms), np.asarray(like.tfidf.idf, dtype=np.float64)
    vectorizer = TfidfVectorizer(analyzer=lambda terms_list: terms_list, sublinear_tf=True, vocabulary=terms)
    vectorizer.idf_ = idf

    def fit_tfidf(texts: Texts, recipe: Recipe) -> Fitted:
        titles = vectorizer.transform(texts.titles)
        both = _unit(titles + recipe.body_weight * vectorizer.transform(texts.bodies)).astype(np.float32)
        space = _space(terms, like.tfidf.idf, both, recipe.body_weight)
        entries = entries_of(texts, like.tfidf.terms.find, np.asarray(like.fields.average))
        fields = field_index(entries, like.fields.idf, like.tfidf.words, like.fields.average)
        return Fitted(space, both, titles.astype(np.float32), fields)

    def embed(texts: Any, space: Any, matrix: sparse.csr_matrix, *_: Any) -> Embedded:
        encoder = like.dense.encoder
        assert isinstance(encoder, FusedEncoder)
        words = encoder.cooccurrence
        ids = [like.tfidf.terms.find(term) for term in words.terms]
        words_part = unit_rows(matrix[:, ids] @ (words.vectors / idf[ids, None]))
        meaning = encoder.meaning.encode(texts.titles, texts.shown)
        bilingual = like.bilingual.with_rows(texts.shown, np.arange(len(like), len(like) + len(texts.shown)))
        return Embedded(DenseSpace(encoder.join(words_part, meaning), encoder), like.cross_lingual, bilingual, meaning)

    fixed = {
        "learn_lexicon": lambda *_: like.analyzer.lexicon, "fit_tfidf": fit_tfidf, "embed": embed,
        "fit_surface": lambda texts: like.surface.with_rows(
            texts.headlines, np.arange(len(like), len(like) + len(texts.headlines))
        ),
        "fit_weights": lambda *_: Fit(like.weights, {}), "calibrated": lambda _: like.calibration,
    }  # fmt: skip
    with mock.patch.multiple(training, **fixed):
        yield
