"""What the service answers, as values of JSON: no word of HTTP here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any

from ..corpus.listing import stored_articles
from ..corpus.store import Corpus
from ..errors import CorpusError, RecommenderError, UnknownName
from ..files.home import Home
from ..ranking.asking import similar_to_ids, similar_to_text, title_and_body
from ..ranking.options import SearchOptions
from ..ranking.recommend import Recommender
from ..ranking.topic_rows import assignments, member_rows, topic_rows
from ..versions.registry import names, versions
from .absent import explained
from .live import Live
from .refusal import Refusal
from .tasks import Tasks

Given = Mapping[str, Any]
_SEARCH = ("k", "since", "until", "outlet", "section", "topic", "exclude_id", "exclude_outlet", "exclude_author",
           "no_date", "past_only", "diversity", "min_score", "stories", "explain")  # fmt: skip
_APART = 32  # tasks whose results are known
_PATIENCE = 300.0  # seconds that a request waits for one


@dataclass
class Service(Home):
    """A home, asked and changed; safe to be used by several threads."""

    folder: Path
    index: str = ""
    """``milvus:URI`` of the server that candidates come from; the local files if empty."""
    ring: Callable[[], None] = lambda: None
    """Called when something was changed here, so that other processes look at once."""
    live: Live = field(init=False)
    tasks: Tasks = field(init=False)
    _apart: dict[tuple[Any, ...], str] = field(default_factory=dict)  # tasks by what they make
    _starting: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.folder = self.folder.resolve()
        self.live = Live(self.models, self.index)
        self.tasks = Tasks(self.folder)

    def changed(self, *, ring: bool = True) -> None:
        """Takes up what was changed, here and in other processes."""
        self.live.refresh()
        if ring:
            self.ring()

    def recommender(self, given: Given) -> Recommender:
        """That of the version that is asked for. Raises UnknownName, ModelError."""
        return self.live.version(given.get("model"))

    @contextmanager
    def corpus(self, *, create: bool = False) -> Iterator[Corpus]:
        """Raises CorpusError where there is none."""
        if create:
            self.data.mkdir(parents=True, exist_ok=True)
        elif not self.corpus_file.exists():
            raise CorpusError("There is no corpus yet.", "Send articles: POST /v1/articles.")
        with Corpus.open(self.corpus_file, create=create) as corpus:
            yield corpus

    # -- questions

    def similar(self, given: Given) -> dict[str, Any]:
        """The answer to ``q`` (with ``body``), or to articles by ``id``."""
        text, body, ids = given["q"], given.get("body"), given["id"]
        if (text is not None or body is not None) + bool(ids) != 1:
            raise Refusal(422, "Ask with one of: q, id.", "For example: /v1/similar?q=양극재 공장")
        if ids and given["date"] is not None:
            raise Refusal(422, "An article of the corpus has its own date.", "Give date with q alone.")
        recommender, options = self.recommender(given), options_of(given)
        if ids:
            with explained(self.data, recommender, ids):
                return similar_to_ids(recommender, ids, options).as_json()
        if body is None:
            return similar_to_text(recommender, text, options, given["date"]).as_json()
        title = text or body[:60]
        return recommender.similar(title, options.k, body=body, published=given["date"], options=options).as_json()

    def related(self, given: Given) -> dict[str, Any]:
        """The related list of the article ``article``."""
        recommender, article = self.recommender(given), given["article"]
        with explained(self.data, recommender, [article]):
            return recommender.similar(id=article, k=given["k"], options=options_of(given)).as_json()

    def predict(self, given: Given) -> list[dict[str, Any]]:
        """The topics of a text, a row as the command line has it."""
        body = given.get("body")
        title_body = title_and_body(given["q"]) if body is None else (given["q"], body)
        return [found.as_json() for found in self.recommender(given).predict([title_body])]

    # -- what there is

    def article(self, given: Given) -> dict[str, Any]:
        """An article of the corpus. Files are named without their folders."""
        with explained(self.data, None, [given["article"]]), self.corpus() as corpus, corpus.snapshot():
            return _shown(next(stored_articles(corpus, [given["article"]])))

    def articles(self, given: Given) -> list[dict[str, Any]]:
        """Articles in the order of ids, ``limit`` of them from ``offset`` on."""
        first, count = given["offset"], given["limit"]
        with self.corpus() as corpus, corpus.snapshot():
            ids = [stamp.id for stamp in islice(corpus.stamps(), first, first + count)]
            return [_shown(row) for row in stored_articles(corpus, ids)] if ids else []

    def topics(self, given: Given) -> list[dict[str, Any]]:
        """The list of topics and desks, or ``assignments``: where each article is."""
        model = self.recommender(given).model
        if given["assignments"]:
            return list(_page(assignments(model), given))
        return list(_page(topic_rows(model, given["level"]), given))

    def topic(self, given: Given) -> list[dict[str, Any]]:
        """The articles of a topic or desk."""
        return list(_page(member_rows(self.recommender(given).model, given["topic"])[1], given))

    def versions(self, given: Given) -> list[dict[str, Any]]:
        """Every version of the model, the newest last."""
        return [version.as_json() for version in versions(self.models)]

    def report(self, given: Given) -> str:
        """The topic report, as a text; a picture as base64. Made in a process of its own."""
        self.live.version(None)  # raises what is wrong
        return str(self._made_apart("report", format=given["format"], lang=given["lang"]))

    def diff(self, given: Given) -> Any:
        """What changed from version ``before`` to ``after``."""
        for name in (given["before"], given["after"]):
            if name not in names(self.models):
                raise UnknownName(f"There is no version '{name}'.", f"Versions: {', '.join(names(self.models))}.")
        return self._made_apart("diff", before=given["before"], after=given["after"])

    def _made_apart(self, kind: str, **wanted: Any) -> Any:
        """What a process of its own makes of the models as they are; who asks for the same meanwhile, or again when it
        took too long, gets it of the same process."""
        key = (kind, self.live.generation, *wanted.values())
        with self._starting:
            name = self._apart.get(key, "")
            if not self.tasks.gives(name):
                name = self.tasks.start(kind, "", **wanted)
                self._apart = dict([*self._apart.items(), (key, name)][-_APART:])
        return self.tasks.result(name, _PATIENCE)

    def all_tasks(self, given: Given) -> list[dict[str, Any]]:
        """Updates and trainings, the newest first."""
        named = [name for name in self.tasks.names() if name.split("-")[1] in ("update", "retrain")]
        return [self.tasks.task(name) for name in reversed(named[-20:])]

    def task(self, given: Given) -> dict[str, Any]:
        """How far a task is, with what it told."""
        return self.tasks.task(given["task"])

    def health(self) -> dict[str, Any]:
        """Whether there is a model that answers."""
        try:
            model = self.live.current.model
        except RecommenderError as error:
            return {"status": "no model", "problem": Refusal.of(error, self.folder).problem}
        except Exception as error:  # noqa: BLE001
            return {"status": "no model", "problem": type(error).__name__}
        told = {"problem": "the newest state of the models cannot be opened"} if self.live.problem else {}
        return {"status": "ok", "model": model.version, "articles": len(model), **told}


def options_of(given: Given) -> SearchOptions:
    """The options of an answer."""
    return SearchOptions(collapse=not given["no_collapse"], **{name: given[name] for name in _SEARCH if name in given})


def _page(rows: Any, given: Given) -> Iterator[dict[str, Any]]:
    first, count = given["offset"], given["limit"]
    return islice(iter(rows), first, None if count is None else first + count)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the corpus without folders of this machine."""
    return {
        **row,
        "sources": [{**source, "path": _named(source["path"])} for source in row["sources"]],
        "history": [{**earlier, "path": _named(earlier["path"])} for earlier in row["history"]],
    }


def _named(path: str) -> str:
    """The name of a file; of a member of an archive that of the archive and the way inside it."""
    file, mark, member = path.partition("!/")
    return file.rsplit("/", 1)[-1] + mark + member
