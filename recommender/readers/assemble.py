"""Lines whose parts are known to the fields of a page, with their provenance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from recommender.readers.article import Related
from recommender.readers.page_reading import OUT, Field, LeftOut, Line, PageReading
from recommender.readers.page_text import lay_out, name_beside, spans
from recommender.readers.records import stand_in
from recommender.readers.rules import lines as rules
from recommender.readers.rules.bylines import (
    Byline,
    folded,
    lead_byline,
    line_byline,
    name_and_outlet,
    outlet_alone,
    trailing_byline,
)
from recommender.readers.rules.line_dates import changed, dated, without_dates
from recommender.readers.rules.titles import without_site
from recommender.text.normalize import split_tags, title_key

from ..lazy import dataclass


def assemble(lines: list[Line], kind: Literal["text", "html"] = "text", head: PageReading | None = None) -> PageReading:
    """Lines that are not empty to fields. ``head``: what an HTML page states outside its text."""
    head = head or PageReading(kind)
    title = head.title.value if head.title and isinstance(head.title.value, str) else None
    lay_out(lines, title)
    parts = _Parts(lines)
    byline = parts.lead()
    body = parts.body()
    related = _merge_related(head.links, parts.related())
    read = PageReading(
        kind,
        title=head.title or parts.one("title"),
        outlet=head.outlet or byline.outlet or parts.outlet(),
        author=byline.author or parts.author() or head.author,
        published=head.published or parts.published(),
        body=body,
        captions=parts.many("caption"),
        related=head.related or parts.many("related"),
        translation=parts.joined("translation"),
        left_out=tuple(LeftOut(span, rule) for span, rule in spans(lines)),
        links=related,
        url=head.url,
        section=head.section,
        updated=head.updated or parts.updated(),
    )
    if read.related:
        listed = replace(read.related, value=tuple(r.headline for r in related))
        read = replace(read, related=listed if related else None)
    read = _with_bare_title(read)
    stand = None if read.title or not body else _stand_in(body)
    return replace(read, tags=_tags(read, parts), stand_in=stand)


def _with_bare_title(read: PageReading) -> PageReading:
    """The title without the outlet's name behind it."""
    if not read.title or not read.outlet:
        return read
    title = without_site(str(read.title.value), [str(read.outlet.value)], [])
    return replace(read, title=replace(read.title, value=title))


@dataclass(slots=True)
class _Byline:
    outlet: Field | None = None
    author: Field | None = None


