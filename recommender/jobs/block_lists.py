"""The scores of candidates of many stored articles, and which of them are shown."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import dots
from ..index.fields import SATURATION, Floats, Matches, Rows
from ..index.surface import BUCKETS
from ..ranking.background import background, gap
from ..ranking.columns import issues_among
from ..ranking.features import LEAD_SHARE, PAGE, TITLE, Features
from ..ranking.model import Model
from ..ranking.pruned import ALIKE, BY_MEANING, nearness
from ..ranking.scorer import POOL, rough_logits
from ..ranking.selection import SPARE, choose, groups_of
from ..ranking.series import without_form
from ..ranking.stories import MAYBE_ALIKE, TOLD, same_event
from .batch import Batch
from .block_candidates import Nearest, Pairs, block_candidates
from .blocks import Queries, headed, headlines_of, lead_share, queries_of, titles_of
from .compiled_pairs import alike_titles, best_of_copies, held_of_pairs, highest_of_each, matches_of_pairs
from .lists import Lists, answer_each

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]
_LOOKED = 24  # groups from which ten lists of a hundred would be filled ten times over
_PIECE = 128  # articles that are scored together


def lists_of(batch: Batch, rows: Rows, near: Nearest) -> Lists:
    """The lists of the articles at ``rows`` (m,), by day; ``near`` (m, c) the nearest of each by meaning, -1 behind the
    last."""
    batch.check()
    lists = Lists.empty(len(rows), batch.options.k)
    decided = batch.recommender.decided
    by_hand = np.array([row in decided.pins or row in decided.blocked for row in rows.tolist()], dtype=bool)
    answer_each(batch.recommender, batch.options, rows, np.flatnonzero(by_hand), lists)
    pages = np.array([len(batch.model.fields.lead(row)) > 0 for row in rows.tolist()], dtype=bool)
    for page in (False, True):
        chosen = np.flatnonzero(~by_hand & (pages == page))
        for begin in range(0, len(chosen), _PIECE):
            _score_piece(batch, rows, near, chosen[begin : begin + _PIECE], page, lists)
    return lists


def _score_piece(batch: Batch, rows: Rows, near: Nearest, slots: Rows, page: bool, lists: Lists) -> None:
    model, block = batch.model, rows[slots]
    days = np.full(len(block), np.nan) if batch.options.no_date else np.asarray(model.catalogue.days[block])
    titles = titles_of(model, block.tolist())
    headline = queries_of(model, batch.words, titles)
    paged = None
    if page:
        shares = np.where(headed(model, block), LEAD_SHARE, 1.0).tolist()
        paged = queries_of(model, batch.words, titles, [model.fields.lead(row) for row in block.tolist()], shares)
    pairs = block_candidates(batch, block, days, paged or headline, PAGE if page else TITLE, near[slots])
    _score(batch, block, days, headline, paged, pairs, slots, lists)


def _links(batch: Batch, block: Rows, pairs: Pairs) -> Floats:
    """(p,) the link score of each pair, from editors' lists."""
    links, value = batch.model.links, np.zeros(len(pairs.rows), dtype=np.float32)
    bounds = np.searchsorted(pairs.of, np.arange(len(block) + 1)).tolist()
    for at, row in enumerate(block.tolist()):
        if len(links.listed_by(row)) or len(links.lists_of(row)):
            span = slice(bounds[at], bounds[at + 1])
            value[span] = links.scores(row, len(batch.model))[pairs.rows[span]]
    return value


class PairFeatures(NamedTuple):
    """Features of pairs (p,)."""

    pairs: Pairs
    by_title: Matches
    page: Matches | None
    meaning: Floats
    time: Floats
    link: Floats

    @property
    def lexical(self) -> Matches:
        return self.page or self.by_title

    def take(self, indices: Rows) -> PairFeatures:
        def some(match: Matches) -> Matches:
            return Matches(*(part[indices] for part in match))

        return PairFeatures(
            Pairs(self.pairs.of[indices], self.pairs.rows[indices]), some(self.by_title),
            some(self.page) if self.page else None, self.meaning[indices], self.time[indices], self.link[indices],
        )  # fmt: skip


def _match(batch: Batch, query: Queries, pairs: Pairs) -> Matches:
    """``FieldIndex.match`` for pairs."""
    fields, words, forward = batch.model.fields, batch.words, batch.forward
    asking = words.word[query.ids]
    tells = fields.specificity if len(fields.specificity) else words.said
    by_words = np.bincount(query.of[asking], query.share[asking], len(query.lengths)).astype(np.float64)
    matches = matches_of_pairs(
        forward.start, forward.term, forward.code, SATURATION, fields.has_bodies, fields.norms, words.word, words.idf,
        words.said, tells, query.start, query.ids, query.share, query.bare, query.height, query.compound,
        query.lengths, by_words, query.of_words, *pairs,
    )  # fmt: skip
    return Matches(*matches)


