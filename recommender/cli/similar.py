"""``similar``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..messages import word
from ._home import Home
from ._options import (
    check_line,
    line_option,
    list_options,
    output_to,
    parse_question,
    search_options,
    stdin_lines,
    table_options,
)
from ._output import as_csv, as_json, counted, format_option, inform, say, tell, width
from ._paths import NamedPath

if TYPE_CHECKING:
    from ..ranking.answer import Answer, Hit
    from ..ranking.options import SearchOptions
    from ..ranking.recommend import Recommender

_COLUMNS = ("rank", "score", "published", "outlet", "title", "id", "topic", "also")


@click.command()
@click.argument("text", required=False)
@click.option("--id", "ids", multiple=True, metavar="ID", help="Ask with an article of the corpus, or with several.")
@click.option("--file", "path", type=NamedPath(path_type=Path), help="Ask with a page, a text or a file of records.")
@line_option
@click.option("-k", type=click.IntRange(min=1), default=10, show_default=True, help="Articles wanted.")
@click.option("--date", "published", metavar="DATE", help="When TEXT or the file was published.")
@table_options("since", "until")
@search_options
@list_options
@click.option("--index", metavar="milvus:URI", help="Candidates from this server; default: the recipe's, else files.")
@table_options("explain")
@click.option("-o", "--output", type=NamedPath(dir_okay=False, path_type=Path), help="File; default: standard output.")
@format_option
@click.pass_obj
def similar(
    home: Home,
    /,
    text: str | None,
    ids: tuple[str, ...],
    path: Path | None,
    line: int | None,
    form: str,
    no_collapse: bool,
    published: str | None,
    version: str | None,
    index: str | None,
    output: Path | None,
    **filters: Any,
) -> None:
    """Articles related to TEXT, to an article of the corpus (--id), or to a file.

    With - as TEXT, each line of standard input is a question, answered in order: a text, or a JSON object with "id",
    "title", "body", "published", whose id stands in the answer. Several --id ask together. An article of the corpus
    with the headline that is asked with asks in its place, as by --id, and is left out with its near-copies; JSON names
    it: query.left_out.id and .title.

    \b
    Examples:
      recommender similar "포스코퓨처엠 양극재 공장" -k 5
      recommender similar --id 0ca50f81fb2cb42e --past-only --format json
      recommender similar --id 2024-0815 --id 2024-0702 --exclude-outlet 연합뉴스 --since 7d
      recommender similar --file table.csv --line 3
      recommender similar - --format jsonl < questions.txt
    """
    from ..ranking.asking import similar_to_ids, similar_to_reading
    from ..ranking.options import SearchOptions

    if (text is not None) + bool(ids) + (path is not None) != 1:
        raise click.UsageError(
            'Ask with one of: TEXT, --id ID, --file PATH. Example: recommender similar "양극재 공장"'
        )
    check_line(line, path)
    if ids and published:
        raise click.UsageError("An article of the corpus has its own date; give --date with TEXT or --file.")
    options = SearchOptions(collapse=not no_collapse, **filters)
    recommender = home.through(home.recommender(version), index)
    with output_to(output, form):
        if text == "-":
            _print_many(_each_line(recommender, options, published), form)
        elif path is not None:
            from ..readers.inspection import asked_with

            reading = asked_with(path, home.columns(), line)
            _print(similar_to_reading(recommender, reading, options, published), form)
        elif ids:
            _print(similar_to_ids(recommender, ids, options), form)
        else:
            _warn_of_id_or_file(recommender, text or "")
            _print(recommender.similar(text or "", published=published, options=options), form)


def _warn_of_id_or_file(recommender: Recommender, text: str) -> None:
    """Warns that a question looks like the id of an article or the name of a file."""
    if recommender.model.catalogue.row(text) >= 0:
        say(f"'{text}' is the id of an article. To ask with that article: --id {text}")
    elif os.path.isfile(text):  # of a headline too long to name a file it says no; Path.is_file raises
        say(f"'{text}' is a file. To ask with what is in it: --file {text}")


def _each_line(recommender: Recommender, options: SearchOptions, date: str | None) -> Iterator[Answer]:
    from ..ranking.asking import similar_to_object

    for number, line in stdin_lines():
        question = parse_question(line, number)
        if question is None:
            yield recommender.similar(line.rstrip("\r\n"), options.k, published=date, options=options)
        else:
            yield similar_to_object(recommender, question, options, date)


def _print_many(answers: Iterator[Answer], form: str) -> None:
    """One document whatever the number of questions: a JSON list, or one table that names the question."""
    if form == "json":
        click.echo(as_json([answer.as_json() for answer in answers], indent=1))
    elif form == "csv":
        rows = [row for answer in answers for row in _csv_rows(answer)]
        id_column = ("query_id",) if any("query_id" in row for row in rows) else ()
        click.echo(as_csv(rows, (*id_column, "query", *_COLUMNS)), nl=False)
    else:
        for answer in answers:
            _print(answer, form)


def _csv_rows(answer: Answer) -> Iterator[dict[str, Any]]:
    """A row per hit; one without a hit for a question that has an id and no answer."""
    question: dict[str, Any] = {"query": answer.query.get("text") or answer.query.get("title")}
    if "id" in answer.query:
        question["query_id"] = answer.query["id"]
        if not answer:
            yield question
    yield from ({**question, **hit.as_json()} for hit in answer)


def _print(answer: Answer, form: str) -> None:
    if form in ("json", "jsonl"):
        click.echo(as_json(answer.as_json(), indent=1 if form == "json" else None))
    elif form == "csv":
        click.echo(as_csv([hit.as_json() for hit in answer], _COLUMNS), nl=False)
    else:
        _print_people(answer)


def _print_people(answer: Answer) -> None:
    question = answer.query.get("title") or answer.query.get("text") or ", ".join(answer.query.get("ids", ()))
    tell(str(question)[:120], bold=True)
    if corrected := answer.query.get("corrected"):
        inform(f"  showing results for: {corrected}")
    if excluded := answer.query.get("left_out"):
        inform(f"  left out, as it is what was asked with: {excluded['id']} {excluded['title']}")
    if note := answer.query.get("note"):
        inform(f"  {note}")
    if answer.abstained:
        inform(f"  no answer: {answer.reason}")
    for hit in answer:
        _print_hit(hit)
    click.echo()


def _label(hit: Hit) -> str:
    """The word for its score, as wide as the longest of them."""
    from ..ranking.answer import LABELS

    words = {name: word(f"score: {name}").removeprefix("score: ") for name, _ in LABELS}
    return words[hit.label] + " " * (max(map(width, words.values())) - width(words[hit.label]))


def _print_hit(hit: Hit) -> None:
    article = hit.article
    source = " ".join(part for part in ((article.published or "")[:10], article.outlet or "") if part)
    shown = article.shown_title + (f"  ({source})" if source else "")
    tell(f"{hit.rank:3}. {hit.score:.2f} {_label(hit)}  {shown}")
    notes = [f"{reason.term} {reason.weight:.2f}" for reason in hit.why]
    if hit.pinned:
        notes.insert(0, word("pinned"))
    if hit.topic:
        notes.append(f"[{hit.topic.name}]")
    if hit.folded:
        notes.append(word(f"+{len(hit.folded)} more on this"))
    if hit.also:
        notes.append(word(f"+{counted(len(hit.also), 'copy', 'copies')}: {', '.join(hit.also[:3])}"))
    tell(f"           {article.id}  " + "  ".join(notes), dim=True)
    if hit.parts:
        parts = "  ".join(f"{word(name)} {value:.3f}" for name, value in hit.parts.items())
        tell(f"           {word('parts')}: {parts}", dim=True)
