"""Finds the blocks of an HTML page that are the article: by names, by density of sentences, and by headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from recommender.readers.html_lines import Block, Outline
from recommender.readers.linked_data import Stated
from recommender.readers.page_reading import ERROR_PAGE, FRONT_PAGE, Line, PageReading
from recommender.readers.rules import lines as rules
from recommender.readers.rules.line_dates import dated
from recommender.text.normalize import title_key

Pairs = list[tuple[Block, Line]]

_LEAST = 40
"""Fewest characters of sentences that make an element the one of the text."""
_ENOUGH = 200
"""So many characters of sentences are no teaser."""
_HEADLINES = 8
"""Fewest linked headlines of a front page."""
_LISTED = frozenset(("li", "ul", "ol"))
_POLITE = re.compile(r"(?:니다|세요|십시오|까요)[.?!]$")
_HEADED = re.compile(r"\.{3}$|…$")


def is_prose(text: str) -> bool:
    """A sentence of some length, or several."""
    return len(text) >= 20 and rules.ends_sentence(text)


def has_prose(lines: Iterable[Line]) -> bool:
    return any(is_prose(line.text) for line in lines)


def prose_of(pairs: Pairs) -> int:
    """Number of characters in the sentences among blocks."""
    return sum(len(line.text) for _, line in pairs if is_prose(line.text))


def kinds_of(page: Outline, title: str) -> list[str]:
    """For each box the kind of page furniture (menu, footer, ...) that it is in, ``""`` for none.

    A name is not believed where the box holds the page's title, its text by name, or most of its sentences.
    """
    prose = _sums_by_box(page, [(b, len(b.text)) for b in page.blocks if b.href is None and is_prose(b.text)])
    keys = {title_key(title)} - {""}
    headings = [b for b in page.blocks if (title_key(b.text) in keys if keys else b.level == 1)]
    titles = _sums_by_box(page, [(block, 1) for block in headings if block.level])
    bodies = _sums_by_box(
        page, [(b, 1) for b in page.blocks if any(page.boxes[at].kind == "body" for at in _nearest_boxes(page, b.box))]
    )
    kinds = [""] * len(page.boxes)
    for at, box in enumerate(page.boxes):
        around = kinds[box.parent] if at else ""
        kind = box.kind if box.kind != "body" else ""
        inside = kind != "hidden" and (titles[at] or (bodies[at] and not _is_inside_body(page, at)))
        kinds[at] = around or ("" if inside or (kind and 10 * prose[at] > 7 * prose[0]) else kind)
    return kinds


def _nearest_boxes(page: Outline, box: int) -> list[int]:
    """A box and the three around it."""
    boxes = []
    for at in page.around(box):
        boxes.append(at)
        if len(boxes) == 4:
            break
    return boxes


def _is_inside_body(page: Outline, box: int) -> bool:
    return any(page.boxes[at].kind == "body" for at in _nearest_boxes(page, page.boxes[box].parent))


def _sums_by_box(page: Outline, counted: list[tuple[Block, int]]) -> list[int]:
    """For each box what is counted of the blocks in it and in all inside it."""
    sums = [0] * len(page.boxes)
    for block, count in counted:
        sums[block.box] += count
    for at in range(len(sums) - 1, 0, -1):
        sums[page.boxes[at].parent] += sums[at]
    return sums


def named_text(page: Outline, free: Pairs, title: str) -> Pairs:
    """The blocks of the element whose class or id names it the text of an article; of several alike, the first."""
    prose = _sums_by_box(page, [(block, len(line.text)) for block, line in free if is_prose(line.text)])
    loose = _sums_by_box(page, [(block, len(line.text)) for block, line in free if not line.part])
    enough = [loose[at] if prose[at] else 0 for at in range(len(page.boxes))]
    named = [
        at for at, box in enumerate(page.boxes)
        if box.kind == "body" and (prose[at] >= _LEAST or enough[at] >= _LEAST)
    ]  # fmt: skip
    if not named:
        return []
    best = max(named, key=lambda at: prose[at])
    alike = [at for at in named if prose[at] >= 0.8 * prose[best] or page.boxes[at].names == page.boxes[best].names]
    outer = alike[0]
    inner = max(at for at in named if page.holds(outer, at) and prose[at] >= 0.8 * prose[outer])
    pairs = _trim(page, [(block, line) for block, line in free if page.holds(inner, block.box)])
    total = prose_of(pairs)
    if total < _ENOUGH and 3 * total < prose_of(densest_text(page, free)):
        return []
    return first_article(page, pairs, title)


def _trim(page: Outline, pairs: Pairs) -> Pairs:
    """Without the lines before the first sentence and behind the last that stand in boxes of their own."""
    prose = [at for at, (_, line) in enumerate(pairs) if is_prose(line.text)]
    if not prose:
        return pairs
    first, last = pairs[prose[0]][0], pairs[prose[-1]][0]
    return [
        pair for at, pair in enumerate(pairs)
        if prose[0] <= at <= prose[-1] or _are_siblings(page, pair[0], first if at < prose[0] else last)
        or (at > prose[-1] and _is_listed_beside(page, pair[0], last))
    ]  # fmt: skip


def _is_listed_beside(page: Outline, one: Block, other: Block) -> bool:
    """The item of a list without links that stands where the last paragraph does: the list belongs to the text."""
    around = next((at for at in page.around(one.box) if page.boxes[at].tag not in _LISTED), 0)
    listed = page.boxes[one.box].tag in _LISTED and one.link is None
    return listed and around == page.boxes[other.box].parent and not dated(one.text, alone=True)


def _are_siblings(page: Outline, one: Block, other: Block) -> bool:
    mine, theirs = {one.box, page.boxes[one.box].parent}, {other.box, page.boxes[other.box].parent}
    return not mine.isdisjoint(theirs - {0, -1})


def without_asides(page: Outline, pairs: Pairs) -> Pairs:
    """Without what stands at either end in boxes of its own: no sentence, or a polite one (``…니다.``) in a text
    that is not. Furniture speaks to the reader; a Korean article does not.
    """
    prose = [at for at, (_, line) in enumerate(pairs) if is_prose(line.text)]
    plain = [at for at in prose if not _POLITE.search(pairs[at][1].text)] or prose
    if not plain:
        return pairs
    first, last = pairs[plain[0]][0], pairs[plain[-1]][0]
    return [
        pair for at, pair in enumerate(pairs)
        if plain[0] <= at <= plain[-1]
        or (is_prose(pair[1].text) and not _POLITE.search(pair[1].text))
        or _are_siblings(page, pair[0], first if at < plain[0] else last)
    ]  # fmt: skip


def densest_text(page: Outline, free: Pairs) -> Pairs:
    """The blocks of the box around which most sentences stand; those in inner boxes count less, the deeper the less."""
    scores = [0.0] * len(page.boxes)
    for block, line in free:
        if is_prose(line.text):
            for share, at in zip((1.0, 1.0, 0.5), _nearest_boxes(page, block.box), strict=False):
                scores[at] += share * len(line.text)
    best = max(range(len(scores)), key=lambda at: (scores[at], at))
    return _trim(page, [(block, line) for block, line in free if page.holds(best, block.box)]) if scores[best] else []


def first_article(page: Outline, pairs: Pairs, title: str) -> Pairs:
    """Without further articles on the page: those in another ``article`` and those below another title."""
    groups: dict[int, Pairs] = {}
    for block, line in pairs:
        groups.setdefault(_outermost_article(page, block.box), []).append((block, line))
    longest = max(groups, key=lambda at: prose_of(groups[at]), default=-1)
    if len(groups) > 1 and longest != -1:
        key = title_key(title)
        titled = {
            _outermost_article(page, block.box)
            for block in page.blocks
            if block.level and key and title_key(block.text) == key
        }
        long_enough = [at for at in groups if at != -1 and prose_of(groups[at]) >= _LEAST]
        keep = next((at for at in long_enough if at in titled), long_enough[0] if long_enough else longest)
        pairs = [pair for at in groups if at in (keep, -1) for pair in groups[at]]
        order = {id(block): at for at, block in enumerate(page.blocks)}
        pairs.sort(key=lambda pair: order[id(pair[0])])
    return _above_next_title(page, pairs, title)


def _outermost_article(page: Outline, box: int) -> int:
    """The outermost ``article`` around a box, -1 for none."""
    outermost = -1
    for steps, at in enumerate(page.around(box)):
        outermost = at if page.boxes[at].tag == "article" else outermost
        if steps > 200:
            break
    return outermost


def _above_next_title(page: Outline, pairs: Pairs, title: str) -> Pairs:
    """The blocks before a heading like the title's own that names another article."""
    order = {id(block): at for at, block in enumerate(page.blocks)}
    first = next((order[id(block)] for block, line in pairs if is_prose(line.text)), len(page.blocks))
    key = title_key(title)
    above = [b for b in page.blocks[:first] if b.level and (title_key(b.text) == key or b.level == 1)]
    if not above:
        return pairs
    h = next((block for block in above if title_key(block.text) == key), above[-1])
    names = page.boxes[h.box].names
    for at, block in enumerate(page.blocks[first:], first):
        alike = block.level == h.level and (h.level == 1 or (names and page.boxes[block.box].names == names))
        if alike and title_key(block.text) not in ("", key):
            return [pair for pair in pairs if order[id(pair[0])] < at]
    return pairs


