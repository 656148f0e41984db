"""``remove``."""

from __future__ import annotations

import getpass
import json
from pathlib import Path

import click

from ._home import Home
from ._output import counted, inform, say
from ._paths import NamedPath


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--from", "path", type=NamedPath(path_type=Path), help='Ids, one a line, or JSON Lines with an "id".')
@click.option("--reason", default="", help="Why; shown by: recommender articles --removed")
@click.option("--undo", is_flag=True, help="Instead: let the articles come back when a file that holds them is read.")
@click.pass_obj
def remove(home: Home, ids: tuple[str, ...], path: Path | None, reason: str, undo: bool) -> None:
    """Take articles out for good: out of the corpus, and at once out of every answer, export and report.

    A tombstone, a hash of ids and texts without any text, keeps them from coming back from an old file. Versions of
    the model that hold their words are deleted after the next training: recommender models prune --removed.

    \b
    Examples:
      recommender remove 2024-0815 --reason "court order"
      recommender remove --from withdrawn.txt
      recommender remove --undo 2024-0815
    """
    article_ids = [*ids, *(ids_of(path) if path else ())]
    if not article_ids:
        raise click.UsageError("Name articles: ID..., or --from FILE.")
    if undo:
        with home.corpus() as corpus:
            count = corpus.restore(article_ids, by=person(), why=reason)
        inform(f"{counted(count, 'removal')} lifted.")
        say("The next ingest reads files that hold them anew; nothing is in the corpus until then.")
        return
    with home.corpus() as corpus:
        done = corpus.remove(article_ids, by=person(), why=reason)
    inform(
        f"{counted(done.articles, 'article')} removed, "
        f"{counted(done.entries, 'entry', 'entries')} of related lists with them."
    )
    if not done.clean:
        say(
            "Another process is at work on the corpus: its file holds what was deleted until the next `remove` or "
            "`models prune --removed` that is alone with it."
        )
    for source in done.sources:
        say(f"{source} was read and may hold the text still; it is not ours to delete.")
    if home.models.is_dir():
        say("Versions of the model hold its words until: recommender train, then recommender models prune --removed")


def person() -> str:
    """The login name of the user; empty where the system has none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def ids_of(path: Path) -> list[str]:
    """The ids of a file, one a line or as JSON Lines. Raises InputError for a line that names none."""
    from ..errors import InputError
    from ..files.jsonl_log import split_lines
    from ..files.reading import LINES_LIMIT, read_text

    try:
        lines = split_lines(read_text(path, LINES_LIMIT, "utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}.", "Give ids in UTF-8, one a line.") from error
    numbered = [(number, _id(line.strip())) for number, line in enumerate(lines, start=1) if line.strip()]
    if bad := next((number for number, name in numbered if not name), 0):
        raise InputError(f"{path}, line {bad}: this is not a valid id.", 'Write an id, or {"id": "..."}.')
    return [name for _, name in numbered]


def _id(line: str) -> str:
    if not line.startswith("{"):
        return line
    try:
        identifier = json.loads(line).get("id", "")
    except (ValueError, RecursionError):
        return ""
    return str(identifier) if isinstance(identifier, str | int) else ""
