"""From a corpus and a recipe to a model, step by step."""

from __future__ import annotations

import importlib.metadata
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from ..aliases import load_aliases
from ..corpus import Article, Corpus
from ..desks import DeskRule
from ..embedders import named_encoder
from ..lexicon import Aliases, Analyzer
from ..model import Catalogue, Model
from ..moments import day_number
from ..recipe import Recipe
from ..scoring import Links
from ..spaces import DenseSpace, TfidfSpace
from ..tables import Shelf, StringTable
from ..text import title_key
from .calibrate import calibrated
from .copies import find_copies
from .desks import assign, with_desks
from .group import Reading, group
from .lineage import identify, topics_before
from .morphology import learn_lexicon
from .place import Texts, fit_tfidf, learn_dense, read_terms
from .weigh import fit_weights

LIBRARIES = (
    "numpy",
    "scipy",
    "scikit-learn",
    "bertopic",
    "umap-learn",
    "hdbscan",
    "kiwipiepy",
    "kiwipiepy-model",
)
Progress = Callable[[str], None]


def train(
    corpus: Corpus,
    recipe: Recipe | None = None,
    *,
    aliases: Aliases | None = None,
    desks: Sequence[DeskRule] = (),
    previous: Model | None = None,
    progress: Progress | None = None,
) -> Model:
    """A model of ``corpus`` by ``recipe``; same corpus and recipe, same model, whatever the order of ingest.

    ``desks`` are topics that people set (``load_desks``); topics that were in ``previous`` keep their ids.

    Raises CorpusError if the corpus is damaged, MissingExtra if the recipe's embedder is not installed.
    """
    recipe = recipe or Recipe()
    aliases = aliases or load_aliases(None)
    step = _Steps(progress)
    # One BLAS thread: sums in another order would give other bytes on another machine.
    with threadpool_limits(1):
        step("reading the corpus")
        articles = list(corpus.articles())
        step(f"learning the words of {len(articles):,} articles")
        lexicon = learn_lexicon(chain.from_iterable(_spoken(a) for a in articles), aliases, recipe.workers)
        analyzer = Analyzer(lexicon, aliases)
        step("placing the articles")
        texts = read_terms(articles, Analyzer(lexicon, aliases, {}), recipe)
        tfidf, matrix, titles = fit_tfidf(texts, recipe)
        dense = _embed(texts, tfidf, matrix, recipe)
        step("finding near-copies")
        days = np.array([day_number(a.published) for a in articles], dtype=np.float64)
        order = np.lexsort((np.arange(len(articles)), np.nan_to_num(days, nan=np.inf)))
        copy_of = find_copies([title_key(t) for t in texts.shown], titles, order, recipe.copy_likeness)
        catalogue = _catalogue(articles, days, copy_of, corpus)
        links = _links(corpus, catalogue)
        step("weighing what speaks for a related pair")
        weights = fit_weights(tfidf, dense, links, days, recipe)
        step("putting articles under desk topics")
        ids = [a.id for a in articles]
        desked = assign(articles, desks, Analyzer(lexicon, aliases, {}), dense.rows, dense.encoder, copy_of)
        step("grouping into topics")
        before = topics_before(ids, previous)
        reading = Reading(ids, texts.titles, texts.bodies, texts.shown, copy_of, desked.strength, links, before)
        identity = identify(group(reading, dense.rows, Analyzer(lexicon, aliases, {}), recipe), ids, previous)
        topics = with_desks(identity.topics, desks, desked, ids)
        step("done")
    about = {
        "recipe": recipe.as_json(),
        "corpus": {
            "fingerprint": corpus.fingerprint(),
            "articles": len(articles),
            "headline_only": sum(a.headline_only for a in articles),
            "links": len(links.listed),
        },
        "topics": len(topics.topics),
        "topic_ids_used": list(identity.used),
        "libraries": {name: importlib.metadata.version(name) for name in LIBRARIES},
    }
    model = Model(catalogue, analyzer, tfidf, dense, links, topics, weights, about)
    return replace(model, weights=calibrated(model))


def _embed(texts: Texts, tfidf: TfidfSpace, matrix: Any, recipe: Recipe) -> DenseSpace:
    """The dense space: learned in the corpus, or by the encoder that the recipe names."""
    if recipe.embedder == "lsa":
        return learn_dense(tfidf, matrix, recipe)
    encoder = named_encoder(recipe.embedder)
    return DenseSpace(encoder.encode(texts.titles, texts.shown), encoder)


class _Steps:
    """Tells each step with the seconds that the one before it took."""

    def __init__(self, progress: Progress | None) -> None:
        self._tell, self._since, self._last = progress, time.monotonic(), ""

    def __call__(self, name: str) -> None:
        now = time.monotonic()
        if self._tell:
            if self._last:
                self._tell(f"  {self._last}: {now - self._since:.1f} s")
            if name != "done":
                self._tell(f"{name} ...")
        self._since, self._last = now, name


def _spoken(article: Article) -> Sequence[str]:
    return [text for text in (article.title or article.stand_in, article.body) if text]


def _catalogue(articles: Sequence[Article], days: np.ndarray, copy_of: np.ndarray, corpus: Corpus) -> Catalogue:
    outlets = StringTable.of(a.outlet for a in articles if a.outlet)
    codes = {name: place for place, name in enumerate(outlets)}
    ids = StringTable.of(a.id for a in articles)
    other = dict(corpus.aliases())
    names = StringTable.of(other)
    return Catalogue(
        ids,
        Shelf.of(Catalogue.card(a) for a in articles),
        days,
        outlets,
        np.array([codes[a.outlet] if a.outlet else -1 for a in articles], dtype=np.int32),
        copy_of,
        names,
        np.array([ids.find(other[name]) for name in names], dtype=np.int32),
    )


def _links(corpus: Corpus, catalogue: Catalogue) -> Links:
    pairs = [(catalogue.ids.find(link.source), catalogue.ids.find(link.target)) for link in corpus.links()]
    rows = np.array([pair for pair in pairs if min(pair) >= 0], dtype=np.int64).reshape(-1, 2)
    return Links.of(rows[:, 0], rows[:, 1], len(catalogue))
