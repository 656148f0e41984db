"""``related``: people's decisions on pairs of articles."""

from __future__ import annotations

import click

from ..messages import word
from ._home import Home
from ._output import format_option, print_rows, say, tell
from .remove import person

_reason = click.option("--reason", default="", help="Why, for those who read data/related.jsonl.")


@click.group()
def related() -> None:
    """Decide on pairs: an article that always stands first in another's list, or never.

    Decisions are kept in data/related.jsonl with who and when, hold at once and after every training, in
    `similar --id` and `export`, and can be undone. The last one on a pair counts; each
    of two may be pinned in the list of the other.

    \b
    Examples:
      recommender related pin 2024-0815 2024-0702
      recommender related block 2024-0815 2024-0811 --reason "another person of that name"
      recommender related list
      recommender related undo
    """


@related.command()
@click.argument("article")
@click.argument("other")
@_reason
@click.pass_obj
def pin(home: Home, article: str, other: str, reason: str) -> None:
    """Put OTHER first in the list of ARTICLE, whatever its score.

    \b
    Example:
      recommender related pin 2024-0815 2024-0702
    """
    _keep(home, "pin", article, other, reason)


@related.command()
@click.argument("article")
@click.argument("other")
@_reason
@click.pass_obj
def block(home: Home, article: str, other: str, reason: str) -> None:
    """Keep ARTICLE and OTHER out of each other's lists.

    \b
    Example:
      recommender related block 2024-0815 2024-0811
    """
    _keep(home, "block", article, other, reason)


@related.command()
@_reason
@click.pass_obj
def undo(home: Home, reason: str) -> None:
    """Take back the last decision that stands; once more for the one before.

    \b
    Example:
      recommender related undo
    """
    from ..ranking.pairs import undo as take_back

    _, last = take_back(home.pairs_file, by=person(), reason=reason)
    tell(f"{word('undone')}: {word(last.told())}")


@related.command("list")
@format_option
@click.pass_obj
def list_decisions(home: Home, form: str) -> None:
    """The decisions that stand, the oldest first."""
    from ..ranking.pairs import PairLog

    rows = [decision.as_json() for decision in PairLog.read(home.pairs_file).standing]
    print_rows(rows, ("action", "article", "other", "time", "by", "reason"), form, spoken=("action",))


def _keep(home: Home, action: str, article: str, other: str, reason: str) -> None:
    from ..ranking.pairs import decide

    decision = decide(home.pairs_file, home.recommender().id_of, action, article, other, by=person(), reason=reason)
    tell(word(decision.told()))
    say("To take it back: recommender related undo")
