"""Two versions compared, on the page of versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

from ...evaluation.versions_compared import Diff
from ...reporting.markup import labelled, paragraph
from ...versions.registry import check_version
from ..service import Service
from .frame import Visit, cell, notice, option
from .site import Site
from .words import PageWords

_SECTIONS = ("topics", "broad_topics", "articles", "lists", "scores")
_FRESH = 10  # minutes for which a comparison is shown again
_TIMEOUT = 2.0  # seconds that a page waits for one
_TITLE = 90  # letters of a headline, of which a row may hold several


def comparison(site: Site, visit: Visit, rows: Sequence[Mapping[str, Any]]) -> str:
    """The form, and the comparison that it asks for. Raises UnknownName."""
    words, names = visit.words, [row["version"] for row in rows]
    if len(names) < 2:
        return ""
    default = _default_pair(rows)
    before, after = (visit.query.text(name) or default[i] for i, name in enumerate(("before", "after")))
    fields = "".join(
        labelled(words(key), f'<select name="{name}">{"".join(option(n, n, n == chosen) for n in names)}</select>')
        for key, name, chosen in (("compare_before", "before", before), ("compare_after", "after", after))
    )
    form = (
        f'<form method="get" action="/versions#compare" class="row fields">{fields}'
        f'<button class="quiet">{escape(words("compare_button"))}</button></form>'
    )
    complete = visit.query.text("before") and visit.query.text("after")
    shown = _difference(site, before, after, words) if complete else ""
    return f'<section id="compare"><h2>{escape(words("compare"))}</h2>{form}{shown}</section>'


def _default_pair(rows: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """The current version and the newest; where they are the same, the one before and the newest."""
    newest = rows[-1]["version"]
    current = next((row["version"] for row in rows if row["current"]), newest)
    return (rows[-2]["version"] if current == newest else current), newest


def _difference(site: Site, before: str, after: str, words: PageWords) -> str:
    if before == after:
        return paragraph(words("compare_same"), "note")
    task = compared(site.service, before, after)
    if task["state"] in ("waiting", "running"):
        return f'<p class="state running" role="status">{escape(words("compare_running"))}</p><progress></progress>'
    if task["state"] == "failed":
        return notice(words.sentence(f"{task['problem']} {task.get('hint', '')}".strip()), "wrong")
    result = task["result"]
    diff = Diff({side: result[side] for side in ("before", "after")}, *(result[name] for name in _SECTIONS))
    return _table(diff.rows(), before, after, words)


def _table(rows: Iterable[Mapping[str, Any]], before: str, after: str, words: PageWords) -> str:
    heads = (words("compare_what"), before, after, words("compare_note"))
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = ""
    for row in rows:
        texts = (words.sentence(_text(row[side])) for side in ("before", "after", "note"))
        cells = "".join(cell(label, escape(text)) for label, text in zip(heads[1:], texts, strict=True))
        deep = ' class="deep"' if row["what"].startswith(" ") else ""
        body += f'<tr><th scope="row"{deep}>{escape(row_label(row["what"], words))}</th>{cells}</tr>'
    caption = f"<caption>{escape(f'{before} → {after}')}</caption>"
    return f'<table class="read compared">{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def row_label(what: str, words: PageWords) -> str:
    """The label of a row of the comparison in the language of the page."""
    kind, event = "", what.strip()
    for level in ("broad topic", "topic"):
        if event.startswith(level + " "):
            kind, event = words("compared_" + level.replace(" ", "_")) + " ", event.removeprefix(level + " ")
            break
    name = event.replace(" ", "_").replace("-", "_")
    return kind + words(f"compared_{name}")


def compared(service: Service, before: str, after: str) -> dict[str, Any]:
    """The task that compares two versions: one of the last minutes, else a new one. Raises UnknownName."""
    for version in (before, after):
        check_version(service.models, version)
    tasks, pair = service.tasks, {"before": before, "after": after}
    since = (datetime.now(UTC) - timedelta(minutes=_FRESH)).isoformat(timespec="seconds")
    started = map(tasks.task, reversed(tasks.names("diff")))
    recent = (task for task in started if task["started"] >= since and task["wanted"] == pair)
    return next(recent, None) or tasks.wait(tasks.start("diff", "", **pair), _TIMEOUT)


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return _text(value.get("name") or value.get("id") or "")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(_text, value))
    if isinstance(value, str):
        return value if len(value) <= _TITLE else value[: _TITLE - 1] + "…"
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
