"""Lists of other articles on a page of HTML: below a label, in an element named so, or between paragraphs."""

from __future__ import annotations

import re
from itertools import islice

from recommender.readers.html_lines import Block, Outline
from recommender.readers.page_reading import OUT, Line
from recommender.readers.rules import lines as rules
from recommender.readers.rules.line_dates import dated
from recommender.readers.rules.list_labels import DECO
from recommender.text.normalize import title_key

from ..lazy import dataclass

Pairs = list[tuple[Block, Line]]
_SPOKEN = {"hidden": "hidden notice", "comments": "reader comments", "summary": "summary"}
_COMMENTS = re.compile(
    r"(?:(?:전체|독자|한 ?줄|회원|최신)? ?(?:댓글|의견|덧글)(?: ?(?:남기기|쓰기|보기|목록))?|"
    r"(?:leave a )?(?:comments?|reply)|"
    r"\d{1,5} comments?)(?: ?[(\[]?\d{0,5}개?[)\]]?)?",
    re.IGNORECASE,
)
_SHORT = 8
"""Fewest letters of a listed headline, where others are longer."""


def lay_out_blocks(page: Outline, kinds: list[str]) -> Pairs:
    """Each block with its part as far as lists, captions and furniture go. ``kinds``: of each box."""
    laid = [(block, Line(block.number, block.text)) for block in page.blocks]
    at = 0
    while at < len(laid):
        block, line = laid[at]
        at += 1
        if line.part:
            continue
        if kinds[block.box] in _SPOKEN:
            line.is_(OUT, _SPOKEN[kinds[block.box]])
        elif block.caption:
            line.is_("caption", "figure caption", block.text.lstrip("▲△▼▽◀▶ "), 0.95)
        elif block.level and _COMMENTS.fullmatch(block.text.strip(DECO)):
            _claim_comments(page, laid, at)
        elif rule := rules.furniture(block.text):
            line.is_(OUT, rule)
        elif _is_teaser(page, laid, at - 1):
            line.is_(OUT, "start of another article")
        elif (rest := rules.related_header(block.text)) is not None:
            at = _below_header(page, laid, at, rest)
        elif rules.popular_header(block.text) and not (block.href and block.listed and len(block.text) > 12):
            line.is_(OUT, "popular list")
            at = _items(page, laid, at, OUT, "popular list")
    _claim_named_lists(page, laid, kinds)
    _claim_marked_links(laid)
    return laid


def _claim_comments(page: Outline, laid: Pairs, at: int) -> None:
    """What stands below the heading of the readers' comments, in the box around it."""
    heading = laid[at - 1][0]
    scope = page.boxes[heading.box].parent
    for block, line in laid[at - 1 :]:
        if not page.holds(scope, block.box) or (block.level == heading.level and block is not heading):
            return
        line.is_(OUT, "reader comments")


def _is_teaser(page: Outline, laid: Pairs, at: int) -> bool:
    """The start of an article that the heading above it links to, broken off."""
    if not at or not laid[at][0].text.endswith(("...", "…")) or laid[at][0].link:
        return False
    above = laid[at - 1][0]
    mine, theirs = (page.boxes[block.box].parent for block in (laid[at][0], above))
    return above.href is not None and above.level > 0 and (mine == theirs or page.holds(mine, above.box))


def _below_header(page: Outline, laid: Pairs, at: int, rest: str) -> int:
    block, line = laid[at - 1]
    if not rest:
        line.is_(OUT, "header of the related list")
        return _items(page, laid, at, "related", "links below a header")
    text = block.linked if block.link and title_key(block.linked) else rest
    text = rules.related_header(text) or text  # the label may be part of the link
    line.is_("related", "link after a header", rules.unmark(text)[1].strip())
    return _items(page, laid, at, "related", "links below a header") if block.link is None else at


@dataclass(slots=True)
class _ListSoFar:
    """The last link of a list so far, and how many links of the length of a headline there were."""

    last: Block | None = None
    heads: int = 0

    def add(self, block: Block) -> None:
        if block.link:
            self.last = block
            self.heads += len(block.text) >= _SHORT


def _items(page: Outline, laid: Pairs, at: int, part: str, rule: str) -> int:
    """Claim the links (or list entries) below a header; returns where the list ends."""
    start, scope, so_far = at, _scope(page, laid, at), _ListSoFar()
    while at < len(laid) and not _is_end(page, laid[at], scope, so_far):
        so_far.add(laid[at][0])
        at += 1
    _claim(laid[start:at], part, rule)
    return at


