"""Places articles in the dense space: a model of meaning, adapted to the corpus in closed form."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ..arrays.kernels import Floats, unit_rows
from ..arrays.row_file import Rows
from ..arrays.strings import StringTable
from ..config import Recipe
from ..embeddings.bilingual import BilingualIndex
from ..embeddings.cross_lingual import CrossLingual
from ..embeddings.dense import DenseSpace
from ..embeddings.encoder import Encoder, TermVectors
from ..embeddings.external import OWN, named_encoder
from ..embeddings.fused import BaseMeaning, FusedEncoder, OwnVectors, base_digest, beside
from ..embeddings.svd import truncated_svd
from ..index.tfidf import TfidfSpace
from ..text.article_terms import Texts
from .passes import Passes, encoded

_SHRINK = 50  # articles after which the mean of a corpus is half believed
_ROOM = 8  # articles a dimension that principal axes want
_BLOCK = 8192
_SPOKEN = 20_000  # words that an English question can be put into
_MANY = 200  # articles from which a word of a single one is left out of them
_HANGUL = re.compile("[가-힣]{2,}")


class Cooccurrence(NamedTuple):
    """Latent semantic analysis of a corpus: the vectors of its ``words``; its articles by the terms that they share,
    ``columns`` (n, s), and how these turn them, ``axes`` (s, r)."""

    words: TermVectors
    columns: sparse.csr_matrix
    axes: NDArray[np.floating]

    def part(self, rows: slice) -> Floats:
        """(m, r) the unit rows of some articles."""
        return unit_rows(self.columns[rows] @ self.axes)

    @property
    def rows(self) -> Floats:
        """(n, r) those of all."""
        rows = np.empty((self.columns.shape[0], self.axes.shape[1]), dtype=np.float32)
        for start in range(0, len(rows), _BLOCK):
            rows[start : start + _BLOCK] = self.part(slice(start, start + _BLOCK))
        return rows


def learn_cooccurrence(space: TfidfSpace, matrix: sparse.csr_matrix, recipe: Recipe) -> Cooccurrence:
    """Latent semantic analysis (Deerwester et al. 1990) of the TF-IDF matrix, over terms of two articles and more.

    Term vectors are the right singular vectors, weighted by idf; a text is their weighted sum.
    """
    shared = np.flatnonzero(np.diff(space.postings_start) > 1)
    rank = min(recipe.dimensions, len(space) - 1, len(shared) - 1)
    if rank < 1:
        nothing = TermVectors(StringTable.of([]), np.zeros((0, 1), np.float16))
        return Cooccurrence(nothing, matrix[:, :0], np.zeros((0, 1), np.float32))
    columns = matrix[:, shared]
    with np.errstate(invalid="ignore", divide="ignore"):  # equal texts: no variance to explain
        axes = truncated_svd(columns, rank, recipe.seed).axes
    vectors = (axes.T * space.idf[shared, None]).astype(np.float16)
    words = TermVectors(StringTable.of(space.terms[int(i)] for i in shared), vectors)
    return Cooccurrence(words, columns, np.ascontiguousarray(axes.T))


class Embedded(NamedTuple):
    """The dense space, the ``cross_lingual`` and ``bilingual`` for questions in another language, and the rows (n, m)
    by the encoder that knew words before, which topics are formed on."""

    dense: DenseSpace
    cross_lingual: CrossLingual
    bilingual: BilingualIndex
    meaning: Rows


def embed(
    texts: Texts, space: TfidfSpace, matrix: sparse.csr_matrix, recipe: Recipe, vectors: Floats | None = None,
    passes: Passes | None = None,
) -> Embedded:  # fmt: skip
    """The articles by the recipe's embedder, adapted to the corpus; by ``lsa`` the corpus alone places them, and
    ``vectors`` (n, m) unit rows stand in for an embedder.

    Raises ModelError if the base model is missing or damaged, MissingExtra or RecipeError for a named embedder.
    """
    cooccurrence = learn_cooccurrence(space, matrix, recipe)
    named = recipe.embedder not in OWN
    base = BaseMeaning(base_digest())
    cross_lingual = learn_cross_lingual(space, base)
    if vectors is not None:
        space_given = fused_space(cooccurrence, OwnVectors(vectors.shape[1]), vectors, recipe.dimensions)
        return Embedded(space_given, cross_lingual, _bilingual(texts, base, None), vectors)
    encoder: Encoder = named_encoder(recipe.embedder) if named else base
    meaning = encoded(encoder, texts) if passes is None or not texts.titles else passes.encode(texts, recipe)
    bilingual = _bilingual(texts, base, None if named else meaning)
    if recipe.embedder == "lsa":
        return Embedded(DenseSpace(cooccurrence.rows, cooccurrence.words), cross_lingual, bilingual, meaning)
    return Embedded(fused_space(cooccurrence, encoder, meaning, recipe.dimensions), cross_lingual, bilingual, meaning)


def _bilingual(texts: Texts, base: BaseMeaning, meaning: Rows | None) -> BilingualIndex:
    """By the base model, whose rows are ``meaning`` (n, m) where it has placed the articles before."""
    return BilingualIndex.of(texts.shown, encoded(base, texts) if meaning is None else meaning, base)


def learn_cross_lingual(space: TfidfSpace, base: BaseMeaning) -> CrossLingual:
    """The meaning of the most frequent Hangul words of the corpus; of a large one those of two articles and more."""
    spread = np.diff(space.postings_start)
    minimum = 2 if len(space) >= _MANY else 1
    hangul = [i for i in np.flatnonzero(spread >= minimum).tolist() if _HANGUL.fullmatch(space.terms[i])]
    chosen = np.array(sorted(sorted(hangul, key=lambda i: (-spread[i], i))[:_SPOKEN]), dtype=np.int32)
    return CrossLingual.of(chosen, base.encode((), [space.terms[i] for i in chosen.tolist()]), base)


def fused_space(cooccurrence: Cooccurrence, encoder: Encoder, meaning: Rows, dimensions: int) -> DenseSpace:
    """Both rows of each article joined; turned to principal axes where there are articles enough to have them."""
    count, wide = meaning.shape
    centre = _mean(meaning) * (count / (count + _SHRINK)) if count else np.zeros(wide)
    joined = FusedEncoder(cooccurrence.words, encoder, centre.astype(np.float32))
    if count >= _ROOM * dimensions and dimensions < wide + cooccurrence.axes.shape[1]:
        mean, axes = _principal(cooccurrence, meaning, joined.centre, dimensions)
        joined = replace(joined, mean=mean, axes=axes)
    rows = np.zeros((count, joined.width), dtype=np.float32)
    for start in range(0, count, _BLOCK):
        span = slice(start, start + _BLOCK)
        rows[span] = joined.join(cooccurrence.part(span), meaning[span])
    return DenseSpace(rows, joined)


def _mean(rows: Rows) -> NDArray[np.float64]:
    """(m,) of all rows (n, m), added one to the other in their order."""
    total = np.zeros((1, rows.shape[1]))
    for start in range(0, len(rows), _BLOCK):
        total = np.concatenate([total, rows[start : start + _BLOCK]]).sum(axis=0, keepdims=True)
    return np.asarray(total[0] / len(rows))


def _principal(cooccurrence: Cooccurrence, meaning: Rows, centre: Floats, dimensions: int) -> tuple[Floats, Floats]:
    """The mean (m + r,) and the ``dimensions`` axes (m + r, d) of most variance, the largest part of each positive."""
    width = meaning.shape[1] + cooccurrence.axes.shape[1]
    total, products = np.zeros(width), np.zeros((width, width))
    for start in range(0, len(meaning), _BLOCK):
        span = slice(start, start + _BLOCK)
        both = beside(cooccurrence.part(span), meaning[span], centre).astype(np.float64)
        total += both.sum(axis=0)
        products += both.T @ both
    mean = total / len(meaning)
    _, axes = np.linalg.eigh(products / len(meaning) - np.outer(mean, mean))
    axes = axes[:, ::-1][:, :dimensions]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(dimensions)])
    return mean.astype(np.float32), axes.astype(np.float32)
