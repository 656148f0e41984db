"""``inspect``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ._output import as_json, print_rows, say, tell, written


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--encoding", help="Encoding of the file; default: recognised.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option(
    "--html", "output", type=click.Path(dir_okay=False, path_type=Path), help="Write its lines here, coloured."
)
def inspect(path: Path, encoding: str | None, form: str, output: Path | None) -> None:
    """How a page was read: each field with its lines, the rule that found it, and a confidence.

    With --html, a page for the browser shows every line in the colour of the field that it was read into.

    \b
    Examples:
      recommender inspect captures/page.txt
      recommender inspect captures/page.html --html looked-at.html
    """
    from ..corpus import read_page

    reading = read_page(path, encoding=encoding)
    if output:
        from ..readers.registry import page_lines
        from ..reporting.page_view import page_view

        with written(output) as file:
            file.write(page_view(reading, page_lines(path, encoding), path.name).encode("utf-8", "replace"))
        say(f"{output} shows {path.name}")
        return
    shown = reading.as_json(str(path))
    if form == "json":
        click.echo(as_json(shown, indent=1))
        return
    rows = [_field(name, field) for name, field in shown["fields"].items()]
    print_rows(rows, ("field", "lines", "confidence", "rule", "value"), "table")
    for left in shown["left_out"]:
        tell(f"left out: {_lines(left['lines'])}  {left['rule']}")


def _field(name: str, field: dict[str, Any] | None) -> dict[str, Any]:
    if field is None:
        return {"field": name, "value": "unknown"}
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
