"""Every regular expression of the project takes time that grows with the text, not with its square."""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from recommender.lazy.patterns import METHODS, LazyPattern
from recommender.ranking.questions import _corrected
from recommender.readers.formats.markdown import plain_text
from recommender.readers.rules.authors import authors
from recommender.readers.rules.bylines import (
    ROLES,
    is_person,
    lead_byline,
    line_byline,
    trailing_byline,
    without_role,
)
from recommender.readers.rules.line_dates import without_dates
from recommender.readers.rules.titles import without_site
from recommender.readers.tables import named_separator
from recommender.text.analyzer import Aliases, Piece
from recommender.text.dates import parse_published
from recommender.text.markup import without_markup
from recommender.text.normalize import clean
from recommender.text.spelling import Correction
from recommender.text.terms import ways_of
from recommender.topics.curated import Finder, Term, load_curated

Try = Callable[[Any], object]
SIZE = 100_000
# What a pattern is given in the program, where that is less than any text.
CLEANED = (  # went through text.clean
    "text.dates", "readers.rules.bylines", "readers.rules.lines", "readers.rules.line_dates", "readers.page_head",
)  # fmt: skip
SHORT = {"text.normalize._WIRE": 24}  # characters, at most
# Patterns that are made of what stands in a call, with the functions that are tried in their place below.
MADE = {
    "lazy.patterns": {"compiled"},  # those that are compiled when first used are among the patterns of their modules
    "topics.curated": {"_line", "_holds"},
    "text.analyzer": {"__post_init__"},
    "ranking.questions": {"_corrected"},
    "text.terms": {"ways_of"},
    "topics.headlines": {"_spelled", "_phrases"},
    "text.dates": {"_plain"},
    "text.markup": {"_stripped"},
    "readers.formats.markdown": {"_loose_pairs", "plain_text"},
    "readers.page_head": {"_iso_date", "_without_portal"},
    "readers.tables": {"named_separator"},
    "readers.rules.authors": {"_name_beside_role"},
    "readers.rules.lines": {"furniture"},
    "readers.rules.line_dates": {"without_dates"},
    "readers.rules.bylines": {
        "without_role",
        "line_byline",
        "_count_unknown",
        "_parse_byline",
        "_take_names",
        "is_person",
        "_english_people",
        "_is_name",
        "_is_outlet_tag",
        "_people",
    },
    "readers.rules.titles": {"without_name"},
}
COMMON = (
    "0",
    "1",
    "가",
    "a",
    " ",
    "가 ",
    "1 ",
    "1,",
    "1.",
    "\t",
    "\n",
    "[",
    "<",
    "-",
    "가-",
    "··",
    "a@",
    "::",
    "다.",
    "()",
    "中",
    "\u0301",
)


def patterns() -> Iterator[tuple[str, re.Pattern[Any], set[str]]]:
    """Name, pattern, and the methods that the project calls on it, of every pattern that a module holds."""
    for path in sorted((ROOT / "recommender").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT / "recommender").with_suffix("").parts)
        text = path.read_text(encoding="utf-8")
        if not re.search(r"\b(re\.compile|pattern)\(", text):
            continue
        nodes = [*ast.walk(ast.parse(text))]
        for key, value in vars(import_module(f"recommender.{name}")).items():
            held = [*_held(value)]
            if held and re.search(rf"^{key}\b", text, re.MULTILINE):
                called = _called(nodes, key)
                for number, pattern in enumerate(held):
                    yield (
                        f"{name}.{key}" + (f"[{number}]" if isinstance(value, tuple | list | dict) else ""),
                        pattern,
                        called,
                    )


def _held(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, LazyPattern):
        yield value.compiled
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _held(item)
    elif isinstance(value, dict):
        yield from _held([*value.values()])


def _called(nodes: Sequence[ast.AST], key: str) -> set[str]:
    """Methods called on the name among the ``nodes`` of its module; all that may be where it is handed on."""
    found, named = set(), 0
    for node in nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == key:
            found.add(node.attr)
            named -= 1
        named += isinstance(node, ast.Name) and node.id == key and isinstance(node.ctx, ast.Load)
    return found if found and not named else {*METHODS}


FOUND = list(patterns())


def test_all_patterns_are_found() -> None:
    """As many as the sources compile, where no function makes them."""
    compiled = sum(_compiled(path) for path in (ROOT / "recommender").rglob("*.py"))
    assert len(FOUND) >= compiled > 60


def test_no_group_is_possessive() -> None:
    """Python before 3.11.5 goes on behind what such a group had read before it failed."""
    group = re.compile(r"\)(?:[?*+]|\{[0-9,]+\})\+")
    written = {name: pattern.pattern for name, pattern, _ in FOUND}
    possessive = [
        name
        for name, text in written.items()
        if group.search(text if isinstance(text, str) else text.decode("latin-1"))
    ]
    assert not possessive


def _compiled(path: Path) -> int:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = [node for top in tree.body if not _is_def(top) for node in ast.walk(top)]
    return sum(_is_call(node, "compile") or _is_lazy(node) for node in nodes)


def _is_def(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.ClassDef)


