"""Articles on a page: a headline linked to its article, a hit with its reasons and its copies."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from ...ranking.answer import Answer, Hit
from ...ranking.model import Model
from ...readers.article import Article
from ...reporting.markup import in_words, listed, unfolded, web_address
from .frame import article_address, topic_address
from .words import PageWords

_LONGEST = 160  # letters of a headline in a list; its own page has all of it


def shortened(title: str) -> str:
    """A headline for a list: an endless one would fill it."""
    return title if len(title) <= _LONGEST else title[: _LONGEST - 1].rstrip() + "…"


def headed(title: str) -> str:
    """The headline above its article, whole; an endless one in small."""
    kind = ' class="long"' if len(title) > _LONGEST else ""
    return f"<h1{kind}>{escape(title)}</h1>"


def linked(article: Article, words: PageWords) -> str:
    """A headline that leads to its article, with outlet and date in small."""
    about = " · ".join(part for part in (article.outlet, words.date(article.published)) if part)
    source = f' <span class="source">{escape(about)}</span>' if about else ""
    title = escape(shortened(in_words(article.shown_title, words)))
    return f'<a class="headline" href="{escape(article_address(article.id))}">{title}</a>{source}'


def hits(model: Model, answer: Answer, words: PageWords, tools: Callable[[Hit], str] = lambda hit: "") -> str:
    """The hits of ``answer`` with their reasons; ``tools`` gives the editor's buttons of a hit."""
    question = str(answer.query.get("text") or answer.query.get("title") or "")
    return listed((_hit(model, hit, question, words) + tools(hit) for hit in answer), "hits", "ol")


def _hit(model: Model, hit: Hit, question: str, words: PageWords) -> str:
    article = hit.article
    about = [escape(part) for part in (article.outlet, words.date(article.published)) if part]
    if hit.topic:
        about.append(f'<a href="{escape(topic_address(hit.topic.id))}">{escape(hit.topic.name)}</a>')
    if safe := web_address(article.url):
        about.append(f'<a href="{escape(safe)}" rel="noopener noreferrer">{escape(words("original"))}</a>')
    pinned = f' <span class="mark">{escape(words("pinned"))}</span>' if hit.pinned else ""
    title = (
        f'<a href="{escape(article_address(article.id))}">{escape(shortened(in_words(article.shown_title, words)))}</a>'
    )
    return (
        f'<h3>{title}{pinned}</h3><p class="source">{" · ".join(about)}</p>{_score(hit, words)}'
        f"{_why(hit, question, words)}{_folded(model, hit, words)}"
    )


def _score(hit: Hit, words: PageWords) -> str:
    value = f"{hit.score:.2f}" if hit.score >= 0.005 else "< 0.01"
    label = escape(words("score_of", score=value))
    return (
        f'<p class="score {hit.label}"><span>{escape(words("label_" + hit.label))}</span>'
        f'<meter min="0" max="1" value="{hit.score:.3f}" aria-label="{label}">{escape(value)}</meter>'
        f'<span aria-hidden="true">{escape(value)}</span></p>'
    )


def _why(hit: Hit, question: str, words: PageWords) -> str:
    terms = "".join(
        f"<li>{escape(_as_written(reason.term, hit.article.shown_title, question))}</li>" for reason in hit.why
    )
    if not terms:
        return ""
    return f'<div class="why"><span>{escape(words("why"))}</span><ul class="terms">{terms}</ul></div>'


def _as_written(term: str, *texts: str) -> str:
    """``term`` as spelled in the first of ``texts`` that contains it: LG화학, not lg화학."""
    for text in texts:
        start = text.lower().find(term)
        if start >= 0 and len(text.lower()) == len(text):
            return text[start : start + len(term)]
    return term


def _folded(model: Model, hit: Hit, words: PageWords) -> str:
    others = [(key, "is_copy") for key in hit.also] + [(key, "same_event") for key in hit.folded]
    rows = ((model.catalogue.row(key), escape(words(kind))) for key, kind in others)
    shown = ((model.catalogue.article(row), kind) for row, kind in rows if row >= 0)
    inner = listed(f'{linked(article, words)} <span class="mark">{kind}</span>' for article, kind in shown)
    return unfolded(words("folded_some", count=len(others)), inner, "folded")
