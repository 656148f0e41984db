"""The content of a report as frozen dataclasses: the interface between computing and writing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats
from ..lazy import dataclass
from ..topics.topic import Outlier
from ..versions.quality import Quality


@dataclass(frozen=True, slots=True)
class Row:
    """One article.

    ``topic`` is an index into ``Summary.topics`` or -1; ``curated`` are pairs of an index into ``Summary.curated``
    and a strength. Strengths are 0..1. ``duplicate_of`` is the row of which the article is a near-copy, its own if of
    none. ``day`` counts from 1970, NaN unknown. ``url`` is only ever http or https.
    """

    id: str
    title: str
    outlet: str | None
    published: str | None
    day: float
    url: str | None
    topic: int
    strength: float
    curated: tuple[tuple[int, float], ...]
    outlier: Outlier
    duplicate_of: int


@dataclass(frozen=True, slots=True)
class Lead:
    """A share (0..1) of a topic's related links, ``count`` of them, that lead to the topic at ``index``."""

    index: int
    share: float
    count: int


@dataclass(frozen=True, slots=True)
class Trend:
    """Articles a period; ``before`` and ``recent`` are shares 0..1 of all articles of the two last windows.

    Both are ``None`` where there are too few dated articles to say anything.
    """

    counts: tuple[int, ...]
    before: float | None = None
    recent: float | None = None

    @property
    def change(self) -> float:
        """The difference of the shares of the two windows; 0.0 if unknown."""
        return 0.0 if self.before is None or self.recent is None else self.recent - self.before


@dataclass(frozen=True, slots=True)
class Card:
    """A curated topic or a topic. ``share`` of all articles; ``headlines`` are rows, ``outlets`` names with counts.

    ``inside`` is the share of its related links that stay in it, ``None`` where it has no link.
    ``colour`` is a number of ``spread_colours``, -1 for none of its own. ``parent`` and ``parent_id`` are of the broad
    topic that a fine one lies in; ``below`` are the indices of a broad topic's fine ones.
    """

    id: str
    name: str
    name_en: str
    size: int
    share: float
    terms: tuple[str, ...]
    headlines: tuple[int, ...]
    outlets: tuple[tuple[str, int], ...]
    trend: Trend
    links: int = 0
    inside: float | None = None
    leads: tuple[Lead, ...] = ()
    parent: str | None = None
    colour: int = -1
    parent_id: str | None = None
    below: tuple[int, ...] = ()

    def called(self, lang: str) -> str:
        """The name in the language of the interface."""
        return self.name_en if lang == "en" and self.name_en else self.name


@dataclass(frozen=True, slots=True)
class Calendar:
    """The periods of every trend: ``unit`` is day, week, month or year; ``labels`` name each period.

    ``window`` periods make one window of a comparison. ``dated`` articles have a date; ``outside`` of them
    lie before or after the periods shown.
    """

    unit: str = "month"
    labels: tuple[str, ...] = ()
    window: int = 0
    dated: int = 0
    outside: int = 0
    first: str | None = None
    last: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """One event: ``rows`` in order of date, told by ``outlets`` known outlets; ``topic`` as in ``Row``."""

    rows: tuple[int, ...]
    outlets: int
    topic: int
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """A change of topics: ``event`` as in ``Lineage``, the names before and after."""

    event: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Since:
    """Against the version before: its name if known, and articles added and gone (``None`` unknown)."""

    version: str | None
    added: int | None
    gone: int | None
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Outliers:
    """Articles in no topic for one reason, with some rows to look at."""

    reason: Outlier
    count: int
    share: float
    examples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Map:
    """The articles that can be explored: ``rows`` (m,) int64; ``x``, ``y`` (m,) float32 in 0..1, y downward.

    ``near`` (m, k) int32 holds indices into this map, -1 for none, best first; ``scores`` (m, k) float32 0..1.
    ``placed`` is false where the model has no positions: then ``x`` and ``y`` are zero.
    """

    rows: NDArray[np.int64]
    x: Floats
    y: Floats
    near: NDArray[np.int32]
    scores: Floats
    placed: bool

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Provenance:
    """What is needed to reproduce the model; pairs are of a name and its value."""

    version: str
    fingerprint: str
    seed: str
    created: str | None
    links: int
    headline_only: int
    weights: str
    recipe: tuple[tuple[str, str], ...]
    libraries: tuple[tuple[str, str], ...]
    scores: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Summary:
    """The content of a report, independent of language. Rows are indices into ``articles``.

    ``topics`` are the fine ones, or those of the one level that there is; then ``broad`` is empty.
    """

    language: str
    articles: tuple[Row, ...]
    curated: tuple[Card, ...]
    topics: tuple[Card, ...]
    outlets: tuple[tuple[str, int], ...]
    calendar: Calendar
    everything: Trend
    stories: tuple[Story, ...]
    stories_found: int
    since: Since
    outliers: tuple[Outliers, ...]
    copies: int
    map: Map
    quality: Quality | None
    provenance: Provenance
    broad: tuple[Card, ...] = ()

    def __len__(self) -> int:
        return len(self.articles)

    @property
    def widest(self) -> tuple[Card, ...]:
        """The broad topics; where there is one level, its topics."""
        return self.broad or self.topics

    def level_of(self, card: Card) -> tuple[Card, ...]:
        """The cards of the level of ``card``, which its ``leads`` point into."""
        return self.broad if card.below else self.topics

    @property
    def tree(self) -> tuple[Card, ...]:
        """Each broad topic followed by its fine ones; where there is one level, its topics."""
        below = [card for top in self.broad for card in (top, *(self.topics[i] for i in top.below))]
        return (*below, *(card for card in self.topics if card.parent_id is None))

    @property
    def compares_outlets(self) -> bool:
        """Whether there are several outlets, so that stories can be compared."""
        return len(self.outlets) > 1

    @property
    def unplaced(self) -> int:
        """Articles in no topic."""
        return sum(reason.count for reason in self.outliers)

    def topic(self, row: Row) -> Card | None:
        """The topic of an article, if it is in one."""
        return self.topics[row.topic] if row.topic >= 0 else None

    def share(self, count: int) -> float:
        """``count`` as a share of all articles, 0 of none."""
        return count / len(self.articles) if self.articles else 0.0
