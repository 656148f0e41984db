"""The folder of a version: written whole or not at all, checked when it is opened."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..arrays.stored import BROKEN, Component, stored_arrays
from ..arrays.stored import write_array as _write
from ..errors import ModelError, reason
from ..files.atomic import replace_text, staged_folder
from ..files.atomic import sync as _sync
from ..files.reading import SETTINGS_LIMIT, read_text
from ..lazy import pattern

FORMAT = 9  # raised when a reader of this number could misread the files of the one before or of the next
MANIFEST = "manifest.json"
CURRENT = "current"
_FILE = pattern(r"[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*")
_DIGEST = "seal"  # sha256 of all else that the manifest says, the time of creation aside
_CREATED_DIGEST = "created_seal"  # sha256 of the time of creation
_UNHASHED = (_DIGEST, _CREATED_DIGEST, "created")
_CHOOSE = "Choose one: recommender models promote VERSION"
HINT = "Go back to the one before: recommender models rollback, or train again."


def publish(
    root: Path, components: Mapping[str, Component], about: Mapping[str, Any], texts: Mapping[str, str] | None = None
) -> str:
    """Writes a version of ``components``, each under its name, and ``texts`` (named in full) with its manifest; returns
    the version's name.

    All is written under a temporary name, synced and renamed: a kill leaves no half version. Raises OSError.
    """
    with staged_folder(root) as staged:
        for name, component in components.items():
            for file, array in stored_arrays(name, component.arrays()):
                _write(staged / f"{file}.npy", array)
            if (document := component.document()) is not None:
                _write_text(staged / f"{name}.json", _dump(document))
        for name, text in (texts or {}).items():
            _write_text(staged / name, text)
        files = {path.name: _stamp(path) for path in sorted(staged.iterdir())}
        manifest = {**about, "format": FORMAT, "files": files}
        _write_text(staged / MANIFEST, _dump({**manifest, **_digests(manifest)}))
        _sync(staged)
        return _take_name(staged, root)


def _take_name(staged: Path, root: Path) -> str:
    """Renames to the next free ``vNNNN``; another process may take the same number first."""
    numbers = [int(p.name[1:]) for p in root.glob("v[0-9]*") if p.name[1:].isdigit()]
    number = max(numbers, default=0) + 1
    while True:
        target = root / f"v{number:04d}"
        try:
            staged.rename(target)
        except OSError:
            if not target.exists():
                raise
            number += 1
            continue
        _sync(root)
        return target.name


def set_current(root: Path, version: str) -> None:
    """Makes ``version`` the one that is asked; atomic. Raises ModelError if it cannot be written."""
    try:
        replace_text(root / CURRENT, version + "\n")
    except OSError as error:
        raise ModelError(
            f"{root / CURRENT} cannot be written: {reason(error)}.", "Check space and permissions."
        ) from error


def current_folder(path: str | Path) -> Path:
    """The version folder meant by ``models``, ``models/current``, ``models/<version>``, or the folder that holds
    ``models``."""
    folder = Path(path)
    if folder.is_dir() and (folder / MANIFEST).exists():
        return folder
    pointer = folder / CURRENT if folder.is_dir() else folder
    if not pointer.exists() and (inside := folder / "models" / CURRENT).exists():
        pointer = inside
    try:
        name = read_text(pointer, SETTINGS_LIMIT).strip()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, UnicodeDecodeError) as error:
        raise ModelError(f"There is no model at {folder}.", "Train one: recommender train") from error
    except OSError as error:
        raise ModelError(f"{pointer} cannot be read: {error.strerror}.", _CHOOSE) from error
    if not name or name != Path(name).name or name.startswith("."):
        raise ModelError(f"{pointer} does not name a version.", _CHOOSE)
    return pointer.parent / name


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a version. Raises ModelError if it is missing, damaged or of a newer format."""
    try:
        manifest = json.loads(read_text(folder / MANIFEST, SETTINGS_LIMIT))
        number = manifest["format"]
    except FileNotFoundError as error:
        raise ModelError(f"There is no model in {folder}.", "Train one: recommender train") from error
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelError(f"The manifest of {folder} is damaged: {error}.", HINT) from error
    if number != FORMAT:
        raise ModelError(
            f"The model {folder} has format {number}; this program reads {FORMAT}.",
            "Update the program, or train again.",
        )
    files = manifest.get("files")
    if not isinstance(files, dict) or not all(
        isinstance(s, dict) and {"size", "sha256"} <= s.keys() for s in files.values()
    ):
        raise ModelError(f"The manifest of {folder} is damaged: it names no files.", HINT)
    if away := next((name for name in files if not _FILE.fullmatch(name)), None):
        raise ModelError(f"The manifest of {folder} is damaged: {away!r} is not a file of it.", HINT)
    if any(manifest.get(name, digest) != digest for name, digest in _digests(manifest).items()):
        raise ModelError(f"The manifest of {folder} is damaged: it is not what was written.", HINT)
    return dict(manifest)


def _digests(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The hash of all that a manifest says, and that of the time of creation, which is no part of the other."""
    content = {name: value for name, value in manifest.items() if name not in _UNHASHED}
    parts = {_DIGEST: content, _CREATED_DIGEST: manifest.get("created")}
    return {
        name: hashlib.sha256(_dump(part).encode("utf-8", "surrogatepass")).hexdigest() for name, part in parts.items()
    }


def damaged_files(folder: Path) -> list[str]:
    """The files of a version whose size or sha256 is not the manifest's, each with what is wrong."""
    manifest = read_manifest(folder)
    damaged = [] if _DIGEST in manifest else [f"{MANIFEST}: it has no digest"]
    for name, stamp in manifest["files"].items():
        path = folder / name
        if not path.is_file():
            damaged.append(f"{name}: missing")
        elif _stamp(path) != stamp:
            damaged.append(f"{name}: not the file that was written (sha256 differs)")
    return damaged


@contextmanager
def report_damage(folder: Path | None) -> Iterator[None]:
    """Raises ModelError where a damaged file of ``folder`` made the block fail; other failures are passed on."""
    try:
        yield
    except (*BROKEN, IndexError, KeyError, TypeError, AttributeError) as error:
        damaged = damaged_files(folder) if folder and folder.is_dir() else []
        if not damaged:
            raise
        raise ModelError(f"The model {folder} is damaged: {damaged[0]}.", HINT) from error


def check_sizes(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Raises ModelError if a file is missing or of another size, or a JSON file is not what was written.

    Arrays are not hashed at each opening: that would read all of them. ``damaged_files`` does.
    """
    for name, stamp in manifest.get("files", {}).items():
        try:
            status = (folder / name).stat()
        except OSError as error:
            raise ModelError(f"The model {folder} lacks {name}.", HINT) from error
        if not stat.S_ISREG(status.st_mode):
            raise ModelError(f"{folder / name} is not a regular file.", HINT)
        if status.st_size != stamp["size"]:
            raise ModelError(f"{folder / name} has {status.st_size} bytes and should have {stamp['size']}.", HINT)
        if name.endswith(".json") and _stamp(folder / name) != stamp:
            raise ModelError(f"{folder / name} is not the file that was written.", HINT)


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _write_text(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _stamp(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"size": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}
