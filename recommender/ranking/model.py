"""A trained model: its components in memory, mapped from a folder of plain files, and what a question asks of them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats
from ..arrays.strings import StringArray, StringTable
from ..embeddings.cross_lingual import CrossLingual
from ..embeddings.dense import DenseSpace
from ..embeddings.encoder import Encoder, TermVectors
from ..embeddings.external import NamedEncoder
from ..embeddings.fused import BaseMeaning, FusedEncoder, rows_of
from ..errors import ModelError, reason
from ..index.fields import FieldIndex
from ..index.links import Links
from ..index.tfidf import TfidfSpace
from ..readers.article import Article
from ..text.analyzer import Aliases, Analyzer, Lexicon, Piece, stem_of
from ..text.article_terms import read_body
from ..text.instants import day_text
from ..text.terms import TAG, Feature, Groups, Question, features_of, ways_of
from ..topics.topic import Desk, Lineage, Topic, TopicModel
from ..versions.artifact import HINT, Files, check_sizes, current_folder, publish, read_manifest, set_current
from ..versions.model_card import CARD, Facts, card
from .calibration import Calibration
from .features import SHORT
from .weights import Weights

if TYPE_CHECKING:
    from ..text.spelling import Correction

_CORRECTED = 6  # words of a question up to which typing errors are looked for
_FEW = 200  # articles below which a word of a single one may be what was meant
LONGEST_TITLE = 400  # characters of a question that are read as its headline
_SHOWN = ("title", "outlet", "author", "published", "url", "section", "stand_in")


@dataclass(frozen=True)
class Catalogue:
    """What is shown of each article, by row: ``ids`` ascending; ``cards`` a JSON object each.

    ``days`` (n,) float64 day numbers, NaN unknown; ``outlet_of`` (n,) int32 into ``outlets``, -1 unknown;
    ``duplicate_of`` (n,) int32 the row of which the article is a near-copy, itself if of none.
    ``aliases`` are other ids by which an article was known, ``alias_rows`` their rows. ``stamps`` (n,) uint64
    are what the corpus said of each (``Corpus.stamps``); models of before updates lack them.
    """

    ids: StringTable
    cards: StringArray
    days: NDArray[np.float64]
    outlets: StringTable
    outlet_of: NDArray[np.int32]
    duplicate_of: NDArray[np.int32]
    aliases: StringTable
    alias_rows: NDArray[np.int32]
    stamps: NDArray[np.uint64] | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def article(self, row: int) -> Article:
        """The article as far as the model keeps it: no body."""
        card = json.loads(self.cards[row])
        return Article(id=self.ids[row], tags=tuple(card.pop("tags", ())), **card)

    def row(self, article_id: str) -> int:
        """The row of an article or of an alias of it, or -1."""
        row = self.ids.find(article_id)
        if row < 0 and (place := self.aliases.find(article_id)) >= 0:
            row = int(self.alias_rows[place])
        return row

    @staticmethod
    def card(article: Article) -> str:
        known: dict[str, Any] = {name: value for name in _SHOWN if (value := getattr(article, name))}
        if article.tags:
            known["tags"] = list(article.tags)
        if article.headline_only:
            known["headline_only"] = True
        return json.dumps(known, ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True)
class Model:
    """A trained model, in memory or mapped from its folder. Row ``i`` is the same article everywhere."""

    catalogue: Catalogue
    analyzer: Analyzer
    tfidf: TfidfSpace
    dense: DenseSpace
    fields: FieldIndex
    links: Links
    topics: TopicModel
    weights: Weights
    calibration: Calibration
    cross_lingual: CrossLingual = field(default_factory=CrossLingual.silent)
    about: Mapping[str, Any] = field(default_factory=dict)
    version: str = ""
    folder: Path | None = None

    def __len__(self) -> int:
        return len(self.catalogue)

    def question(self, title: str, body: str = "") -> Question:
        """What a headline asks, with the words of a body where there is one."""
        pieces = self.analyzer.pieces(title[:LONGEST_TITLE])
        return self._question(title, features_of(pieces), body, tuple(map(ways_of, pieces)))

    def asked(self, title: str, body: str = "") -> Question:
        """``question`` as a person puts it: in English by the corpus's own words of that meaning too, and with typing
        errors in a few words corrected to words that the corpus holds."""
        pieces = self.analyzer.pieces(title[:LONGEST_TITLE])
        corrections = () if body or len(pieces) > _CORRECTED else self._corrections(pieces)
        for correction in corrections:
            title = re.sub(re.escape(correction.said), correction.meant, title, count=1, flags=re.IGNORECASE)
        if corrections:
            pieces = self.analyzer.pieces(title[:LONGEST_TITLE])
        said = self.cross_lingual.read(pieces, self.analyzer, self.tfidf.terms)
        return replace(self._question(title, said.features, body, said.groups), corrections=corrections)

    def _corrections(self, pieces: Sequence[Piece]) -> tuple[Correction, ...]:
        """What was meant by words of which no article holds a trace."""
        strange = [piece for piece in pieces if not self._held(piece)]
        if not strange:
            return ()
        from ..embeddings.static import StaticVectors
        from ..text.spelling import Correction, Speller

        news = StaticVectors.open()
        least = 2 if len(self) >= _FEW else 1
        speller = Speller(
            self.tfidf.terms, np.diff(self.fields.start), lambda word: news.known_in_news(word) > 0, least
        )
        found = []
        for piece in strange:
            for said in dict.fromkeys((piece.eojeol, stem_of(piece.eojeol, piece.words))):
                if meant := speller.corrected(said):
                    found.append(Correction(said, meant))
                    break
        return tuple(found)

    def _held(self, piece: Piece) -> bool:
        """Whether any article holds a word as it is spelled, be it as a stretch of a longer one."""
        terms, fields = self.tfidf.terms, self.fields
        for way in ((stem_of(piece.eojeol, piece.words),), *ways_of(piece)[1:]):
            places = [terms.find(term) for term in way]
            if min(places, default=-1) < 0:
                continue
            held = fields.article[int(fields.start[places[0]]) : int(fields.start[places[0] + 1])]
            for place in places[1:]:
                other = fields.article[int(fields.start[place]) : int(fields.start[place + 1])]
                held = np.array(sorted({*held.tolist()} & {*other.tolist()}), dtype=np.int32)
            if len(held):
                return True
        return False

    def _question(self, title: str, features: Sequence[Feature], body: str, groups: Groups) -> Question:
        words, marks, (first, second) = read_body(body, self.analyzer, int(self.about["recipe"]["body_words"]))
        lead = dict.fromkeys((*words[:first], *marks[:second]))
        if not lead and len(groups) <= SHORT:
            found = (Feature(way[0], way[0].removeprefix(TAG)) for ways in groups for way in ways if way[0][0] == TAG)
            features = [*features, *(tag for tag in found if tag.term in self.tfidf.terms)]
        headed = not body.lstrip().startswith(title.strip())
        return Question(title, tuple(features), tuple(words), lead=tuple(lead), groups=groups, headed=headed)

    def article_question(self, row: int) -> Question:
        """What the article at ``row`` asks: its stored vectors, its title for the reasons."""
        article = self.catalogue.article(row)
        text = article.title or article.stand_in or ""
        return Question(text, tuple(features_of(self.analyzer.pieces(text))), row=row, headed=bool(article.title))

    def meaning(self, question: Question) -> Floats:
        """(d,) the place of a question in the dense space; a body weighs there as in a stored article."""
        if not question.body:
            return self.dense.vector(question)
        return np.asarray(rows_of(self.dense.encoder, self.tfidf, [self.tfidf.vector(question)], [question.text])[0])

    @property
    def learned_from_lists(self) -> bool:
        """Whether weights or calibration were fitted on the corpus's own related lists."""
        return self.weights.fitted or self.calibration.source.startswith("lists")

    def save(self, models: str | Path, *, promote: bool = True, created: str | None = None) -> str:
        """Writes a new version under ``models`` and makes it current; returns its name.

        All is written under a temporary name, synced and renamed, so that a kill leaves the old model.
        """
        root = Path(models)
        try:
            root.mkdir(parents=True, exist_ok=True)
            version = publish(
                root, _arrays(self), _documents(self), self._manifest(created), {CARD: card(self.about, _facts(self))}
            )
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
    """The model at ``path``, mapped, not read. Raises ModelError if it is missing, damaged or too new."""
    folder = current_folder(path)
    manifest = read_manifest(folder)
    check_sizes(folder, manifest)
    try:
        return _assemble(Files(folder), manifest, folder)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError) as error:
        raise ModelError(f"The model {folder} is damaged: {error}.", HINT) from error


