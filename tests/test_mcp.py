"""``recommender mcp``: asked by the SDK's own client, over standard input and output and over HTTP."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

pytest.importorskip("mcp.client.client", reason="needs the extra mcp")

import warm
from conftest import ROOT, Run, environment, run_process
from mcp import Client, StdioServerParameters
from mcp.shared.exceptions import MCPError

from recommender.cli.remove import person
from recommender.errors import InputError, RecommenderError
from recommender.ranking.recommend import Recommender
from recommender.serving.mcp_run import run_http
from recommender.serving.mcp_tools import Tools
from recommender.serving.tokens import FILE, Tokens
from recommender.topics.edits.log import EditLog

ASKS = {"similar", "article", "topics", "topic", "predict", "inspect"}
EDITS = {"rename_topic", "merge_topics", "split_topic", "move_article", "pin_article", "undo_topic_edit", "pin_related",
         "block_related", "undo_related"}  # fmt: skip
PAGE = "data/sample/pages/2024-07-22_donghae_005.txt"
Talk = Callable[[Client], Coroutine[Any, Any, Any]]


def over_stdio(home: Path, talk: Talk, *options: str) -> Any:
    """What ``talk`` finds out from a server that the client started."""
    python, *words = warm.recommender()
    command = [*words, "-C", str(home), "mcp", *options]
    started = StdioServerParameters(command=python, args=command, env=environment(), cwd=str(ROOT))
    return asyncio.run(_talked(started, talk))


async def _talked(server: Any, talk: Talk) -> Any:
    async with Client(server) as client:
        return await talk(client)


@contextmanager
def serving(home: Path, *options: str) -> Iterator[str]:
    """The address of a server over HTTP."""
    command = [*warm.recommender(), "-C", str(home), "mcp", "--http", "--port", "0", *options]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8", cwd=ROOT, env=environment())
    assert server.stderr
    try:
        yield next(found[0] for line in server.stderr if (found := re.search(r"http://\S+/mcp", line)))
    finally:
        server.terminate()
        server.communicate()


def over_http(home: Path, talk: Talk, *options: str) -> Any:
    with serving(home, *options) as address:
        return asyncio.run(_talked(address, talk))


async def told(client: Client, tool: str, **given: Any) -> Any:
    """The JSON that a tool answers with."""
    answer = await client.call_tool(tool, given)
    assert not answer.is_error, answer.content
    found = json.loads(answer.content[0].text)
    assert answer.structured_content == (found if isinstance(found, dict) else {"result": found})
    return found


async def refused(client: Client, tool: str, **given: Any) -> str:
    answer = await client.call_tool(tool, given)
    assert answer.is_error
    return str(answer.content[0].text)


@pytest.mark.parametrize("over", [over_stdio, over_http])
def test_answers_are_those_of_the_command_line(sample_home: Path, run: Run, over: Callable[..., Any]) -> None:
    model = Recommender.open(sample_home / "models").model
    article, topic = model.catalogue.ids[0], model.topics.topics[0].id

    async def talk(client: Client) -> list[Any]:
        assert {tool.name for tool in (await client.list_tools()).tools} == ASKS
        return [
            await told(client, "similar", text="양극재 공장", k=3, since="2024", explain=True),
            await told(client, "similar", id=article, k=2),
            [await told(client, "article", id=article)],
            await told(client, "topics"),
            await told(client, "topic", topic=topic),
            [await told(client, "predict", text="양극재 공장 준공")],
        ]

    commands = (
        ["similar", "양극재 공장", "-k", "3", "--since", "2024", "--explain"], ["similar", "--id", article, "-k", "2"],
        ["articles", article], ["topics"], ["topics", topic], ["topics", "predict", "양극재 공장 준공"],
    )  # fmt: skip
    for command, answer in zip(commands, over(sample_home, talk), strict=True):
        assert json.loads(run(sample_home, *command, "--format", "json").stdout) == answer, command


def test_a_page_is_inspected_from_its_file_and_from_its_text(sample_home: Path, run: Run) -> None:
    async def talk(client: Client) -> tuple[Any, Any]:
        text = (ROOT / PAGE).read_text("utf-8")
        return await told(client, "inspect", path=PAGE), await told(client, "inspect", text=text)

    from_file, from_text = over_stdio(sample_home, talk)
    assert json.loads(run(sample_home, "inspect", PAGE, "--format", "json").stdout) == from_file
    assert from_text["fields"] == from_file["fields"]


def test_over_http_no_file_is_shown_that_the_corpus_was_not_read_from(sample_home: Path, tmp_path: Path) -> None:
    other = tmp_path / "secret.txt"
    other.write_text("제목\n\n비밀 본문이다. 아무도 읽으면 안 된다.", "utf-8")

    async def talk(client: Client) -> tuple[Any, str]:
        return await told(client, "inspect", path=PAGE), await refused(client, "inspect", path=str(other))

    page, sentence = over_http(sample_home, talk)
    assert page["fields"]["title"]
    assert "was not read into this corpus" in sentence
    assert "비밀" not in sentence
    tools = Tools(sample_home, any_file=False)
    with pytest.raises(InputError, match="was not read"):
        tools.inspect(f"{sample_home}/../secret.txt", None, None)
    with pytest.raises(InputError, match="was not read"):
        tools.inspect("a\0b", None, None)


def test_a_draft_is_read_as_the_command_line_reads_it(sample_home: Path, run: Run) -> None:
    draft = (ROOT / PAGE).read_text("utf-8")

    async def talk(client: Client) -> Any:
        return await told(client, "similar", text=draft, k=3)

    answer = over_stdio(sample_home, talk)
    assert json.loads(run(sample_home, "similar", draft, "-k", "3", "--format", "json").stdout) == answer


def test_a_mistake_is_one_sentence_without_a_traceback(sample_home: Path) -> None:
    async def talk(client: Client) -> dict[str, str]:
        return {
            "nothing": await refused(client, "similar"),
            "both": await refused(client, "similar", text="포항", id="x"),
            "k": await refused(client, "similar", text="포항", k=0),
            "kind": await refused(client, "similar", text="포항", past_only="sometimes"),
            "option": await refused(client, "similar", text="포항", limit=3),
            "date": await refused(client, "similar", text="포항", since="neulich"),
            "article": await refused(client, "article", id="no-such"),
            "long": await refused(client, "article", id="x" * 5000),
            "empty": await refused(client, "similar", text=" "),
            "wordless": await refused(client, "predict", title="!"),
            "missing": await refused(client, "article"),
            "topic": await refused(client, "topic", topic="no-such"),
            "model": await refused(client, "similar", text="포항", model="v9999"),
            "file": await refused(client, "inspect", path="/no/such/file"),
            "tool": await refused(client, "rename_topic", topic="x", name="y"),
        }

    found = over_stdio(sample_home, talk)
    for name, sentence in found.items():
        assert "\n" not in sentence, name
        assert "Traceback" not in sentence, name
        assert "Error" not in sentence, name
        assert not re.search(r"recommender (?!train)[a-z]|--[a-z]", sentence), "an assistant has tools, no command line"
    assert found["topic"].endswith("the tool topics")
    assert found["option"].startswith("similar has no parameter 'limit'. It has: text, id,")
    assert "There is no tool 'rename_topic'" in found["tool"]
    assert "neulich" in found["date"]
    assert "2024-08-05" in found["date"]
    assert len(found["long"]) < 200
    assert found["empty"].startswith("The text is empty.")
    assert found["wordless"].startswith("The text holds no word.")
    assert found["missing"] == "'id' is missing. Give it."


def test_resources_are_the_report_and_the_topics(sample_home: Path, run: Run) -> None:
    topic = Recommender.open(sample_home / "models").model.topics.topics[0].id

    async def talk(client: Client) -> list[Any]:
        names = {str(each.uri) for each in (await client.list_resources()).resources}
        assert names == {"recommender://report", "recommender://topics"}
        with pytest.raises(MCPError, match="There is no topic 'no-such'"):
            await client.read_resource("recommender://topics/no-such")
        asked = (*sorted(names), f"recommender://topics/{topic}")
        return [json.loads((await client.read_resource(name)).contents[0].text) for name in asked]

    report, topics, members = over_stdio(sample_home, talk)
    assert report["counts"]["articles"] == len(Recommender.open(sample_home / "models"))
    assert topics == json.loads(run(sample_home, "topics", "--format", "json").stdout)
    assert members == json.loads(run(sample_home, "topics", topic, "--format", "json").stdout)


def test_an_editor_edits_topics_and_pairs_and_takes_it_back(own_home: Path, run: Run) -> None:
    model = Recommender.open(own_home / "models").model
    first, second = (topic.id for topic in model.topics.topics[:2])
    one, other = model.catalogue.ids[0], model.catalogue.ids[len(model) - 1]

    async def talk(client: Client) -> None:
        assert {tool.name for tool in (await client.list_tools()).tools} == ASKS | EDITS
        edit = await told(client, "rename_topic", topic=first, name="새 이름", reason="더 짧게")
        assert (edit["action"], edit["topic"], edit["name"], edit["reason"]) == ("rename", first, "새 이름", "더 짧게")
        assert edit["by"] == person()
        assert "새 이름" in {topic["name"] for topic in await told(client, "topics")}
        await told(client, "merge_topics", topics=[first, second])
        assert second not in {topic["id"] for topic in await told(client, "topics")}
        undone = await told(client, "undo_topic_edit")
        assert (undone["action"], undone["undone"]) == ("undo", "merge")
        assert second in {topic["id"] for topic in await told(client, "topics")}
        await told(client, "pin_related", article=one, other=other)
        hits = (await told(client, "similar", id=one))["results"]
        assert hits[0]["id"] == other
        assert hits[0]["pinned"]
        assert "are one article" in await refused(client, "block_related", article=one, other=one)
        await told(client, "undo_related")
        assert not any(hit.get("pinned") for hit in (await told(client, "similar", id=one))["results"])

    over_stdio(own_home, talk, "--editor")
    assert "새 이름" in run(own_home, "topics").stdout


def test_what_changes_is_taken_up_with_the_next_question(own_home: Path, run: Run) -> None:
    topic = Recommender.open(own_home / "models").model.topics.topics[0].id

    async def talk(client: Client) -> list[str]:
        before = await told(client, "topics")
        assert run(own_home, "topics", "rename", topic, "다른 이름").status == 0
        return [row["name"] for row in before + await told(client, "topics") if row["id"] == topic]

    before, after = over_stdio(own_home, talk)
    assert before != after == "다른 이름"


def test_a_page_of_another_site_is_refused(sample_home: Path) -> None:
    asked = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).encode()
    usual = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    with serving(sample_home) as address:
        assert address.startswith("http://127.0.0.1:")
        for name, value in (("Host", "evil.example"), ("Origin", "https://evil.example")):
            with pytest.raises(HTTPError) as answer:
                urlopen(Request(address, asked, {**usual, name: value}))
            answer.value.close()
            assert answer.value.code in (403, 421), name


def test_over_http_edits_need_the_token_of_an_editor(own_home: Path) -> None:
    tokens = Tokens(own_home / "data" / FILE)
    editor, reader = tokens.add("editor", "김편집"), tokens.add("reader", "이독자")
    params = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
    asked = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}).encode()
    usual = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    with serving(own_home, "--editor") as address:
        for token in ("", "Bearer nonsense", f"Bearer {reader}"):
            with pytest.raises(HTTPError) as refused:
                urlopen(Request(address, asked, {**usual, "Authorization": token}))
            refused.value.close()
            assert refused.value.code == 401
        with urlopen(Request(address, asked, {**usual, "Authorization": f"Bearer {editor}"})) as answer:
            assert json.loads(answer.read())["result"]["serverInfo"]["name"] == "recommender"


def test_over_http_an_edit_is_that_of_the_holder_of_the_token(own_home: Path) -> None:
    tokens = Tokens(own_home / "data" / FILE)
    names = ("김편집", "박편집")
    topic = Recommender.open(own_home / "models").model.topics.topics[0].id
    usual = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json",
             "MCP-Protocol-Version": "2025-06-18"}  # fmt: skip
    with serving(own_home, "--editor") as address:
        for name in names:
            params = {"name": "rename_topic", "arguments": {"topic": topic, "name": f"{name}의 이름"}}
            asked = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).encode()
            header = {"Authorization": f"Bearer {tokens.add('editor', name)}"}
            with urlopen(Request(address, asked, {**usual, **header})) as answer:
                assert json.loads(answer.read())["result"]["structuredContent"]["by"] == name
    assert tuple(edit.by for edit in EditLog.read(own_home / "data" / "edits.jsonl").edits) == names


def test_a_taken_port_and_a_missing_model_are_one_sentence(sample_home: Path, tmp_path: Path, run: Run) -> None:
    with serving(sample_home) as address:
        port = address.split(":")[2].split("/")[0]
        done = run(sample_home, "mcp", "--http", "--port", port)
        assert (done.status, done.stderr.count("\n")) == (1, 1)
        assert f"Port {port} cannot be used" in done.stderr
    done = run(tmp_path, "mcp")
    assert done.status == 1
    assert "recommender train" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_the_sdk_the_command_names_what_to_install(sample_home: Path, tmp_path: Path) -> None:
    script = "import sys; sys.modules['mcp'] = None\nfrom recommender.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, "-C", str(sample_home), "mcp"], capture_output=True, encoding="utf-8",
        cwd=tmp_path, env=environment(),
    )  # fmt: skip
    assert done.returncode == 1
    assert "pip install 'related-recommender[mcp]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_stdio_ends_with_its_input(sample_home: Path) -> None:
    done = run_process(sample_home, "mcp")
    assert (done.status, done.stdout, done.stderr) == (0, "", "")


def test_run_http_refuses_a_port_of_the_system(sample_home: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(RecommenderError, match="--port 0"):
        run_http(None, taken.getsockname()[1], print)  # type: ignore[arg-type]
