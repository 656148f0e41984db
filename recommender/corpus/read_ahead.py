"""Files read by others ahead of the one who writes the corpus: partitions of files, each to one file of records.

What a worker read is told apart by the hash of the file, so that a file that changed meanwhile is read again.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, field, fields
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from recommender.corpus.ingest import file_digest
from recommender.corpus.merge import is_database
from recommender.errors import InputError, WorkerError
from recommender.executors.executor import Executor, written_once
from recommender.executors.resumable import work_key
from recommender.readers.article import Article, Record, Related
from recommender.readers.columns import Columns
from recommender.readers.notes import ReadProblem
from recommender.readers.registry import reader_of
from recommender.readers.walk import files_of

from ..lazy import dataclass

_FILES, _BYTES = 64, 16 << 20  # of a partition, at most; a larger file is one of its own
_HEAD = b'{"file": '


class Settings(NamedTuple):
    """How files are read: what decides the records."""

    encoding: str | None
    columns: Columns


class InputFile(NamedTuple):
    """A file at ``path`` (absolute), as ``shown`` in problems; ``known`` is its hash if it need not be read again."""

    path: str
    shown: str
    known: str


@dataclass
class ReadAhead:
    """Records of files by an ``executor``, in ``folder``; pulled in the order of the files while they are written."""

    executor: Executor
    folder: Path
    _parts: Iterator[Path] = field(default_factory=lambda: iter(()))
    _locations: dict[str, tuple[Path, int, str]] = field(default_factory=dict)

    def start(
        self, paths: Iterable[str | Path], settings: tuple[str | None, Columns], known: Mapping[str, str]
    ) -> None:
        """Begins to read the files of ``paths``; ``known`` are hashes by absolute path, of files in the corpus
        already."""
        files = [file for path in paths if not is_database(path) for file in files_of([path]) if isinstance(file, Path)]
        requests = [_input_file(path, known) for path in files]
        self._parts = self.executor.map(partial(read_files, self.folder, Settings(*settings)), partitions(requests))

    def close(self) -> None:
        """Stops the reading, whether all was consumed or not."""
        if isinstance(self._parts, Generator):
            self._parts.close()

    def records(self, shown: str, sha: str) -> Iterator[Record | ReadProblem] | None:
        """The records of a file whose hash is ``sha``; None where no worker has read that state. Raises WorkerError."""
        while shown not in self._locations:
            part = next(self._parts, None)
            if part is None:
                return None
            self._locations.update((name, (part, at, read)) for name, at, read in _heads(part))
        part, at, read = self._locations[shown]
        return _stored_records(part, at) if read == sha else None


def _input_file(path: Path, known: Mapping[str, str]) -> InputFile:
    absolute = os.path.abspath(path)
    return InputFile(absolute, str(path), known.get(os.path.realpath(path), ""))


def partitions(files: list[InputFile]) -> list[list[InputFile]]:
    """The files in chunks of some megabytes, in their order."""
    parts: list[list[InputFile]] = []
    size = 0
    for file in files:
        bytes_ = os.path.getsize(file.path) if os.path.exists(file.path) else 0
        if not parts or len(parts[-1]) == _FILES or size + bytes_ > _BYTES:
            parts.append([])
            size = 0
        parts[-1].append(file)
        size += bytes_
    return parts


def read_files(folder: Path, settings: Settings, files: list[InputFile]) -> Path:
    """Writes the records of some files into a file of ``folder``. Raises WorkerError where one is not seen here."""
    for item in files:
        if not os.path.exists(item.path):
            hint = "Mount the folder of the files on every host under the same path."
            raise WorkerError(f"The worker on {socket.gethostname()} does not see {item.path}.", hint)
    stats = [(item, os.stat(item.path).st_size, os.stat(item.path).st_mtime_ns) for item in files]

    def write(file: BinaryIO) -> None:
        for item in files:
            file.writelines(_lines(item, settings))

    return written_once(folder / f"records-{work_key(stats)}.jsonl", write)


def _lines(file: InputFile, settings: Settings) -> Iterator[bytes]:
    """A head, then a line a record or problem, the last for the file as a whole where it is refused."""
    path = Path(file.path)
    with suppress(InputError):  # the one who writes meets it too
        reader = reader_of(path)
        sha = file_digest(path, reader.limit)
        yield _line({"file": file.shown, "sha": sha})
        if sha != file.known:
            yield from _read(lambda: reader.read(path, file.shown, settings.encoding, settings.columns))


def _read(read: Callable[[], Iterator[Record | ReadProblem]]) -> Iterator[bytes]:
    try:
        yield from (_line({"record" if isinstance(item, Record) else "problem": asdict(item)}) for item in read())
    except InputError as error:
        yield _line({"refused": [error.problem, error.hint]})


def _line(value: Any) -> bytes:
    return json.dumps(value).encode() + b"\n"


def _heads(part: Path) -> Iterator[tuple[str, int, str]]:
    with part.open("rb") as file:
        at = 0
        for line in file:
            at += len(line)
            if line.startswith(_HEAD):
                head = json.loads(line)
                yield head["file"], at, head["sha"]


def _stored_records(part: Path, at: int) -> Iterator[Record | ReadProblem]:
    with part.open("rb") as file:
        file.seek(at)
        for line in file:
            if line.startswith(_HEAD):
                return
            stored = json.loads(line)
            if "refused" in stored:
                raise InputError(*stored["refused"])
            yield _record(stored["record"]) if "record" in stored else ReadProblem(**stored["problem"])


def _record(stored: dict[str, Any]) -> Record:
    article = Article(**_tuples(stored["article"]))
    doubt = stored["doubt"] and (stored["doubt"][0], stored["doubt"][1])
    related = tuple(Related(**entry) for entry in stored["related"])
    return Record(**{**stored, "article": article, "related": related, "doubt": doubt})


def _tuples(stored: dict[str, Any]) -> dict[str, Any]:
    return {column.name: tuple(v) if isinstance(v := stored[column.name], list) else v for column in fields(Article)}
