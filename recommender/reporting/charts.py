"""Charts as plain SVG: no script, no style attribute, colours by class."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape


def colour(number: int) -> str:
    """The CSS class of a colour: ``c0`` to ``c11``, ``cx`` for none."""
    return f"c{number}" if number >= 0 else "cx"


def area(counts: Sequence[int], label: str, width: int = 240, height: int = 48) -> str:
    """A filled line of ``counts``, stretched to its box; ``label`` is for screen readers."""
    highest = max(counts, default=0)
    if not highest:
        return _svg(f'<path class="axis" d="M0 {height - 0.5}H{width}"/>', label, width, height)
    points = [*counts] if len(counts) > 1 else [counts[0], counts[0]]
    step = width / (len(points) - 1)
    line = " ".join(f"{_n(i * step)} {_n(height - 1 - v / highest * (height - 5))}" for i, v in enumerate(points))
    body = (
        f'<path class="fill" d="M0 {height - 1}L{line}L{width} {height - 1}Z"/>'
        f'<path class="line" d="M{line}"/><path class="axis" d="M0 {height - 0.5}H{width}"/>'
    )
    return _svg(body, label, width, height)


_WIDEST = 80.0  # of a bar, for calendars of few periods


def bars(counts: Sequence[int], titles: Sequence[str], label: str) -> str:
    """A bar for each count, with a title for the pointer."""
    width, height = 960, 150
    highest = max(counts, default=0) or 1
    step = width / max(len(counts), 1)
    wide = min(max(step - min(step * 0.25, 6), 0.6), _WIDEST)
    first = (step - wide) / 2 if len(counts) > 1 else 0.0  # its date stands at the left
    drawn = []
    for i, (value, title) in enumerate(zip(counts, titles, strict=True)):
        tall = value / highest * (height - 4)
        drawn.append(
            f'<rect x="{_n(i * step + first)}" y="{_n(height - tall)}" width="{_n(wide)}"'
            f' height="{_n(tall)}"><title>{escape(title)}</title></rect>'
        )
    axis = f'<path class="axis" d="M0 {height - 0.5}H{width}"/>'
    return _svg("".join(drawn) + axis, label, width, height, "bars")


def _svg(body: str, label: str, width: int, height: int, kind: str = "area") -> str:
    return (
        f'<svg class="chart {kind}" viewBox="0 0 {width} {height}" preserveAspectRatio="none" role="img"'
        f' aria-label="{escape(label)}">{body}</svg>'
    )


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
