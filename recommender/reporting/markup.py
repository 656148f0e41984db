"""Small pieces of HTML that the sections share. Every text is escaped, here or by the caller."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from .map_neighbours import shortened
from .summary_data import Row, Summary
from .words import Words


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph, or nothing for no text."""
    return f"<p{_class(kind)}>{escape(text)}</p>" if text else ""


def paragraphs(texts: Iterable[str], kind: str = "") -> str:
    """One paragraph of several sentences, or nothing."""
    return paragraph(" ".join(texts), kind)


def listed(items: Iterable[str], kind: str = "", tag: str = "ul") -> str:
    """A list of pieces that are markup already, or nothing."""
    inner = "".join(f"<li>{item}</li>" for item in items)
    return f"<{tag}{_class(kind)}>{inner}</{tag}>" if inner else ""


def headline(row: Row, words: Words) -> str:
    """A headline, linked where its address is known, with outlet and date in small."""
    title = escape(titled(row, words))
    if row.url:
        title = f'<a href="{escape(row.url)}" rel="noopener noreferrer">{title}</a>'
    about = [part for part in (row.outlet, words.date(row.published)) if part]
    source = f' <span class="source">{escape(" · ".join(about))}</span>' if about else ""
    return f'<span class="headline">{title}</span>{source}'


def titled(row: Row, words: Words) -> str:
    """The headline, shortened if very long; a text of the interface if there is none."""
    return in_words(shortened(row.title), words)


def in_words(title: str, words: Words) -> str:
    """A headline as ``Article.shown_title`` gives it, with its mark for none in the language of ``words``."""
    return words("untitled") + title.removeprefix(_UNTITLED) if title.startswith(_UNTITLED) else title


_UNTITLED = "(제목 없음)"  # as Article.shown_title writes it


def headlines(summary: Summary, rows: Iterable[int], words: Words, kind: str = "headlines") -> str:
    """A list of headlines."""
    return listed((headline(summary.articles[row], words) for row in rows), kind)


def unfolded(label: str, inner: str, kind: str = "") -> str:
    """A section that unfolds on demand, and in print."""
    return f"<details{_class(kind)}><summary>{escape(label)}</summary>{inner}</details>" if inner else ""


def labelled(label: str, control: str, kind: str = "") -> str:
    """A control of a form under its label."""
    return f'<label class="field {kind}"><span>{escape(label)}</span>{control}</label>'


def web_address(url: str | None) -> str | None:
    """An address that may become a link, or nothing: a page could hold ``javascript:``."""
    return url if url and url.lower().startswith(("http://", "https://")) else None


def table(head: Iterable[str], rows: Iterable[Iterable[str]], caption: str, numbers: bool = True) -> str:
    """A table in its own scrolling box; the first cell of each row is its heading. All texts are escaped."""
    top = "".join(f'<th scope="col">{escape(text)}</th>' for text in head)
    body = []
    for row in rows:
        first, *rest = (escape(cell) for cell in row)
        body.append(f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>')
    kind = ' class="numbers"' if numbers else ""
    return (
        f'<div class="scroll" role="group" tabindex="0" aria-label="{escape(caption)}"><table{kind}>'
        f"<caption>{escape(caption)}</caption><thead><tr>{top}</tr></thead><tbody>{''.join(body)}</tbody>"
        "</table></div>"
    )


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""
