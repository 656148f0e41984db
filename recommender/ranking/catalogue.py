"""What a model keeps of each article to show it: the id, a card, and the columns that a question filters by."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays.stored import Arrays, Files
from ..arrays.strings import StringArray, StringTable
from ..corpus.ids import body_id, body_key, headline_id
from ..lazy import dataclass
from ..readers.article import Article
from ..text.normalize import clean, split_tags, title_key
from .features import SHORT

_SHOWN = ("title", "outlet", "author", "published", "url", "section", "stand_in")
_TABLES = ("ids", "outlets", "aliases")
LONGEST_TITLE = 400  # characters of a question that are read as its headline
_BY_ROW = ("days", "outlet_of", "duplicate_of", "alias_rows")


@dataclass(frozen=True, eq=False, repr=False)
class Catalogue:
    """What is shown of each article, by row: ``ids`` ascending; ``cards`` a JSON object each.

    ``days`` (n,) float64 day numbers, NaN unknown; ``outlet_of`` (n,) int32 into ``outlets``, -1 unknown;
    ``duplicate_of`` (n,) int32 the row of which the article is a near-copy, itself if of none.
    ``aliases`` are other ids by which an article was known, ``alias_rows`` their rows. ``stamps`` (n,) uint64
    are what the corpus said of each (``Corpus.stamps``); a model that was not fitted on one lacks them.
    """

    ids: StringTable
    cards: StringArray
    days: NDArray[np.float64]
    outlets: StringTable
    outlet_of: NDArray[np.int32]
    duplicate_of: NDArray[np.int32]
    aliases: StringTable
    alias_rows: NDArray[np.int32]
    stamps: NDArray[np.uint64] | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def arrays(self) -> Arrays:
        """See ``Component``."""
        stored: dict[str, Any] = {name: getattr(self, name) for name in (*_TABLES, "cards", *_BY_ROW)}
        return stored if self.stamps is None else {**stored, "stamps": self.stamps}

    def document(self) -> None:
        """See ``Component``."""

    @classmethod
    def load(cls, files: Files, about: Mapping[str, Any]) -> Catalogue:
        """See ``Component``."""
        tables: dict[str, Any] = {name: files.table(name) for name in _TABLES}
        by_row: dict[str, Any] = {name: files[name] for name in _BY_ROW}
        stamps = files["stamps"] if files.holds("stamps") else None
        return cls(cards=files.strings("cards"), stamps=stamps, **tables, **by_row)

    @cached_property
    def _copies(self) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """The originals of rows that are near-copies of another, ascending, and these rows."""
        copies = np.flatnonzero(self.duplicate_of != np.arange(len(self.duplicate_of), dtype=np.int32))
        copies = copies[np.argsort(self.duplicate_of[copies], kind="stable")]
        return self.duplicate_of[copies], copies

    @cached_property
    def span(self) -> tuple[float, float]:
        """The first and the last day of which there are articles, NaN where no date is known."""
        if not len(self.days):
            return math.nan, math.nan
        return float(np.fmin.reduce(self.days)), float(np.fmax.reduce(self.days))  # NaN where all are

    def copies(self, row: int) -> list[int]:
        """Rows of the near-copies of the article at ``row`` and of its original, itself among them, ascending."""
        original = int(self.duplicate_of[row])
        originals, rows = self._copies
        low, high = originals.searchsorted(original), originals.searchsorted(original, side="right")
        return sorted([original, *rows[low:high].tolist()])

    def article(self, row: int) -> Article:
        """The article as far as the model keeps it: no body."""
        card = json.loads(self.cards[row])
        return Article(id=self.ids[row], tags=tuple(card.pop("tags", ())), **card)

    def headline(self, row: int) -> str:
        """The title of an article, the start of its text where it has none."""
        card = json.loads(self.cards[row])
        return card.get("title") or card.get("stand_in") or ""

    def row(self, article_id: str) -> int:
        """The row of an article or of an alias of it, or -1; an id is found as it was given, too (NFD, blanks)."""
        row = self.ids.find(article_id)
        if row < 0 and (alias := self.aliases.find(article_id)) >= 0:
            row = int(self.alias_rows[alias])
        return self.row(cleaned) if row < 0 and (cleaned := clean(article_id)) != article_id else row

    def asking(self, text: str, body: str) -> int:
        """The row of the article that a ``text`` with its ``body`` is, by its headline or, without one, by the body;
        -1 for none. A few words alone are a question, not an article: 대법원 asks for [인사] 대법원. Another print of
        the headline (other quotes, ``(종합)`` behind it) is an answer: what appeared already is news to a draft."""
        is_question = len(text.split()) <= SHORT and not body.strip() and not split_tags(text)[0]
        key = title_key(text) if len(text) <= LONGEST_TITLE and not is_question else ""
        row = self._printed(text, self.row(headline_id(key))) if key else -1
        whole = body if body.strip() or is_question else text  # an article without a headline is asked by its text
        return self.row(body_id(body_key(whole))) if row < 0 and whole.strip() else row

    def _printed(self, text: str, row: int) -> int:
        """The row of the article at ``row`` or of a near-copy of it that has the headline ``text``, -1 for none."""
        copies = [row, *self.copies(row)] if row >= 0 else []
        return next((copy for copy in copies if _letters(self.headline(copy)) == _letters(text)), -1)

    @staticmethod
    def card(article: Article) -> str:
        fields: dict[str, Any] = {name: value for name in _SHOWN if (value := getattr(article, name))}
        if article.tags:
            fields["tags"] = list(article.tags)
        if article.headline_only:
            fields["headline_only"] = True
        return json.dumps(fields, ensure_ascii=False, sort_keys=True)


def _letters(text: str) -> str:
    """A headline as it is kept, without its blanks, which a page may set otherwise."""
    return clean(text).replace(" ", "")
