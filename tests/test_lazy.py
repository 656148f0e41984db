"""Records whose methods are compiled when first used behave as those of the standard decorator."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import multiprocessing
import re
import threading
from collections.abc import Callable
from typing import Any, ClassVar, cast

import pytest

from recommender.lazy import dataclass, pattern

OPTIONS: list[dict[str, bool]] = [
    {"frozen": frozen, "slots": slots, "eq": eq, "repr": shown}
    for frozen in (False, True)
    for slots in (False, True)
    for eq in (False, True)
    for shown in (False, True)
]
Decorator = Callable[..., Any]
light = cast(Decorator, dataclass)
standard = cast(Decorator, dataclasses.dataclass)


def record(decorator: Decorator, **options: bool) -> Any:
    @decorator(**options)
    class Record:
        """With a field of every kind."""

        name: str
        rows: list[int] = dataclasses.field(default_factory=list, compare=False)
        size: float = 1.0
        hidden: str = dataclasses.field(default="", repr=False)
        seen: int = dataclasses.field(default=0, init=False, compare=False)
        KIND: ClassVar[str] = "record"

        def __post_init__(self) -> None:
            if self.name == "":
                raise ValueError("no name")

    return Record


def outcome(call: Callable[[], object]) -> object:
    """What it gives, or the kind and words of what it raises."""
    try:
        given = call()
    except (TypeError, ValueError, AttributeError) as error:
        return type(error), str(error)
    return repr(given).split(" at 0x")[0]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_as_the_standard_decorator(options: dict[str, bool]) -> None:
    def answers(made: Any) -> list[object]:
        def delete() -> None:
            del made("a").name

        def write() -> float:
            one = made("a")
            one.size = 2.0
            return cast(float, one.size)

        calls: list[Callable[[], object]] = [
            lambda: made("a"), lambda: made("a", [1], 2.0, "b"), lambda: made(name="a", hidden="c"), lambda: made(),
            lambda: made("a", other=1), lambda: made(""), lambda: made("a") == made("a"), lambda: made("a") == "a",
            lambda: made("a") == made("b"), lambda: made("a", [1]) == made("a", [2]), lambda: made("a").seen, delete,
            lambda: hash(made("a")) == hash(made("a")), lambda: hash(made("a")) == hash(made("b")), write,
            lambda: made.__hash__ is None, lambda: made("a").rows is made("a").rows,
            lambda: dataclasses.asdict(made("a", [1])), lambda: dataclasses.replace(made("a"), size=3.0).size,
            lambda: [f.name for f in dataclasses.fields(made)], lambda: made.__match_args__,
            lambda: inspect.signature(made), lambda: copy.deepcopy(made("a", [1])).rows,
            lambda: made.__init__.__qualname__.rsplit(".", 1)[1],
        ]  # fmt: skip
        return [outcome(call) for call in calls]

    assert answers(record(light, **options)) == answers(record(standard, **options))


def test_own_methods_stay() -> None:
    def made(decorator: Decorator) -> Any:
        @decorator(frozen=True, slots=True)
        class Own:
            name: str

            def __eq__(self, other: object) -> bool:
                return True

            def __repr__(self) -> str:
                return "mine"

        return Own

    for decorator in (light, standard):
        one = made(decorator)("a")
        assert (one == "b", repr(one), hash(one)) == (True, "mine", hash(("a",)))


def test_fields_of_a_base_class_come_first() -> None:
    @dataclass(frozen=True)
    class Base:
        name: str

    @dataclass(frozen=True)
    class Derived(Base):
        size: int = 0

    assert Derived("a", 1) == Derived("a", 1) != Derived("a", 2)
    assert repr(Derived("a")).endswith("Derived(name='a', size=0)")


@dataclass(frozen=True, slots=True)
class Sent:
    """Goes to another process."""

    name: str
    size: int = 0


def test_goes_to_another_process() -> None:
    here, there = multiprocessing.Pipe()
    with here, there:
        here.send(Sent("a", 2))
        assert there.recv() == Sent("a", 2)


def test_nothing_is_written_before_it_is_used() -> None:
    made = record(light, frozen=True, slots=True)
    assert not inspect.isfunction(vars(made)["__init__"])
    made("a")
    assert inspect.isfunction(vars(made)["__init__"])
    assert not inspect.isfunction(vars(made)["__eq__"])


def test_many_threads_first_use_it_at_once() -> None:
    for _ in range(30):
        made, failed = record(light, frozen=True, slots=True), []
        start = threading.Barrier(8)

        def ask(made: Any = made, failed: list[object] = failed, start: threading.Barrier = start) -> None:
            start.wait()
            if made("a") != made("a") or made("a", size=2.0) == made("a"):
                failed.append(made)

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failed


def test_a_pattern_knows_its_flags() -> None:
    assert pattern("[a-z]+", re.IGNORECASE).fullmatch("AB")
    assert not pattern("[a-z]+").fullmatch("AB")
