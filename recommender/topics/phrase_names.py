"""Phrases of a topic's headlines that could name it, the best first."""

from __future__ import annotations

import re
from collections import Counter

from ..text.analyzer import Analyzer
from .headlines import Phrase

_LONGEST_NAME = 24  # letters of a name
_CANDIDATES = 60  # phrases of a topic that are looked at closely
_SHARE_FOR_NAME = 0.75  # exponent of how many headlines hold a phrase
_OWN_FOR_NAME = (2.0, 1.0, 1.0, 1.0)  # exponent of the share of them that are the topic's own
_LENGTHS = (0.3, 1.0, 1.15, 1.05)  # what a name of 1 to 4 words is worth
_DATE = re.compile(r"\d+(?:\.\d+)?[년월일시분]?")
_AMOUNT = re.compile(r"\d[\d.,]*[가-힣]{1,2}")


def ranked(
    inside: Counter[Phrase], spread: Counter[Phrase], weight: dict[str, float], analyzer: Analyzer
) -> list[Phrase]:
    """Phrases by the weight of their words, how many headlines hold them, and how much they are the topic's own."""
    least = 2 if inside and max(inside.values()) > 1 else 1
    scored = []
    for phrase, seen in inside.items():
        text = " ".join(phrase)
        if seen < least or len(text) > _LONGEST_NAME or _repeats(phrase):
            continue
        told = [max((weight.get(w, 0.0) for w in analyzer.cut(eojeol)), default=0.0) for eojeol in phrase]
        if min(told) <= 0:
            continue
        own = (seen / spread[phrase]) ** _OWN_FOR_NAME[len(phrase) - 1]
        value = sum(told) / len(told) ** 0.5 * seen**_SHARE_FOR_NAME * own * _LENGTHS[len(phrase) - 1]
        scored.append((-round(value, 9), phrase))
    return [phrase for _, phrase in sorted(scored)[:_CANDIDATES]]


def _repeats(phrase: Phrase) -> bool:
    """포항 포항시: a word inside another; also numbers and dates."""
    pairs = [(a, b) for i, a in enumerate(phrase) for j, b in enumerate(phrase) if i != j]
    return any(a in b for a, b in pairs) or any(_DATE.fullmatch(w) or _AMOUNT.fullmatch(w) for w in phrase)
