"""How one page is read: its lines with their parts, and each field with its lines, its rule and its confidence."""

from __future__ import annotations

from typing import Any, Literal

from recommender.readers.article import Article, Record, Related
from recommender.readers.rules.bylines import Byline, folded, line_byline, may_be_byline, without_role
from recommender.readers.rules.line_dates import without_dates

from ..lazy import dataclass

ERROR_PAGE = "The page tells of an error or of an article that is gone, and holds no article."
FRONT_PAGE = "The page is a list of articles, such as a front page, and not one article."
FIELDS = ("title", "outlet", "author", "published", "body", "captions", "tags", "related", "translation")


OUT = "out"


@dataclass(slots=True)
class Line:
    """A line that is not empty; the rules of `page_text` fill in its part, and its value as the field has it."""

    number: int
    text: str
    part: str = ""
    rule: str = ""
    value: str = ""
    confidence: float = 0.9

    def is_(self, part: str, rule: str, value: str = "", confidence: float = 0.9) -> None:
        self.part, self.rule, self.value, self.confidence = part, rule, value or self.text, confidence


@dataclass(frozen=True, slots=True)
class Field:
    """``lines`` are the first and last line, from 1; ``confidence`` is in 0..1."""

    value: str | tuple[str, ...]
    lines: tuple[int, int]
    rule: str
    confidence: float

    def as_json(self) -> dict[str, Any]:
        value = self.value if isinstance(self.value, str) else list(self.value)
        return {"value": value, "lines": list(self.lines), "rule": self.rule, "confidence": self.confidence}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Lines that belong to no field, and the rule that says so."""

    lines: tuple[int, int]
    rule: str


@dataclass(frozen=True, slots=True)
class PageReading:
    """One page; a field that the page does not state is ``None``.

    ``stand_in`` is the start of the lead when there is no title. ``links`` are the related
    entries with their addresses, in the order of ``related``. ``refusal`` says why nothing is kept of a
    page that is no article; empty for one that is. ``updated`` is when it was last changed.
    """

    kind: Literal["text", "html", "record"]
    title: Field | None = None
    outlet: Field | None = None
    author: Field | None = None
    published: Field | None = None
    body: Field | None = None
    captions: Field | None = None
    tags: Field | None = None
    related: Field | None = None
    translation: Field | None = None
    stand_in: Field | None = None
    left_out: tuple[LeftOut, ...] = ()
    links: tuple[Related, ...] = ()
    url: str | None = None
    section: str | None = None
    updated: str | None = None
    refusal: str = ""

    def as_json(self, path: str) -> dict[str, Any]:
        """The object of ``recommender inspect --format json``."""
        fields = {name: getattr(self, name) for name in (*FIELDS, "stand_in")}
        document = {
            "path": path,
            "kind": self.kind,
            "fields": {name: field.as_json() if field else None for name, field in fields.items()},
            "left_out": [{"lines": list(out.lines), "rule": out.rule} for out in self.left_out],
        }
        return {**document, "refused": self.refusal} if self.refusal else document

    def to_record(self, path: str) -> Record:
        """The page as a record; its id is derived later, from its content."""
        title, published = _text(self.title), _text(self.published)
        article = Article(
            id="",
            title=title or None,
            body=_text(self.body),
            outlet=_text(self.outlet) or None,
            author=without_role(_text(self.author)) or None,
            published=published or None,
            updated=self.updated if (self.updated or "")[: len(published)] >= published else None,
            url=self.url,
            section=self.section,
            tags=self.own_tags,
            captions=_texts(self.captions),
            translation=_text(self.translation),
            stand_in=_text(self.stand_in) or None,
        )
        return Record(article, self.links, None, path, 1, "page", doubt=self.doubt)

    def field_of_lines(self, count: int, left_out: str = "") -> list[str]:
        """The field of each of ``count`` lines, the one with the fewest lines where there are several; ``left_out`` for
        one that belongs to none, empty for one of which nothing is said."""
        spans = [(field.lines, name) for name in (*FIELDS, "stand_in") if (field := getattr(self, name))]
        spans += [(left.lines, left_out) for left in self.left_out] if left_out else []
        names = [""] * count
        for (first, last), name in sorted(spans, key=lambda span: span[0][0] - span[0][1]):  # the longest first
            for number in range(max(first, 1), min(last, count) + 1):
                names[number - 1] = name
        return names

    @property
    def doubt(self) -> tuple[float, str]:
        """The confidence of the least certain of title, body and date, and which it is; a missing field counts 0."""
        named = {"title": self.title or self.stand_in, "body": self.body}
        doubts = [
            (field.confidence if field else 0.0, name, field.rule if field else "none") for name, field in named.items()
        ]
        if self.published:
            doubts.append((self.published.confidence, "date", self.published.rule))
        sure, name, rule = min(doubts)
        return sure, f"{name}: {rule}"

    @property
    def own_tags(self) -> tuple[str, ...]:
        """The tags of the page's own title, without those of the headlines it lists."""
        from recommender.text.normalize import split_tags

        return split_tags(folded(_text(self.title)))[0] if self.title else ()


def _text(field: Field | None) -> str:
    return field.value if field and isinstance(field.value, str) else ""


def _texts(field: Field | None) -> tuple[str, ...]:
    return field.value if field and isinstance(field.value, tuple) else ()


def byline_of(text: str) -> Byline | None:
    """What a line that is a byline, its dates aside, says."""
    return line_byline(without_dates(text)) if may_be_byline(text) else None
