"""``report``."""

from __future__ import annotations

from pathlib import Path

import click

from ._home import Home
from ._output import say, written
from ._paths import NamedPath


@click.command()
@click.option("-o", "--output", type=NamedPath(dir_okay=False, path_type=Path), required=True, help="File to write.")
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
    from ..reporting import FORMATS, MEASURED, language_of, render, summarise
    from ..reporting.measure import measured_quality

    form = form or output.suffix.lstrip(".").lower()
    if form not in FORMATS:
        raise click.UsageError(
            f"The ending of {output.name} names no format; give --format, one of {', '.join(FORMATS)}."
        )
    recommender = home.recommender()
    model = recommender.model
    quality = measured_quality(recommender, say) if form in MEASURED else None
    text = render(summarise(model, measured=quality), form, lang or language_of(model))
    data = text if isinstance(text, bytes) else text.encode()
    with written(output) as file:
        file.write(data)
    say(f"{output}: {len(data):,} bytes")
