"""``similar`` and ``export``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .home import Home
from .output import as_csv, as_json, counted, format_option, say, tell, written

if TYPE_CHECKING:
    from ..ranking.answer import Answer, Hit
    from ..ranking.options import SearchOptions
    from ..ranking.recommend import Recommender

_LONG = 200  # characters from which a text is read as a headline with a body
_COLUMNS = ("rank", "score", "published", "outlet", "title", "id", "topic", "also")


@click.command()
@click.argument("text", required=False)
@click.option("--id", "article_id", help="Ask with an article of the corpus.")
@click.option("--file", "path", type=click.Path(path_type=Path), help="Ask with a page or text file.")
@click.option("-k", type=click.IntRange(min=1), default=10, show_default=True, help="Articles wanted.")
@click.option("--since", metavar="DATE", help="Published on this day or later (2024-08-05, 2024-08 or 2024).")
@click.option("--until", metavar="DATE", help="Published on this day or earlier.")
@click.option("--outlet", help="Of this outlet only.")
@click.option("--topic", help="In this topic or desk only, by id or name.")
@click.option("--past-only", is_flag=True, help="Nothing published after the asking article.")
@click.option(
    "--diversity", type=click.FloatRange(0, 1), default=0.0, show_default=True,
    help="0 the most related, 1 the most different from each other.",
)  # fmt: skip
@click.option(
    "--min-score",
    type=click.FloatRange(0, 1),
    help="Nothing scored below this. Default: the model's.",
)
@click.option("--no-collapse", is_flag=True, help="List near-copies and all retellings one by one.")
@click.option("--stories", is_flag=True, help="List every retelling of one event, not two at most.")
@click.option("--explain", is_flag=True, help="Every word's part in the score, and the score's parts.")
@format_option
@click.pass_obj
def similar(
    home: Home,
    /,
    text: str | None,
    article_id: str | None,
    path: Path | None,
    form: str,
    no_collapse: bool,
    **given: Any,
) -> None:
    """Articles related to TEXT, to an article of the corpus (--id), or to a file.

    With - as TEXT, each line of standard input is a question, answered in order. An article of the corpus with
    the headline that is asked with is left out, with its near-copies; JSON names it: query.left_out.id and .title.

    \b
    Examples:
      recommender similar "포스코퓨처엠 양극재 공장" -k 5
      recommender similar --id 0ca50f81fb2cb42e --past-only --format json
      recommender similar - --format jsonl < questions.txt
    """
    from ..ranking.options import SearchOptions

    if sum(given is not None for given in (text, article_id, path)) != 1:
        raise click.UsageError(
            'Ask with one of: TEXT, --id ID, --file PATH. Example: recommender similar "양극재 공장"'
        )
    options = SearchOptions(collapse=not no_collapse, **given)
    desk = home.recommender()
    if text == "-":
        _print_many(_each_line(desk, options), form)
    elif path is not None:
        _print(_from_file(desk, path, options), form)
    elif article_id is not None:
        _print(desk.similar(id=article_id, k=options.k, options=options), form)
    else:
        _print(_from_text(desk, text or "", options), form)


def _from_text(desk: Recommender, text: str, options: SearchOptions) -> Answer:
    """A long or many-lined text is a headline with its body."""
    if len(text) < _LONG and "\n" not in text.strip():
        return desk.similar(text, options.k, options=options)
    from ..corpus import read_text

    title, body, published = _read(read_text(text))
    return desk.similar(title, options.k, body=body, published=published, options=options)


def _from_file(desk: Recommender, path: Path, options: SearchOptions) -> Answer:
    from ..corpus import read_page

    title, body, published = _read(read_page(path))
    return desk.similar(title, options.k, body=body, published=published, options=options)


def _read(reading: Any) -> tuple[str, str, str | None]:
    title, body, published = (getattr(reading, name) for name in ("title", "body", "published"))
    text = body.value if body else ""
    return (title.value if title else text[:60], text, published.value if published else None)


def _each_line(desk: Recommender, options: SearchOptions) -> Iterator[Answer]:
    for line in sys.stdin:
        yield desk.similar(line.rstrip("\n"), options.k, options=options)


def _print_many(answers: Iterator[Answer], form: str) -> None:
    """One document whatever the number of questions: a JSON list, or one table that names the question."""
    if form == "json":
        click.echo(as_json([answer.as_json() for answer in answers], indent=1))
    elif form == "csv":
        rows = ({"query": answer.query["text"], **hit.as_json()} for answer in answers for hit in answer)
        click.echo(as_csv(rows, ("query", *_COLUMNS)), nl=False)
    else:
        for answer in answers:
            _print(answer, form)


def _print(answer: Answer, form: str) -> None:
    if form in ("json", "jsonl"):
        click.echo(as_json(answer.as_json(), indent=1 if form == "json" else None))
    elif form == "csv":
        click.echo(as_csv([hit.as_json() for hit in answer], _COLUMNS), nl=False)
    else:
        _print_people(answer)


def _print_people(answer: Answer) -> None:
    asked = answer.query.get("title") or answer.query.get("text") or ""
    tell(str(asked)[:120], bold=True)
    if corrected := answer.query.get("corrected"):
        tell(f"  showing results for: {corrected}")
    if own := answer.query.get("left_out"):
        tell(f"  left out, as it is what was asked with: {own['id']} {own['title']}")
    if answer.abstained:
        tell(f"  no answer: {answer.reason}")
    for hit in answer:
        _print_hit(hit)
    click.echo()


def _print_hit(hit: Hit) -> None:
    article = hit.article
    source = " ".join(part for part in ((article.published or "")[:10], article.outlet or "") if part)
    shown = article.shown_title + (f"  ({source})" if source else "")
    tell(f"{hit.rank:3}. {hit.score:.2f} {hit.label:<7}  {shown}")
    notes = [f"{reason.term} {reason.weight:.2f}" for reason in hit.why]
    if hit.pinned:
        notes.insert(0, "pinned")
    if hit.topic:
        notes.append(f"[{hit.topic.name}]")
    if hit.folded:
        notes.append(f"+{len(hit.folded)} more on this")
    if hit.also:
        notes.append(f"+{counted(len(hit.also), 'copy', 'copies')}: {', '.join(hit.also[:3])}")
    tell(f"           {article.id}  " + "  ".join(notes), dim=True)
    if hit.parts:
        tell("           parts: " + "  ".join(f"{n} {v:.3f}" for n, v in hit.parts.items()), dim=True)


@click.command()
@click.option("-k", type=click.IntRange(min=1), default=5, show_default=True, help="Related articles for each.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File; default: standard output.")
@click.option("--no-collapse", is_flag=True, help="List near-copies and all retellings one by one.")
@click.option("--stories", is_flag=True, help="List every retelling of one event, not two at most.")
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes that do the work.")
@click.pass_obj
def export(home: Home, k: int, output: Path | None, no_collapse: bool, stories: bool, workers: int) -> None:
    """The related list of every article, as JSON Lines, for a CMS.

    The lines are the same for any number of --workers; each keeps a core busy.

    \b
    Examples:
      recommender export -k 5 -o related.jsonl
      recommender export --workers 4 -o related.jsonl
    """
    from ..jobs.related import related_lists
    from ..ranking.options import SearchOptions

    recommender, options = home.recommender(), SearchOptions(k=k, collapse=not no_collapse, stories=stories)
    with closing(related_lists(recommender, options, workers)) as lines:
        if output is None:
            for line in lines:
                click.echo(line)
            return
        _write(lines, output, len(recommender))


def _write(lines: Iterator[str], output: Path, count: int) -> None:
    with written(output) as file:
        for row, line in enumerate(lines):
            file.write(f"{line}\n".encode())
            if sys.stderr.isatty() and row % 200 == 0:
                click.echo(f"\r{row:,} of {count:,}", err=True, nl=False)
    say(f"{count:,} related lists in {output}")
