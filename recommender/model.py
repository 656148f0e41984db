"""The counter between workshop and shop: a model is a folder of plain files, read by memory map."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .corpus.article import Article
from .errors import ModelError
from .lexicon import Aliases, Analyzer, Lexicon
from .scoring import Links, Weights
from .spaces import DenseSpace, Encoder, Question, TermVectors, TfidfSpace, body_terms, features_of
from .tables import Shelf, StringTable
from .topics import Desk, Lineage, Topic, TopicModel

FORMAT = 1  # raised when a reader of this number could misread the files of the next
MANIFEST = "manifest.json"
CURRENT = "current"
LONGEST_TITLE = 400  # characters of a question that are read as its headline
_SHOWN = ("title", "outlet", "author", "published", "url", "section", "stand_in")


@dataclass(frozen=True)
class Catalogue:
    """What the shop shows of each article, by row: ``ids`` ascending; ``cards`` a JSON object each.

    ``days`` (n,) float64 day numbers, NaN unknown; ``outlet_of`` (n,) int32 into ``outlets``, -1 unknown;
    ``copy_of`` (n,) int32 the row of which the article is a near-copy, itself if of none.
    ``aliases`` are other ids by which an article was known, ``alias_rows`` their rows.
    """

    ids: StringTable
    cards: Shelf
    days: NDArray[np.float64]
    outlets: StringTable
    outlet_of: NDArray[np.int32]
    copy_of: NDArray[np.int32]
    aliases: StringTable
    alias_rows: NDArray[np.int32]

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
    links: Links
    topics: TopicModel
    weights: Weights
    about: Mapping[str, Any] = field(default_factory=dict)
    version: str = ""

    def __len__(self) -> int:
        return len(self.catalogue)

    def question(self, title: str, body: str = "") -> Question:
        """What a headline asks, with the words of a body where there is one."""
        limit = int(self.about["recipe"]["body_words"])
        words = body_terms(self.analyzer.pieces(body[: limit * 40]), limit) if body else []
        return Question(title, tuple(features_of(self.analyzer.pieces(title[:LONGEST_TITLE]))), tuple(words))

    def article_question(self, row: int) -> Question:
        """What the article at ``row`` asks: its stored vectors, its title for the reasons."""
        article = self.catalogue.article(row)
        text = article.title or article.stand_in or ""
        return Question(text, tuple(features_of(self.analyzer.pieces(text))), row=row)

    @cached_property
    def min_score(self) -> float:
        return float(self.about["recipe"]["min_score"])

    def save(self, models: str | Path, *, promote: bool = True, created: str | None = None) -> str:
        """Writes a new version under ``models`` and makes it current; returns its name.

        All is written under a temporary name, synced and renamed, so that a kill leaves the old model.
        """
        root = Path(models)
        try:
            root.mkdir(parents=True, exist_ok=True)
            return _publish(self, root, promote, created)
        except OSError as error:
            raise ModelError(
                f"The model cannot be written to {root}: {error.strerror}.", "Check space and permissions."
            ) from error


def _publish(model: Model, root: Path, promote: bool, created: str | None) -> str:
    staged = root / f".writing-{os.getpid()}"
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir()
    try:
        for name, array in _arrays(model).items():
            _write(staged / f"{name}.npy", array)
        _write_text(staged / "topics.json", _dump(_topics_json(model.topics)))
        _write_text(staged / "aliases.json", _dump(dict(sorted(model.analyzer.aliases.names.items()))))
        files = {p.name: _stamp(p) for p in sorted(staged.iterdir())}
        manifest = {**model.about, "format": FORMAT, "weights": asdict(model.weights), "files": files}
        if created:
            manifest["created"] = created
        _write_text(staged / MANIFEST, _dump(manifest))
        _sync(staged)
        version = _take_name(staged, root)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    if promote:
        set_current(root, version)
    return version


def _take_name(staged: Path, root: Path) -> str:
    """Renames to the next free ``vNNNN``; another process may take the same number first."""
    taken = [int(p.name[1:]) for p in root.glob("v[0-9]*") if p.name[1:].isdigit()]
    number = max(taken, default=0) + 1
    while True:
        target = root / f"v{number:04d}"
        try:
            staged.rename(target)
        except OSError:
            if not target.exists():
                raise
            number += 1
            continue
        _sync(root)
        return target.name


def set_current(root: Path, version: str) -> None:
    """Makes ``version`` the one that is asked; atomic."""
    staged = root / f".{CURRENT}-{os.getpid()}"
    _write_text(staged, version + "\n")
    staged.replace(root / CURRENT)
    _sync(root)


def current_folder(path: str | Path) -> Path:
    """The version folder meant by ``models``, ``models/current`` or ``models/<version>``."""
    place = Path(path)
    if place.is_dir() and (place / MANIFEST).exists():
        return place
    pointer = place / CURRENT if place.is_dir() else place
    try:
        name = pointer.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"There is no model at {place}.", "Train one: recommender train") from error
    if not name or name != Path(name).name or name.startswith("."):
        raise ModelError(f"{pointer} does not name a version.", "Choose one: recommender models promote VERSION")
    return pointer.parent / name


def open_model(path: str | Path) -> Model:
    """The model at ``path``, mapped, not read. Raises ModelError if it is missing, damaged or too new."""
    folder = current_folder(path)
    manifest = read_manifest(folder)
    _check_sizes(folder, manifest)
    try:
        return _assemble(_Files(folder), manifest, folder.name)
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise ModelError(f"The model {folder} is damaged: {error}.", _MEND) from error


_MEND = "Go back to the one before: recommender models rollback, or train again."


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a version. Raises ModelError if it is missing, damaged or of a newer format."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        number = manifest["format"]
    except FileNotFoundError as error:
        raise ModelError(f"There is no model in {folder}.", "Train one: recommender train") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"The manifest of {folder} is damaged: {error}.", _MEND) from error
    if not isinstance(number, int) or number > FORMAT:
        raise ModelError(
            f"The model {folder} has format {number}; this program reads up to {FORMAT}.",
            "Update the program, or train again.",
        )
    return dict(manifest)


def damaged_files(folder: Path) -> list[str]:
    """The files of a version whose size or sha256 is not the manifest's, each with what is wrong."""
    found = []
    for name, stamp in read_manifest(folder)["files"].items():
        path = folder / name
        if not path.is_file():
            found.append(f"{name}: missing")
        elif _stamp(path) != stamp:
            found.append(f"{name}: not the file that was written (sha256 differs)")
    return found


