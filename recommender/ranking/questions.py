"""What a headline, a text or a stored article asks of a model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from ..arrays.kernels import common
from ..text.analyzer import Piece, stem_of
from ..text.article_terms import read_body
from ..text.terms import TAG, Feature, Groups, Question, features_of, ways_of
from .features import SHORT
from .holding import core
from .spellers import articles_with, rows_with, speller_of

if TYPE_CHECKING:
    from ..text.spelling import Correction
    from .model import Model

_CORRECTED = 6  # words of a question up to which typing errors are looked for
LONGEST_TITLE = 400  # characters of a question that are read as its headline


def plain_question(model: Model, title: str, body: str = "") -> Question:
    """What a headline asks, with the words of a body where there is one."""
    pieces = model.analyzer.pieces(title[:LONGEST_TITLE])
    return _question(model, title, features_of(pieces), body, tuple(map(ways_of, pieces)))


def asked_question(model: Model, title: str, body: str = "") -> Question:
    """``plain_question`` as a person puts it: in English by the corpus's own words of that meaning too, and with typing
    errors in a few words corrected to words that the corpus holds."""
    pieces = model.analyzer.pieces(title[:LONGEST_TITLE])
    corrections = () if body or len(pieces) > _CORRECTED else _corrections(model, pieces)
    if corrections:
        title = _corrected(title, corrections)
        pieces = model.analyzer.pieces(title[:LONGEST_TITLE])
    read = model.cross_lingual.read(pieces, model.analyzer, model.tfidf.terms)
    return replace(_question(model, title, read.features, body, read.groups), corrections=corrections)


def article_question(model: Model, row: int) -> Question:
    """What the article at ``row`` asks: its stored vectors, its title for the reasons."""
    article = model.catalogue.article(row)
    text = article.title or article.stand_in or ""
    return Question(text, tuple(features_of(model.analyzer.pieces(text))), row=row, headed=bool(article.title))


def _question(model: Model, title: str, features: Sequence[Feature], body: str, groups: Groups) -> Question:
    words, marks, (first, second) = read_body(body, model.analyzer, int(model.about["recipe"]["body_words"]))
    lead = dict.fromkeys((*words[:first], *marks[:second]))
    if not lead and len(groups) <= SHORT:
        tags = (Feature(way[0], way[0].removeprefix(TAG)) for ways in groups for way in ways if way[0][0] == TAG)
        features = [*features, *(tag for tag in tags if tag.term in model.tfidf.terms)]
    headed = not body.lstrip().startswith(title.strip())
    return Question(title, tuple(features), tuple(words), lead=tuple(lead), groups=groups, headed=headed)


def _corrected(title: str, corrections: Sequence[Correction]) -> str:
    """``title`` with each word that was mistyped replaced where it stands first."""
    for correction in corrections:
        title = re.sub(re.escape(correction.said), correction.meant, title, count=1, flags=re.IGNORECASE)
    return title


def _corrections(model: Model, pieces: Sequence[Piece]) -> tuple[Correction, ...]:
    """What was meant by words of which no article holds a trace."""
    unknown = [piece for piece in pieces if not _occurs(model, piece)]
    if not unknown:
        return ()
    from ..text.spelling import Correction

    speller, corrections = speller_of(model), []
    others = [articles_with(model, piece.eojeol) for piece in pieces if piece not in unknown]
    near = reduce(common, others) if others else None

    def beside(word: str) -> bool:
        return near is not None and len(common(near, articles_with(model, word))) > 0

    for piece in unknown:
        for said in dict.fromkeys((piece.eojeol, stem_of(piece.eojeol, piece.words))):
            if meant := speller.corrected(said, beside if others else None):
                corrections.append(Correction(said, meant))
                break
    return tuple(corrections)


def _occurs(model: Model, piece: Piece) -> bool:
    """Whether any article holds a word as it is spelled, be it as a stretch of a longer one."""
    stem = stem_of(piece.eojeol, piece.words)
    if stem not in (piece.eojeol, core(piece.eojeol)) and piece.eojeol not in model.analyzer.lexicon.known:
        return False  # 저작꿘: what stands behind the word is no particle
    return any(len(rows_with(model, way)) for way in ((stem,), *ways_of(piece)[1:]))
