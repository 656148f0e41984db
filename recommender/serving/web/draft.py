"""A draft that was pasted or dropped: how it was read."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from html import escape
from pathlib import Path

from ...errors import InputError
from ...lazy import dataclass
from ...readers.columns import Columns
from ...readers.inspection import inspected
from ...readers.page import read_text
from ...readers.page_reading import FIELDS, Field, PageReading
from ...reporting.markup import listed, paragraph, unfolded
from .forms import Form
from .site import Site
from .words import PageWords

_LINES = 400  # lines of a draft that are shown


@dataclass(frozen=True, slots=True)
class Draft:
    """How a draft was read, its lines, and how many articles its file holds: the first one is the query."""

    reading: PageReading
    lines: Sequence[str]
    articles: int = 1

    @property
    def text(self) -> str:
        """The draft as text, to be sent again: a browser does not send a file a second time."""
        if self.reading.kind == "text" and self.articles == 1:
            return "\n".join(self.lines)
        parts = (self.reading.title, self.reading.published, self.reading.body)
        title, published, body = (str(part.value) if part else "" for part in parts)
        return f"{title}\n{published}\n\n{body}"


def read_draft(site: Site, form: Form) -> Draft | None:
    """The file, else the text of a form. Raises InputError for a file that is not read."""
    if "file" in form.files:
        return _read_file(site, *form.files["file"])
    text = form.fields.get("text", [""])[0].replace("\r\n", "\n")
    return Draft(read_text(text), text.split("\n")) if text.strip() else None


def _read_file(site: Site, name: str, data: bytes) -> Draft:
    if not data:
        raise InputError(f"The file is empty: {name[:80]}.", "Save it again, or paste its text.")
    ending = "".join(Path(name).suffixes[-2:]) if name.lower().endswith(".gz") else Path(name).suffix
    safe = ending if len(ending) < 16 and ending[1:].replace(".", "").isalnum() else ""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"draft{safe}"
        path.write_bytes(data)
        inspection = inspected(path, None, None, Columns.read(site.service.columns_file))
    return Draft(inspection.reading, inspection.lines, inspection.records)


def read_short(draft: Draft, form: Form, words: PageWords) -> str:
    """Title, length of the body and date in one line above the answer; a note if more articles or files came."""
    reading = draft.reading
    title = f"‘{str(reading.title.value)[:80]}’" if reading.title else None
    body = words("read_body", count=len(str(reading.body.value))) if reading.body else None
    date = words.date(str(reading.published.value)) if reading.published else None
    if day := form.text("date"):
        date = words("read_day_given", day=words.date(day) or day)
    parts = ", ".join(part for part in (title, body, date) if part)
    if not parts:
        return ""
    more = f'<a href="#read">{escape(words("read_more"))}</a>'
    first = [words("read_first", count=draft.articles)] if draft.articles > 1 else []
    if form.further:
        first.append(words("read_one_file", name=form.files["file"][0], others=", ".join(form.further)))
    if "file" in form.files and form.text("text"):
        first.append(words("read_file_alone", name=form.files["file"][0]))
    notes = escape(" ".join(first))
    return f'<p class="notice" role="status"><span>{escape(words("read_short", what=parts))} {more}</span> {notes}</p>'


def how_read(reading: PageReading, lines: Sequence[str], words: PageWords) -> str:
    """The fields of a draft, and its lines with the field that each was read into."""
    fields = [(name, getattr(reading, name)) for name in FIELDS]
    shown = [(name, field) for name, field in fields if field or name in ("title", "body", "published")]
    rows = "".join(_row(name, field, words) for name, field in shown)
    head = "".join(f'<th scope="col">{escape(words(key))}</th>' for key in ("read_field", "read_value", "read_sure"))
    table = f'<table class="read"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    by_line = unfolded(words("read_lines"), _by_line(reading, lines, words), "lines")
    note = paragraph(words("read_note"), "note")
    return f'<section id="read"><h2>{escape(words("read_title"))}</h2>{table}{note}{by_line}</section>'


def _row(name: str, field: Field | None, words: PageWords) -> str:
    head = f'<th scope="row">{escape(words("field_" + name))}</th>'
    if field is None:
        return f'<tr>{head}<td class="note">{escape(words("read_unknown"))}</td><td></td></tr>'
    value = " / ".join(field.value) if isinstance(field.value, tuple) else str(field.value)
    shown = value if len(value) < 120 else words("read_letters", count=len(value), start=value[:110] + "…")
    first, last = field.lines
    position = words("read_line", first=first, last=last) if last > first else words("read_one_line", line=first)
    sure = f'<td class="sure">{field.confidence:.0%} · {escape(position)}</td>'
    return f"<tr>{head}<td>{escape(shown)}</td>{sure}</tr>"


def _by_line(reading: PageReading, lines: Sequence[str], words: PageWords) -> str:
    kinds = reading.field_of_lines(len(lines))
    return listed(
        (
            f'<span class="kind">{escape(words("field_" + kind) if kind else "")}</span><span>{escape(line)}</span>'
            for line, kind in zip(lines[:_LINES], kinds, strict=False)
        ),
        "by-line",
        "ol",
    )
