"""The scores of candidates of many stored articles, and which of them are shown."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import dots
from ..index.fields import Floats, Matches, Rows
from ..ranking.calibration import background, gap
from ..ranking.columns import issues_among
from ..ranking.features import LEAD_SHARE, PAGE, TITLE, Features
from ..ranking.options import SearchOptions
from ..ranking.pruned import ALIKE, BY_MEANING, nearness
from ..ranking.scorer import POOL, rough_logits
from ..ranking.selection import SPARE, choose, groups_of
from ..ranking.series import without_form
from ..ranking.stories import TOLD, same_event
from .block_candidates import Batch, Pairs, block_candidates, exhaustive_candidates
from .blocks import Asked, asked, headed, headlines_of, held, lead_share, matched, titles_of

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]
_LOOKED = 24  # groups from which ten lists of a hundred would be filled ten times over
_PIECE = 128  # articles that are scored together


class Lists(NamedTuple):
    """The hits of m articles: ``rows`` (m, k) int32, -1 behind the last, ``scores`` (m, k) float64, and how many of the
    first people ``pinned`` (m,)."""

    rows: NDArray[np.int32]
    scores: Numbers
    pinned: NDArray[np.int32]

    @classmethod
    def empty(cls, count: int, k: int) -> Lists:
        return cls(np.full((count, k), -1, np.int32), np.zeros((count, k)), np.zeros(count, np.int32))


def lists_of(batch: Batch, rows: Rows, near: NDArray[np.int32]) -> Lists:
    """The lists of the articles at ``rows`` (m,), by day where articles are looked at by days; ``near`` (m, c) the
    nearest of each by meaning, -1 behind the last."""
    lists = Lists.empty(len(rows), batch.options.k)
    decided = batch.recommender.decided
    by_hand = np.array([row in decided.pins or row in decided.blocked for row in rows.tolist()], dtype=bool)
    for at in np.flatnonzero(by_hand).tolist():
        _one(batch, int(rows[at]), at, lists)
    pages = np.array([len(batch.model.fields.lead(row)) > 0 for row in rows.tolist()], dtype=bool)
    for page in (False, True):
        chosen = np.flatnonzero(~by_hand & (pages == page))
        for begin in range(0, len(chosen), _PIECE):
            _piece(batch, rows, near, chosen[begin : begin + _PIECE], page, lists)
    return lists


def _one(batch: Batch, row: int, at: int, lists: Lists) -> None:
    """A list that people had a hand in, as one question."""
    answer = batch.recommender.related(row, batch.options)
    find = batch.model.catalogue.ids.find
    for place, hit in enumerate(answer):
        lists.rows[at, place], lists.scores[at, place] = find(hit.article.id), hit.score
    lists.pinned[at] = sum(hit.pinned for hit in answer)


def _piece(batch: Batch, rows: Rows, near: NDArray[np.int32], places: Rows, page: bool, lists: Lists) -> None:
    model, own = batch.model, rows[places]
    days = np.full(len(own), np.nan) if batch.options.no_date else np.asarray(model.catalogue.days[own])
    titles = titles_of(model, own.tolist())
    headline = asked(model, batch.words, titles)
    paged = None
    if page:
        shares = np.where(headed(model, own), LEAD_SHARE, 1.0).tolist()
        paged = asked(model, batch.words, titles, [model.fields.lead(row) for row in own.tolist()], shares)
    if len(model.pruning):
        pairs = block_candidates(batch, own, days, paged or headline, PAGE if page else TITLE, near[places])
    else:
        pairs = exhaustive_candidates(batch, own, days)
    _answered(batch, own, days, headline, paged, pairs, places, lists)


def _links(batch: Batch, own: Rows, pairs: Pairs) -> Floats:
    """(p,) what editors' lists say of each pair."""
    links, value = batch.model.links, np.zeros(len(pairs.rows), dtype=np.float32)
    bounds = np.searchsorted(pairs.of, np.arange(len(own) + 1)).tolist()
    for at, row in enumerate(own.tolist()):
        if len(links.listed_by(row)) or len(links.lists_of(row)):
            span = slice(bounds[at], bounds[at + 1])
            value[span] = links.scores(row, len(batch.model))[pairs.rows[span]]
    return value


