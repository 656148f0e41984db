"""Articles put into a Milvus collection, and the alias under which they are asked for."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from operator import methodcaller
from typing import Any

import numpy as np

from ..errors import QueryError, ServerError
from .fields import IN_TITLE, STEPS, FieldIndex
from .milvus import BATCH, Collection, Server, errors

_GRAPH = {"M": 16, "efConstruction": 200}
_PAUSE = 0.3  # seconds between looks at an index that is being made ...
_INDEXED = 3600.0  # ... for so many
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,200}")


def check_alias(alias: str) -> str:
    """``alias``. Raises QueryError for what Milvus takes for no name."""
    if not _NAME.fullmatch(alias):
        raise QueryError(f"'{alias}' is no name of an alias.", "Use letters, digits and _, a letter first.")
    return alias


def published(server: Server, name: str) -> int | None:
    """How many articles the collection ``name`` holds; None if there is none."""
    if not server.ask(lambda client: client.has_collection(name)):
        return None
    return int(server.ask(lambda client: client.get_collection_stats(name))["row_count"])


def create(server: Server, name: str, dimensions: int, longest: int) -> Collection:
    """A new, empty collection for articles whose ids have at most ``longest`` bytes, in place of one of that name."""
    from pymilvus import DataType

    sparse = server.has_sparse()

    def make(client: Any) -> None:
        if client.has_collection(name):
            client.drop_collection(name)
        schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("id", DataType.VARCHAR, is_primary=True, max_length=max(longest, 1))
        schema.add_field("day", DataType.DOUBLE)
        for column in ("outlet", "section"):
            schema.add_field(column, DataType.VARCHAR, max_length=4096)
        schema.add_field("topics", DataType.ARRAY, element_type=DataType.VARCHAR, max_capacity=4096, max_length=1024)
        schema.add_field("dense", DataType.FLOAT_VECTOR, dim=dimensions)
        indexes = client.prepare_index_params()
        indexes.add_index("dense", index_type="HNSW", metric_type="IP", params=_GRAPH)
        if sparse:
            schema.add_field("terms", DataType.SPARSE_FLOAT_VECTOR)
            indexes.add_index("terms", index_type="SPARSE_INVERTED_INDEX", metric_type="IP", params={})
        client.create_collection(name, schema=schema, index_params=indexes, consistency_level="Bounded")

    server.ask(make)
    return Collection(server, name, sparse)


def fill(collection: Collection, rows: Iterator[dict[str, Any]]) -> int:
    """Puts articles into a new collection and makes it ready; how many. ``terms`` go only where it has sparse ones."""
    count, batch = 0, list[dict[str, Any]]()
    for row in rows:
        if not collection.sparse:
            row.pop("terms", None)
        batch.append(row)
        if len(batch) == BATCH:
            count += _put(collection, batch)
    count += _put(collection, batch)
    _settle(collection)
    return count


def _settle(collection: Collection) -> None:
    """Waits until what was put in is written and indexed, and loads it anew: a server that goes on from what it had in
    memory meanwhile was seen to miss one article in sixteen. Raises ServerError where that takes an hour."""
    server, name = collection.server, collection.name
    server.ask(methodcaller("flush", name))
    began = time.monotonic()
    while any(server.ask(partial(_pending, name, column)) for column in ("dense", "terms")[: 1 + collection.sparse]):
        if time.monotonic() - began > _INDEXED:
            raise ServerError(f"Milvus at {server.uri} does not finish its index.", "See its logs; publish again.")
        time.sleep(_PAUSE)
    server.ask(methodcaller("release_collection", name))
    server.ask(methodcaller("load_collection", name))


def _pending(name: str, column: str, client: Any) -> bool:
    """Whether the index of a column is being made still; the embedded form makes it as it loads."""
    index = client.describe_index(name, column) or {}
    return int(index.get("pending_index_rows") or 0) > 0 or index.get("state") in ("InProgress", "Unissued")


def _put(collection: Collection, batch: list[dict[str, Any]]) -> int:
    rows = batch.copy()
    batch.clear()
    if rows:
        collection.server.ask(lambda client: client.upsert(collection.name, rows))
    return len(rows)


def switch(server: Server, alias: str, name: str) -> str | None:
    """Makes ``alias`` mean the collection ``name``, in one step; gives what it meant before, None for nothing."""

    def known(client: Any) -> str | None:
        with suppress(*errors()):
            return str(client.describe_alias(alias)["collection_name"])
        return None

    before = server.ask(known)
    if before is None:
        server.ask(lambda client: client.create_alias(collection_name=name, alias=alias))
    elif before != name:
        server.ask(lambda client: client.alter_alias(collection_name=name, alias=alias))
    return before


def drop_others(server: Server, start: str, kept: Sequence[str]) -> list[str]:
    """Drops the collections whose names begin with ``start`` and are not ``kept``; their names."""
    names = sorted(server.ask(lambda client: client.list_collections()))
    gone = [name for name in names if name.startswith(start) and name not in kept]
    for name in gone:
        server.ask(methodcaller("drop_collection", name))
    return gone


def terms_by_article(fields: FieldIndex) -> Iterator[dict[int, float]]:
    """The sparse vector of each article, by row."""
    term = np.repeat(np.arange(len(fields.idf)), np.diff(fields.start))
    order = np.argsort(np.asarray(fields.article), kind="stable")
    term, code = term[order], np.asarray(fields.code)[order]
    start = np.searchsorted(np.asarray(fields.article)[order], np.arange(len(fields) + 1))
    for begin, end in zip(start[:-1].tolist(), start[1:].tolist(), strict=True):
        titled = term[begin:end][code[begin:end] >= IN_TITLE]
        body = code[begin:end] & STEPS
        held = {2 * at: 1.0 for at in titled.tolist()}
        inside = zip(term[begin:end][body > 0].tolist(), body[body > 0].tolist(), strict=True)
        yield held | {2 * at + 1: value / STEPS for at, value in inside}
