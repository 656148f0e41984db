"""``topics predict``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from ._controls import lines_in, question_of
from ._home import Home
from ._output import format_option, print_rows


@click.command()
@click.argument("text", required=False)
@click.option("--file", "path", type=click.Path(path_type=Path), help="A page or text file.")
@format_option
@click.pass_obj
def predict(home: Home, text: str | None, path: Path | None, form: str) -> None:
    """The topics of a new text, of both levels, by the articles most like it; it goes into no corpus.

    With - as TEXT, each line of standard input is a text, or a JSON object with "id", "title", "body".

    \b
    Examples:
      recommender topics predict "양극재 공장 준공"
      recommender topics predict - --format jsonl < drafts.jsonl
    """
    if (text is not None) + (path is not None) != 1:
        raise click.UsageError('Give TEXT or --file PATH, one of them. Example: topics predict "양극재 공장"')
    desk = home.recommender()
    rows = []
    for asked in _asked(text, path):
        (found,) = desk.predict([(asked["title"], asked["body"])])
        rows.append({**({"id": asked["id"]} if asked.get("id") else {}), **found.as_json()})
    own = ("id",) if any("id" in row for row in rows) else ()
    print_rows(rows, (*own, "text", "topic", "broad", "topics", "broad_topics"), form)


def _asked(text: str | None, path: Path | None) -> Iterator[dict[str, Any]]:
    from ..ranking.asking import read_title_and_body, title_and_body

    if path is not None:
        from ..corpus import read_page

        yield _as_question(read_title_and_body(read_page(path)))
    elif text == "-":
        for number, line in lines_in():
            said = question_of(line, number)
            yield _as_question(title_and_body(line.rstrip("\r\n"))) if said is None else {
                **said, "title": said["title"] or "", "body": said["body"] or ""
            }  # fmt: skip
    else:
        yield _as_question(title_and_body(text or ""))


def _as_question(pair: tuple[str, str]) -> dict[str, Any]:
    return dict(zip(("title", "body"), pair, strict=True))
