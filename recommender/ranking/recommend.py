"""Similar articles for a text or an article: scored, filtered, without duplicates, diverse, and explained."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..arrays.strings import nearest_names
from ..corpus.ids import body_id, body_key, headline_id
from ..embeddings.own import NOTE, asked_vector, stands_by
from ..errors import QueryError, UnknownName
from ..index.pruning import Pruning
from ..text.instants import day_after, day_number
from ..text.normalize import title_key
from ..text.terms import Question
from ..topics.topic import NO_TOPIC, Topics
from ..versions.artifact import blaming
from .answer import Answer, Hit, Reason
from .explain import reasons_of
from .features import Features, Query, query_of
from .filters import of_topic, passing
from .lists import RelatedLists
from .model import Model
from .options import NAMES, SearchOptions, check_texts, date_text, day_of, named
from .pairs import Decided
from .predict import VOTERS, Predictions, predicted
from .questions import LONGEST_TITLE
from .scorer import POOL, Ranking, nearest, rank, score, with_across, with_holders
from .selection import SPARE, choose, groups_of
from .state import State, opened, standing
from .stories import Group

if TYPE_CHECKING:
    from .outside import MilvusCandidates

PARTS = tuple(name for name in Features._fields if name not in ("kind", "mass", "shared"))
_REASONS = 5  # words named for a hit unless all are asked for
_ASKED = 50  # answers of each of several articles, from which those to all are chosen
_NEAR = 0.3  # cosine from which a vector that asks without words is answered


class Recommender:
    """Answers from a model folder, with numpy alone."""

    def __init__(self, model: Model, problems: tuple[str, ...] = (), decided: Decided | None = None) -> None:
        self._state = State(model, decided or Decided(), problems, [])
        self._path: Path | None = None  # from which it was opened
        self._seen: tuple[object, ...] = ()  # what stood there
        self._loading = Lock()
        self._turn = Lock()
        self._outside: MilvusCandidates | None = None

    @property
    def model(self) -> Model:
        """The model that answers."""
        return self._state.model

    @property
    def decided(self) -> Decided:
        """People's decisions on pairs, by rows of the model."""
        return self._state.decided

    @property
    def problems(self) -> tuple[str, ...]:
        """A sentence for each of people's edits and decisions that could not be applied."""
        return (*self._state.problems, *self._state.decided.problems)

    @classmethod
    def open(cls, path: str | Path = "models/current") -> Recommender:
        """The model at ``models``, ``models/current`` or ``models/<version>``, with people's edits applied.

        Edits are those of ``data/edits.jsonl`` and ``data/related.jsonl`` beside ``models``; ``open_model`` gives the
        model without them. Raises ModelError, and InputError if the edits are damaged.
        """
        seen, state = standing(path), opened(path)
        found = cls(state.model)
        found._path, found._seen, found._state = Path(path), seen, state
        return found

    def reload(self) -> bool:
        """Takes up what changed since it was opened: a version that was made current, edits, decisions, removals.

        Whether anything did; where nothing did, some files are looked at and none is read. Questions of other threads
        are answered meanwhile, each from one state. One that was not opened from a folder has nothing to take up.
        Raises what ``open`` raises; then it answers as before.
        """
        if self._path is None:
            return False
        with self._loading:
            seen = standing(self._path)
            if seen == self._seen:
                return False
            self._state, self._seen = opened(self._path), seen
            return True

    def through(self, outside: MilvusCandidates | None) -> Recommender:
        """This, with candidates from ``outside`` as long as it answers; None: from its own files again."""
        self._outside = outside
        return self

    def exhaustive(self) -> Recommender:
        """This as it answers now, with a look at every article."""
        found = self.snapshot()
        found._state = self._state._replace(model=replace(self.model, pruning=Pruning.none()))
        found._path, found._outside = None, None
        return found

    def snapshot(self) -> Recommender:
        """This as it answers now, whatever is reloaded later."""
        found = object.__new__(type(self))  # as ``copy.copy``, which asks of a question more time than its filters
        found.__dict__.update(self.__dict__)
        return found

    def export(
        self, ids: Iterable[str] | None = None, k: int = 5, *, options: SearchOptions | None = None, **wishes: Any
    ) -> RelatedLists:
        """The related lists of all articles, or of those of ``ids``; each is made when it is reached.

        ``options`` and ``wishes`` as for ``similar``. Raises QueryError for an unknown id.
        """
        still = self.snapshot()
        rows = range(len(still)) if ids is None else [still._row(name) for name in ids]
        asked = replace(options or SearchOptions(), **{"k": k, **wishes})
        return RelatedLists(still, rows, asked.checked())

    def id_of(self, name: str) -> str:
        """The id of an article by an id or another name of it. Raises QueryError with the nearest ids for none."""
        return self.model.catalogue.ids[self._row(name)]

    def __len__(self) -> int:
        return len(self.model)

    @property
    def topics(self) -> Topics:
        """The topics, the fine ones where there are two levels."""
        return Topics(self.model.topics.topics)

    def _repr_html_(self) -> str:
        return self.model._repr_html_()

    def similar(
        self,
        text: str | None = None,
        k: int | None = None,
        *,
        id: str | None = None,
        body: str = "",
        published: str | date | None = None,
        vector: Any = None,
        options: SearchOptions | None = None,
        **wishes: Any,
    ) -> Answer:
        """The articles most related to a text or to a stored article, best first.

        A stored article with the headline ``text`` (or without a headline and with ``body``) is left out like the
        article ``id``, with its near-copies; ``answer.query["left_out"]`` names it.

        Parameters
        ----------
        text
            A headline or a few words. Give this or ``id``.
        k
            The most hits; 10 unless ``options`` says otherwise.
        id
            The id of a stored article.
        body
            The text below the headline ``text``.
        published
            The date of the text, ISO 8601 or a ``date``.
        vector
            (d,) what the encoder that made the vectors of the articles makes of the text; see ``train(embeddings=)``.
            Beside ``text``, or alone: then a score is the cosine, less what all articles have in common.
        options
            Filters and the form of the answer.
        **wishes
            Fields of ``SearchOptions``, which take the place of those of ``options``.

        Returns
        -------
        Answer
            A sequence of ``Hit``; empty with ``abstained`` and a ``reason`` where nothing is related.

        Raises
        ------
        QueryError
            For an unknown id or outlet, ``k`` below 1, a bad date, or a value of another type.
        ModelError
            If a damaged file of the model is met.

        Examples
        --------
        >>> for hit in Recommender.open("models").similar("양극재 공장", k=3, since="2024-01"):  # doctest: +SKIP
        ...     print(hit.rank, hit.score, hit.article.title)
        """
        wishes |= {} if k is None else {"k": k}
        options = (replace(options or SearchOptions(), **wishes) if wishes else options or SearchOptions()).checked()
        check_texts(text=text, id=id, body=body)
        day = day_of(published)
        if options.past_only and id is None and math.isnan(day):
            raise QueryError(
                "A text without a date has no past.", "Give its date (published), or ask without --past-only."
            )
        date_text("published", published)
        if id is not None and vector is not None:
            raise QueryError("A stored article asks with its own vector.", "Leave out vector, or ask with a text.")
        if text is None and vector is not None:
            text = ""
        if (text is None) == (id is None):
            raise QueryError("Ask with a text or an id, one of them.", 'For example: similar("양극재 공장")')
        still = self.snapshot()
        with blaming(still.model.folder), np.errstate(over="raise", invalid="raise"):  # damaged arrays alone can
            if id is not None:
                return still.related(still._row(id), options)
            return still._of_text(text or "", body, math.nan if options.no_date else day, options, vector)

    def related(self, row: int, options: SearchOptions) -> Answer:
        """``similar`` for the article at ``row``."""
        return self.snapshot()._related(row, options.checked())

    def _related(self, row: int, options: SearchOptions) -> Answer:
        catalogue = self.model.catalogue
        day = math.nan if options.no_date else float(catalogue.days[row])
        with blaming(self.model.folder), np.errstate(over="raise", invalid="raise"):  # damaged arrays alone can
            question = self.model.article_question(row)
            query = {"id": catalogue.ids[row], "title": question.text, "k": options.k}
            return self._answer(question, day, query, options, row)

    def _of_text(self, text: str, body: str, day: float, options: SearchOptions, vector: Any = None) -> Answer:
        question, own = self.model.asked(text, body), self._stored(text, body)
        query: dict[str, Any] = {"text": text}
        encoder = self.model.dense.encoder
        if vector is not None:
            question = replace(question, vector=asked_vector(encoder, vector))
        elif stands_by(encoder):
            query["note"] = NOTE
        if question.corrections:
            query["corrected"] = question.text
        if own >= 0:
            article = self.model.catalogue.article(own)
            query["left_out"] = {"id": article.id, "title": article.shown_title}
        return self._answer(question, day, query | {"k": options.k}, options, own)

    def predict(self, texts: Iterable[str | tuple[str, str]]) -> Predictions:
        """The topics of texts that are not in the corpus, each a headline or a pair of headline and body.

        Raises QueryError for a value of another type.
        """
        options = SearchOptions(k=VOTERS, stories=True)
        pairs = [(text, "") if isinstance(text, str) else tuple(text) for text in texts]
        still, broad = self.snapshot(), self.model.topics.broad
        return Predictions(
            predicted(title, still.similar(title, body=body, options=options), broad) for title, body in pairs
        )

    def similar_to_all(self, ids: Sequence[str], options: SearchOptions) -> Answer:
        """``similar`` for several stored articles as one question: the mean of what each of them gives.

        Raises QueryError for an unknown id.
        """
        return self.snapshot()._to_all(ids, options.checked())

    def _to_all(self, ids: Sequence[str], options: SearchOptions) -> Answer:
        rows = list(dict.fromkeys(self._row(each) for each in ids))
        own = [self.model.catalogue.ids[row] for row in rows]
        query: dict[str, Any] = {"ids": own, "k": options.k}
        excluded = (*named(options.exclude_id), *own)
        asked = replace(options, k=max(_ASKED, options.k * SPARE), exclude_id=excluded)
        answers = [self.related(row, asked) for row in rows]
        kinds = self.model.catalogue.duplicate_of
        found: dict[int, list[Hit]] = {}
        for hit in (hit for answer in answers for hit in answer):
            found.setdefault(int(kinds[self.model.catalogue.row(hit.article.id)]), []).append(hit)
        mean = {kind: math.fsum(hit.score for hit in hits) / len(rows) for kind, hits in found.items()}
        order = sorted(found, key=lambda kind: (not any(hit.pinned for hit in found[kind]), -mean[kind], kind))
        if not order:
            return replace(answers[0], query=query)
        best = (max(found[kind], key=lambda hit: (hit.pinned, hit.score)) for kind in order[: options.k])
        placed = enumerate(zip(order, best, strict=False), start=1)
        hits = tuple(replace(hit, rank=at, score=mean[kind]) for at, (kind, hit) in placed)
        return Answer(query, self.model.version, hits)

    def _stored(self, text: str, body: str) -> int:
        """The row of an article with this headline, else of one without a headline with this body, or -1."""
        catalogue = self.model.catalogue
        key = title_key(text) if len(text) <= LONGEST_TITLE else ""
        row = catalogue.row(headline_id(key)) if key else -1
        return catalogue.row(body_id(body_key(body))) if row < 0 and body.strip() else row

    def _answer(
        self, question: Question, day: float, query: dict[str, Any], options: SearchOptions, own: int
    ) -> Answer:
        """Threads answer in turn, unless they wait for a server: an answer is many short calls, and to pass the
        interpreter's lock on between them costs more than a second core brings (benchmarks/threads.py)."""
        with self._turn if self._outside is None else nullcontext():
            return self._found(question, day, query, options, own)

    def _found(self, question: Question, day: float, query: dict[str, Any], options: SearchOptions, own: int) -> Answer:
        model = self.model
        if not len(model):
            return self._nothing(query, "the corpus is empty")
        spoken = question.row is not None or bool(question.features or question.body)
        if not spoken and question.vector is None:
            return self._nothing(query, "the question holds no word")
        allowed = self._allowed(day, options, own)
        pins = self._pinned(day, options, question.row, allowed)
        if not allowed.any() and not pins:
            return self._nothing(query, "no article passes the filters")
        asked = query_of(model, question, day)
        first = self._pins(asked, pins, options)
        if first:
            options = replace(options, k=options.k - len(first))
        if not options.k:
            return Answer(query, model.version, first)
        pool = max(POOL, options.k * SPARE)
        ranking = self._ranked(asked, allowed, options, pool) if spoken else nearest(model, asked, allowed, pool)
        if not spoken:
            shown = ranking.scores >= (_NEAR if options.min_score is None else options.min_score)
        elif options.min_score is None:
            shown = model.calibration.answered(asked, ranking.evidence, ranking.holds)
        else:
            shown = ranking.scores >= options.min_score
        if not shown.any() and not first:
            return self._nothing(query, self._reason(question, ranking, options))
        places = np.flatnonzero(shown)
        groups = groups_of(model, ranking.rows[places], options)
        chosen = choose(model, groups, ranking.rows, ranking.scores, options)
        return Answer(query, model.version, (*first, *self._hits(chosen, asked, ranking, options, len(first) + 1)))

    def _hits(
        self, chosen: list[Group], asked: Query, ranking: Ranking, options: SearchOptions, first: int = 1
    ) -> Iterator[Hit]:
        """The hits of the groups that were ``chosen`` of ``ranking``, numbered from ``first`` on."""
        place = ranking.rows.tolist().index
        positions = [place(group.rows[0]) for group in chosen]
        reasons = reasons_of(self.model, asked, ranking.codes[:, positions])
        for number, (group, position, why) in enumerate(zip(chosen, positions, reasons, strict=True), start=first):
            yield self._hit(number, group, position, ranking, why, options)

    def _ranked(self, asked: Query, allowed: NDArray[np.bool_], options: SearchOptions, pool: int) -> Ranking:
        model = self.model
        if self._outside is not None:
            link = model.links.scores(asked.question.row, len(model))
            rows = self._outside.rows(model, asked, options, allowed, link, pool)
            if rows is not None:
                rows = with_holders(model, asked, with_across(asked, rows, allowed, pool), allowed, pool)
                return score(model, asked, rows, link=link)
        return rank(model, asked, allowed, pool=pool)

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

    def _pins(self, asked: Query, pins: list[int], options: SearchOptions) -> tuple[Hit, ...]:
        if not pins:
            return ()
        ranking = score(self.model, asked, np.array(sorted(pins), dtype=np.int64))
        groups = [Group([row], []) for row in pins]
        return tuple(replace(hit, pinned=True) for hit in self._hits(groups, asked, ranking, options))

    def _reason(self, question: Question, ranking: Ranking, options: SearchOptions) -> str:
        if not len(ranking):
            return "no article holds a word of the question"
        if options.min_score is not None:
            best = float(ranking.scores.max())
            return f"nothing related in the corpus (the best score is {best:.2f}, {options.min_score:.2f} is wanted)"
        article = self.model.catalogue.article(int(ranking.rows[int(ranking.evidence.argmax())]))
        return f"nothing related in the corpus (the nearest: {article.shown_title})"

    def _nothing(self, query: dict[str, Any], reason: str) -> Answer:
        return Answer(query, self.model.version, (), abstained=True, reason=reason)

    def _row(self, article_id: str) -> int:
        row = self.model.catalogue.row(article_id)
        if row < 0:
            near = nearest_names(article_id, self.model.catalogue.ids)
            hint = f"Nearest ids: {', '.join(near)}." if near else "The model holds no article."
            raise UnknownName(f"There is no article '{article_id}'.", hint)
        return row

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
            last = self._state.passed[-1] if self._state.passed else None
            if last is None or last[0] != key:
                last = (key, passing(catalogue, options))
                self._state.passed[:] = [last]
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
        why = tuple(Reason(*reason) for reason in (reasons if options.explain else reasons[:_REASONS]))
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
