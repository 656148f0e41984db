"""``topics rename``, ``merge``, ``split``, ``move``, ``pin`` and ``undo``: people's edits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from ..messages import word
from ._home import Home
from ._output import say, tell
from .remove import person

if TYPE_CHECKING:
    from ..ranking.model import Model
    from ..topics.edits.log import Edit, EditLog

_reason = click.option("--reason", default="", help="Why, for those who read data/edits.jsonl.")


@click.command()
@click.argument("topic")
@click.argument("name")
@_reason
@click.pass_obj
def rename(home: Home, topic: str, name: str, reason: str) -> None:
    """Give TOPIC another NAME; its id stays.

    \b
    Example:
      recommender topics rename t003 "사용후 배터리 재활용"
    """
    _keep(home, lambda commands, model, log: commands.rename(model, topic, name), reason)


@click.command()
@click.argument("topics", nargs=-1, required=True)
@_reason
@click.pass_obj
def merge(home: Home, topics: tuple[str, ...], reason: str) -> None:
    """Make one topic of two or more; the first keeps its id and name.

    \b
    Example:
      recommender topics merge t001 t004 --reason "the same plant"
    """
    _keep(home, lambda commands, model, log: commands.merge(model, topics), reason)


@click.command()
@click.argument("topic")
@click.option("--into", type=int, help="Number of parts, made by similarity; 2 if no article is named.")
@click.option("--article", "articles", multiple=True, metavar="ID", help="An article that leaves; may be repeated.")
@_reason
@click.pass_obj
def split(home: Home, topic: str, into: int | None, articles: tuple[str, ...], reason: str) -> None:
    """Split TOPIC: the largest part, or what is not named, keeps its id; each other part gets a new one.

    \b
    Examples:
      recommender topics split t002 --into 3
      recommender topics split t002 --article ID --article ID
    """
    if into is not None and articles:
        raise click.UsageError("Give --into or --article, one of them.")
    _keep(home, lambda commands, model, log: commands.split(model, log, topic, into, articles), reason)


@click.command()
@click.argument("article")
@click.argument("topic")
@_reason
@click.pass_obj
def move(home: Home, article: str, topic: str, reason: str) -> None:
    """Put ARTICLE into TOPIC, out of the one it is in now.

    It holds until a training puts the article in a third topic. A desk takes the article beside its topic.

    \b
    Example:
      recommender topics move ARTICLE t003
    """
    _keep(home, lambda commands, model, log: commands.put(model, "move", article, topic), reason)


@click.command()
@click.argument("article")
@click.argument("topic")
@_reason
@click.pass_obj
def pin(home: Home, article: str, topic: str, reason: str) -> None:
    """Keep ARTICLE in TOPIC whatever training says, until it is moved.

    \b
    Example:
      recommender topics pin ARTICLE posco
    """
    _keep(home, lambda commands, model, log: commands.put(model, "pin", article, topic), reason)


@click.command()
@_reason
@click.pass_obj
def undo(home: Home, reason: str) -> None:
    """Take back the last edit that stands; once more for the one before.

    \b
    Example:
      recommender topics undo
    """
    from ..topics.edits import commands
    from ..topics.edits.log import EditLog

    log = EditLog.read(home.edits_file)
    edit, last = commands.undo(log)
    log.add(edit, by=person(), reason=reason)
    tell(f"{word('undone')}: {word(last.told())}")


def _keep(home: Home, make: Callable[[Any, Model, EditLog], Edit], reason: str) -> None:
    """Writes the edit that ``make`` makes, with ``topics.edits.commands``, of the topics as they are now."""
    from ..topics.edits import commands
    from ..topics.edits.log import EditLog

    log = EditLog.read(home.edits_file)
    edit = make(commands, home.recommender().model, log)
    log.add(edit, by=person(), reason=reason)
    tell(word(edit.told()))
    for part in edit.parts:
        tell(f"  {part.id}  {part.name}")
    say("To take it back: recommender topics undo")
