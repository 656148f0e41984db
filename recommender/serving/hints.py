"""Sentences that name commands, rewritten for clients: with addresses over HTTP, with tools over MCP."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ADDRESSES = (
    ("Make one: recommender ingest PATH, or name its folder with -C.", "Send articles: POST /v1/articles."),
    ("recommender articles --removed. Nothing was lifted.", "GET /v1/articles"),
    ("recommender articles --removed", "POST /v1/articles/{id}/restore lets one come back."),
    ("See: POST", "POST"),
    ("recommender articles", "GET /v1/articles"),
    ("recommender topics TOPIC", "GET /v1/topics/{id}"),
    ("recommender topics", "GET /v1/topics"),
    ("recommender related list", "GET /v1/related"),
    ("recommender models list", "GET /v1/models"),
    ("recommender models rollback", "POST /v1/models/rollback"),
    ("recommender models promote VERSION", "POST /v1/models/{version}/promote"),
    ("recommender train", "POST /v1/retrain"),
    ("Edits so far: data/edits.jsonl", "See: GET /v1/edits"),
    ("say which is which, such as --map", "name them title, body, outlet, author, published, url --map"),
    ("; say which it is: --map", "; write dates as 2024-08-05 --map"),
)
_TOOLS = (
    ("recommender topics TOPIC", "the tool topic"),
    ("recommender topics", "the tool topics"),
    ("recommender articles --removed", "it was removed; who runs the archive can restore it"),
    ("recommender articles", "the tool similar, whose hits have ids"),
    ("recommender related list", "the tool article"),
)
_COLUMNS = re.compile(r" --map .*", re.DOTALL)  # files have columns that can be named; records name their fields
_OPTION = re.compile(r"(?<![\w-])--([a-z][a-z-]+)(?: ID)?")


def over_http(sentence: str) -> str:
    """``sentence`` with addresses in the place of commands, and options by their names.

    >>> over_http("There is no decision to undo. See: recommender related list")
    'There is no decision to undo. See: GET /v1/related'
    >>> over_http("Give its date (published), or ask without --past-only.")
    'Give its date (published), or ask without past-only.'
    """
    return _OPTION.sub(r"\1", _COLUMNS.sub(".", _replaced(sentence, _ADDRESSES)))


def over_mcp(sentence: str) -> str:
    """``sentence`` with tools in the place of commands that have one, and options as arguments.

    >>> over_mcp("See: recommender topics")
    'See: the tool topics'
    >>> over_mcp("Lower --min-score, or ask without --past-only.")
    'Lower min_score, or ask without past_only.'
    """
    return _OPTION.sub(lambda option: option[1].replace("-", "_"), _replaced(sentence, _TOOLS))


def _replaced(sentence: str, table: Sequence[tuple[str, str]]) -> str:
    for command, other in table:
        sentence = sentence.replace(command, other)
    return sentence
