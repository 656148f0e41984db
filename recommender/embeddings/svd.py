"""A truncated singular value decomposition, as scikit-learn's ``TruncatedSVD`` makes it, without its import."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

_SPARE = 10  # directions drawn beyond those that are wanted
_ROUNDS = 4


class Truncated(NamedTuple):
    """The largest ``values`` (rank,) in descending order, and the right singular vectors ``axes`` (rank, d)."""

    values: NDArray[np.floating]
    axes: NDArray[np.floating]


def truncated_svd(matrix: sparse.csr_matrix, rank: int, seed: int) -> Truncated:
    """Of (n, d), by drawing its range at random (Halko, Martinsson and Tropp 2009); the largest part of each axis is
    positive."""
    wide = matrix.shape[0] < matrix.shape[1]
    tall = matrix.T if wide else matrix
    basis = _range(tall, rank + _SPARE, np.random.RandomState(seed))
    left, values, right = linalg.svd(basis.T @ tall, full_matrices=False, lapack_driver="gesdd")
    axes = (basis @ left)[:, :rank].T if wide else right[:rank]
    largest = np.abs(axes).argmax(axis=1)
    return Truncated(values[:rank], axes * np.sign(axes[np.arange(len(axes)), largest])[:, None])


def _range(tall: sparse.csr_matrix, size: int, random: np.random.RandomState) -> NDArray[np.floating]:
    """(n, size) an orthonormal basis of what ``tall`` (n, d) spans most."""
    drawn = random.normal(size=(tall.shape[1], size)).astype(tall.dtype, copy=False)
    for _ in range(_ROUNDS):
        drawn = linalg.lu(tall @ drawn, permute_l=True, check_finite=False)[0]
        drawn = linalg.lu(tall.T @ drawn, permute_l=True, check_finite=False)[0]
    return np.asarray(linalg.qr(tall @ drawn, mode="economic", check_finite=False)[0])