def _pair_features(
    batch: Batch, block: Rows, days: Numbers, headline: Queries, paged: Queries | None, pairs: Pairs
) -> PairFeatures:
    model, (of, rows) = batch.model, pairs
    by_title = _match(batch, headline, pairs)
    page = None if paged is None else _match(batch, paged, pairs)
    time = nearness(days[of] - model.catalogue.days[rows])
    bounds = np.searchsorted(of, np.arange(len(block) + 1)).tolist()
    spans = list(zip(block.tolist(), pairwise(bounds), strict=True))
    meaning = [dots(model.dense.rows[rows[a:b]], np.asarray(model.dense.rows[row])) for row, (a, b) in spans]
    empty = np.zeros(0, dtype=np.float32)
    return PairFeatures(pairs, by_title, page, np.concatenate([empty, *meaning]), time, _links(batch, block, pairs))


def _best_of(batch: Batch, query: int, features: PairFeatures, bounds: Rows) -> Rows:
    """Positions of the pairs that are scored in full: see ``scorer.best_of``. The pairs of an article stand between two
    of the ``bounds``."""
    model, match, pool = batch.model, features.lexical, max(POOL, batch.options.k * SPARE)
    related = (match.title > 0) | (match.body > 0) | (features.link > 0) | (features.meaning > ALIKE)
    parts = match.title, match.body, features.meaning
    rough = rough_logits(model.weights, query, batch.kind[features.pairs.rows], parts)
    rough += model.weights.by_day(rough, features.time) + np.float32(model.weights.link) * features.link
    lowest = np.float32(-np.inf)
    best = highest_of_each(bounds, np.where(related, rough, lowest), pool)
    best |= highest_of_each(bounds, np.where(related, features.meaning, lowest), BY_MEANING)
    return np.flatnonzero(related & (best | (features.link > 0)))


def _surface(model: Model, headlines: Sequence[str], of: Rows, rows: Rows) -> Floats:
    """``SurfaceIndex.score`` for pairs."""
    surface = model.surface
    held = held_of_pairs(surface.start, surface.bigram, BUCKETS, *surface.weights_of_each(headlines), of, rows)
    return surface.saturated(held, rows)


def _features(
    batch: Batch, headlines: Sequence[str], headline: Queries, paged: Queries | None, features: PairFeatures
) -> Features:
    """``features_of_rows`` for pairs."""
    model, (of, rows), by_title, page = batch.model, features.pairs, features.by_title, features.page
    nothing, lexical = np.zeros(len(rows), dtype=np.float32), features.lexical
    return Features(
        by_title.title, by_title.cosine, by_title.body,
        page.title if page else nothing, page.cosine if page else nothing, page.body if page else nothing,
        lead_share(model.fields, paged or headline, of, rows), features.meaning,
        _surface(model, headlines, of, rows), features.time,
        features.link, by_title.words, lexical.mass, lexical.shared, lexical.distinct, by_title.coverage,
        nothing, batch.kind[rows],
    )  # fmt: skip


def _score(
    batch: Batch, block: Rows, days: Numbers, headline: Queries, paged: Queries | None, pairs: Pairs, slots: Rows,
    lists: Lists,
) -> None:  # fmt: skip
    """Scores the pairs and writes the hits into ``lists`` at ``slots`` (b,)."""
    model, query = batch.model, TITLE if paged is None else PAGE
    weights, calibration = model.weights, model.calibration
    features = _pair_features(batch, block, days, headline, paged, pairs)
    features = features.take(_best_of(batch, query, features, np.searchsorted(pairs.of, np.arange(len(block) + 1))))
    headlines = headlines_of(model, block.tolist())
    inputs, (of, rows) = _features(batch, headlines, headline, paged, features), features.pairs
    issues = issues_among(model, headlines, of, rows, days, inputs)
    # Logits without time and links first; the background of a query is the level of its best logits.
    plain = without_form(weights.plain(query, inputs), issues)
    logits = plain + weights.by_day(plain, inputs.time) + weights.link * inputs.link
    bounds = np.searchsorted(of, np.arange(len(block) + 1))
    level = _backgrounds(logits[np.lexsort((-logits, of))], bounds, len(model))
    logits = calibration.less_single_words(query, logits, inputs, issues, level[of], len(model))
    order = np.lexsort((-logits, of))  # equal ones stay by row
    inputs, of, rows, logits, plain = inputs.take(order), of[order], rows[order], logits[order], plain[order]
    by_plain = plain[np.lexsort((-plain, of))]
    above = gap(plain, _backgrounds(by_plain, bounds)[of])
    evidence = calibration.abstain.evident(query, inputs, (paged or headline).known[of], above)
    scores = calibration.probability(query, logits, level[of], len(model))
    if batch.options.min_score is None:  # the abstain rule: the best hit decides whether there is an answer
        best = np.zeros(len(block))
        np.maximum.at(best, of, evidence)
        shown = (evidence >= calibration.abstain.also) & (best >= calibration.abstain.least(stored=True))[of]
    else:
        shown = scores >= batch.options.min_score
    hits = np.flatnonzero(shown)
    _choose(batch, np.searchsorted(of[hits], np.arange(len(block) + 1)), rows[hits], scores[hits], slots, lists)


