"""Does an article hold every word of a question of a few words?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import partial, reduce
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import common, distinct
from ..index.fields import HEADLINE, Rows
from ..index.query_vector import QueryVector
from ..text.analyzer import spelled
from ..text.normalize import eojeols, normalise
from ..text.synonyms import has_senses, other_sense
from ..text.terms import MARK, TAG, Groups, Question, Reading
from ..text.variants import name_of, parts_of, stands_in
from .title_words import Words, anywhere, core, numbered

if TYPE_CHECKING:
    from .model import Model

READ = 150  # candidates of a short query whose titles are read
_REMEMBERED = 20_000  # titles, some ten megabytes
_LONGEST = 400  # characters of a question that are read
NOT, BY_TERMS, IN_TITLE = 0, 1, 2  # how an article holds a question
_BY_CHANCE = 0.5  # articles that may hold all letters of a word without the word, below which all of them hold it


def matches(model: Model, question: Question, rows: Rows, promise: NDArray[np.floating]) -> NDArray[np.int64]:
    """(m,) ``IN_TITLE`` where the title holds every word as it is spelled, particles, blanks and aliases aside;
    ``BY_TERMS`` where title and body hold the terms of every word, those of a compound side by side, or anywhere if no
    article holds them so; else ``NOT``.

    Of the articles at ``rows`` (m,) the titles of ``READ`` are read: of those that hold the terms, and then of those
    of the most ``promise`` (m,).
    """
    aliases = model.analyzer.aliases
    words = spelled(question.text[:_LONGEST], aliases)
    held = np.zeros(len(rows), dtype=np.int64)
    if not words:
        return held
    readings = (Reading(tuple(words), question.groups), *question.readings)
    side_by_side, by_terms = reduce(np.logical_or, (_meant(model, words, reading, rows) for reading in readings))
    held[side_by_side] = BY_TERMS
    wanted = [(reading, Words.of(core(word) for word in reading.words)) for reading in readings]
    wanted[0][1].names.extend(_names_in(question.text, words))
    near, cut, spread = np.lexsort((rows, -promise, ~by_terms))[:READ], model.analyzer.cut, partial(_spread, model)
    for at, row in zip(near.tolist(), rows[near].tolist(), strict=True):
        title, joined = _title(model, row)
        for reading, parts in wanted:
            holds = parts.may_stand(joined) and parts.in_title(title, cut, spread) and _names(model, row, parts)
            if holds and not other_sense(words, reading.words, joined):
                held[at] = IN_TITLE
                break
    if not held.any():
        held[by_terms] = BY_TERMS
    return held


def _names_in(text: str, words: Sequence[str]) -> list[str]:
    """The names of days and types that stand in a question, with their marks, of whose eojeols ``words`` are all."""
    pairs = [pair for pair in pairwise(words) if pair[1][0].isdigit()]
    names = [name for pair in pairs if (name := name_of(pair))]
    said = normalise(text[:_LONGEST]).lower().replace(" ", "_") if names else ""
    return [name for name in names if stands_in(said, name)]


def _meant(model: Model, asked: Sequence[str], reading: Reading, rows: Rows) -> NDArray[np.bool_]:
    """(2, m) ``_by_terms`` of a reading, less the titles where one of its words has another sense."""
    held = _by_terms(model, reading, rows)
    if has_senses(reading.words) and reading.words != tuple(asked):
        for at in np.flatnonzero(held[1]).tolist():
            held[:, at] &= not other_sense(asked, reading.words, _title(model, int(rows[at]))[1])
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
    title, joined = _title(model, row)
    for reading in (asked, *question.readings):
        words = [core(word) for word in reading.words]
        if Words.of(words).in_title(title, model.analyzer.cut, partial(_spread, model)):
            return [word if word in joined else bare for word, bare in zip(reading.words, words, strict=True)]
    return []


def _spread(model: Model, word: str) -> int:
    """How many articles hold a word."""
    place = model.tfidf.terms.find(word)
    return len(model.fields.rows_of(place)) if place >= 0 else 0


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


def _spells(way: Sequence[str], word: str) -> bool:
    """Whether the terms of a way spell a whole word, be it with a number behind it: HBM3E is one of HBM; the name of a
    type by its letters and its number: GLP-1."""
    parts = parts_of(word)
    if parts and (len(way) == 1 or (len(parts[0]) > 1 and parts[0].isalpha() and way[0] == parts[0])):
        return True
    return "".join(way) == word or word in way or (numbered(way[0], word) and len(way) == 1)


def _by_terms(model: Model, reading: Reading, rows: Rows) -> NDArray[np.bool_]:
    """(2, m) whether title and body hold, for every word, one of its ways, where that way spells the whole word, or all
    of its letters, where these hardly come together without it: the parts of a compound side by side, and anywhere.

    Of a thousand whole articles that hold both parts of 물류서비스 some half hold the compound.
    """
    held = np.ones((2, len(rows)), dtype=bool)
    translated = len(reading.groups) != len(reading.words)
    bodies = np.flatnonzero(model.fields.kinds(rows) != HEADLINE)
    for at, ways in enumerate(reading.groups):
        if translated:
            whole: Sequence[Sequence[str]] = [way for way in ways if not way[0].startswith(MARK)]
        else:
            whole = _whole_ways(model, reading.words[at], ways)
        any_way = np.zeros((2, len(rows)), dtype=bool)
        for way in whole:
            if way[0].startswith(MARK):  # a headline alone is read as it is written
                any_way[:, bodies] |= _hold(model, way, rows[bodies])
            else:
                any_way |= _side_by_side(model, way, rows)
        held &= any_way
    return held & bool(reading.groups)


def _side_by_side(model: Model, way: Sequence[str], rows: Rows) -> NDArray[np.bool_]:
    """(2, m) which of the articles at ``rows`` (m,) hold the terms of a way as one word, by its letters, and at all."""
    held, word = _hold(model, way, rows), "".join(way)
    whole = any(all(part in term for part in way) for term in way)  # 상용화 and 상용, which is a part of it
    if len(way) == 1 or whole or not anywhere(word) or not held.any():
        return np.stack([held, held])
    letters = [MARK + word[at : at + 2] for at in range(len(word) - 1)]
    return np.stack([held & _hold(model, letters, rows), held])


def _whole_ways(model: Model, eojeol: str, ways: Iterable[Sequence[str]]) -> list[Sequence[str]]:
    """Of the ``ways`` to hold a word those that spell all of it, and the letters of a long one if they tell it."""
    word, tag = core(eojeol), (TAG + eojeol,)  # a word of a bracket tag in the title: [특징주]
    whole: list[Sequence[str]] = [
        way for way in ways if not way[0].startswith(MARK) and (way == tag or _spells(way, word))
    ]
    letters = [MARK + word[at : at + 2] for at in range(len(word) - 1)] if model.fields.has_bodies else []
    if len(letters) > 1 and anywhere(word) and _by_chance(model, letters) < _BY_CHANCE:
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