def _check_sizes(folder: Path, manifest: dict[str, Any]) -> None:
    for name, stamp in manifest.get("files", {}).items():
        try:
            size = (folder / name).stat().st_size
        except OSError as error:
            raise ModelError(f"The model {folder} lacks {name}.", _MEND) from error
        if size != stamp["size"]:
            raise ModelError(f"{folder / name} has {size} bytes and should have {stamp['size']}.", _MEND)


class _Files:
    """The arrays of a folder, by name, mapped."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __getitem__(self, name: str) -> NDArray[Any]:
        mapped: NDArray[Any] = np.load(self._folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
        return np.asarray(mapped)

    def shelf(self, name: str) -> Shelf:
        return Shelf(self[f"{name}.blob"], self[f"{name}.offsets"])

    def table(self, name: str) -> StringTable:
        return StringTable(self.shelf(name))

    def json(self, name: str) -> Any:
        return json.loads((self._folder / name).read_text(encoding="utf-8"))


def _arrays(model: Model) -> dict[str, NDArray[Any]]:
    c, t, lexicon, links = model.catalogue, model.tfidf, model.analyzer.lexicon, model.links
    shelves = {
        "ids": c.ids.shelf, "cards": c.cards, "outlets": c.outlets.shelf, "other_ids": c.aliases.shelf,
        "eojeols": lexicon.known.shelf, "parses": lexicon.parses, "words": lexicon.words.shelf,
        "endings": lexicon.endings.shelf, "terms": t.terms.shelf,
    }  # fmt: skip
    arrays: dict[str, NDArray[Any]] = {
        "days": c.days, "outlet_of": c.outlet_of, "copy_of": c.copy_of, "other_id_rows": c.alias_rows,
        "word_costs": lexicon.costs, "ending_costs": lexicon.ending_costs, "idf": t.idf,
        "postings_start": t.postings_start, "postings_article": t.postings_article,
        "postings_weight": t.postings_weight, "rows_start": t.rows_start, "rows_term": t.rows_term,
        "rows_weight": t.rows_weight, "dense_rows": model.dense.rows,
        "listed_start": links.listed_start, "listed": links.listed, "lists_start": links.lists_start,
        "lists": links.lists, "topic_of": model.topics.topic_of, "topic_strength": model.topics.strength,
        "desk_strength": model.topics.desk_strength, "outlier": model.topics.outlier,
        "position": model.topics.position,
    }  # fmt: skip
    if isinstance(model.dense.encoder, TermVectors):
        shelves["vector_terms"] = model.dense.encoder.terms.shelf
        arrays["vectors"] = model.dense.encoder.vectors
    if model.topics.desk_evidence is not None:
        shelves["desk_evidence"] = model.topics.desk_evidence
    for name, shelf in shelves.items():
        arrays[f"{name}.blob"], arrays[f"{name}.offsets"] = shelf.blob, shelf.offsets
    return arrays


def _assemble(files: _Files, manifest: dict[str, Any], version: str) -> Model:
    catalogue = Catalogue(
        files.table("ids"), files.shelf("cards"), files["days"], files.table("outlets"), files["outlet_of"],
        files["copy_of"], files.table("other_ids"), files["other_id_rows"],
    )  # fmt: skip
    lexicon = Lexicon(
        files.table("eojeols"), files.shelf("parses"), files.table("words"), files["word_costs"],
        files.table("endings"), files["ending_costs"],
    )  # fmt: skip
    tfidf = TfidfSpace(
        files.table("terms"), files["idf"], files["postings_start"], files["postings_article"],
        files["postings_weight"], files["rows_start"], files["rows_term"], files["rows_weight"],
        float(manifest["recipe"]["body_weight"]),
    )  # fmt: skip
    return Model(
        catalogue,
        Analyzer(lexicon, Aliases(files.json("aliases.json"))),
        tfidf,
        DenseSpace(files["dense_rows"], _encoder(files, manifest)),
        Links(files["listed_start"], files["listed"], files["lists_start"], files["lists"]),
        _read_topics(files),
        Weights(**manifest["weights"]),
        manifest,
        version,
    )


def _topics_json(topics: TopicModel) -> dict[str, Any]:
    return {
        "topics": [topic.as_json() for topic in topics.topics],
        "desks": [desk.as_json() for desk in topics.desks],
        "lineage": [asdict(step) for step in topics.lineage],
    }


def _read_topics(files: _Files) -> TopicModel:
    held = files.json("topics.json")
    return TopicModel(
        tuple(Topic.of(row) for row in held["topics"]),
        files["topic_of"],
        files["topic_strength"],
        tuple(Desk.of(row) for row in held["desks"]),
        files["desk_strength"],
        files["outlier"],
        files["position"],
        tuple(Lineage(s["event"], tuple(s["before"]), tuple(s["after"]), s["note"]) for s in held["lineage"]),
        files.shelf("desk_evidence") if held["desks"] else None,
    )


def _encoder(files: _Files, manifest: dict[str, Any]) -> Encoder:
    name = manifest["recipe"]["embedder"]
    if name == "lsa":
        return TermVectors(files.table("vector_terms"), files["vectors"])
    from .embedders import named_encoder

    return named_encoder(name)


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _write(path: Path, array: NDArray[Any]) -> None:
    with path.open("wb") as file:
        np.save(file, np.ascontiguousarray(array), allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())


def _write_text(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _stamp(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"size": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
