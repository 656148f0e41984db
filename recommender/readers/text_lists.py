"""Lists on a page of text: those under a header, those without one, links between paragraphs, and promotion."""

from __future__ import annotations

from collections.abc import Sequence

from recommender.readers.page_reading import OUT, Line, byline_of
from recommender.readers.rules import lines as rules
from recommender.readers.rules.bylines import MAIL
from recommender.readers.rules.line_dates import dated
from recommender.readers.rules.list_labels import is_unknown_label, may_be_label


def claim_lists(lines: list[Line]) -> None:
    """Lists under a header: the editors' related ones, and those of what is read most, which are nothing."""
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


def promotion_at_end(lines: list[Line]) -> None:
    """Runs of marked lines behind the last paragraph of which half ask to subscribe, to follow or to write in."""
    last = max((at for at, line in enumerate(lines) if not line.part and _is_prose(line.text)), default=len(lines))
    run: list[Line] = []
    for line in [*lines[last + 1 :], None]:
        if run and line is not None and line.number > run[-1].number + 1:
            _claim_promotion(run)
            run = []
        if line is not None and not line.part and rules.unmark(line.text)[0] and _is_label(line.text) is False:
            run.append(line)
            continue
        _claim_promotion(run)
        run = []


def closing_promotion(lines: list[Line]) -> None:
    """What asks to subscribe or to write in at the very end, without a list mark; a sentence only below the rights."""
    texts = [at for at, line in enumerate(lines) if not line.part and _is_prose(line.text)]
    last = max((at for at in texts if not _asks_politely(lines[at].text)), default=len(lines))
    rights = [at for at, line in enumerate(lines) if at > last and line.rule == "copyright line"]
    for at in range(len(lines) - 1, last, -1):
        line = lines[at]
        if line.part == OUT:
            continue
        is_text = ". " in line.text or (rules.ends_sentence(line.text) and not (rights and at > rights[0]))
        if line.part or is_text or not rules.is_promotion(line.text) or _is_label(line.text) or byline_of(line.text):
            return
        line.is_(OUT, "promotion")


def _asks_politely(text: str) -> bool:
    """A polite sentence with a promotion in it."""
    return rules.is_promotion(text) and text.rstrip(".!? ").endswith(("니다", "세요", "십시오", "까요", "어요"))


def _claim_promotion(run: list[Line]) -> None:
    if 2 * sum(rules.is_promotion(line.text) for line in run) >= max(1, len(run)):
        for line in run:
            line.is_(OUT, "promotion")


def _is_prose(text: str) -> bool:
    """A sentence of a body, not of a line with a list mark."""
    return rules.ends_sentence(text) and len(text) >= 20 and not rules.unmark(text)[0] and not MAIL.search(text)


def _is_label(text: str) -> bool:
    return rules.related_header(text) is not None or rules.popular_header(text)


def _items(lines: list[Line], at: int, part: str, rule: str) -> int:
    """Claim the entries that follow a header; returns where the list ends."""
    marked: bool | None = None
    first = at
    while at < len(lines):
        line = lines[at]
        if line.part:
            if line.rule not in ("rule or ornament", "share buttons"):
                break
            at += 1
            continue
        if _is_label(line.text) or _ends_list(line.text) or _is_subhead(lines, first, at):
            break
        mark, text = rules.unmark(line.text)
        if marked is None:
            marked = bool(mark)
        if dated(line.text, alone=True) or rules.is_number(line.text):
            line.is_(OUT, "date or number in a list")
        elif (marked and not mark) or (not rules.is_headline(text) and not (mark and len(text) <= rules.SHORT)):
            break
        else:
            line.is_(part, rule, text, 0.95 if mark else 0.85)
        at += 1
    return at


def _is_subhead(lines: list[Line], first: int, at: int) -> bool:
    """A blank line parts a list without any from a subhead of the body: a sentence follows it at once."""
    if at - first < 2 or at + 1 >= len(lines) or lines[at].number == lines[at - 1].number + 1:
        return False
    close = lines[at - 1].number - lines[first].number == at - 1 - first
    return close and _is_prose(lines[at + 1].text)


def _ends_list(text: str) -> bool:
    return rules.is_notice(text) or byline_of(text) is not None