class Known(NamedTuple):
    """Pairs (p,) with what has been found out of them."""

    pairs: Pairs
    by_title: Matches
    page: Matches | None
    meaning: Floats
    time: Floats
    link: Floats

    @property
    def lexical(self) -> Matches:
        return self.page or self.by_title

    def take(self, places: Rows) -> Known:
        def some(match: Matches) -> Matches:
            return Matches(*(part[places] for part in match))

        return Known(
            Pairs(self.pairs.of[places], self.pairs.rows[places]), some(self.by_title),
            some(self.page) if self.page else None, self.meaning[places], self.time[places], self.link[places],
        )  # fmt: skip


def _known(batch: Batch, own: Rows, days: Numbers, headline: Asked, paged: Asked | None, pairs: Pairs) -> Known:
    model, fields, (of, rows) = batch.model, batch.model.fields, pairs
    by_title = matched(fields, batch.words, headline, of, rows, held(batch.forward, headline, of, rows, batch.scratch))
    page = None
    if paged is not None:
        page = matched(fields, batch.words, paged, of, rows, held(batch.forward, paged, of, rows, batch.scratch))
    time = nearness(days[of] - model.catalogue.days[rows])
    bounds = np.searchsorted(of, np.arange(len(own) + 1)).tolist()
    spans = list(zip(own.tolist(), pairwise(bounds), strict=True))
    meaning = [dots(model.dense.rows[rows[a:b]], np.asarray(model.dense.rows[row])) for row, (a, b) in spans]
    none = np.zeros(0, dtype=np.float32)
    return Known(pairs, by_title, page, np.concatenate([none, *meaning]), time, _links(batch, own, pairs))


def _best_of(batch: Batch, query: int, known: Known) -> Rows:
    """Places of the pairs that a question would look at closely: see ``scorer.best_of``."""
    model, match, pool = batch.model, known.lexical, max(POOL, batch.options.k * SPARE)
    spoken = np.flatnonzero((match.title > 0) | (match.body > 0) | (known.link > 0) | (known.meaning > ALIKE))
    some = known.take(spoken)
    held = (some.lexical.title, some.lexical.body, some.meaning)
    rough = rough_logits(model.weights, query, batch.kind[some.pairs.rows], held)
    rough += model.weights.by_day(rough, some.time) + np.float32(model.weights.link) * some.link
    kept = _highest(some.pairs, rough, pool) | _highest(some.pairs, some.meaning, BY_MEANING) | (some.link > 0)
    return spoken[kept]


def _highest(pairs: Pairs, value: Floats, most: int) -> Mask:
    """(p,) whether a pair is among the ``most`` highest of its asking article, equal ones by row."""
    order = np.lexsort((-value, pairs.of))  # they ascend by row as they are
    place = np.arange(len(order)) - np.searchsorted(pairs.of, pairs.of)  # they stand by the article that asks
    highest = np.zeros(len(order), dtype=bool)
    highest[order[place < most]] = True
    return highest


def _features(batch: Batch, own: Rows, headline: Asked, paged: Asked | None, known: Known) -> Features:
    """``features_of_rows`` for pairs."""
    model, (of, rows), by_title, page = batch.model, known.pairs, known.by_title, known.page
    nothing = np.zeros(len(rows), dtype=np.float32)
    return Features(
        by_title.title, by_title.cosine, by_title.body,
        page.title if page else nothing, page.cosine if page else nothing, page.body if page else nothing,
        lead_share(model.fields, paged or headline, of, rows), known.meaning,
        model.surface.score_pairs(headlines_of(model, own.tolist()), of, rows), known.time,
        known.link, by_title.words, known.lexical.mass, known.lexical.shared, by_title.coverage, batch.kind[rows],
    )  # fmt: skip


def _answered(
    batch: Batch, own: Rows, days: Numbers, headline: Asked, paged: Asked | None, pairs: Pairs, places: Rows,
    lists: Lists,
) -> None:  # fmt: skip
    """Scores the pairs and puts what is shown into ``lists`` at ``places`` (b,)."""
    model, query = batch.model, TITLE if paged is None else PAGE
    weights, calibration = model.weights, model.calibration
    known = _known(batch, own, days, headline, paged, pairs)
    if len(model.pruning):
        known = known.take(_best_of(batch, query, known))
    features, (of, rows) = _features(batch, own, headline, paged, known), known.pairs
    issues = issues_among(model, headlines_of(model, own.tolist()), of, rows, days, features)
    plain = without_form(weights.plain(query, features), issues)
    logits = plain + weights.by_day(plain, features.time) + weights.link * features.link
    bounds = np.searchsorted(of, np.arange(len(own) + 1))
    level = _behind(logits[np.lexsort((-logits, of))], bounds, len(model))
    logits = calibration.less_single_words(query, logits, features, issues, level[of], len(model))
    order = np.lexsort((-logits, of))  # equal ones stay by row
    features, of, rows, logits, plain = features.take(order), of[order], rows[order], logits[order], plain[order]
    by_plain = plain[np.lexsort((-plain, of))]
    above = gap(plain, _behind(by_plain, bounds)[of])
    evidence = calibration.evident(query, features, (paged or headline).known[of], above)
    scores = calibration.probability(query, logits, level[of], len(model))
    if batch.options.min_score is None:
        best = np.zeros(len(own))
        np.maximum.at(best, of, evidence)
        shown = (evidence >= calibration.also) & (best >= calibration.least(stored=True))[of]
    else:
        shown = scores >= batch.options.min_score
    kept = np.flatnonzero(shown)
    _choose(batch, np.searchsorted(of[kept], np.arange(len(own) + 1)), rows[kept], scores[kept], places, lists)


