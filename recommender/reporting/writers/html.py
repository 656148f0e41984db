"""The report as one HTML file that opens anywhere: no network, no other file, scripts by hash."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from pathlib import Path
from string import Template

from .. import sections
from ..map_data import embedded, payload
from ..map_section import explorer
from ..quality_section import quality
from ..summary_data import Summary
from ..words import Words

_TEMPLATES = Path(__file__).parents[1] / "templates"


def html(summary: Summary, lang: str = "ko") -> str:
    """The page. Raises QueryError for a language without an interface."""
    words = Words(lang)
    style, script = _read("report.css"), _read("report.js")
    parts = {
        "summary": sections.at_a_glance,
        "desks": sections.curated,
        "topics": sections.topics,
        "map": explorer,
        "time": sections.over_time,
        "stories": sections.stories,
        "changes": sections.changes,
        "apart": sections.outliers,
        "quality": quality,
        "made": sections.provenance,
    }
    if not len(summary):
        parts = {name: part for name, part in parts.items() if name in ("summary", "desks", "made")}
    elif not summary.compares_outlets:
        parts.pop("stories")
    body = "\n".join(_section(name, part(summary, words), words) for name, part in parts.items())
    links = "".join(f'<li><a href="#{name}">{escape(words("nav_" + name))}</a></li>' for name in parts)
    return Template(_read("page.html")).substitute(
        lang=words.lang,
        policy=_policy(style, script),
        style=style,
        script=script,
        title=escape(words("title")),
        kicker=escape(words("kicker")),
        dateline=sections.dateline(summary, words),
        skip=escape(words("skip")),
        contents=escape(words("contents")),
        theme=escape(words("theme")),
        links=links,
        body=body,
        footer=escape(words("footer")),
        data=embedded(payload(summary, words)),
    )


def _section(name: str, inner: str, words: Words) -> str:
    head = f'<h2 id="{name}-title">{escape(words(name))}</h2>'
    return f'<section id="{name}" aria-labelledby="{name}-title">{head}{inner}</section>'


def _policy(style: str, script: str) -> str:
    """The content security policy: only this page's own style and script, by hash."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _read(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8").strip()
