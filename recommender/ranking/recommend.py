"""Similar articles for a text or an article: scored, filtered, without duplicates, diverse, and explained."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from ..arrays.strings import nearest_names
from ..embeddings.given_vectors import NOTE, asked_vector, stands_by
from ..errors import QueryError, UnknownName
from ..index.pruning import Pruning
from ..text.terms import Question
from ..topics.topic import Topics
from ..versions.artifact import report_damage
from .answer import Answer
from .answering import Answering
from .asking import read_draft, title_and_body
from .model import Model
from .options import SearchOptions, check_texts, day_of
from .pairs import Decided
from .state import State, opened, standing

if TYPE_CHECKING:
    from .lists import RelatedLists
    from .milvus_candidates import MilvusCandidates
    from .predict import Predictions


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
    def open(cls, path: str | Path = "models/current") -> Self:
        """The model at ``models``, ``models/current`` or ``models/<version>``, with people's edits applied.

        Edits are those of ``data/edits.jsonl`` and ``data/related.jsonl`` beside ``models``; ``open_model`` gives the
        model without them. Raises ModelError, and InputError if the edits are damaged.
        """
        stamps, state = standing(path), opened(path)
        recommender = cls(state.model)
        recommender._path, recommender._seen, recommender._state = Path(path), stamps, state
        return recommender

    def reload(self) -> bool:
        """Takes up what changed since it was opened: a version that was made current, edits, decisions, removals.

        Whether anything did; where nothing did, some files are looked at and none is read. Questions of other threads
        are answered meanwhile, each from one state. One that was not opened from a folder has nothing to take up.
        Raises what ``open`` raises; then it answers as before.
        """
        if self._path is None:
            return False
        with self._loading:
            stamps = standing(self._path)
            if stamps == self._seen:
                return False
            self._state, self._seen = opened(self._path), stamps
            return True

    def through(self, outside: MilvusCandidates | None) -> Recommender:
        """This, with candidates from ``outside`` as long as it answers; None: from its own files again."""
        self._outside = outside
        return self

    def exhaustive(self) -> Recommender:
        """This as it answers now, with a look at every article."""
        still = self.snapshot()
        still._state = self._state._replace(model=replace(self.model, pruning=Pruning.none()))
        still._path, still._outside = None, None
        return still

    def snapshot(self) -> Recommender:
        """This as it answers now, whatever is reloaded later."""
        copy = object.__new__(type(self))  # as ``copy.copy``, which asks of a question more time than its filters
        copy.__dict__.update(self.__dict__)
        return copy

    def export(
        self, ids: Iterable[str] | None = None, k: int = 5, *, options: SearchOptions | None = None, **wishes: Any
    ) -> RelatedLists:
        """The related lists of all articles, or of those of ``ids``; each is made when it is reached.

        ``options`` and ``wishes`` as for ``similar``. Raises QueryError for an unknown id.
        """
        from .lists import RelatedLists

        snapshot = self.snapshot()
        rows = range(len(snapshot)) if ids is None else [snapshot._row(name) for name in ids]
        wanted = replace(options or SearchOptions(), **{"k": k, **wishes})
        return RelatedLists(snapshot, rows, wanted.checked())

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

        A stored article with the headline ``text`` (or without a headline and with that text) is left out with its
        near-copies; ``answer.query["left_out"]`` names it. Without a ``body`` it asks in its place, as by ``id``, with
        its own day where ``published`` gives none.

        Parameters
        ----------
        text
            A headline, a few words, or a draft: several lines, or 200 characters, are read as headline and body.
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
        options = replace(options or SearchOptions(), **wishes).checked()
        check_texts(text=text, id=id, body=body)
        if text and not body and vector is None:
            text, body, dated = read_draft(text)
            published = published or dated
        day = day_of(published)
        if id is not None and vector is not None:
            raise QueryError("A stored article asks with its own vector.", "Leave out vector, or ask with a text.")
        text = "" if text is None and vector is not None else text
        if (text is None) == (id is None):
            raise QueryError("Ask with a text or an id, one of them.", 'For example: similar("양극재 공장")')
        return self._asked(id, text or "", body, day, options, vector)

    def _asked(self, id: str | None, text: str, body: str, day: float, options: SearchOptions, vector: Any) -> Answer:
        """``similar`` for what was checked."""
        still = self.snapshot()
        with report_damage(still.model.folder), np.errstate(over="raise", invalid="raise"):  # damaged arrays alone can
            if id is not None:
                return still._related(still._row(id), options)
            return still._of_text(text, body, math.nan if options.no_date else day, options, vector)

    def related(self, row: int, options: SearchOptions) -> Answer:
        """``similar`` for the article at ``row``."""
        return self.snapshot()._related(row, options.checked())

    def _related(self, row: int, options: SearchOptions) -> Answer:
        day = math.nan if options.no_date else float(self.model.catalogue.days[row])
        with report_damage(self.model.folder), np.errstate(over="raise", invalid="raise"):  # damaged arrays alone can
            question = self.model.article_question(row)
            query = {"id": self.model.catalogue.ids[row], "title": question.text, "k": options.k}
            return self._answer(question, day, query, options, row)

    def _of_text(self, text: str, body: str, day: float, options: SearchOptions, vector: Any = None) -> Answer:
        own = self.model.catalogue.asking(text, body)
        if own >= 0 and vector is None and not body:  # the article says more: its lead, its day, its lists
            question = self.model.article_question(own)
            day = float(self.model.catalogue.days[own]) if math.isnan(day) and not options.no_date else day
        else:
            question = self.model.asked(text, body)
        if options.past_only and math.isnan(day):
            mend = "Give its date (published), or ask without --past-only."
            raise QueryError("A text without a date has no past.", mend)
        query: dict[str, Any] = {"text": text}
        if vector is not None:
            question = replace(question, vector=asked_vector(self.model.dense.encoder, vector))
        elif stands_by(self.model.dense.encoder):
            query["note"] = NOTE
        if question.corrections:
            query["corrected"] = question.text
        if own >= 0:
            article = self.model.catalogue.article(own)
            query["left_out"] = {"id": article.id, "title": article.shown_title}
        return self._answer(question, day, query | {"k": options.k}, options, own)

    def predict(self, texts: Iterable[str | tuple[str, str]]) -> Predictions:
        """The topics of texts that are not in the corpus, each a headline, a draft, or a pair of headline and body.

        Raises QueryError for a value of another type.
        """
        from .predict import VOTERS, Predictions, predicted

        options = SearchOptions(k=VOTERS, stories=True)
        pairs = [title_and_body(text) if isinstance(text, str) else tuple(text) for text in texts]
        still, broad = self.snapshot(), self.model.topics.broad
        return Predictions(
            predicted(title, still.similar(title, body=body, options=options), broad) for title, body in pairs
        )

    def similar_to_all(self, ids: Sequence[str], options: SearchOptions) -> Answer:
        """``similar`` for several stored articles as one question: the mean of what each of them gives.

        Raises QueryError for an unknown id.
        """
        from .several import mean_hits, of_each

        still, options = self.snapshot(), options.checked()
        rows = list(dict.fromkeys(still._row(name) for name in ids))
        ids_found = [still.model.catalogue.ids[row] for row in rows]
        query: dict[str, Any] = {"ids": ids_found, "k": options.k}
        answers = [still.related(row, of_each(options, ids_found)) for row in rows]
        if not any(answers):
            return replace(answers[0], query=query)
        return Answer(query, still.model.version, mean_hits(answers, still.model.catalogue, options.k))

    def _answer(
        self, question: Question, day: float, query: dict[str, Any], options: SearchOptions, own: int
    ) -> Answer:
        """Threads answer in turn, unless they wait for a server: an answer is many short calls, and to pass the
        interpreter's lock on between them costs more than a second core brings (benchmarks/threads.py)."""
        with self._turn if self._outside is None else nullcontext():
            return self._answering().answer(question, day, query, options, own)

    def _row(self, article_id: str) -> int:
        row = self.model.catalogue.row(article_id)
        if row < 0:
            near = nearest_names(article_id, self.model.catalogue.ids)
            hint = f"Nearest ids: {', '.join(near)}." if near else "The model holds no article."
            raise UnknownName(f"There is no article '{article_id}'.", hint)
        return row

    def passing(self, options: SearchOptions) -> NDArray[np.bool_]:
        """(n,) which articles pass the filters of ``options`` (``checked``), whatever asks."""
        return self._answering().passing(options)

    def _answering(self) -> Answering:
        return Answering(self._state, self._outside)
