"""Articles in a Milvus collection, as indexes: dense vectors, and the terms of titles and bodies where it can.

``pymilvus`` is loaded when a server is asked first. A row of the model is known there by its article's id.
"""

from __future__ import annotations

import json
import logging
import os
import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import field
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats, dots
from ..arrays.kernels import Ints as Rows
from ..arrays.strings import StringTable
from ..errors import MissingExtra, QueryError, ServerError
from ..lazy import dataclass
from .query_vector import QueryVector

PREFIX = "milvus:"
TOKEN = "RECOMMENDER_MILVUS_TOKEN"  # environment: what a server asks for, never on a command line
UNDATED = -1e9  # the day of an article without one
EF = 512  # of HNSW: how many it keeps at hand while it searches; see docs/milvus.md for what it measured
_MOST = 16_384  # hits that a server gives at most
_SLACK = 16  # hits beyond k, among which equal ones are put in order of row
_TRIES, _PAUSE, _TIMEOUT = 3, 0.3, 10.0
BATCH = 500  # articles of one request
_ADDRESS = re.compile(r"https?://[^/\s]+|tcp://[^/\s]+")
_RELEASE = re.compile(r"(\d{1,4})\.(\d{1,4})")
_Value = TypeVar("_Value")


@dataclass
class Server:
    """A Milvus server (``http://HOST:19530``) or the file of its embedded form (``PATH.db``), opened when it is asked.

    Each request is tried again before ServerError says that it does not answer.
    """

    uri: str
    _client: Any = field(default=None, repr=False)

    @classmethod
    def of(cls, index: str) -> Server:
        """From ``milvus:URI`` or a URI. Raises QueryError for another kind of index."""
        uri = index.removeprefix(PREFIX)
        if not _ADDRESS.match(uri) and not uri.endswith(".db"):
            hint = "Write milvus:http://HOST:19530, or milvus:PATH.db for the embedded form."
            raise QueryError(f"'{index}' names no Milvus server.", hint)
        return cls(uri)

    @property
    def is_file(self) -> bool:
        return self.uri.endswith(".db") and "://" not in self.uri

    def ask(self, what: Callable[[Any], _Value]) -> _Value:
        """``what`` of a client. Raises ServerError where that fails again and again."""
        failures = errors()
        for attempt in range(1, _TRIES + 1):
            try:
                return what(self._opened())
            except failures as error:
                self.close()
                if attempt == _TRIES:
                    message = str(getattr(error, "message", "") or error).strip().splitlines() or [type(error).__name__]
                    hint = "Is it running, and is that its address?"
                    raise ServerError(f"Milvus at {self.uri} does not answer: {message[0][:160]}.", hint) from error
                time.sleep(_PAUSE * attempt)
        raise AssertionError

    def close(self) -> None:
        """Ends the connection; the next question opens one."""
        client, self._client = self._client, None
        with suppress(*errors(), AttributeError):
            if client is not None:
                client.close()

    def _opened(self) -> Any:
        if self._client is None:
            from pymilvus import MilvusClient

            for name in ("pymilvus", "grpc"):  # what they would log is told in one sentence
                logging.getLogger(name).setLevel(logging.CRITICAL + 1)
            more: dict[str, Any] = {} if self.is_file else {"token": os.environ.get(TOKEN, ""), "timeout": _TIMEOUT}
            self._client = MilvusClient(self.uri, **more)
        return self._client

    def has_sparse(self) -> bool:
        """Whether it has sparse vectors: since version 2.4."""
        release = _RELEASE.search(self.ask(lambda client: str(client.get_server_version())))
        return self.is_file or release is None or (int(release[1]), int(release[2])) >= (2, 4)


def errors() -> tuple[type[Exception], ...]:
    """What a server that is away raises. Raises MissingExtra where nothing can ask one."""
    try:
        failed: type[Exception] = import_module("grpc").RpcError
        from pymilvus.exceptions import MilvusException
    except ImportError as error:
        hint = "Run: pip install 'related-recommender[milvus]'"
        raise MissingExtra("A Milvus index needs pymilvus, which is not installed.", hint) from error
    return MilvusException, failed, OSError, TimeoutError, ConnectionError


