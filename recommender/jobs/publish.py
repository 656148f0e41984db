"""Puts a model's articles on a Milvus server, under an alias that is switched in one step."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ..errors import ServerError
from ..index.milvus import UNDATED, Server
from ..index.milvus_published import check_alias, create, drop_others, fill, published, switch, terms_by_article
from ..ranking.milvus_candidates import collection_name, topic_ids
from ..ranking.model import Model

_LONGEST = 1024  # characters of a name of an outlet or section


class Published(NamedTuple):
    """The ``collection`` with ``articles`` that the alias means now, ``before`` what it meant, ``dropped`` others."""

    collection: str
    articles: int
    before: str | None
    dropped: tuple[str, ...]


def publish(model: Model, server: Server, alias: str, tell: Callable[[str], None] = lambda _: None) -> Published:
    """Publishes the articles of ``model`` (with people's edits) as a collection, then switches ``alias`` to it.

    The collection before stays for queries under way, older ones are dropped. ``tell`` gets a sentence where
    something is left out. Raises ServerError, QueryError for a bad alias.
    """
    name = collection_name(model, check_alias(alias))
    if published(server, name) != len(model):
        longest = max((len(key.encode()) for key in model.catalogue.ids), default=1)
        collection = create(server, name, int(model.dense.rows.shape[1]), longest)
        if not collection.sparse:
            tell("this server has no sparse vectors (Milvus 2.4 has): words are looked up in the local files")
        count = fill(collection, _rows(model))
        if count != len(model) or (count_there := published(server, name)) != len(model):
            raise ServerError(f"{count_there:,} of {len(model):,} articles reached {server.uri}.", "Publish again.")
    before = switch(server, alias, name)
    if before == name:
        return Published(name, len(model), None, ())
    dropped = drop_others(server, f"{alias}_v", [name, *([before] if before else [])])
    return Published(name, len(model), before, tuple(dropped))


def _rows(model: Model) -> Iterator[dict[str, Any]]:
    catalogue, terms = model.catalogue, terms_by_article(model.fields)
    for row, (key, postings) in enumerate(zip(catalogue.ids, terms, strict=True)):
        day, outlet = float(catalogue.days[row]), int(catalogue.outlet_of[row])
        yield {
            "id": key,
            "day": UNDATED if math.isnan(day) else day,
            "outlet": catalogue.outlets[outlet][:_LONGEST] if outlet >= 0 else "",
            "section": str(json.loads(catalogue.cards[row]).get("section", ""))[:_LONGEST],
            "topics": topic_ids(model, row),
            "dense": np.asarray(model.dense.rows[row], dtype=np.float32).tolist(),
            "terms": postings,
        }
