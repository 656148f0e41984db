"""Does an article hold every word of a question of a few words?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import common, distinct
from ..index.fields import QueryVector, Rows
from ..text.analyzer import spelled
from ..text.normalize import eojeols, normalise
from ..text.terms import MARK, TAG, Groups, Question, Reading

if TYPE_CHECKING:
    from .model import Model

READ = 150  # candidates of a short query whose titles are read
_REMEMBERED = 20_000  # titles, some ten megabytes
_LONGEST = 400  # characters of a question that are read
NOT, BY_TERMS, IN_TITLE = 0, 1, 2  # how an article holds a question
# Particles and endings that may stand behind a word of a question; at least two letters of it are left.
_PARTICLE = re.compile(
    "(?:에서는|에서도|으로는|으로도|이라는|에게는|까지는|부터는|에서|에게|으로|까지|부터|처럼|보다|라며|이라|에도|에는|에선|"
    "와의|과의|로는|로도|하는|하고|해야|한다|했다|된다|됐다|[은는이가을를에의와과도로만서엔])$"
)


def matches(model: Model, question: Question, rows: Rows, promise: NDArray[np.floating]) -> NDArray[np.int64]:
    """(m,) ``IN_TITLE`` where the title holds every word as it is spelled, particles, blanks and aliases aside;
    ``BY_TERMS`` where title and body hold the terms of every word; else ``NOT``.

    Of the articles at ``rows`` (m,) the titles of ``READ`` are read: of those that hold the terms, and then of those
    of the most ``promise`` (m,).
    """
    aliases = model.analyzer.aliases
    words = spelled(question.text[:_LONGEST], aliases)
    held = np.zeros(len(rows), dtype=np.int64)
    if not words:
        return held
    readings = (Reading(tuple(words), question.groups), *question.readings)
    by_terms = reduce(np.logical_or, (_by_terms(model, reading, rows) for reading in readings))
    held[by_terms] = BY_TERMS
    wanted = [Words.of(core(word) for word in reading.words) for reading in readings]
    near = np.lexsort((rows, -promise, ~by_terms))[:READ]
    for at, row in zip(near.tolist(), rows[near].tolist(), strict=True):
        title = _title(model, row)
        if any(words.in_title(title) for words in wanted):
            held[at] = IN_TITLE
    return held


def _title(model: Model, row: int) -> list[str]:
    """The eojeols of a title, aliases joined. The last ones are remembered: short questions share most of theirs."""
    known = model.titles_read.get(row)
    if known is None:
        known = eojeols(model.analyzer.aliases.apply(normalise(model.catalogue.headline(row)).lower()))
        if len(model.titles_read) >= _REMEMBERED:
            model.titles_read.clear()
        model.titles_read[row] = known
    return known


def possible_matches(model: Model, question: Question) -> Rows:
    """Rows (m,) ascending of the articles that may hold every word of a question, each by one of its ways."""
    readings = [
        articles_with_all(model, groups) for groups in (question.groups, *(other.groups for other in question.readings))
    ]
    return distinct(np.concatenate(readings)) if len(readings) > 1 else readings[0]


def articles_with_all(model: Model, groups: Groups) -> Rows:
    """Rows (m,) ascending of the articles that hold each of ``groups`` by one of its ways."""
    per_word = [_articles_with(model, ways) for ways in groups]
    return reduce(common, per_word) if per_word else np.zeros(0, dtype=np.int64)


def _articles_with(model: Model, ways: Sequence[tuple[str, ...]]) -> Rows:
    rows = [np.zeros(0, dtype=np.int64)]
    for way in ways:
        places = [model.tfidf.terms.find(term) for term in way]
        if min(places) >= 0:
            rows.append(reduce(common, map(model.fields.rows_of, places)).astype(np.int64))
    return distinct(np.concatenate(rows))


def core(word: str) -> str:
    """A word without the particle behind it: 정부가 -> 정부."""
    bare = _PARTICLE.sub("", word) if word[-1:] >= "가" else word
    return bare if len(bare) > 1 else word


class Words(NamedTuple):
    """Words of a question, of which ``inside`` may stand anywhere in a title, ``ahead`` where an eojeol starts."""

    inside: list[str]
    ahead: list[str]

    @classmethod
    def of(cls, cores: Iterable[str]) -> Words:
        """Hangul may stand anywhere, anything else and single letters at the start of an eojeol."""
        sides: tuple[list[str], list[str]] = ([], [])
        for part in cores:
            sides[not _anywhere(part)].append(part)
        return cls(*sides)

    def in_title(self, title: Sequence[str]) -> bool:
        """Whether the eojeols of a title hold each word: what may stand anywhere also across blanks, what stands ahead
        with nothing but a particle behind."""
        joined = "".join(title)
        if not all(part in joined for part in self.inside):
            return False
        return all(any(_starts(eojeol, part) for eojeol in title) for part in self.ahead)


def _anywhere(part: str) -> bool:
    return len(part) > 1 and all("가" <= char <= "힣" for char in part)


def _starts(eojeol: str, part: str) -> bool:
    if not eojeol.startswith(part):
        return False
    rest = eojeol.removeprefix(part)
    if len(part) == 1:
        return not rest or core(eojeol) == part
    return not rest or "가" <= rest[0] <= "힣" or numbered(eojeol, part)


def _spells(way: Sequence[str], word: str) -> bool:
    """Whether the terms of a way spell a whole word, be it with a number behind it: HBM3E is one of HBM."""
    return "".join(way) == word or word in way or (numbered(way[0], word) and len(way) == 1)


def numbered(term: str, word: str) -> bool:
    """Whether ``term`` is the Latin ``word`` with a number behind it."""
    return word.isascii() and word.isalpha() and term.startswith(word) and term[len(word) : len(word) + 1].isdigit()


def _by_terms(model: Model, reading: Reading, rows: Rows) -> NDArray[np.bool_]:
    """(m,) whether title and body hold, for every word, one of its ways, where that way spells the whole word."""
    held, words = np.ones(len(rows), dtype=bool), reading.words
    vocabulary = model.tfidf.terms
    translated = len(reading.groups) != len(words)
    for at, ways in enumerate(reading.groups):
        any_way = np.zeros(len(rows), dtype=bool)
        for way in ways:
            tagged = way == (TAG + words[at],)  # a word of a bracket tag in the title: [특징주]
            whole = tagged or translated or _spells(way, core(words[at]))
            if way[0].startswith(MARK) or not whole:
                continue
            places = [vocabulary.find(term) for term in way]
            if min(places) >= 0:
                ids = np.array(sorted(set(places)), dtype=np.int64)
                flat = np.zeros(len(ids), dtype=np.float32)
                codes = model.fields.codes(QueryVector(ids, flat, flat, flat, flat > 0, (0.0, 0.0), flat), rows)
                any_way |= (codes > 0).all(axis=0)
        held &= any_way
    return held & bool(reading.groups)