def why_no_article(
    page: Outline, laid: Pairs, body: Sequence[Line], head: PageReading, data: Stated, meta: dict[str, tuple[str, int]]
) -> str:
    """Why a page is no article: it is an error page or lists articles; empty if it is one."""
    if data.title or (head.published and head.published.confidence >= 0.9):
        return ""
    texts = [line.text for line in body]
    headings = [block.text for block in page.blocks if block.level][:3]
    if rules.tells_an_error([*headings, str(head.title.value) if head.title else "", *texts], texts):
        return ERROR_PAGE
    if meta.get("og:type", ("", 0))[0].lower() != "article" and _is_front_page(page, laid, body, head):
        return FRONT_PAGE
    return ""


def _is_front_page(page: Outline, laid: Pairs, body: Sequence[Line], head: PageReading) -> bool:
    """Many linked headlines, and hardly a sentence that does not belong to one of them."""
    heads = {block.link for block, line in laid if block.href and len(line.text) >= 8 and line.part != "related"}
    chosen = {id(line) for line in body}
    prose, teasers = 0, 0
    above: Block | None = None
    for block, line in laid:
        if block.href and len(line.text) >= 8:
            above = block
        elif (id(line) in chosen and is_prose(line.text)) or _HEADED.search(line.text):
            is_teaser = above is not None and (
                _are_siblings(page, above, block) or _HEADED.search(line.text) is not None
            )
            prose, teasers = prose + (not is_teaser), teasers + is_teaser
            above = None
    title = title_key(str(head.title.value)) if head.title else ""
    headed = any(block.level and not block.link and title_key(block.text) == title for block in page.blocks)
    enough = 1 if title and headed else 2
    return len(heads) >= _HEADLINES and prose < enough and (teasers >= 3 or prose == 0)
