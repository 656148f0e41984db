"""An article and a record, whose fields may be unknown."""

from __future__ import annotations

from typing import NamedTuple

from ..lazy import dataclass


@dataclass(frozen=True, slots=True)
class Article:
    """One article of the corpus; ``None`` and ``""`` mean unknown, never a guess.

    ``published`` is an ISO 8601 date or time as precise as the source: ``2024-08-05T11:16``,
    ``2024-08-05``, ``2024-08``, or ``--08-05`` when the year is not known.
    ``title`` is the headline as printed; ``tags`` are its bracket tags (``[포토]`` -> ``포토``).
    ``stand_in`` is the start of the lead, shown in place of an unknown title.
    ``headline_only`` marks an article known only from the related list of another page.
    ``updated`` is when it was last changed, written like ``published``.
    """

    id: str
    title: str | None = None
    body: str = ""
    outlet: str | None = None
    author: str | None = None
    published: str | None = None
    url: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    translation: str = ""
    stand_in: str | None = None
    headline_only: bool = False
    updated: str | None = None

    @property
    def shown_title(self) -> str:
        """The title, or the marked stand-in: ``(제목 없음) 경북도는 3월 …``."""
        if self.title:
            return self.title
        return f"(제목 없음) {self.stand_in}" if self.stand_in else "(제목 없음)"


@dataclass(frozen=True, slots=True)
class Link:
    """``source`` lists ``target`` among its related articles, at ``position`` (0 is first)."""

    source: str
    target: str
    position: int


class Listed(NamedTuple):
    """``source`` lists a headline as printed, with its address if it had one; ``target`` is the id it means."""

    source: str
    headline: str
    url: str | None
    target: str


class Earlier(NamedTuple):
    """An earlier version of an article as one record states it, at ``line`` of ``path``."""

    title: str | None
    body: str
    published: str | None
    updated: str | None
    path: str
    line: int


class Stamp(NamedTuple):
    """``content`` is a hash in hex of all that is said of the article, its related list included."""

    id: str
    content: str
    headline_only: bool = False

    @property
    def number(self) -> int:
        """The first 64 bits of ``content``."""
        return int(self.content[:16], 16)


@dataclass(frozen=True, slots=True)
class Related:
    """One entry of a related list, as printed."""

    headline: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """An article as one source states it, with its related list and where it stood.

    ``id`` is the source's own, or ``None``. ``line`` is the 1-based line of the record in ``path``
    (1 for a page). ``kind`` is ``page`` or ``record``. ``removed`` says that the article of that id is to be taken out.
    ``not_out`` is what the source says of an article that is not published, ``status=draft``; such a one may ask, and
    goes into no corpus.
    ``doubt`` is how sure a page's least certain field is, in 0..1, and which one.
    """

    article: Article
    related: tuple[Related, ...] = ()
    given_id: str | None = None
    path: str = ""
    line: int = 1
    kind: str = "record"
    removed: bool = False
    doubt: tuple[float, str] | None = None
    not_out: str = ""