def _is_lazy(node: ast.AST) -> bool:
    """Whether it makes a pattern that is compiled when it is first used."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "pattern"


def _is_call(node: ast.AST, *names: str) -> bool:
    function = node.func if isinstance(node, ast.Call) else None
    ours = isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "re"
    return bool(ours and function.attr in names)  # type: ignore[union-attr]


def test_patterns_that_functions_make_are_known() -> None:
    """A function that makes a pattern of its own is tried by `test_functions_that_make_patterns`."""
    made: dict[str, set[str]] = {}
    for path in sorted((ROOT / "recommender").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT / "recommender").with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(_is_call(n, "compile", *METHODS) for n in ast.walk(node)):
                made.setdefault(name, set()).add(node.name)
    assert made == MADE


def units(pattern: re.Pattern[Any]) -> list[str]:
    """What is repeated: common marks, what the pattern itself is made of, and pairs of that."""
    source = pattern.pattern.decode("latin-1") if isinstance(pattern.pattern, bytes) else pattern.pattern
    own = list(dict.fromkeys(char for char in source if char.isalnum() or not char.isascii()))[:10]
    marks = [char for char in dict.fromkeys(source) if char in "-:;,./@=|<>[]()'\"~#& "]
    words = re.findall(r"[a-z]{2,}|[가-힣]{2,}", source)[:4]
    pairs = [a + b for a, b in product([*own[:4], "0", "가"], marks[:6])]
    return list(dict.fromkeys([*COMMON, *own, *marks, *words, *pairs]))


def seconds(call: Try, text: Any) -> float:
    started = time.process_time()
    call(text)
    return time.process_time() - started


@cache
def grown(unit: str, size: int, cleaned: bool) -> tuple[str, str]:
    """The unit again and again, whole and with an end that does not fit."""
    text = unit * ((size - 2) // len(unit))  # the end stands within what a pattern is given
    both = (text, text + "\x01!")
    return (clean(both[0]), clean(both[1])) if cleaned else both


def steady(call: Try, unit: str, cleaned: bool = False, as_bytes: bool = False) -> None:
    """10,000 characters in 8 milliseconds (then 100,000 take less than a second even if time grows with the square),
    or 100,000 in a second and in about ten times as long."""
    for end in (0, 1):
        text: Any = grown(unit, SIZE // 10, cleaned)[end]
        if seconds(call, text.encode() if as_bytes else text) > 0.008:
            long: Any = grown(unit, SIZE, cleaned)[end]
            few = min(seconds(call, text.encode() if as_bytes else text) for _ in range(3))
            assert few < 0.5, f"{unit!r}: {few:.2f} s for {SIZE // 10:,} characters"
            tries = (seconds(call, long.encode() if as_bytes else long) for _ in range(6))  # a busy machine slows a few
            many = next(tries)
            while many >= min(1, 30 * few + 0.02) and (again := next(tries, None)) is not None:
                many = min(many, again)
            assert many < 1, f"{unit!r}: {many:.2f} s"
            assert many < 30 * few + 0.02, f"{unit!r}: {few:.4f} s, then {many:.3f} s"


@pytest.mark.parametrize(("name", "pattern", "methods"), FOUND, ids=[name for name, _, _ in FOUND])
def test_time_grows_with_the_text(name: str, pattern: re.Pattern[Any], methods: set[str]) -> None:
    most = SHORT.get(name, SIZE)
    as_bytes = isinstance(pattern.pattern, bytes)
    scanning = {"finditer"} if methods & {"search", "findall", "finditer", "split", "sub"} else set()
    for method in sorted(scanning | methods & {"match", "fullmatch"}):
        call: Try = _call(pattern, method, most)
        for unit in units(pattern):
            steady(call, unit, name.startswith(CLEANED), as_bytes)


def _call(pattern: re.Pattern[Any], method: str, most: int) -> Try:
    if method == "finditer":
        return lambda text: sum(1 for _ in pattern.finditer(text[:most]))
    return lambda text: getattr(pattern, method)(text[:most])


def _finder() -> Try:
    finder = Finder(
        [Term(shown, tuple(shown.split())) for shown in ("recycle", "특구", "black mass", "a", "사용후 배터리")]
    )
    return lambda text: finder.find([Piece(eojeol, (eojeol[:5],)) for eojeol in text.split()])


def _asker() -> Try:
    """A question in which a word is corrected."""
    corrections = (Correction("가나다라", "가나라다"), Correction("posco a", "posco b"))
    return lambda text: _corrected(text, corrections)


FUNCTIONS: dict[str, Try] = {
    "aliases": Aliases.of(
        {"포스코퓨처엠": ["포스코 케미칼", "posco future m", "2차 전지", "1000 a b", "a b c d e f"]}
    ).apply,
    "_corrected": _asker(),
    "topics.curated": _finder(),
    "ways_of": lambda text: ways_of(Piece(text, ("가나",))),
    "without_dates": lambda text: without_dates(clean(text)),
    "without_role": lambda text: without_role(clean(text)),
    "line_byline": lambda text: line_byline(clean(text)),
    "is_person": lambda text: is_person(clean(text)),
    "without_site": lambda text: without_site(text, ["가상신문"], ["가상의 제목 여덟"]),
    "authors": authors,
    "without_markup": without_markup,
    "named_separator": named_separator,
    "plain_text": plain_text,
    "parse_published": parse_published,
    "lead_byline": lambda text: lead_byline(clean(text)),
    "trailing_byline": lambda text: trailing_byline(clean(text)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_that_make_patterns(name: str) -> None:
    for unit in (*COMMON, "posco ", "포스코 ", "a ", "홍길동 기자 ", "홍길동·", "recycle", *ROLES.split("|")[:3]):
        steady(FUNCTIONS[name], unit)


@pytest.mark.parametrize("unit", [" ", "[", "[[", "[ ", "[[desk]] ", "terms = ", "\\s", "("])
def test_a_topics_file_of_one_long_line_is_refused_at_once(tmp_path: Path, unit: str) -> None:
    def refused(text: str) -> None:
        (tmp_path / "topics.toml").write_text(text, encoding="utf-8")
        with pytest.raises(Exception, match=r"topics\.toml"):
            load_curated(tmp_path / "topics.toml")

    steady(lambda text: refused(f"wrong = 3\n#{text}"), unit)
