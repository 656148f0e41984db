"""``topics``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from ._home import Home
from ._output import counted, format_option, print_rows, say
from ._topic_edits import merge, move, pin, rename, split, undo

if TYPE_CHECKING:
    from ..ranking.model import Model


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
@click.option("--assignments", is_flag=True, help="Every article's topic, as rows.")
@format_option
@click.pass_obj
def show(home: Home, topic: str | None, assignments: bool, form: str) -> None:
    """List desks and topics, or the articles of one TOPIC (by id or name), a desk's with the evidence.

    \b
    Examples:
      recommender topics show
      recommender topics show posco
    """
    model = home.recommender().model
    if assignments:
        columns: tuple[str, ...] = ("id", "topic", "name", "strength", "desks")
        print_rows(_assignments(model), columns, form)
    elif topic:
        place, desk = found(model, topic)
        columns = ("id", "strength", "published", "outlet", "title", *(("evidence",) if desk else ()))
        print_rows(_desk_members(model, place) if desk else _members(model, place), columns, form)
    else:
        held = model.topics
        rows = [{"kind": "desk", **d.as_json()} for d in held.desks]
        rows += [{"kind": "topic", **t.as_json()} for t in held.topics]
        print_rows(rows, ("id", "kind", "size", "name", "terms"), form)
        desks = f"{counted(len(held.desks), 'desk')}, " if held.desks else ""
        topics, articles = counted(len(held.topics), "topic"), counted(len(model), "article")
        say(f"{desks}{topics}; {held.outlier_share:.0%} of {articles} in none.")


for _command in (rename, merge, split, move, pin, undo):
    topics.add_command(_command)


def found(model: Model, name: str) -> tuple[int, bool]:
    """The place of a topic, or of a desk (then True). Raises QueryError with the nearest names."""
    if (place := model.topics.find(name)) >= 0:
        return place, False
    if (place := model.topics.find_desk(name)) >= 0:
        return place, True
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
