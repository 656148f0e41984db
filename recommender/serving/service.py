"""The answers of the service as JSON values; nothing of HTTP here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, fields
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any

from ..corpus.listing import stored_articles
from ..corpus.store import Corpus
from ..errors import RecommenderError
from ..files.home import Home
from ..lazy import dataclass
from ..ranking.asking import similar_to_ids, title_and_body
from ..ranking.options import SearchOptions
from ..ranking.recommend import Recommender
from ..ranking.topic_rows import assignments, member_rows, topic_rows
from ..versions.registry import check_version, versions
from .absent import explained
from .recommenders import Recommenders
from .refusal import Refusal
from .tasks import Tasks

Params = Mapping[str, Any]
_REMEMBERED = 32  # tasks whose results are known
_TIMEOUT = 300.0  # seconds that a request waits for one


@dataclass
class Service(Home):
    """A home, for questions and changes; thread-safe."""

    folder: Path
    index: str = ""
    """``milvus:URI`` of the server that candidates come from; the local files if empty."""
    note_change: Callable[[], None] = lambda: None
    """Called when something was changed here, so that other processes look at once."""
    recommenders: Recommenders = field(init=False)
    tasks: Tasks = field(init=False)
    _task_of: dict[tuple[Any, ...], str] = field(default_factory=dict)  # tasks by what they make
    _starting: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.folder = self.folder.resolve()
        self.recommenders = Recommenders(self.models, self.index)
        self.tasks = Tasks(self.folder)

    def changed(self, *, note_change: bool = True) -> None:
        """Takes up what was changed, here and in other processes."""
        self.recommenders.refresh()
        if note_change:
            self.note_change()

    def recommender(self, params: Params) -> Recommender:
        """The recommender of the version in ``params``. Raises UnknownName, ModelError."""
        return self.recommenders.version(params.get("model"))

    def corpus(self, *, create: bool = False) -> Corpus:
        """The corpus, to be closed by the caller. Raises CorpusError where there is none."""
        return Corpus.open(self.corpus_file, create=create)

    # -- questions

    def similar(self, params: Params) -> dict[str, Any]:
        """The answer to ``q`` (with ``body``), or to articles by ``id``."""
        text, body, ids = params["q"], params.get("body"), params["id"]
        texts = [name for name, value in (("q", text), ("body", body)) if value is not None]
        if texts and ids:
            raise Refusal(422, f"Both {texts[0]} and id are given.", "Ask with one of: q, id.")
        if not texts and not ids:
            raise Refusal(422, "Ask with one of: q, id.", "For example: /v1/similar?q=양극재 공장")
        if texts and not any(value and value.strip() for value in (text, body)):
            raise Refusal(422, f"{texts[0]} is empty.", "For example: /v1/similar?q=양극재 공장")
        if ids and params["date"] is not None:
            raise Refusal(422, "An article of the corpus has its own date.", "Give date with q alone.")
        recommender, options = self.recommender(params), options_of(params)
        if ids:
            with explained(self.data, recommender, ids):
                return similar_to_ids(recommender, ids, options).as_json()
        if body is None:
            return recommender.similar(text, published=params["date"], options=options).as_json()
        title = text or body[:60]
        return recommender.similar(title, options.k, body=body, published=params["date"], options=options).as_json()

    def related(self, params: Params) -> dict[str, Any]:
        """The related list of the article ``article``."""
        recommender, article = self.recommender(params), params["article"]
        with explained(self.data, recommender, [article]):
            return recommender.similar(id=article, k=params["k"], options=options_of(params)).as_json()

    def predict(self, params: Params) -> list[dict[str, Any]]:
        """The topics of a text, a row as the command line has it."""
        body = params.get("body")
        title_body = title_and_body(params["q"]) if body is None else (params["q"], body)
        if not any(map(str.isalnum, "".join(title_body))):
            raise Refusal(422, "The text holds no word.", "For example: /v1/predict?q=양극재 공장")
        return [prediction.as_json() for prediction in self.recommender(params).predict([title_body])]

    # -- what there is

    def article(self, params: Params) -> dict[str, Any]:
        """An article of the corpus. Files are named without their folders."""
        with explained(self.data, None, [params["article"]]), self.corpus() as corpus, corpus.snapshot():
            return _shown(next(stored_articles(corpus, [params["article"]])))

    def articles(self, params: Params) -> list[dict[str, Any]]:
        """Articles in the order of ids, ``limit`` of them from ``offset`` on."""
        first, count = params["offset"], params["limit"]
        with self.corpus() as corpus, corpus.snapshot():
            ids = [stamp.id for stamp in islice(corpus.stamps(), first, first + count)]
            return [_shown(row) for row in stored_articles(corpus, ids)] if ids else []

    def topics(self, params: Params) -> list[dict[str, Any]]:
        """The list of topics and curated topics, or ``assignments``: where each article is."""
        model = self.recommender(params).model
        if params["assignments"]:
            return list(_page(assignments(model), params))
        return list(_page(topic_rows(model, params["level"]), params))

    def topic(self, params: Params) -> list[dict[str, Any]]:
        """The articles of a topic or curated topic."""
        return list(_page(member_rows(self.recommender(params).model, params["topic"])[1], params))

    def versions(self, params: Params) -> list[dict[str, Any]]:
        """Every version of the model, the newest last."""
        return [version.as_json() for version in versions(self.models)]

    def report(self, params: Params) -> str:
        """The topic report, as a text; a picture as base64. Made in a process of its own."""
        self.recommenders.version(None)  # raises what is wrong
        return str(self._in_own_process("report", format=params["format"], lang=params["lang"]))

    def diff(self, params: Params) -> Any:
        """What changed from version ``before`` to ``after``."""
        for name in (params["before"], params["after"]):
            check_version(self.models, name)
        return self._in_own_process("diff", before=params["before"], after=params["after"])

    def _in_own_process(self, kind: str, **arguments: Any) -> Any:
        """The result of a task on the current models. Requests for the same, meanwhile or after a timeout, share one
        process."""
        key = (kind, self.recommenders.generation, *arguments.values())
        with self._starting:
            name = self._task_of.get(key, "")
            if not self.tasks.gives(name):
                name = self.tasks.start(kind, "", **arguments)
                self._task_of = dict([*self._task_of.items(), (key, name)][-_REMEMBERED:])
        return self.tasks.result(name, _TIMEOUT)

    def all_tasks(self, params: Params) -> list[dict[str, Any]]:
        """Updates and trainings, the newest first."""
        return [self.tasks.task(name) for name in reversed(self.tasks.names("update", "retrain")[-20:])]

    def task(self, params: Params) -> dict[str, Any]:
        """How far a task is, with its progress."""
        return self.tasks.task(params["task"])

    def health(self) -> dict[str, Any]:
        """Whether there is a model that answers."""
        try:
            model = self.recommenders.current.model
        except RecommenderError as error:
            return {"status": "no model", "problem": Refusal.of(error, self.folder).problem}
        except Exception as error:  # noqa: BLE001
            return {"status": "no model", "problem": type(error).__name__}
        warning = {"problem": "the newest state of the models cannot be opened"} if self.recommenders.problem else {}
        return {"status": "ok", "model": model.version, "articles": len(model), **warning}


def options_of(params: Params) -> SearchOptions:
    """The options of an answer."""
    filters = {f.name: params[f.name] for f in fields(SearchOptions) if f.name in params}
    return SearchOptions(collapse=not params["no_collapse"], **filters)


def _page(rows: Any, params: Params) -> Iterator[dict[str, Any]]:
    first, count = params["offset"], params["limit"]
    return islice(iter(rows), first, None if count is None else first + count)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the corpus without folders of this machine."""
    return {
        **row,
        "sources": [{**source, "path": _named(source["path"])} for source in row["sources"]],
        "history": [{**earlier, "path": _named(earlier["path"])} for earlier in row["history"]],
    }


def _named(path: str) -> str:
    """The name of a file without folders; for a member of an archive, the archive and the path inside it."""
    file, mark, member = path.partition("!/")
    return file.rsplit("/", 1)[-1] + mark + member
