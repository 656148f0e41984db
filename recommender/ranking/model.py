"""A trained model: its components in memory or mapped from a folder of plain files."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..arrays.kernels import Floats
from ..arrays.stored import Component, Files
from ..embeddings.bilingual import BilingualIndex
from ..embeddings.cross_lingual import CrossLingual
from ..embeddings.dense import DenseSpace
from ..embeddings.fused import FusedEncoder, rows_of
from ..errors import ModelError, QueryError, reason
from ..files.home import OUTLETS, REMOVED
from ..index.fields import FieldIndex
from ..index.links import Links
from ..index.phrases import PhraseIndex
from ..index.pruning import Pruning
from ..index.surface import SurfaceIndex
from ..index.tfidf import TfidfSpace
from ..lazy import dataclass
from ..text.analyzer import Analyzer
from ..text.instants import day_text
from ..text.terms import TAG, Question
from ..topics.topic import TopicModel
from ..versions.artifact import HINT, check_sizes, current_folder, publish, read_manifest, set_current
from .calibration import Calibration
from .catalogue import Catalogue
from .questions import article_question, asked_question, plain_question
from .weights import Weights

if TYPE_CHECKING:
    from ..versions.model_card import Facts

# What is stored of a model beside its manifest, by the names of the fields and of the files.
COMPONENTS: Mapping[str, type[Component]] = {
    "catalogue": Catalogue, "analyzer": Analyzer, "tfidf": TfidfSpace, "dense": DenseSpace, "fields": FieldIndex,
    "surface": SurfaceIndex, "links": Links, "topics": TopicModel, "cross_lingual": CrossLingual,
    "bilingual": BilingualIndex, "pruning": Pruning, "phrases": PhraseIndex,
}  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Model:
    """A trained model, in memory or mapped from its folder. Row ``i`` is the same article everywhere."""

    catalogue: Catalogue
    analyzer: Analyzer
    tfidf: TfidfSpace
    dense: DenseSpace
    fields: FieldIndex
    surface: SurfaceIndex
    links: Links
    topics: TopicModel
    weights: Weights
    calibration: Calibration
    cross_lingual: CrossLingual = field(default_factory=CrossLingual.silent)
    bilingual: BilingualIndex = field(default_factory=BilingualIndex.silent)
    pruning: Pruning = field(default_factory=Pruning.none)
    phrases: PhraseIndex = field(default_factory=PhraseIndex.none)
    about: Mapping[str, Any] = field(default_factory=dict)
    version: str = ""
    folder: Path | None = None
    titles_read: dict[int, tuple[list[str], str]] = field(default_factory=dict, init=False, repr=False, compare=False)
    column_forms: dict[str, frozenset[str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.catalogue)

    @cached_property
    def tag_words(self) -> str:
        """The words of the bracket tags, each in a line of its own."""
        return "\n".join([self.tfidf.terms[i].removeprefix(TAG) for i in self._tags])

    @cached_property
    def tag_letters(self) -> bytes:
        """The words of the bracket tags without a line between: what does not stand in this stands in none of them."""
        return self.tfidf.terms.strings.stretch(self._tags.start, self._tags.stop)

    @cached_property
    def _tags(self) -> range:
        """Ids of the terms that are words of bracket tags."""
        terms = self.tfidf.terms
        return range(*(bisect_left(range(len(terms)), sign, key=terms.strings.raw) for sign in (b"#", b"$")))

    def question(self, title: str, body: str = "") -> Question:
        """See ``plain_question``."""
        return plain_question(self, title, body)

    def asked(self, title: str, body: str = "") -> Question:
        """See ``asked_question``."""
        return asked_question(self, title, body)

    def article_question(self, row: int) -> Question:
        """See ``questions.article_question``."""
        return article_question(self, row)

    def meaning(self, question: Question) -> Floats:
        """(d,) the place of a question in the dense space; a body weighs there as in a stored article."""
        if question.vector is not None:
            return self._meant(question, question.vector)
        if not question.body:
            return self.dense.vector(question)
        return np.asarray(rows_of(self.dense.encoder, self.tfidf, [self.tfidf.vector(question)], [question.text])[0])

    def _meant(self, question: Question, vector: Floats) -> Floats:
        """The place of a question whose meaning is given: its words beside ``vector`` (m,)."""
        encoder = self.dense.encoder
        if not isinstance(encoder, FusedEncoder):
            raise QueryError("The articles of this model stand by their words alone, not by vectors.")
        words = encoder.cooccurrence
        rows = (
            words.weighed(self.tfidf, [self.tfidf.vector(question)])
            if question.body
            else words.encode([question.terms])
        )
        return np.asarray(encoder.join(rows, vector[None])[0])

    @property
    def learned_from_lists(self) -> bool:
        """Whether weights or calibration were fitted on the corpus's own related lists."""
        return self.weights.fitted or self.calibration.source.startswith("lists")

    @property
    def outlets_file(self) -> Path | None:
        """A person's own names of outlets, ``data/outlets.toml`` beside ``models``; None for a model in memory."""
        return self.folder and Path(os.path.abspath(self.folder)).parents[1] / "data" / OUTLETS

    @property
    def headlines(self) -> list[str]:
        """The headline of each article by row, the start of its text where it has none."""
        return [a.title or a.stand_in or "" for a in map(self.catalogue.article, range(len(self)))]

    def to_bertopic(self, level: str = "fine") -> Any:
        """A fitted BERTopic of the topics of one ``level``, fine or broad: its documents are ``headlines``.

        It loads BERTopic. ``transform`` puts a new text to the topic with the nearest mean vector. Raises QueryError
        for another level, and where there are no topics of it.
        """
        from ..topics.bertopic import fitted_bertopic, korean_vectorizer

        topics, topic_of = self.topics.of_level(level)
        aliases: dict[str, list[str]] = {}
        for other, name in self.analyzer.aliases.names.items():
            aliases.setdefault(name, []).append(other)
        recipe = self.about.get("recipe", {})
        words = korean_vectorizer(recipe.get("stop_words", ()), recipe.get("user_words", ()), aliases)
        return fitted_bertopic(
            self.headlines, np.asarray(self.dense.rows), topic_of.astype(np.int64),
            {i: topic.name for i, topic in enumerate(topics)}, self._placed, words,
        )  # fmt: skip

    def _placed(self, texts: Sequence[str]) -> Floats:
        """(m, d) unit rows of new texts."""
        return np.stack([self.meaning(self.question(text)) for text in texts])

    def _repr_html_(self) -> str:
        dated = self.catalogue.days[~np.isnan(self.catalogue.days)]
        period = " to ".join(f"{day_text(float(d))}" for d in (dated.min(), dated.max())) if len(dated) else "unknown"
        shown = {
            "articles": f"{len(self):,}", "published": period, "outlets": len(self.catalogue.outlets),
            "topics": len(self.topics.topics), "broad topics": len(self.topics.broad),
            "curated topics": len(self.topics.curated), "embedder": self.about.get("recipe", {}).get("embedder"),
            "weights": self.weights.source, "created": self.about.get("created"),
        }  # fmt: skip
        from ..arrays.frames import facts

        return facts(f"Model {self.version}".strip(), shown)

    def save(self, models: str | Path, *, promote: bool = True, created: str | None = None) -> str:
        """Writes a new version under ``models`` and makes it current; returns its name.

        All is written under a temporary name, synced and renamed, so that a kill leaves the old model.
        """
        from ..versions.model_card import CARD, card

        root = Path(models)
        try:
            root.mkdir(parents=True, exist_ok=True)
            components = {name: getattr(self, name) for name in COMPONENTS}
            version = publish(root, components, self._manifest(created), {CARD: card(self.about, _facts(self))})
            if promote:
                set_current(root, version)
            return version
        except OSError as error:
            raise ModelError(
                f"The model cannot be written to {root}: {reason(error)}.", "Check space and permissions."
            ) from error

    def _manifest(self, created: str | None) -> dict[str, Any]:
        made = {"created": created} if created else {}
        return {**self.about, **made, "weights": self.weights.as_json(), "calibration": self.calibration.as_json()}


