"""Calibrates the scores on an archive's own related lists, and its abstain rule on headlines of other fields."""

from __future__ import annotations

import math
from dataclasses import replace
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from ..index.fields import UNTITLED
from ..ranking.background import background, below_least, bounded, sigmoid
from ..ranking.calibration import MOST, Calibration, guess, most_by_words
from ..ranking.features import PAGE, TITLE, kinds, query_of, single_word
from ..ranking.model import Model
from ..ranking.scorer import best_evidence, other_issues, plain_logits, rank
from ..ranking.weights import defaults
from ..text.terms import Question

_PAGES = 150  # pages whose lists say what a score means, at most
_HITS = 10  # first candidates of each
_ENOUGH = 100  # hits from which the archive has a say
_WIDTHS = (1.0, 0.02, 0.02)  # spreads of offset, slope and drop that are usual from archive to archive
# Of what headlines of other fields reach: the share below which the zero lies, and the share of whole fields (_FIELD
# neighbouring headlines) that need stay without an answer altogether, for the archive may be of one of them. What is
# known or asked by a whole text is less often foreign, and holds less of what a headline says: it is silenced less.
_FOREIGN = {"headline": 0.95, "untitled": 0.6, "page": 0.8}
_FIELDS = {"headline": (0.7, 0.75), "untitled": (0.4, 0.4), "page": (0.3, 0.3)}  # of few articles, of many
_FIELD = 12
_FEW = 200  # articles below which the fields alone decide: most headlines share nothing with so few
_PAGE = 9  # of them that make a page
_LISTING = 15  # pages whose first hit is listed, from which ...
_LOST = 0.02  # ... no more than this share of such pages may be left without an answer
_BOUNDS = (-4.0, 6.0)  # logits between which an archive's zero may lie beside the pooled one ...
_MANY = 1_000  # ... and of so many: a broad archive has relatives of every field, which say little of strangers
_WITHIN = {"headline": (-1.4, -0.4), "untitled": (-2.0, -1.4), "page": (-2.5, -0.3)}
_OWN = 200  # headlines of the archive that ask without themselves ...
_ALONE = 0.08  # ... of which this share is taken to have no relative in it, however little strangers reach, ...
_MUTE = (0.25, 0.35)  # ... and no more than this one, of few and of many, may be left mute for their sake
_LARGE = 10_000  # articles from which strangers reach more, by a logit each ten times as many


def default_calibration() -> Calibration:
    """The pooled calibration, fitted by benchmarks/fit_scorer.py."""
    return Calibration.of(defaults()["calibration"])


def calibrated(model: Model) -> Calibration:
    """The pooled calibration, its abstain rule moved to what other fields reach in this archive, and its scores to
    what its own related lists hold, as far as there are any."""
    if not len(model):
        return default_calibration()
    return recalibrated(replace(model, calibration=with_own_zero(model)), np.ones(len(model), dtype=bool))


def recalibrated(model: Model, included: NDArray[np.bool_]) -> Calibration:
    """The calibration of ``model`` with offsets and slopes fitted to the lists of the pages in ``included`` (n,) alone.

    Each page asks as a page and by its headline alone; of its first hits the listed are right. The pooled
    values are the prior. Pages whose first hit is listed keep their answer.
    """
    pooled = default_calibration()
    pages = np.flatnonzero((np.diff(model.links.listed_start) > 0) & included)
    if len(pages) > _PAGES:
        pages = np.sort(np.random.default_rng(int(model.about["recipe"]["seed"])).choice(pages, _PAGES, replace=False))
    cases: dict[int, list[Hits]] = {TITLE: [], PAGE: []}
    reached: dict[int, list[float]] = {TITLE: [], PAGE: []}
    for row in pages.tolist():
        stored = model.article_question(row)
        for question in (stored, model.question(stored.text)):
            kind, hits, best = _hits(model, row, question)
            if kind in cases and len(hits.listed):
                cases[kind].append(hits)
                reached[kind] += [best] if hits.listed[0] else []
    platt = pooled.platt.copy()
    fitted = False
    for kind, of_kind in cases.items():
        if sum(len(hits.listed) for hits in of_kind) >= _ENOUGH:
            platt[kind] = fit_platt(kind, Hits(*map(np.concatenate, zip(*of_kind, strict=True))), pooled, len(model))
            fitted = True
    abstain = model.calibration.abstain
    table = abstain.table.copy()
    for side, kind in enumerate((TITLE, PAGE)):
        if len(reached[kind]) >= _LISTING:
            table[side, -1] -= min(0.0, float(np.quantile(reached[kind], _LOST)))
    source = f"lists of {len(pages)} pages" if fitted else "defaults"
    return replace(model.calibration, platt=platt, abstain=replace(abstain, table=table), source=source)


