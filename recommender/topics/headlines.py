"""Headlines as the source of names: their phrases, words and spellings."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from kiwipiepy import Kiwi
from numpy.typing import NDArray

from ..lazy import dataclass
from ..text.analyzer import Analyzer, plain, stem_of
from ..text.normalize import normalise
from .news_fields import FieldFinder
from .word_value import is_role, like_a_person

_LONGEST = 4  # words of a name
_LABELLED = 0.6  # share of the headlines with a word that have it in brackets, from which it is a column's name
_SURFACE = re.compile(r"[0-9A-Za-z가-힣&.]+")
_BRACKET = re.compile(r"[\[<【〈［]([^\]>】〉］]{1,20})[\]>】〉］]")
Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Headlines:
    """n headlines: the distinct ``phrases`` and words (``heads``) of each; the ``words`` of the article; the printed
    ``spelling`` of words; Kiwi, to recognise nouns; and the headlines as ``shown``."""

    phrases: Sequence[tuple[Phrase, ...]]
    heads: Sequence[tuple[str, ...]]
    words: Sequence[list[str]]
    spelling: dict[str, str]
    analyzer: Analyzer
    originals: NDArray[np.bool_]
    kiwi: Kiwi
    labels: frozenset[str] = frozenset()
    shown: Sequence[str] = ()

    @classmethod
    def of(
        cls,
        shown: Sequence[str],
        words: Sequence[list[str]],
        analyzer: Analyzer,
        duplicate_of: NDArray[np.int32],
        kiwi: Kiwi,
        stop_words: Iterable[str] = (),
    ) -> Headlines:
        """Of n headlines as ``shown``, with the ``words`` of their articles; no name will hold a stop word."""
        printed: dict[str, Counter[str]] = defaultdict(Counter)
        for title in shown:
            for surface in _SURFACE.findall(normalise(title)):
                if not surface.islower():
                    printed[surface.lower()][surface] += 1
        spelling = {low: min(c, key=lambda s: (-c[s], s)) for low, c in printed.items()}
        originals = duplicate_of == np.arange(len(shown))
        excluded = frozenset(map(plain, stop_words))
        interned: dict[str, str] = {}
        phrases, heads = [], []
        for title, original in zip(shown, originals, strict=True):
            chosen = _allowed(_phrases(title, analyzer), excluded, analyzer) if original else ()
            phrases.append(tuple(dict.fromkeys(tuple(interned.setdefault(w, w) for w in phrase) for phrase in chosen)))
            words_in = dict.fromkeys(analyzer.words(title)) if original else {}
            heads.append(tuple(interned.setdefault(word, word) for word in words_in if word not in excluded))
        return cls(phrases, heads, words, spelling, analyzer, originals, kiwi, _labels(shown, phrases, heads), shown)

    @cached_property
    def news(self) -> FieldFinder:
        """The finder of news fields for these headlines."""
        return FieldFinder.of(self.shown)

    def people(self) -> frozenset[str]:
        """Words of the form of a person's name that Kiwi tags as a name, or that an office follows."""
        names = {
            p[0] for items in self.phrases for p in items if len(p) == 2 and is_role(p[1]) and like_a_person(p[0], True)
        }
        formed = sorted({word for items in self.heads for word in items if like_a_person(word)})
        for word, tokens in zip(formed, self.kiwi.tokenize(formed), strict=True):
            if len(tokens) == 1 and tokens[0].tag == "NNP":
                names.add(word)
        return frozenset(names)

    def print(self, phrase: Iterable[str]) -> str:
        """A phrase as people spell it: sk온 -> SK온, lfp -> LFP."""
        return " ".join(self._spelled(word) for word in phrase)

    def _spelled(self, word: str) -> str:
        if word in self.spelling:
            return self.spelling[word]
        latin = re.match(r"[a-z&.]+", word)
        head = latin.group() if latin else ""
        return self.spelling.get(head, head) + word[len(head) :]


def _labels(
    shown: Sequence[str], phrases: Sequence[tuple[Phrase, ...]], heads: Sequence[tuple[str, ...]]
) -> frozenset[str]:
    """Words that are in brackets in most of their headlines, as names of columns are: [fn스트리트]."""
    inside: Counter[str] = Counter()
    everywhere: Counter[str] = Counter()
    for title, singles, words_of in zip(shown, phrases, heads, strict=True):
        words = {*words_of, *(phrase[0] for phrase in singles if len(phrase) == 1)}
        everywhere.update(words)
        brackets = " ".join(_BRACKET.findall(title)) if words else ""
        inside.update(word for word in words if brackets and word in normalise(brackets).lower())
    return frozenset(word for word, seen in inside.items() if seen >= _LABELLED * everywhere[word])


def _phrases(title: str, analyzer: Analyzer) -> Iterable[Phrase]:
    """1 to 4 neighbouring eojeols of a headline; only the last may have lost a particle.

    A stretch ends at punctuation, so that no name runs over a comma or a quotation.
    """
    for stretch in re.split(r"[^0-9A-Za-z가-힣&.\s\u00c0-\u9fff]+|\.{2,}|\.\s", normalise(title)):
        pieces = [p for p in analyzer.pieces(stretch) if p.eojeol]
        stems = [stem_of(p.eojeol, p.words) if p.words else "" for p in pieces]
        for start in range(len(pieces)):
            for end in range(start, min(start + _LONGEST, len(pieces))):
                if stems[end]:
                    yield (*(p.eojeol for p in pieces[start:end]), stems[end])
                if stems[end] != pieces[end].eojeol:
                    break


def _allowed(phrases: Iterable[Phrase], excluded: frozenset[str], analyzer: Analyzer) -> Iterable[Phrase]:
    """Phrases without a word that is ``excluded``."""
    if not excluded:
        return phrases
    return (p for p in phrases if excluded.isdisjoint(p) and not any(excluded & {*analyzer.cut(e)} for e in p))
