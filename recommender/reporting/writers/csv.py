"""The report as CSV: a row an article, for a spreadsheet."""

from __future__ import annotations

import csv
import io

from ...files.csv_cells import harmless
from ..summary_data import Row, Summary
from ..words import Words

COLUMNS = (
    "id", "title", "outlet", "published", "url", "topic", "topic_name", "strength", "no_topic",
    "desks", "desk_names", "desk_strengths", "copy_of",
)  # fmt: skip
_BOM = "\ufeff"  # Excel on a Korean Windows reads UTF-8 as CP949 without it; Python reads it as utf-8-sig


def csv_report(summary: Summary, lang: str = "ko") -> str:
    """A header and a row for each article, comma separated, CRLF, with a byte order mark for Excel.

    Column names are the same in every language; ``lang`` chooses the curated topics' names. Several curated topics
    stand in one cell, separated by ``;``. A cell that a spreadsheet could run gets an apostrophe before it.
    """
    words, out = Words(lang), io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for i, row in enumerate(summary.articles):
        writer.writerow(harmless(cell) for cell in _cells(summary, i, row, words))
    return _BOM + out.getvalue()


def _cells(summary: Summary, index: int, row: Row, words: Words) -> list[str]:
    topic = summary.topic(row)
    curated = [(summary.curated[each], strength) for each, strength in row.curated]
    return [
        row.id,
        row.title,
        row.outlet or "",
        row.published or "",
        row.url or "",
        topic.id if topic else "",
        topic.name if topic else "",
        f"{row.strength:.4f}" if topic else "",
        "" if topic else row.outlier.name.lower(),
        ";".join(each.id for each, _ in curated),
        ";".join(each.called(words.lang) for each, _ in curated),
        ";".join(f"{strength:.4f}" for _, strength in curated),
        "" if row.duplicate_of == index else summary.articles[row.duplicate_of].id,
    ]
