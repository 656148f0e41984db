"""The Model Context Protocol: tools and resources for an assistant, over stdio or HTTP."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Literal, ParamSpec

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ToolError, UnexpectedToolError
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field, ValidationError

from ..config import __version__
from ..errors import ModelError, QueryError, RecommenderError
from ..ranking.model import Model
from ..ranking.options import SearchOptions
from ..topics.edits import commands
from ..topics.edits.log import Edit, EditLog
from ..versions.artifact import current_folder, report_damage
from .hints import over_mcp
from .mcp_tools import TextQuery, Tools
from .refusal import shortened

_Arguments = ParamSpec("_Arguments")
_READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_EDITS = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=False)
_INSTRUCTIONS = (
    "A newspaper's archive. `similar` finds the articles related to a text or to an article, with reasons; where it "
    "abstains, nothing in the archive is related: say so. `topics` and `topic` show what the archive is about, "
    "`article` a whole article. Name articles by their titles, outlets and dates, and give their ids."
)

_Id = Annotated[str, Field(description="Id of an article, as answers give it.")]
_Topic = Annotated[str, Field(description="Id or name of a topic.")]
_Why = Annotated[str, Field(description="Why, for those who read the log of edits.")]
_Names = list[str] | str | None
_Text = Annotated[str | None, Field(description="A headline, a few words, or a whole draft.")]
_Title = Annotated[str | None, Field(description="Instead of text: the headline of a draft ...")]
_Body = Annotated[str | None, Field(description="... and its text.")]


def server(tools: Tools, *, editor: bool = False, by: Callable[[], str] = str) -> MCPServer[Any]:
    """The server of ``tools``; with ``editor``, topics and pairs can be edited too, in the name that ``by`` returns."""
    instance = _Server(
        "recommender", title="Related articles", version=__version__, instructions=_INSTRUCTIONS, log_level="WARNING",
    )  # fmt: skip
    _add_questions(instance, tools)
    _add_resources(instance, tools)
    if editor:
        _add_topic_edits(instance, tools, by)
        _add_decisions(instance, tools, by)
    return instance


class _Server(MCPServer[Any]):
    """Every failure is one sentence."""

    async def call_tool(self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None) -> Any:
        schemas = {tool.name: tool.input_schema for tool in await self.list_tools()}
        if name not in schemas:
            return _failed(f"There is no tool '{name[:60]}'. There are: {', '.join(schemas)}.")
        if problem := _unknown(name, arguments, schemas[name]["properties"]):
            return _failed(problem)
        try:
            return await super().call_tool(name, arguments, context)
        except UnexpectedToolError:
            logging.getLogger(__name__).exception("%s failed", name)
            return _failed(f"{name} failed by a fault of this program. Its log (standard error) says more.")
        except ToolError as error:
            return _failed(_sentence(error))


def _unknown(tool: str, arguments: Mapping[str, Any], properties: Mapping[str, Any]) -> str:
    names = [name for name in arguments if name not in properties]
    if not names:
        return ""
    return f"{tool} has no parameter '{names[0][:60]}'. It has: {', '.join(properties) or 'none'}."


def _sentence(error: ToolError) -> str:
    """The first problem with the arguments, or the tool's own error."""
    cause = error.__cause__
    if not isinstance(cause, ValidationError):
        return str(cause or error)
    first = cause.errors(include_url=False, include_input=False)[0]
    name = str(first["loc"][0]) if first["loc"] else "The arguments"
    if first["type"] == "missing":
        return f"'{name}' is missing. Give it."
    return f"'{name}': {first['msg'].lower()}. The tool's schema says what it takes."


def _failed(text: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)


