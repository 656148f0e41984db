"""From a query to candidates to scores: the two stages of an answer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import distinct, dots, top_k
from ..embeddings.bilingual import script_of
from ..index.fields import HEADLINE, WHOLE, Floats, Rows
from ..lazy import dataclass
from .background import background
from .calibration import ACROSS, Calibration
from .columns import issues_among
from .features import (
    FEW_WORDS,
    PAGE,
    TITLE,
    UNDATED,
    Features,
    Query,
    asks_for_words,
    codes_of,
    decay,
    features_of_rows,
    kinds,
    quotes,
)
from .pruned import ALIKE, BY_MEANING, pruned_candidates
from .series import without_form
from .weights import COLUMNS, Weights, headline_reach
from .word_match import BY_TERMS, IN_TITLE, NOT, matches, possible_matches

if TYPE_CHECKING:
    from .model import Model

POOL = 300  # candidates by the sweep
_TITLE, _COSINE, _BODY, _MEANING = (COLUMNS.index(name) for name in ("title", "cosine", "body", "meaning"))
_SURFACE = COLUMNS.index("surface")
_PAGE_TITLE, _PAGE_COSINE, _PAGE_BODY = (COLUMNS.index(n) for n in ("page_title", "page_cosine", "page_body"))


@dataclass(frozen=True, eq=False, repr=False)
class Ranking:
    """Candidates, best first: ``rows`` (m,), ``logits`` (m,) by the weights, ``scores`` (m,) their probabilities,
    ``evidence`` (m,) 0..1 that query and article have to do with each other at all, ``holds`` (m,) whether all words
    of a short query are held, ``features`` in the same order; ``codes`` (terms, m) how they hold the terms of the
    headline (``FieldIndex.codes``); ``likely`` the highest score whatever the day, what hangs on one word not
    bounded."""

    rows: Rows
    logits: NDArray[np.float64]
    scores: NDArray[np.float64]
    evidence: NDArray[np.float64]
    holds: NDArray[np.bool_]
    features: Features
    codes: NDArray[np.uint8]
    likely: float = 0.0

    def __len__(self) -> int:
        return len(self.rows)


def rank(
    model: Model, query: Query, allowed: NDArray[np.bool_], *, weights: Weights | None = None,
    calibration: Calibration | None = None, link: Floats | None = None, pool: int = POOL,
) -> Ranking:  # fmt: skip
    """The best ``pool`` of the ``allowed`` (n,) articles and what they score.

    ``weights``, ``calibration`` and ``link`` (n,) stand in for those of the model.
    """
    weights = weights or model.weights
    links = model.links.scores(query.question.row, len(model)) if link is None else link
    rows = with_across(query, candidates(model, query, weights, allowed, links, pool), allowed, pool)
    rows = with_holders(model, query, rows, allowed, pool)
    return score(model, query, rows, weights=weights, calibration=calibration, link=links)


def with_across(query: Query, rows: Rows, allowed: NDArray[np.bool_], pool: int) -> Rows:
    """Candidates ``rows`` (m,) and, of a question in another language, the ``pool`` nearest to it; ascending."""
    if query.across is None:
        return rows
    return distinct(np.concatenate([rows, top_k(query.across, pool, allowed & (query.across > 0))]))


def with_holders(model: Model, query: Query, rows: Rows, allowed: NDArray[np.bool_], pool: int) -> Rows:
    """Candidates ``rows`` (m,) and, of a few words, the latest ``pool`` articles that may hold all of them, of more
    words those that hold them word for word; ascending.

    A word of a bracket tag or a function word weighs too little to make them candidates by its share, and of a phrase
    of common words titles have a larger share than the body where it stands.
    """
    if query.kind == PAGE or (query.kind == TITLE and query.question.pairs is None):
        return rows
    matching = possible_matches(model, query.question)
    matching = matching[allowed[matching]]
    if query.kind == TITLE:
        matching = matching[quotes(model, query.question, matching)]
    if len(matching) > pool:
        days = np.nan_to_num(model.catalogue.days[matching], nan=-np.inf)
        matching = matching[np.argsort(-days, kind="stable")[:pool]]
    return distinct(np.concatenate([rows, matching]))


def candidates(
    model: Model, query: Query, weights: Weights, allowed: NDArray[np.bool_], link: Floats, pool: int
) -> Rows:
    """Rows (m,) ascending: the best by a sweep over all, the nearest by meaning, and what lists join.

    A model of a large archive looks at few: ``pruned_candidates``; without its ``pruning`` it looks at all.
    """
    if len(model.pruning):
        return pruned_candidates(model, query, weights, allowed, link, pool)
    # Not by ``Index.search``: the rough score adds what every article has of every index; a pruned one would replace
    # this sweep. What the sweep has of each index is used again; to search for it would cost a fifth of an answer.
    title, body = model.fields.sweep(query.page or query.headline)
    meaning = dots(model.dense.rows, query.dense)
    return best_of(model, query, weights, np.arange(len(model)), (title, body, meaning), allowed, link, pool)


def best_of(
    model: Model, query: Query, weights: Weights, rows: Rows, parts: tuple[Floats, Floats, Floats],
    allowed: NDArray[np.bool_], link: Floats, pool: int,
) -> Rows:  # fmt: skip
    """Of the articles at rows ``rows`` (m,), the best by a rough score of the ``title``, ``body`` and ``meaning`` that
    they have (``parts``); ``allowed`` and ``link`` are theirs too, each (m,)."""
    title, body, meaning = parts
    rough = rough_logits(weights, query.kind, kinds(model, rows), parts)
    decays = decay(query.day, model.catalogue.days[rows], query.undated)
    rough += weights.by_day(rough, decays) + np.float32(weights.link) * link
    lexical = (title > 0) | (body > 0)
    related = allowed & (lexical | (link > 0) | (meaning > ALIKE))
    candidates = [top_k(rough, pool, related), top_k(meaning, BY_MEANING, related)]
    if asks_for_words(model, query):
        candidates.append(top_k(title + body, pool, allowed & lexical))
    candidates.append(np.flatnonzero(related & (link > 0)))
    return rows[distinct(np.concatenate(candidates))]


def rough_logits(weights: Weights, query: int, kind: NDArray[np.int64], parts: tuple[Floats, Floats, Floats]) -> Floats:
    """(m,) what ``title``, ``body`` and ``meaning`` (``parts``) are worth to articles of a ``kind`` (m,), without day
    and lists; the share of a title stands for all that is known of it."""
    title, body, meaning = parts
    table = weights.table[query].astype(np.float32)
    of_title = table[:, _TITLE] + table[:, _COSINE] + table[:, _SURFACE]
    of_body = table[:, _BODY]
    if query == PAGE:
        of_title, of_body = of_title + table[:, _PAGE_TITLE] + table[:, _PAGE_COSINE], of_body + table[:, _PAGE_BODY]
    constant = table[:, -1][kind]
    if query == PAGE:
        constant = np.where(kind == HEADLINE, constant * headline_reach(title).astype(np.float32), constant)
    rough = of_title[kind] * title + of_body[kind] * body + table[:, _MEANING][kind] * meaning + constant
    if weights.headlines_lead and query == PAGE:
        bare = table[HEADLINE, -1] * headline_reach(title).astype(np.float32)
        by_headline = of_title[HEADLINE] * title + table[HEADLINE, _MEANING] * meaning + bare
        rough = np.where(kind == WHOLE, np.maximum(rough, by_headline), rough)
    return np.asarray(rough, dtype=np.float32)


def nearest(model: Model, query: Query, allowed: NDArray[np.bool_], pool: int) -> Ranking:
    """The ``pool`` articles nearest to a question that is a vector and no words; the score is the cosine.

    It has no part by words: half of the length of an article's vector, which is made up for.
    """
    cosine = np.clip(dots(model.dense.rows, query.dense) * np.float32(math.sqrt(2)), 0, 1).astype(np.float64)
    rows = top_k(cosine, pool, allowed)
    scores = cosine[rows]
    codes = codes_of(model, query.headline, rows)
    features = features_of_rows(model, query, rows, codes=codes)
    return Ranking(rows, scores, scores, scores, np.zeros(len(rows), dtype=bool), features, codes)


def score(
    model: Model, query: Query, rows: Rows, *, weights: Weights | None = None, calibration: Calibration | None = None,
    link: Floats | None = None,
) -> Ranking:  # fmt: skip
    """The articles at ``rows``, best first; equal logits in order of row."""
    weights, calibration = weights or model.weights, calibration or model.calibration
    codes = codes_of(model, query.headline, rows)
    features = features_of_rows(model, query, rows, link, codes)
    matched = np.zeros(len(rows), dtype=np.int64)
    if query.kind == FEW_WORDS:
        matched = matches(model, query.question, rows, features.title + features.body)
        matched = np.maximum(matched, np.where(features.quoted, BY_TERMS, NOT))
    issues = other_issues(model, query, features, rows)
    plain = without_form(weights.plain(query.kind, features), issues)
    links = features.link
    logits = plain + weights.by_day(plain, features.time) + weights.link * links
    logits += weights.holds * (matched / IN_TITLE)
    aligned = np.zeros(len(rows), dtype=np.float32)
    if query.across is not None:
        from .cross_lingual import alignment  # few questions are in another language than the archive

        aligned = alignment(model, query.question.text, query.across[rows], rows)
        logits += weights.across * query.across[rows] + weights.aligned * aligned
    level = np.float64(background(np.sort(logits)[::-1], len(model)))
    if query.across is None:
        logits = calibration.less_single_words(query.kind, logits, features, issues, level, len(model))
    order = np.lexsort((rows, -logits))
    features, logits, holds = features.take(order), logits[order], matched[order] > 0
    if query.across is None:
        if query.kind == FEW_WORDS:
            scores = calibration.scores_of_words(logits, holds)
        else:
            scores = calibration.probability(query.kind, logits, level, len(model))
        evidence = calibration.abstain.evidence(query, features, plain[order], holds)
    else:
        scores = calibration.scores(ACROSS, logits)
        foreign = np.where(model.bilingual.in_another(script_of(query.question.text)), query.across, 0)
        evidence = calibration.abstain.evidence(query, features, plain[order], holds)
        evidence = np.maximum(evidence, calibration.abstain.across(foreign, rows[order], aligned[order]))
    likely = float(scores.max(initial=0.0))
    if query.kind != FEW_WORDS and query.across is None:
        undated = plain + weights.by_day(plain, np.full(len(plain), UNDATED))
        undated += weights.link * links
        level = np.float64(background(np.sort(undated)[::-1], len(model)))
        likely = float(calibration.probability(query.kind, undated, level, len(model)).max(initial=0.0))
    return Ranking(rows[order], logits, scores, evidence, holds, features, codes.take(order, axis=1), likely)


def best_evidence(model: Model, query: Query, allowed: NDArray[np.bool_], calibration: Calibration, pool: int) -> float:
    """The highest evidence that ``rank`` finds where no list joins articles, 0 where there is no candidate.

    Of a headline or a page it does without what the order and the scores take: a training asks hundreds of them.
    """
    silent = np.zeros(len(model), dtype=np.float32)
    if query.kind == FEW_WORDS or query.across is not None:
        ranking = rank(model, query, allowed, calibration=calibration, link=silent, pool=pool)
        return float(ranking.evidence.max(initial=0.0))
    rows = candidates(model, query, model.weights, allowed, silent, pool)
    if not len(rows):
        return 0.0
    features = features_of_rows(model, query, rows, silent)
    plain = plain_logits(model, query, rows, model.weights, features)
    return float(calibration.abstain.evidence(query, features, plain, np.zeros(len(rows), dtype=bool)).max())


def plain_logits(model: Model, query: Query, rows: Rows, weights: Weights, features: Features) -> NDArray[np.float64]:
    """(m,) the logits of the articles at ``rows`` (m,) by text and meaning alone."""
    return without_form(weights.plain(query.kind, features), other_issues(model, query, features, rows))


def other_issues(model: Model, query: Query, features: Features, rows: Rows) -> NDArray[np.bool_]:
    """(m,) ``issues_among`` for the headline that asks."""
    if query.kind == FEW_WORDS:
        return np.zeros(len(rows), dtype=bool)
    of = np.zeros(len(rows), dtype=np.int64)
    return issues_among(model, [query.question.text], of, rows, np.array([query.day]), features)
