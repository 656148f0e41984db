"""What speaks for a candidate: the features that the scorer weighs, for some articles or swept over all."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Scattered, stretches
from ..index.exact import ExactIndex
from ..index.fields import HEADLINE, IN_TITLE, Floats, Rows
from ..index.query_vector import QueryVector
from ..lazy import dataclass
from ..text.normalize import eojeols
from ..text.term_weights import says_nothing, weight
from ..text.terms import TAG, Question

if TYPE_CHECKING:
    from .model import Model

LEAD_SHARE = 0.6  # weight of a term of the body that asks, beside 1 for the headline's, if there is a headline
UNDATED = 0.3  # time decay where a date is not known: between the same week and another year
TIME_SCALE = 10.0  # days
_ALIKE, _FAR = 0.5, 0.2  # cosines from which two articles mean the same, and up to which they do not
ONE, TWO, THREE = 0.5, 1.5, 2.5  # shared words, each by what it says, from which there are so many
SHORT = 3  # words up to which a query is one of a few words, not a headline
_SAYS_NOTHING = 1 / 3
_WORD_FOR_WORD = 0.9  # share of the pairs of neighbours of a text
FEW_WORDS, TITLE, PAGE = 0, 1, 2  # kinds of queries: a few words, a headline, a headline with its body


class Features(NamedTuple):
    """What m articles have of a query, each (m,) float32.

    ``title``, ``cosine``, ``body``: by the headline that asks (``FieldIndex.match``); ``page_title``, ``page_cosine``,
    ``page_body``: by headline and lead, where a body asks; ``lead``: the share of either in the start of a body;
    ``meaning``: the cosine of the fused embeddings; ``surface``: how alike the headlines are spelled; ``time``: the
    decay; ``link``: editors' lists. Not ranked by, but for the abstain rule: ``words``, ``mass``, ``shared``; for what
    hangs on one word: ``distinct``. ``coverage``: how much of the words of the headline that asks title and body hold;
    ``phrase``: how many of its pairs of neighbours stand so in either.
    ``kind``: ``HEADLINE``, ``WHOLE`` or ``UNTITLED``.
    """

    title: Floats
    cosine: Floats
    body: Floats
    page_title: Floats
    page_cosine: Floats
    page_body: Floats
    lead: Floats
    meaning: Floats
    surface: Floats
    time: Floats
    link: Floats
    words: Floats
    mass: Floats
    shared: Floats
    distinct: Floats
    coverage: Floats
    phrase: Floats
    kind: NDArray[np.int64]

    @property
    def quoted(self) -> NDArray[np.bool_]:
        """(m,) which hold the text that asks word for word, in title or body; of a long one but for a slip."""
        return np.asarray(self.phrase >= _WORD_FOR_WORD)

    @property
    def joined(self) -> NDArray[np.bool_]:
        """(m,) which a list joins with what asks, or which hold it word for word: no guess by the words they share."""
        return np.asarray((self.link > 0) | self.quoted)

    def take(self, indices: Rows) -> Features:
        return Features(**{name: getattr(self, name).take(indices) for name in self._fields})


@dataclass(frozen=True, eq=False, repr=False)
class Query:
    """A question as the indexes see it: ``day`` its day number, NaN if it has none; ``kind`` of the query; ``undated``
    the time decay of an article without a date.

    ``across`` (n,): where most articles are in another language, the cosine of each with it; else None.
    """

    question: Question
    day: float
    kind: int
    headline: QueryVector
    page: QueryVector | None
    dense: Floats
    across: Floats | None = None
    undated: float = UNDATED


def asks_for_words(model: Model, query: Query) -> bool:
    """Whether what holds the most of the words is a candidate, whatever its date: for a few words, and for a text that
    may stand in a body."""
    return query.kind == FEW_WORDS or (query.kind != PAGE and query.question.row is None and model.fields.has_bodies)


def query_of(model: Model, question: Question, day: float) -> Query:
    """The vectors of a question. A stored article asks with its body's lead too."""
    fields, vocabulary = model.fields, model.tfidf.terms
    terms = question.terms
    ids = {term: vocabulary.find(term) for term in terms}
    unknown = [weight(term) for term, index in ids.items() if index < 0]
    compounds = question.compounds
    headline = fields.query(terms, vocabulary, unknown=unknown, places=ids, compounds=compounds)
    if question.row is not None:
        lead = fields.lead(question.row).tolist()
    else:
        lead = [index for term in question.lead if (index := vocabulary.find(term)) >= 0]
    page = None
    if lead or question.lead:
        page = fields.query(terms, vocabulary, lead, LEAD_SHARE if question.headed else 1.0, unknown, ids, compounds)
    foreign = question.row is None and model.bilingual.is_foreign(question.text)
    short = question.row is None and page is None and 0 < len(question.groups) <= SHORT
    if short and foreign:  # of "They are playing with a ball" two words are left, which are not what is asked
        short = not is_sentence(question.text)
    kind = PAGE if page is not None else FEW_WORDS if short else TITLE
    across = None
    if foreign and kind != FEW_WORDS:
        from .cross_lingual import worth_of_words  # few questions are in another language than the archive

        across = model.bilingual.cosines(model.bilingual.vector(question.text, worth_of_words(model, question.text)))
    undated = undated_decay(day, model.catalogue.span)
    return Query(question, day, kind, headline, page, model.meaning(question), across, undated)


