"""Errors of the service: an HTTP status, one sentence and a hint, without paths of the machine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import CorpusError, InputError, MissingExtra, ModelError, QueryError, RecommenderError, UnknownName
from ..lazy import pattern
from ..messages import translated
from .hints import over_http

_PATH = pattern(r"(?<![\w:/.])(?:\.{0,2}/)(?:[^\s/'\"(),;]+/)*([^\s/'\"(),;]+)")
_LONG = pattern(r"'.{100,}'", re.DOTALL)  # a name that was asked for
_STATUS: tuple[tuple[type[RecommenderError], int], ...] = (
    (UnknownName, 404), (QueryError, 422), (InputError, 422), (MissingExtra, 422), (CorpusError, 409),
    (ModelError, 503),
)  # fmt: skip


class Refusal(RecommenderError):
    """A request that is not answered, with its ``status``; ``headers`` go with the answer."""

    def __init__(self, status: int, problem: str, hint: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(problem, hint)
        self.status = status
        self.headers = dict(headers or {})

    @classmethod
    def of(cls, error: RecommenderError, home: Path) -> Refusal:
        """``error`` as sent over HTTP, without the folder ``home`` or any other."""
        if isinstance(error, Refusal):
            return error
        status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
        headers = {"Retry-After": "5"} if status == 503 else None
        if isinstance(error, UnknownName):  # made of what was asked and of what is there
            return cls(status, shortened(error.problem), over_http(error.hint))
        return cls(status, without_folders(error.problem, home), over_http(without_folders(error.hint, home)), headers)

    def as_json(self, lang: str = "en") -> dict[str, Any]:
        """The answer; problem and hint in Korean where ``lang`` is ``ko`` and the catalogue has them."""
        problem, hint = (translated(text, lang) for text in (self.problem, self.hint))
        return {"error": {"status": self.status, "problem": problem, "hint": hint}}


def shortened(sentence: str) -> str:
    """``sentence`` with a long name in quotes cut: who asked knows it."""
    return _LONG.sub(_cut, sentence)


def _cut(match: re.Match[str]) -> str:
    return f"{match[0][:60]}...'"


def without_folders(text: str, home: Path) -> str:
    """``text`` with paths made relative to ``home``, others cut to their last part; addresses stay."""
    return _PATH.sub(r"\1", text.replace(f"{home}/", "").replace(str(home), "the home"))
