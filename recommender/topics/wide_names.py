"""Names of broad topics: if a name does not cover its topic, a few words that together do, or one for leftovers."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from typing import NamedTuple

JOINER = "·"
LEFTOVERS = "기타"  # before the words of a topic that has little in common
AND_MORE = " 등"  # behind the words of one that is of more than they say
_WORD = 0.06  # share of a topic's headlines that each word of its name stands in at least ...
_NAME = 0.25  # ... and that hold any word of it ...
_ALONE = 0.6  # ... if the name is of one word
MOST = 0.45  # share of a topic's headlines from which the words of a name say what it is of
LITTLE = 0.3  # the same, below which several words say next to nothing
OWN_ALONE = 0.3  # share of the headlines with a word that must be the topic's, if that word alone is its name
_TOGETHER = 0.1  # share that the words of a joined name stand in; below, the topic is one of leftovers
_MIDDLE = 0.72  # cosine to the middle of the topic below which no word speaks for it
_NEAR = 0.75  # the same, of words that stand in less ...
_ENOUGH = 0.15  # ... than this share of its headlines
_PARTS = 3  # words of a joined name, and one more if so many do not say what the topic is of
_WIDER = 1.25  # how many times as many headlines must hold a word of the joined name for it to replace a phrase
_ADDS = 0.03  # share of the headlines that a further word must bring
_OWN = 1.5  # exponent of the share of a word's headlines that are the topic's own
_CENTRAL = 6.0  # exponent of how near its headlines are to the middle of the topic
_EACH = 0.5  # exponent of the share of the finer topics that a word is common in
_COMMON = 0.05  # share of a finer topic's headlines from which a word is common there
_HANGUL = re.compile(r"[가-힣]")
_BETWEEN = re.compile(rf"[{JOINER},: ]+")


class Candidate(NamedTuple):
    """A word that could be part of a name: the ``rows`` of the topic with it in their headlines, their share of all
    headlines with it (``own``), the share of the finer topics in which it is common (``spread``, 1.0 of one), the
    cosine of the mean of its rows to that of the topic (``central``), and its informativeness (``telling``)."""

    word: str
    rows: Set[int]
    own: float
    spread: float = 1.0
    central: float = 1.0
    telling: float = 1.0


def wide_enough(shares: Sequence[float], rows: Set[int], size: int) -> bool:
    """Whether a name whose words stand in these ``shares`` of ``size`` headlines, ``rows`` hold one, is wide."""
    return min(shares, default=0.0) >= _WORD and len(rows) >= (_ALONE if len(shares) == 1 else _NAME) * size


def wider(joined: Set[int], phrase: Set[int]) -> bool:
    """Whether a joined name is so much wider than a phrase that it is the better name."""
    return len(joined) > _WIDER * len(phrase)


def common(counts: Sequence[int], sizes: Sequence[int]) -> float:
    """The share of finer topics of these ``sizes`` in which a word ``counts`` so often is common."""
    return sum(count >= _COMMON * size for count, size in zip(counts, sizes, strict=True)) / max(1, len(sizes))


def joined_name(candidates: Sequence[Candidate], size: int) -> tuple[str, ...]:
    """Up to three words that together stand in the most of ``size`` headlines, the most telling first; one where it
    stands in most of them, or in a quarter and no other brings more, three or four where they say little."""
    chosen: list[Candidate] = []
    covered: set[int] = set()
    while len(chosen) < _PARTS + (len(covered) < MOST * size):
        free = [c for c in candidates if not any(c.word in d.word or d.word in c.word for d in chosen)]
        best = max(free, key=lambda c: (_worth(c, covered), -len(c.word), c.word), default=None)
        if best is None or not best.rows - covered:
            break
        enough = _NAME if len(chosen) == 1 else _TOGETHER
        if len(covered) >= enough * size and len(best.rows - covered) < _ADDS * size:
            break
        chosen.append(best)
        covered |= best.rows
        if len(chosen) == 1 and best.telling == 1 and len(covered) >= _ALONE * size:
            break
    return tuple(c.word for c in chosen)


def _worth(candidate: Candidate, covered: Set[int]) -> float:
    worth: float = len(candidate.rows - covered) * candidate.own**_OWN * candidate.spread**_EACH * candidate.telling
    return round(worth * nearness(candidate.central), 6)


def nearness(central: float) -> float:
    """The weight of a word whose headlines have this cosine to the centre of the topic: the headlines of one event or
    person lie at its edge."""
    value: float = max(0.0, central) ** _CENTRAL
    return value


def printed(parts: Sequence[str], rows: Set[int], size: int, central: float = 1.0) -> str:
    """The parts as one name; prefixed as leftovers if they occur in few of the topic's headlines, or if none of them
    (``central``, the best cosine) is near its centre."""
    far = central < _MIDDLE or (central < _NEAR and len(rows) < _ENOUGH * size)
    if len(rows) >= _TOGETHER * size and not far:
        return JOINER.join(parts)
    return f"{LEFTOVERS if _HANGUL.search(''.join(parts)) else 'Other'}: {', '.join(parts)}"


def with_more(name: str, share: float) -> str:
    """The name of a topic of no field, of whose headlines a share of ``share`` hold a word of it: words that say little
    end in ``등``, several that say next to nothing are of leftovers."""
    if share >= MOST or not _HANGUL.search(name) or name.startswith(f"{LEFTOVERS}: "):
        return name
    if share < LITTLE and JOINER in name:
        return f"{LEFTOVERS}: {', '.join(name.split(JOINER))}"
    return name + AND_MORE


def split_field(name: str) -> tuple[str, str]:
    """The field or the word for leftovers before a name, empty if there is none, and the name after it."""
    before, colon, words = name.removesuffix(AND_MORE).rpartition(": ")
    return (before, words) if colon else ("", words)


def same_words(name: str, other: str) -> bool:
    """Whether two names are of the same words, in whatever order and however they are joined."""
    return name.replace(" ", "") == other.replace(" ", "") or _words(name) == _words(other)


def _words(name: str) -> set[str]:
    return set(_BETWEEN.split(name.removesuffix(AND_MORE)))
