"""Lines of a table to rows of cells, also where quotes stand inside quotes or one is never closed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import field
from itertools import islice

from recommender.readers.notes import Problems, ReadProblem
from recommender.readers.tables import Row, split

from ..lazy import dataclass

ROW_LINES = 2000
"""Most lines of one row; a quote that is not closed by then never is."""
ROW_LIMIT = 10 * 1024**2
"""Most characters of one row."""
PAID = 1 << 20
"""Budget of characters joined without success; a row with open quotes adds `PER_CHARACTER` for each of its own."""
PER_CHARACTER = 4

Text = tuple[int, str]


@dataclass(slots=True)
class Splitter:
    """Splits the lines of one table at ``mark``; rows that cannot be read go to ``problems``.

    ``width`` is the number of cells of the last row that was read whole.
    Lines that were searched for the end of a row are kept, with the positions of those that may be one, so that no line
    is searched again for every row above it; a budget of characters limits the search in vain.
    """

    mark: str
    path: str
    problems: Problems
    width: int = 0
    _ahead: deque[Text] = field(default_factory=deque)
    _first: int = 0
    """The position of the first line of ``_ahead`` among all that were ever in it."""
    _size: int = 0
    """Characters of ``_ahead``."""
    _ends: deque[int] = field(default_factory=deque)
    """Positions of lines of ``_ahead`` that may end a row."""
    _paid: int = PAID

    def rows(self, lines: Iterator[Text]) -> Iterator[Row]:
        """Numbers of the first lines of rows, and their cells."""
        while (line := self._next(lines)) is not None:
            number, text = line
            cells = text.split(self.mark) if '"' not in text else self._row(number, text, lines)
            if cells is not None:
                self.width = max(self.width, len(cells)) if self.width < 2 else self.width
                yield number, cells

    def _next(self, lines: Iterator[Text]) -> Text | None:
        if not self._ahead:
            return next(lines, None)
        line = self._ahead.popleft()
        self._size -= len(line[1]) + 1
        if self._ends and self._ends[0] == self._first:
            self._ends.popleft()
        self._first += 1
        return line

    def _row(self, number: int, text: str, lines: Iterator[Text]) -> list[str] | None:
        cells = whole(text, self.mark, self.width)
        if cells is not None:
            return cells
        self._paid += PER_CHARACTER * len(text)
        parts, size, odd, tried = [text], len(text), _odd_quotes(text), 0
        while self._paid > 0 and (count := self._lines_to_end(tried, len(text), lines)):
            for _, line in islice(self._ahead, len(parts) - 1, count):
                parts.append(line)
                size += len(line) + 1
                odd = (odd[0] ^ _odd_quotes(line)[0], odd[1] ^ _odd_quotes(line)[1])
            tried += 1
            if all(odd):
                self._paid -= count
                continue
            joined = "\n".join(parts)
            cells = whole(joined, self.mark, self.width)
            if cells is not None and not self._has_swallowed_rows(cells, parts):
                for _ in range(count):
                    self._next(lines)
                return cells
            if cells is not None and len(cells) > self.width and "\\" not in joined:
                break  # what is below makes them more
            self._paid -= size
        self._give_up(number, text)
        return None

    def _lines_to_end(self, tried: int, size: int, lines: Iterator[Text]) -> int:
        """How many lines below a row of ``size`` characters reach to the next that may end it; 0 without one."""
        while tried >= len(self._ends) and len(self._ahead) < ROW_LINES - 1 and self._size + size < ROW_LIMIT:
            line = next(lines, None)
            if line is None:
                break
            if _may_close(line[1], self.mark):
                self._ends.append(self._first + len(self._ahead))
            self._ahead.append(line)
            self._size += len(line[1]) + 1
        return self._ends[tried] - self._first + 1 if tried < len(self._ends) else 0

    def _has_swallowed_rows(self, cells: list[str], parts: list[str]) -> bool:
        """Whether a row of several lines took in other rows behind a quote that was left open."""
        if len(cells) == self.width or self.width < 2:
            return False
        return len(cells) > self.width or any(len(split(t, self.mark, strict=True)) == self.width for t in parts[1:])

    def _give_up(self, number: int, text: str) -> None:
        cells = lenient(text, self.mark)
        reason = "A quote of the row is never closed" if cells is None else "The quotes of the row do not match"
        reason = f"{reason}: {text[:60]!r}. The row is left out."
        self.problems.add(ReadProblem(self.path, number, reason, "Close the quote; the rows below are read."))


def whole(text: str, mark: str, width: int = 0) -> list[str] | None:
    """The cells of a row's text, best ``width`` of them, ``None`` if a quote in it is open."""
    if cells := split(text, mark, strict=True):
        return cells
    if '\\"' in text and (cells := split(text, mark, strict=True, escapechar="\\")):
        return cells
    lenient_cells = lenient(text, mark)
    if lenient_cells is None or (width and len(lenient_cells) != width):
        other = lenient(text, mark, words=True)
        return other if other is not None and (lenient_cells is None or len(other) == width) else lenient_cells
    return lenient_cells


def lenient(text: str, mark: str, *, words: bool = False) -> list[str] | None:
    """The cells where a quote ends its cell only before a separator or at the end, ``None`` if one is open.

    ``words``: a cell that begins with a word in quotes, as in ``"그날" 밤``, is as it stands.
    """
    cells, at = [], 0
    while at <= len(text):
        if text[at : at + 1] == '"' and not (words and _is_quoted_word(text, at, mark)):
            end = _closing_quote(text, at + 1, mark)
            if end < 0:
                return None
            cells.append(text[at + 1 : end].replace('""', '"').replace('\\"', '"'))
            at = end + 2
        else:
            end = text.find(mark, at)
            end = len(text) if end < 0 else end
            cells.append(text[at:end])
            at = end + 1
    return cells


def _is_quoted_word(text: str, at: int, mark: str) -> bool:
    cell = text[at : end if (end := text.find(mark, at)) >= 0 else len(text)]
    return cell.count('"') % 2 == 0 and not cell.rstrip().endswith('"')


def _closing_quote(text: str, start: int, mark: str) -> int:
    """Where the quote stands that ends a cell begun before ``start``; -1 if there is none."""
    at = text.find('"', start)
    while at >= 0:
        run = _last_quote(text, at)
        if (run - at) % 2 == 0 and text[run + 1 : run + 2] in ("", mark) and text[run - 1 : run] != "\\":
            return run
        at = text.find('"', run + 1)
    return -1


def _may_close(text: str, mark: str) -> bool:
    """Whether a quote of the line may end a cell that was begun above, whatever a backslash before it means."""
    at = text.find('"')
    while at >= 0:
        run = _last_quote(text, at)
        if text[run + 1 : run + 2] in ("", mark) and ((run - at) % 2 == 0 or text[at - 1 : at] == "\\"):
            return True
        at = text.find('"', run + 1)
    return False


def _last_quote(text: str, at: int) -> int:
    """Where the last of the quotes stands that begin at ``at``."""
    while text[at + 1 : at + 2] == '"':
        at += 1
    return at


def _odd_quotes(text: str) -> tuple[bool, bool]:
    """Whether quotes do not pair, with and without those behind a backslash."""
    count = text.count('"')
    return count % 2 == 1, (count - text.count('\\"')) % 2 == 1
