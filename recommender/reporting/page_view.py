"""A captured page as HTML, with its lines coloured by the field that each was read into."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ..readers.page_reading import FIELDS, PageReading

_LEFT = "left out"
# Colour-blind safe tints (Tol 2021, "light"), dark enough in print by the field's name beside the line.
_COLOURS = {
    "title": "#99DDFF", "outlet": "#EEDD88", "author": "#FFAABB", "published": "#BBCC33", "body": "#DDDDDD",
    "captions": "#44BB99", "tags": "#AAAA00", "related": "#EE8866", "translation": "#77AADD", "stand_in": "#99DDFF",
    _LEFT: "transparent",
}  # fmt: skip
_STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 1.5rem auto; max-width: 70rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; } td { padding: 0 .5rem; vertical-align: top; }
.number { color: #777; text-align: right; user-select: none; } .name { white-space: nowrap; font-size: .85em; }
.line { white-space: pre-wrap; overflow-wrap: anywhere; } .marked { color: #111; } .left { opacity: .55; }
th { text-align: left; padding: .1rem .5rem; }
"""


def page_view(reading: PageReading, lines: Sequence[str], name: str) -> str:
    """An HTML page that loads nothing.

    Parameters
    ----------
    reading
        How the page was read.
    lines
        Its lines as they stand in the file; fields name them from 1.
    name
        What to call the page.
    """
    fields = reading.field_of_lines(len(lines), _LEFT)
    rows = "\n".join(_row(number, line, fields[number - 1]) for number, line in enumerate(lines, start=1))
    refused = f"<p><strong>{escape(reading.refusal)}</strong></p>" if reading.refusal else ""
    return (
        f'<!doctype html><html lang="ko"><meta charset="utf-8"><title>{escape(name)}</title><style>{_STYLE}</style>'
        f"<h1>{escape(name)}</h1>{refused}<table><thead><tr><th>field</th><th>confidence</th><th>rule</th></tr></thead>"
        f"<tbody>{_legend(reading)}</tbody></table><hr><table><tbody>\n{rows}\n</tbody></table></html>\n"
    )


def _row(number: int, line: str, name: str) -> str:
    kind = "left" if name == _LEFT else "marked" if name else ""
    colour = f' style="background:{_COLOURS[name]}"' if kind == "marked" else ""
    return (
        f'<tr class="{kind}"{colour}><td class="number">{number}</td><td class="name">{escape(name)}</td>'
        f'<td class="line">{escape(line)}</td></tr>'
    )


def _legend(reading: PageReading) -> str:
    fields = [(name, getattr(reading, name)) for name in FIELDS]
    return "".join(
        f'<tr class="marked" style="background:{_COLOURS[name]}"><td>{escape(name)}</td>'
        f"<td>{field.confidence:.2f}</td><td>{escape(field.rule)}</td></tr>"
        if field
        else f"<tr><td>{escape(name)}</td><td></td><td>unknown</td></tr>"
        for name, field in fields
    )