def list_at_end(lines: list[Line]) -> None:
    """Three or more lines with one marker at the very end, before copyright and signature lines."""
    if any(line.part == "related" for line in lines):
        return
    stop = len(lines)
    while stop and (lines[stop - 1].part == OUT or _ends_list(lines[stop - 1].text)):
        stop -= 1
    start = stop
    kind = _marker_kind(lines[stop - 1].text) if stop else ""
    while kind and start and not lines[start - 1].part and _marker_kind(lines[start - 1].text) == kind:
        start -= 1
    run = lines[start:stop]
    texts = [rules.unmark(line.text)[1] for line in run]
    if len(run) < 3 or not any(not line.part for line in lines[:start]) or not _are_headlines(texts):
        return
    above = lines[start - 1]
    if not above.part and is_unknown_label(above.text):
        for line in [above, *run]:
            line.is_(OUT, "list below a label at the end", confidence=0.7)
        return
    if not above.part and _is_label_by_place(lines, start - 1):
        above.is_(OUT, "header of the related list", confidence=0.7)
    for line, text in zip(run, texts, strict=True):
        line.is_("related", "a run of list lines at the end", text, min(0.9, 0.5 + 0.05 * len(run)))


def _is_label_by_place(lines: list[Line], at: int) -> bool:
    """Few words behind a blank line and right above a list."""
    line = lines[at]
    apart = at > 0 and line.number > lines[at - 1].number + 1 and lines[at + 1].number == line.number + 1
    return apart and len(line.text) <= 20 and not rules.ends_sentence(line.text) and not line.text.endswith(":")


def list_below_a_label(lines: list[Line]) -> None:
    """Headlines at the very end below a line that reads like a label: a list, and not known to be the editors'."""
    start, stop = _closing_run(lines)
    if not any(_is_prose(line.text) for line in lines[:start] if not line.part):
        return
    for at in range(start, stop - 2):
        if may_be_label(lines[at].text) or _stands_apart(lines, at):
            for line in lines[at:stop]:
                line.is_(OUT, "list below a label at the end", confidence=0.7)
            return


def _closing_run(lines: list[Line]) -> tuple[int, int]:
    """Where the lines begin and end that are short, no sentences, and last but for furniture and signatures."""
    stop = len(lines)
    while stop and (lines[stop - 1].part == OUT or (not lines[stop - 1].part and _ends_list(lines[stop - 1].text))):
        stop -= 1
    start = stop
    while start and not lines[start - 1].part and _is_item(lines[start - 1].text):
        start -= 1
    return start, stop


def _is_item(text: str) -> bool:
    listed = rules.is_headline(text) and not _ends_list(text) and not rules.is_entry(text)
    return rules.is_number(text) or (len(text) <= rules.SHORT and listed)


def _stands_apart(lines: list[Line], at: int) -> bool:
    """A short line behind a blank one, and three longer ones or more that follow it without any."""
    below = lines[at + 1 :]
    apart = at > 0 and lines[at].number > lines[at - 1].number + 1
    items = [line for line in below if not line.part]
    close = all(line.number == lines[at].number + 1 + n for n, line in enumerate(items))
    long = len(items) >= 3 and min(len(line.text) for line in items) > len(lines[at].text)
    return apart and close and long and len(lines[at].text) <= 20 and not any(rules.unmark(i.text)[0] for i in items)


_LINK_MARKS = frozenset("☞☛👉")
_ARROWS = frozenset("▶►▷→»")


def links_between(lines: list[Line]) -> None:
    """Links between paragraphs: a hand before a headline, or an arrow before a long one that stands by itself."""
    if not any(not line.part and _is_prose(line.text) for line in lines):
        return
    prose = [not line.part and _is_prose(line.text) for line in lines]
    start = prose.index(True)
    arrows = sum(line.text[0] in _ARROWS for line in lines if not line.part)
    for line in lines[start:]:
        mark, text = rules.unmark(line.text)
        if line.part or not mark or not rules.is_headline(text):
            continue
        if mark in _LINK_MARKS or (mark in _ARROWS and arrows <= 3 and _reads_like_a_link(text)):
            line.is_("related", "link between paragraphs", text, 0.8 if mark in _LINK_MARKS else 0.65)


def _reads_like_a_link(text: str) -> bool:
    """A whole headline, longer than a subhead and no entry of a table."""
    return (
        len(text) >= 16 and len(text.split()) >= 4 and not rules.is_entry(text) and not rules.caption_rule(text, False)
    )


def _marker_kind(text: str) -> str:
    mark = rules.unmark(text)[0]
    return "1" if any(c.isdigit() for c in mark) else mark.replace("–", "-").replace("—", "-")


def _are_headlines(texts: Sequence[str]) -> bool:
    """Headlines rather than the items of a body: rarely ``일시: 3월 2일``, rarely whole sentences."""
    good = sum(rules.is_headline(text) and not rules.is_entry(text) for text in texts)
    return good >= 0.8 * len(texts) and sum(map(len, texts)) >= 14 * len(texts)