@dataclass(frozen=True)
class Collection:
    """A collection of a server, of which ``sparse`` says whether it holds terms."""

    server: Server
    name: str
    sparse: bool = True

    @classmethod
    def find(cls, server: Server, name: str) -> Collection | None:
        """The collection or alias ``name``; None if there is none. Raises ServerError."""
        if server.is_file and not Path(server.uri).exists():
            return None
        if not server.ask(lambda client: client.has_collection(name)):
            return None
        description = server.ask(lambda client: client.describe_collection(name))
        server.ask(lambda client: client.load_collection(name))  # the embedded form forgets it with its process
        return cls(server, description["collection_name"], "terms" in {each["name"] for each in description["fields"]})

    @classmethod
    def beginning(cls, server: Server, start: str) -> Collection | None:
        """One whose name begins with ``start``, the last by name; None if there is none. Raises ServerError."""
        if server.is_file and not Path(server.uri).exists():
            return None
        names = [name for name in server.ask(lambda client: client.list_collections()) if name.startswith(start)]
        return cls.find(server, max(names)) if names else None

    def search(self, column: str, query: Any, k: int, where: str, ef: int = EF) -> list[tuple[str, float]]:
        """At most ``k`` (id, inner product), best first, of the articles for which the expression ``where`` holds."""
        asked = {"metric_type": "IP", "params": {"ef": max(ef, k)} if column == "dense" else {}}
        hits = self.server.ask(
            lambda client: client.search(
                self.name, data=[query], anns_field=column, limit=k, filter=where, search_params=asked,
                output_fields=["id"], timeout=None if self.server.is_file else _TIMEOUT,
            )
        )[0]  # fmt: skip
        return [(str(hit["entity"]["id"]), float(hit["distance"])) for hit in hits]

    def columns(self, column: str, ids: Sequence[str]) -> list[Any]:
        """What stands in ``column`` of each of ``ids``; None where there is none."""
        values: dict[str, Any] = {}
        for start in range(0, len(ids), BATCH):
            span = list(ids[start : start + BATCH])
            values |= self.server.ask(partial(self._got, column, span))
        return [values.get(name) for name in ids]

    def _got(self, column: str, ids: list[str], client: Any) -> dict[str, Any]:
        return {row["id"]: row[column] for row in client.get(self.name, ids=ids, output_fields=[column])}


@dataclass(frozen=True)
class MilvusDense:
    """``ExactIndex`` on a server: ``ids`` (n) of the rows; ``where``, an expression of Milvus, holds for all hits."""

    collection: Collection
    ids: StringTable
    where: str = ""
    ef: int = EF

    def __len__(self) -> int:
        return len(self.ids)

    def search(self, query: Floats, k: int, allowed: NDArray[np.bool_]) -> Rows:
        """See ``Index.search``; as near as HNSW comes. Raises ServerError."""
        asked = np.asarray(query, dtype=np.float32).tolist() if query.any() else None
        return _searched(self, "dense", asked, k, allowed)

    def score(self, query: Floats, rows: Rows) -> Floats:
        """See ``Index.score``: the cosine."""
        if not query.any() or not len(rows):
            return np.zeros(len(rows), dtype=np.float32)
        held = self.collection.columns("dense", [self.ids[int(row)] for row in rows])
        return dots(np.array(held, dtype=np.float32), np.asarray(query, dtype=np.float32))


@dataclass(frozen=True)
class MilvusFields:
    """``FieldIndex`` on a server: term ``t`` of a title is dimension ``2 t``, of a body ``2 t + 1``; without ``bodies``
    titles alone count."""

    collection: Collection
    ids: StringTable
    where: str = ""
    ef: int = EF
    bodies: bool = True

    def __len__(self) -> int:
        return len(self.ids)

    def search(self, query: QueryVector, k: int, allowed: NDArray[np.bool_]) -> Rows:
        """See ``Index.search``. Raises ServerError."""
        return _searched(self, "terms", _asked(query, self.bodies) or None, k, allowed)

    def score(self, query: QueryVector, rows: Rows) -> Floats:
        """See ``Index.score``: the shares that title and body hold, added."""
        asked = _asked(query, self.bodies)
        if not asked or not len(rows):
            return np.zeros(len(rows), dtype=np.float32)
        held = self.collection.columns("terms", [self.ids[int(row)] for row in rows])
        sums = [sum(asked.get(int(at), 0.0) * value for at, value in (terms or {}).items()) for terms in held]
        return np.array(sums, dtype=np.float32)


def _asked(query: QueryVector, bodies: bool) -> dict[int, float]:
    weights: dict[int, float] = {}
    for term, share, bare in zip(query.ids.tolist(), query.share.tolist(), query.bare.tolist(), strict=True):
        weights |= {2 * term: share, 2 * term + 1: bare} if bodies else {2 * term: share}
    return {at: value for at, value in weights.items() if value > 0}


def _searched(index: MilvusDense | MilvusFields, column: str, query: Any, k: int, allowed: NDArray[np.bool_]) -> Rows:
    """Asks for more and more until ``k`` of the hits are ``allowed``, or the server has no more to give."""
    if query is None or k < 1 or not allowed.any():
        return np.zeros(0, dtype=np.int64)
    wanted = min(k + _SLACK, _MOST)
    while True:
        hits = index.collection.search(column, query, wanted, index.where, index.ef)
        rows = [(-value, row) for name, value in hits if value > 0 and (row := index.ids.find(name)) >= 0]
        kept = sorted((value, row) for value, row in rows if allowed[row])
        if len(kept) >= k or len(hits) < wanted or wanted == _MOST or hits[-1][1] <= 0:
            return np.array([row for _, row in kept[:k]], dtype=np.int64)
        wanted = min(4 * wanted, _MOST)


def literal(value: str | Sequence[str]) -> str:
    """A text, or a list of them, as an expression of Milvus."""
    return json.dumps(value if isinstance(value, str) else list(value), ensure_ascii=False)
