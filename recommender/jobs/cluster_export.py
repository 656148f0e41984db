"""Related lists by the workers of a cluster: the lines of ``related_lists``, in parts that outlast a failure."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Sequence
from functools import partial
from pathlib import Path

from ..corpus.tombstones import FILE as REMOVED
from ..files.atomic import replacing
from ..files.cluster import Dask
from ..files.executor import ranges
from ..files.work import kept_work, work_key
from ..ranking.options import SearchOptions
from ..ranking.pairs import FILE as PAIRS
from ..ranking.recommend import Recommender
from ..topics.edits.log import FILE as EDITS
from ..versions.artifact import MANIFEST
from .related import write_part

_WORKERS = 16  # as if so many: the parts are the same however many there are
_LOGS = (EDITS, PAIRS, REMOVED)  # beside ``models``: what people decided


def lists_over(
    address: str,
    home: Path,
    recommender: Recommender,
    options: SearchOptions,
    rows: Sequence[int],
    tell: Callable[[str], None] = lambda _: None,
) -> Generator[str, None, None]:
    """The lines of ``related_lists`` by the workers of the Dask scheduler at ``address``, which see ``home``.

    Each part is a file under ``home``/work; where the scheduler or the command ends before all is done, the same
    command goes on from them. ``tell`` gets a sentence where it does. Raises WorkerError.
    """
    version = recommender.model.folder
    if version is None or not rows:
        return
    options = options.checked()
    parts = [rows[part.start : part.stop] for part in ranges(len(rows), _WORKERS)]
    key = work_key(*_state(version), options, list(rows), len(parts[0]))
    with kept_work(home, "export", key) as folder:
        if done := len(list(folder.glob("*.jsonl"))):
            tell(f"{done} of {len(parts)} parts are there from before")
        task = partial(write_part, frozen(version, folder), folder, options)
        for part in Dask(address, folder).map(task, parts):
            with part.open(encoding="utf-8", newline="\n") as lines:
                yield from (line.removesuffix("\n") for line in lines)


def _state(version: Path) -> list[bytes]:
    """All that a model answers from: the manifest, which holds the hashes of its files, and what people decided."""
    data = version.resolve().parents[1] / "data"
    return [_bytes(version / MANIFEST), *(_bytes(data / log) for log in _LOGS)]


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def frozen(version: Path, folder: Path) -> Path:
    """The model at ``version`` as it answers now, in ``folder``: a link to it beside copies of what people decided.

    So what an editor does meanwhile is in all lists or in none, and a worker that has it open knows another state.
    """
    version = version.resolve()
    models, data = folder / "state" / "models", folder / "state" / "data"
    models.mkdir(parents=True, exist_ok=True)
    data.mkdir(exist_ok=True)
    link = models / version.name
    if not link.is_symlink():
        link.symlink_to(version)
    for log in _LOGS:
        if found := _bytes(version.parents[1] / "data" / log):
            with replacing(data / log) as file:
                file.write(found)
    return Path(os.path.abspath(link))
