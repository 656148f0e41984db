"""``quick_dataclass.dataclass`` makes the classes that the standard library makes."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field
from typing import Any

import pytest

from recommender.quick_dataclass import dataclass


def made(by: Callable[..., Any], **how: bool) -> Any:
    class Point:
        """A place with a name."""

        x: int
        y: float = 0.5
        name: str = field(default="here", compare=False)
        tags: list[str] = field(default_factory=list, repr=False)
        seen: int = field(default=3, init=False)
        met: dict[str, int] = field(default_factory=dict, init=False, compare=False)

        def __post_init__(self) -> None:
            self.met["x"] = self.x

    return by(**how)(Point)


@dataclass(frozen=True, slots=True)
class Stored:
    """At the top of a module, as pickle needs it."""

    one: int
    more: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Special(Stored):
    """With a field more, and a way to show itself."""

    last: str = ""

    def __repr__(self) -> str:
        return "special"


HOW = [
    {"frozen": frozen, "slots": slots, "eq": eq, "repr": shown}
    for frozen in (False, True) for slots in (False, True) for eq in (False, True) for shown in (False, True)
]  # fmt: skip


@pytest.mark.parametrize("how", HOW, ids=str)
def test_it_makes_what_the_standard_library_makes(how: dict[str, bool]) -> None:
    ours, theirs = made(dataclass, **how), made(dataclasses.dataclass, **how)
    one, other = ours(1, tags=["a"]), theirs(1, tags=["a"])
    assert dataclasses.asdict(one) == dataclasses.asdict(other)
    assert dataclasses.asdict(dataclasses.replace(one, y=2)) == dataclasses.asdict(dataclasses.replace(other, y=2))
    assert inspect.signature(ours).parameters.keys() == inspect.signature(theirs).parameters.keys()
    assert inspect.get_annotations(ours.__init__) == inspect.get_annotations(theirs.__init__)
    assert [hasattr(each, "__dict__") for each in (one, other)] == [not how["slots"]] * 2
    assert ours.__match_args__ == theirs.__match_args__
    assert (one == ours(1, name="there", tags=["a"])) is (other == theirs(1, name="there", tags=["a"])) is how["eq"]
    assert one != ours(2)
    assert one != other
    assert ours(1).tags is not ours(1).tags
    assert (repr(one) == repr(other)) is how["repr"]
    assert (ours.__hash__ is None) is (theirs.__hash__ is None)
    for wrong in ((), (1, 2, "a", [], 4)):
        with pytest.raises(TypeError):
            ours(*wrong)


@pytest.mark.parametrize("slots", [False, True])
def test_a_frozen_one_stays_as_it_is(slots: bool) -> None:
    point = made(dataclass, frozen=True, slots=slots)(1)
    for change in (lambda: setattr(point, "x", 2), lambda: delattr(point, "x"), lambda: setattr(point, "z", 2)):
        with pytest.raises(FrozenInstanceError, match=r"field '[xz]'"):
            change()
    assert point.x == 1


def test_it_is_copied_pickled_hashed_and_inherited() -> None:
    stored, special = Stored(1, (2,)), Special(1, (2,), "a")
    for one in (stored, special):
        assert copy.copy(one) == copy.deepcopy(one) == pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - our own
    assert {stored: 1}[Stored(1, (2,))] == 1
    assert (repr(special), special.last, special != stored) == ("special", "a", True)
