"""``inspect``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ._output import as_json, print_rows, tell


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--encoding", help="Encoding of the file; default: recognised.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def inspect(path: Path, encoding: str | None, form: str) -> None:
    """How a page was read: each field with its lines, the rule that found it, and a confidence.

    \b
    Example:
      recommender inspect captures/page.txt
    """
    from ..corpus import read_page

    shown = read_page(path, encoding=encoding).as_json(str(path))
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
