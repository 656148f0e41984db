"""``ingest --watch``: looks at folders again and again, and reads what is new or has changed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..files.reading import stamp
from ._output import counted, inform, say

if TYPE_CHECKING:
    from ..corpus.store import Corpus
    from ..readers.columns import Columns

Stamp = tuple[int, int, int]


class Watch:
    """Finds new files. After the first look, a file counts when two looks agree on its stamp: never half-written."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._last: dict[Path, Stamp] = {}
        self._read: dict[Path, Stamp] = {}
        self._said: set[str] = set()
        self._first = True

    def look(self) -> Iterator[Path]:
        """Files that are new or have changed since they were last yielded; at the first look all of them."""
        from ..readers.notes import ReadProblem
        from ..readers.walk import files_of

        before, self._last = self._last, {}
        for path in files_of(self._paths):
            if isinstance(path, ReadProblem):
                self._tell(str(path))
            elif current := stamp(path):
                self._last[path] = current
                if current != self._read.get(path) and (self._first or before.get(path) == current):
                    self._read[path] = current
                    yield path
        self._first = False

    def _tell(self, problem: str) -> None:
        if problem not in self._said:
            self._said.add(problem)
            say(problem)


def watch(corpus: Corpus, paths: Sequence[Path], encoding: str | None, columns: Columns, every: float) -> None:
    """Reads until it is interrupted; a line for each file."""
    files = Watch(paths)
    say(f"Watching {', '.join(map(str, paths))}; Ctrl-C ends it.")
    try:
        while True:
            for path in files.look():
                _read(corpus, path, encoding, columns)
            time.sleep(every)
    except KeyboardInterrupt:
        return


def _read(corpus: Corpus, path: Path, encoding: str | None, columns: Columns) -> None:
    report = corpus.ingest([path], encoding=encoding, columns=columns)
    for problem in report.problems:
        say(str(problem))
    if report.files_read:
        inform(
            f"{path}: {counted(report.articles_added, 'article')} new, {report.articles_changed:,} changed, "
            f"{report.unchanged:,} unchanged."
        )
