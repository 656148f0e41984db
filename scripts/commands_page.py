"""Writes docs/commands.md from the help texts: ``python scripts/commands_page.py [FILE]``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from recommender.cli import cli  # noqa: E402

HEAD = """# Commands

Written by `make docs` from the help texts; a test proves it up to date.

Results go to standard output, everything else to standard error. Exit status: 0 done, 1 something is wrong
(one sentence and a hint), 2 wrong usage.
"""


def commands(command: click.Command = cli, path: str = "recommender") -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name, groups before their members."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in command.list_commands(context):
            member = command.get_command(context, name)
            if member is not None:
                yield from commands(member, f"{path} {name}")


def help_of(path: str, command: click.Command) -> str:
    """What ``path --help`` prints on a terminal of 100 columns."""
    context = click.Context(command, info_name=path, terminal_width=100, max_content_width=100)
    context.help_option_names = ["-h", "--help"]
    return "\n".join(line.rstrip() for line in command.get_help(context).splitlines())


def page() -> str:
    """The whole page."""
    sections = (f"\n## {path}\n\n```text\n{help_of(path, command)}\n```\n" for path, command in commands())
    return HEAD + "".join(sections)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(page(), encoding="utf-8")
    else:
        sys.stdout.write(page())
