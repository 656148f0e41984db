"""The files to be read among the paths that a user gives, in a fixed order."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from recommender.errors import InputError
from recommender.readers.notes import ReadProblem
from recommender.readers.registry import endings, find_reader, reader_of
from recommender.readers.walk_names import part_folders


def files_of(paths: Iterable[str | Path]) -> Iterator[Path | ReadProblem]:
    """Files in the order of the paths, folders sorted by name and walked to their leaves.

    Hidden files and links inside a folder are passed over; a link that leads out of the folder is
    noted. Only a file that is named itself is refused for its ending.
    """
    for raw_path in paths:
        path = Path(raw_path)
        if "\0" in str(raw_path):
            yield ReadProblem(str(raw_path).replace("\0", "?"), 0, "The name holds a NUL byte.")
        elif path.is_dir():
            yield from _walk(path)
        elif not path.exists():
            yield ReadProblem(str(raw_path), 0, "There is no such file or folder.", "Check the name.")
        else:
            try:
                reader_of(path)
            except InputError as error:
                yield ReadProblem.of(str(raw_path), error)
            else:
                yield path


def _walk(folder: Path) -> Iterator[Path | ReadProblem]:
    root = os.path.realpath(folder)
    read = other = passed = 0
    denied: list[OSError] = []
    for here, folders, names in os.walk(folder, onerror=denied.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        parts = part_folders(folders, names)
        folders[:] = [name for name in folders if name not in parts]
        passed += len(parts)
        for name in sorted(names) + [n for n in folders if os.path.islink(os.path.join(here, n))]:
            path = Path(here, name)
            if name.startswith("."):
                continue
            if path.is_symlink():
                if not _is_inside(root, os.path.realpath(path)):
                    yield ReadProblem(str(path), 0, "The link leads out of the folder and is not followed.",
                                      "Give its target by name.", "note")  # fmt: skip
            elif find_reader(path):
                read += 1
                yield path
            else:
                other += 1
    for error in denied:
        yield ReadProblem(str(error.filename), 0, f"The folder cannot be read: {error.strerror}.", "Check its rights.")
    if other:
        yield ReadProblem(str(folder), 0, f"{other} files of other endings were passed over.", endings(), "note")
    if passed:
        reason = f"The folders beside {passed} saved pages hold parts of them and were passed over."
        yield ReadProblem(str(folder), 0, reason, "Give one by name to read it.", "note")
    if not read:
        yield ReadProblem(str(folder), 0, "The folder holds no pages or records.", endings(), "note")


def _is_inside(root: str, target: str) -> bool:
    return target == root or target.startswith(root.rstrip(os.sep) + os.sep)
