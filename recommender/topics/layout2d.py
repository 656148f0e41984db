"""The map: 2-D coordinates for every article."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..arrays.hash_sample import Hashes, sampled
from ..arrays.kernels import Floats, best_columns
from ..arrays.row_file import Rows
from .umap_loader import placed_by_umap

_DRAWN = 4_000  # articles that UMAP embeds; the others are placed among their nearest
_SIMPLE = 60  # below this many articles the first two principal components are the map: nearer to the truth than ...
_FEW = 1_500  # ... t-SNE, which is the map below this many: as true as UMAP's, and the first one compiles half a minute
_NEAREST = 5
_BLOCK = 1024


def positions(vectors: Rows, originals: NDArray[np.int64], hashes: Hashes, seed: int) -> Floats:
    """(n, 2) coordinates, similar articles close together; articles without features in the middle.

    Fewer than 5 originals are put on a circle, fewer than 60 on their principal components, fewer than 1,500 are
    embedded by t-SNE. From there on UMAP embeds at most 4,000, those with the lowest ``hashes`` (n,), and each other
    article is at the weighted mean of its 5 nearest embedded ones.
    """
    placed = np.zeros((len(vectors), 2), dtype=np.float32)
    fixed = sampled(originals, _DRAWN, hashes)
    if not len(fixed):
        return placed
    drawn = vectors[fixed]
    placed[fixed] = _draw(drawn, seed)
    others = np.setdiff1d(originals, fixed)
    for start in range(0, len(others), _BLOCK):
        rows = others[start : start + _BLOCK]
        cosine = vectors[rows] @ drawn.T
        nearest = best_columns(cosine.copy(), _NEAREST)
        weight = np.clip(np.take_along_axis(cosine, nearest, axis=1), 1e-3, None) ** 4
        total = (placed[fixed][nearest] * weight[:, :, None]).sum(axis=1)
        placed[rows] = total / weight.sum(axis=1, keepdims=True)
    return placed


def _draw(rows: Floats, seed: int) -> Floats:
    count = len(rows)
    if count < 5:
        angle = 2 * np.pi * np.arange(count) / count
        return np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)
    plane = _plane(rows)
    if count < _SIMPLE:
        return plane
    drawn = _neighbours(rows, plane, seed) if count < _FEW else _umap(rows, plane, seed)
    return np.asarray(drawn - np.median(drawn, axis=0), dtype=np.float32)


def _neighbours(rows: Floats, plane: Floats, seed: int) -> Floats:
    """t-SNE from the principal components, at the tiny scale from which it is to start (Kobak & Berens 2019)."""
    from sklearn.manifold import TSNE

    start = plane * np.float32(1e-4 / max(float(plane.std()), 1e-9))
    reducer = TSNE(metric="cosine", init=start, max_iter=400, random_state=seed, n_jobs=1)
    return np.asarray(reducer.fit_transform(rows), dtype=np.float32)


def _umap(rows: Floats, plane: Floats, seed: int) -> Floats:
    placed = placed_by_umap(
        rows,
        n_neighbors=15,
        n_epochs=200,
        min_dist=0.1,
        metric="cosine",
        init=plane * 10,
        random_state=seed,
        n_jobs=1,
    )
    return np.asarray(placed, dtype=np.float32)


def _plane(rows: Floats) -> Floats:
    """The first two principal components, their signs fixed, scaled to -1..1."""
    centred = rows - rows.mean(axis=0)
    _, axes = np.linalg.eigh(np.asarray(centred.T @ centred, dtype=np.float64))
    pair = axes[:, ::-1][:, :2]
    pair = pair * np.where(pair[np.abs(pair).argmax(axis=0), np.arange(pair.shape[1])] < 0, -1, 1)
    plane = np.zeros((len(rows), 2))
    plane[:, : pair.shape[1]] = centred @ pair
    return np.asarray(plane / max(float(np.abs(plane).max()), 1e-9), dtype=np.float32)
