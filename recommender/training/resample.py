"""Trainings on parts of a corpus: how stable are its topics when some articles are missing?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ..config import Recipe
from ..corpus.store import Corpus
from ..ranking.model import Model
from ..readers.article import Article, Link
from ..topics.curated import CuratedRule
from .fit import train

SHARE = 0.8  # of the articles that a part holds


class Part(Corpus):
    """A view of a corpus with the articles of ``ids`` alone. It shares the connection; close the whole."""

    def __init__(self, whole: Corpus, ids: frozenset[str]) -> None:
        super().__init__(whole._connection, whole._path)
        self._kept = ids

    def articles(self) -> Iterator[Article]:
        for article in super().articles():
            if article.id in self._kept:
                yield article

    def links(self) -> Iterator[Link]:
        for link in super().links():
            if link.source in self._kept and link.target in self._kept:
                yield link

    def aliases(self) -> Iterator[tuple[str, str]]:
        for name, article in super().aliases():
            if article in self._kept:
                yield name, article


def resampled(
    corpus: Corpus, model: Model, curated: Sequence[CuratedRule], seed: int
) -> tuple[frozenset[str], dict[str, str]]:
    """Trains on a random four fifths of the articles: their ids, and the topic of those in one.

    With the recipe and aliases of ``model`` and the ``curated`` of its training; it starts from no topics before.
    """
    ids = [article.id for article in corpus.articles()]
    chosen = np.random.default_rng(seed).permutation(len(ids))[: round(SHARE * len(ids))]
    part = Part(corpus, frozenset(ids[i] for i in chosen))
    recipe = Recipe.of(dict(model.about["recipe"]), "the model's recipe")
    retrained = train(part, recipe, aliases=model.analyzer.aliases, curated=curated)
    topic_of = {retrained.catalogue.ids[row]: retrained.topics.of_row(row) for row in range(len(retrained))}
    return part._kept, {name: topic.id for name, topic in topic_of.items() if topic}
