"""Parquet and Feather, a batch of rows at a time; needs pyarrow, an extra."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from recommender.errors import InputError
from recommender.readers.formats.common import Read
from recommender.readers.records import Records
from recommender.readers.tables import heads
from recommender.readers.values import plain

ROWS = 1000
"""Rows of a batch."""
BATCH_LIMIT = 1 << 30
"""Most bytes of one group of rows or batch, as the file itself states them."""
_INDEX = "__index_level_"
_HINT = "Install it: pip install 'related-recommender[parquet]'"


def parquet(stream: BinaryIO, file: Records, encoding: str | None) -> Iterator[Read]:
    """A record a row of a table of Parquet."""
    arrow = _import_pyarrow()
    from pyarrow import parquet as library

    with _library_errors(arrow):
        table = library.ParquetFile(stream)
        groups = (table.metadata.row_group(n).total_byte_size for n in range(table.metadata.num_row_groups))
        if max(groups, default=0) > BATCH_LIMIT:
            raise InputError(f"A group of rows holds more than {BATCH_LIMIT} bytes.", "Write smaller groups of rows.")
        names = [name for name in table.schema_arrow.names if not name.startswith(_INDEX)]
        _check_columns(names, file)
        yield from _rows(table.iter_batches(ROWS, columns=names), file, _range_of(table.schema_arrow))


def feather(stream: BinaryIO, file: Records, encoding: str | None) -> Iterator[Read]:
    """A record a row of a file of Arrow, which is what Feather is since its second version."""
    arrow = _import_pyarrow()
    from pyarrow import ipc

    with _library_errors(arrow):
        table = ipc.open_file(stream)
        _check_columns([name for name in table.schema.names if not name.startswith(_INDEX)], file)
        yield from _rows((table.get_batch(n) for n in range(table.num_record_batches)), file, _range_of(table.schema))


def _import_pyarrow() -> Any:
    try:
        import pyarrow
    except ImportError as error:
        raise InputError("Parquet and Feather need pyarrow, which is not installed.", _HINT) from error
    return pyarrow


@contextmanager
def _library_errors(arrow: Any) -> Iterator[None]:
    """Turns what the library raises for a file into InputError."""
    try:
        yield
    except (arrow.ArrowException, OSError, ValueError, OverflowError, MemoryError, NotImplementedError, KeyError,
            TypeError) as error:  # fmt: skip
        why = " ".join(str(error).split())[:120]
        raise InputError(f"The table cannot be read: {why}.", "Write it again.") from error


def _check_columns(names: list[str], file: Records) -> None:
    if not heads(names, file.columns):
        columns_text = ", ".join(names)[:100] or "nothing"
        raise InputError(f"No column is a title or a body; the columns are {columns_text}.",
                         "Say which is which, such as --map title=NAME.")  # fmt: skip


def _range_of(schema: Any) -> dict[str, range]:
    """The named index of a table of pandas that counts, which is no column of the file but stated beside it."""
    stated = (schema.pandas_metadata or {}).get("index_columns", ())
    counted = (index for index in stated if isinstance(index, dict) and index.get("kind") == "range")
    return {index["name"]: range(index["start"], index["stop"], index["step"]) for index in counted if index["name"]}


def _rows(batches: Iterator[Any], file: Records, index: dict[str, range]) -> Iterator[Read]:
    row = 0
    for batch in batches:
        for at in range(0, batch.num_rows, ROWS):
            for values in batch.slice(at, ROWS).to_pylist():
                row += 1
                named = {name: plain(value) for name, value in values.items() if value is not None}
                named |= {name: numbers[row - 1] for name, numbers in index.items() if row <= len(numbers)}
                yield from file.read(named, row)
