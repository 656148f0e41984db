"""Translates an English query, word by word, into words of a Korean corpus.

The base model has both languages in one space. Training embeds the words of the corpus there; a Latin word that the
corpus does not have is replaced by the nearest of them, if one is near enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats, dots, top_k
from ..arrays.stored import Arrays, Files
from ..arrays.strings import StringTable
from ..lazy import dataclass, pattern
from ..text.analyzer import Analyzer, Piece
from ..text.term_weights import function_words
from ..text.terms import TAG, Feature, Groups, features_of, ways_of
from .fused import BaseMeaning

NEAR = 0.45  # least cosine of a translation
_AGAIN = 0.85  # a second translation has at least this share of the best one's cosine
_MOST = 2  # translations of one word
_SCALE = 127
_LATIN = pattern("[a-z]{2,}")


class Translation(NamedTuple):
    """``phrase`` of the query, and the ids of the corpus words that translate it."""

    phrase: str
    term_ids: tuple[int, ...]


class Read(NamedTuple):
    """The features of a query, and for each of its words the sets of terms by which an article may match it."""

    features: tuple[Feature, ...]
    groups: Groups


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CrossLingual:
    """``term_ids`` (w,) int32: Hangul words in the vocabulary; ``vectors`` (w, m) int8: their unit rows, times 127."""

    term_ids: NDArray[np.int32]
    vectors: NDArray[np.int8]
    base: BaseMeaning

    @classmethod
    def of(cls, term_ids: NDArray[np.int32], rows: Floats, base: BaseMeaning) -> CrossLingual:
        """From the unit rows (w, m) of the words at ``term_ids`` of the vocabulary."""
        return cls(term_ids, np.rint(rows * _SCALE).astype(np.int8), base)

    @classmethod
    def silent(cls) -> CrossLingual:
        """A table that translates nothing."""
        return cls(np.zeros(0, np.int32), np.zeros((0, 0), np.int8), BaseMeaning(""))

    def arrays(self) -> Arrays:
        """See ``Component``."""
        return {"places": self.term_ids, "vectors": self.vectors}

    def document(self) -> None:
        """See ``Component``."""

    @classmethod
    def load(cls, files: Files, about: Mapping[str, Any]) -> CrossLingual:
        """See ``Component``."""
        return cls(files["places"], files["vectors"], BaseMeaning(about["base_model"]))

    def read(self, pieces: Sequence[Piece], analyzer: Analyzer, vocabulary: StringTable) -> Read:
        """The features of a query and, if most of its words are Latin, those of their translations.

        A Latin word that the vocabulary lacks is replaced by its translation. Function words are left out there unless
        there are no others: IT and WHO are names.
        """
        if 2 * len(_latin_words(pieces)) <= len(pieces):
            return Read(tuple(features_of(pieces)), tuple(map(ways_of, pieces)))
        pieces = [piece for piece in pieces if piece.eojeol not in function_words()] or list(pieces)
        translations = self.translated(_latin_words(pieces))
        features: list[Feature] = []
        groups: list[tuple[tuple[str, ...], ...]] = []
        for piece in pieces:
            translation = translations.get(piece.eojeol)
            ways: list[tuple[str, ...]] = []
            if translation is None or any(vocabulary.find(word) >= 0 for word in (*piece.words, TAG + piece.eojeol)):
                features += features_of([piece])
                ways += ways_of(piece)
            for phrase, term_id in (
                [(translation.phrase, term_id) for term_id in translation.term_ids] if translation else []
            ):
                for meant in analyzer.pieces(vocabulary[term_id]):
                    features += [Feature(f.term, f"{phrase} → {f.shown}") for f in features_of([meant])]
                    ways += ways_of(meant)
            if ways:
                groups.append(tuple(ways))
        return Read(tuple(features), tuple(groups))

    def translated(self, words: Sequence[str]) -> dict[str, Translation]:
        """The translation of each of these Latin ``words`` that has one.

        Two in a row that mean something together (special zone) are translated as one; the second then has an empty
        translation.
        """
        translations: dict[str, Translation] = {}
        if not words or not len(self.term_ids):
            return translations
        pairs = [f"{a} {b}" for a, b in pairwise(words)]
        cosine = self._cosine([*words, *pairs])
        best = cosine.max(axis=1)
        alone, together = best[: len(words)], best[len(words) :]
        at = 0
        while at < len(words):
            if at < len(pairs) and together[at] > max(alone[at], alone[at + 1], NEAR):
                translations[words[at]] = Translation(pairs[at], self._nearest(cosine[len(words) + at]))
                translations[words[at + 1]] = Translation(words[at + 1], ())
                at += 2
                continue
            if alone[at] >= NEAR:
                translations[words[at]] = Translation(words[at], self._nearest(cosine[at]))
            at += 1
        return translations

    def _cosine(self, texts: Sequence[str]) -> Floats:
        rows = self.base.encode((), texts) / np.float32(_SCALE)
        table = self.vectors.astype(np.float32)
        return np.stack([dots(table, row) for row in rows])

    def _nearest(self, cosine: Floats) -> tuple[int, ...]:
        chosen = top_k(cosine, _MOST, cosine >= _AGAIN * cosine.max())
        return tuple(self.term_ids[chosen].tolist())


def _latin_words(pieces: Sequence[Piece]) -> list[str]:
    return [piece.eojeol for piece in pieces if _LATIN.fullmatch(piece.eojeol)]
