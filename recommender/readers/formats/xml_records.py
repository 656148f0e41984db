"""XML of no kind that has a name: exports of databases and editing systems, in which an element is an article.

Which elements are articles is found by the names of what stands in them, as the columns of a table are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import field
from functools import partial
from typing import Any, BinaryIO

from recommender.errors import InputError
from recommender.readers.columns import Columns
from recommender.readers.formats.common import Read, left_out, record_of
from recommender.readers.formats.xml_stream import elements, inner_markup, local, open_events, text_of
from recommender.readers.notes import ReadProblem
from recommender.readers.records import Records

from ...lazy import dataclass

SAMPLE = 4 << 20
"""So many bytes at the start of a file show which elements are articles."""
_NAMING = ("name", "key", "field", "id")  # attributes that name what an element holds: <field name="title">
_DEPTH = 12


def xml_records(stream: BinaryIO, file: Records, encoding: str | None) -> Iterator[Read]:
    """A record for each element that holds a title or a body and no further such element."""
    name = _record_name(stream.read(SAMPLE), encoding, file.columns)
    if not name:
        raise InputError(
            "The XML is none of the kinds that are read.",
            "Read are feeds, sitemaps, NewsML, NITF, trafilatura's, and elements that hold a title or a body.",
        )
    stream.seek(0)
    others: Counter[str] = Counter()
    for element in elements(stream, file.path, encoding, (name,)):
        if isinstance(element, ReadProblem):
            yield element
            continue
        values = _values(element, file.columns)
        if any(file.columns.names(key, "title", "body") for key in values):
            yield from record_of(partial(dict, values), file, int(element.sourceline or 1))
        else:
            others[f"<{name}>"] += 1
    yield from left_out(file.path, others)


@dataclass(slots=True)
class _Census:
    """How often the elements on the way to titles hold one; by the path of a title's element."""

    seen: Counter[tuple[str, ...]] = field(default_factory=Counter)
    most: dict[tuple[str, ...], list[int]] = field(default_factory=dict)
    """The most titles that one element on the path held, from the root on."""
    _within: list[Counter[tuple[str, ...]]] = field(default_factory=list)

    def start(self) -> None:
        self._within.append(Counter())

    def title(self, path: tuple[str, ...]) -> None:
        """A title in the element at ``path``."""
        self.seen[path] += 1
        most = self.most.setdefault(path, [0] * len(path))
        for depth, counts in enumerate(self._within[: len(path)]):
            counts[path] += 1
            most[depth] = max(most[depth], counts[path])

    def end(self) -> None:
        self._within.pop()

    def record(self) -> str:
        """The outermost element that never holds two titles, on the path that is met most often; ``""`` for none."""
        path = max(self.seen, key=lambda path: self.seen[path], default=())
        return next((name for name, most in zip(path, self.most.get(path, ()), strict=True) if most == 1), "")


def _record_name(head: bytes, encoding: str | None, columns: Columns) -> str:
    """The name of the elements that are articles: of those with a title, else of those with a body."""
    titles, bodies = _Census(), _Census()
    path: list[str] = []
    for event, element in open_events(head, encoding):
        if event == "start":
            path.append(local(element))
            titles.start()
            bodies.start()
            _count_attributes(element, tuple(path), titles, columns)
            continue
        name = _name_of(element, columns)
        for census, column in ((titles, "title"), (bodies, "body")):
            census.end()
            if len(path) > 1 and columns.names(name, column) and text_of(element):
                census.title(tuple(path[:-1]))
        path.pop()
    return titles.record() or bodies.record()


def _count_attributes(element: Any, path: tuple[str, ...], titles: _Census, columns: Columns) -> None:
    """Rows whose cells are attributes: ``<row id="1" title="..." body="..."/>``."""
    named = [key for key in element.attrib if isinstance(key, str) and columns.fields_of(key)]
    if len(named) > 1 and any(columns.names(key, "title") and key not in _NAMING for key in named):
        titles.title(path)


def _name_of(element: Any, columns: Columns) -> str:
    """What an element holds: its own name where that is known, else what an attribute says."""
    name = local(element)
    if columns.fields_of(name) and not element.get("name"):
        return name
    return next((value for key in _NAMING if (value := element.get(key)) and len(value) < 60), name)


def _values(element: Any, columns: Columns, depth: int = 0) -> dict[str, Any]:
    """Keys and values of an element, with those of the containers in it."""
    values: dict[str, Any] = {}
    if not depth:
        attributes = ((str(key), value) for key, value in element.attrib.items())
        values = {key: value for key, value in attributes if key not in _NAMING[:-1] and columns.fields_of(key)}
    for child in element.iterchildren("*"):
        name = _name_of(child, columns)
        if _is_container(child, name, columns) and depth < _DEPTH:
            for key, value in _values(child, columns, depth + 1).items():
                values.setdefault(key, value)
        elif text := inner_markup(child).strip():
            values[name] = [*values[name], text] if isinstance(values.get(name), list) else (
                [values[name], text] if name in values else text
            )  # fmt: skip
    return values


def _is_container(element: Any, name: str, columns: Columns) -> bool:
    """Whether the children of an element are fields, not the paragraphs of its text."""
    inner = [_name_of(child, columns) for child in element.iterchildren("*")]
    return bool(inner) and (not columns.fields_of(name) or any(columns.names(key, "title", "body") for key in inner))