def _as_tool(tools: Tools, answer: Callable[_Arguments, Any]) -> Callable[_Arguments, CallToolResult]:
    """``answer`` as a tool: the JSON of the command line, also as structured content (a list as its ``result``)."""

    @wraps(answer)
    def call(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> CallToolResult:
        try:
            with report_damage(_folder(tools)):
                result = answer(*args, **kwargs)
        except RecommenderError as error:
            return _failed(shortened(over_mcp(str(error))))
        text = TextContent(type="text", text=json.dumps(result, ensure_ascii=False, indent=1))
        return CallToolResult(
            content=[text], structured_content=result if isinstance(result, dict) else {"result": result}
        )

    call.__annotations__["return"] = CallToolResult
    return call


def _folder(tools: Tools) -> Path | None:
    try:
        return current_folder(tools.models)
    except ModelError:
        return None


def _add_questions(server: MCPServer[Any], tools: Tools) -> None:
    def similar(
        text: _Text = None,
        id: Annotated[_Names, Field(description="Instead: an article of the archive, or several.")] = None,
        title: _Title = None,
        body: _Body = None,
        k: Annotated[int, Field(description="Articles wanted.", ge=1, le=1000)] = 10,
        date: Annotated[str | None, Field(description="When the text was published: 2024-08-05.")] = None,
        since: Annotated[
            str | None, Field(description="Published on this day or later: 2024-08, 7d, 3개월, 지난달.")
        ] = None,
        until: Annotated[str | None, Field(description="Published on this day or earlier.")] = None,
        outlet: Annotated[_Names, Field(description="Of these outlets only.")] = None,
        section: Annotated[_Names, Field(description="Of these sections only.")] = None,
        topic: Annotated[str | None, Field(description="In this topic only, by id or name.")] = None,
        exclude_id: Annotated[_Names, Field(description="Not these articles.")] = None,
        exclude_outlet: Annotated[_Names, Field(description="Not of these outlets.")] = None,
        exclude_author: Annotated[_Names, Field(description="Nothing with these names in its byline.")] = None,
        past_only: Annotated[bool, Field(description="Nothing published after what asks.")] = False,
        no_date: Annotated[bool, Field(description="Ignore the date of the question.")] = False,
        diversity: Annotated[float, Field(description="0 the most related, 1 the most different.", ge=0, le=1)] = 0.0,
        min_score: Annotated[float | None, Field(description="Nothing scored below this.", ge=0, le=1)] = None,
        model: Annotated[str | None, Field(description="Ask this version, not the current one.")] = None,
        no_collapse: Annotated[bool, Field(description="List near-copies and retellings one by one.")] = False,
        stories: Annotated[bool, Field(description="List every retelling of one event.")] = False,
        explain: Annotated[bool, Field(description="Every word's part in the score.")] = False,
    ) -> Any:
        """Articles of the archive related to a text, a draft or an article, best first, each with the words that
        they share. `abstained` with a `reason` where nothing is related."""
        ids = [id] if isinstance(id, str) else list(id or ())
        if bool(ids) + (text is not None) + bool(title or body) != 1:
            raise QueryError("Ask with one of: text, id, or title with body.", 'For example: {"text": "양극재 공장"}')
        if not ids and not any(value and value.strip() for value in (text, title, body)):
            raise QueryError("The text is empty.", 'For example: {"text": "양극재 공장"}')
        if ids and date:
            raise QueryError("An article of the corpus has its own date.", "Give date with text.")
        options = SearchOptions(
            k, since, until, outlet, section, topic, exclude_id, exclude_outlet, exclude_author, no_date, past_only,
            diversity, min_score, not no_collapse, stories, explain,
        )  # fmt: skip
        return tools.similar(TextQuery(text, title, body, date), ids, model, options)

    def article(id: _Id) -> Any:
        """A whole article as the archive holds it: title, body, outlet, author, dates, its editors' related list, and
        where it was read."""
        return tools.article(id)

    def topics(
        level: Annotated[Literal["broad", "fine"] | None, Field(description="Topics of one level.")] = None,
    ) -> Any:
        """Curated topics (desks) and topics of the archive, each with its size, name and words."""
        return tools.topics(level)

    def topic(
        topic: _Topic, limit: Annotated[int | None, Field(description="The first so many; default: all.", ge=1)] = None
    ) -> Any:
        """The articles of one topic, the most typical first."""
        return tools.topic(topic, limit)

    def predict(text: _Text = None, title: _Title = None, body: _Body = None) -> Any:
        """The topics of a new text, of both levels, by the articles most like it; it goes into no corpus."""
        if (text is not None) + bool(title or body) != 1:
            raise QueryError("Give text, or title with body.", 'For example: {"text": "양극재 공장 준공"}')
        if not any(map(str.isalnum, f"{text or ''}{title or ''}{body or ''}")):
            raise QueryError("The text holds no word.", 'For example: {"text": "양극재 공장 준공"}')
        return tools.predict(TextQuery(text, title, body))

    def inspect(
        path: Annotated[str | None, Field(description="A file, as `sources` of an article names it.")] = None,
        line: Annotated[int | None, Field(description="Of many records, the one at this line.", ge=1)] = None,
        encoding: Annotated[str | None, Field(description="Its encoding; default: recognised.")] = None,
        text: Annotated[str | None, Field(description="Instead of path: the text or HTML of a page.")] = None,
    ) -> Any:
        """How a page or record was read: each field with its lines, the rule that found it, and a confidence."""
        if (path is None) == (text is None):
            raise QueryError("Give path or text, one of them.", "`article` names the paths of an article (`sources`).")
        return tools.inspect(path, line, encoding) if path is not None else tools.inspect_text(text or "")

    for tool in (similar, article, topics, topic, predict, inspect):
        server.add_tool(_as_tool(tools, tool), annotations=_READS)


def _add_resources(server: MCPServer[Any], tools: Tools) -> None:
    @server.resource("recommender://report", title="Topic report", mime_type="application/json")
    def report() -> str:
        """Topics, stories, trends and the quality of the current version."""
        return _read(tools.report)

    @server.resource("recommender://topics", title="Topics", mime_type="application/json")
    def topics() -> str:
        """Curated topics and topics, both levels."""
        return _read(lambda: _json(tools.topics()))

    @server.resource("recommender://topics/{topic}", title="Articles of a topic", mime_type="application/json")
    def topic(topic: str) -> str:
        """The articles of the topic of this id, the most typical first."""
        return _read(lambda: _json(tools.topic(topic)))


def _read(make: Callable[[], str]) -> str:
    try:
        return make()
    except RecommenderError as error:
        raise ResourceError(over_mcp(str(error))) from error


def _json(rows: Any) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=1)