def open_model(path: str | Path) -> Model:
    """The model at ``path`` without what was removed since (``data/removed.jsonl`` beside ``models``); where nothing
    was, it is mapped, not read. Raises ModelError if it is missing, damaged or too new, InputError if the removals are.
    """
    model = stored_model(path)
    home = Path(os.path.abspath(current_folder(path))).parent.parent
    if not os.path.lexists(home / "data" / REMOVED):
        return model
    from .removal import removed_rows, tombstones_beside, without

    tombstones = tombstones_beside(home / "models")
    return without(model, removed_rows(model, tombstones)) if len(tombstones) else model


def stored_model(path: str | Path) -> Model:
    """The model at ``path`` as it was written, removed articles too."""
    folder = current_folder(path)
    manifest = read_manifest(folder)
    check_sizes(folder, manifest)
    try:
        return _assemble(Files(folder), manifest, folder)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError) as error:
        raise ModelError(f"The model {folder} is damaged: {error}.", HINT) from error


def _assemble(files: Files, manifest: dict[str, Any], folder: Path) -> Model:
    components: dict[str, Any] = {name: kind.load(files.of(name), manifest) for name, kind in COMPONENTS.items()}
    weights, calibration = Weights.of(manifest["weights"]), Calibration.of(manifest["calibration"])
    return Model(
        **components, weights=weights, calibration=calibration, about=manifest, version=folder.name, folder=folder
    )


def _facts(model: Model) -> Facts:
    from ..versions.model_card import Facts

    dated = model.catalogue.days[~np.isnan(model.catalogue.days)]
    first, last = (day_text(float(day)) for day in (dated.min(), dated.max())) if len(dated) else (None, None)
    return Facts(
        first, last, len(dated), len(model.catalogue.outlets), len(model.topics.curated), model.topics.outlier_share,
        model.weights.as_json(),
    )  # fmt: skip
