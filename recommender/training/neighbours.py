"""Related articles as a scikit-learn transformer: texts in, neighbours out, as of ``sklearn.neighbors``."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from ..arrays.kernels import Floats
from ..config import Recipe
from ..embeddings.fused import rows_of
from ..embeddings.transformer import texts_of
from ..text.aliases import load_aliases
from ..text.analyzer import Analyzer
from ..text.article_terms import read_terms
from ..text.kiwi import learn_lexicon
from ..text.terms import Feature, Question
from .fit_embedding import embed
from .fit_tfidf import fit_tfidf

_BLOCK = 256
Rows = NDArray[np.int64]


class _Text(NamedTuple):
    """A text as an article: its first line is the headline."""

    title: str
    body: str
    stand_in: str | None = None

    @classmethod
    def of(cls, text: str) -> _Text:
        title, _, body = text.partition("\n")
        return cls(title, body)


class _Placed(NamedTuple):
    """n texts by their words, (n, v) sparse, and by their meaning, (n, d): unit rows both."""

    words: sparse.csr_matrix
    meaning: Floats


class RelatedArticles(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """The nearest of the texts that it was fitted on, by words and by meaning alike.

    A text is a headline, with its body behind the first line end. The distance of two texts is one less the mean of
    two cosines: of their TF-IDF vectors, and of their places in the dense space of a training. Equal texts have the
    distance 0, and of equal distances the text that was given first comes first. Dates, related lists and calibrated
    scores, which a ``Recommender`` has, take no part.

    Parameters
    ----------
    n_neighbors
        How many neighbours ``kneighbors`` and ``transform`` give.
    mode
        What ``transform`` gives of each: ``"distance"`` or ``"connectivity"`` (1).
    recipe
        The parameters of a training; the built-in ones if None.

    Examples
    --------
    >>> related = RelatedArticles(n_neighbors=2).fit(headlines)  # doctest: +SKIP
    >>> distances, places = related.kneighbors(["양극재 공장 준공"])  # doctest: +SKIP
    >>> DBSCAN(metric="precomputed").fit(related.transform(headlines))  # doctest: +SKIP
    """

    def __init__(self, n_neighbors: int = 5, *, mode: str = "distance", recipe: Recipe | None = None) -> None:
        self.n_neighbors = n_neighbors
        self.mode = mode
        self.recipe = recipe

    def fit(self, X: Iterable[str], y: Any = None) -> RelatedArticles:
        """Learns the words and the meaning of texts. Raises TypeError or ValueError for anything but texts."""
        texts = [_Text.of(text) for text in texts_of(X)]
        if not texts:
            raise ValueError("Found array with 0 sample(s) while a minimum of 1 is required: give texts.")
        _check_mode(self.mode)
        recipe, aliases = self.recipe or Recipe(), load_aliases(None)
        with threadpool_limits(1):
            spoken = chain.from_iterable(filter(None, text[:2]) for text in texts)
            lexicon = learn_lexicon(spoken, aliases, 1)
            self._analyzer = Analyzer(lexicon, aliases)
            terms = read_terms(texts, Analyzer(lexicon, aliases, {}), recipe)
            fitted = fit_tfidf(terms, recipe)
            dense = embed(terms, fitted.space, fitted.matrix, recipe).dense
        self._recipe, self._space, self._encoder = recipe, fitted.space, dense.encoder
        self._fitted = _Placed(fitted.matrix, dense.rows)
        self.n_samples_fit_ = len(texts)
        return self

    def kneighbors(self, X: Iterable[str] | None = None, n_neighbors: int | None = None,
                   return_distance: bool = True) -> Any:  # fmt: skip
        """Distances (m, k) and places (m, k) of the nearest fitted texts, the nearest first, or the places alone.

        Without ``X`` of the fitted texts themselves, each without itself. Raises ValueError for a number of neighbours
        below 1 or more than there are.
        """
        check_is_fitted(self, "n_samples_fit_")
        count = self.n_neighbors if n_neighbors is None else n_neighbors
        self._check_count(count, X is None)
        placed = self._fitted if X is None else self._place(texts_of(X))
        distances = np.empty((placed.words.shape[0], count))
        indices = np.empty(distances.shape, dtype=np.int64)
        for start in range(0, len(distances), _BLOCK):
            far = self._distances(placed, slice(start, start + _BLOCK))
            if X is None:
                far[np.arange(len(far)), np.arange(start, start + len(far))] = np.inf
            nearest = np.argsort(far, axis=1, kind="stable")[:, :count]
            indices[start : start + len(far)] = nearest
            distances[start : start + len(far)] = np.take_along_axis(far, nearest, axis=1)
        return (distances, indices) if return_distance else indices

    def kneighbors_graph(self, X: Iterable[str] | None = None, n_neighbors: int | None = None,
                         mode: str = "connectivity") -> sparse.csr_matrix:  # fmt: skip
        """(m, fitted texts) sparse: 1 or the distance where a fitted text is a neighbour. As ``kneighbors``."""
        _check_mode(mode)
        distances, indices = self.kneighbors(X, n_neighbors)
        values = distances.ravel() if mode == "distance" else np.ones(distances.size)
        starts = np.arange(0, distances.size + 1, distances.shape[1])
        return sparse.csr_matrix((values, indices.ravel(), starts), shape=(len(distances), self.n_samples_fit_))

    def transform(self, X: Iterable[str]) -> sparse.csr_matrix:
        """``kneighbors_graph`` by ``mode``, as of ``KNeighborsTransformer``: by distance with one neighbour more, as a
        fitted text is its own first one."""
        check_is_fitted(self, "n_samples_fit_")
        more = int(self.mode == "distance")
        count = min(self.n_neighbors + more, self.n_samples_fit_) if more else self.n_neighbors
        return self.kneighbors_graph(X, count, self.mode)

    def fit_transform(self, X: Iterable[str], y: Any = None) -> sparse.csr_matrix:
        """``fit`` and ``transform`` of the same texts."""
        texts = texts_of(X)
        return self.fit(texts).transform(texts)

    @property
    def _n_features_out(self) -> int:
        return self.n_samples_fit_

    def _check_count(self, count: Any, itself: bool) -> None:
        if not isinstance(count, int | np.integer) or isinstance(count, bool):
            raise TypeError(f"n_neighbors does not take {type(count)} value, enter integer value")
        if count < 1:
            raise ValueError(f"Expected n_neighbors > 0. Got {count}")
        limit = self.n_samples_fit_ - itself
        if count > limit:
            sign = "<" if itself else "<="
            raise ValueError(f"Expected n_neighbors {sign} n_samples_fit, but n_neighbors = {count}, "
                             f"n_samples_fit = {self.n_samples_fit_}.")  # fmt: skip

    def _place(self, documents: list[str]) -> _Placed:
        """Texts by what was learned of the fitted ones."""
        texts = read_terms([_Text.of(text) for text in documents], self._analyzer, self._recipe)
        vectors = [
            self._space.vector(Question(shown, tuple(Feature(term, term) for term in title), tuple(body)))
            for shown, title, body in zip(texts.shown, texts.titles, texts.bodies, strict=True)
        ]
        starts = np.cumsum([0, *(len(vector.ids) for vector in vectors)])
        ids = np.concatenate([np.zeros(0, np.int64), *(vector.ids for vector in vectors)])
        weights = np.concatenate([np.zeros(0, np.float32), *(vector.weights for vector in vectors)])
        words = sparse.csr_matrix((weights, ids, starts), shape=(len(vectors), len(self._space.terms)))
        with threadpool_limits(1):
            return _Placed(words, rows_of(self._encoder, self._space, vectors, texts.shown))

    def _distances(self, placed: _Placed, part: slice) -> NDArray[np.float64]:
        """(b, fitted texts) of a part of the texts."""
        words = (placed.words[part] @ self._fitted.words.T).toarray()
        meaning = np.einsum("id,jd->ij", placed.meaning[part], self._fitted.meaning, optimize=False)
        far: NDArray[np.float64] = 1 - (words.astype(np.float64) + meaning) / 2
        return np.where(far < _SAME, 0.0, far)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.transformer_tags.preserves_dtype = []
        return tags


_SAME = 1e-6  # a distance below it is one of rounding


def _check_mode(mode: str) -> None:
    if mode not in ("distance", "connectivity"):
        raise ValueError(f"Unsupported mode, must be one of 'connectivity' or 'distance' but got {mode!r} instead")
