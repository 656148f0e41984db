"""``topics``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ._home import Home
from ._options import check_line, line_option, parse_question, stdin_lines
from ._output import counted, format_option, print_rows, say
from ._paths import NamedPath
from ._topic_edits import merge, move, pin, rename, split, undo

if TYPE_CHECKING:
    from ..ranking.model import Model


class _Topics(click.Group):
    """``topics``, ``topics TOPIC`` and ``topics --option`` are ``topics show ...``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in (*ctx.help_option_names, *self.commands):
            if len(args) > 1 and not args[1].startswith("-"):
                self._refuse_mistyped(ctx, args[0])
            args = ["show", *args]
        return super().parse_args(ctx, args)

    def _refuse_mistyped(self, ctx: click.Context, typed: str) -> None:
        """A first word with more arguments is a mistyped command, not a topic; suggests the nearest command."""
        from difflib import get_close_matches

        if near := get_close_matches(typed.lower(), self.commands):
            raise click.UsageError(f"No such command '{typed}'. Did you mean '{near[0]}'?", ctx)


@click.group(cls=_Topics)
def topics() -> None:
    """List desks and topics, show one, or correct them for good.

    Without a command, `show` is meant. Corrections are kept in data/edits.jsonl, hold at once and after every
    training, and can be undone.

    \b
    Examples:
      recommender topics
      recommender topics t003
      recommender topics --assignments --format jsonl
      recommender topics rename t003 "사용후 배터리 재활용"
    """


@topics.command()
@click.argument("topic", required=False)
@click.option("--assignments", is_flag=True, help="Every article's topic and its broad topic, as rows.")
@click.option("--level", type=click.Choice(["broad", "fine"]), help="Topics of one level; default: the tree of both.")
@format_option
@click.pass_obj
def show(home: Home, topic: str | None, assignments: bool, level: str | None, form: str) -> None:
    """List desks and topics, or the articles of one TOPIC (by id or name), a desk's with the evidence.

    Broad topics stand before the finer ones that they hold. A small archive has one level of topics.

    \b
    Examples:
      recommender topics show
      recommender topics show --level broad
      recommender topics show posco
    """
    from ..ranking.topic_rows import assignments as all_assignments

    model = home.recommender().model
    if level and (assignments or topic):
        raise click.UsageError("--level is for the list of topics.")
    if assignments:
        columns: tuple[str, ...] = ("id", "topic", "name", "parent", "strength", "desks")
        print_rows(all_assignments(model), columns, form)
    elif topic:
        _show_one(model, topic, form)
    else:
        _list(model, level, form)


def _show_one(model: Model, topic: str, form: str) -> None:
    from ..ranking.topic_rows import member_rows

    kind, rows = member_rows(model, topic)
    more = {"desk": ("evidence",), "broad": ("topic",), "fine": ()}[kind]
    print_rows(rows, ("id", "strength", "published", "outlet", "title", *more), form, spoken=("evidence",))


def _list(model: Model, level: str | None, form: str) -> None:
    from ..ranking.topic_rows import topic_rows

    model_topics = model.topics
    rows = [_indented(row) if form == "table" else row for row in topic_rows(model, level)]
    columns = ("id", "kind", "level", "size", "name", "terms", *(("parent",) if form == "csv" else ()))
    print_rows(rows, columns, form, spoken=("kind", "level"))
    curated = f"{counted(len(model_topics.curated), 'desk')}, " if model_topics.curated else ""
    topics, articles = counted(len(model_topics.topics), "topic"), counted(len(model), "article")
    above = f" in {counted(len(model_topics.broad), 'broad one')}" if model_topics.broad else ""
    say(f"{curated}{topics}{above}; {model_topics.outlier_share:.0%} of {articles} in none.")
    if level and model_topics.topics and not model_topics.broad:
        say("This archive has one level of topics: they are listed for either.")


def _indented(row: dict[str, Any]) -> dict[str, Any]:
    """In a table the finer topics stand under their broad one."""
    return row | {"name": f"  {row['name']}"} if row.get("parent") else row


@topics.command()
@click.argument("text", required=False)
@click.option("--file", "path", type=NamedPath(path_type=Path), help="A page, a text or a file of records.")
@line_option
@format_option
@click.pass_obj
def predict(home: Home, text: str | None, path: Path | None, line: int | None, form: str) -> None:
    """The topics of a new text, of both levels, by the articles most like it; it goes into no corpus.

    With - as TEXT, each line of standard input is a text, or a JSON object with "id", "title", "body".

    \b
    Examples:
      recommender topics predict "양극재 공장 준공"
      recommender topics predict - --format jsonl < drafts.jsonl
    """
    if (text is not None) + (path is not None) != 1:
        raise click.UsageError('Give TEXT or --file PATH, one of them. Example: topics predict "양극재 공장"')
    check_line(line, path)
    recommender = home.recommender()
    rows = []
    for question in _questions(home, text, path, line):
        (prediction,) = recommender.predict([(question["title"], question["body"])])
        rows.append({**({"id": question["id"]} if question.get("id") else {}), **prediction.as_json()})
    id_column = ("id",) if any("id" in row for row in rows) else ()
    if form == "table":
        _print_predicted(rows, id_column)
    else:
        print_rows(rows, (*id_column, "text", "topic", "broad", "topics", "broad_topics"), form)


def _print_predicted(rows: list[dict[str, Any]], id_column: tuple[str, ...]) -> None:
    """A table with a dash where there is no topic, and a sentence for each such text; one text alone gets no table."""
    outside = [row for row in rows if not row["topics"]]
    if not outside or len(rows) > 1:
        shown = [{**row, "topic": row["topic"] or "-", "all topics": row["topics"]} for row in rows]
        shown = [{**row, "all broad topics": row["broad_topics"]} for row in shown]
        print_rows(shown, (*id_column, "text", "topic", "broad", "all topics", "all broad topics"), "table")
    for row in outside:
        say(f"No topic fits '{row['text'][:80]}': nothing in the archive is near enough.")
    if outside:
        say("To see the topics: recommender topics")


def _questions(home: Home, text: str | None, path: Path | None, line: int | None) -> Iterator[dict[str, Any]]:
    from ..ranking.asking import read_title_and_body, title_and_body

    if path is not None:
        from ..readers.inspection import asked_with

        yield _as_question(read_title_and_body(asked_with(path, home.columns(), line)))
    elif text == "-":
        for number, raw in stdin_lines():
            question = parse_question(raw, number)
            yield _as_question(title_and_body(raw.rstrip("\r\n"))) if question is None else {
                **question, "title": question["title"] or "", "body": question["body"] or ""
            }  # fmt: skip
    else:
        yield _as_question(title_and_body(text or ""))


def _as_question(pair: tuple[str, str]) -> dict[str, Any]:
    return dict(zip(("title", "body"), pair, strict=True))


for _command in (rename, merge, split, move, pin, undo):
    topics.add_command(_command)
