"""Suggestions for options, commands and characters that other tools use."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from difflib import get_close_matches

import click

_OPTIONS = {
    "-k": ("--top", "--top-k", "--topk", "--k", "-n", "--num", "--limit", "--count", "--size"),
    "--format json": ("--json", "-j"),
    "--format csv": ("--csv",),
    "--format": ("-f", "--output-format", "--type"),
    "-o": ("--out", "--save", "--write"),
    "--id": ("-i", "--article", "--article-id"),
    "--file": ("--input", "--path"),
    "--since": ("--from", "--after", "--start"),
    "--until": ("--to", "--before", "--end"),
    "--outlet": ("--press", "--source", "--media"),
    "--encoding": ("--charset", "--enc"),
    "--level": ("--depth",),
}
_COMMANDS = {
    "similar": ("search", "find", "query", "ask", "recommend", "추천", "검색", "찾기", "관련기사", "유사"),
    "ingest": ("import", "load", "add", "read", "읽기", "수집", "가져오기"),
    "train": ("fit", "learn", "build", "학습", "훈련"),
    "articles": ("list", "ls", "show", "기사", "목록"),
    "remove": ("delete", "del", "rm", "삭제"),
    "serve": ("server", "web", "run", "start", "서버"),
    "report": ("보고서", "리포트"),
    "topics": ("주제", "토픽", "cluster", "clusters"),
    "evaluate": ("eval", "score", "평가"),
    "export": ("dump", "내보내기"),
    "check": ("doctor", "status", "verify", "점검", "확인"),
    "--help": ("help", "도움말"),
    "--version": ("version", "버전"),
}
_HOME = "-C stands before the command: recommender -C FOLDER similar ..."
_LANGUAGE = "The language is that of the locale; RECOMMENDER_LANG=ko or en decides otherwise."
_OF_THE_PROGRAM = {"-C": _HOME, "--home": _HOME, "--lang": _LANGUAGE, "--language": _LANGUAGE, "--locale": _LANGUAGE}
_LONG_DASHES, _CURLED = ("—", "–", "―"), ("“", "”", "‘", "’")


def near_command(typed: str, commands: Sequence[str]) -> list[str]:
    """The commands that may be meant: by the names of other tools, else by spelling."""
    typed = typed.lower()
    synonyms = [name for name, names in _COMMANDS.items() if typed in names]
    return [typed] if typed in commands else synonyms or get_close_matches(typed, commands)


def corrected(error: click.ClickException) -> click.ClickException:
    """The error; for an option of another tool, one that suggests ours."""
    if not isinstance(error, click.NoSuchOption) or error.ctx is None:
        return error
    names = {name for param in error.ctx.command.params for name in param.opts}
    for ours, others in _OPTIONS.items():
        if error.option_name in others and ours.split()[0] in names:
            return click.UsageError(f"No such option '{error.option_name}'. Did you mean '{ours}'?", error.ctx)
    return error


def explained(error: click.ClickException) -> str:
    """A sentence to print below a usage error; ``""`` for none."""
    context = getattr(error, "ctx", None)
    typed = sys.argv[1:]
    if dash := next((word for word in typed if word.startswith(_LONG_DASHES)), None):
        return f"'{dash}' begins with a long dash, as word processors write it. Options begin with hyphens: -k, --id."
    if isinstance(error, click.NoSuchOption):
        return _OF_THE_PROGRAM.get(error.option_name, "")
    if isinstance(error, click.MissingParameter) and error.param is not None and error.param.name == "output":
        return "Name the file to write, such as -o report.html."
    if not str(error.message).startswith("Got unexpected extra") or context is None:
        return ""
    if any(word.startswith(_CURLED) for word in typed):
        return 'The quotes “ ” are those of a word processor: the shell knows " alone.'
    if {"similar", "predict"} & {*typed}:
        return 'Put a text of several words in quotes, such as "양극재 공장".'
    last = typed[-1]
    if "output" in (param.name for param in context.command.params) and "." in last:
        return f"To write a file: -o {last}"
    return ""
