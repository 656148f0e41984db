"""The files of the base model: int8 rows, a scale for each, and a manifest with their hashes."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recommender.arrays.kernels import Floats
from recommender.embeddings.static import FORMAT
from recommender.embeddings.vocabulary import Tokenizer
from recommender.text.normalize import eojeols

from .vocabulary import Vocabulary


def quantised(vectors: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Rows of -127..127 and the scale (v,) that gives them back; a zero row has scale 0."""
    scales = np.abs(vectors).max(axis=1) / 127
    rows = np.rint(vectors / np.where(scales == 0, 1, scales)[:, None])
    return rows.astype(np.int8), scales.astype(np.float32)


def frequencies(titles: Iterable[str], tokenizer: Tokenizer, size: int) -> NDArray[np.int32]:
    """(size,) in how many titles each token stands."""
    found: Counter[int] = Counter()
    for title in titles:
        found.update({token for eojeol in eojeols(title) for token in tokenizer.tokens(eojeol)})
    return np.array([found[place] for place in range(size)], dtype=np.int32)


def write(folder: Path, vocabulary: Vocabulary, vectors: Floats, titles: list[str], about: dict[str, object]) -> None:
    """All files of the model but its card and licence, which stand in the folder already."""
    folder.mkdir(parents=True, exist_ok=True)
    rows, scales = quantised(vectors)
    (folder / "vocabulary.txt").write_text("".join(f"{name}\n" for name in vocabulary.names), encoding="utf-8")
    arrays = {
        "costs": vocabulary.costs,
        "vectors": rows,
        "scales": scales,
        "frequency": frequencies(titles, vocabulary.tokenizer(), len(vocabulary.names)),
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)
    files = ["vocabulary.txt", *(f"{name}.npy" for name in arrays)]
    manifest = {
        "format": FORMAT,
        "dimensions": int(rows.shape[1]),
        "tokens": len(vocabulary.names),
        "pieces": len(vocabulary.costs),
        "documents": len(titles),
        **about,
        "files": {name: _stamp(folder / name) for name in files},
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")


def _stamp(path: Path) -> dict[str, object]:
    held = path.read_bytes()
    return {"size": len(held), "sha256": hashlib.sha256(held).hexdigest()}
