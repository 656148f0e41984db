"""Near-copies: who is a copy of whom, and what newcomers change in that."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays.sparse_vector import SparseVector
from ..index.tfidf import TfidfSpace
from ..lazy import pattern
from ..readers.article import Article
from ..text.normalize import eojeols, normalise, split_tags, title_key
from ..text.terms import Question

_MOST = 3_000  # articles that are looked at again for one update
_ROUNDING = 1e-6
_FIGURES = pattern("[0-9]+|(?:첫|둘|셋|넷|다섯)째|[상하]반기")
_FEW = 3  # words of a headline that many articles may have: 오늘의 날씨, [인사] 기획재정부
_PART = pattern("[<‹〈《(\\[【〔] ?([상중하끝]|[0-9]{1,3}회?) ?[>›〉》)\\]】〕]")  # of a series
_OF_ANY = pattern(
    "(?:속보|긴급|단독|종합|[0-9]+보|수정|전문|포토|사진|화보|영상|동영상|그래픽|photo|video)+", re.IGNORECASE
)
_FORM = pattern(
    "일지|연표|표|도표|인터뷰|대담|좌담|문답|일문일답|q&a|프로필|해설|르포|사설|칼럼|기고|시론|논평|만평|기자수첩|서평|독자(?:편지|투고)",
    re.IGNORECASE,
)  # of a text that is no report: [일지] is no print of the report whose words it lists
_DISTRICT = pattern(
    "([가-힣]{1,4}?)(?:특별자치[도시]|특별시|광역시|[시군구도읍면])(?:의회|교육지원청|교육청|경찰서|소방서|보건소|청)?"
    "(?:[가는은이서에의와과]|에서)?"
)  # 청양군, 부여군의회: what tells one county's notice from another's
_PLACE = "\x1e"  # stands before each district of a headline
_ISSUE = "\x1f"  # stands between the letters of a headline and what tells it from another with the same
Rows = NDArray[np.int64]


def copy_key(headline: str, day: float) -> str:
    """What exact copies share but for its end: letters and digits, and the part of a series; of a headline of a few
    words its column and its ``day`` (NaN: unknown) too, of a longer one its form ([일지], [사설]); then its districts.
    Empty without letters and digits.

    [인사] 기획재정부 of two months, or beside [부고] 기획재정부, are no copies of one another.
    """
    key = title_key(headline)
    if not key:
        return ""
    shown = normalise(headline)
    tags, rest = split_tags(shown)
    marks = _PART.findall(shown)
    tags = tuple("".join(tag.split()) for tag in tags)
    if len(rest.split()) <= _FEW:
        marks += [tag for tag in tags if not _OF_ANY.fullmatch(tag)]
        marks.append("" if math.isnan(day) else str(int(day)))
    else:
        marks += [tag for tag in tags if _FORM.fullmatch(tag)]
    districts = sorted({match[1] for word in eojeols(rest) if (match := _DISTRICT.fullmatch(word))})
    return _ISSUE.join([key, *marks]) + "".join(_PLACE + district for district in districts)


def by_key(keys: Sequence[str], order: Rows) -> NDArray[np.int32]:
    """(n,) for each article the first in ``order`` with the same ``keys`` (n,); itself where the key is empty."""
    duplicate_of = np.arange(len(keys), dtype=np.int32)
    first: dict[str, int] = {}
    for row in order.tolist():
        if keys[row]:
            duplicate_of[row] = first.setdefault(keys[row].partition(_PLACE)[0], row)
    return duplicate_of


def by_cosine(
    duplicate_of: NDArray[np.int32], originals: Sequence[int], earlier: Mapping[int, Sequence[int]]
) -> NDArray[np.int32]:
    """Joins each original, in order, to the first of the ``earlier`` ones like it that is no copy itself."""
    for row in originals:
        for other in earlier.get(row, ()):
            if duplicate_of[other] == other:
                duplicate_of[row] = other
                break
    return duplicate_of[duplicate_of]


def may_be_copies(one: str, other: str) -> bool:
    """Whether two headlines, by their ``copy_key``, may be copies: the figures of one are all in the other, and what
    tells a headline of a few words from others, or a part of a series, is the same.

    "금시세 2일" and "금시세 24일" are two days of a column, not copies; nor are the notices of two counties.
    """
    (one, *districts), (other, *other_districts) = one.split(_PLACE), other.split(_PLACE)
    if one != other and districts and other_districts and not set(districts) & set(other_districts):
        return False
    (one, _, issue), (other, _, another) = one.partition(_ISSUE), other.partition(_ISSUE)
    if issue != another:
        return False
    figures, other_figures = Counter(_FIGURES.findall(one)), Counter(_FIGURES.findall(other))
    return figures <= other_figures or other_figures <= figures


class Kinds(NamedTuple):
    """Articles by what they are a copy of: ``original`` (n,) ascending, and their ``rows`` (n,)."""

    duplicate_of: NDArray[np.int32]
    original: NDArray[np.int32]
    rows: Rows

    @classmethod
    def of_all(cls, duplicate_of: NDArray[np.int32]) -> Kinds:
        rows = np.argsort(duplicate_of, kind="stable")
        return cls(duplicate_of, duplicate_of[rows], rows)

    def of(self, row: int) -> list[int]:
        """The rows of one kind with ``row``, itself among them, ascending."""
        first, last = self.original.searchsorted(self.duplicate_of[row] + np.arange(2, dtype=np.int32)).tolist()
        return list(map(int, self.rows[first:last]))


class Titles(NamedTuple):
    """How articles are looked up by row: their cards, the question that a headline asks, and the rows that have
    the same headline but for blanks and marks."""

    article: Callable[[int], Article]
    question: Callable[[str], Question]
    namesakes: Callable[[str], Sequence[int]]


def renewed(
    duplicate_of: NDArray[np.int32], seeds: Sequence[int], days: NDArray[np.float64], space: TfidfSpace, titles: Titles,
    cosine: float, bodies: bool = True,
) -> NDArray[np.int32]:  # fmt: skip
    """``duplicate_of`` (n,) as it is once the rows ``seeds`` are new or have lost one of their kind; ``bodies``: if
    any article has one.

    All that is alike with them, with what is alike with those, and so on, is decided anew as ``find_copies``
    does for a whole corpus; nothing else can change.
    """
    similar, kinds = _Alike(space, titles, days, cosine, bodies), Kinds.of_all(duplicate_of)
    waiting, reached = list(seeds), set(seeds)
    while waiting and len(reached) < _MOST:
        row = waiting.pop()
        fresh = {*similar.of(row), *similar.twins(row), *kinds.of(row)} - reached
        reached |= fresh
        waiting += sorted(fresh)
    rows = np.array(sorted(reached), dtype=np.int64)
    when = np.nan_to_num(days[rows], nan=np.inf)
    order = np.lexsort((np.arange(len(rows)), when))
    decided = duplicate_of.copy()
    decided[rows] = rows[_decided(rows, order, similar)]
    return decided[decided]  # where ``_MOST`` cut a kind in two, those left out follow their original


def _decided(rows: Rows, order: Rows, similar: _Alike) -> NDArray[np.int32]:
    """(m,) for each of ``rows`` (m,) the place among them of its original."""
    position = {row: i for i, row in enumerate(rows.tolist())}
    rank = {i: number for number, i in enumerate(order.tolist())}
    first = by_key([similar.key(row) for row in rows.tolist()], order)
    originals = [i for i in order.tolist() if first[i] == i and len(similar.vector(int(rows[i])).ids)]
    able = set(originals)
    earlier = {}
    for i in originals:
        pairs = [(round(-cosine, 6), rank[position[other]], position[other])
                 for other, cosine in similar.of(int(rows[i])).items() if other in position]  # fmt: skip
        earlier[i] = [other for _, number, other in sorted(pairs) if number < rank[i] and other in able]
    return by_cosine(first, originals, earlier)


class _Alike:
    """Which headlines are alike, remembered."""

    def __init__(
        self, space: TfidfSpace, titles: Titles, days: NDArray[np.float64], cosine: float, bodies: bool
    ) -> None:
        self._space, self._titles, self._days, self._cosine, self._bodies = space, titles, days, cosine, bodies
        # A title t beside its body b: q (t + w b) / |t + w b| >= q t / (1 + w).
        self._least = (cosine - _ROUNDING) / (1 + space.body_weight * bodies)
        self._keys: dict[int, str] = {}
        self._vectors: dict[int, SparseVector] = {}
        self._found: dict[int, dict[int, float]] = {}

    def title(self, row: int) -> str:
        article = self._titles.article(row)
        return article.title or article.stand_in or ""

    def key(self, row: int) -> str:
        if row not in self._keys:
            self._keys[row] = copy_key(self.title(row), float(self._days[row]))
        return self._keys[row]

    def twins(self, row: int) -> Sequence[int]:
        return self._titles.namesakes(self.title(row))

    def vector(self, row: int) -> SparseVector:
        """Of the title alone."""
        if row not in self._vectors:
            self._vectors[row] = self._of_title(row) if self._bodies else self._space.article(row)
        return self._vectors[row]

    def _of_title(self, row: int) -> SparseVector:
        return self._space.encode(self._titles.question(self.title(row)).terms)

    def of(self, row: int) -> dict[int, float]:
        """Rows with a headline at least that alike, and how alike."""
        if row not in self._found:
            self._found[row] = self._look(row)
        return self._found[row]

    def _look(self, row: int) -> dict[int, float]:
        vector = self.vector(row)
        candidates = self._space.at_least(vector, self._least)
        cosines = {}
        for other in candidates.tolist():
            other_vector = self.vector(other)
            _, left, right = np.intersect1d(vector.ids, other_vector.ids, assume_unique=True, return_indices=True)
            cosine = float(vector.weights[left].astype(np.float64) @ other_vector.weights[right])
            alike = other != row and cosine >= self._cosine - _ROUNDING
            if alike and may_be_copies(self.key(row), self.key(other)):
                cosines[other] = cosine
        return cosines
