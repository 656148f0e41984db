"""``topics`` and ``report``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import QueryError
from .home import Home
from .output import format_option, print_rows, say

if TYPE_CHECKING:
    from ..model import Model


@click.command()
@click.argument("topic", required=False)
@click.option("--assignments", is_flag=True, help="Every article's topic, as rows.")
@format_option
@click.pass_obj
def topics(home: Home, topic: str | None, assignments: bool, form: str) -> None:
    """List topics, or the articles of one TOPIC (by id or name).

    \b
    Examples:
      recommender topics
      recommender topics t003
      recommender topics --assignments --format jsonl
    """
    model = home.recommender().model
    if assignments:
        columns: tuple[str, ...] = ("id", "topic", "name", "strength", "desks")
        print_rows(_assignments(model), columns, form)
    elif topic:
        print_rows(_members(model, topic), ("id", "strength", "published", "outlet", "title"), form)
    else:
        rows = [t.as_json() for t in model.topics.topics]
        print_rows(rows, ("id", "size", "name", "terms"), form)
        say(f"{len(rows)} topics; {model.topics.outlier_share:.0%} of {len(model):,} articles in none.")


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


def _members(model: Model, name: str) -> Iterator[dict[str, Any]]:
    held = model.topics
    if (place := held.find(name)) >= 0:
        rows, strength = held.members(place), held.strength
    elif (place := held.find_desk(name)) >= 0:
        rows, strength = held.desk_members(place), held.desk_strength[:, place]
    else:
        raise QueryError(f"There is no topic '{name}'.", "List them: recommender topics")
    for row in rows.tolist():
        article = model.catalogue.article(row)
        yield {
            "id": article.id, "strength": round(float(strength[row]), 4), "published": article.published,
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
    """Write the topic report.

    \b
    Example:
      recommender report -o report.html
    """
    from ..report import FORMATS, language_of, render, summarise

    form = form or output.suffix.lstrip(".").lower()
    if form not in FORMATS:
        raise click.UsageError(
            f"The ending of {output.name} names no format; give --format, one of {', '.join(FORMATS)}."
        )
    model = home.recommender().model
    text = render(summarise(model), form, lang or language_of(model))
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(text if isinstance(text, bytes) else text.encode())
    except OSError as error:
        raise QueryError(f"{output} cannot be written: {error.strerror}.", "Choose another path.") from error
    say(f"{output}: {output.stat().st_size:,} bytes")
