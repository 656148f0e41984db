"""Gives each line of a page its part: title, body, caption, related headline, or nothing of the article.

The parts are found in this order, and a line that has one keeps it: furniture (copyright, share
buttons), promotion at the end, lists under a header, a list at the end without one, links between
paragraphs, captions, a machine translation, the head (title, byline and date lines), signatures.
What is left is body.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from recommender.readers.page_reading import OUT, Line, byline_of
from recommender.readers.rules import lines as rules
from recommender.readers.rules.bylines import (
    Byline,
    is_english_name,
    is_person,
    lead_byline,
    name_and_outlet,
    outlet_alone,
)
from recommender.readers.rules.line_dates import dated, without_dates
from recommender.readers.text_lists import (
    claim_lists,
    closing_promotion,
    links_between,
    list_at_end,
    list_below_a_label,
    promotion_at_end,
)
from recommender.text.normalize import title_key

HEAD_LINES = 12
"""How many lines the head of a page may have before the lead."""


def lay_out(lines: list[Line], title: str | None = None) -> None:
    """Fill ``part`` of every line. ``title``: known already, as an HTML page's."""
    for line in lines:
        if rule := rules.furniture(line.text):
            line.is_(OUT, rule)
    promotion_at_end(lines)
    closing_promotion(lines)
    claim_lists(lines)
    list_at_end(lines)
    list_below_a_label(lines)
    links_between(lines)
    _claim_captions(lines)
    _claim_translation(lines)
    _claim_head(lines, title)
    _claim_signatures(lines)
    for line in lines:
        if not line.part:
            line.is_("body", "paragraphs that no other rule claims")


def _claim_captions(lines: list[Line]) -> None:
    for i, line in enumerate(lines):
        if line.part:
            continue
        near = [lines[j] for j in (i - 1, i + 1) if 0 <= j < len(lines)]
        alone = all(other.text[0] != line.text[0] for other in near)
        if rule := rules.caption_rule(line.text, alone):
            line.is_("caption", rule, line.text.lstrip("▲△▼▽◀▶ "), 0.95 if "credit" in rule else 0.75)


def _claim_translation(lines: list[Line]) -> None:
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


def _claim_head(lines: list[Line], stated: str | None) -> None:
    """Title, byline and date lines before the lead, and repeats of them."""
    free = [line for line in lines if not line.part][:HEAD_LINES]
    key = title_key(stated) if stated else ""
    for at, line in enumerate(free):
        if key and title_key(line.text) == key:
            line.is_(OUT, "repeated title")
        elif _claim_meta(line, alone=True) or (key and _claim_name_above_date(line, free[at + 1 :])):
            continue
        elif not key and rules.is_section(line.text) and at + 1 < len(free):
            line.is_(OUT, "section")
        elif not key and (sure := _title_confidence(lines, line)):
            line.is_("title", "short first line", rules.title_text(line.text), sure)
            key = title_key(line.value)
        elif not key or len(line.text) > 90 or rules.ends_sentence(line.text) or lead_byline(line.text):
            return


def _claim_name_above_date(line: Line, below: Sequence[Line]) -> bool:
    if not below or dated(line.text, alone=True):
        return False
    have_dates = [dated(other.text, alone=True) is not None for other in below[:2]]
    if have_dates[0] and name_and_outlet(line.text):
        line.is_("meta", "name above a date")
    elif have_dates[0] and (is_person(line.text) or is_english_name(line.text)):
        line.is_("meta", "person above a date" if is_person(line.text) else "outlet above a date")
    elif any(have_dates) and outlet_alone(line.text) and not rules.is_section(line.text):
        line.is_("meta", "outlet above a date")
    elif have_dates == [False, True] and is_person(line.text) and is_english_name(below[0].text):
        line.is_("meta", "person above a date")
        below[0].is_("meta", "outlet above a date")
    return bool(line.part)


def _title_confidence(lines: list[Line], line: Line) -> float:
    """How sure it is that the line is a title, 0 if it is none."""
    at = lines.index(line)
    text = rules.title_text(line.text)
    if not rules.is_headline(text) or lead_byline(line.text) or rules.unmark(line.text)[0] in ("-", "·", "•"):
        return 0.0
    follow = [other for other in lines[at + 1 : at + 7] if other.part != OUT]
    if text != line.text:
        return 0.95
    if any(_meta_rule(other.text) for other in follow):
        return 0.95
    if not follow:
        return 0.5 if len(lines) == 1 else 0.6
    if follow[0].number > line.number + 1:
        return 0.85
    longer = len(follow[0].text) >= 1.5 * len(line.text) or rules.ends_sentence(follow[0].text)
    return 0.7 if longer or lead_byline(follow[0].text) else 0.5 if len(line.text) <= 60 else 0.0


def _claim_meta(line: Line, *, alone: bool) -> bool:
    if rule := _meta_rule(line.text, alone):
        line.is_("meta", rule)
        return True
    return False


def _meta_rule(text: str, alone: bool = True) -> str:
    """A line of byline, dates, or both, and nothing else."""
    date_and_label = dated(text, alone=alone)
    byline = byline_of(text)
    rest = without_dates(text) if date_and_label else text
    if date_and_label and name_beside(text):
        return "name beside a date"
    if byline and not byline.author:
        return ""
    if date_and_label and (date_and_label[1] or byline or len(rest) <= 12):
        return "byline and date line" if byline else "date line"
    return "byline line" if byline else ""


def name_beside(text: str) -> Byline | None:
    """Person and outlet beside a date on one line: ``Leo Marsh | Coast Wire | Nov. 3, 2024``."""
    date_and_label = dated(text, alone=True) if len(text) <= 120 else None
    if date_and_label is None:
        return None
    return name_and_outlet(f"{text[: date_and_label[0].start]} {text[date_and_label[0].end :]}".strip(" |,·/•–-"))


def _claim_signatures(lines: list[Line]) -> None:
    claimed = {line.text for line in lines if line.part == "meta"}
    for line in lines:
        if line.part:
            continue
        if line.text in claimed:
            line.is_(OUT, "repeated byline or date line")
        elif byline := byline_of(line.text):
            line.is_("meta" if byline.author else OUT, "reporter signature" if byline.author else byline.rule)
        elif dated(line.text, alone=False):
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
