"""Does an article hold every word of a question of a few words?"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import common, distinct
from ..index.fields import HEADLINE, QueryVector, Rows
from ..text.analyzer import spelled
from ..text.normalize import eojeols, normalise
from ..text.synonyms import has_senses, other_sense
from ..text.terms import MARK, TAG, Groups, Question, Reading
from ..text.variants import name_of, parts_of, stands_in

if TYPE_CHECKING:
    from .model import Model

READ = 150  # candidates of a short query whose titles are read
_REMEMBERED = 20_000  # titles, some ten megabytes
_LONGEST = 400  # characters of a question that are read
NOT, BY_TERMS, IN_TITLE = 0, 1, 2  # how an article holds a question
_BY_CHANCE = 0.5  # articles that may hold all letters of a word without the word, below which all of them hold it
_SPACED = 4  # syllables of a word from which blanks and particles may stand inside it
_PRICES = ("값", "시세", "가격")  # what stands behind a word of one syllable: 금값
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
    by_terms = reduce(np.logical_or, (_meant(model, words, reading, rows) for reading in readings))
    held[by_terms] = BY_TERMS
    wanted = [(reading, Words.of(core(word) for word in reading.words)) for reading in readings]
    wanted[0][1].names.extend(_names_in(question.text, words))
    near, cut = np.lexsort((rows, -promise, ~by_terms))[:READ], model.analyzer.cut
    for at, row in zip(near.tolist(), rows[near].tolist(), strict=True):
        title, joined = _title(model, row)
        for reading, parts in wanted:
            holds = parts.may_stand(joined) and parts.in_title(title, cut) and _names(model, row, parts)
            if holds and not other_sense(words, reading.words, joined):
                held[at] = IN_TITLE
                break
    return held


def _names_in(text: str, words: Sequence[str]) -> list[str]:
    """The names of days and types that stand in a question, with their marks, of whose eojeols ``words`` are all."""
    pairs = [pair for pair in pairwise(words) if pair[1][0].isdigit()]
    names = [name for pair in pairs if (name := name_of(pair))]
    said = normalise(text[:_LONGEST]).lower().replace(" ", "_") if names else ""
    return [name for name in names if stands_in(said, name)]


def _meant(model: Model, asked: Sequence[str], reading: Reading, rows: Rows) -> NDArray[np.bool_]:
    """(m,) ``_by_terms`` of a reading, less the titles where one of its words has another sense."""
    held = _by_terms(model, reading, rows)
    if has_senses(reading.words) and reading.words != tuple(asked):
        for at in np.flatnonzero(held).tolist():
            held[at] = not other_sense(asked, reading.words, _title(model, int(rows[at]))[1])
    return held


def _names(model: Model, row: int, words: Words) -> bool:
    """Whether a title that holds the parts of each name of a day or of a type holds the names."""
    if not words.names:
        return True
    text = model.analyzer.aliases.apply(normalise(model.catalogue.headline(row)).lower())
    return all(stands_in(text, name) for name in words.names)


def only_syllables(question: Question) -> bool:
    """Whether each word of a question is one syllable, of which every other headline holds a trace: 불, 금."""
    words = question.text.split()
    return bool(words) and all(len(word) == 1 and "가" <= word <= "힣" for word in words)


def words_held(model: Model, question: Question, row: int) -> list[str]:
    """The words by which the title at ``row`` holds a question; none if it does not."""
    asked = Reading(tuple(spelled(question.text[:_LONGEST], model.analyzer.aliases)), question.groups)
    for reading in (asked, *question.readings):
        words = [core(word) for word in reading.words]
        if Words.of(words).in_title(_title(model, row)[0], model.analyzer.cut):
            return words
    return []


def _title(model: Model, row: int) -> tuple[list[str], str]:
    """The eojeols of a title, aliases joined, and all of them as one word.

    The last ones are remembered: short questions share most of theirs.
    """
    known = model.titles_read.get(row)
    if known is None:
        title = eojeols(model.analyzer.aliases.apply(normalise(model.catalogue.headline(row)).lower()))
        known = title, "".join(title)
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
    """Words of a question, of which ``inside`` may stand anywhere in a title, ``ahead`` where an eojeol starts;
    ``names`` of days and types in two parts (``variants``)."""

    inside: list[str]
    ahead: list[str]
    names: list[str]

    @classmethod
    def of(cls, cores: Iterable[str]) -> Words:
        """Hangul may stand anywhere, anything else and single letters at the start of an eojeol."""
        words = cls([], [], [])
        for part in cores:
            (words.names if parts_of(part) else words.inside if _anywhere(part) else words.ahead).append(part)
        return words

    def may_stand(self, joined: str) -> bool:
        """Whether a title, its eojeols ``joined``, holds the end of each word: a quick look, which most fail."""
        return all(part[-2:] in joined for part in self.inside) and all(part in joined for part in self.ahead)

    def in_title(self, title: Sequence[str], cut: Callable[[str], Sequence[str]] = lambda _: ()) -> bool:
        """Whether the eojeols of a title hold each word: what may stand anywhere also across blanks, what stands ahead
        with nothing but a particle behind. ``cut`` says the words of an eojeol: no short word is made of the end of one
        and the beginning of the next."""
        joined = "".join(title)
        for part in self.inside:
            if not (_whole(title, part, cut) if part in joined else part[-2:] in joined and _spaced(title, part)):
                return False
        if not all(any(_starts(eojeol, part, cut) for eojeol in title) for part in self.ahead):
            return False
        return all(one in joined and two in joined for one, two in map(parts_of, self.names))


def _anywhere(part: str) -> bool:
    return len(part) > 1 and all("가" <= char <= "힣" for char in part)


def _whole(title: Sequence[str], part: str, cut: Callable[[str], Sequence[str]]) -> bool:
    """Whether a word that stands in a title is no end of one word with the beginning of the next, if it is short."""
    if len(part) > 2:
        return True
    if any(eojeol.startswith(part) for eojeol in title):
        return True
    if any(one == part[0] and two.startswith(part[1]) for one, two in pairwise(title)):
        return True
    return any(_parted(eojeol, at, cut) for eojeol in title if (at := eojeol.find(part)) > 0)


def _parted(eojeol: str, start: int, cut: Callable[[str], Sequence[str]]) -> bool:
    """Whether no known word of an eojeol ends in the middle of the two syllables from ``start`` on: 주한미군 holds no
    한미."""
    words, two = cut(eojeol), eojeol[start : start + 2]
    return any(two in word for word in words) or not any(eojeol[: start + 1].endswith(w) for w in words if len(w) > 1)


def _spaced(title: Sequence[str], part: str) -> bool:
    """Whether eojeols in a row make up a long word, less their particles: 밥은 먹고 다니냐 is 밥먹고다니냐."""
    if len(part) < _SPACED:
        return False
    return any(eojeol[0] == part[0] and _made_of(title[at:], part) for at, eojeol in enumerate(title))


def _made_of(title: Sequence[str], part: str) -> bool:
    if not title:
        return False
    if len(part) > 1 and _starts(title[0], part):
        return True
    heads = {title[0], _PARTICLE.sub("", title[0])} - {""}
    return any(part.startswith(head) and head != part and _made_of(title[1:], part[len(head) :]) for head in heads)


def _starts(eojeol: str, part: str, cut: Callable[[str], Sequence[str]] = lambda _: ()) -> bool:
    if not eojeol.startswith(part):
        return False
    rest = eojeol.removeprefix(part)
    if len(part) == 1:
        return not rest or rest.startswith(_PRICES) or (_PARTICLE.sub("", eojeol) == part and not cut(eojeol))
    return not rest or "가" <= rest[0] <= "힣" or numbered(eojeol, part)


def _spells(way: Sequence[str], word: str) -> bool:
    """Whether the terms of a way spell a whole word, be it with a number behind it: HBM3E is one of HBM; the name of a
    type by its letters and its number: GLP-1."""
    parts = parts_of(word)
    if parts and (len(way) == 1 or (len(parts[0]) > 1 and parts[0].isalpha() and way[0] == parts[0])):
        return True
    return "".join(way) == word or word in way or (numbered(way[0], word) and len(way) == 1)


def numbered(term: str, word: str) -> bool:
    """Whether ``term`` is the Latin ``word`` with a number behind it."""
    return word.isascii() and word.isalpha() and term.startswith(word) and term[len(word) : len(word) + 1].isdigit()


def _by_terms(model: Model, reading: Reading, rows: Rows) -> NDArray[np.bool_]:
    """(m,) whether title and body hold, for every word, one of its ways, where that way spells the whole word, or all
    of its letters, where these hardly come together without it."""
    held = np.ones(len(rows), dtype=bool)
    translated = len(reading.groups) != len(reading.words)
    bodies = np.flatnonzero(model.fields.kinds(rows) != HEADLINE)
    for at, ways in enumerate(reading.groups):
        if translated:
            whole: Sequence[Sequence[str]] = [way for way in ways if not way[0].startswith(MARK)]
        else:
            whole = _whole_ways(model, reading.words[at], ways)
        any_way = np.zeros(len(rows), dtype=bool)
        for way in whole:
            if way[0].startswith(MARK):  # a headline alone is read as it is written
                any_way[bodies] |= _hold(model, way, rows[bodies])
            else:
                any_way |= _hold(model, way, rows)
        held &= any_way
    return held & bool(reading.groups)


def _whole_ways(model: Model, eojeol: str, ways: Iterable[Sequence[str]]) -> list[Sequence[str]]:
    """Of the ``ways`` to hold a word those that spell all of it, and the letters of a long one if they tell it."""
    word, tag = core(eojeol), (TAG + eojeol,)  # a word of a bracket tag in the title: [특징주]
    whole: list[Sequence[str]] = [
        way for way in ways if not way[0].startswith(MARK) and (way == tag or _spells(way, word))
    ]
    letters = [MARK + word[at : at + 2] for at in range(len(word) - 1)] if model.fields.has_bodies else []
    if len(letters) > 1 and _anywhere(word) and _by_chance(model, letters) < _BY_CHANCE:
        whole.append(letters)
    return whole


def _by_chance(model: Model, terms: Sequence[str]) -> float:
    """How many articles would hold all of ``terms`` if each stood anywhere."""
    places = [model.tfidf.terms.find(term) for term in terms]
    if min(places) < 0:
        return math.inf
    count = len(model)
    return count * math.prod(len(model.fields.rows_of(place)) / count for place in places)


def _hold(model: Model, way: Sequence[str], rows: Rows) -> NDArray[np.bool_]:
    """(m,) which of the articles at ``rows`` (m,) hold each term of a way."""
    places = [model.tfidf.terms.find(term) for term in way]
    if min(places) < 0 or not len(rows):
        return np.zeros(len(rows), dtype=bool)
    ids = np.array(sorted(set(places)), dtype=np.int64)
    flat = np.zeros(len(ids), dtype=np.float32)
    query = QueryVector(ids, flat, flat, flat, flat > 0, (0.0, 0.0), flat)
    return np.asarray((model.fields.codes(query, rows) > 0).all(axis=0))
