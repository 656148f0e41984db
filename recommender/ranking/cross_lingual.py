"""A question in another language than most articles: what its words say in this archive."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..arrays.kernels import Floats, top_k
from ..embeddings.word_alignment import word_alignment
from ..index.fields import Rows
from ..text.normalize import eojeols

if TYPE_CHECKING:
    from .model import Model

_ALIGNED = 60  # articles whose words are compared with those of the question
_LEAST = 0.05  # what a word says that every article holds


def worth_of_words(model: Model, text: str) -> dict[str, float]:
    """How much each word of ``text`` that articles hold as it stands says of one of them, 0.05..1: its idf, over that
    of a word of one article.

    A name in Latin letters (AI) stands in Korean headlines too. Where every fifth is about it, it tells none apart.
    """
    worth, fields, scale = {}, model.fields, math.log(len(model) + 1)
    for word in eojeols(text):
        term = model.tfidf.terms.find(word)
        count = int(fields.start[term + 1] - fields.start[term]) if term >= 0 else 0
        if count:
            worth[word] = max(_LEAST, math.log((len(model) + 1) / count) / scale)
    return worth


def alignment(model: Model, text: str, cosines: Floats, rows: Rows) -> Floats:
    """(m,) how far the words of a question and of the articles at ``rows`` (m,) mean one another (``word_alignment``):
    of the ``_ALIGNED`` with the highest ``cosines`` (m,), 0 of the others."""
    aligned = np.zeros(len(rows), dtype=np.float32)
    near = top_k(cosines, _ALIGNED, cosines > 0)
    headlines = [model.catalogue.headline(row) for row in rows[near].tolist()]
    aligned[near] = word_alignment(text, headlines, model.bilingual.base.vectors, worth_of_words(model, text))
    return aligned
