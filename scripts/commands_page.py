"""Writes docs/commands.md from the help texts: ``python scripts/commands_page.py [FILE]``.

In Korean where RECOMMENDER_LANG is ko: docs/ko/commands.md.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

KOREAN = os.environ.get("RECOMMENDER_LANG") == "ko"
os.environ["RECOMMENDER_LANG"] = "ko" if KOREAN else "en"  # whatever the locale

from recommender.cli import cli, localized  # noqa: E402

ENGLISH_HEAD = """# Commands

Written by `make docs` from the help texts; a test proves it up to date.

Results go to standard output, everything else to standard error. Exit status: 0 done, 1 something is wrong
(one sentence and a hint), 2 wrong usage.
"""
KOREAN_HEAD = """# 명령

`make docs`가 도움말에서 만든 글이며, 테스트가 도움말과 같은지 확인합니다.

결과는 표준 출력으로, 나머지는 모두 표준 오류로 나갑니다. 종료 코드 0은 성공, 1은 문제가 있음(한 문장과 고치는
방법), 2는 잘못된 사용법입니다.
"""


def commands(command: click.Command | None = None, path: str = "recommender") -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name, groups before their members."""
    command = command or localized(cli)
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in command.list_commands(context):
            member = command.get_command(context, name)
            if member is not None:
                yield from commands(member, f"{path} {name}")


def help_of(path: str, command: click.Command) -> str:
    """What ``path --help`` prints on a terminal of 100 columns."""
    context = command.context_class(command, info_name=path, terminal_width=100, max_content_width=100)
    context.help_option_names = ["-h", "--help"]
    return "\n".join(line.rstrip() for line in command.get_help(context).splitlines())


def page() -> str:
    """The whole page."""
    sections = (f"\n## {path}\n\n```text\n{help_of(path, command)}\n```\n" for path, command in commands())
    return (KOREAN_HEAD if KOREAN else ENGLISH_HEAD) + "".join(sections)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(page(), encoding="utf-8")
    else:
        sys.stdout.write(page())
