"""A model's catalogue, spaces, links and near-copies brought to the state of a corpus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays.row_mapping import RowMapping
from ..arrays.strings import LoadedTable, StringTable
from ..corpus.store import Corpus
from ..embeddings.dense import DenseSpace
from ..errors import ModelError
from ..index.build import grown
from ..index.links import Links
from ..index.tfidf import with_rows
from ..lazy import dataclass
from ..ranking.catalogue import Catalogue
from ..ranking.duplicates import Titles, renewed
from ..ranking.model import Model
from ..ranking.removal import carried_duplicates, removed_rows
from ..readers.article import Article, Stamp
from ..text.instants import day_number
from .newcomers import Newcomers

_TOGETHER = 8192  # stamps that are put into columns at a time
_FEW = 20_000  # ids that are found one by one; for more all are held


@dataclass(frozen=True, slots=True)
class Stamps:
    """The stamps of n articles by row: ``ids``, ``numbers`` (n,) and ``contents``; ``headline_only`` of them."""

    ids: list[str]
    contents: list[str]
    numbers: NDArray[np.uint64]
    headline_only: int

    @classmethod
    def of(cls, stamps: Iterable[Stamp]) -> Stamps:
        """By column: a million rows one by one take as long as all else that an update does."""
        ids: list[str] = []
        contents: list[str] = []
        headline_only, rows = 0, iter(stamps)
        while batch := list(islice(rows, _TOGETHER)):
            names, hashes, alone = zip(*batch, strict=True)
            ids += names
            contents += hashes
            headline_only += sum(alone)
        return cls(ids, contents, numbers_of(contents), headline_only)

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return zip(self.ids, self.contents, strict=True)


def numbers_of(contents: Sequence[str]) -> NDArray[np.uint64]:
    """(n,) the ``number`` of each stamp with one of ``contents``."""
    first = bytes.fromhex("".join([content[:16] for content in contents]))
    return np.frombuffer(first, dtype=">u8").astype(np.uint64)


class CorpusChanges(NamedTuple):
    """``stamps`` of all articles by row; ``new_ids`` of newcomers, ``added`` of which were not there before;
    ``gone`` old rows whose article is no more; ``aliases`` (name, id) of the corpus by name."""

    stamps: Stamps
    mapping: RowMapping
    new_ids: list[str]
    added: int
    gone: int
    aliases: list[tuple[str, str]]


def corpus_changes(model: Model, corpus: Corpus) -> CorpusChanges | None:
    """The changes of the corpus since the model, or None."""
    catalogue = model.catalogue
    if catalogue.stamps is None:
        raise ModelError(
            f"The model {model.version} is of a program that knew no updates.", "Train again: recommender train"
        )
    before = dict(zip(catalogue.ids, range(len(catalogue)), strict=True))
    stamps = Stamps.of(corpus.stamps())
    row = np.fromiter(map(before.get, stamps.ids, repeat(-1)), dtype=np.int64, count=len(stamps))
    stays = row >= 0
    added = len(row) - int(np.count_nonzero(stays))
    stays[stays] = catalogue.stamps[row[stays]] == stamps.numbers[stays]
    stays &= ~np.isin(row, removed_rows(model, corpus.removed()))  # answers go without them, be they back or not
    new_ids = [stamps.ids[i] for i in np.flatnonzero(~stays).tolist()]
    gone = len(before) - (len(row) - added)
    aliases = list(corpus.aliases())
    if not new_ids and not gone and [name for name, _ in aliases] == list(catalogue.aliases):
        return None
    source = np.where(stays, row, len(before) - 1 + np.cumsum(~stays))
    return CorpusChanges(stamps, RowMapping(source, len(before)), new_ids, added, gone, aliases)


def extended(
    model: Model, corpus: Corpus, changes: CorpusChanges, articles: Sequence[Article], newcomers: Newcomers
) -> Model:
    """The model with the newcomers in its spaces, catalogue and links; each a copy of itself as yet."""
    old, mapping = model.catalogue, changes.mapping
    ids, links = StringTable(mapping.strings(old.ids.strings, changes.new_ids)), list(corpus.links())
    find = ids.find if len(links) + len(changes.aliases) < _FEW else LoadedTable.load(ids).find
    outlets, outlet_of = _outlets(old, mapping, articles)
    catalogue = Catalogue(
        ids,
        mapping.strings(old.cards, map(Catalogue.card, articles)),
        mapping.take(old.days, np.array([day_number(a.published) for a in articles], dtype=np.float64)),
        outlets,
        outlet_of,
        carried_duplicates(old.duplicate_of, mapping),
        StringTable.of(name for name, _ in changes.aliases),
        np.array([find(article) for _, article in changes.aliases], dtype=np.int32),
        changes.stamps.numbers,
    )
    pairs = [(find(link.source), find(link.target)) for link in links]
    rows = np.array([pair for pair in pairs if pair[1] >= 0], dtype=np.int64).reshape(-1, 2)
    dense = mapping.take(model.dense.rows, newcomers.dense)
    body_words = int(model.about["recipe"]["body_words"])
    return replace(
        model,
        catalogue=catalogue,
        tfidf=with_rows(model.tfidf, newcomers.vectors, mapping.source),
        dense=DenseSpace(dense, model.dense.encoder),
        pruning=model.pruning.grown(mapping, dense, catalogue.days),
        fields=grown(model.fields, newcomers.entries, mapping.source, model.tfidf.words),
        surface=model.surface.with_rows(newcomers.texts.headlines, mapping.source),
        phrases=model.phrases.grown(((a.title or "", a.body) for a in articles), body_words, mapping),
        bilingual=model.bilingual.with_rows(newcomers.texts.shown, mapping.source),
        links=Links.of(rows[:, 0], rows[:, 1], len(catalogue)),
    )


def _outlets(old: Catalogue, mapping: RowMapping, articles: Sequence[Article]) -> tuple[StringTable, NDArray[np.int32]]:
    names = [*old.outlets, *sorted({a.outlet for a in articles if a.outlet} - {*old.outlets})]
    place_of = {name: i for i, name in enumerate(names)}
    fresh = np.array([place_of[a.outlet] if a.outlet else -1 for a in articles], dtype=np.int32)
    codes = mapping.take(old.outlet_of, fresh)
    used = StringTable.of(names[code] for code in np.unique(codes[codes >= 0]).tolist())
    renumber = np.array([*(used.find(name) for name in names), -1], dtype=np.int32)
    return used, renumber[codes]


def with_duplicates(old: Model, model: Model, corpus: Corpus, changes: CorpusChanges) -> Model:
    """``model`` with near-copies decided anew where the newcomers, or those that left, may change them."""
    catalogue, mapping = model.catalogue, changes.mapping
    seeds = {*mapping.newcomers.tolist(), *_bereft(old.catalogue.duplicate_of, mapping)}

    def namesakes(title: str) -> list[int]:
        return [row for name in corpus.namesakes(title) if (row := catalogue.row(name)) >= 0]

    titles = Titles(catalogue.article, model.question, namesakes)
    cosine = float(model.about["recipe"]["copy_likeness"])
    duplicate_of = renewed(
        catalogue.duplicate_of, sorted(seeds), catalogue.days, model.tfidf, titles, cosine, model.fields.has_bodies
    )
    return replace(model, catalogue=replace(catalogue, duplicate_of=duplicate_of))


def _bereft(old: NDArray[np.int32], mapping: RowMapping) -> list[int]:
    """Rows that lost one of their kind of near-copies."""
    torn = np.unique(old[mapping.now() < 0])
    stays = np.flatnonzero(mapping.carried)
    return [int(row) for row in stays[np.isin(old[mapping.source[stays]], torn)]]