def _add_topic_edits(server: MCPServer[Any], tools: Tools, by: Callable[[], str]) -> None:
    def rename_topic(topic: _Topic, name: str, reason: _Why = "") -> Any:
        """Give a topic another name; its id stays."""
        return tools.edit(lambda model, log: commands.rename(model, topic, name), by(), reason)

    def merge_topics(topics: Annotated[list[str], Field(description="Two or more.")], reason: _Why = "") -> Any:
        """Make one topic of two or more; the first keeps its id and name."""
        return tools.edit(lambda model, log: commands.merge(model, topics), by(), reason)

    def split_topic(
        topic: _Topic,
        into: Annotated[int | None, Field(description="Number of parts, made by similarity.", ge=2)] = None,
        articles: Annotated[list[str] | None, Field(description="Instead: ids of articles that leave.")] = None,
        reason: _Why = "",
    ) -> Any:
        """Split a topic: the largest part, or what is not named, keeps its id; each other part gets a new one."""
        if into and articles:
            raise QueryError("Both into and articles are given.", "Give one of them.")

        def make(model: Model, log: EditLog) -> Edit:
            return commands.split(model, log, topic, into, articles or ())

        return tools.edit(make, by(), reason)

    def move_article(article: _Id, topic: _Topic, reason: _Why = "") -> Any:
        """Put an article into a topic, out of the one it is in now."""
        return tools.edit(lambda model, log: commands.put(model, "move", article, topic), by(), reason)

    def pin_article(article: _Id, topic: _Topic, reason: _Why = "") -> Any:
        """Keep an article in a topic whatever training says, until it is moved."""
        return tools.edit(lambda model, log: commands.put(model, "pin", article, topic), by(), reason)

    def undo_topic_edit(reason: _Why = "") -> Any:
        """Take back the last edit of topics that stands; once more for the one before."""
        return tools.undo_edit(by(), reason)

    for tool in (rename_topic, merge_topics, split_topic, move_article, pin_article, undo_topic_edit):
        server.add_tool(_as_tool(tools, tool), annotations=_EDITS)


def _add_decisions(server: MCPServer[Any], tools: Tools, by: Callable[[], str]) -> None:
    def pin_related(article: _Id, other: _Id, reason: _Why = "") -> Any:
        """Put an article first in the related list of another, whatever its score."""
        return tools.decide("pin", article, other, by(), reason)

    def block_related(article: _Id, other: _Id, reason: _Why = "") -> Any:
        """Keep two articles out of each other's related lists."""
        return tools.decide("block", article, other, by(), reason)

    def undo_related(reason: _Why = "") -> Any:
        """Take back the last decision on a pair that stands; once more for the one before."""
        return tools.undo_decision(by(), reason)

    for tool in (pin_related, block_related, undo_related):
        server.add_tool(_as_tool(tools, tool), annotations=_EDITS)
