"""Gives each line of a page its part: title, body, caption, related headline, or nothing of the article.

The parts are found in this order, and a line that has one keeps it: furniture (copyright, share
buttons), lists under a header, a list at the end without one, captions, a machine translation, the
head (title, byline and date lines), signatures. What is left is body.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from recommender.readers.rules import lines as rules
from recommender.readers.rules.bylines import Byline, lead_byline, line_byline, may_be_byline
from recommender.text.normalize import title_key

OUT = "out"
HEAD_LINES = 12
"""How many lines the head of a page may have before the lead."""


@dataclass(slots=True)
class Line:
    """A line that is not empty; the rules below fill in its part, and its value as the field has it."""

    number: int
    text: str
    part: str = ""
    rule: str = ""
    value: str = ""
    confidence: float = 0.9

    def is_(self, part: str, rule: str, value: str = "", confidence: float = 0.9) -> None:
        self.part, self.rule, self.value, self.confidence = part, rule, value or self.text, confidence


def lay_out(lines: list[Line], title: str | None = None) -> None:
    """Fill ``part`` of every line. ``title``: known already, as an HTML page's."""
    for line in lines:
        if rule := rules.furniture(line.text):
            line.is_(OUT, rule)
    _lists(lines)
    _list_at_end(lines)
    _captions(lines)
    _translation(lines)
    _head(lines, title)
    _signatures(lines)
    for line in lines:
        if not line.part:
            line.is_("body", "paragraphs that no other rule claims")


def _lists(lines: list[Line]) -> None:
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if line.part and line.rule != "hashtags":
            continue
        rest = rules.related_header(line.text)
        if rest is not None:
            if rest:
                line.is_("related", "list under a header", rules.unmark(rest)[1])
            else:
                line.is_(OUT, "header of the related list")
            at = _items(lines, at, "related", "list under a header")
        elif rules.popular_header(line.text):
            line.is_(OUT, "popular list")
            at = _items(lines, at, OUT, "popular list")


def _items(lines: list[Line], at: int, part: str, rule: str) -> int:
    """Claim the entries that follow a header; returns where the list ends."""
    marked: bool | None = None
    while at < len(lines):
        line = lines[at]
        if line.part:
            if line.rule not in ("rule or ornament", "share buttons"):
                break
            at += 1
            continue
        if rules.related_header(line.text) is not None or rules.popular_header(line.text) or _ends_list(line.text):
            break
        mark, text = rules.unmark(line.text)
        if marked is None:
            marked = bool(mark)
        if rules.dated(line.text, alone=True):
            line.is_(OUT, "date in a list")
        elif (marked and not mark) or (not rules.is_headline(text) and not (mark and len(text) <= rules.SHORT)):
            break
        else:
            line.is_(part, rule, text, 0.95 if mark else 0.85)
        at += 1
    return at


def _byline(text: str) -> Byline | None:
    return line_byline(rules.without_dates(text)) if may_be_byline(text) else None


def _ends_list(text: str) -> bool:
    return rules.is_notice(text) or _byline(text) is not None


def _list_at_end(lines: list[Line]) -> None:
    """Three or more lines with one marker at the very end, before copyright and signature lines."""
    if any(line.part == "related" for line in lines):
        return
    stop = len(lines)
    while stop and (lines[stop - 1].part == OUT or _ends_list(lines[stop - 1].text)):
        stop -= 1
    start = stop
    kind = _kind(lines[stop - 1].text) if stop else ""
    while kind and start and not lines[start - 1].part and _kind(lines[start - 1].text) == kind:
        start -= 1
    run = lines[start:stop]
    texts = [rules.unmark(line.text)[1] for line in run]
    if len(run) < 3 or not any(not line.part for line in lines[:start]) or not _headlines(texts):
        return
    for line, text in zip(run, texts, strict=True):
        line.is_("related", "a run of list lines at the end", text, min(0.9, 0.5 + 0.05 * len(run)))


def _kind(text: str) -> str:
    mark = rules.unmark(text)[0]
    return "1" if any(c.isdigit() for c in mark) else mark.replace("–", "-").replace("—", "-")


def _headlines(texts: Sequence[str]) -> bool:
    """Headlines rather than the items of a body: rarely ``일시: 3월 2일``, rarely whole sentences."""
    good = sum(rules.is_headline(text) and not rules.is_entry(text) for text in texts)
    return good >= 0.8 * len(texts) and sum(map(len, texts)) >= 14 * len(texts)


