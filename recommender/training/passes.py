"""The passes of a training over every text, done in partitions by an executor: the same parameters, bit by bit.

What each partition takes and gives are files of one folder; a training that was stopped goes on from them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeVar

import numpy as np

from ..arrays.row_file import Rows, stored
from ..arrays.stored import Files, save_array
from ..config import Recipe
from ..embeddings.encoder import Encoder
from ..embeddings.external import OWN, named_encoder
from ..embeddings.fused import BaseMeaning, base_digest
from ..executors.executor import Executor, written_once
from ..lazy import dataclass
from ..text.analyzer import Aliases, Analyzer, plain, spelled
from ..text.article_terms import Texts, read_terms
from ..text.kiwi import open_kiwi, parse_of
from ..text.lexicon import Lexicon, Parse
from ..text.whole_names import with_whole_names
from ..versions.artifact import publish
from . import article_texts
from .article_texts import ArticleText, ArticleTexts

_EOJEOLS = 20_000  # distinct eojeols of a partition, beside ``article_texts.PARTITION`` articles
_Item = TypeVar("_Item")


class Settings(NamedTuple):
    """What workers need to know of a training: aliases as pairs, since nothing but plain values passes."""

    folder: Path
    names: tuple[tuple[str, str], ...]
    recipe: Recipe

    @property
    def aliases(self) -> Aliases:
        return Aliases(dict(self.names))


@dataclass(frozen=True)
class Passes:
    """The passes of one training by an ``executor``, in a ``folder`` that its workers see and no other training has."""

    executor: Executor
    folder: Path

    def lexicon(self, articles: ArticleTexts, aliases: Aliases, recipe: Recipe) -> Lexicon:
        """See ``learn_lexicon``, of titles and bodies. Raises WorkerError."""
        settings = Settings(self.folder, tuple(sorted(aliases.names.items())), recipe)
        for at, texts in enumerate(articles.parts()):
            _put(self.folder / f"articles-{at:06}.json", texts)
        counts: Counter[str] = Counter()
        for part in self.executor.map(partial(count_part, settings), range(_parts(len(articles)))):
            counts.update(_got(part))
        distinct = spans(sorted(counts), _EOJEOLS)
        for at, some in enumerate(distinct):
            _put(self.folder / f"eojeols-{at:06}.json", some)
        parses: dict[str, Parse] = {}
        parts = self.executor.map(partial(parse_part, settings), range(len(distinct)))
        for some, part in zip(distinct, parts, strict=True):
            parsed = (Parse(tuple(words), ending) for words, ending in _got(part))
            parses.update(zip(some, parsed, strict=True))
        return Lexicon.learn(with_whole_names(parses), counts)

    def terms(self, articles: ArticleTexts, lexicon: Lexicon, aliases: Aliases, recipe: Recipe) -> Texts:
        """See ``read_terms``; after ``lexicon``. Raises WorkerError."""
        settings = Settings(self.folder, tuple(sorted(aliases.names.items())), recipe)
        if not (self.folder / "analyzer" / "v0001").exists():
            (self.folder / "analyzer").mkdir(exist_ok=True)
            publish(self.folder / "analyzer", {"analyzer": Analyzer(lexicon, aliases)}, {})
        parts = self.executor.map(partial(terms_part, settings), range(_parts(len(articles))))
        return Texts.joined(Texts(**_got(part)) for part in parts)

    def encode(self, texts: Texts, recipe: Recipe) -> Rows:
        """(n, m) the meaning of the articles by the recipe's embedder; after ``terms``. Raises WorkerError."""
        settings = Settings(self.folder, (), recipe)
        parts = self.executor.map(partial(encode_part, settings), range(_parts(len(texts.shown))))
        return stored((np.load(part) for part in parts), len(texts.shown))


def _parts(count: int) -> int:
    """How many partitions so many articles make."""
    return -(-count // article_texts.PARTITION)


def spans(items: Sequence[_Item], size: int) -> list[Sequence[_Item]]:
    """``items`` in stretches of ``size``."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def encoder_of(recipe: Recipe) -> Encoder:
    """The recipe's embedder, or the base model. Raises RecipeError, MissingExtra, ModelError."""
    return BaseMeaning(base_digest()) if recipe.embedder in OWN else named_encoder(recipe.embedder)


def encoded(encoder: Encoder, texts: Texts) -> Rows:
    """(n, m) the meaning of the articles, in the partitions in which a cluster would do it: the same bits."""
    if not texts.shown:
        return encoder.encode([], [])
    starts = range(0, len(texts.shown), article_texts.PARTITION)
    parts = (
        encoder.encode(texts.titles[at : at + article_texts.PARTITION], texts.shown[at : at + article_texts.PARTITION])
        for at in starts
    )
    return stored(parts, len(texts.shown))


def count_part(settings: Settings, at: int) -> Path:
    """Writes how often each eojeol stands in the articles of a partition."""
    counts: Counter[str] = Counter()
    aliases = settings.aliases
    for title, stand_in, body in _got(settings.folder / f"articles-{at:06}.json"):
        for text in filter(None, (title or stand_in, body)):
            counts.update(spelled(text, aliases))
    return _put(settings.folder / f"counts-{at:06}.json", counts)


def parse_part(settings: Settings, at: int) -> Path:
    """Writes the parse of each of some eojeols."""
    eojeols = _got(settings.folder / f"eojeols-{at:06}.json")
    kiwi = open_kiwi(settings.aliases, 1, map(plain, settings.recipe.user_words))
    parses = [parse_of(e, tokens) for e, tokens in zip(eojeols, kiwi.tokenize(eojeols), strict=True)]
    return _put(settings.folder / f"parses-{at:06}.json", [[parse.words, parse.ending] for parse in parses])


def terms_part(settings: Settings, at: int) -> Path:
    """Writes the terms of the articles of a partition."""
    articles = [ArticleText(*values) for values in _got(settings.folder / f"articles-{at:06}.json")]
    lexicon = _analyzer(settings.folder / "analyzer" / "v0001").lexicon
    texts = read_terms(articles, Analyzer(lexicon, settings.aliases, {}), settings.recipe)
    columns = {name: list(getattr(texts, name)) for name in Texts.__slots__}
    return _put(settings.folder / f"terms-{at:06}.json", columns)


def encode_part(settings: Settings, at: int) -> Path:
    """Writes the vectors of the articles of a partition."""
    terms = _got(settings.folder / f"terms-{at:06}.json")

    def write(file: BinaryIO) -> None:
        save_array(file, encoder_of(settings.recipe).encode(terms["titles"], terms["shown"]))

    return written_once(settings.folder / f"meaning-{at:06}.npy", write)


@lru_cache(maxsize=1)
def _analyzer(version: Path) -> Analyzer:
    return Analyzer.load(Files(version).of("analyzer"), {})


def _put(path: Path, value: Any) -> Path:
    def write(file: BinaryIO) -> None:
        file.write(json.dumps(value).encode())

    return written_once(path, write)


def _got(path: Path) -> Any:
    return json.loads(path.read_bytes())
