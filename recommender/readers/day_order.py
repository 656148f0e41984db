"""Dates of three numbers, such as ``08/05/2024``: the other dates of the column tell which number is the day."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import field

from recommender.readers.article import Record
from recommender.readers.notes import ReadProblem
from recommender.text.dates import full_year

from ..lazy import dataclass

ORDERS = ("ymd", "dmy", "mdy")
HELD = 1000
"""Most records that wait for further dates of a column."""
_NUMBERS = re.compile(r"(?:[A-Za-z]{3,9},? )?['‘’]?(\d{1,2}) ?([./-]) ?(\d{1,2}) ?\2 ?(\d{4}|\d{2})(?!\d)(?=[ .,T]|$)")

Item = Record | ReadProblem
Form = tuple[str, str, int]
"""The column, the sign between the numbers and how many digits the last one has."""


def orders_of(value: str) -> frozenset[str]:
    """The orders in which a value that begins with three numbers is a date; none for other values."""
    match = _NUMBERS.match(value)
    return frozenset(order for order in ORDERS if _day(match, order)) if match else frozenset()


def in_order(value: str, order: str) -> str:
    """The value with its date as ``2024-08-05``, read in an order; as it stands where it is no date in that."""
    match = _NUMBERS.match(value)
    day = _day(match, order) if match else ""
    return f"{day} {value[match.end() :].lstrip(' .,T-')}".strip() if match and day else value


def _day(match: re.Match[str], order: str) -> str:
    first, _, second, third = match.groups()
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
    match = _NUMBERS.match(value)
    return (column, match[2], len(match[4])) if match else (column, "", 0)


@dataclass(slots=True)
class DayOrders:
    """The possible orders of numbers in the dates of a file, and the records that wait until these are known.

    An item waits while one of its dates can be read in several orders and fewer than `HELD` items wait. Those behind it
    wait too, so that all keep their order.
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
        """The items that need not wait; ``settle`` makes the first of ``items`` again once the orders are known."""
        if not settle and not self.waiting:
            yield from items
            return
        self.waiting += [(item, settle if not index else None) for index, item in enumerate(items)]
        if len(self.waiting) >= HELD:
            yield from self.rest()

    def rest(self) -> Iterator[Item]:
        """All that waits."""
        waited, self.waiting = self.waiting, []
        for item, settle in waited:
            yield settle() if settle else item