def is_sentence(text: str) -> bool:
    """Whether more than ``_SAYS_NOTHING`` of the words of an English text are function words."""
    words = eojeols(text.lower())
    return sum(map(says_nothing, words)) > _SAYS_NOTHING * len(words)


def undated_decay(day: float, span: tuple[float, float]) -> float:
    """``UNDATED`` of what an article of the archive's first or last day has, if the question's lies outside of them.

    A draft of next year is no nearer to what has no date than to what has one.
    """
    outside = max(span[0] - day, day - span[1], 0.0)
    return UNDATED if math.isnan(outside) else UNDATED * math.exp(-math.sqrt(outside / TIME_SCALE))


def features_of_rows(
    model: Model, query: Query, rows: Rows, link: Floats | None = None, codes: NDArray[np.uint8] | None = None
) -> Features:
    """The features of the articles at ``rows`` (m,); ``link`` (n,) in place of the model's own lists, ``codes`` of the
    headline's terms if they are known."""
    match = model.fields.match(query.headline, rows, codes_of(model, query.headline, rows) if codes is None else codes)
    meaning = ExactIndex(model.dense.rows).score(query.dense, rows)
    if query.across is not None:
        meaning = query.across[rows]
    page = None
    if query.page is not None:
        page = model.fields.match(query.page, rows, codes_of(model, query.page, rows))
    zeros = np.zeros(len(rows), dtype=np.float32)
    links = model.links.scores(query.question.row, len(model)) if link is None else link
    lexical = match if page is None else page
    return Features(
        match.title, match.cosine, match.body,
        page.title if page else zeros, page.cosine if page else zeros, page.body if page else zeros,
        model.fields.lead_share(query.page or query.headline, rows),
        meaning, model.surface.score(query.question.text, rows),
        decay(query.day, model.catalogue.days.take(rows), query.undated), links.take(rows),
        match.words, lexical.mass, lexical.shared, lexical.distinct, match.coverage,
        _phrase(model, query.question, rows), kinds(model, rows),
    )  # fmt: skip


def quotes(model: Model, question: Question, rows: Rows) -> NDArray[np.bool_]:
    """(m,) which of the articles at ``rows`` (m,) hold a text word for word: ``Features.quoted``."""
    return np.asarray(_phrase(model, question, rows) >= _WORD_FOR_WORD)


def _phrase(model: Model, question: Question, rows: Rows) -> Floats:
    """(m,) ``PhraseIndex.score`` of a text; 0 where a stored article asks, and in a model without phrases."""
    if question.pairs is None:
        return np.zeros(len(rows), dtype=np.float32)
    return model.phrases.score(question.pairs, rows)


def single_word(features: Features, issues: NDArray[np.bool_]) -> Floats:
    """(m,) 0..1: how far a pair hangs on one word: one at most is shared, the rest does not mean the same, no list
    joins them, and none holds the other word for word; 1 of ``issues`` (m,) of one series, which share its form."""
    of_words = single_word_of(features.distinct, features.meaning)
    return np.where(issues, np.float32(1), np.where(features.joined, np.float32(0), of_words))


def single_word_of(shared: Floats, meaning: Floats) -> Floats:
    """``single_word`` by the different words that are ``shared`` (m,) and the cosine of ``meaning`` (m,)."""
    apart = np.clip((_ALIKE - meaning) / (_ALIKE - _FAR), 0, 1)
    return np.where(shared < TWO, apart, 0).astype(np.float32)


def codes_of(model: Model, query: QueryVector, rows: Rows) -> NDArray[np.uint8]:
    """``FieldIndex.codes`` (terms of the query, m); of headlines by their own terms, which are few: long postings are
    searched for the articles with bodies alone, and for the tags, which are no terms of the tf-idf space."""
    fields, space = model.fields, model.tfidf
    bare = fields.kinds(rows) == HEADLINE
    codes = np.zeros((len(query.ids), len(rows)), dtype=np.uint8)
    headlines, others = np.flatnonzero(bare), np.flatnonzero(~bare)
    first = space.rows_start.take(rows[headlines])
    size = space.rows_start.take(rows[headlines] + 1) - first
    number = Scattered.of(len(space.terms), query.ids, query.share).number
    number = number.take(space.rows_term.take(stretches(first, size)))
    matched = np.flatnonzero(number)
    codes[number[matched] - 1, headlines.repeat(size)[matched]] = IN_TITLE
    tags = np.array([i for i, name in enumerate(query.names) if name.startswith(TAG)], dtype=np.int64)
    if len(tags):
        codes[np.ix_(tags, headlines)] = fields.codes(query._replace(ids=query.ids[tags]), rows[headlines])
    if len(others):
        codes[:, others] = fields.codes(query, rows[others])
    return codes


def kinds(model: Model, rows: Rows) -> NDArray[np.int64]:
    """(m,) which fields each article has."""
    return model.fields.kinds(rows)


def decay(day: float, days: NDArray[np.float64], undated: float = UNDATED) -> Floats:
    """exp(-sqrt(|days apart| / TIME_SCALE)) of each article, ``undated`` of one without a date; ``UNDATED`` of all
    where the question has none. (n,) float32

    A stretched exponential: a story is told within the day, and its sequels for weeks.
    """
    if math.isnan(day):
        return np.full(len(days), UNDATED, dtype=np.float32)
    near = np.exp(-np.sqrt(np.abs(days - day) / TIME_SCALE))
    return np.where(np.isnan(near), undated, near).astype(np.float32)