def _arrays(model: Model) -> dict[str, NDArray[Any]]:
    c, t, lexicon, links = model.catalogue, model.tfidf, model.analyzer.lexicon, model.links
    tables = {
        "ids": c.ids.strings, "cards": c.cards, "outlets": c.outlets.strings, "other_ids": c.aliases.strings,
        "eojeols": lexicon.known.strings, "parses": lexicon.parses, "words": lexicon.words.strings,
        "endings": lexicon.endings.strings, "terms": t.terms.strings,
    }  # fmt: skip
    arrays: dict[str, NDArray[Any]] = {
        "days": c.days, "outlet_of": c.outlet_of, "copy_of": c.duplicate_of, "other_id_rows": c.alias_rows,
        "word_costs": lexicon.costs, "ending_costs": lexicon.ending_costs, "idf": t.idf,
        "postings_start": t.postings_start, "postings_article": t.postings_article,
        "postings_weight": t.postings_weight, "rows_start": t.rows_start, "rows_term": t.rows_term,
        "rows_weight": t.rows_weight, **_field_arrays(model.fields), "dense_rows": model.dense.rows,
        "spoken": model.cross_lingual.places, "spoken_meaning": model.cross_lingual.vectors,
        "listed_start": links.listed_start, "listed": links.listed, "lists_start": links.lists_start,
        "lists": links.lists, "topic_of": model.topics.topic_of, "topic_strength": model.topics.strength,
        "desk_strength": model.topics.desk_strength, "outlier": model.topics.outlier,
        "position": model.topics.position,
    }  # fmt: skip
    encoder = model.dense.encoder
    if isinstance(encoder, FusedEncoder):
        arrays |= {"meaning_centre": encoder.centre, "joined_mean": encoder.mean, "joined_axes": encoder.axes}
    company = encoder.company if isinstance(encoder, FusedEncoder) else encoder
    if isinstance(company, TermVectors):
        tables["vector_terms"], arrays["vectors"] = company.terms.strings, company.vectors
    if model.topics.desk_evidence is not None:
        tables["desk_evidence"] = model.topics.desk_evidence
    if c.stamps is not None:
        arrays["stamps"] = c.stamps
    for name, strings in tables.items():
        arrays[f"{name}.blob"], arrays[f"{name}.offsets"] = strings.blob, strings.offsets
    return arrays


