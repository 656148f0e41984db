"""From a corpus and a recipe to a model, step by step."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ..arrays.strings import StringArray
from ..config import Recipe
from ..corpus.store import Corpus
from ..embeddings.fused import base_digest
from ..embeddings.given_vectors import NAME, NOTE, GivenVectors
from ..index.pruning import Pruning
from ..lazy import dataclass
from ..ranking.duplicates import copy_key
from ..ranking.model import Model
from ..ranking.removal import ROWS, WORDS
from ..ranking.weights import default_weights
from ..text.aliases import load_aliases
from ..text.analyzer import Aliases, Analyzer, plain
from ..text.kiwi import learn_lexicon
from ..topics.curated import CuratedRule
from ..topics.curated_members import assign, with_curated
from ..topics.grouping import Reading, group
from ..topics.lineage import Identity, identify, others_before, topics_before
from .article_texts import ArticleText
from .calibrate import calibrated, default_calibration
from .find_duplicates import find_duplicates
from .fingerprint import digest_of, library_versions, made_from
from .fit_embedding import Embedded, embed
from .fit_tfidf import Texts, fit_phrases, fit_surface, fit_tfidf, read_terms
from .fit_weights import fit_weights
from .passes import Passes
from .source import Source

Progress = Callable[[str], None]


def train(
    corpus: Corpus,
    recipe: Recipe | None = None,
    *,
    aliases: Aliases | None = None,
    curated: Sequence[CuratedRule] = (),
    previous: Model | None = None,
    fresh_topics: bool = False,
    progress: Progress | None = None,
    embeddings: Any = None,
    passes: Passes | None = None,
) -> Model:
    """Trains a model. The same corpus, recipe and settings give the same model, whatever the order of ingest.

    Parameters
    ----------
    corpus
        The articles and the related lists to learn from.
    recipe
        The parameters of the training; the built-in ones if None.
    aliases
        Other names of the same thing (``load_aliases``); the built-in table if None.
    curated topics
        Curated topics (``load_curated``): articles are assigned to them beside the topics that are found.
    previous
        The model before. Topics that continue one of its topics keep its id.
    fresh_topics
        Whether topics are found as if there were no model before; those that are one of its topics keep its id.
    progress
        Called with a sentence before each step.
    embeddings
        Vectors of your own in place of those of the recipe's embedder: an array (n, d) in the order of the articles'
        ids, or a mapping of ids to vectors (d,); an article that it lacks stands by its words alone. The model does
        not know your encoder: ask it with ``similar(text, vector=...)``, or with stored articles.
    passes
        Does the passes over every text in partitions, on other machines if it is to; the model is the same.

    Returns
    -------
    Model
        In memory; ``model.save("models")`` writes it as a new version.

    Raises
    ------
    CorpusError
        If the corpus is damaged.
    MissingExtra
        If the embedder of the recipe is not installed.
    InputError
        If the embeddings do not fit the articles.

    Examples
    --------
    >>> with Corpus.open("data/corpus.db") as corpus:  # doctest: +SKIP
    ...     version = train(corpus).save("models")
    """
    recipe = recipe or Recipe()
    aliases = aliases or load_aliases(None)
    step = _Steps(progress)
    # One BLAS thread: sums in another order would give other bytes on another machine.
    with threadpool_limits(1):
        step("reading the corpus")
        source = Source.read(corpus)
        articles, catalogue = source.texts, source.catalogue
        given = None if embeddings is None else GivenVectors.of(embeddings, list(catalogue.ids), source.names)
        if given is not None:
            recipe = replace(recipe, embedder=NAME)
            for sentence in filter(None, (NOTE, given.note())):
                step.say(sentence)
        step(f"learning the words of {len(articles):,} articles")
        if passes is not None:
            lexicon = passes.lexicon(articles, aliases, recipe)
        else:
            spoken = chain.from_iterable(map(_texts_of, articles))
            lexicon = learn_lexicon(spoken, aliases, recipe.workers, map(plain, recipe.user_words))
        analyzer = Analyzer(lexicon, aliases)
        step("computing the vectors of the articles")
        if passes is not None:
            texts = passes.terms(articles, lexicon, aliases, recipe)
        else:
            texts = read_terms(articles, Analyzer(lexicon, aliases, {}), recipe)
        tfidf, matrix, titles, fields = fit_tfidf(texts, recipe)
        surface, texts = fit_surface(texts), texts.words_alone()
        phrases = fit_phrases(articles, recipe.body_words)
        embedded = embed(texts, tfidf, matrix, recipe, None if given is None else given.rows, passes)
        dense = embedded.dense
        del matrix
        step("finding near-copies")
        days = catalogue.days
        order = np.lexsort((np.arange(len(articles)), np.nan_to_num(days, nan=np.inf)))
        keys = StringArray.of(map(copy_key, texts.shown, days.tolist()))
        duplicate_of = find_duplicates(keys, titles, order, recipe.copy_likeness)
        del titles, keys
        catalogue = replace(catalogue, duplicate_of=duplicate_of)
        links = source.links
        topic_input = _TopicInput(source, texts, embedded, duplicate_of, analyzer=Analyzer(lexicon, aliases, {}))
        origin = made_from(source.fingerprint, recipe, aliases, curated, "" if given is None else digest_of(given.rows))
        if previous is not None and previous.about.get("made_from") == origin and not fresh_topics:
            identity = Identity(previous.topics, tuple(previous.about["topic_ids_used"]))
        else:
            identity = _with_topics(topic_input, curated, recipe, previous, step, fresh_topics)
    about = _about(recipe, source, identity, origin)
    model = Model(
        catalogue, analyzer, tfidf, dense, fields, surface, links, identity.topics,
        default_weights(), default_calibration(), embedded.cross_lingual, embedded.bilingual, Pruning.none(),
        phrases, about,
    )  # fmt: skip
    with threadpool_limits(1):
        model = _fitted(model, recipe, step)
        step("done")
    return model


def _about(recipe: Recipe, source: Source, identity: Identity, origin: str) -> dict[str, Any]:
    """What the manifest says of a training."""
    removed = {"removed": {ROWS: source.removed, WORDS: source.removed}} if source.removed else {}
    return {
        "recipe": recipe.as_json(),
        "corpus": {
            "fingerprint": source.fingerprint,
            "articles": len(source.texts),
            "headline_only": source.headline_only,
            "links": len(source.links.listed),
        },
        "topics": len(identity.topics.topics),
        "broad_topics": len(identity.topics.broad),
        "topic_ids_used": list(identity.used),
        **removed,
        "made_from": origin,
        "base_model": base_digest(),
        "libraries": library_versions(),
    }


def _fitted(model: Model, recipe: Recipe, step: _Steps) -> Model:
    """With the cells of large archives, and weights and scores of its own."""
    model = replace(model, pruning=Pruning.of(model.dense.rows, model.catalogue.days, recipe.seed))
    step("fitting the weights")
    fit = fit_weights(model, recipe)
    model = replace(model, weights=fit.weights, about={**model.about, "fit": fit.account})
    step("calibrating the scores")
    return replace(model, calibration=calibrated(model))


@dataclass(frozen=True)
class _TopicInput:
    """What topics are formed on."""

    source: Source
    texts: Texts
    embedded: Embedded
    duplicate_of: NDArray[np.int32]
    analyzer: Analyzer


def _with_topics(
    inputs: _TopicInput,
    curated: Sequence[CuratedRule],
    recipe: Recipe,
    previous: Model | None,
    step: _Steps,
    fresh: bool,
) -> Identity:
    """The articles under curated topics and topics, those with the ids of the previous model where they continue; a
    ``fresh`` start does not begin with its topics."""
    step("putting articles under desk topics")
    ids = list(inputs.source.catalogue.ids)
    texts, dense, duplicate_of = inputs.texts, inputs.embedded.dense, inputs.duplicate_of
    assigned = assign(inputs.source.texts, curated, inputs.analyzer, dense.rows, dense.encoder, duplicate_of)
    step("grouping into topics")
    start = None if fresh else previous
    names = [name for rule in curated for name in (rule.name, rule.name_en)]
    reading = Reading(
        ids=ids, titles=texts.titles, bodies=texts.bodies, shown=texts.shown, duplicate_of=duplicate_of,
        curated=assigned.strength, curated_names=names, links=inputs.source.links,
        before=topics_before(ids, start), before_other=others_before(ids, start),
        broad_before=start.topics.broad_first if start is not None and start.topics.broad else None,
    )  # fmt: skip
    grouped = group(reading, inputs.embedded.meaning, inputs.analyzer, recipe)
    identified = identify(grouped.topics, ids, previous, grouped.alternatives, grouped.broad_alternatives)
    return Identity(with_curated(identified.topics, curated, assigned, ids), identified.used)


class _Steps:
    """Tells each step with the seconds that the one before it took."""

    def __init__(self, progress: Progress | None) -> None:
        self._tell, self._since, self._last = progress, time.monotonic(), ""

    def say(self, sentence: str) -> None:
        if self._tell:
            self._tell(sentence)

    def __call__(self, name: str) -> None:
        now = time.monotonic()
        if self._tell:
            if self._last:
                self._tell(f"  {self._last}: {now - self._since:.1f} s")
            if name != "done":
                self._tell(f"{name} ...")
        self._since, self._last = now, name


def _texts_of(article: ArticleText) -> Sequence[str]:
    return [text for text in (article.title or article.stand_in, article.body) if text]
