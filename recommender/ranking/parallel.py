"""Answers of one model by several processes, for a program that asks from many threads."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from ..executors.processes import Workers
from .answer import Answer
from .recommend import Recommender


class ParallelRecommender(Recommender):
    """A ``Recommender`` whose ``similar`` is answered by processes of its own; all else is done here.

    Python runs one thread at a time, so eight threads that ask a ``Recommender`` get no more answers a second than one.
    Each process maps the same files, and takes up what ``reload`` took up here. The processes end with ``close``, at
    the end of a ``with`` block, and with this process, however it ends.
    """

    _workers: Workers | None = None  # of one that was opened

    @classmethod
    def open(cls, path: str | Path = "models/current", processes: int = 2) -> Self:
        """See ``Recommender.open``.

        Parameters
        ----------
        path
            The folder of the models, as for ``Recommender.open``.
        processes
            How many answer at once. They are started afresh (spawn) at the first question: a script guards itself by
            ``if __name__ == "__main__"``.

        Raises
        ------
        WorkerError
            If ``processes`` is below 1.

        Examples
        --------
        >>> with ParallelRecommender.open("models", processes=4) as recommender:  # doctest: +SKIP
        ...     with ThreadPoolExecutor(8) as threads:
        ...         answers = list(threads.map(recommender.similar, headlines))
        """
        workers = Workers(processes)
        made = super().open(path)
        made._workers = workers
        return made

    def _asked(self, *asked: Any) -> Answer:
        """See ``Recommender._asked``. Raises WorkerError too, if processes are killed again and again."""
        if (
            self._workers is None or self._path is None or self._outside is not None
        ):  # a client is of this process alone
            return super()._asked(*asked)
        return self._workers.call(_answer, Path(os.path.abspath(self._path)), self._seen, asked)

    def snapshot(self) -> Recommender:
        """This as it answers now, in this process, whatever is reloaded later."""
        copy = object.__new__(Recommender)
        copy.__dict__.update({name: value for name, value in self.__dict__.items() if name != "_workers"})
        return copy

    def close(self) -> None:
        """Ends the processes; a question after it starts others."""
        if self._workers:
            self._workers.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_opened: dict[Path, Recommender] = {}  # of a worker process


def _answer(path: Path, seen: Sequence[object], asked: tuple[Any, ...]) -> Answer:
    """In a worker: what the model at ``path`` answers as it stood when it was ``seen`` so, or later."""
    if path not in _opened:
        _opened[path] = Recommender.open(path)
    recommender = _opened[path]
    if recommender._seen != seen:
        recommender.reload()
    return recommender._asked(*asked)
