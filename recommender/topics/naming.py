"""Names of topics: a noun phrase from a topic's own headlines; key terms; representative headlines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats
from ..lazy import dataclass
from ..text.analyzer import Analyzer
from .headlines import Headlines, Phrase
from .nouns import noun_phrases
from .partition import centres_of
from .terms import ClassWeights, class_weights, heaviest
from .topic import EXAMPLES
from .wide_names import JOINER, same_words, wider
from .width import FITTING, Name, Width

_LONGEST_NAME = 24  # letters of a name
_CANDIDATES = 60  # phrases of a topic that are looked at closely
_SHARE_FOR_NAME = 0.75  # exponent of the number of headlines with a phrase
_OWN_FOR_NAME = (2.0, 1.0, 1.0, 1.0)  # exponent of the share of them that are the topic's own
_LENGTHS = (0.3, 1.0, 1.15, 1.05)  # weight of a name of 1 to 4 words
_DATE = re.compile(r"\d+(?:\.\d+)?[년월일시분]?")
_AMOUNT = re.compile(r"\d[\d.,]*[가-힣]{1,2}")
_VARIETY = 0.5  # weight of difference between the headlines that show a topic


@dataclass(frozen=True)
class Described:
    """A topic's name, its ``words`` without the field, ``alternatives`` to it, its terms (the heaviest first), rows
    of headlines that show it."""

    name: str
    words: str
    alternatives: tuple[str, ...]
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
    reserved: Iterable[str] = (),
    finer: NDArray[np.int32] | None = None,
) -> list[Described]:
    """The descriptions of ``count`` topics, the largest first; names are distinct, also from those ``reserved``.

    Of broad topics ``finer`` (n,) are the places of the fine ones: names are words that those have in common.
    """
    weights = class_weights(headlines.words, topic_of, count)
    used = set(reserved)
    width = Width(headlines, topic_of, count, finer, vectors)
    chosen = _choose(headlines, topic_of, weights, width, used)
    described = []
    for topic, name in enumerate(chosen):
        terms = heaviest(weights.heaviest(topic), headlines, width.headed(topic))
        fit = _examples(vectors, width.showing(name.words, topic))
        share = width.name_share(name, topic)
        full_name = headlines.news.called(name.text, width.members[topic], share)
        full_name = name.text if full_name in used else full_name
        used.add(full_name)
        described.append(Described(full_name, name.text, name.alternatives, terms, fit))
    return described


def _choose(
    headlines: Headlines,
    topic_of: NDArray[np.int32],
    weights: ClassWeights,
    width: Width,
    used: set[str],
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
    for topic in range(count):
        likely = [] if width.broad else _ranked(inside[topic], spread, weights.of(topic), headlines.analyzer)
        wide = width.nearest([p for p in noun_phrases(likely, headlines.kiwi) if width.fits(p, topic)], topic)
        fitting = [p for p in wide if not any(same_words(headlines.print(p), other) for other in used)][:FITTING]
        name = _wider(width.joined(topic, used), _phrase_name(headlines, fitting) if fitting else None, width, topic)
        if name is None:
            terms = heaviest(weights.heaviest(topic), headlines, width.headed(topic))
            name = Name(_fallback(terms, used, topic), frozenset(terms), ())
        used.add(name.text)
        chosen.append(name)
    return chosen


def _wider(joined: Name | None, phrase: Name | None, width: Width, topic: int) -> Name | None:
    """The phrase, unless the words of the joined name occur in many more headlines."""
    if joined is None or phrase is None:
        return phrase or joined
    return joined if wider(width.rows(joined.words, topic), width.rows(phrase.words, topic)) else phrase


def _phrase_name(headlines: Headlines, fitting: Sequence[Phrase]) -> Name:
    first, *others = map(headlines.print, fitting)
    words = (word for eojeol in fitting[0] for word in headlines.analyzer.cut(eojeol) or (eojeol,))
    return Name(first, frozenset(words), tuple(others))


def _fallback(terms: Sequence[str], used: set[str], topic: int) -> str:
    joined = (JOINER.join(terms[:size]) for size in (3, 2, 1, 4))
    return next((name for name in joined if name and name not in used), f"{topic + 1}")


def _ranked(
    inside: Counter[Phrase], spread: Counter[Phrase], weight: dict[str, float], analyzer: Analyzer
) -> list[Phrase]:
    """Phrases by the weight of their words, how many headlines hold them, and how much they are the topic's own."""
    min_count = 2 if inside and max(inside.values()) > 1 else 1
    scored = []
    for phrase, count in inside.items():
        text = " ".join(phrase)
        if count < min_count or len(text) > _LONGEST_NAME or _repeats(phrase):
            continue
        word_weights = [max((weight.get(w, 0.0) for w in analyzer.cut(eojeol)), default=0.0) for eojeol in phrase]
        if min(word_weights) <= 0:
            continue
        own = (count / spread[phrase]) ** _OWN_FOR_NAME[len(phrase) - 1]
        value = sum(word_weights) / len(word_weights) ** 0.5 * count**_SHARE_FOR_NAME * own * _LENGTHS[len(phrase) - 1]
        scored.append((-round(value, 9), phrase))
    return [phrase for _, phrase in sorted(scored)[:_CANDIDATES]]


def _repeats(phrase: Phrase) -> bool:
    """포항 포항시: a word inside another; also numbers and dates."""
    pairs = [(a, b) for i, a in enumerate(phrase) for j, b in enumerate(phrase) if i != j]
    return any(a in b for a, b in pairs) or any(_DATE.fullmatch(w) or _AMOUNT.fullmatch(w) for w in phrase)


def _examples(vectors: Floats, members: NDArray[np.int64]) -> tuple[int, ...]:
    """Members near the centre that differ from one another (maximal marginal relevance)."""
    if not len(members):
        return ()
    centre = centres_of(vectors[members], np.zeros(len(members), dtype=np.int64))[0]
    cosine = vectors[members] @ centre
    pool = members[np.argsort(-cosine.round(6), kind="stable")[:50]]
    relevance = vectors[pool] @ centre
    chosen: list[int] = []
    while len(chosen) < min(EXAMPLES, len(pool)):
        redundancy = (vectors[pool] @ vectors[pool[chosen]].T).max(axis=1) if chosen else np.zeros(len(pool))
        value = ((1 - _VARIETY) * relevance - _VARIETY * redundancy).round(6)
        value[chosen] = -np.inf
        chosen.append(int(value.argmax()))
    return tuple(int(pool[i]) for i in chosen)