class Hits(NamedTuple):
    """The first hits (p,) of pages: ``logits`` before what single words lose, ``behind`` the background of the page,
    ``single`` how far each hangs on one word, ``most`` the log-odds above which it is a guess, whether it is
    ``listed``."""

    logits: NDArray[np.float64]
    behind: NDArray[np.float64]
    single: NDArray[np.float64]
    most: NDArray[np.float64]
    listed: NDArray[np.bool_]


def _hits(model: Model, row: int, question: Question) -> tuple[int, Hits, float]:
    """The kind of a question that the page at ``row`` asks, its first hits, and the highest evidence among all."""
    duplicate_of, day = model.catalogue.duplicate_of, float(model.catalogue.days[row])
    query = query_of(model, question, day)
    silent = np.zeros(len(model), dtype=np.float32)
    ranking = rank(model, query, np.asarray(duplicate_of != duplicate_of[row]), link=silent)
    _, first = np.unique(duplicate_of[ranking.rows], return_index=True)
    originals = np.sort(first)[:_HITS]
    listed = np.isin(duplicate_of[ranking.rows[originals]], duplicate_of[model.links.listed_by(row)])
    # As ``scorer.score``: the order is that of the logits less what single words lose, the fit takes them before.
    features, issues = ranking.features, other_issues(model, query, ranking.features, ranking.rows)
    plain = plain_logits(model, query, ranking.rows, model.weights, features)
    logits = plain + model.weights.by_day(plain, features.time)
    behind = np.full(len(originals), background(np.sort(logits)[::-1], len(model)))
    single, most = single_word(features, issues).astype(np.float64), most_by_words(query.kind, features)
    hits = Hits(logits[originals], behind, single[originals], most[originals], listed)
    return query.kind, hits, logit(float(ranking.evidence.max(initial=0.0)))


def fit_platt(kind: int, hits: Hits, pooled: Calibration, articles: int) -> NDArray[np.float64]:
    """(3,) offset, slope and drop of a kind of query by maximum a posteriori: log loss over the ``hits`` in an archive
    of so many ``articles``, with ``pooled`` as prior, and with what single words lose as ``less_single_words`` has it:
    it depends on offset and slope."""
    prior, widths = pooled.platt[kind], np.array(_WIDTHS)
    low, level = below_least(hits.behind, kind, articles), bounded(hits.behind, kind)
    more, steeper, alone = pooled.small[kind]
    fixed = low * (more + steeper * hits.logits - alone * hits.single)

    def loss(w: NDArray[np.float64]) -> float:
        if w[1] < prior[1] / 4:  # a higher hit never scores less, whatever some lists say
            return math.inf
        log_odds = guess(w[0] + w[1] * hits.logits + w[2] * level + fixed, hits.most)
        p = np.clip(MOST * sigmoid(log_odds), 1e-6, 1 - 1e-6)
        apart = (w - prior) / widths  # Gaussian prior around the pooled values
        return -float(np.log(np.where(hits.listed, p, 1 - p)).sum()) + 0.5 * float(apart @ apart)

    return np.asarray(minimize(loss, prior, method="Nelder-Mead", options={"maxiter": 800, "maxfev": 800}).x)


