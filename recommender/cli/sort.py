"""``topics`` and ``report``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .edit import merge, move, pin, rename, split, undo
from .home import Home
from .output import counted, format_option, print_rows, say, written
from .predict import predict

if TYPE_CHECKING:
    from ..ranking.model import Model
    from ..ranking.recommend import Recommender

_CHEAP = 2_000_000  # questions times articles up to which a report judges the model itself


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


for _command in (rename, merge, split, move, pin, undo, predict):
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
        "id": article.id, "strength": round(strength, 4), "published": article.published,
        "outlet": article.outlet, "title": article.shown_title,
    }  # fmt: skip


@click.command()
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "md", "json", "csv", "svg", "png"]),
    help="Default: by the file's ending.",
)
@click.option("--lang", type=click.Choice(["ko", "en"]), help="Language of the interface; default: the corpus's.")
@click.pass_obj
def report(home: Home, output: Path, form: str | None, lang: str | None) -> None:
    """Write the topic report, with what the editors' related lists say of the model.

    \b
    Examples:
      recommender report -o report.html
      recommender report -o report.md --lang en
    """
    from ..reporting import FORMATS, JUDGED, language_of, render, summarise

    form = form or output.suffix.lstrip(".").lower()
    if form not in FORMATS:
        raise click.UsageError(
            f"The ending of {output.name} names no format; give --format, one of {', '.join(FORMATS)}."
        )
    desk = home.recommender()
    model = desk.model
    scores = _scores(desk) if form in JUDGED else None
    text = render(summarise(model, scores=scores), form, lang or language_of(model))
    data = text if isinstance(text, bytes) else text.encode()
    with written(output) as file:
        file.write(data)
    say(f"{output}: {len(data):,} bytes")


def _scores(desk: Recommender) -> dict[str, Any] | None:
    """The model judged now where that takes seconds and can be done; else None: the report has the manifest's."""
    from ..evaluation.comparison import folds
    from ..evaluation.evaluate import evaluate
    from ..evaluation.queries import questions_from_links

    asked = questions_from_links(desk.model)
    if not asked:
        return {"questions": 0}
    if len(asked) * len(desk.model) > _CHEAP:
        return None
    say("judging the model by the editors' related lists ...")
    try:
        weights = folds(desk.model)
    except ModuleNotFoundError:  # the libraries of training are not on this machine
        return None
    return evaluate(desk, asked, weights).as_json()