def _scope(page: Outline, laid: Pairs, at: int) -> int | None:
    """The box of the list: the smallest around its header that holds a link below it, if no sentence stands before
    the header in it."""
    following = next((block for block, _ in laid[at : at + 6] if block.link), None)
    if following is None:
        return None
    around = islice(page.around(laid[at - 1][0].box), 50)
    scope = next((box for box in around if page.holds(box, following.box)), 0)
    before = [block for block, _ in laid[max(0, at - 8) : at - 1] if page.holds(scope, block.box)]
    return scope if scope and not any(rules.ends_sentence(block.text) for block in before) else None


def _is_end(page: Outline, pair: tuple[Block, Line], scope: int | None, so_far: _ListSoFar) -> bool:
    block, line = pair
    if line.part == "caption" or (block.level and block.link is None and not _in_card(page, block, so_far)):
        return True
    if rules.related_header(block.text) is not None or (rules.popular_header(block.text) and not _is_more(block)):
        return True
    if scope is not None:
        return not page.holds(scope, block.box)
    if block.link is None and not block.listed:
        return not _in_card(page, block, so_far)
    other = so_far.last is not None and so_far.heads > 0 and so_far.last.listed != block.listed
    return other and not (so_far.heads == 1 and block.listed)


def _in_card(page: Outline, block: Block, so_far: _ListSoFar) -> bool:
    """The block stands in the box of the link before it, or in the one around that."""
    if so_far.last is None or len(block.text) > rules.SHORT:
        return False
    around = page.boxes[so_far.last.box].parent
    return around > 0 and page.boxes[around].tag in ("li", "div", "dd", "dl") and page.holds(around, block.box)


def _is_more(block: Block) -> bool:
    """A link to more of the same, of no article: ``더보기``."""
    bare = block.text.strip(DECO)
    return len(bare) <= _SHORT or rules.is_share(bare)


def _claim(pairs: Pairs, part: str, rule: str) -> None:
    """Claims the headline of each card as an entry; the rest of a card and a topic's link before a list are out."""
    cards: list[Pairs] = []
    for block, line in pairs:
        if line.part:
            continue
        same = cards and block.link is not None and cards[-1][0][0].link == block.link
        if same or (cards and block.link is None and cards[-1][0][0].link is not None):
            cards[-1].append((block, line))
        else:
            cards.append([(block, line)])
    entries = [(card, chosen) for card in cards if (chosen := _headline(card))]
    listed = sum(chosen[0].listed > 0 for _, chosen in entries)
    for card in cards:
        for _, line in card:
            line.is_(OUT, "beside a headline in a list")
    for at, (_, (block, line)) in enumerate(entries):
        is_topic = at == 0 and not block.listed and listed == len(entries) - 1 >= 2
        if not is_topic:
            text = _entry(block, line)
            line.is_(part, rule, rules.unmark(text)[1], 0.95 if block.link is not None else 0.85)


def _entry(block: Block, line: Line) -> str:
    """What of a line of a list is its link, or the line."""
    return block.linked if block.href is None and block.link else line.text


def _headline(card: Pairs) -> tuple[Block, Line] | None:
    """The block of a card that is its headline: one that calls itself so, else the first that reads like one."""
    fit = [
        (block, line) for block, line in card
        if len(line.text) <= 200 and title_key(text := _entry(block, line)) and not title_key(text).isdigit()
        and not dated(text, alone=True) and not rules.furniture(text) and not _is_more(block)
    ]  # fmt: skip
    if any(block.link for block, _ in fit):
        fit = [pair for pair in fit if pair[0].link]
    named = [pair for pair in fit if pair[0].named or pair[0].level]
    heads = [pair for pair in fit if len(pair[1].text) >= 12 and rules.is_headline(pair[1].text)]
    return next(iter(named or heads or fit), None)


def _claim_named_lists(page: Outline, laid: Pairs, kinds: list[str]) -> None:
    """Links in an element that calls itself related, where no label was found at all."""
    if any(line.part == "related" for _, line in laid):
        return
    inside = [(block, line) for block, line in laid if kinds[block.box] == "related" and not line.part]
    links = {block.link for block, _ in inside if block.link and len(block.text) >= 12}
    if len(links) >= 2:
        _claim(inside, "related", "links in an element named so")


def _claim_marked_links(laid: Pairs) -> None:
    """A link between paragraphs behind a hand or an arrow."""
    for at, (block, line) in enumerate(laid):
        mark, text = rules.unmark(line.text)
        marked = mark in ("☞", "☛", "👉", "▶", "►", "▷", "→", "»") and block.link and rules.is_headline(text)
        alone = at and not line.part and len(text) >= 12 and not block.listed
        if marked and alone and not rules.is_promotion(text) and block.linked and len(block.linked) >= 0.6 * len(text):
            line.is_("related", "link between paragraphs", text, 0.8)
