"""Other ways to read a question of a few words, where the archive holds them.

A blank stands inside a word or is missing between those of a bracket tag (쌀 값, 오늘의날씨); a name has a number
behind it (HBM, HBM3E) or an ordinal before it (1194회, 제1194회); a number, a day or a type is written otherwise
(84㎡, 10·15, KF-21); countries stand side by side (미중); a Latin word stands for its letters (엘지) or for what only a
question may take for the same (AI).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from ..lazy import pattern
from ..text import letter_names
from ..text.analyzer import Piece, is_word_sign, stem_of
from ..text.countries import countries_in, row_of
from ..text.synonyms import synonyms_of
from ..text.term_weights import is_number
from ..text.terms import MARK, TAG, Groups, Reading, ways_of
from ..text.variants import name_of, names_as, numbers_as, parts_of
from .spellers import rows_with
from .title_words import core, numbered
from .word_match import articles_with_all

if TYPE_CHECKING:
    from .model import Model

_MOST_JOINED = 3  # pieces of one word
_MOST_TAGS, _LONGEST_TAG, _MOST_WAYS = 4, 20, 8  # words of a bracket tag written as one, its letters, ways to cut it
_MOST_TAGGED = 20  # words of bracket tags that hold a word
_MOST_NUMBERED = 6  # names with a number behind a Latin word
_MOST = 6  # readings of a question
_ORDINAL = pattern("(제?)([0-9]+[가-힣]{1,3})")


class Part(NamedTuple):
    """The pieces from ``start`` to ``end`` read as other ``words``, of which each is held by one of its ways.

    ``apart``: one word is read as several, which may stand anywhere in an article, or as another name: that is meant
    less likely than what is written. ``whole``: they are one word of the archive, as which it is read if no fewer
    articles hold it: what holds them apart by their letters alone may be held for the whole.
    """

    start: int
    end: int
    words: tuple[str, ...]
    groups: Groups
    apart: bool = False
    whole: bool = False


def numbered_ways(model: Model, word: str) -> tuple[tuple[str, ...], ...]:
    """The terms that are a Latin ``word`` with a number behind it, those of the most articles first."""
    if len(word) < 2 or not (word.isascii() and word.isalpha()):
        return ()
    terms = model.tfidf.terms
    low, high = (bisect_left(range(len(terms)), f"{word}{sign}".encode(), key=terms.strings.raw) for sign in "0:")
    numbers = sorted(range(low, min(high, low + 200)), key=lambda term: -len(model.fields.rows_of(term)))
    return tuple((terms[term],) for term in numbers[:_MOST_NUMBERED] if numbered(terms[term], word))


class Held(NamedTuple):
    """A reading, how many articles may hold it, whether it takes a word ``apart``, and whether it makes ``whole``
    words."""

    reading: Reading
    held: int
    apart: bool
    whole: bool


def readings_of(model: Model, pieces: Sequence[Piece], occurs: Sequence[bool]) -> list[Held]:
    """Other readings of the ``pieces`` of a question, of whose parts an article holds each; ``occurs`` says of which
    pieces an article holds a trace."""
    parts = [part for part in _parts(model, pieces, occurs) if len(articles_with_all(model, part.groups))]
    if not parts:
        return []
    groups = tuple(map(ways_of, pieces))
    combined = [(_with(pieces, groups, chosen), chosen) for chosen in _choices(parts)]
    return [
        Held(
            reading, len(articles_with_all(model, reading.groups)), any(part.apart for part in chosen),
            all(part.whole for part in chosen),
        ) for reading, chosen in combined[:_MOST]
    ]  # fmt: skip


def _parts(model: Model, pieces: Sequence[Piece], occurs: Sequence[bool]) -> Iterator[Part]:
    yield from _joined(model, pieces, occurs)
    for i, piece in enumerate(pieces):
        for words in _others(piece.eojeol):
            yield _part(model, i, i + 1, words)._replace(apart=len(words) > 1)
        for name in synonyms_of(core(piece.eojeol)):
            yield _part(model, i, i + 1, (name,))._replace(apart=True)
        if within := _tags_with(model, core(piece.eojeol)):
            yield Part(i, i + 1, (piece.eojeol,), (within,), apart=True)
        for name in names_as(piece.eojeol):
            yield Part(i, i + 1, (name,), (_name_ways(model, name),))
        if (not occurs[i] or not piece.eojeol.isalpha()) and (tags := _tags(model, piece.eojeol)):
            yield Part(i, i + 1, tags, tuple(((TAG + tag,),) for tag in tags))
    for i, pair in enumerate(pairwise(piece.eojeol for piece in pieces)):
        if (name := name_of(pair)) and (ways := _name_ways(model, name)):
            yield Part(i, i + 2, (name,), (ways,))
    for size in (2, 3):
        for i in range(len(pieces) - size + 1):
            if row := row_of(tuple(core(piece.eojeol) for piece in pieces[i : i + size])):
                yield _part(model, i, i + size, (row,))
                yield _part(model, i, i + size, tuple(row))


def _joined(model: Model, pieces: Sequence[Piece], known: Sequence[bool]) -> Iterator[Part]:
    """Pieces in a row as one word, where one of them is no word alone, or where they are one word of the archive (국민
    연금) or of a bracket tag."""
    short = [not seen or not piece.words or len(stem_of(*piece)) < 2 for piece, seen in zip(pieces, known, strict=True)]
    for size in range(2, _MOST_JOINED + 1):
        for i in range(len(pieces) - size + 1):
            eojeol = "".join(piece.eojeol for piece in pieces[i : i + size])
            if not all(map(is_word_sign, eojeol)):
                continue
            whole = eojeol in model.tfidf.terms
            if whole or sum(short[i : i + size]) >= size - 1:
                yield _part(model, i, i + size, (eojeol,))._replace(whole=whole)
            elif TAG + eojeol in model.tfidf.terms:
                yield Part(i, i + size, (eojeol,), (((TAG + eojeol,),),))


def _others(eojeol: str) -> Iterator[tuple[str, ...]]:
    """What may be written instead of a word, as one word or as several."""
    if (eojeol[0] == "제" or eojeol[0].isdigit()) and (ordinal := _ORDINAL.fullmatch(eojeol)):
        yield (ordinal[2] if ordinal[1] else f"제{eojeol}",)
    bare = core(eojeol)
    if countries := countries_in(bare):
        yield countries
        yield (*bare.removesuffix("eu"), *(("유럽연합",) if bare.endswith("eu") else ()))
    for number in numbers_as(bare) if bare[0].isdigit() or bare[1:2] == "천" else ():
        yield (number,)
    if eojeol[0] >= "가":
        for name in letter_names.in_latin(eojeol):
            yield (name,)
    elif spoken := letter_names.in_hangul(bare):
        yield (spoken,)


def _tags_with(model: Model, word: str) -> tuple[tuple[str, ...], ...]:
    """The words of bracket tags of which ``word`` is a part: 아파트 of [주간 아파트값]."""
    if len(word) < 2 or not "가" <= word[0] <= "힣" or word.encode() not in model.tag_letters:
        return ()
    tags = [tag for tag in model.tag_words.split("\n") if word in tag and tag != word]
    return tuple((TAG + tag,) for tag in tags[:_MOST_TAGGED])


def _tags(model: Model, eojeol: str) -> tuple[str, ...]:
    """The words of a bracket tag that are written as one word in ``eojeol``; none if they are not."""
    if len(eojeol) > _LONGEST_TAG:
        return ()
    ways: list[list[tuple[str, ...]]] = [[()]]
    for end in range(1, len(eojeol) + 1):
        starts = [i for i in range(end) if ways[i] and TAG + eojeol[i:end] in model.tfidf.terms]
        longer = [(*way, eojeol[i:end]) for i in starts for way in ways[i] if len(way) < _MOST_TAGS]
        ways.append(longer[:_MOST_WAYS])
    found = (way for way in ways[-1] if len(way) > 1 and len(rows_with(model, [TAG + tag for tag in way])))
    return next(found, ())


def _name_ways(model: Model, name: str) -> tuple[tuple[str, ...], ...]:
    """The terms by which an article holds the name of a day or of a type: as one word, or its two parts."""
    one, two = parts_of(name)
    whole = [(term,) for between in (".", "") for term in _terms_from(model, one + between + two)]
    if one not in model.tfidf.terms:
        return tuple(whole)
    return (*whole, *((one, term) for term in _terms_from(model, two)))


def _terms_from(model: Model, start: str) -> list[str]:
    """The terms that are ``start``, or begin with it and go on with Hangul: 15대책, but not 150 or 15일; a few."""
    terms, longer = model.tfidf.terms, []
    low = bisect_left(range(len(terms)), f"{start}가".encode(), key=terms.strings.raw)
    for i in range(low, min(low + _MOST_NUMBERED, len(terms))):
        if not (term := terms[i]).startswith(start):
            break
        if not is_number(term):
            longer.append(term)
    return [start] * (start in terms) + longer


def _part(model: Model, start: int, end: int, words: tuple[str, ...]) -> Part:
    """The pieces read as other words, which are cut, and given the names that stand for them, as a question's are."""
    pieces = [piece for word in words for piece in model.analyzer.pieces(word)]
    return Part(start, end, tuple(piece.eojeol for piece in pieces), tuple(map(_whole_ways, pieces)))


