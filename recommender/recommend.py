"""Similar articles for a text or an article: scored, filtered, without copies, diverse, and explained."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .amend import amended
from .corpus.article import Article
from .edits import FILE, EditLog
from .errors import QueryError
from .model import Model, open_model
from .moments import day_after, day_number
from .scoring import Parts, scored
from .spaces import Question
from .tables import nearest_names
from .topics import NO_TOPIC, Topic, no_topic
from .vectors import diverse, top_k
from .version_folder import blaming, current_folder

_REASONS = 5  # words named for a hit unless all are asked for
_POOL = 5  # candidates a wanted hit, from which a diverse choice is made


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of an answer; dates are ISO days, both ends included. Unknown dates match no period.

    ``min_score`` is what every hit must reach; without it the best must reach the model's ``min_score`` and
    the others its ``list_score``.
    """

    k: int = 10
    since: str | None = None
    until: str | None = None
    outlet: str | None = None
    topic: str | None = None
    past_only: bool = False
    diversity: float = 0.0
    min_score: float | None = None
    collapse: bool = True
    explain: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """A word and what it adds to the lexical likeness."""

    term: str
    weight: float


@dataclass(frozen=True, slots=True)
class Hit:
    """One recommended article. ``score`` is 0..1; ``parts`` what it is made of; ``also`` ids of its near-copies."""

    rank: int
    article: Article
    score: float
    topic: Topic | None
    why: tuple[Reason, ...]
    also: tuple[str, ...]
    parts: dict[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        article = self.article
        row: dict[str, Any] = {
            "rank": self.rank,
            "id": article.id,
            "title": article.shown_title,
            "score": round(self.score, 4),
            "outlet": article.outlet,
            "published": article.published,
            "url": article.url,
            "topic": {"id": self.topic.id, "name": self.topic.name} if self.topic else None,
            "why": [{"term": reason.term, "weight": round(reason.weight, 6)} for reason in self.why],
            "also": list(self.also),
        }
        if self.parts:
            row["parts"] = {name: round(value, 6) for name, value in self.parts.items()}
        return row


@dataclass(frozen=True, slots=True)
class Answer(Sequence[Hit]):
    """The hits of a question, best first; ``abstained`` with a ``reason`` where nothing is related."""

    query: dict[str, Any]
    model: str
    hits: tuple[Hit, ...]
    abstained: bool = False
    reason: str | None = None

    def __len__(self) -> int:
        return len(self.hits)

    def __getitem__(self, index: Any) -> Any:
        return self.hits[index]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def as_json(self) -> dict[str, Any]:
        return {
            "query": self.query,
            "model": self.model,
            "abstained": self.abstained,
            "reason": self.reason,
            "results": [hit.as_json() for hit in self.hits],
        }


class Recommender:
    """Answers from a model folder, with numpy alone."""

    def __init__(self, model: Model, problems: tuple[str, ...] = ()) -> None:
        self.model = model
        self.problems = problems  # a sentence for each of people's edits that could not be applied

    @classmethod
    def open(cls, path: str | Path = "models/current") -> Recommender:
        """The model at ``models``, ``models/current`` or ``models/<version>``, with people's edits applied.

        Edits are those of ``data/edits.jsonl`` beside ``models``; ``open_model`` gives the model without them.
        Raises ModelError, and InputError if the edits are damaged.
        """
        log = EditLog.read(Path(os.path.abspath(current_folder(path))).parents[1] / "data" / FILE)
        model = open_model(path)
        return cls(*amended(model, log.standing)) if log.standing else cls(model)

    def __len__(self) -> int:
        return len(self.model)

    @property
    def topics(self) -> tuple[Topic, ...]:
        return self.model.topics.topics

    def similar(
        self,
        text: str | None = None,
        k: int = 10,
        *,
        id: str | None = None,
        body: str = "",
        published: str | None = None,
        wish: Wish | None = None,
        **wishes: Any,
    ) -> Answer:
        """The ``k`` articles most related to ``text``, or to the stored article ``id``, best first.

        ``body`` is the text behind a headline, ``published`` its date; further keywords are fields of
        ``Wish`` (``since="2024-01-01"``).
        Raises QueryError for an unknown id or outlet, ``k`` below 1, or a bad date, ModelError where a
        damaged file of the model is met.
        """
        wish = replace(wish or Wish(), k=k, **wishes)
        if (text is None) == (id is None):
            raise QueryError("Ask with a text or an id, one of them.", 'For example: similar("양극재 공장")')
        _check(wish)
        with blaming(self.model.folder):
            if id is not None:
                row = self._row(id)
                question, day = self.model.article_question(row), float(self.model.catalogue.days[row])
                query: dict[str, Any] = {"id": self.model.catalogue.ids[row], "title": question.text}
            else:
                question, day = self.model.asked(text or "", body), day_number(published)
                query = {"text": text}
            return self._answer(question, day, query | {"k": wish.k}, wish)

    def related(self, row: int, wish: Wish) -> Answer:
        """``similar`` for the article at ``row``."""
        return self.similar(id=self.model.catalogue.ids[row], k=wish.k, wish=wish)

    def _answer(self, question: Question, day: float, query: dict[str, Any], wish: Wish) -> Answer:
        model = self.model
        allowed = self._allowed(question, day, wish)
        least = model.min_score if wish.min_score is None else wish.min_score
        if not len(model):
            return self._nothing(query, "the corpus is empty")
        if question.row is None and not question.features and not question.body:
            return self._nothing(query, "the question holds no word")
        if not allowed.any():
            return self._nothing(query, "no article passes the filters")
        parts = model.parts(question, day)
        known = model.tfidf.known_share(question)
        scores = scored(model.weights, parts, known, allowed, dated=not math.isnan(day))
        best = float(scores.max())
        if best < least or best == -np.inf:
            reached = f" (the best reaches {best:.2f}, {least:.2f} is wanted)" if best > -np.inf else ""
            return self._nothing(query, f"nothing related in the corpus{reached}")
        floor = model.list_score if wish.min_score is None else least
        wanted = max(wish.k * _POOL, wish.k + 20)
        groups = self._groups(top_k(scores, wanted, scores >= floor), question.row, wish.collapse)
        while len(groups) < wish.k and wanted < len(model):  # copies filled the pool
            wanted *= 8
            groups = self._groups(top_k(scores, wanted, scores >= floor), question.row, wish.collapse)
        chosen = self._choose(groups, scores, wish)
        hits = tuple(
            self._hit(rank, rows, float(scores[rows[0]]), question, parts, wish)
            for rank, rows in enumerate(chosen, start=1)
        )
        return Answer(query, model.version, hits)

    def _nothing(self, query: dict[str, Any], reason: str) -> Answer:
        return Answer(query, self.model.version, (), abstained=True, reason=reason)

    def _row(self, article_id: str) -> int:
        row = self.model.catalogue.row(article_id)
        if row < 0:
            near = nearest_names(article_id, self.model.catalogue.ids)
            mend = f"Nearest ids: {', '.join(near)}." if near else "The model holds no article."
            raise QueryError(f"There is no article '{article_id}'.", mend)
        return row

    def _allowed(self, question: Question, day: float, wish: Wish) -> NDArray[np.bool_]:
        catalogue = self.model.catalogue
        allowed = np.ones(len(catalogue), dtype=bool)
        if question.row is not None:
            allowed[question.row] = False
            if wish.collapse:
                allowed &= catalogue.copy_of != catalogue.copy_of[question.row]
        if wish.since:
            allowed &= catalogue.days >= day_number(wish.since)
        if wish.until:
            allowed &= catalogue.days < day_after(wish.until)
        if wish.past_only and not math.isnan(day):
            allowed &= (catalogue.days <= day) | np.isnan(catalogue.days)
        if wish.outlet:
            place = catalogue.outlets.find(wish.outlet)
            if place < 0:
                near = nearest_names(wish.outlet, catalogue.outlets)
                raise QueryError(f"No article is of outlet '{wish.outlet}'.", f"Nearest: {', '.join(near) or 'none'}.")
            allowed &= catalogue.outlet_of == place
        if wish.topic:
            allowed &= self._of_topic(wish.topic)
        return allowed

    def _of_topic(self, name: str) -> NDArray[np.bool_]:
        topics = self.model.topics
        if (place := topics.find(name)) >= 0:
            return np.asarray(topics.topic_of == place)
        if (place := topics.find_desk(name)) >= 0:
            return np.asarray(topics.desk_strength[:, place] > 0)
        raise no_topic(topics, name)

    def _groups(self, pool: NDArray[np.int64], asking: int | None, collapse: bool) -> list[list[int]]:
        """Pool rows, near-copies behind the best of their kind."""
        if not collapse:
            return [[int(row)] for row in pool]
        groups: dict[int, list[int]] = {}
        for row in pool.tolist():
            groups.setdefault(int(self.model.catalogue.copy_of[row]), []).append(row)
        return list(groups.values())

    def _choose(self, groups: list[list[int]], scores: NDArray[np.float64], wish: Wish) -> list[list[int]]:
        leaders = np.array([rows[0] for rows in groups], dtype=np.int64)

        def likeness(position: int, others: NDArray[np.int64]) -> NDArray[np.floating]:
            return self.model.tfidf.likeness(int(leaders[position]), leaders[others])

        return [groups[i] for i in diverse(scores[leaders], likeness, wish.k, wish.diversity)]

    def _hit(self, rank: int, rows: list[int], score: float, question: Question, parts: Parts, wish: Wish) -> Hit:
        row, catalogue = rows[0], self.model.catalogue
        place = int(self.model.topics.topic_of[row])
        reasons = self.model.tfidf.reasons(question, row)
        why = tuple(Reason(term, weight) for term, weight in (reasons if wish.explain else reasons[:_REASONS]))
        also: tuple[str, ...] = ()
        if wish.collapse:
            copies = np.flatnonzero(catalogue.copy_of == catalogue.copy_of[row])
            also = tuple(catalogue.ids[int(copy)] for copy in copies if copy != row)
        weighed = {name: float(getattr(parts, name)[row]) for name in Parts._fields} if wish.explain else {}
        topic = None if place == NO_TOPIC else self.model.topics.topics[place]
        return Hit(rank, catalogue.article(row), score, topic, why, also, weighed)


def _check(wish: Wish) -> None:
    if wish.k < 1:
        raise QueryError(f"k is {wish.k}.", "Ask for at least 1 article.")
    if not 0 <= wish.diversity <= 1:
        raise QueryError(f"The diversity is {wish.diversity}.", "Give a value from 0 to 1.")
    if wish.min_score is not None and math.isnan(wish.min_score):
        raise QueryError("The least score is no number.", "Give a value from 0 to 1.")
    for name in ("since", "until"):
        given = getattr(wish, name)
        if given and math.isnan(day_number(given)):
            raise QueryError(f"'{given}' is no date for {name}.", "Write it as 2024-08-05 or 2024-08.")
