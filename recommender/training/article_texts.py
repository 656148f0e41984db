"""The texts of a corpus in a temporary file: a training reads them several times and keeps none in memory."""

from __future__ import annotations

import json
import tempfile
import weakref
from collections.abc import Iterator
from typing import NamedTuple

from ..arrays.row_file import HELD, temporary_file_errors
from ..readers.article import Article

PARTITION = 2_000  # articles of a part


class ArticleText(NamedTuple):
    """What an article says; see ``Article``."""

    title: str | None
    stand_in: str | None
    body: str

    @property
    def shown_title(self) -> str:
        return Article("", self.title, stand_in=self.stand_in).shown_title


class ArticleTexts:
    """The texts of n articles, in order, in a temporary file beyond a size; the file ends with the process."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(HELD)  # noqa: SIM115
        weakref.finalize(self, self._file.close)
        self._starts = [0]
        self._waiting: list[ArticleText] = []
        self._count = 0

    def append(self, article: Article) -> None:
        """Adds an article."""
        self._waiting.append(ArticleText(article.title, article.stand_in, article.body))
        self._count += 1
        if len(self._waiting) == PARTITION:
            self.flush()

    def flush(self) -> None:
        """Writes the buffered texts. Raises RecommenderError where there is no room."""
        if self._waiting:
            with temporary_file_errors():
                self._file.seek(self._starts[-1])
                self._file.write(json.dumps(self._waiting).encode())
                self._file.flush()
            self._starts.append(self._file.tell())
            self._waiting.clear()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[ArticleText]:
        for part in self.parts():
            yield from part

    def parts(self) -> Iterator[list[ArticleText]]:
        """All articles, ``PARTITION`` at a time."""
        self.flush()
        for first, end in zip(self._starts, self._starts[1:], strict=False):
            self._file.seek(first)
            yield [ArticleText(*values) for values in json.loads(self._file.read(end - first))]
