"""``mcp``."""

from __future__ import annotations

import click

from ._home import Home
from ._output import say


@click.command()
@click.option("--http", is_flag=True, help="Over HTTP, on this machine alone; default: over standard input and output.")
@click.option("--port", type=click.IntRange(0, 65535), default=8766, show_default=True, help="For --http; 0: any.")
@click.option("--editor", is_flag=True, help="Edits of topics and decisions on pairs too, not questions alone.")
@click.pass_obj
def mcp(home: Home, http: bool, port: int, editor: bool) -> None:
    """Tools for an assistant, by the Model Context Protocol: similar, article, topics, topic, predict, inspect.

    Answers are the JSON of the commands of these names; resources are the report and the topics. What changes in the
    home is taken up with the next question. Over HTTP an editor sends a token (recommender serve --new-token editor
    NAME). docs/mcp.md shows what an assistant's settings need.

    \b
    Examples:
      recommender mcp
      recommender -C /srv/archive mcp --http --port 8766
      recommender -C /srv/archive mcp --editor
    """
    from ..errors import MissingExtra

    try:
        import mcp as sdk  # noqa: F401
    except ModuleNotFoundError as error:
        raise MissingExtra(
            "The SDK of the Model Context Protocol is not installed.",
            "Install it: pip install 'related-recommender[mcp]'",
        ) from error
    from ..serving.mcp_run import asking, run_http, run_stdio
    from ..serving.mcp_server import server
    from ..serving.mcp_tools import Tools
    from ..serving.tokens import FILE, Tokens
    from .remove import person

    home.recommender()  # says which edits cannot be applied
    tools = Tools(home.folder, any_file=not http, index=home.index())
    instance = server(tools, editor=editor, by=lambda: asking() or person())
    if http:
        run_http(instance, port, say, Tokens(home.data / FILE) if editor else None)
    else:
        run_stdio(instance)
