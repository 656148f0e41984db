"""Names of files that are no articles: the folder of pictures and scripts that a browser saves beside a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

_SUFFIXES = ("_files", ".files", "_파일", "-dateien", "_fichiers", "_archivos", "_file", "_bestanden", "_arquivos")
_PAGE = re.compile(r"(.+)\.(?:x?html?|mhtml?)(?:\.gz)?", re.IGNORECASE)


def parts_of_pages(names: Iterable[str]) -> Callable[[str], bool]:
    """Tells which of these paths lie in the folder of a page that is among them."""
    pages = [match.group(1) for name in names if (match := _PAGE.fullmatch(name.lower()))]
    folders = {page + suffix for page in pages for suffix in _SUFFIXES}

    def is_part(name: str) -> bool:
        parts = name.lower().split("/")
        return any("/".join(parts[:n]) in folders for n in range(1, len(parts)))

    return is_part


def part_folders(folders: Iterable[str], names: Iterable[str]) -> set[str]:
    """Which of the folders beside these files are of a page among them."""
    is_part = parts_of_pages(names)
    return {folder for folder in folders if is_part(f"{folder}/any")}
