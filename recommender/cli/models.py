"""``models``: list, promote, roll back, compare, check and prune versions."""

from __future__ import annotations

import sys

import click

from ..messages import word
from ._home import Home
from ._output import as_json, format_option, print_rows, say, tell

_WORDED = ("what", "before", "after", "note")


@click.group()
def models() -> None:
    """Versions of the model.

    \b
    Examples:
      recommender models list
      recommender models promote v0002
      recommender models rollback
      recommender models diff v0001 v0002
      recommender models check
      recommender models prune --keep 5
    """


@models.command("list")
@format_option
@click.pass_obj
def list_versions(home: Home, form: str) -> None:
    """Every version, the newest last."""
    from ..versions.registry import versions

    rows = [version.as_json() for version in versions(home.models)]
    print_rows(rows, ("version", "current", "created", "articles", "topics", "fingerprint"), form, ("current",))


@models.command()
@click.argument("version")
@click.pass_obj
def promote(home: Home, version: str) -> None:
    """Answer from VERSION from now on."""
    from ..versions.registry import promote as make_current

    make_current(home.models, version)
    say(f"{version} is current")


@models.command()
@click.pass_obj
def rollback(home: Home) -> None:
    """Answer from the version before the current one."""
    from ..versions.registry import rollback as go_back

    say(f"{go_back(home.models)} is current")


@models.command()
@click.argument("before")
@click.argument("after")
@format_option
@click.pass_obj
def diff(home: Home, before: str, after: str, form: str) -> None:
    """What changed from version BEFORE to version AFTER: topics, articles, related lists, scores.

    Scores are those of both versions on the questions that both know, with intervals. JSON holds all of it under
    stable keys.
    """
    from ..evaluation.versions_compared import diff as compare
    from ..training.folds import folds

    changes = compare(home.models, before, after, folds)
    if form == "json":
        click.echo(as_json(changes.as_json(), indent=1))
    else:
        print_rows(changes.rows(), ("what", "before", "after", "note"), form, _WORDED, fold=True)


@models.command()
@click.argument("version", required=False)
@click.pass_obj
def check(home: Home, version: str | None) -> None:
    """Compare every file of a version (default: of all) with the sha256 in its manifest."""
    from ..versions.registry import check as verify

    problems_by_version = verify(home.models, version)
    for name, problems in problems_by_version.items():
        tell(f"{name}: " + "; ".join(map(word, problems or ["sound"])))
    sys.exit(1 if any(problems_by_version.values()) else 0)


@models.command()
@click.option("--keep", type=click.IntRange(min=1), default=5, show_default=True, help="Newest versions to keep.")
@click.option("--removed", is_flag=True, help="Instead: all that hold an article that was removed.")
@click.pass_obj
def prune(home: Home, keep: int, removed: bool) -> None:
    """Delete old versions; the current one stays always.

    With --removed, what the corpus file may still hold of removed articles is overwritten too.
    """
    if removed:
        _prune_removed(home)
        return
    from ..versions.registry import prune as delete

    deleted = delete(home.models, keep)
    say(f"deleted: {', '.join(deleted) or 'none'}")


def _prune_removed(home: Home) -> None:
    from ..errors import CorpusError
    from ..jobs.removal import prune_removed

    deleted = prune_removed(home.models)
    if home.corpus_file.exists():
        with home.corpus() as corpus:
            if not corpus.scrub():
                raise CorpusError(
                    "The corpus is in use and may hold removed texts still.", "Run it again when that is done."
                )
    say(f"deleted: {', '.join(deleted) or 'none'}")