def _field_arrays(fields: FieldIndex) -> dict[str, NDArray[Any]]:
    return {f"field_{name}": getattr(fields, name) for name in _FIELD_ARRAYS}


_FIELD_ARRAYS = ("idf", "start", "article", "code", "norms", "kind", "lead_start", "lead_term", "average")


def _assemble(files: Files, manifest: dict[str, Any], folder: Path) -> Model:
    catalogue = Catalogue(
        files.table("ids"), files.strings("cards"), files["days"], files.table("outlets"), files["outlet_of"],
        files["copy_of"], files.table("other_ids"), files["other_id_rows"],
        files["stamps"] if "stamps.npy" in manifest["files"] else None,
    )  # fmt: skip
    lexicon = Lexicon(
        files.table("eojeols"), files.strings("parses"), files.table("words"), files["word_costs"],
        files.table("endings"), files["ending_costs"],
    )  # fmt: skip
    tfidf = TfidfSpace(
        files.table("terms"), files["idf"], files["postings_start"], files["postings_article"],
        files["postings_weight"], files["rows_start"], files["rows_term"], files["rows_weight"],
        float(manifest["recipe"]["body_weight"]),
    )  # fmt: skip
    base = BaseMeaning(manifest["base_model"])
    return Model(
        catalogue,
        Analyzer(lexicon, Aliases(files.json("aliases"))),
        tfidf,
        DenseSpace(files["dense_rows"], _encoder(files, manifest, base)),
        FieldIndex(**{name: files[f"field_{name}"] for name in _FIELD_ARRAYS}),
        Links(files["listed_start"], files["listed"], files["lists_start"], files["lists"]),
        _read_topics(files),
        Weights.of(manifest["weights"]),
        Calibration.of(manifest["calibration"]),
        CrossLingual(files["spoken"], files["spoken_meaning"], base),
        manifest,
        folder.name,
        folder,
    )


def _documents(model: Model) -> dict[str, Any]:
    topics = model.topics
    return {
        "aliases": dict(sorted(model.analyzer.aliases.names.items())),
        "topics": {
            "topics": [topic.as_json() for topic in topics.topics],
            "desks": [desk.as_json() for desk in topics.desks],
            "lineage": [asdict(step) for step in topics.lineage],
        },
    }


def _facts(model: Model) -> Facts:
    known = model.catalogue.days[~np.isnan(model.catalogue.days)]
    first, last = (day_text(float(day)) for day in (known.min(), known.max())) if len(known) else (None, None)
    return Facts(
        first, last, len(known), len(model.catalogue.outlets), len(model.topics.desks), model.topics.outlier_share,
        model.weights.as_json(),
    )  # fmt: skip


def _read_topics(files: Files) -> TopicModel:
    held = files.json("topics")
    return TopicModel(
        tuple(Topic.of(row) for row in held["topics"]),
        files["topic_of"],
        files["topic_strength"],
        tuple(Desk.of(row) for row in held["desks"]),
        files["desk_strength"],
        files["outlier"],
        files["position"],
        tuple(Lineage(s["event"], tuple(s["before"]), tuple(s["after"]), s["note"]) for s in held["lineage"]),
        files.strings("desk_evidence") if held["desks"] else None,
    )


def _encoder(files: Files, manifest: dict[str, Any], base: BaseMeaning) -> Encoder:
    name = manifest["recipe"]["embedder"]
    company = TermVectors(files.table("vector_terms"), files["vectors"])
    if name == "lsa":
        return company
    meaning = base if name == "base" else NamedEncoder(name)
    return FusedEncoder(company, meaning, files["meaning_centre"], files["joined_mean"], files["joined_axes"])
