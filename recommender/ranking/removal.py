"""A model without articles that were removed after it was made: out of all that it answers, and no training."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..arrays.row_mapping import RowMapping
from ..arrays.strings import StringArray, StringTable
from ..corpus.tombstones import FILE, Tombstones
from ..embeddings.dense import DenseSpace
from ..index.build import Entries, grown
from ..index.links import Links
from ..index.tfidf import with_rows
from ..topics.topic import NO_TOPIC, TopicModel
from .catalogue import Catalogue

if TYPE_CHECKING:
    from .model import Model

Rows = NDArray[np.int64]
# In a manifest under "removed": the number of tombstones that were there when the rows were made, and when the words
# were learned.
ROWS, WORDS = "rows", "words"


def tombstones_beside(models: Path) -> Tombstones:
    """The tombstones of ``data/removed.jsonl`` beside the folder ``models``."""
    return Tombstones.read(models.parent / "data" / FILE)


def removed_rows(model: Model, tombstones: Tombstones) -> Rows:
    """Rows of ``model`` whose article was removed since the model was made."""
    newer = tombstones.after(int(model.about.get("removed", {}).get(ROWS, 0)))
    if not len(newer):
        return np.zeros(0, dtype=np.int64)
    catalogue = model.catalogue
    rows = {row for row, name in enumerate(catalogue.ids) if newer.names(name)}
    rows |= {int(catalogue.alias_rows[at]) for at, name in enumerate(catalogue.aliases) if newer.names(name)}
    return np.array(sorted(rows), dtype=np.int64)


def without(model: Model, rows: Rows) -> Model:
    """``model`` without the articles at ``rows``; its words and weights stay."""
    if not len(rows):
        return model
    mapping = RowMapping(np.setdiff1d(np.arange(len(model)), rows), len(model))
    now = mapping.now()
    about = {name: value for name, value in model.about.items() if name != "made_from"}  # it is of another corpus now
    corpus = {**model.about["corpus"], "articles": len(mapping.source)}
    nothing = np.zeros(0, dtype=np.int64)
    entries = Entries(
        article=nothing, term=nothing, code=np.zeros(0, dtype=model.fields.code.dtype),
        kind=np.zeros(0, dtype=model.fields.kind.dtype), lead_start=np.zeros(1, dtype=np.int64),
        lead_term=np.zeros(0, dtype=np.int32),
    )  # fmt: skip
    dense = mapping.take(model.dense.rows, np.zeros((0, model.dense.rows.shape[1])))
    return replace(
        model,
        catalogue=_catalogue(model.catalogue, mapping, now),
        tfidf=with_rows(model.tfidf, [], mapping.source),
        dense=DenseSpace(dense, model.dense.encoder),
        fields=grown(model.fields, entries, mapping.source, model.tfidf.words),
        surface=model.surface.with_rows((), mapping.source),
        phrases=model.phrases.grown((), 0, mapping),
        bilingual=model.bilingual.with_rows((), mapping.source),
        links=_links(model.links, now, len(mapping.source)),
        pruning=model.pruning.grown(mapping, dense, model.catalogue.days[mapping.source]),
        topics=_topics(model.topics, mapping, model.catalogue, now),
        about={**about, "corpus": corpus},
    )


def carried_duplicates(old: NDArray[np.int32], mapping: RowMapping) -> NDArray[np.int32]:
    """(n,) as before; where the original is gone or replaced, the first of its copies that is left stands for it."""
    now = mapping.now()
    kind = mapping.take(old, np.arange(len(old), len(old) + len(mapping.newcomers)))
    original = np.where(kind < len(old), now[np.minimum(kind, max(0, len(old) - 1))] if len(old) else -1, -1)
    _, first, of = np.unique(kind, return_index=True, return_inverse=True)
    return np.where(original >= 0, original, first[of]).astype(np.int32)


def _catalogue(old: Catalogue, mapping: RowMapping, now: Rows) -> Catalogue:
    names = {name: int(row) for name, was in zip(old.aliases, old.alias_rows, strict=True) if (row := now[was]) >= 0}
    codes = old.outlet_of[mapping.source]
    outlets = StringTable.of(old.outlets[code] for code in np.unique(codes[codes >= 0]).tolist())
    renumber = np.array([*(outlets.find(name) for name in old.outlets), -1], dtype=np.int32)
    aliases = StringTable.of(names)
    return Catalogue(
        StringTable(mapping.strings(old.ids.strings, ())),
        mapping.strings(old.cards, ()),
        old.days[mapping.source],
        outlets,
        renumber[codes],
        carried_duplicates(old.duplicate_of, mapping),
        aliases,
        np.array([names[name] for name in aliases], dtype=np.int32),
        None if old.stamps is None else old.stamps[mapping.source],
    )


def _links(old: Links, now: Rows, count: int) -> Links:
    sources = now[np.repeat(np.arange(len(old.listed_start) - 1), np.diff(old.listed_start))]
    targets = now[old.listed]
    remaining = (sources >= 0) & (targets >= 0)
    return Links.of(sources[remaining], targets[remaining], count)


def _evidence(old: StringArray, source: Rows, gone: Collection[str]) -> StringArray:
    """The evidence of the rows ``source``, without what names the titles ``gone``."""
    texts = [old[row] for row in source.tolist()]
    return StringArray.of(_unnamed(text, gone) if any(title in text for title in gone) else text for text in texts)


def _unnamed(text: str, gone: Collection[str]) -> str:
    reasons: dict[str, list[str]] = json.loads(text)
    remaining = {desk: [why for why in whys if not why.endswith(tuple(gone))] for desk, whys in reasons.items()}
    return json.dumps(remaining, ensure_ascii=False)


def _topics(old: TopicModel, mapping: RowMapping, catalogue: Catalogue, now: Rows) -> TopicModel:
    """The topics of what is left; one that is empty now is gone, as its name may be of what was removed."""
    source = mapping.source
    sizes = np.bincount(old.topic_of[source] + 1, minlength=len(old.topics) + 1)[1:]
    nonempty = np.array([topic.size > 0 for topic in old.topics], dtype=bool)
    remaining = np.flatnonzero((sizes > 0) | ~nonempty)
    renumber = np.full(len(old.topics) + 1, NO_TOPIC, dtype=np.int32)
    renumber[remaining] = np.arange(len(remaining), dtype=np.int32)

    def there(examples: Sequence[str]) -> tuple[str, ...]:
        rows = ((name, catalogue.row(name)) for name in examples)
        return tuple(name for name, row in rows if row >= 0 and now[row] >= 0)

    topics = tuple(
        replace(old.topics[i], size=int(sizes[i]), examples=there(old.topics[i].examples)) for i in remaining.tolist()
    )
    strength = old.curated_strength[source]
    curated = tuple(
        replace(desk, size=int((strength[:, i] > 0).sum()), examples=there(desk.examples))
        for i, desk in enumerate(old.curated)
    )
    removed_titles = {catalogue.article(row).shown_title for row in np.flatnonzero(now < 0).tolist()}
    evidence = None if old.curated_evidence is None else _evidence(old.curated_evidence, source, removed_titles)
    return replace(
        old, topics=topics, topic_of=renumber[old.topic_of[source]], strength=old.strength[source], curated=curated,
        curated_strength=strength, outlier=old.outlier[source], position=old.position[source],
        curated_evidence=evidence,
    )  # fmt: skip
