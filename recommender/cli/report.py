"""``report``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ._home import Home
from ._output import say, written

if TYPE_CHECKING:
    from ..evaluation.evaluate import Evaluation
    from ..ranking.recommend import Recommender
    from ..versions.quality import Quality

_CHEAP = 2_000_000  # questions times articles up to which a report judges the model itself


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
    recommender = home.recommender()
    model = recommender.model
    measured = _measured(recommender) if form in JUDGED else None
    text = render(summarise(model, measured=measured), form, lang or language_of(model))
    data = text if isinstance(text, bytes) else text.encode()
    with written(output) as file:
        file.write(data)
    say(f"{output}: {len(data):,} bytes")


def _measured(recommender: Recommender) -> Evaluation | Quality | None:
    """The model judged now where that takes seconds and can be done; else None: the report has the manifest's."""
    from ..evaluation.comparison import folds
    from ..evaluation.evaluate import evaluate
    from ..evaluation.queries import questions_from_links
    from ..versions.quality import Quality

    asked = questions_from_links(recommender.model)
    if not asked:
        return Quality(0)
    if len(asked) * len(recommender.model) > _CHEAP:
        return None
    say("judging the model by the editors' related lists ...")
    try:
        weights = folds(recommender.model)
    except ModuleNotFoundError:  # the libraries of training are not on this machine
        return None
    return evaluate(recommender, asked, weights)
