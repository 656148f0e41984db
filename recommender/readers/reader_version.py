"""The version of the readers: a file is read again when the code that reads it has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable

_PARTS = ("readers", "readers/formats", "readers/rules", "text")
"""Folders whose modules and tables turn a file into records."""
_LIBRARIES = ("lxml", "trafilatura", "pyarrow", "PyYAML")


@cache
def reader_version() -> str:
    """A hash of the source and libraries of the readers, so that no number has to be raised by hand."""
    digest = hashlib.sha256()
    for source in _sources():
        digest.update(hashlib.sha256(source.read_bytes()).digest())
    for name in _LIBRARIES:
        digest.update(f"{name} {_installed_version(name)}\n".encode())
    return digest.hexdigest()[:16]


def _sources() -> Iterator[Traversable]:
    package = files("recommender")
    for part in _PARTS:
        sources = (file for file in package.joinpath(part).iterdir() if file.name.endswith((".py", ".txt", ".toml")))
        yield from sorted(sources, key=lambda file: file.name)


def _installed_version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
