"""A question in English, asked of a Korean corpus: its words by the words of the corpus that mean the same.

The base model has learned both languages in one space. The words of the corpus are placed there at training; a
Latin word that the corpus does not know is replaced by those nearest to it, if any is near.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats, dots, top_k
from ..arrays.stored import Arrays, Files
from ..arrays.strings import StringTable
from ..text.analyzer import Analyzer, Piece
from ..text.term_weights import function_words
from ..text.terms import TAG, Feature, Groups, features_of, ways_of
from .fused import BaseMeaning

NEAR = 0.45  # cosine from which a word of the corpus is taken for a translation
_AGAIN = 0.85  # share of the best one's cosine from which another one counts too
_MOST = 2  # translations of one word
_SCALE = 127
_LATIN = re.compile("[a-z]{2,}")


class Translation(NamedTuple):
    """``said`` in the question, and the words of the corpus at ``places`` of its vocabulary."""

    said: str
    places: tuple[int, ...]


class Read(NamedTuple):
    """A question read: its features, and for each of its words the sets of terms by which an article holds it."""

    features: tuple[Feature, ...]
    groups: Groups


@dataclass(frozen=True, slots=True)
class CrossLingual:
    """``places`` (w,) int32: Hangul words in the vocabulary; ``vectors`` (w, m) int8: their unit rows, times 127."""

    places: NDArray[np.int32]
    vectors: NDArray[np.int8]
    base: BaseMeaning

    @classmethod
    def of(cls, places: NDArray[np.int32], rows: Floats, base: BaseMeaning) -> CrossLingual:
        """From the unit rows (w, m) of the words at ``places`` of the vocabulary."""
        return cls(places, np.rint(rows * _SCALE).astype(np.int8), base)

    @classmethod
    def silent(cls) -> CrossLingual:
        """One that translates nothing."""
        return cls(np.zeros(0, np.int32), np.zeros((0, 0), np.int8), BaseMeaning(""))

    def arrays(self) -> Arrays:
        """See ``Component``."""
        return {"places": self.places, "vectors": self.vectors}

    def document(self) -> None:
        """See ``Component``."""

    @classmethod
    def load(cls, files: Files, about: Mapping[str, Any]) -> CrossLingual:
        """See ``Component``."""
        return cls(files["places"], files["vectors"], BaseMeaning(about["base_model"]))

    def read(self, pieces: Sequence[Piece], analyzer: Analyzer, vocabulary: StringTable) -> Read:
        """The features of a question; if most of it is Latin words, also those of the words that stand for them.

        A Latin word that the vocabulary lacks gives way to what stands for it. Function words say nothing there, unless
        there is no other: IT and WHO are names.
        """
        if 2 * len(_latin(pieces)) <= len(pieces):
            return Read(tuple(features_of(pieces)), tuple(map(ways_of, pieces)))
        pieces = [piece for piece in pieces if piece.eojeol not in function_words()] or list(pieces)
        told = self.translated(_latin(pieces))
        found: list[Feature] = []
        groups: list[tuple[tuple[str, ...], ...]] = []
        for piece in pieces:
            stands = told.get(piece.eojeol)
            ways: list[tuple[str, ...]] = []
            if stands is None or any(vocabulary.find(word) >= 0 for word in (*piece.words, TAG + piece.eojeol)):
                found += features_of([piece])
                ways += ways_of(piece)
            for said, place in [(stands.said, place) for place in stands.places] if stands else []:
                for meant in analyzer.pieces(vocabulary[place]):
                    found += [Feature(f.term, f"{said} → {f.shown}") for f in features_of([meant])]
                    ways += ways_of(meant)
            if ways:
                groups.append(tuple(ways))
        return Read(tuple(found), tuple(groups))

    def translated(self, words: Sequence[str]) -> dict[str, Translation]:
        """What stands for each of these Latin ``words``, as far as anything does.

        Two in a row that mean something together (special zone) are translated as one, and nothing more stands for
        the second.
        """
        found: dict[str, Translation] = {}
        if not words or not len(self.places):
            return found
        pairs = [f"{a} {b}" for a, b in pairwise(words)]
        cosine = self._cosine([*words, *pairs])
        best = cosine.max(axis=1)
        alone, together = best[: len(words)], best[len(words) :]
        at = 0
        while at < len(words):
            if at < len(pairs) and together[at] > max(alone[at], alone[at + 1], NEAR):
                found[words[at]] = Translation(pairs[at], self._nearest(cosine[len(words) + at]))
                found[words[at + 1]] = Translation(words[at + 1], ())
                at += 2
                continue
            if alone[at] >= NEAR:
                found[words[at]] = Translation(words[at], self._nearest(cosine[at]))
            at += 1
        return found

    def _cosine(self, texts: Sequence[str]) -> Floats:
        rows = self.base.encode((), texts) / np.float32(_SCALE)
        table = self.vectors.astype(np.float32)
        return np.stack([dots(table, row) for row in rows])

    def _nearest(self, cosine: Floats) -> tuple[int, ...]:
        chosen = top_k(cosine, _MOST, cosine >= _AGAIN * cosine.max())
        return tuple(self.places[chosen].tolist())


def _latin(pieces: Sequence[Piece]) -> list[str]:
    return [piece.eojeol for piece in pieces if _LATIN.fullmatch(piece.eojeol)]
