"""What a headline, a text or a stored article asks of a model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from ..arrays.kernels import common
from ..embeddings.cross_lingual import Read
from ..index.phrases import pairs_of
from ..text.analyzer import Piece, stem_of
from ..text.article_terms import read_body
from ..text.synonyms import has_senses
from ..text.terms import TAG, Feature, Groups, Question, Reading, compounds_of, features_of, ways_of
from ..text.variants import parts_of
from .catalogue import LONGEST_TITLE
from .features import SHORT
from .readings import Held, numbered_ways, readings_of
from .spellers import articles_with, rows_with, speller_of
from .title_words import core
from .word_match import articles_with_all

if TYPE_CHECKING:
    from ..text.spelling import Correction
    from .model import Model

_CORRECTED = 6  # words of a question up to which typing errors are looked for


def plain_question(model: Model, title: str, body: str = "") -> Question:
    """What a headline asks, with the words of a body where there is one."""
    pieces = model.analyzer.pieces(title[:LONGEST_TITLE])
    return _question(model, title, pieces, features_of(pieces), body, tuple(map(ways_of, pieces)))


def asked_question(model: Model, title: str, body: str = "") -> Question:
    """``plain_question`` as a person puts it: in English by the corpus's own words of that meaning too, and of a few
    words with typing errors corrected to words that the corpus holds, and read as it holds them."""
    pieces = model.analyzer.pieces(title[:LONGEST_TITLE])
    if body or len(pieces) > _CORRECTED:
        features, groups = model.cross_lingual.read(pieces, model.analyzer, model.tfidf.terms)
        return _question(model, title, pieces, features, body, groups)
    occurs = [_occurs(model, piece) for piece in pieces]
    readings = readings_of(model, pieces, occurs)
    corrections: tuple[Correction, ...] = ()
    if not all(occurs) and not any(reading.held for reading in readings):
        corrections = _corrections(model, pieces, occurs)
    if corrections:
        title = _corrected(title, corrections)
        pieces = model.analyzer.pieces(title[:LONGEST_TITLE])
        readings = readings_of(model, pieces, [_occurs(model, piece) for piece in pieces])
    return replace(_as_read(model, title, pieces, readings), corrections=corrections)


def _as_read(model: Model, title: str, pieces: Sequence[Piece], readings: Sequence[Held]) -> Question:
    """The question that ``title`` asks, in the words of the reading that most articles hold."""
    others = [reading.reading for reading in readings if reading.held]
    features, groups = _read(model, pieces)
    best = max(readings, key=lambda reading: (reading.held, reading.whole), default=None)
    if best is None or _stays(best, groups, as_written := len(articles_with_all(model, groups))):
        return replace(_question(model, title, pieces, features, "", groups), readings=tuple(others))
    chosen_pieces = [piece for word in best.reading.words for piece in _pieces(model, word)]
    others = [other for other in others if other is not best.reading]
    if as_written:
        others.append(Reading(tuple(piece.eojeol for piece in pieces), groups))
    words, groups = " ".join(best.reading.words), best.reading.groups
    question = _question(model, words, chosen_pieces, features_of(chosen_pieces), "", groups)
    return replace(question, readings=tuple(others))


def _pieces(model: Model, word: str) -> list[Piece]:
    """A word of a reading; of the name of a day or of a type its two parts."""
    return [Piece(part, model.analyzer.cut(part)) for part in parts_of(word) or (word,)]


def _stays(best: Held, groups: Groups, stands: int) -> bool:
    """Whether a question that ``stands`` articles hold as it is written is asked so, and not as it is read at best."""
    longer = len(groups) <= SHORT < len(best.reading.groups)  # no few words any more
    if has_senses(best.reading.words):  # which one is meant is told by what was written
        return True
    fewer = best.held < stands if best.whole else best.held <= stands
    return fewer or longer or (best.apart and stands > 0)


def _read(model: Model, pieces: Sequence[Piece]) -> Read:
    """The features and groups of a question; a Latin word is held by what has a number behind it too."""
    more = [numbered_ways(model, piece.eojeol) for piece in pieces]
    if not any(more):
        return model.cross_lingual.read(pieces, model.analyzer, model.tfidf.terms)
    features = features_of(pieces)
    for piece, ways in zip(pieces, more, strict=True):
        if piece.eojeol not in model.tfidf.terms:
            features += [Feature(way[0], way[0]) for way in ways]
    return Read(tuple(features), tuple((*ways_of(p), *ways) for p, ways in zip(pieces, more, strict=True)))


def article_question(model: Model, row: int) -> Question:
    """What the article at ``row`` asks: its stored vectors, its title for the reasons."""
    article = model.catalogue.article(row)
    text = article.title or article.stand_in or ""
    pieces = model.analyzer.pieces(text)
    headed, compounds = bool(article.title), compounds_of(pieces)
    return Question(text, tuple(features_of(pieces)), row=row, headed=headed, compounds=compounds)


def _question(
    model: Model, title: str, pieces: Sequence[Piece], features: Sequence[Feature], body: str, groups: Groups
) -> Question:
    limit = int(model.about["recipe"]["body_words"])
    words, marks, (first, second) = read_body(body, model.analyzer, limit)
    lead = dict.fromkeys((*words[:first], *marks[:second]))
    if not lead and len(groups) <= SHORT:
        tags = (Feature(way[0], way[0].removeprefix(TAG)) for ways in groups for way in ways if way[0][0] == TAG)
        features = [*features, *(tag for tag in tags if tag.term in model.tfidf.terms)]
    headed = not body.lstrip().startswith(title.strip())
    pairs = None
    if model.fields.has_bodies and len(model.phrases):  # a title alone is short, and compared by its spelling
        pairs = pairs_of((title if headed else "", body), limit)
    return Question(
        title, tuple(features), tuple(words), lead=tuple(lead), groups=groups, headed=headed,
        compounds=compounds_of(pieces), pairs=pairs,
    )  # fmt: skip


def _corrected(title: str, corrections: Sequence[Correction]) -> str:
    """``title`` with each word that was mistyped replaced where it stands first."""
    for correction in corrections:
        title = re.sub(re.escape(correction.said), correction.meant, title, count=1, flags=re.IGNORECASE)
    return title


def _corrections(model: Model, pieces: Sequence[Piece], occurs: Sequence[bool]) -> tuple[Correction, ...]:
    """What was meant by words of which no article holds a trace; ``occurs`` are the others."""
    from ..text.spelling import Correction

    speller, corrections = speller_of(model), []
    others = [articles_with(model, piece.eojeol) for piece, known in zip(pieces, occurs, strict=True) if known]
    context = reduce(common, others) if others else None

    def beside(word: str) -> bool:
        return context is not None and len(common(context, articles_with(model, word))) > 0

    for piece in (piece for piece, known in zip(pieces, occurs, strict=True) if not known):
        for written in dict.fromkeys((piece.eojeol, stem_of(piece.eojeol, piece.words))):
            if meant := speller.corrected(written, beside if others else None):
                corrections.append(Correction(written, meant))
                break
        else:
            foreign = piece.eojeol.isascii() and model.cross_lingual.translated([piece.eojeol])
            if not foreign and (meant := speller.abroad(piece.eojeol)):
                corrections.append(Correction(piece.eojeol, meant))
    return tuple(corrections)


def _occurs(model: Model, piece: Piece) -> bool:
    """Whether any article holds a word as it is spelled, be it as a stretch of a longer one."""
    stem = stem_of(piece.eojeol, piece.words)
    if stem not in (piece.eojeol, core(piece.eojeol)) and piece.eojeol not in model.analyzer.lexicon.known:
        return False  # 저작꿘: what stands behind the word is no particle
    return any(len(rows_with(model, way)) for way in ((stem,), *ways_of(piece)[1:]))