@dataclass(slots=True)
class _Parts:
    """The lines of a page by their part."""

    lines: list[Line]

    def of(self, part: str) -> list[Line]:
        return [line for line in self.lines if line.part == part]

    def one(self, part: str) -> Field | None:
        return next((_field(line.value, [line]) for line in self.of(part)), None)

    def many(self, part: str) -> Field | None:
        lines = self.of(part)
        return _field(tuple(line.value for line in lines), lines) if lines else None

    def joined(self, part: str) -> Field | None:
        lines = self.of(part)
        return _field("\n".join(line.value for line in lines), lines) if lines else None

    def related(self) -> tuple[Related, ...]:
        return tuple(Related(line.value) for line in self.of("related") if title_key(line.value))

    def lead(self) -> _Byline:
        """Take the byline off the lead and the signature off the last paragraph."""
        fields = _Byline()
        paragraphs = self.of("body")
        for line in paragraphs[:4]:
            if byline := lead_byline(line.text):
                line.value = byline.rest
                fields = _Byline(
                    _field(byline.outlet, [line], byline.rule, 0.9) if byline.outlet else None,
                    _field(byline.author, [line], byline.rule, 0.95) if byline.author else None,
                )
                break
        for line in paragraphs[-1:]:
            if cut := trailing_byline(line.value):
                line.value, author = cut
                fields.author = fields.author or _field(author, [line], "signature after the last sentence", 0.85)
        return fields

    def body(self) -> Field | None:
        return self.joined("body")

    def author(self) -> Field | None:
        for line in self.of("meta"):
            byline = _byline(line)
            if byline and byline.author:
                return _field(byline.author, [line], line.rule, 0.9)
        return None

    def outlet(self) -> Field | None:
        for line in self.of("meta"):
            rest = without_dates(line.text)
            byline = _byline(line)
            if outlet := (byline.outlet if byline else outlet_alone(rest)):
                return _field(outlet, [line], line.rule, 0.8)
        return self._owner()

    def _owner(self) -> Field | None:
        """The owner that a copyright line names."""
        end = max((line.number for line in self.of("body")), default=0)
        for line in self.of(OUT):
            after = line.rule == "copyright line" and line.number > end
            if after and (owner := rules.copyright_owner(line.text)):
                return _field(owner, [line], "owner in the copyright line", 0.7)
        return None

    def updated(self) -> str | None:
        """The date of a later change, as a line of the head labels it."""
        return max(filter(None, (changed(line.text) for line in self.of("meta"))), default=None)

    def published(self) -> Field | None:
        """The first date with a label of first publication, else one alone on its line, else a change's."""
        best: tuple[int, Line, str] | None = None
        for line in self.of("meta"):
            if date_and_label := dated(line.text, alone=True):
                date, labelled, later = date_and_label
                rank = 0 if labelled and not later else 2 if later else 1
                if best is None or rank < best[0]:
                    best = rank, line, date.iso
        if best is None:
            return None
        rank, line, iso = best
        rule = ("labelled date", "date on a line of its own", "date of a later change")[rank]
        return _field(iso, [line], rule, (0.98, 0.85, 0.6)[rank])


def _byline(line: Line) -> Byline | None:
    """Author and outlet of a line of the head; English names that no word marks count only beside or above a date."""
    if line.rule == "name above a date":
        return name_and_outlet(line.text)
    if line.rule == "name beside a date":
        return name_beside(line.text)
    if line.rule == "person above a date":
        return Byline(None, line.text)
    if line.rule == "outlet above a date":
        return Byline(line.text, None)
    return line_byline(without_dates(line.text))


def _field(value: str | tuple[str, ...], lines: Sequence[Line], rule: str = "", sure: float = 0.0) -> Field:
    numbers = [line.number for line in lines]
    confidence = sure or min(line.confidence for line in lines)
    return Field(value, (min(numbers), max(numbers)), rule or lines[0].rule, round(confidence, 2))


def _stand_in(body: Field) -> Field:
    return Field(
        stand_in(str(body.value)), (body.lines[0], body.lines[0]), "start of the lead, as no title is known", 0.3
    )


def _merge_related(links: tuple[Related, ...], entries: tuple[Related, ...]) -> tuple[Related, ...]:
    """Entries of both, each headline once, those with an address first."""
    keys = {title_key(entry.headline) for entry in links}
    merged = list(links)
    for entry in entries:
        if (key := title_key(entry.headline)) not in keys:
            keys.add(key)
            merged.append(entry)
    return tuple(merged)


def _tags(read: PageReading, parts: _Parts) -> Field | None:
    """Bracket tags of the title and of the listed headlines, each once, in order."""
    headlines = [(line.value, (line.number, line.number)) for line in parts.of("related")]
    if read.related and not headlines:
        headlines = [(headline, read.related.lines) for headline in read.related.value]
    if read.title:
        headlines.insert(0, (str(read.title.value), read.title.lines))
    unique_tags: dict[str, None] = {}
    line_numbers: list[int] = []
    for headline, numbers in headlines:
        if tags := split_tags(folded(headline))[0]:
            unique_tags.update(dict.fromkeys(tags))
            line_numbers += numbers
    if not unique_tags:
        return None
    return Field(tuple(unique_tags), (min(line_numbers), max(line_numbers)), "bracket tags of headlines", 0.95)
