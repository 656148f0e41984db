"""Incremental updates: new articles in a trained model, without fitting anything again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats
from ..arrays.row_mapping import RowMapping
from ..corpus.store import Corpus
from ..embeddings.fused import FusedEncoder
from ..embeddings.given_vectors import GivenVectors, stands_by
from ..errors import CorpusError, InputError
from ..lazy import dataclass
from ..ranking.catalogue import Catalogue
from ..ranking.duplicates import Kinds
from ..ranking.model import Model
from ..ranking.removal import ROWS, WORDS
from ..readers.article import Article
from ..topics.curated import CuratedRule
from ..topics.curated_members import Assigned, assign_more, evidence_json, from_copies
from ..topics.topic import NO_TOPIC, CuratedTopic, Outlier, TopicModel
from .drift import Drift
from .extend import CorpusChanges, corpus_changes, extended, with_duplicates
from .newcomers import Neighbourhood, Vote, embedded, in_memory, map_positions, topic_vote

Progress = Callable[[str], None]
_MANY = 5_000  # newcomers for whose words all of the model's are read into memory; those of fewer are looked up there


@dataclass(frozen=True, slots=True)
class Update:
    """A model with what is new in the corpus: how many articles came, changed, or are there no more."""

    model: Model
    added: int
    changed: int
    gone: int
    drift: Drift


def update(
    model: Model,
    corpus: Corpus,
    *,
    curated: Sequence[CuratedRule] = (),
    progress: Progress | None = None,
    embeddings: Mapping[str, Any] | None = None,
) -> Update | None:
    """``model`` updated to the state of ``corpus``, with its fitted parameters unchanged; None if nothing changed.

    Words, weights, topics and the map stay. Newcomers get vectors, near-copies and links as a full index with
    the same parameters would give them, and the topic of their nearest. ``curated`` as at the training.
    ``embeddings`` are vectors of ids that are new, of a model trained with such.
    Raises ModelError if the model was trained before this was possible, CorpusError if the corpus is damaged.
    """
    say = progress or (lambda text: None)
    removed = corpus.removals()
    with corpus.snapshot():
        say("looking for what is new ...")
        changes = corpus_changes(model, corpus)
        if changes is None:
            return None
        articles = [_article(corpus, key) for key in changes.new_ids]
        say(f"computing the vectors of {len(articles):,} articles ...")
        if len(articles) >= _MANY:
            model = in_memory(model)
        newcomers = embedded(model, articles, _given_rows(model, articles, embeddings, say))
        grown = extended(model, corpus, changes, articles, newcomers)
        say("finding near-copies ...")
        grown = with_duplicates(model, grown, corpus, changes)
        say("voting on topics ...")
        joined = _TopicUpdate(model.topics, grown, changes.mapping)
        joined.vote()
        topics = joined.finished(_with_curated(model.topics, grown, changes.mapping, articles, curated))
        drift = Drift.of(model).with_newcomers(model, newcomers, joined.votes)
        about = _about(model, corpus, changes, len(grown.links.listed), drift, removed)
    plain = replace(grown.analyzer, memo=None)
    done = replace(grown, analyzer=plain, topics=topics, about=about, folder=None)
    return Update(done, changes.added, len(changes.new_ids) - changes.added, changes.gone, drift)


def _given_rows(
    model: Model, articles: Sequence[Article], embeddings: Mapping[str, Any] | None, say: Progress
) -> Floats | None:
    """(m, d) the rows of the newcomers that were given; says how many have none. Raises InputError."""
    encoder = model.dense.encoder
    if not isinstance(encoder, FusedEncoder) or not stands_by(encoder):
        if embeddings is not None:
            raise InputError("The model was not trained with vectors of your own.", "Leave out the embeddings.")
        return None
    ids = [article.id for article in articles]
    vectors = {key: vector for key, vector in (embeddings or {}).items() if key in set(ids)}
    checked = GivenVectors.of(vectors or {}, ids)
    if sentence := checked.note():
        say(sentence)
    if vectors and checked.rows.shape[1] != len(encoder.centre):
        raise InputError(f"The embeddings have {checked.rows.shape[1]} numbers, and those of the model "
                         f"{len(encoder.centre)}.", "Make them by the same encoder.")  # fmt: skip
    return checked.rows if vectors else None


def _article(corpus: Corpus, key: str) -> Article:
    article = corpus.get(key)
    if article is None:
        raise CorpusError(f"The corpus names an article {key} and does not have it.", "Ingest its pages again.")
    return article


def _about(
    model: Model, corpus: Corpus, changes: CorpusChanges, links: int, drift: Drift, removed: int
) -> dict[str, Any]:
    """The manifest of the model, without the origin of its topics, which a training must compute again."""
    inherited = {name: value for name, value in model.about.items() if name not in ("made_from", "created")}
    return {
        **inherited,
        "corpus": {
            "fingerprint": corpus.fingerprint(changes.stamps),
            "articles": len(changes.stamps),
            "headline_only": changes.stamps.headline_only,
            "links": links,
        },
        "updated_from": {
            "version": model.version,
            "added": changes.added,
            "changed": len(changes.new_ids) - changes.added,
            "gone": changes.gone,
        },
        "drift": drift.as_json(),
        **({"removed": {WORDS: 0, **inherited.get("removed", {}), ROWS: removed}} if removed else {}),
    }


class _TopicUpdate:
    """The topics of a model, to which newcomers are added."""

    def __init__(self, old: TopicModel, grown: Model, mapping: RowMapping) -> None:
        self._old, self._grown, self._mapping = old, grown, mapping
        rows = self._rows = mapping.newcomers
        self._neighbourhood = Neighbourhood(
            grown.tfidf, grown.dense, grown.links, grown.catalogue.duplicate_of, mapping.carried, grown.pruning.cells
        )
        self._kinds = Kinds.of_all(grown.catalogue.duplicate_of)
        none = np.zeros(len(rows))
        self._topic_of = mapping.take(old.topic_of, np.full(len(rows), NO_TOPIC))
        self._strength = mapping.take(old.strength, none)
        self._outlier = mapping.take(old.outlier, none)
        self._position = mapping.take(old.position, np.zeros((len(rows), 2)))
        self.votes: list[Vote] = []

    def vote(self) -> None:
        """Gives each newcomer the topic of its nearest neighbours; a near-copy that of its original."""
        old = self._old
        parents = old.parents if old.broad_first else np.arange(len(old.topics), dtype=np.int32)
        before = self._topic_of.copy()
        self._position[self._rows] = map_positions(self._neighbourhood, self._rows, self._position)
        votes = {row: topic_vote(self._neighbourhood, row, before, parents) for row in self._rows.tolist()}
        for row, vote in votes.items():
            leader = leader_of(row, self._kinds, self._mapping.carried)
            if leader in votes:
                result = votes[leader]
                self._topic_of[row], self._strength[row], self._outlier[row] = result[:3]
            else:
                for column in (self._topic_of, self._strength, self._outlier):
                    column[row] = column[leader]
            self._position[row] = self._position[leader]
            topic, reason = int(self._topic_of[row]), Outlier(int(self._outlier[row]))
            self.votes.append(Vote(topic, float(self._strength[row]), reason, vote.distance))

    def finished(self, assigned: TopicModel) -> TopicModel:
        """Topics with their new sizes, and the examples that still exist; curated topics as ``assigned``."""
        sizes = np.bincount(self._topic_of + 1, minlength=len(self._old.topics) + 1)[1:]
        topics = tuple(
            replace(topic, size=int(size), examples=_there(topic.examples, self._grown.catalogue))
            for topic, size in zip(self._old.topics, sizes, strict=True)
        )
        broad = tuple(
            replace(
                topic,
                size=sum(fine.size for fine in topics if fine.parent == topic.id),
                examples=_there(topic.examples, self._grown.catalogue),
            )
            for topic in self._old.broad
        )
        return replace(
            assigned, topics=topics, broad=broad, topic_of=self._topic_of, strength=self._strength,
            outlier=self._outlier, position=self._position, lineage=(),
        )  # fmt: skip


def leader_of(row: int, kinds: Kinds, carried: NDArray[np.bool_]) -> int:
    """The row whose topic a near-copy shares: one that was there before, else the original."""
    old = [other for other in kinds.of(row) if carried[other]]
    return old[0] if old else int(kinds.duplicate_of[row])


def _there(examples: Sequence[str], catalogue: Catalogue) -> tuple[str, ...]:
    rows = dict.fromkeys(row for name in examples if (row := catalogue.row(name)) >= 0)
    return tuple(catalogue.ids[row] for row in rows)


def _with_curated(
    old: TopicModel, grown: Model, mapping: RowMapping, articles: Sequence[Article], curated: Sequence[CuratedRule]
) -> TopicModel:
    """The newcomers under the curated topics of the training, by the rules of today; a near-copy has what the strongest
    of its kind has."""
    if not old.curated or old.curated_evidence is None:
        return replace(old, curated_strength=mapping.take(old.curated_strength, np.zeros((len(articles), 0))))
    stays, rows = np.flatnonzero(mapping.carried), mapping.newcomers
    order = np.concatenate([stays, rows])
    carried = old.curated_strength[mapping.source[stays]]
    strings = grown.catalogue
    assigned = assign_more(
        articles, rules_of(old.curated, curated), grown.analyzer, grown.dense.rows[order], grown.dense.encoder, carried,
        lambda i: strings.article(int(order[i])).shown_title,
    )  # fmt: skip
    assigned = _shared(assigned, old, mapping, grown.catalogue.duplicate_of)
    strength = mapping.take(old.curated_strength, assigned.strength)
    named = tuple(
        replace(column, size=int((strength[:, i] > 0).sum()), examples=_there(column.examples, grown.catalogue))
        for i, column in enumerate(old.curated)
    )
    evidence = mapping.strings(old.curated_evidence, evidence_json(assigned, [column.id for column in old.curated]))
    return replace(old, curated=named, curated_strength=strength, curated_evidence=evidence)


def rules_of(topics: Sequence[CuratedTopic], curated: Sequence[CuratedRule]) -> list[CuratedRule]:
    """The rule of each curated topic of the model: that of its id in ``curated``, else the one stored in the model."""
    by_id = {rule.id: rule for rule in curated}
    return [by_id.get(d.id) or CuratedRule(d.id, d.name, d.name_en, d.terms) for d in topics]


def _shared(assigned: Assigned, old: TopicModel, mapping: RowMapping, duplicate_of: NDArray[np.int32]) -> Assigned:
    """Newcomers that are near-copies belong to the curated topics of their kind too; those of before stay where they
    are."""
    strengths = mapping.take(old.curated_strength, assigned.strength)
    out = mapping.take(np.ones(old.curated_strength.shape, dtype=bool), assigned.out)
    strength, evidence = assigned.strength.copy(), [list(row) for row in assigned.evidence]
    place_of = {row: i for i, row in enumerate(mapping.newcomers.tolist())}
    for row, column, other in from_copies(strengths, out, duplicate_of):
        position = place_of[row]
        strength[position, column] = strengths[other, column]
        if other in place_of:
            evidence[position][column] = assigned.evidence[place_of[other]][column]
        else:
            evidence[position][column] = old.evidence(int(mapping.source[other]), old.curated[column].id)
    return Assigned(strength, tuple(map(tuple, evidence)), assigned.out)
