"""Candidates from a Milvus server: found there, with the filters of the question, and scored here as all others are."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable
from dataclasses import field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import distinct, dots, top_k
from ..errors import ServerError
from ..index.fields import Floats, Rows
from ..index.milvus import UNDATED, Collection, MilvusDense, MilvusFields, Server, literal
from ..lazy import dataclass
from ..text.instants import day_after, day_number
from ..versions.artifact import MANIFEST
from .features import Query
from .filters import outlet_names
from .options import SearchOptions, named
from .scorer import best_of

if TYPE_CHECKING:
    from .model import Model
    from .recommend import Recommender

ALIAS = "recommender"
# Days about the question, beyond the nearest that may answer, of which candidates are asked for on their own: time
# weighs as much as words. See docs/milvus.md for what the windows and the size of the pool are worth.
_WINDOWS = (30.0, 7.0, 2.0, 1.0)
_POOL = 1500
_REST = 30.0  # seconds for which a server that did not answer is not asked again


@dataclass
class MilvusCandidates:
    """Candidates for questions to a model that was published on ``server`` (``recommender publish``).

    ``tell`` gets a sentence, once, where the server does not answer or holds another version: then the local files
    are searched, for half a minute before it is asked again.
    """

    server: Server
    alias: str = ALIAS
    tell: Callable[[str], None] = lambda _: None
    _found: tuple[Model, Collection] | None = field(default=None, repr=False)
    _name: str = field(default="", repr=False)
    _silent_until: float = field(default=-math.inf, repr=False)
    _told: str = field(default="", repr=False)

    def rows(
        self, model: Model, query: Query, options: SearchOptions, allowed: NDArray[np.bool_], link: Floats, pool: int
    ) -> Rows | None:
        """(m,) ascending, those ``allowed`` (n,) alone; None where the local files have to be searched."""
        if time.monotonic() < self._silent_until:
            return None
        try:
            rows = self._rows(model, query, options, allowed, pool)
        except ServerError as error:
            self._say(f"{error} Answered from the local files.")
            self._silent_until = time.monotonic() + _REST
            return None
        self._told = ""
        rows = distinct(np.concatenate([rows, np.flatnonzero(allowed & (link > 0))]))
        match = model.fields.match(query.page or query.headline, rows)
        parts = (match.title, match.body, dots(model.dense.rows[rows], query.dense))
        return best_of(model, query, model.weights, rows, parts, allowed[rows], link[rows], pool)

    def _say(self, sentence: str) -> None:
        if sentence != self._told:
            self._told = sentence
            self.tell(sentence)

    def _rows(self, model: Model, query: Query, options: SearchOptions, allowed: NDArray[np.bool_], pool: int) -> Rows:
        collection = self._collection(model)
        where = where_of(model, options, query.day, topics=self._name == collection.name)
        fields, ids, pool = query.page or query.headline, model.catalogue.ids, max(pool, _POOL)
        windows = [where]
        spans = _spans(model, query, allowed)
        windows += [_both(where, f"day >= {query.day - by} and day <= {query.day + by}") for by in spans]
        hits = [MilvusDense(collection, ids, window).search(query.dense, pool, allowed) for window in windows]
        if collection.sparse:
            hits.append(MilvusFields(collection, ids, where).search(fields, pool, allowed))
            titles = [MilvusFields(collection, ids, window, bodies=False) for window in windows]
            hits += [index.search(fields, pool, allowed) for index in titles]
        else:  # an older server: words are looked up here
            hits += _by_words(model, query, allowed, pool)
        return distinct(np.concatenate(hits))

    def _collection(self, model: Model) -> Collection:
        if self._found is None or self._found[0] is not model:
            name = collection_name(model, self.alias)
            collection = Collection.find(self.server, name) or Collection.beginning(
                self.server, f"{_stem(model, self.alias)}_"
            )
            if collection is None:
                hint = "Put it there with: recommender publish."
                raise ServerError(f"Milvus at {self.server.uri} does not hold {model.version}.", hint)
            self._found, self._name = (model, collection), name
        return self._found[1]


def through(recommender: Recommender, index: str, tell: Callable[[str], None] = lambda _: None) -> Recommender:
    """``recommender`` with candidates from ``index`` (``milvus:URI``; "": its own). Raises QueryError for none."""
    return recommender.through(MilvusCandidates(Server.of(index), tell=tell) if index else None)


def _spans(model: Model, query: Query, allowed: NDArray[np.bool_]) -> list[float]:
    """Days about that of the question, the most first; none where no day is known."""
    apart = np.abs(model.catalogue.days[allowed] - query.day)
    nearest = float(np.nanmin(apart, initial=np.inf))
    return [nearest + by for by in _WINDOWS] if math.isfinite(nearest) else []


def _by_words(model: Model, query: Query, allowed: NDArray[np.bool_], pool: int) -> list[Rows]:
    """What the server would have found by words, from the local files."""
    title, body = model.fields.sweep(query.page or query.headline)
    words = [top_k(title + body, pool, allowed & ((title > 0) | (body > 0)))]
    distance = np.abs(model.catalogue.days - query.day)
    windows = [allowed, *(allowed & (distance <= by) for by in _spans(model, query, allowed))]
    return [*words, *(top_k(title, pool, window & (title > 0)) for window in windows)]


def collection_name(model: Model, alias: str) -> str:
    """The name under which a model's articles stand: by alias, version, a hash of its files, and one of its topics."""
    return f"{_stem(model, alias)}_{edits_digest(model)}"


