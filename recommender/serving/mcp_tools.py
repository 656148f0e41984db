"""What an assistant may ask of a home, and what an editor may change through it: the JSON of the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from ..corpus.listing import stored_articles
from ..corpus.store import Corpus
from ..errors import InputError
from ..files.home import Home
from ..ranking.asking import similar_to_ids, similar_to_object, title_and_body
from ..ranking.model import Model
from ..ranking.options import SearchOptions
from ..ranking.pairs import decide, undo
from ..ranking.recommend import Recommender
from ..ranking.topic_rows import member_rows, topic_rows
from ..readers.columns import Columns
from ..readers.inspection import inspected
from ..readers.page import read_text
from ..topics.edits import commands
from ..topics.edits.log import Edit, EditLog
from .recommenders import Recommenders

Row = dict[str, Any]


class TextQuery(NamedTuple):
    """A ``text``, which is read as the command line reads it, or a title with its body as they are."""

    text: str | None = None
    title: str | None = None
    body: str | None = None
    published: str | None = None


class Tools(Home):
    """Answers from the home at ``folder``; what changes there is taken up with the next question.

    Where ``any_file`` is false, only files that the corpus was read from, and those below the home, can be inspected.
    Candidates come from ``index`` (``milvus:URI``), if one is given. Raises ModelError where there is no model.
    """

    def __init__(self, folder: Path, *, any_file: bool = True, index: str = "") -> None:
        self.folder = folder
        self._any_file = any_file
        self._recommenders = Recommenders(self.models, index)
        self._editing = Lock()
        self._report: tuple[Model, str] | None = None
        self.recommender()

    def recommender(self, version: str | None = None) -> Recommender:
        """The current one, or that of a ``version``, with all that changed since the last question."""
        self._recommenders.refresh()
        return self._recommenders.version(version)

    def similar(self, query: TextQuery, ids: Sequence[str], version: str | None, options: SearchOptions) -> Row:
        """``similar --format json``: for stored articles, else for what is ``query``. Raises QueryError."""
        recommender = self.recommender(version)
        if ids:
            return similar_to_ids(recommender, ids, options).as_json()
        if query.text is not None:
            return recommender.similar(query.text, published=query.published, options=options).as_json()
        return similar_to_object(recommender, {"id": None, **query._asdict()}, options, None).as_json()

    def article(self, name: str) -> Row:
        """The row of ``articles ID --format json``. Raises QueryError for an unknown id."""
        with self._corpus() as corpus, corpus.snapshot():
            return next(stored_articles(corpus, [name]))

    def topics(self, level: str | None = None) -> list[Row]:
        """The rows of ``topics --format json``."""
        return topic_rows(self.recommender().model, level)

    def topic(self, name: str, limit: int | None = None) -> list[Row]:
        """The rows of ``topics TOPIC --format json``, the first ``limit``. Raises QueryError for an unknown topic."""
        return list(member_rows(self.recommender().model, name)[1])[:limit]

    def predict(self, query: TextQuery) -> Row:
        """The row of ``topics predict TEXT --format json``."""
        pair = title_and_body(query.text) if query.text is not None else (query.title or "", query.body or "")
        (prediction,) = self.recommender().predict([pair])
        return prediction.as_json()

    def inspect(self, path: str, line: int | None, encoding: str | None) -> Row:
        """``inspect PATH --format json``. Raises InputError."""
        if not self._any_file and not self._is_own(path):
            raise InputError(
                f"{path} was not read into this corpus.", "Ask for a file of the article's `sources`, or give its text."
            )
        return inspected(Path(path), encoding, line, Columns.read(self.columns_file)).reading.as_json(path)

    def inspect_text(self, text: str) -> Row:
        """How a text would be read as a page. Raises InputError."""
        return read_text(text).as_json("")

    def report(self) -> str:
        """``report --format json``, with the quality that was measured when the version was made."""
        from ..reporting import language_of, render, summarise

        model = self.recommender().model
        if self._report is None or self._report[0] is not model:
            self._report = model, str(render(summarise(model), "json", language_of(model)))
        return self._report[1]

    def edit(self, make: Callable[[Model, EditLog], Edit], by: str, reason: str) -> Row:
        """Keeps the edit that ``make`` makes of the topics as they are now. Raises QueryError, InputError."""
        with self._editing:
            log = EditLog.read(self.edits_file)
            log = log.add(make(self.recommender().model, log), by=by, reason=reason)
        return log.edits[-1].as_json()

    def undo_edit(self, by: str, reason: str) -> Row:
        """Takes back the last edit of topics that stands. Raises QueryError if none does."""
        return self.edit(lambda _, log: commands.undo(log)[0], by, reason)

    def decide(self, action: str, article: str, other: str, by: str, reason: str) -> Row:
        """``pin`` or ``block`` of a pair of articles. Raises QueryError for an unknown id or one article twice."""
        with self._editing:
            id_of = self.recommender().id_of
            return decide(self.pairs_file, id_of, action, article, other, by=by, reason=reason).as_json()

    def undo_decision(self, by: str, reason: str) -> Row:
        """Takes back the last decision on a pair that stands. Raises QueryError if none does."""
        with self._editing:
            return undo(self.pairs_file, by=by, reason=reason)[0].as_json()

    def _corpus(self) -> Corpus:
        return Corpus.open(self.corpus_file, create=False)

    def _is_own(self, path: str) -> bool:
        """Whether a file lies below the home, or the corpus names it as a source."""
        if "\0" in path:
            return False
        if Path(path).resolve().is_relative_to(self.folder.resolve()):
            return True
        with self._corpus() as corpus:
            return any(source.path == path for _, source in corpus.all_sources())
