"""Which reader read a file: a file is read again when the code that reads has changed since."""

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
    """A hash of the source and libraries that make articles of files; no number that a person has to raise."""
    found = hashlib.sha256()
    for source in _sources():
        found.update(hashlib.sha256(source.read_bytes()).digest())
    for name in _LIBRARIES:
        found.update(f"{name} {_installed(name)}\n".encode())
    return found.hexdigest()[:16]


def _sources() -> Iterator[Traversable]:
    package = files("recommender")
    for part in _PARTS:
        found = (each for each in package.joinpath(part).iterdir() if each.name.endswith((".py", ".txt", ".toml")))
        yield from sorted(found, key=lambda each: each.name)


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
