"""Lines of a table to rows of cells, also where quotes stand inside quotes or one is never closed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from recommender.readers.notes import Problems, ReadProblem
from recommender.readers.tables import Row, split

ROW_LINES = 2000
"""Most lines of one row; a quote that is not closed by then never is."""
ROW_LIMIT = 10 * 1024**2
"""Most characters of one row."""

Text = tuple[int, str]


@dataclass(slots=True)
class Splitter:
    """Splits the lines of one table at ``mark``; rows that cannot be read go to ``problems``.

    ``width`` is the number of cells of the last row that was read whole: what a row is like.
    """

    mark: str
    path: str
    problems: Problems
    width: int = 0
    _back: deque[Text] = field(default_factory=deque)

    def rows(self, lines: Iterator[Text]) -> Iterator[Row]:
        """Numbers of the first lines of rows, and their cells."""
        while (line := self._next(lines)) is not None:
            number, text = line
            cells = text.split(self.mark) if '"' not in text else self._row(number, text, lines)
            if cells is not None:
                self.width = max(self.width, len(cells)) if self.width < 2 else self.width
                yield number, cells

    def _next(self, lines: Iterator[Text]) -> Text | None:
        return self._back.popleft() if self._back else next(lines, None)

    def _row(self, number: int, text: str, lines: Iterator[Text]) -> list[str] | None:
        cells = whole(text, self.mark, self.width)
        if cells is not None:
            return cells
        taken, size, odd = [(number, text)], len(text), _odd(text)
        while len(taken) < ROW_LINES and size < ROW_LIMIT and (line := self._next(lines)) is not None:
            taken.append(line)
            size += len(line[1]) + 1
            if '"' not in line[1]:
                continue
            odd = (odd[0] ^ _odd(line[1])[0], odd[1] ^ _odd(line[1])[1])
            if not all(odd):
                cells = whole("\n".join(each for _, each in taken), self.mark, self.width)
                if cells is not None and not self._swallowed(cells, taken):
                    return cells
        self._give_up(taken)
        return None

    def _swallowed(self, cells: list[str], taken: list[Text]) -> bool:
        """Whether a row of several lines took in other rows behind a quote that was left open."""
        if len(cells) == self.width or self.width < 2:
            return False
        return len(cells) > self.width or any(len(split(t, self.mark, strict=True)) == self.width for _, t in taken[1:])

    def _give_up(self, taken: list[Text]) -> None:
        number, text = taken[0]
        self._back.extendleft(reversed(taken[1:]))
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
    found = lenient(text, mark)
    if found is None or (width and len(found) != width):
        other = lenient(text, mark, words=True)
        return other if other is not None and (found is None or len(other) == width) else found
    return found


def lenient(text: str, mark: str, *, words: bool = False) -> list[str] | None:
    """The cells where a quote ends its cell only before a separator or at the end, ``None`` if one is open.

    ``words``: a cell that begins with a word in quotes, as in ``"그날" 밤``, is as it stands.
    """
    cells, at = [], 0
    while at <= len(text):
        if text[at : at + 1] == '"' and not (words and _word(text, at, mark)):
            end = _closing(text, at + 1, mark)
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


def _word(text: str, at: int, mark: str) -> bool:
    cell = text[at : end if (end := text.find(mark, at)) >= 0 else len(text)]
    return cell.count('"') % 2 == 0 and not cell.rstrip().endswith('"')


def _closing(text: str, start: int, mark: str) -> int:
    """Where the quote stands that ends a cell begun before ``start``; -1 if there is none."""
    at = text.find('"', start)
    while at >= 0:
        run = at
        while text[run + 1 : run + 2] == '"':
            run += 1
        if (run - at) % 2 == 0 and text[run + 1 : run + 2] in ("", mark) and text[run - 1 : run] != "\\":
            return run
        at = text.find('"', run + 1)
    return -1


def _odd(text: str) -> tuple[bool, bool]:
    """Whether quotes do not pair, with and without those behind a backslash."""
    count = text.count('"')
    return count % 2 == 1, (count - text.count('\\"')) % 2 == 1
