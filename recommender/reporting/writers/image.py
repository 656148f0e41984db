"""The map as a picture: SVG by hand, PNG through Pillow where it is installed."""

from __future__ import annotations

import importlib
import io
import math
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ...errors import MissingExtra
from ..map_labels import medoids
from ..summary_data import Summary
from ..words import Words

WIDTH, HEIGHT, _MARGIN, _TOP = 1600, 1200, 60, 150  # units of the SVG, pixels of the PNG
FONTS = "'Pretendard','Noto Sans KR','Noto Sans CJK KR','Apple SD Gothic Neo','Malgun Gothic','NanumGothic',sans-serif"
PALETTE = (
    "#1d6f86", "#c04e2a", "#56792a", "#7a4fa3", "#a27209", "#1f8068",
    "#b63d6c", "#4860b5", "#87582a", "#5a6e7e", "#983636", "#2f7fb0",
)  # fmt: skip
_INK, _SOFT, _PAPER, _PLAIN = "#1b1a17", "#5c5850", "#fbfaf7", "#8b867b"
_ABOVE = 10  # the baseline of a name over its article
_NAME = 24  # characters of a topic's name on the picture
_KOREAN = 1  # index of the Korean face in a Noto CJK collection
FONT_FILES = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/nanum/NanumGothic.ttf",
    "/System/Library/Fonts/AppleSDGothicNeo.ttc",
    "C:/Windows/Fonts/malgun.ttf",
)


class Label(NamedTuple):
    """A topic's name on the picture, centred at ``x``, ``y``."""

    text: str
    x: float
    y: float


def svg(summary: Summary, lang: str = "ko") -> str:
    """The map as one SVG: a path a topic, names over it, a font stack for Hangul.

    Where the model has no positions, or no article, the picture says so.
    """
    words = Words(lang)
    title, note = _captions(summary, words)
    marks = "".join(
        f'<path stroke="{colour}" stroke-opacity="{opacity}" d="{path}"/>' for colour, opacity, path in _paths(summary)
    )
    names = "".join(
        f'<text x="{label.x:.0f}" y="{label.y:.0f}">{escape(label.text)}</text>' for label in labels(summary)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}"'
        f' height="{HEIGHT}" role="img" aria-labelledby="t d" font-family="{FONTS}" lang="{words.lang}">'
        f'<title id="t">{escape(title)}</title><desc id="d">{escape(note)}</desc>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{_PAPER}"/>'
        f'<text x="{_MARGIN}" y="70" font-size="40" font-weight="800" fill="{_INK}">{escape(title)}</text>'
        f'<text x="{_MARGIN}" y="108" font-size="22" fill="{_SOFT}">{escape(note)}</text>'
        f'<g fill="none" stroke-linecap="round" stroke-width="{_dot(summary):.1f}">{marks}</g>'
        f'<g font-size="22" font-weight="700" text-anchor="middle" fill="{_INK}" stroke="{_PAPER}"'
        f' stroke-width="5" paint-order="stroke" stroke-linejoin="round">{names}</g></svg>\n'
    )


def png(summary: Summary, lang: str = "ko", font: str | None = None) -> bytes:
    """The same picture as PNG. ``font`` is a font file with Hangul, else one is looked for.

    Raises MissingExtra where Pillow or a font with Hangul is missing.
    """
    words, pillow = Words(lang), _pillow()
    face = _font_file(font)
    title, note = _captions(summary, words)
    image = pillow["Image"].new("RGB", (WIDTH, HEIGHT), _PAPER)
    pen = pillow["ImageDraw"].Draw(image, "RGBA")
    fonts = {size: pillow["ImageFont"].truetype(face, size, _KOREAN if "CJK" in face else 0) for size in (22, 40)}
    pen.text((_MARGIN, 70), title, _INK, fonts[40], anchor="ls")
    pen.text((_MARGIN, 108), note, _SOFT, fonts[22], anchor="ls")
    radius = _dot(summary) / 2
    for colour, opacity, points in _groups(summary):
        tone = (*pillow["ImageColor"].getrgb(colour), round(opacity * 255))
        for x, y in points:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), tone)
    for label in labels(summary):
        position = (label.x, label.y)
        pen.text(position, label.text, _INK, fonts[22], anchor="ms", stroke_width=3, stroke_fill=_PAPER)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def labels(summary: Summary) -> list[Label]:
    """Names that fit without touching, each at an article of its topic, those of the largest topics first."""
    placed: list[tuple[Label, float]] = []
    if not summary.map.placed:
        return []
    middles = medoids(summary)
    for topic in sorted(range(len(summary.topics)), key=lambda i: -summary.topics[i].size):
        middle = middles[topic]
        if middle < 0:
            continue
        name = summary.topics[topic].name
        text = name if len(name) <= _NAME else name[: _NAME - 1] + "…"
        half = sum(22 if ord(c) > 0x1100 else 13 for c in text) / 2
        x, y = _at(float(summary.map.x[middle]), float(summary.map.y[middle]))
        x, y = min(max(x, half + 10), WIDTH - half - 10), y - _ABOVE
        if all(abs(x - other.x) > half + wide or abs(y - other.y) > 30 for other, wide in placed):
            placed.append((Label(text, x, y), half))
    return [label for label, _ in placed]


def _captions(summary: Summary, words: Words) -> tuple[str, str]:
    if not len(summary):
        return words("map"), words("say_none")
    if not summary.map.placed:
        return words("map"), words("map_none_short")
    return words("map"), words("say_all", count=len(summary), topics=len(summary.topics))


def _groups(summary: Summary) -> Iterator[tuple[str, float, list[tuple[float, float]]]]:
    """Colour, opacity and points, those of no topic first."""
    if not summary.map.placed:
        return
    topic_of = np.array([summary.articles[row].topic for row in summary.map.rows.tolist()], dtype=np.int64)
    for topic in range(-1, len(summary.topics)):
        members = np.flatnonzero(topic_of == topic)
        colour = PALETTE[summary.topics[topic].colour] if topic >= 0 else _PLAIN
        points = [_at(float(summary.map.x[i]), float(summary.map.y[i])) for i in members]
        if points:
            yield colour, 0.75 if topic >= 0 else 0.4, points


def _paths(summary: Summary) -> Iterator[tuple[str, float, str]]:
    for colour, opacity, points in _groups(summary):
        yield colour, opacity, "".join(f"M{x:.0f} {y:.0f}h0" for x, y in points)


def _at(x: float, y: float) -> tuple[float, float]:
    return _MARGIN + x * (WIDTH - 2 * _MARGIN), _TOP + y * (HEIGHT - _TOP - _MARGIN)


def _dot(summary: Summary) -> float:
    """Diameter of a point: smaller where there are many."""
    return max(3.0, min(9.0, 420 / math.sqrt(max(len(summary.map), 1))))


def _pillow() -> dict[str, Any]:
    try:
        return {
            name: importlib.import_module(f"PIL.{name}") for name in ("Image", "ImageColor", "ImageDraw", "ImageFont")
        }
    except ImportError as error:
        raise MissingExtra("A PNG needs Pillow.", "Install it (pip install pillow), or write an SVG.") from error


def _font_file(font: str | None) -> str:
    """The first font file with Hangul that is there."""
    file = next((path for path in ([font] if font else FONT_FILES) if Path(path).is_file()), None)
    if file is None:
        looked = font or "the usual places"
        raise MissingExtra(
            f"No font with Hangul was found in {looked}.",
            "Install one (apt-get install fonts-noto-cjk), or write an SVG, which uses the reader's fonts.",
        )
    return file
