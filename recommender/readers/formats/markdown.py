"""Markdown with front matter, as site builders and clippers of pages write it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, BinaryIO

from recommender.errors import InputError
from recommender.files.toml import parsed
from recommender.readers.columns import Columns
from recommender.readers.encoding import decode
from recommender.readers.formats.common import Read, filled
from recommender.readers.formats.html_fragment import paragraphs_of
from recommender.readers.records import Records
from recommender.readers.rules import lines as rules

FRONT_LIMIT = 1 << 16
"""Most characters of a front matter."""
_YAML = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S | re.M)
_TOML = re.compile(r"\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.S | re.M)
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?$")
_IMAGE = re.compile(r"!\[[^\[\]]{0,500}\]\([^()]{0,2000}\)|!\[\[[^\[\]]{0,500}\]\]")
_LINK = re.compile(r"\[([^\[\]]{1,500})\]\(\s*<?([^()<>\s]{0,2000})>?(?:\s+[\"'][^\"'()]{0,300}[\"'])?\s*\)")
_WIKI = re.compile(r"\[\[(?:[^\[\]|]{1,300}\|)?([^\[\]|]{1,300})\]\]")
_AUTO = re.compile(r"<(https?://[^<>\s]{1,2000})>")
_STRONG = re.compile(
    r"(\*\*|__|~~)(?=\S)((?:(?!\1).){1,2000}?)(?<=\S)\1|"
    r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,2000})(?<=\S)\*(?![\w*])|`([^`\n]{1,2000})`"
)
_SHORTCODE = re.compile(r"\{\{[<%](?:(?!\{\{[<%]).){0,2000}?[>%]\}\}|\{%(?:(?!\{%).){0,2000}?%\}|\{:[^{}]{0,500}\}")
_ITEM = re.compile(r"^(?:[-*+]|\d{1,3}[.)])[ \t]+")
_RULE = re.compile(r"(?:[-*_][ \t]*){3,}|\|?[ \t]*:?--[-:| \t]*|```.{0,100}|~~~.{0,100}|={3,}")


def markdown(stream: BinaryIO, file: Records, encoding: str | None) -> Iterator[Read]:
    """The article of one file."""
    text = decode(stream.read(), encoding)[0].replace("\r\n", "\n").replace("\r", "\n").lstrip("\n")
    front, rest = _front_matter(text)
    values = _front_fields(front, file.columns)
    titled = any(file.columns.names(key, "title") for key in values)
    title, body, related = _parse_text(rest, titled)
    more = {"title": "" if titled else title, "body": body, "related": related}
    yield from file.read({**values, **filled(more)}, 1)


def _front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The fields of the front matter, and the text below it. InputError if the front matter cannot be parsed."""
    for form, reads in ((_YAML, _yaml), (_TOML, _toml)):
        match = form.match(text)
        if not match:
            continue
        if len(match.group(1)) > FRONT_LIMIT:
            raise InputError(f"The front matter is longer than {FRONT_LIMIT} characters.", "Is it one article?")
        fields = reads(match.group(1))
        if fields is not None:
            return fields, text[match.end() :]
    return {}, text


def _toml(text: str) -> dict[str, Any]:
    try:
        return parsed(text)
    except ValueError as error:
        raise InputError(f"The front matter is not TOML: {str(error)[:100]}.", "Mend it, or leave it out.") from error


def _yaml(text: str) -> dict[str, Any] | None:
    import yaml

    class Plain(yaml.SafeLoader):  # type: ignore[misc]
        """Without anchors, by which a few lines name millions of values."""

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise yaml.YAMLError("it names values by anchors")
            return super().compose_node(parent, index)

    try:
        content = yaml.load(text, Plain)
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError, TypeError, AttributeError, KeyError) as error:
        return _loose_pairs(text) or _refuse_yaml(error)
    return {str(key): value for key, value in content.items()} if isinstance(content, dict) else None


def _refuse_yaml(error: Exception) -> dict[str, Any]:
    why = "it is nested too deeply" if isinstance(error, RecursionError) else " ".join(str(error).split())[:100]
    raise InputError(f"The front matter is not YAML: {why}.", "Put quotes around values that hold a colon.") from error


def _loose_pairs(text: str) -> dict[str, Any]:
    """Lines ``key: value`` as they stand: titles often hold a colon or begin with a bracket."""
    lines = [line for line in text.split("\n") if line.strip() and not line.startswith((" ", "\t", "-", "#"))]
    pairs = [line.partition(":") for line in lines]
    if not pairs or not all(mark and re.fullmatch(r"[\w -]{1,60}", key) for key, mark, _ in pairs):
        return {}
    return {key.strip(): value.strip().strip("\"'") for key, _, value in pairs if value.strip()}


def _front_fields(front: Mapping[str, Any], columns: Columns) -> dict[str, object]:
    """What the front matter says of the article; of several categories, the first."""
    fields = {key: _json_value(value) for key, value in front.items() if columns.fields_of(key)}
    for key, value in fields.items():
        if isinstance(value, list) and columns.names(key, "section"):
            fields[key] = next(iter(value), None)
    return {key: value for key, value in fields.items() if value}


def _json_value(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [_json_value(item) for item in value]
    if isinstance(value, dict):
        return value.get("name") or value.get("title")
    return value


def _parse_text(text: str, titled: bool) -> tuple[str, str, list[dict[str, str]]]:
    """Title, paragraphs and related list of a text; its first heading of the first rank is the title."""
    title, body, related, listing = "", [], [], False
    for raw in _SHORTCODE.sub("", text).split("\n"):
        line = raw.strip().lstrip("> ").strip()
        if _RULE.fullmatch(line):
            continue
        heading = _HEADING.fullmatch(line)
        plain = plain_text(heading.group(2) if heading else _ITEM.sub("", line, count=1))
        if not plain:
            continue
        if rules.related_header(plain) == "":
            listing = True
        elif listing and not heading and _ITEM.match(line):
            related.append(_related_entry(line, plain))
        elif heading and len(heading.group(1)) == 1 and not title:
            title, listing = plain, False
        else:
            listing = False
            body.append(plain)
    if titled and title:
        title = ""
    return title, paragraphs_of("\n".join(body)), related


def _related_entry(line: str, plain: str) -> dict[str, str]:
    link = _LINK.search(line)
    return {"title": plain, "url": link.group(2)} if link and link.group(2) else {"title": plain}


def plain_text(line: str) -> str:
    """A line without its marks: links as their text, pictures not at all."""
    line = _IMAGE.sub("", line)
    line = _AUTO.sub(r"\1", _WIKI.sub(r"\1", _LINK.sub(r"\1", line)))
    line = _STRONG.sub(lambda match: next(filter(None, match.groups()[1:])), line)
    return re.sub(r"\\([\\`*_{}\[\]()#+.!~>-])", r"\1", line).strip()
