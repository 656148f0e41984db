"""The table of routes: method, address, role, options and what answers. Requests are read by it and described by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .options import Option
from .service import Given, Service

Role = Literal["reader", "editor", "admin"]
Answer = Callable[[Service, Given], Any]
LONGEST = 200_000  # characters of a body that asks


@dataclass(frozen=True, slots=True)
class Route:
    """One operation. Options of ``GET`` and ``DELETE`` stand in the address, those of ``POST`` in a JSON object.

    ``path`` names in braces are texts that ``answer`` is given beside the options. ``takes`` is the JSON Schema of a
    body that is no object of options. ``kept``: the same answer until the model changes.
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
    kept: bool = False
    media: str = "application/json"

    @property
    def changes(self) -> bool:
        return self.role != "reader"

    @property
    def parts(self) -> list[str]:
        """Names of the parts of the address."""
        return [part[1:].split(":")[0].rstrip("}") for part in self.path.split("/") if part.startswith("{")]


_TOPIC = Option("topic", "text", "In this topic or desk only, by id or name.", most=200)
_MODEL = Option("model", "text", "Ask this version of the model, not the current one.", most=40)
_FORM = (
    Option("no-collapse", "flag", "List near-copies and all retellings one by one."),
    Option("stories", "flag", "List every retelling of one event, not two at most."),
    Option("explain", "flag", "Every word's part in the score, and the score's parts."),
)
_FILTERS = (
    Option("k", "integer", "Articles wanted.", default=10, least=1, most=1000),
    Option("since", "text", "Published on this day or later (2024-08-05, 2024-08, 2024, 7d, 어제).", most=40),
    Option("until", "text", "Published on this day or earlier.", most=40),
    Option("outlet", "texts", "Of this outlet only; may be repeated."),
    Option("section", "texts", "Of this section only; may be repeated."),
    _TOPIC,
    Option("exclude-id", "texts", "Not this article; may be repeated."),
    Option("exclude-outlet", "texts", "Not of this outlet; may be repeated."),
    Option("exclude-author", "texts", "Nothing with this name in its byline; may be repeated."),
    Option("past-only", "flag", "Nothing published after the asking article."),
    Option("no-date", "flag", "The date of what asks counts for nothing."),
    Option("diversity", "number", "0 the most related, 1 the most different.", default=0.0, least=0, most=1),
    Option("min-score", "number", "Nothing scored below this. Default: the model's.", least=0, most=1),
    _MODEL,
    *_FORM,
)
_Q = Option(
    "q", "text", "A headline, a few words or a text.", most=LONGEST, also=("text", "title"), sample="양극재 공장"
)
_BODY = Option("body", "text", "The text below the headline q.", most=LONGEST)
_DATE = Option("date", "text", "When the text was published.", most=40, also=("published",))
SIMILAR = (_Q, Option("id", "texts", "Ask with an article of the corpus, or with several.", also=("ids",)), _DATE,
           *_FILTERS)  # fmt: skip
_PAGE = (
    Option("limit", "integer", "Rows at most; default: all.", least=1, most=1_000_000),
    Option("offset", "integer", "Rows that are left out first.", default=0, least=0, most=100_000_000),
)
_ROWS: Mapping[str, Any] = {"type": "array", "items": {"type": "object"}}
_ASKED = Option("q", "text", "A headline or a text.", most=LONGEST, also=("text", "title"), required=True)

ROUTES: tuple[Route, ...] = (
    Route("GET", "/v1/similar", "similar", "Articles related to a text or to articles of the corpus.",
          Service.similar, SIMILAR, kept=True),
    Route("POST", "/v1/similar", "ask", "The same with a JSON object: for a draft with its body.",
          Service.similar, (*SIMILAR, _BODY), kept=True),
    Route("GET", "/v1/predict", "predict", "The topics of a new text, of both levels.",
          Service.predict, (_ASKED, _MODEL), gives=_ROWS, kept=True),
    Route("POST", "/v1/predict", "predict_text", "The same with a JSON object: for a draft with its body.",
          Service.predict, (_ASKED, _BODY, _MODEL), gives=_ROWS, kept=True),
    Route("GET", "/v1/articles", "articles", "What the corpus holds, in the order of ids.", Service.articles,
          (Option("limit", "integer", "Rows at most.", default=100, least=1, most=1000), _PAGE[1]),
          tag="articles", gives=_ROWS),
    Route("GET", "/v1/articles/{article}", "article", "An article, with its related list and where it was read.",
          Service.article, tag="articles"),
    Route("GET", "/v1/articles/{article}/related", "related", "The articles related to one of the corpus.",
          Service.related, _FILTERS, tag="articles", kept=True),
    Route("GET", "/v1/topics", "topics", "Desks and topics, broad ones before the finer ones that they hold.",
          Service.topics,
          (Option("level", "choice", "Topics of one level.", choices=("broad", "fine")),
           Option("assignments", "flag", "Every article's topic and its broad topic, as rows."), *_PAGE, _MODEL),
          tag="topics", gives=_ROWS, kept=True),
    Route("GET", "/v1/topics/{topic}", "topic", "The articles of a topic or desk, by id or name.",
          Service.topic, (*_PAGE, _MODEL), tag="topics", gives=_ROWS, kept=True),
    Route("GET", "/v1/models", "models", "Versions of the model, the newest last.",
          Service.versions, tag="versions", gives=_ROWS),
)  # fmt: skip
