"""The arrays and documents of a folder, and what every component of a model does to be stored there."""

from __future__ import annotations

import json
import math
import mmap
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from tokenize import TokenError
from types import SimpleNamespace
from typing import Any, BinaryIO, Protocol, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .strings import StringArray, StringTable

Arrays: TypeAlias = Mapping[str, NDArray[Any] | StringArray | StringTable]
# What reading a damaged file may raise, numpy's parser of headers included.
BROKEN = (ValueError, ArithmeticError, MemoryError, RecursionError, SyntaxError, TokenError)


class Component(Protocol):
    """A part of a model that saves and loads itself. tests/test_contracts.py holds every one to this."""

    def arrays(self) -> Arrays:
        """Its arrays by name, unique within the component; the names of the files begin with the component's."""
        ...

    def document(self) -> Any:
        """What else there is to keep, as JSON; None where the arrays say it all."""
        ...

    @classmethod
    def load(cls, files: Files, about: Mapping[str, Any]) -> Self:
        """From its own ``files`` and the manifest of the model, ``about``: the arrays are mapped, not read.

        Raises ValueError, OSError, KeyError or TypeError if a file is missing or damaged.
        """
        ...


class Files:
    """The arrays of a folder, by name, mapped; ``of`` gives those of one component."""

    def __init__(self, folder: Path, component: str = "") -> None:
        self._folder, self._component = folder, component

    def of(self, component: str) -> Files:
        """The files whose names begin with ``component.``, or the one that is called so."""
        return type(self)(self._folder, component)

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.array(f"{self._component}.{name}")

    def holds(self, name: str) -> bool:
        return (self._folder / f"{self._component}.{name}.npy").is_file()

    def array(self, name: str) -> NDArray[Any]:
        """By the full name. Mapped, whatever the file is: `numpy.load` would open an archive.

        A question opens some sixty arrays: `numpy.memmap` would take a third of its time. Raises ValueError, OSError.
        """
        try:
            with (self._folder / f"{name}.npy").open("rb") as file:
                return _map_array(file)
        except BROKEN as error:
            raise ValueError(f"{name}.npy: {error}") from error

    def strings(self, name: str) -> StringArray:
        return StringArray(self[f"{name}.blob"], self[f"{name}.offsets"])

    def table(self, name: str) -> StringTable:
        return StringTable(self.strings(name))

    def document(self) -> Any:
        """What the component's ``document`` was."""
        return json.loads((self._folder / f"{self._component}.json").read_text(encoding="utf-8"))


def stored_arrays(component: str, arrays: Arrays) -> Iterator[tuple[str, NDArray[Any]]]:
    """The arrays of a component with the full names of their files, less the ending; strings are two arrays."""
    for name, entry in arrays.items():
        strings = entry.strings if isinstance(entry, StringTable) else entry
        if isinstance(strings, StringArray):
            yield f"{component}.{name}.blob", strings.blob
            yield f"{component}.{name}.offsets", strings.offsets
        else:
            yield f"{component}.{name}", strings


def write_array(path: Path, array: NDArray[Any]) -> None:
    """One file, synced, that ``Files`` maps. Raises OSError."""
    with path.open("wb") as file:
        packed = np.ascontiguousarray(array)
        np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(packed))
        file.write(packed.reshape(-1).view(np.uint8).data)  # `numpy.save` would not say why a disk refused it
        file.flush()
        os.fsync(file.fileno())


def _map_array(file: BinaryIO) -> NDArray[Any]:
    """The array of a file as ``write_array`` writes one. Raises ValueError for any other."""
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError("its header is of another version")
    shape, by_column, kind = np.lib.format.read_array_header_1_0(file)
    start, count = file.tell(), math.prod(shape)
    memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if kind.hasobject or min(shape, default=0) < 0 or len(memory) != start + count * kind.itemsize:
        raise ValueError("its header does not fit what follows")
    if not count:
        return np.zeros(shape, dtype=kind)
    return np.frombuffer(memory, kind, count, start).reshape(shape, order="F" if by_column else "C")


def save_array(file: BinaryIO, array: NDArray[Any]) -> None:
    """Writes ``array`` to ``file`` as ``np.load`` reads it. Raises OSError with the system's reason: numpy, if it knows
    the file, says how many bytes of how many were written."""
    np.save(SimpleNamespace(write=file.write), array)
