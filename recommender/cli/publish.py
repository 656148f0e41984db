"""``publish``."""

from __future__ import annotations

import click

from ._home import Home
from ._output import counted, inform, say


@click.command()
@click.option("--milvus", "uri", required=True, metavar="URI", help="http://HOST:19530, or PATH.db for milvus-lite.")
@click.option("--alias", default="recommender", show_default=True, help="Name under which the newest version stands.")
@click.option("--model", "version", metavar="VERSION", help="Publish this version, not the current one.")
@click.pass_obj
def publish(home: Home, uri: str, alias: str, version: str | None) -> None:
    """Put the articles of the model on a Milvus server: vectors, terms, days, outlets, topics.

    They form a collection named by the version; the alias is switched to it in one step once all are there. The
    collection before stays, older ones under that alias are dropped. What the server asks for as a token stands in the
    environment: RECOMMENDER_MILVUS_TOKEN. Publish again after a training, an update, and edits of topics.

    \b
    Examples:
      recommender publish --milvus http://10.0.0.5:19530
      recommender similar "양극재 공장" --index milvus:http://10.0.0.5:19530
    """
    from ..index.milvus import Server
    from ..jobs.publish import publish as put

    done = put(home.recommender(version).model, Server.of(uri), alias, say)
    for name in done.dropped:
        say(f"dropped: {name}")
    if done.before:
        say(f"{alias} meant {done.before} before, which stays")
    inform(f"{done.collection}: {counted(done.articles, 'article')}; {alias} means it now")