def _behind(values: Numbers, bounds: Rows, articles: int = 0) -> Numbers:
    """(b,) ``calibration.background`` of each article's ``values``, the highest first, between its ``bounds``."""
    spans = pairwise(bounds.tolist())
    return np.array([background(values[begin:end], articles) for begin, end in spans], dtype=np.float64)


def _choose(batch: Batch, bounds: Rows, rows: Rows, scores: Numbers, places: Rows, lists: Lists) -> None:
    """What is shown of the candidates ``rows``, best first, of each article between its ``bounds``."""
    options, kinds_of = batch.options, batch.model.catalogue.duplicate_of
    wide = bool(options.diversity) or options.k > _LOOKED // 2
    spans = list(pairwise(bounds.tolist()))
    groups = [_of_kinds(kinds_of, rows, begin, end, options) for begin, end in spans]
    folds = options.collapse and not options.stories and not wide
    same = _same(batch, rows, groups) if folds else None
    for at, place in enumerate(places.tolist()):
        begin, end = int(bounds[at]), int(bounds[at + 1])
        chosen = groups[at][: options.k] if same is None else _unfolded(groups[at], same[at], options.k)
        if wide or (len(chosen) < options.k and len(groups[at]) == _LOOKED):
            chosen = _slowly(batch, rows[begin:end], scores[begin:end], begin)
        lists.rows[place, : len(chosen)] = rows[chosen]
        lists.scores[place, : len(chosen)] = scores[chosen]


def _of_kinds(kinds_of: NDArray[np.int32], rows: Rows, begin: int, end: int, options: SearchOptions) -> list[int]:
    """The places, ``_LOOKED`` at most, of the best of each kind of near-copies."""
    if not options.collapse:
        return list(range(begin, min(end, begin + _LOOKED)))
    first: dict[int, int] = {}
    for step in range(begin, end, 4 * _LOOKED):
        for at, kind in enumerate(kinds_of[rows[step : min(end, step + 4 * _LOOKED)]].tolist(), start=step):
            first.setdefault(kind, at)
        if len(first) >= _LOOKED:
            break
    return list(first.values())[:_LOOKED]


def _slowly(batch: Batch, rows: Rows, scores: Numbers, begin: int) -> list[int]:
    """Places of what is shown, as for one question."""
    groups = groups_of(batch.model, rows, batch.options)
    at = {row: begin + place for place, row in enumerate(rows.tolist())}
    return [at[group.rows[0]] for group in choose(batch.model, groups, rows, scores, batch.options)]


def _unfolded(group: list[int], same: dict[int, set[int]], wanted: int) -> list[int]:
    """The first places of ``group``, of those that tell one event no more than ``TOLD``: ``stories.folded``."""
    kept: list[int] = []
    times: dict[int, int] = {}
    for place in group:
        alike = same.get(place, ())
        first = next((other for other in times if other in alike), place)
        if times.get(first, 0) < TOLD:
            times[first] = times.get(first, 0) + 1
            kept.append(place)
            if len(kept) == wanted:
                break
    return kept


def _same(batch: Batch, rows: Rows, groups: Sequence[list[int]]) -> list[dict[int, set[int]]]:
    """Of each article which of its places tell one event: place -> the earlier ones."""
    places = np.array([place for group in groups for place in group], dtype=np.int64)
    of = np.repeat(np.arange(len(groups)), list(map(len, groups)))
    same: list[dict[int, set[int]]] = [{} for _ in groups]
    left, right = same_event(batch.model, rows[places], of)
    for one, other in zip(left.tolist(), right.tolist(), strict=True):
        same[int(of[one])].setdefault(int(places[one]), set()).add(int(places[other]))
    return same