def _stem(model: Model, alias: str) -> str:
    raw = (model.folder / MANIFEST).read_bytes() if model.folder else b""
    return f"{alias}_{model.version}_{hashlib.sha256(raw).hexdigest()[:12]}"


def edits_digest(model: Model) -> str:
    """A hash of which topics each article is in, people's edits counted."""
    topics, digest = model.topics, hashlib.sha256()
    for array in (topics.topic_of, topics.broad_of, topics.curated_strength):
        digest.update(np.ascontiguousarray(array).tobytes())
    ids = [*(topic.id for topic in (*topics.topics, *topics.broad)), *(topic.id for topic in topics.curated)]
    digest.update("\0".join(ids).encode())
    return digest.hexdigest()[:12]


def where_of(model: Model, options: SearchOptions, day: float, *, topics: bool) -> str:
    """The filters of a question as an expression of Milvus; what it cannot say is looked at in the hits.

    ``topics``: whether the server knows the topics as they are now.
    """
    parts: list[str] = []
    if options.since:
        parts.append(f"day >= {day_number(str(options.since))}")
    if options.until:
        parts.append(f"day < {day_after(str(options.until))} and day > {UNDATED}")
    if options.past_only and not math.isnan(day):
        parts.append(f"day <= {day}")
    if options.outlet:
        parts.append(f"outlet in {literal(outlet_names(model.catalogue, options.outlet, model.outlets_file))}")
    if options.exclude_outlet:
        parts.append(
            f"outlet not in {literal(outlet_names(model.catalogue, options.exclude_outlet, model.outlets_file))}"
        )
    if options.section:
        parts.append(f"section in {literal(named(options.section))}")
    if options.topic and topics and (name := _topic_id(model, options.topic)):
        parts.append(f"array_contains(topics, {literal(name)})")
    return " and ".join(f"({part})" for part in parts)


def _both(one: str, other: str) -> str:
    return f"{one} and ({other})" if one else other


def topic_ids(model: Model, row: int) -> list[str]:
    """What ``where_of`` finds the article at ``row`` by: its topic, broad topic and curated topics."""
    topics = model.topics
    fine, broad = int(topics.topic_of[row]), int(topics.broad_of[row])
    names = [f"fine {topics.topics[fine].id}"] if fine >= 0 else []
    names += [f"broad {topics.broad[broad].id}"] if broad >= 0 else []
    return [*names, *(f"desk {topics.curated[int(i)].id}" for i in np.flatnonzero(topics.curated_strength[row] > 0))]


def _topic_id(model: Model, name: str) -> str | None:
    topics = model.topics
    if (number := topics.find(name)) >= 0:
        return f"fine {topics.topics[number].id}"
    if (number := topics.find_broad(name)) >= 0:
        return f"broad {topics.broad[number].id}"
    if (number := topics.find_curated(name)) >= 0:
        return f"desk {topics.curated[number].id}"
    return None
