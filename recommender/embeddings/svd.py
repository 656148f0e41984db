"""A truncated singular value decomposition, as scikit-learn's ``TruncatedSVD`` makes it, without its import."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

_SPARE = 10  # directions drawn beyond those that are wanted
_ROUNDS = 4
_MANY = 100_000  # rows from which the matrix is read in blocks: no array of that length is held ...
_BLOCK = 65_536  # ... of so many rows


class Truncated(NamedTuple):
    """The largest ``values`` (rank,) in descending order, and the right singular vectors ``axes`` (rank, d)."""

    values: NDArray[np.floating]
    axes: NDArray[np.floating]


def truncated_svd(matrix: sparse.csr_matrix, rank: int, seed: int) -> Truncated:
    """Of (n, d), by drawing its range at random (Halko, Martinsson and Tropp 2009); the largest part of each axis is
    positive."""
    if matrix.shape[0] > _MANY:
        values, axes = _in_blocks(matrix, rank, np.random.RandomState(seed))
    else:
        values, axes = _in_memory(matrix, rank, np.random.RandomState(seed))
    largest = np.abs(axes).argmax(axis=1)
    return Truncated(values, axes * np.sign(axes[np.arange(len(axes)), largest])[:, None])


def _in_memory(
    matrix: sparse.csr_matrix, rank: int, random: np.random.RandomState
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    wide = matrix.shape[0] < matrix.shape[1]
    tall = matrix.T if wide else matrix
    basis = _range(tall, rank + _SPARE, random)
    left, values, right = linalg.svd(basis.T @ tall, full_matrices=False, lapack_driver="gesdd")
    return values[:rank], (basis @ left)[:, :rank].T if wide else right[:rank]


def _range(tall: sparse.csr_matrix, size: int, random: np.random.RandomState) -> NDArray[np.floating]:
    """(n, size) an orthonormal basis of what ``tall`` (n, d) spans most."""
    drawn = random.normal(size=(tall.shape[1], size)).astype(tall.dtype, copy=False)
    for _ in range(_ROUNDS):
        drawn = linalg.lu(tall @ drawn, permute_l=True, check_finite=False)[0]
        drawn = linalg.lu(tall.T @ drawn, permute_l=True, check_finite=False)[0]
    return np.asarray(linalg.qr(tall @ drawn, mode="economic", check_finite=False)[0])


def _in_blocks(
    matrix: sparse.csr_matrix, rank: int, random: np.random.RandomState
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """The same in blocks of rows: only the range of the columns is held, and of the rows the matrix of products of
    their projections, (rank + spare) squared."""
    size = min(rank + _SPARE, matrix.shape[1])
    drawn = random.normal(size=(matrix.shape[1], size)).astype(matrix.dtype, copy=False)
    for step in range(_ROUNDS + 1):
        total = np.zeros_like(drawn)
        for block in _blocks(matrix):
            total += block.T @ (block @ drawn)
        last = step == _ROUNDS
        drawn = linalg.qr(total, mode="economic", overwrite_a=True)[0] if last else linalg.lu(
            total, permute_l=True, overwrite_a=True)[0]  # fmt: skip
    products = np.zeros((drawn.shape[1], drawn.shape[1]))
    for block in _blocks(matrix):
        placed = (block @ drawn).astype(np.float64)
        products += placed.T @ placed
    squares, turned = linalg.eigh(products)
    values = np.sqrt(np.maximum(squares[::-1][:rank], 0)).astype(matrix.dtype)
    return values, np.ascontiguousarray((drawn @ turned[:, ::-1][:, :rank].astype(matrix.dtype)).T)


def _blocks(matrix: sparse.csr_matrix) -> Iterator[sparse.csr_matrix]:
    for first in range(0, matrix.shape[0], _BLOCK):
        yield matrix[first : first + _BLOCK]