def with_own_zero(model: Model) -> Calibration:
    """The pooled abstain rule with the archive's own zeros: what headlines of other fields reach, and pages made of
    nine such headlines each.

    The zero lies above most of them, and above the highest of most fields, not of all: a hospital's archive has
    relatives of health. Evidence grows with an archive: among 240,000 headlines some share three words with anything.
    A broad archive, be it of 150 articles, has relatives of every field; there what others reach says little. So the
    zero stays, of many articles, where leaving each set of the benchmarks out put it (``_WITHIN``), and between what
    ``_ALONE`` and ``_MUTE`` of its own headlines reach at most, asking without themselves; pages likewise.
    """
    pooled = default_calibration()
    model = replace(model, analyzer=replace(model.analyzer, memo={}))  # many words come again and again
    texts = files(__package__).joinpath("foreign_headlines.txt").read_text(encoding="utf-8").splitlines()
    pages = [(texts[i], ". ".join(texts[i + 1 : i + _PAGE])) for i in range(len(texts) - _PAGE + 1)]
    table = pooled.abstain.table.copy()
    untitled = float(np.mean(kinds(model, np.arange(len(model))) == UNTITLED)) > 0.5 if len(model) else False
    asking = {"untitled" if untitled else "headline": [(text, "") for text in texts], "page": pages}
    for side, (kind, queries) in enumerate(asking.items()):
        reached = [_evidence(model, pooled, model.question(title, body)) for title, body in queries]
        highest = [max(reached[i : i + _FIELD]) for i in range(0, len(reached), _FIELD)]
        zero = float(np.quantile(highest, _FIELDS[kind][len(model) >= _FEW]))
        if len(model) >= _FEW:
            zero = min(zero, float(np.quantile(reached, _FOREIGN[kind])))
        low, high = _WITHIN[kind] if len(model) >= _MANY else _BOUNDS
        high += max(0.0, math.log10(max(len(model), 1) / _LARGE))
        zero = min(max(zero, low), high)
        if reached := _own(model, pooled, page=kind == "page"):
            alone, mute = np.quantile(reached, (_ALONE, _MUTE[len(model) >= _MANY])).tolist()
            alone = low if untitled or kind == "page" else min(alone, _WITHIN[kind][0])
            zero = max(min(max(zero, alone), mute), _BOUNDS[0])
        table[side, -1] -= zero
    return replace(pooled, abstain=replace(pooled.abstain, table=table))


def _own(model: Model, pooled: Calibration, *, page: bool) -> list[float]:
    """The evidence that articles of the archive reach without themselves, the logit of each: by their headlines, or, of
    those with a body, as a ``page``."""
    rows = np.flatnonzero(np.diff(model.fields.lead_start)) if page else np.arange(len(model))
    if not len(rows):
        return []
    rows = rows[np.unique(np.linspace(0, len(rows) - 1, _OWN).astype(np.int64))]
    stored = ((row, model.article_question(row)) for row in rows.tolist())
    return [_evidence(model, pooled, asks if page else model.question(asks.text), row) for row, asks in stored]


def _evidence(model: Model, calibration: Calibration, question: Question, row: int | None = None) -> float:
    """The logit of the best candidate's evidence; -40 where there is none."""
    duplicate_of = model.catalogue.duplicate_of
    allowed = np.ones(len(model), dtype=bool) if row is None else np.asarray(duplicate_of != duplicate_of[row])
    return logit(best_evidence(model, query_of(model, question, math.nan), allowed, calibration, 20))


def logit(share: float) -> float:
    """ln(p / (1 - p)), within -40..40."""
    return math.log(share / (1 - share)) if 0 < share < 1 else 40.0 if share >= 1 else -40.0
