"""Records in memory, of a DataFrame too, read as the records of a file are."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from recommender.errors import InputError
from recommender.readers.article import Record
from recommender.readers.columns import Columns, own_names
from recommender.readers.notes import ReadProblem
from recommender.readers.records import Records
from recommender.readers.tables import heads
from recommender.readers.values import plain

_TABLES = ("to_dicts", "to_pylist")  # how Polars and Arrow call the rows of a table
_HINT = 'Give a DataFrame, or mappings such as {"id": ..., "title": ..., "body": ...}.'
_EXACT = 2.0**53


def rows_of(records: object, columns: Columns) -> list[object]:
    """Every record as plain JSON values, with missing ones (NaN, NaT) as None.

    ``records`` are mappings, one mapping, or a table of pandas, Polars or Arrow; none of these is imported. Raises
    InputError for anything else, and for a table in which no column is a title or a body.
    """
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(records, pandas.DataFrame):
        names, rows = _of_pandas(records)
        _check(names, columns)
        return [_plain(dict(zip(names, row, strict=True))) for row in rows]
    if to_rows := next((method for name in _TABLES if (method := getattr(records, name, None))), None):
        records = to_rows()
    if isinstance(records, Mapping):
        return [_plain(records)]
    if isinstance(records, str | bytes) or not isinstance(records, Iterable):
        raise InputError(f"A {type(records).__name__} is not a list of records.", f"{_HINT} Files are read by ingest.")
    return [_plain(record) for record in records]


def digest_of(rows: Iterable[object]) -> str:
    """sha256 over the records, in their order."""
    hashed = hashlib.sha256()
    for row in rows:
        hashed.update(json.dumps(row, default=str).encode() + b"\n")
    return hashed.hexdigest()


def read_rows(rows: Iterable[object], shown: str, columns: Columns) -> Iterator[Record | ReadProblem]:
    """Records and problems in order, then notes on all of them; ``line`` is the number of a record from 1."""
    file = Records(shown, columns)
    for number, row in enumerate(rows, start=1):
        yield from file.read(row, number)
    yield from file.end()


def columns_of(names: Columns | Mapping[str, Any] | None) -> Columns:
    """The names of columns, those of a person's own as ``{"title": "기사제목"}``; InputError for an unknown field."""
    if names is None or isinstance(names, Columns):
        return names or Columns()
    pairs = ((name, [value] if isinstance(value, str) else value) for name, value in names.items())
    return Columns(own_names(f"{name}={value}" for name, values in pairs for value in values))


def _of_pandas(frame: Any) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """Names of the columns and the rows; levels of the index that have a name are columns too."""
    levels = [name for name in frame.index.names if name is not None and name not in frame.columns]
    frame = frame.reset_index(level=levels) if levels else frame
    names: list[str] = []
    for number, column in enumerate(frame.columns, start=1):
        name = ".".join(filter(None, map(str, column))) if isinstance(column, tuple) else str(column)
        names.append(f"{name}.{number}" if name in names else name)
    return names, frame.itertuples(index=False, name=None)


def _check(names: list[str], columns: Columns) -> None:
    if not heads(names, columns):
        shown = ", ".join(names)[:100] or "nothing"
        hint = f'Say which is which, such as columns={{"title": "{names[0] if names else "NAME"}"}}.'
        raise InputError(f"No column is a title or a body; the columns are {shown}.", hint)


def _plain(value: Any) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if hasattr(value, "dtype"):  # numpy's; its dates count nanoseconds, which ``tolist`` would give as numbers
        value = str(value) if value.dtype.kind in "mM" and not getattr(value, "shape", ()) else value.tolist()
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return int(value)  # a column of whole numbers becomes one of floats where a value is missing
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else plain(value)
