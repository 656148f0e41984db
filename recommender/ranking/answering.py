"""One question answered from one state: candidates, filters, people's pins, the abstain rule, and the hits."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import distinct
from ..index.fields import Rows
from ..lazy import dataclass
from ..text.instants import day_after, day_number
from ..text.term_weights import says_nothing
from ..text.terms import Question
from ..topics.topic import NO_TOPIC
from .answer import Answer, Hit, Reason
from .explain import reasons_of, reasons_of_text
from .features import Features, Query, codes_of, query_of
from .filters import of_topic, passing
from .model import Model
from .options import NAMES, SearchOptions, date_text, named
from .pairs import Decided
from .scorer import POOL, Ranking, nearest, rank, score, with_across, with_holders
from .selection import SPARE, choose, groups_of
from .state import State
from .stories import Group
from .word_match import only_syllables, words_held

if TYPE_CHECKING:
    from .milvus_candidates import MilvusCandidates

PARTS = tuple(name for name in Features._fields if name not in ("kind", "mass", "shared", "distinct"))
_REASONS = 5  # words named for a hit unless all are asked for
_NEAR = 0.3  # cosine from which a vector that asks without words is answered


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Answering:
    """Answers from ``state``, with candidates from ``outside`` where there is such a server and it answers."""

    state: State
    outside: MilvusCandidates | None = None

    @property
    def model(self) -> Model:
        return self.state.model

    @property
    def decided(self) -> Decided:
        return self.state.decided

    def answer(self, question: Question, day: float, query: dict[str, Any], options: SearchOptions, own: int) -> Answer:
        """The answer to ``question`` of a ``day`` number (NaN: none); ``query`` is what it says it was asked, ``own``
        the row of the article that asks, -1 for none."""
        model = self.model
        if not len(model):
            return self._nothing(query, "the corpus is empty")
        has_words = question.row is not None or bool(question.features or question.body)
        if not has_words and question.vector is None:
            return self._nothing(query, "the question holds no word")
        allowed = self._allowed(day, options, own)
        pins = self._pinned(day, options, question.row, allowed)
        if not allowed.any() and not pins:
            return self._nothing(query, "no article passes the filters")
        vectors = query_of(model, question, day)
        pool = max(POOL, options.k * SPARE)
        ranking = self._ranked(vectors, allowed, options, pool) if has_words else nearest(model, vectors, allowed, pool)
        pinned = self._pins(vectors, pins, ranking.rows, options)
        if pinned:
            options = replace(options, k=options.k - len(pinned))
        if not options.k:
            return Answer(query, model.version, pinned)
        if not has_words:
            shown = ranking.scores >= (_NEAR if options.min_score is None else options.min_score)
        elif options.min_score is None:
            shown = model.calibration.abstain.answered(
                vectors, ranking.evidence, ranking.holds, ranking.scores, ranking.likely
            )
        else:
            shown = ranking.scores >= options.min_score
        if only_syllables(question):
            shown = shown & ranking.holds
        if not shown.any() and not pinned:
            return self._nothing(query, self._reason(day, ranking, options))
        passed = np.flatnonzero(shown)
        groups = groups_of(model, ranking.rows[passed], options)
        chosen = choose(model, groups, ranking.rows, ranking.scores, options)
        return Answer(query, model.version, (*pinned, *self._hits(chosen, vectors, ranking, options, len(pinned) + 1)))

    def _hits(
        self, chosen: list[Group], query: Query, ranking: Ranking, options: SearchOptions, first: int = 1
    ) -> Iterator[Hit]:
        """The hits of the groups that were ``chosen`` of ``ranking``, numbered from ``first`` on."""
        index_of = ranking.rows.tolist().index
        positions = [index_of(group.rows[0]) for group in chosen]
        reasons = reasons_of(query, ranking.codes[:, positions])
        for number, (group, position, why) in enumerate(zip(chosen, positions, reasons, strict=True), start=first):
            if not why and ranking.holds[position]:  # it is held by another reading of the question
                words = words_held(self.model, query.question, group.rows[0])
                why = [(word, 1 / len(words)) for word in words]
            elif not why and query.page is not None:
                codes = codes_of(self.model, query.page, ranking.rows[position : position + 1])
                why = reasons_of_text(query, codes[:, 0])
            yield self._hit(number, group, position, ranking, why, options)

    def _ranked(self, query: Query, allowed: NDArray[np.bool_], options: SearchOptions, pool: int) -> Ranking:
        model = self.model
        if self.outside is not None:
            link = model.links.scores(query.question.row, len(model))
            rows = self.outside.rows(model, query, options, allowed, link, pool)
            if rows is not None:
                rows = with_holders(model, query, with_across(query, rows, allowed, pool), allowed, pool)
                return score(model, query, rows, link=link)
        return rank(model, query, allowed, pool=pool)

    def _pinned(self, day: float, options: SearchOptions, row: int | None, allowed: NDArray[np.bool_]) -> list[int]:
        """The rows that people pinned to the article at ``row`` and that pass the filters, ``options.k`` at most; what
        is decided otherwise than by score is not ``allowed`` any more."""
        if row is None or (row not in self.decided.pins and row not in self.decided.blocked):
            return []
        allowed[self.decided.blocked.get(row, [])] = False
        passing = self._allowed(day, replace(options, collapse=False), row)
        pins = [pin for pin in self.decided.pins.get(row, []) if passing[pin]][: options.k]
        allowed[pins] = False
        if options.collapse and pins:
            kinds = self.model.catalogue.duplicate_of
            allowed &= ~np.isin(kinds, kinds[pins])
        return pins

    def _pins(self, query: Query, pins: list[int], others: Rows, options: SearchOptions) -> tuple[Hit, ...]:
        """What people pinned, scored among the candidates ``others`` (m,) it: a score is of one among others."""
        if not pins:
            return ()
        ranking = score(self.model, query, distinct(np.concatenate([others, pins])))
        groups = [Group([row], []) for row in pins]
        return tuple(replace(hit, pinned=True) for hit in self._hits(groups, query, ranking, options))

    def _reason(self, day: float, ranking: Ranking, options: SearchOptions) -> str:
        if not len(ranking):
            among = "" if self._allowed(day, options).all() else " that passes the filters"
            return f"no article{among} holds a word of the question"
        if options.min_score is not None:
            best = float(ranking.scores.max())
            return f"nothing related in the corpus (the best score is {best:.2f}, {options.min_score:.2f} is wanted)"
        article = self.model.catalogue.article(int(ranking.rows[0]))
        return f"nothing related in the corpus (the nearest: {article.shown_title})"

    def _nothing(self, query: dict[str, Any], reason: str) -> Answer:
        return Answer(query, self.model.version, (), abstained=True, reason=reason)

    def _allowed(self, day: float, options: SearchOptions, own: int = -1) -> NDArray[np.bool_]:
        """(n,) which articles may answer; ``own`` is the row of the asking one, -1 for none."""
        catalogue = self.model.catalogue
        allowed = self.passing(options)
        if own >= 0:
            allowed[catalogue.copies(own) if options.collapse else own] = False
        if options.past_only and not math.isnan(day):
            allowed &= (catalogue.days <= day) | np.isnan(catalogue.days)
        return allowed

    def passing(self, options: SearchOptions) -> NDArray[np.bool_]:
        """(n,) which articles pass the filters of ``options`` (``checked``), whatever asks."""
        catalogue = self.model.catalogue
        allowed = np.ones(len(catalogue), dtype=bool)
        if since := date_text("since", options.since):
            allowed &= catalogue.days >= day_number(since)
        if until := date_text("until", options.until):
            allowed &= catalogue.days < day_after(until)
        if options.topic:
            allowed &= of_topic(self.model.topics, options.topic)
        key = (options.collapse, *(named(getattr(options, name)) for name in NAMES))
        if any(key[1:]):
            last = self.state.passed[-1] if self.state.passed else None
            if last is None or last[0] != key:
                last = (key, passing(catalogue, options, self.model.outlets_file))
                self.state.passed[:] = [last]
            allowed &= last[1]
        return allowed

    def _hit(
        self,
        number: int,
        group: Group,
        position: int,
        ranking: Ranking,
        reasons: list[tuple[str, float]],
        options: SearchOptions,
    ) -> Hit:
        row, catalogue = group.rows[0], self.model.catalogue
        topic = int(self.model.topics.topic_of[row])
        if not options.explain:
            reasons = ([pair for pair in reasons if not says_nothing(pair[0])] or reasons)[:_REASONS]
        why = tuple(Reason(*reason) for reason in reasons)
        also: tuple[str, ...] = ()
        if options.collapse:
            also = tuple(catalogue.ids[other] for other in catalogue.copies(row) if other != row)
        parts: dict[str, float] = {}
        if options.explain:
            parts = {name: float(getattr(ranking.features, name)[position]) for name in PARTS}
            parts["evidence"] = float(ranking.evidence[position])
        return Hit(
            number, catalogue.article(row), float(ranking.scores[position]),
            None if topic == NO_TOPIC else self.model.topics.topics[topic], why, also, parts,
            tuple(catalogue.ids[other] for other in group.retellings),
        )  # fmt: skip
