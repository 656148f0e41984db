"""Names that people read: a noun phrase out of a topic's own headlines; key terms; headlines that show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats
from .examples import examples_of
from .headlines import Headlines, Phrase
from .nouns import noun_phrases
from .phrase_names import ranked
from .terms import ClassWeights, class_weights, heaviest
from .wide_names import JOINER, same_words, wider
from .width import FITTING, Name, Width


@dataclass(frozen=True)
class Described:
    """A topic's name, its ``words`` without the field, others that ``would_do``, its terms (the heaviest first), rows
    of headlines that show it."""

    name: str
    words: str
    would_do: tuple[str, ...]
    terms: tuple[str, ...]
    examples: tuple[int, ...]


def named(headlines: Headlines, topic_of: NDArray[np.int32], count: int) -> list[str]:
    """The names of ``count`` topics, the largest first; ``topic_of`` (n,) the place of each headline, -1 for none."""
    weights = class_weights(headlines.words, topic_of, count)
    width = Width(headlines, topic_of, count)
    return [name.text for name in _choose(headlines, topic_of, weights, width, set())]


def describe(
    headlines: Headlines,
    topic_of: NDArray[np.int32],
    vectors: Floats,
    count: int,
    given: Iterable[str] = (),
    finer: NDArray[np.int32] | None = None,
) -> list[Described]:
    """What each of the ``count`` topics is called, the largest first; no two alike, none like a ``given`` name.

    Of broad topics ``finer`` (n,) are the places of the fine ones: names are words that those have in common.
    """
    weights = class_weights(headlines.words, topic_of, count)
    taken = set(given)
    width = Width(headlines, topic_of, count, finer, vectors)
    chosen = _choose(headlines, topic_of, weights, width, taken)
    found = []
    for place, name in enumerate(chosen):
        terms = heaviest(weights.heaviest(place), headlines, width.headed(place))
        fit = examples_of(vectors, width.showing(name.words, place))
        told = width.told(name, place)
        called = headlines.news.called(name.text, width.members[place], told)
        called = name.text if called in taken else called
        taken.add(called)
        found.append(Described(called, name.text, name.would_do, terms, fit))
    return found


def _choose(
    headlines: Headlines,
    topic_of: NDArray[np.int32],
    weights: ClassWeights,
    width: Width,
    taken: set[str],
) -> list[Name]:
    """The name of each topic: a phrase of its headlines that is as wide as the topic; else some of its words."""
    count = width.count
    spread: Counter[Phrase] = Counter()
    inside: list[Counter[Phrase]] = [Counter() for _ in range(count)]
    for row, phrases in enumerate(headlines.phrases):
        spread.update(phrases)
        if topic_of[row] >= 0:
            inside[topic_of[row]].update(phrases)
    chosen = []
    for place in range(count):
        likely = [] if width.broad else ranked(inside[place], spread, weights.of(place), headlines.analyzer)
        wide = width.nearest([p for p in noun_phrases(likely, headlines.kiwi) if width.fits(p, place)], place)
        fitting = [p for p in wide if not any(same_words(headlines.print(p), other) for other in taken)][:FITTING]
        name = _wider(width.joined(place, taken), _phrase_name(headlines, fitting) if fitting else None, width, place)
        if name is None:
            terms = heaviest(weights.heaviest(place), headlines, width.headed(place))
            name = Name(_fallback(terms, taken, place), frozenset(terms), ())
        taken.add(name.text)
        chosen.append(name)
    return chosen


def _wider(joined: Name | None, phrase: Name | None, width: Width, place: int) -> Name | None:
    """The phrase, unless the joined name stands in many more headlines."""
    if joined is None or phrase is None:
        return phrase or joined
    return joined if wider(width.rows(joined.words, place), width.rows(phrase.words, place)) else phrase


def _phrase_name(headlines: Headlines, fitting: Sequence[Phrase]) -> Name:
    first, *others = map(headlines.print, fitting)
    words = (word for eojeol in fitting[0] for word in headlines.analyzer.cut(eojeol) or (eojeol,))
    return Name(first, frozenset(words), tuple(others))


def _fallback(terms: Sequence[str], taken: set[str], place: int) -> str:
    joined = (JOINER.join(terms[:size]) for size in (3, 2, 1, 4))
    return next((name for name in joined if name and name not in taken), f"{place + 1}")
