"""The table of routes: method, address, role, options and handler. Requests are parsed and described by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from typing import Any, Literal

from ..lazy import dataclass
from . import changes, versioning
from .options import MODEL, SEARCH_OPTIONS, Option
from .service import Params, Service

Role = Literal["reader", "editor", "admin"]
Answer = Callable[[Service, Params], Any]
LONGEST = 200_000  # characters of a text that asks ...
IN_ADDRESS = 10_000  # ... and of one in an address, where each may take twelve bytes


@dataclass(frozen=True, slots=True)
class Route:
    """One operation. Options of ``GET`` and ``DELETE`` stand in the address, those of ``POST`` in a JSON object.

    ``path`` names in braces are texts that ``answer`` is given beside the options. ``takes`` is the JSON Schema of a
    body that is not an object of options. ``cached``: the same answer until the model changes. ``slow``: it may take
    seconds, and others do not wait for it; ``own_process``: a process of its own makes it, which may take minutes.
    ``media`` are the kinds of the answer by the option ``format``, where it is a text.
    """

    method: Literal["GET", "POST", "DELETE"]
    path: str
    name: str
    about: str
    answer: Answer
    options: tuple[Option, ...] = ()
    role: Role = "reader"
    tag: str = "questions"
    takes: Mapping[str, Any] | None = None
    gives: Mapping[str, Any] = field(default_factory=lambda: {"type": "object"})
    status: int = 200
    cached: bool = False
    slow: bool = False
    own_process: bool = False
    media: Mapping[str, str] | None = None

    @property
    def changes(self) -> bool:
        return self.role != "reader"

    @property
    def needs_body(self) -> bool:
        """Whether something has to be sent: an operation that needs no option takes an empty body."""
        return self.takes is not None or any(option.required for option in self.options)

    @property
    def parts(self) -> list[str]:
        """Names of the parts of the address."""
        return [part[1:].split(":")[0].rstrip("}") for part in self.path.split("/") if part.startswith("{")]


_Q = Option(
    "q", "text", "A headline, a few words or a text.", max=LONGEST, also=("text", "title"), sample="양극재 공장"
)
_BODY = Option("body", "text", "The text below the headline q.", max=LONGEST)
_DATE = Option("date", "text", "When the text was published.", max=40, also=("published",))
_IDS = Option("id", "texts", "Ask with an article of the corpus, or with several.", also=("ids",))
SIMILAR = (replace(_Q, max=IN_ADDRESS), _IDS, _DATE, *SEARCH_OPTIONS)
_PAGE = (
    Option("limit", "integer", "Rows at most; default: all.", min=1, max=1_000_000),
    Option("offset", "integer", "Rows that are left out first.", default=0, min=0, max=100_000_000),
)
_ROWS: Mapping[str, Any] = {"type": "array", "items": {"type": "object"}}
_ASKED = Option("q", "text", "A headline or a text.", max=LONGEST, also=("text", "title"), required=True)
_REASON = Option("reason", "text", "Why, for those who look at it later.", default="", max=1000)
_EDIT = (Option("dry-run", "flag", "Show what it would do, and keep nothing."), _REASON)
_ARTICLE = Option("article", "text", "The id of the article.", max=1000, required=True)
_INTO = Option("topic", "text", "The topic or desk, by id or name.", max=200, required=True)
_OTHER = Option("other", "text", "The id of the other article.", max=1000, also=("id",), required=True)
_RECORD: Mapping[str, Any] = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": True,
    "properties": {
        name: {"type": "string"}
        for name in (
            "id",
            "title",
            "body",
            "outlet",
            "author",
            "published",
            "updated",
            "url",
            "section",
        )
    },
}
_RECORDS: Mapping[str, Any] = {"anyOf": [
    {"type": "array", "items": _RECORD, "minItems": 1},
    {"type": "object", "required": ["records"],
     "properties": {"records": {"type": "array", "items": _RECORD, "minItems": 1}, "wait": {"type": "boolean"}}},
    _RECORD,
]}  # fmt: skip
UNTAGGED = ("tasks", "task")  # names of operations whose answers bear no ETag: they change by themselves
REPORT = {
    "json": "application/json", "html": "text/html", "md": "text/markdown", "csv": "text/csv", "svg": "image/svg+xml",
}  # fmt: skip

ROUTES: tuple[Route, ...] = (
    Route("GET", "/v1/similar", "similar", "Articles related to a text or to articles of the corpus.",
          Service.similar, SIMILAR, cached=True),
    Route("POST", "/v1/similar", "ask", "The same with a JSON object: for a draft with its body.",
          Service.similar, (_Q, *SIMILAR[1:], _BODY), cached=True),
    Route("GET", "/v1/predict", "predict", "The topics of a new text, of both levels.",
          Service.predict, (replace(_ASKED, max=IN_ADDRESS), MODEL), gives=_ROWS, cached=True),
    Route("POST", "/v1/predict", "predict_text", "The same with a JSON object: for a draft with its body.",
          Service.predict, (_ASKED, _BODY, MODEL), gives=_ROWS, cached=True),
    Route("GET", "/v1/articles", "articles", "What the corpus holds, in the order of ids.", Service.articles,
          (Option("limit", "integer", "Rows at most.", default=100, min=1, max=1000), _PAGE[1]),
          tag="articles", gives=_ROWS, slow=True),
    Route("GET", "/v1/articles/{article}", "article", "An article, with its related list and where it was read.",
          Service.article, tag="articles"),
    Route("GET", "/v1/articles/{article}/related", "related", "The articles related to one of the corpus.",
          Service.related, SEARCH_OPTIONS, tag="articles", cached=True),
    Route("GET", "/v1/topics", "topics", "Desks and topics, broad ones before the finer ones that they hold.",
          Service.topics,
          (Option("level", "choice", "Topics of one level.", choices=("broad", "fine")),
           Option("assignments", "flag", "Every article's topic and its broad topic, as rows."), *_PAGE, MODEL),
          tag="topics", gives=_ROWS, cached=True, slow=True),
    Route("GET", "/v1/topics/{topic}", "topic", "The articles of a topic or desk, by id or name.",
          Service.topic, (*_PAGE, MODEL), tag="topics", gives=_ROWS, cached=True, slow=True),
    Route("GET", "/v1/models", "models", "Versions of the model, the newest last.",
          Service.versions, tag="versions", gives=_ROWS),
    Route("GET", "/v1/models/diff", "diff", "What changed from one version to another.", Service.diff,
          (Option("before", "text", "A version.", required=True, max=40),
           Option("after", "text", "A version.", required=True, max=40)), tag="versions", cached=True,
          own_process=True),
    Route("GET", "/v1/report", "report", "The topic report.", Service.report,
          (Option("format", "choice", "Its form.", default="json", choices=("json", "html", "md", "csv", "svg")),
           Option("lang", "choice", "Language; default: the corpus's.", choices=("ko", "en"))),
          tag="topics", cached=True, own_process=True, media=REPORT),
    Route("POST", "/v1/articles", "add", "Take records in, as a list or one, and make them searchable.",
          changes.add, role="editor", tag="articles", takes=_RECORDS, slow=True),
    Route("DELETE", "/v1/articles/{article}", "remove", "Take an article out for good.",
          changes.remove, (_REASON,), role="editor", tag="articles", slow=True),
    Route("POST", "/v1/articles/{article}/restore", "restore", "Let a removed article come back when it is sent.",
          changes.restore, (_REASON,), role="editor", tag="articles", slow=True),
    Route("POST", "/v1/update", "update", "Make what is new in the corpus searchable.", changes.update,
          (Option("wait", "flag", "Answer when it is done."),), role="editor", tag="articles", slow=True),
    Route("POST", "/v1/topics/{topic}/rename", "rename", "Give a topic another name.", changes.rename,
          (Option("name", "text", "The new name.", max=200, required=True), *_EDIT), role="editor", tag="topics",
          slow=True),
    Route("POST", "/v1/topics/{topic}/split", "split", "Split a topic by similarity, or by the articles that leave it.",
          changes.split, (Option("into", "integer", "Number of parts.", min=2, max=1000),
                          Option("article", "texts", "Articles that leave it.", also=("articles",)), *_EDIT),
          role="editor", tag="topics", slow=True),
    Route("POST", "/v1/topics/merge", "merge", "Make one topic of two or more; the first stays.", changes.merge,
          (Option("topics", "texts", "Ids or names.", required=True), *_EDIT), role="editor", tag="topics", slow=True),
    Route("POST", "/v1/topics/move", "move", "Put an article into another topic.", changes.move,
          (_ARTICLE, _INTO, *_EDIT), role="editor", tag="topics", slow=True),
    Route("POST", "/v1/topics/pin", "pin_topic", "Keep an article in a topic whatever training says.",
          changes.pin_topic, (_ARTICLE, _INTO, *_EDIT), role="editor", tag="topics", slow=True),
    Route("POST", "/v1/topics/undo", "undo_edit", "Take back the last edit of topics that stands.",
          changes.undo_edit, (_REASON,), role="editor", tag="topics", slow=True),
    Route("GET", "/v1/edits", "edits", "Every edit of topics, the oldest first: who, when, why, and whether it stands.",
          changes.edits, tag="topics", gives=_ROWS),
    Route("POST", "/v1/articles/{article}/related/pin", "pin", "Put another first in the list of an article.",
          changes.pin, (_OTHER, _REASON), role="editor", tag="pairs", slow=True),
    Route("POST", "/v1/articles/{article}/related/block", "block", "Keep two out of each other's lists.",
          changes.block, (_OTHER, _REASON), role="editor", tag="pairs", slow=True),
    Route("POST", "/v1/related/undo", "undo_pair", "Take back the last decision on a pair that stands.",
          changes.undo_pair, (_REASON,), role="editor", tag="pairs", slow=True),
    Route("GET", "/v1/related", "pairs", "The decisions on pairs that stand.", changes.pairs, tag="pairs",
          gives=_ROWS),
    Route("POST", "/v1/models/{version}/promote", "promote", "Answer from this version from now on.",
          versioning.promote, role="admin", tag="versions", slow=True),
    Route("POST", "/v1/models/rollback", "rollback", "Answer from the version before the current one.",
          versioning.rollback, role="admin", tag="versions", slow=True),
    Route("POST", "/v1/retrain", "retrain", "Train anew in the background; promoted only if no worse.",
          versioning.retrain, (Option("no-ingest", "flag", "Leave data/inbox/ unread."),
                            Option("fresh-topics", "flag", "Find topics anew.")), role="admin", tag="versions",
          status=202, slow=True),
    Route("GET", "/v1/tasks", "tasks", "Updates and trainings, the newest first.", Service.all_tasks, tag="versions",
          gives=_ROWS),
    Route("GET", "/v1/tasks/{task}", "task", "How far a task is.", Service.task, tag="versions"),
    Route("DELETE", "/v1/tasks/{task}", "cancel", "Stop a task.", versioning.cancel, role="admin", tag="versions",
          slow=True),
)  # fmt: skip