def _backgrounds(values: Numbers, bounds: Rows, articles: int = 0) -> Numbers:
    """(b,) ``calibration.background`` of each article's ``values``, the highest first, between its ``bounds``."""
    spans = pairwise(bounds.tolist())
    return np.array([background(values[begin:end], articles) for begin, end in spans], dtype=np.float64)


def _choose(batch: Batch, bounds: Rows, rows: Rows, scores: Numbers, slots: Rows, lists: Lists) -> None:
    """Writes the hits among the candidates ``rows``, best first, of each article between its ``bounds``."""
    options, model = batch.options, batch.model
    wide = bool(options.diversity) or options.k > _LOOKED // 2
    best, sizes = best_of_copies(bounds, rows, model.catalogue.duplicate_of, bool(options.collapse), _LOOKED)
    groups = [positions[:size] for positions, size in zip(best.tolist(), sizes.tolist(), strict=True)]
    same = _same_events(model, rows, best, sizes) if options.collapse and not options.stories and not wide else None
    for at, target in enumerate(slots.tolist()):
        begin, end = int(bounds[at]), int(bounds[at + 1])
        chosen = groups[at][: options.k] if same is None else _limited_by_event(groups[at], same, options.k)
        if wide or (len(chosen) < options.k and len(groups[at]) == _LOOKED):
            chosen = _choose_as_for_one(batch, rows[begin:end], scores[begin:end], begin)
        lists.rows[target, : len(chosen)] = rows[chosen]
        lists.scores[target, : len(chosen)] = scores[chosen]


def _choose_as_for_one(batch: Batch, rows: Rows, scores: Numbers, begin: int) -> list[int]:
    """Positions of the hits, chosen as for one question: slower, but without a limit on groups."""
    groups = groups_of(batch.model, rows, batch.options)
    position_of = {row: begin + i for i, row in enumerate(rows.tolist())}
    return [position_of[group.rows[0]] for group in choose(batch.model, groups, rows, scores, batch.options)]


def _limited_by_event(group: list[int], same: dict[int, list[int]], k: int) -> list[int]:
    """The first ``k`` positions of ``group``, at most ``TOLD`` of one event: ``stories.folded``."""
    if same.keys().isdisjoint(group):
        return group[:k]
    chosen: list[int] = []
    counts: dict[int, int] = {}
    for position in group:
        same_as = same.get(position, ())
        first = next((other for other in counts if other in same_as), position)
        if counts.get(first, 0) < TOLD:
            counts[first] = counts.get(first, 0) + 1
            chosen.append(position)
            if len(chosen) == k:
                break
    return chosen


def _same_events(model: Model, rows: Rows, best: Rows, sizes: Rows) -> dict[int, list[int]]:
    """The positions in ``rows`` (p,) of candidates that tell the event of earlier ones of the same list: position ->
    earlier positions. The candidates of a list are the first ``sizes`` (b,) of ``best`` (b, c)."""
    positions = best[np.arange(best.shape[1]) < sizes[:, None]]
    bounds = np.concatenate([[0], np.cumsum(sizes)])
    titles, among = model.tfidf, rows[positions]
    entries = titles.rows_start, titles.rows_term, titles.rows_weight
    left, right, alike = alike_titles(*entries, len(titles.terms), bounds, among, MAYBE_ALIKE)
    shown = same_event(model, among, left, right, alike)
    same: dict[int, list[int]] = {}
    for later, earlier in zip(positions[left[shown]].tolist(), positions[right[shown]].tolist(), strict=True):
        same.setdefault(later, []).append(earlier)
    return same