def _whole_ways(piece: Piece) -> tuple[tuple[str, ...], ...]:
    """``ways_of`` of a piece; the letters about a number are no way to hold it: 제1회 and 제2회 have the same."""
    ways = ways_of(piece)
    return ways if piece.eojeol.isalpha() else tuple(way for way in ways if not way[0].startswith(MARK))


def _choices(parts: Sequence[Part]) -> list[tuple[Part, ...]]:
    """Each part alone, and those pairs of them that do not overlap; the pairs first."""
    ordered = sorted(parts, key=lambda part: (part.start, part.end))
    pairs = [(one, two) for at, one in enumerate(ordered) for two in ordered[at + 1 :] if one.end <= two.start]
    return [*pairs[: 2 * _MOST], *((part,) for part in parts)]


def _with(pieces: Sequence[Piece], groups: Groups, chosen: Sequence[Part]) -> Reading:
    """The question with the chosen parts read otherwise."""
    words: list[str] = []
    groups_read: list[tuple[tuple[str, ...], ...]] = []
    edges = [0, *(edge for part in chosen for edge in (part.start, part.end)), len(pieces)]
    for number, (start, end) in enumerate(pairwise(edges)):
        if number % 2:
            words += chosen[number // 2].words
            groups_read += chosen[number // 2].groups
        else:
            words += [piece.eojeol for piece in pieces[start:end]]
            groups_read += groups[start:end]
    return Reading(tuple(words), tuple(groups_read))
