"""The articles of the map as compact JSON, column by column, for the page's script."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any

from .map_labels import medoids
from .map_neighbours import shortened
from .summary_data import Summary
from .words import Words

_GRID = 9_999  # coordinates are whole numbers from 0 to this
_URL_BYTES = 250_000  # addresses of the map are carried up to this many bytes in all


def payload(summary: Summary, words: Words) -> dict[str, Any]:
    """The data of the script. Columns are as long as the map, except ``copies``, ``apart`` and ``curated``.

    ``near`` and ``score`` hold ``k`` entries an article, -1 for none, scores in hundredths. ``day`` is null
    where unknown, ``outlet`` and ``topic`` -1. ``middle`` holds the point that bears each topic's name, -1 for none.
    """
    rows = [summary.articles[row] for row in summary.map.rows.tolist()]
    outlets = sorted({row.outlet for row in rows if row.outlet})
    outlet_index = {name: i for i, name in enumerate(outlets)}
    curated: list[list[int]] = [[] for _ in summary.curated]
    for i, row in enumerate(rows):
        for index, _ in row.curated:
            curated[index].append(i)
    data: dict[str, Any] = {
        "words": words.script(),
        "lang": words.lang,
        "placed": summary.map.placed,
        "topics": [card.name for card in summary.topics],
        "colours": [card.colour for card in summary.topics],
        "deskNames": [card.called(words.lang) for card in summary.curated],
        "outlets": outlets,
        "title": [shortened(row.title) for row in rows],
        "topic": [row.topic for row in rows],
        "outlet": [outlet_index.get(row.outlet or "", -1) for row in rows],
        "day": [None if math.isnan(row.day) else math.floor(row.day) for row in rows],
        "desks": curated,
        "apart": {str(i): words(f"reason_{int(row.outlier)}") for i, row in enumerate(rows) if row.topic < 0},
        "copies": _copies(summary),
        "k": summary.map.near.shape[1],
        "near": summary.map.near.ravel().tolist(),
        "score": [round(value * 100) for value in summary.map.scores.ravel().tolist()],
    }
    if summary.map.placed:
        data["middle"] = medoids(summary)
        data["x"] = [round(value * _GRID) for value in summary.map.x.tolist()]
        data["y"] = [round(value * _GRID) for value in summary.map.y.tolist()]
    if not urls_left_out(summary):
        data["url"] = [row.url or "" for row in rows]
    return data


def urls_left_out(summary: Summary) -> bool:
    """Whether the addresses are too large to be included."""
    rows = (summary.articles[row] for row in summary.map.rows.tolist())
    return sum(len(row.url or "") for row in rows) > _URL_BYTES


def _copies(summary: Summary) -> dict[str, int]:
    """Index on the map -> number of its near-copies, where there are any."""
    copies = Counter(row.duplicate_of for i, row in enumerate(summary.articles) if row.duplicate_of != i)
    return {str(i): copies[row] for i, row in enumerate(summary.map.rows.tolist()) if copies[row]}


def embedded(value: Any) -> str:
    """JSON that is safe inside a script element: no ``<``, ``>`` or ``&`` as such, no line separators."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return "".join(c if c.isprintable() or c in "\n\r\t" else _escaped(c) for c in text)


def _escaped(char: str) -> str:
    """A control character or lone surrogate as JSON escapes, so that the page can always be encoded."""
    if ord(char) < 0x10000:
        return f"\\u{ord(char):04x}"
    return json.dumps(char)[1:-1]
