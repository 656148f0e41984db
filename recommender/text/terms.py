"""The terms of a text: its words, the character bigrams of their stems, and what a question asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..lazy import dataclass
from ..text.analyzer import Piece, stem_of
from ..text.normalize import eojeols, normalise, split_tags
from ..text.term_weights import is_number, is_stock

if TYPE_CHECKING:
    from ..text.spelling import Correction


TAG = "#"  # stands before a word of a bracket tag: [포토], [속보]; only a question of a few words asks for it
MARK = "~"  # stands before a character bigram, so that it is never taken for a word


Groups = tuple[tuple[tuple[str, ...], ...], ...]


class Reading(NamedTuple):
    """Another way to read a question of a few words: its ``words`` as a title may spell them, and its ``groups``."""

    words: tuple[str, ...]
    groups: Groups


class Feature(NamedTuple):
    """A term of the vocabulary and the word of the text that a person would name for it."""

    term: str
    shown: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a headline with its features, the words of a body and the terms of its ``lead`` (words and
    bigrams), or the stored article at ``row``. ``groups``: for each word of the headline the sets of terms by any of
    which an article holds it. ``corrections``: typing errors that were mended in ``text``. ``headed``: whether the text
    is a headline of its own, not the start of the body. ``vector`` (m,) what an encoder of the asker's own makes of it.
    ``compounds``: the words of each eojeol of the headline that has several. ``pairs``: which words of a text stand one
    behind another (``index.phrases``), if the articles are known by that.
    """

    text: str
    features: tuple[Feature, ...]
    body: tuple[str, ...] = ()
    row: int | None = None
    lead: tuple[str, ...] = ()
    groups: Groups = ()
    readings: tuple[Reading, ...] = ()
    corrections: tuple[Correction, ...] = ()
    headed: bool = True
    vector: NDArray[np.float32] | None = None
    compounds: tuple[tuple[str, ...], ...] = ()
    pairs: NDArray[np.uint16] | None = field(default=None, compare=False)

    @property
    def terms(self) -> list[str]:
        return [feature.term for feature in self.features]


def compounds_of(pieces: Sequence[Piece]) -> tuple[tuple[str, ...], ...]:
    """The words of each eojeol that has several: of 대한해양조선 three, of which one firm makes two names."""
    return tuple(piece.words for piece in pieces if len(piece.words) > 1)


def features_of(pieces: Sequence[Piece]) -> list[Feature]:
    """The features of a headline: its words, and the character bigrams of each eojeol less its particle."""
    return [feature for piece in pieces for feature in _features(piece)]


@lru_cache(maxsize=20_000)  # texts share most of their words
def _features(piece: Piece) -> tuple[Feature, ...]:
    stem = stem_of(piece.eojeol, piece.words)
    words = (Feature(word, word if word in stem else stem) for word in piece.words)
    shown = _word_at_each_letter(stem, piece.words)
    pairs = _bigrams_of(stem, single=not piece.words)
    return (*words, *(Feature(bigram, shown[letter]) for letter, bigram in pairs))


def _word_at_each_letter(stem: str, words: Sequence[str]) -> list[str]:
    """The word that a reader sees at each letter of ``stem``; all of it where no word stands there as it is, as in a
    verb or another name."""
    shown = [stem] * len(stem)
    end = 0
    for word in words:
        if (begin := stem.find(word, end)) >= 0:
            end = begin + len(word)
            shown[begin:] = [word] * (len(stem) - begin)
    return shown


def bigrams_of(stem: str, *, single: bool = False) -> list[str]:
    """The character bigrams of a word with its edges, marked.

    Digits make none: 4680 and 4680만원, 7000 and 8700 have nothing in common by their figures; stock words make none
    either. ``single``: the word has no other feature, so that all of it counts.
    """
    return [bigram for _, bigram in _bigrams_of(stem, single=single)]


def _bigrams_of(stem: str, *, single: bool) -> list[tuple[int, str]]:
    """``bigrams_of`` with the letter of ``stem`` at which each begins; that of its first edge is the first."""
    if not single and (is_number(stem) or is_stock(stem)):
        return []
    pairs = enumerate(pairwise(f"_{stem}_"))
    return [
        (max(at - 1, 0), f"{MARK}{one}{other}")
        for at, (one, other) in pairs
        if single or not (one.isdigit() or other.isdigit())
    ]


def tag_terms(headline: str) -> list[str]:
    """The words of the bracket tags of a headline, marked."""
    if "[" not in headline and "(" not in headline and "【" not in headline and "<" not in headline:
        return []
    tags, _ = split_tags(normalise(headline))
    return [TAG + word for tag in tags for word in eojeols(tag)]


@lru_cache(maxsize=20_000)
def ways_of(piece: Piece) -> tuple[tuple[str, ...], ...]:
    """The sets of terms by any of which an article holds a word: as its parts, or as a stretch of its title."""
    stem = stem_of(piece.eojeol, piece.words)
    inner = tuple(MARK + stem[i : i + 2] for i in range(len(stem) - 1)) if not re.search("[0-9]", stem) else ()
    ways = (piece.words, inner or tuple(bigrams_of(stem, single=not piece.words)), (TAG + piece.eojeol,))
    return tuple(way for way in ways if way)


def body_terms(pieces: Sequence[Piece], limit: int) -> list[str]:
    """The first ``limit`` words of a body; bigrams stay out of it."""
    words = [word for piece in pieces for word in piece.words]
    return words[:limit]
