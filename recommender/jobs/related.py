"""The related list of every article: made in partitions by an executor, then written as text or as a table.

The lists of a large archive are made in two passes, each over partitions that are files written once: the nearest by
meaning, cell by cell, and the lists, day by day. Existing partitions are not made again.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from ..arrays.stored import save_array
from ..executors.dask import Dask
from ..executors.executor import Executor, Serial, ranges, written_once
from ..executors.processes import Processes
from ..index.fields import Rows
from ..ranking.options import SearchOptions
from ..ranking.recommend import Recommender
from .batch import Batch
from .lists import Lists, lists_one_by_one
from .meaning import nearest_by_meaning
from .related_work import Tell, Work, hashable, resumable_work

_NEAR, _LISTED, _LOOKED = 8_192, 2_048, 256  # articles of a partition: of both passes, and where all are looked at
_SHARED = 16  # workers of a cluster, whose partitions are the same however many there are
_LINES = 512  # lists whose text is made at a time


def related_lists(
    recommender: Recommender, options: SearchOptions, workers: int = 1, rows: Sequence[int] | None = None
) -> Generator[str, None, None]:
    """A line for each article of the model, or of its ``rows``, in their order: ``{"id", "title", "related": [{"id",
    "score"}]}``, with ``"pinned": true`` where people pinned. The same lines for any number of ``workers``, each a
    process.

    Raises WorkerError if a worker is killed, OSError if the folder of temporary files is full.
    """
    recommender = recommender.snapshot()
    articles = np.arange(len(recommender)) if rows is None else np.asarray(rows, dtype=np.int64)
    folder = recommender.model.folder
    if folder is None or (workers == 1 and not len(recommender.model.pruning)) or len(articles) < 2:
        yield from _in_order(recommender, options, articles)
        return
    with tempfile.TemporaryDirectory(prefix="related-") as parts:
        work = Work(folder.resolve(), Path(parts), hashable(options))
        lists = compute_lists(recommender, work, Processes(workers) if workers > 1 else Serial(), articles, workers)
        yield from lines_of(recommender, lists, articles)


def compute_lists(
    recommender: Recommender, work: Work, executor: Executor, rows: Rows, workers: int = _SHARED
) -> Lists:
    """The lists of the articles at ``rows`` (m,), by ``executor`` with its number of ``workers``. The same for every
    executor: products of blocks of another size differ in their last bits, so the size of blocks is fixed."""
    distinct, inverse = np.unique(rows, return_inverse=True)
    written_once(work.parts / "rows.npy", lambda file: save_array(file, distinct))
    _opened(work, recommender)
    shares = ranges(len(distinct), workers, _LOOKED)
    if len(recommender.model.pruning):
        shares = spans(len(distinct), _LISTED)
        _joined_nearest(work, executor, len(distinct))
    parts = [np.load(part, mmap_mode="r") for part in executor.map(partial(list_part, work), shares)]
    order = _by_day(recommender, distinct)
    table = np.empty(len(distinct), dtype=_kind(work.options.k))
    _OPEN.clear()
    if parts:
        table[order] = np.concatenate(parts)
    table = table[inverse]
    return Lists(table["rows"], table["scores"], table["pinned"])


def _joined_nearest(work: Work, executor: Executor, count: int) -> None:
    """One file of the nearest of all by meaning, from the partitions of the first pass."""
    if (work.parts / "near.npy").exists():
        return
    parts = list(executor.map(partial(near_part, work), spans(count, _NEAR)))
    order = np.concatenate([np.load(part)[:, 0] for part in parts])

    def write(file: BinaryIO) -> None:
        joined = np.empty((count, np.load(parts[0], mmap_mode="r").shape[1] - 1), dtype=np.int32)
        joined[order] = np.concatenate([np.load(part)[:, 1:] for part in parts])
        save_array(file, joined)

    written_once(work.parts / "near.npy", write)
    for part in parts:
        part.unlink()


def near_part(work: Work, span: range) -> Path:
    """Writes the nearest by meaning of a range of the rows, ordered by cell: the place of a row, then its nearest."""
    rows = work.rows()
    with _ONE:
        return _near_part(_batch(work), work, rows, span)


def _near_part(batch: Batch, work: Work, rows: Rows, span: range) -> Path:
    order = np.argsort(batch.model.pruning.cells.cell_of[rows], kind="stable")[span.start : span.stop]

    def write(file: BinaryIO) -> None:
        near = nearest_by_meaning(batch, rows[order])
        save_array(file, np.concatenate([order[:, None].astype(np.int32), near], axis=1))

    return written_once(work.parts / f"near-{span.start:09}.npy", write)


def list_part(work: Work, span: range) -> Path:
    """Writes the lists of a range of the rows, ordered by day."""
    rows = work.rows()
    with _ONE:
        return _list_part(_batch(work), work, rows, span)


def _list_part(batch: Batch, work: Work, rows: Rows, span: range) -> Path:
    order = _by_day(batch.recommender, rows)[span.start : span.stop]

    def write(file: BinaryIO) -> None:
        path = work.parts / "near.npy"
        lists = _lists_of(batch, rows[order], np.load(path, mmap_mode="r")[order] if path.exists() else None)
        table = np.empty(len(order), dtype=_kind(work.options.k))
        table["rows"], table["scores"], table["pinned"] = lists
        save_array(file, table)

    return written_once(work.parts / f"lists-{span.start:09}-{span.stop:09}.npy", write)


def _by_day(recommender: Recommender, rows: Rows) -> Rows:
    """The order in which lists are made: by day, if candidates are pruned by day."""
    if not len(recommender.model.pruning):
        return np.arange(len(rows))
    return np.argsort(np.nan_to_num(recommender.model.catalogue.days[rows], nan=np.inf), kind="stable")


def _kind(k: int) -> np.dtype[Any]:
    return np.dtype([("rows", np.int32, (k,)), ("scores", np.float64, (k,)), ("pinned", np.int32)])


_OPEN: list[tuple[Work, Batch]] = []  # the current work of this process
_ONE = Lock()  # a batch is not thread-safe, and a worker of a cluster may have several threads


def _batch(work: Work) -> Batch:
    opened = next((batch for other, batch in _OPEN if other == work), None)
    return opened or _opened(work, Recommender.open(work.version))


def _opened(work: Work, recommender: Recommender) -> Batch:
    batch = Batch(recommender, work.options.checked())
    _OPEN[:] = [(work, batch)]
    return batch


def spans(count: int, size: int) -> list[range]:
    """Consecutive ranges of 0..count - 1, the same for any number of workers."""
    return [range(start, min(start + size, count)) for start in range(0, count, size)]


def _in_order(recommender: Recommender, options: SearchOptions, rows: Rows) -> Iterator[str]:
    """The lines of a model that is not on disk, or small, as they are made."""
    batch = Batch(recommender, hashable(options))
    for begin in range(0, len(rows), _LINES):
        part = rows[begin : begin + _LINES]
        near = nearest_by_meaning(batch, part) if len(recommender.model.pruning) else None
        yield from lines_of(recommender, _lists_of(batch, part, near), part)


def _lists_of(batch: Batch, rows: Rows, near: NDArray[np.int32] | None) -> Lists:
    """The lists of the articles at ``rows`` (m,): in blocks, of an archive that is not looked at as a whole, by those
    that are ``near`` (m, c) by meaning."""
    if near is None:
        return lists_one_by_one(batch.recommender, batch.options, rows)
    from .block_lists import lists_of  # loads numba

    return lists_of(batch, rows, near)


def lines_of(recommender: Recommender, lists: Lists, rows: Rows) -> Iterator[str]:
    """The lines of ``lists`` of the articles at ``rows`` (m,)."""
    catalogue = recommender.model.catalogue
    for at, row in enumerate(rows.tolist()):
        title = catalogue.article(row).shown_title
        line = {"id": catalogue.ids[row], "title": title, "related": entries_of(recommender, lists, at)}
        yield json.dumps(line, ensure_ascii=False)


def entries_of(recommender: Recommender, lists: Lists, at: int) -> list[dict[str, Any]]:
    """The entries of one of the lists: ``{"id", "score"}``, with ``"pinned": true`` where people pinned."""
    ids, pinned = recommender.model.catalogue.ids, int(lists.pinned[at])
    pairs = enumerate(zip(lists.rows[at].tolist(), lists.scores[at].tolist(), strict=True))
    return [
        {"id": ids[row], "score": round(score, 4), **({"pinned": True} if rank < pinned else {})}
        for rank, (row, score) in pairs
        if row >= 0
    ]


def changed(new: Recommender, lists: Lists, rows: Rows, old: Recommender, before: Lists) -> NDArray[np.bool_]:
    """(m,) whether the list of each article at ``rows`` (m,) of ``new`` holds others, or in another order, than
    ``before`` (m, k), its list by ``old``; scores aside. That of an article that ``old`` did not know has changed."""
    removed = -2
    new_rows = np.array([new.model.catalogue.row(name) for name in old.model.catalogue.ids] + [0], dtype=np.int64)
    expected = np.where(before.rows < 0, -1, np.where(new_rows[before.rows] < 0, removed, new_rows[before.rows]))
    same = (expected == lists.rows).all(axis=1) & (before.pinned == lists.pinned)
    return np.asarray(~(same & (rows_before(new, rows, old) >= 0)))


def rows_before(new: Recommender, rows: Sequence[int] | NDArray[Any], old: Recommender) -> Rows:
    """(m,) the row in ``old`` of each article at ``rows`` (m,) of ``new``, -1 for none."""
    ids = new.model.catalogue.ids
    return np.array([old.model.catalogue.row(ids[int(row)]) for row in rows], dtype=np.int64)


@contextmanager
def resumable_lists(
    home: Path, recommender: Recommender, options: SearchOptions, workers: int | str, rows: Rows, tell: Tell,
    before: Recommender | None = None,
) -> Iterator[tuple[Lists, Rows]]:  # fmt: skip
    """The lists of the articles at ``rows`` (m,), and the positions of those to write: all, or those that differ from
    the lists of the model ``before``. ``workers`` is a number of processes or the address of a Dask scheduler.

    Finished partitions survive a kill, under ``home``/work, until the block ends well; ``tell`` gets a sentence when a
    run resumes from them. Raises WorkerError.
    """
    recommender = recommender.snapshot()
    with ExitStack() as works:
        work = works.enter_context(resumable_work(home, recommender, options, rows, tell))
        lists = _compute(recommender, work, workers, rows)
        changed_rows = np.arange(len(rows))
        if before is not None and before.model.folder == recommender.model.folder:
            changed_rows = changed_rows[:0]  # the same model gives the same
        elif before is not None:
            old_rows = rows_before(recommender, rows, before)
            shared = np.flatnonzero(old_rows >= 0)
            work = works.enter_context(resumable_work(home, before, options, old_rows[shared], tell))
            old = Lists.empty(len(rows), work.options.k)
            previous = _compute(before, work, workers, old_rows[shared])
            old.rows[shared], old.scores[shared], old.pinned[shared] = previous.rows, previous.scores, previous.pinned
            changed_rows = np.flatnonzero(changed(recommender, lists, rows, before, old))
        yield lists, changed_rows


def _compute(recommender: Recommender, work: Work, workers: int | str, rows: Rows) -> Lists:
    if isinstance(workers, str):
        return compute_lists(recommender, work, Dask(workers, work.parts), rows)
    return compute_lists(recommender, work, Processes(workers) if workers > 1 else Serial(), rows, workers)
