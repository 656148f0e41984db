"""``inspect``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..messages import word
from ._home import Home
from ._output import as_json, print_rows, say, tell, written
from ._paths import NamedPath


@click.command()
@click.argument("path", type=NamedPath(path_type=Path))
@click.option("--encoding", help="Encoding of the file; default: recognised.")
@click.option(
    "--line", type=click.IntRange(min=1), help="Of a file of many records, the one at this line; default: the first."
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option(
    "--html", "output", type=NamedPath(dir_okay=False, path_type=Path), help="Write its lines here, coloured."
)
@click.pass_obj
def inspect(home: Home, path: Path, encoding: str | None, line: int | None, form: str, output: Path | None) -> None:
    """How a page or record was read: each field with its lines, the rule that found it, and a confidence.

    A member of an archive is named as `articles` names it: export.zip!/2024/a.html

    With --html, a page for the browser shows every line in the colour of the field that it was read into.

    \b
    Examples:
      recommender inspect captures/page.txt
      recommender inspect captures/page.html --html looked-at.html
      recommender inspect archive.jsonl --line 7
    """
    from ..readers.inspection import COUNTED, inspected

    found = inspected(path, encoding, line, home.columns(()))
    reading = found.reading
    if found.records > 1 and line is None:
        count = f"{found.records:,} records or more" if found.records >= COUNTED else f"{found.records:,} records"
        say(f"{path.name} holds {count}; this is the first, --line shows another.")
    if output:
        from ..reporting.page_view import page_view

        with written(output) as file:
            file.write(page_view(reading, found.lines, path.name).encode("utf-8", "replace"))
        say(f"{output} shows {path.name}")
        return
    shown = reading.as_json(str(path))
    if form == "json":
        click.echo(as_json(shown, indent=1))
        return
    rows = [_field(name, field) for name, field in shown["fields"].items()]
    print_rows(rows, ("field", "lines", "confidence", "rule", "value"), "table", spoken=("field", "rule"))
    for block in shown["left_out"]:
        tell(f"{word('left out')}: {_lines(block['lines'])}  {word(block['rule'])}")


def _field(name: str, field: dict[str, Any] | None) -> dict[str, Any]:
    if field is None:
        return {"field": name, "value": word("unknown")}
    value = field["value"]
    text = f"{len(value)}: {'; '.join(value)}" if isinstance(value, list) else str(value).replace("\n", " / ")
    return {
        "field": name,
        "lines": _lines(field["lines"]),
        "confidence": f"{field['confidence']:.2f}",
        "rule": field["rule"],
        "value": text if len(text) < 90 else text[:88] + "…",
    }


def _lines(span: list[int]) -> str:
    return f"{span[0]}-{span[1]}" if span[0] != span[1] else str(span[0])
