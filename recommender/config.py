"""The version of the program, and the recipe: every parameter of a training, stored with its result."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from .errors import RecipeError
from .files.reading import SETTINGS_LIMIT, read_text
from .files.toml import parsed, shown
from .lazy import dataclass

__version__ = "0.1.0"


@dataclass(frozen=True, slots=True)
class Recipe:
    """Parameters of a training; the defaults suit 25 to some 100,000 headlines.

    seed            of every random choice
    dimensions      of the dense space
    embedder        what texts mean, beside the company of words in the corpus: ``base`` (the model that ships with
                    the project), ``lsa`` (nothing but the corpus), ``e5`` (multilingual-e5-small, an optional extra),
                    a model on disk behind an optional extra: ``sentence-transformers:PATH``, ``model2vec:PATH`` or
                    ``onnx:PATH``, or an endpoint to which the texts are sent: ``http://ADDRESS/v1#MODEL``
    body_weight     share of a body beside its title (title 1.0) in the TF-IDF space
    body_words      words of a body that count, from its start, as words and by their bigrams
    word_weight     weight of whole words beside character bigrams (1.0) in the TF-IDF space
    copy_likeness   lexical cosine from which two headlines are near-copies
    pairs_wanted    related pairs needed before the weights are fitted on them
    topic_sample    articles that form the topics; the rest join by the vote of their neighbours
    clusterer       how topics are found: ``ward`` (few, nobody left out, kept from training to training) or ``hdbscan``
                    (UMAP and HDBSCAN, as BERTopic's defaults: fine ones, joined into broad ones)
    topics_most     topics that are found at most, before they are cut or joined into two levels; 0 for none
    min_topic_size  articles, near-copies not counted, that a finer topic cut out of a broad one has at least
    stop_words      words that no topic is formed on or named by
    user_words      words that are never cut apart, in topics and in questions; no blanks in them
    index           where answers take their candidates from: this folder's files, or a server to which the articles
                    were published (``milvus:http://HOST:19530``, ``milvus:PATH.db``); never changes the training
    workers         processes for the heavy passes; never changes the result
    keep_versions   newest versions that a retraining leaves beside the current one, the rest it deletes; 0 for all

    By how much, absolute, a retrained model may be worse than the current one and still take its place:

    tolerance_mrr, tolerance_hit, tolerance_recall  lower mean reciprocal rank, hit@10, recall@10
    tolerance_outliers    larger share of articles in no topic
    tolerance_abstention  larger share of questions without an answer
    tolerance_articles    share of the articles that are not there any more
    """

    seed: int = 7
    dimensions: int = 128
    embedder: str = "base"
    body_weight: float = 0.4
    body_words: int = 800
    word_weight: float = 0.5
    copy_likeness: float = 0.82
    pairs_wanted: int = 200
    topic_sample: int = 20_000
    clusterer: str = "ward"
    topics_most: int = 60
    min_topic_size: int = 15
    stop_words: tuple[str, ...] = ()
    user_words: tuple[str, ...] = ()
    index: str = ""
    workers: int = 2
    keep_versions: int = 0
    tolerance_mrr: float = 0.02
    tolerance_hit: float = 0.02
    tolerance_recall: float = 0.02
    tolerance_outliers: float = 0.05
    tolerance_abstention: float = 0.02
    tolerance_articles: float = 0.1

    def __post_init__(self) -> None:
        for name, low, high in _LIMITS:
            value = getattr(self, name)
            if not low <= value <= high:
                raise RecipeError(f"The recipe's {name} is {shown(value)}.", f"Give a value from {low} to {high}.")
        if self.clusterer not in CLUSTERERS:
            hint = f"Give one of: {', '.join(CLUSTERERS)}."
            raise RecipeError(f"The recipe's clusterer is {shown(self.clusterer)}.", hint)
        for word in (*self.stop_words, *self.user_words):
            if not word.strip():
                raise RecipeError("The recipe's stop_words or user_words hold an empty word.", "Take it out.")
        for word in self.user_words:
            if len(word.split()) > 1:
                hint = "Write it as one word, and the form with blanks as another name of it in data/aliases.toml."
                raise RecipeError(f"The recipe's user_words hold {shown(word)}, which has a blank.", hint)

    def as_json(self) -> dict[str, Any]:
        """What decides the result: not ``index``, ``workers``, ``keep_versions`` and the tolerances."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if name not in _NO_PART
        }

    def with_seed(self, seed: int | None) -> Recipe:
        return self if seed is None else replace(self, seed=seed)

    @classmethod
    def read(cls, path: str | Path) -> Recipe:
        """A recipe from a TOML file. Raises RecipeError naming the key and what stood there."""
        try:
            values = parsed(read_text(path, SETTINGS_LIMIT, "utf-8-sig"))
        except OSError as error:
            raise RecipeError(f"The recipe {path} cannot be read: {error.strerror}.", "Check the path.") from error
        except ValueError as error:
            raise RecipeError(f"The recipe {path} is not TOML: {error}.", "Mend that line.") from error
        return cls.of(values, str(path))

    @classmethod
    def of(cls, values: dict[str, Any], source: str) -> Recipe:
        types = {field.name: type(getattr(cls(), field.name)) for field in fields(cls)}
        for key, value in values.items():
            if key not in types:
                raise RecipeError(f"{source}: unknown key '{key}'.", f"Known keys: {', '.join(types)}.")
            expected = types[key]
            if expected is tuple:
                values = {**values, key: _words(key, value, source)}
                continue
            if isinstance(value, bool) or not isinstance(value, (int, float) if expected is float else expected):
                hint = f"It wants a value of type {expected.__name__}."
                raise RecipeError(f"{source}: '{key}' is {shown(value)}.", hint)
        recipe = cls(**values)  # a number within its limits fits a float
        exact: dict[str, Any] = {key: float(values[key]) for key in values if types[key] is float}
        return replace(recipe, **exact)


def _words(key: str, value: Any, source: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise RecipeError(f"{source}: '{key}' is {shown(value)}.", f'It wants a list of words: {key} = ["word"].')
    return tuple(dict.fromkeys(value))


CLUSTERERS = ("ward", "hdbscan")
_TOLERANCES = tuple(field.name for field in fields(Recipe) if field.name.startswith("tolerance_"))
_NO_PART = {"index", "workers", "keep_versions", *_TOLERANCES}
_LIMITS = (
    ("seed", 0, 2**32 - 1),
    ("dimensions", 1, 1024),
    ("body_weight", 0.0, 10.0),
    ("body_words", 0, 100_000),
    ("word_weight", 0.0, 10.0),
    ("copy_likeness", 0.1, 1.01),
    ("pairs_wanted", 1, 10**9),
    ("topic_sample", 10, 10**7),
    ("topics_most", 0, 10_000),
    ("min_topic_size", 2, 10**6),
    ("workers", 1, 1024),
    ("keep_versions", 0, 10**6),
    *((name, 0.0, 1.0) for name in _TOLERANCES),
)
