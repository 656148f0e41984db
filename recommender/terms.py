"""The terms of articles, as the TF-IDF space reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .corpus.article import Article
from .lexicon import Analyzer
from .recipe import Recipe
from .spaces import body_terms, features_of


@dataclass(frozen=True, slots=True)
class Texts:
    """The terms of each article: ``titles`` with bigrams, ``bodies`` words only; ``shown`` the plain titles."""

    titles: list[list[str]]
    bodies: list[list[str]]
    shown: list[str]


def read_terms(articles: Sequence[Article], analyzer: Analyzer, recipe: Recipe) -> Texts:
    """The terms of a partition of articles. A pure function of its arguments."""
    texts = Texts([], [], [])
    for article in articles:
        title = article.title or article.stand_in or ""
        texts.titles.append([feature.term for feature in features_of(analyzer.pieces(title))])
        texts.bodies.append(body_terms(analyzer.pieces(article.body), recipe.body_words) if article.body else [])
        texts.shown.append(title)
    return texts