def _captions(lines: list[Line]) -> None:
    for i, line in enumerate(lines):
        if line.part:
            continue
        near = [lines[j] for j in (i - 1, i + 1) if 0 <= j < len(lines)]
        alone = all(other.text[0] != line.text[0] for other in near)
        if rule := rules.caption_rule(line.text, alone):
            line.is_("caption", rule, line.text.lstrip("▲△▼▽◀▶ "), 0.95 if "credit" in rule else 0.75)


def _translation(lines: list[Line]) -> None:
    free = [line for line in lines if not line.part]
    for at, line in enumerate(free):
        if not rules.is_notice(line.text):
            continue
        near = " ".join(other.text for other in free[at + 1 : at + 4])
        if near and rules.korean_share(near) < 0.3:
            line.is_(OUT, "notice of a machine translation")
            for other in free[at + 1 :]:
                if len(other.text) > 20 and rules.korean_share(other.text) > 0.5:
                    return
                other.is_("translation", "foreign text after a notice of machine translation", confidence=0.95)
            return
        if line.text[0] in "[<(【〈《※*" and len(line.text) <= rules.SHORT:
            line.is_(OUT, "notice of a machine translation")


def _head(lines: list[Line], known: str | None) -> None:
    """Title, byline and date lines before the lead, and repeats of them."""
    free = [line for line in lines if not line.part][:HEAD_LINES]
    key = title_key(known) if known else ""
    for at, line in enumerate(free):
        if key and title_key(line.text) == key:
            line.is_(OUT, "repeated title")
        elif _meta(line, alone=True):
            continue
        elif not key and rules.is_section(line.text) and at + 1 < len(free):
            line.is_(OUT, "section")
        elif not key and (sure := _title_confidence(lines, line)):
            line.is_("title", "short first line", rules.title_text(line.text), sure)
            key = title_key(line.value)
        elif not key or len(line.text) > 90 or rules.ends_sentence(line.text) or lead_byline(line.text):
            return


def _title_confidence(lines: list[Line], line: Line) -> float:
    """How sure it is that the line is a title, 0 if it is none."""
    at = lines.index(line)
    text = rules.title_text(line.text)
    if not rules.is_headline(text) or lead_byline(line.text) or rules.unmark(line.text)[0] in ("-", "·", "•"):
        return 0.0
    follow = [other for other in lines[at + 1 : at + 7] if other.part != OUT]
    if text != line.text:
        return 0.95
    if any(_is_meta(other.text) for other in follow):
        return 0.95
    if not follow:
        return 0.5 if len(lines) == 1 else 0.6
    if follow[0].number > line.number + 1:
        return 0.85
    longer = len(follow[0].text) >= 1.5 * len(line.text) or rules.ends_sentence(follow[0].text)
    return 0.7 if longer or lead_byline(follow[0].text) else 0.5 if len(line.text) <= 60 else 0.0


def _meta(line: Line, *, alone: bool) -> bool:
    if found := _is_meta(line.text, alone):
        line.is_("meta", found)
        return True
    return False


def _is_meta(text: str, alone: bool = True) -> str:
    """A line of byline, dates, or both, and nothing else."""
    found = rules.dated(text, alone=alone)
    byline = _byline(text)
    rest = rules.without_dates(text) if found else text
    if byline and not byline.author:
        return ""
    if found and (found[1] or byline or len(rest) <= 12):
        return "byline and date line" if byline else "date line"
    return "byline line" if byline else ""


def _signatures(lines: list[Line]) -> None:
    seen = {line.text for line in lines if line.part == "meta"}
    for line in lines:
        if line.part:
            continue
        if line.text in seen:
            line.is_(OUT, "repeated byline or date line")
        elif byline := _byline(line.text):
            line.is_("meta" if byline.author else OUT, "reporter signature" if byline.author else byline.rule)
        elif rules.dated(line.text, alone=False):
            line.is_("meta", "date line")


def spans(lines: Sequence[Line]) -> Iterator[tuple[tuple[int, int], str]]:
    """Runs of left-out lines with one rule, as (first, last) and the rule."""
    first = last = None
    for line in [*lines, None]:
        if first and last and (line is None or line.part != OUT or line.rule != first.rule):
            yield (first.number, last.number), first.rule
            first = None
        if line is not None and line.part == OUT:
            first, last = first or line, line
