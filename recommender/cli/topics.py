"""``topics``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from ._home import Home
from ._output import counted, format_option, print_rows, say
from ._predict import predict
from ._topic_edits import merge, move, pin, rename, split, undo

if TYPE_CHECKING:
    from ..ranking.model import Model
    from ..topics.topic import Topic, TopicModel


class _Topics(click.Group):
    """``topics``, ``topics TOPIC`` and ``topics --option`` are ``topics show ...``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in (*ctx.help_option_names, *self.commands):
            args = ["show", *args]
        return super().parse_args(ctx, args)


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
    model = home.recommender().model
    if level and (assignments or topic):
        raise click.UsageError("--level is for the list of topics.")
    if assignments:
        columns: tuple[str, ...] = ("id", "topic", "name", "parent", "strength", "desks")
        print_rows(_assignments(model), columns, form)
    elif topic:
        _show_one(model, topic, form)
    else:
        _list(model, level, form)


def _show_one(model: Model, topic: str, form: str) -> None:
    kind, place = found(model, topic)
    rows = {"desk": _desk_members, "broad": _broad_members, "fine": _members}[kind](model, place)
    more = {"desk": ("evidence",), "broad": ("topic",), "fine": ()}[kind]
    print_rows(rows, ("id", "strength", "published", "outlet", "title", *more), form)


def _list(model: Model, level: str | None, form: str) -> None:
    held = model.topics
    rows: list[dict[str, Any]] = [] if level else [{"kind": "desk", **d.as_json()} for d in held.desks]
    rows += [_topic_row(held, topic, form) for topic in _of_level(held, level)]
    columns = ("id", "kind", "level", "size", "name", "terms", *(("parent",) if form == "csv" else ()))
    print_rows(rows, columns, form)
    desks = f"{counted(len(held.desks), 'desk')}, " if held.desks else ""
    topics, articles = counted(len(held.topics), "topic"), counted(len(model), "article")
    above = f" in {counted(len(held.broad), 'broad one')}" if held.broad else ""
    say(f"{desks}{topics}{above}; {held.outlier_share:.0%} of {articles} in none.")
    if level and held.topics and not held.broad:
        say("This archive has one level of topics: they are listed for either.")


def _of_level(held: TopicModel, level: str | None) -> Iterable[Topic]:
    if level and held.broad:
        return held.broad if level == "broad" else held.topics
    return held.tree()


def _topic_row(held: TopicModel, topic: Topic, form: str) -> dict[str, Any]:
    """A topic as a row; in a table the finer ones stand under their broad one."""
    level = "broad" if held.find_broad(topic.id) >= 0 else "fine"
    row = {"kind": "topic", "level": level, **topic.as_json()}
    return row | {"name": f"  {topic.name}"} if form == "table" and topic.parent else row


for _command in (rename, merge, split, move, pin, undo, predict):
    topics.add_command(_command)


def found(model: Model, name: str) -> tuple[str, int]:
    """``fine``, ``broad`` or ``desk``, and the place among them. Raises QueryError with the nearest names."""
    kinds = {"fine": model.topics.find, "broad": model.topics.find_broad, "desk": model.topics.find_desk}
    for kind, find in kinds.items():
        if (place := find(name)) >= 0:
            return kind, place
    from ..topics.topic import no_topic

    raise no_topic(model.topics, name)


def _assignments(model: Model) -> Iterator[dict[str, Any]]:
    held = model.topics
    for row, article_id in enumerate(model.catalogue.ids):
        topic = held.of_row(row)
        yield {
            "id": article_id,
            "topic": topic.id if topic else None,
            "name": topic.name if topic else None,
            "parent": topic.parent if topic else None,
            "strength": round(float(held.strength[row]), 4),
            "desks": [
                {"id": desk.id, "strength": round(float(held.desk_strength[row, place]), 4)}
                for place, desk in enumerate(held.desks)
                if held.desk_strength[row, place] > 0
            ],
        }


def _members(model: Model, place: int) -> Iterator[dict[str, Any]]:
    for row in model.topics.members(place).tolist():
        yield _member(model, row, float(model.topics.strength[row]))


def _broad_members(model: Model, place: int) -> Iterator[dict[str, Any]]:
    for row in model.topics.broad_members(place).tolist():
        topic = model.topics.of_row(row)
        yield _member(model, row, float(model.topics.strength[row])) | {"topic": topic.id if topic else None}


def _desk_members(model: Model, place: int) -> Iterator[dict[str, Any]]:
    held = model.topics
    for row in held.desk_members(place).tolist():
        yield _member(model, row, float(held.desk_strength[row, place])) | {
            "evidence": list(held.evidence(row, held.desks[place].id) or ("by hand",))
        }


def _member(model: Model, row: int, strength: float) -> dict[str, Any]:
    article = model.catalogue.article(row)
    return {
        "id": article.id,
        "strength": round(strength, 4),
        "published": article.published,
        "outlet": article.outlet,
        "title": article.shown_title,
    }
