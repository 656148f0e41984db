"""Dates of three numbers, such as ``08/05/2024``: which of them is the day is told by the others of their column."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from recommender.readers.article import Record
from recommender.readers.notes import ReadProblem
from recommender.text.dates import full_year

ORDERS = ("ymd", "dmy", "mdy")
HELD = 1000
"""So many records are held back at most until the dates of a column are looked at."""
_NUMBERS = re.compile(r"['‘’]?(\d{1,2}) ?([./-]) ?(\d{1,2}) ?\2 ?(\d{4}|\d{2})(?!\d)(?=[ .,T]|$)")

Item = Record | ReadProblem
Form = tuple[str, str, int]
"""The column, the sign between the numbers and how many digits the last one has."""


def orders_of(value: str) -> frozenset[str]:
    """The orders in which a value that begins with three numbers is a date; none for other values."""
    found = _NUMBERS.match(value)
    return frozenset(order for order in ORDERS if _day(found, order)) if found else frozenset()


def in_order(value: str, order: str) -> str:
    """The value with its date as ``2024-08-05``, read in an order; as it stands where it is no date in that."""
    found = _NUMBERS.match(value)
    day = _day(found, order) if found else ""
    return f"{day} {value[found.end() :].lstrip(' .,T')}".strip() if found and day else value


def _day(found: re.Match[str], order: str) -> str:
    first, _, second, third = found.groups()
    if order == "ymd":
        year, month, day = first, second, third
    else:
        year, month, day = (third, second, first) if order == "dmy" else (third, first, second)
    if len(day) > 2 or len(year) == 1:
        return ""
    full, month_number = int(year) if len(year) == 4 else full_year(year), int(month)
    if not (1900 <= full <= 2100 and 1 <= month_number <= 12 and 1 <= int(day) <= monthrange(full, month_number)[1]):
        return ""
    return f"{full:04d}-{month_number:02d}-{int(day):02d}"


def form_of(column: str, value: str) -> Form:
    """The form of a value of which `orders_of` finds any."""
    found = _NUMBERS.match(value)
    return (column, found[2], len(found[4])) if found else (column, "", 0)


@dataclass(slots=True)
class DayOrders:
    """What the dates of a file say of the order of their numbers, and the records that wait for it.

    An item waits while a date of it may be read in several orders and fewer than `HELD` are held; those behind it wait
    with it, so that all come in their order.
    """

    possible: dict[Form, frozenset[str]] = field(default_factory=dict)
    waiting: list[tuple[Item, Callable[[], Item] | None]] = field(default_factory=list)

    def see(self, form: Form, orders: frozenset[str]) -> None:
        self.possible[form] = self.possible.get(form, orders) & orders

    def order(self, form: Form) -> str:
        """The one order in which all dates of a form can be read; ``""`` without one."""
        orders = self.possible.get(form, frozenset())
        return next(iter(orders)) if len(orders) == 1 else ""

    def through(self, items: list[Item], settle: Callable[[], Item] | None) -> Iterator[Item]:
        """What can go on of what waits and of these; ``settle`` makes the first anew when all is known."""
        if not settle and not self.waiting:
            yield from items
            return
        self.waiting += [(item, settle if not place else None) for place, item in enumerate(items)]
        if len(self.waiting) >= HELD:
            yield from self.rest()

    def rest(self) -> Iterator[Item]:
        """All that waits."""
        waited, self.waiting = self.waiting, []
        for item, settle in waited:
            yield settle() if settle else item
