"""The paths of the files in a home folder; no other module knows their names."""

from __future__ import annotations

from pathlib import Path

EDITS = "edits.jsonl"
PAIRS = "related.jsonl"
REMOVED = "removed.jsonl"
OUTLETS = "outlets.toml"


class Home:
    """The folder of ``data/`` and ``models/``."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def models(self) -> Path:
        return self.folder / "models"

    @property
    def corpus_file(self) -> Path:
        return self.data / "corpus.db"

    @property
    def edits_file(self) -> Path:
        """The edits of topics."""
        return self.data / EDITS

    @property
    def pairs_file(self) -> Path:
        """The decisions on pairs of articles."""
        return self.data / PAIRS

    @property
    def columns_file(self) -> Path:
        """The names of columns of this archive, where it has its own."""
        return self.data / "columns.toml"
