"""A model made by hand: planted topics, dates, outlets and links, in a moment and without training."""

from __future__ import annotations

import numpy as np

from recommender.arrays.kernels import unit_rows
from recommender.arrays.strings import StringArray, StringTable
from recommender.embeddings.dense import DenseSpace
from recommender.embeddings.encoder import TermVectors
from recommender.index import FieldIndex
from recommender.index.build import average_lengths, entries_of, field_index
from recommender.index.links import Links
from recommender.index.surface import SurfaceIndex
from recommender.index.tfidf import TfidfSpace
from recommender.ranking.catalogue import Catalogue
from recommender.ranking.model import Model
from recommender.ranking.weights import default_weights
from recommender.readers.article import Article
from recommender.text.analyzer import Aliases, Analyzer
from recommender.text.article_terms import Texts
from recommender.text.instants import day_number, day_text
from recommender.text.lexicon import Lexicon
from recommender.topics.topic import NO_TOPIC, CuratedTopic, Lineage, Outlier, Topic, TopicModel
from recommender.training.calibrate import default_calibration
from recommender.versions.quality import Bin, Group, Interval, Quality, Reliability

SUBJECTS = (
    "부두 준설",
    "열차 운임",
    "과수 저장",
    "하천 정비",
    "도서관 개관",
    "야구 중계",
    "온실 난방",
    "조선 수주",
)
VERBS = ("착공", "확대", "보류", "검토", "합의", "공개", "연기", "재개", "축소", "점검")
PLACES = ("북항", "서부권", "남면", "동구", "신도심", "내륙", "섬마을", "강변")
UNKNOWN = Interval(np.nan, np.nan, np.nan)
OUTLETS = ("가람일보", "누리경제", "다온신문", "라온방송", "마루저널")


def articles(count: int) -> list[Article]:
    """``count`` articles, ids ascending; every ninth without outlet, every eleventh without a date."""
    return [_article(i) for i in range(count)]


def _article(i: int) -> Article:
    subject, verb, place = SUBJECTS[i % 8], VERBS[(i // 8) % 10], PLACES[(i // 3) % 8]
    own = " ".join(_word(i * 4 + j) for j in range(4))
    title = f"{place} {subject} {verb}… {own} {_word(i % 50)}"
    published = day_text(day_number("2025-01-06") + i % 180) if i % 11 else None
    outlet = OUTLETS[i % 5] if i % 9 else None
    return Article(f"a{i:06d}", title, outlet=outlet, published=published, url=f"https://news.example/{i}")


def judged() -> Quality:
    """What an evaluation says, in short."""
    around = Interval(0.5, 0.25, 0.75)
    return Quality(
        12,
        {"abstained": Interval(0.0, 0.0, 0.0), "mrr": Interval(0.6123, 0.512, 0.7), "hit_5": UNKNOWN},
        Reliability((Bin(0.0, 0.1, 1_040, 0.02, 0.05), Bin(0.9, 1.0, 31, 0.96, 0.9)), 0.21, 0.1),
        (
            Group("outlet", "<b>가람일보", 8, 30, {"recall_5": UNKNOWN, "recall_10": around}),
            Group("answer's age", "more than a year", 8, 30, {"recall_10": around}),
        ),
        {"coverage": 0.99, "npmi": -0.05, "diversity": 0.875},
    )


def _word(number: int) -> str:
    """A word of three syllables that no other number has."""
    return "".join(chr(0xAC00 + (number * step + step) % 11_171) for step in (577, 3_011, 7_919))


def build(
    given: list[Article],
    *,
    copies: dict[int, int] | None = None,
    links: list[tuple[int, int]] | None = None,
    lineage: tuple[Lineage, ...] = (),
    placed: bool = True,
    version: str = "v0002",
    curated: tuple[CuratedTopic, ...] | None = None,
) -> Model:
    """A model of ``given``: eight planted topics, the last article of each hundred in none."""
    count = len(given)
    days = np.array([day_number(article.published) for article in given], dtype=np.float64)
    outlets = StringTable.of(article.outlet for article in given if article.outlet)
    duplicate_of = np.arange(count, dtype=np.int32)
    for copy, original in (copies or {}).items():
        duplicate_of[copy] = original
    catalogue = Catalogue(
        StringTable.of(article.id for article in given),
        StringArray.of(Catalogue.card(article) for article in given),
        days,
        outlets,
        np.array([outlets.find(article.outlet) if article.outlet else -1 for article in given], dtype=np.int32),
        duplicate_of,
        StringTable.of([]),
        np.zeros(0, dtype=np.int32),
    )
    rows = _vectors(count)
    sources, targets = (np.array([pair[side] for pair in links or []], dtype=np.int64) for side in (0, 1))
    about = {
        "corpus": {"fingerprint": "feed" * 16, "headline_only": 2},
        "recipe": {"seed": 7, "body_words": 300},
        "libraries": {"numpy": "2.0"},
    }
    encoder = TermVectors(StringTable.of([]), np.zeros((0, rows.shape[1]), dtype=np.float32))
    words = [(article.title or "").split() for article in given]
    tfidf = _tfidf(words)
    return Model(
        catalogue,
        Analyzer(_no_words(), Aliases({})),
        tfidf,
        DenseSpace(rows, encoder),
        _fields(words, tfidf),
        SurfaceIndex.of([article.title or "" for article in given]),
        Links.of(sources, targets, count),
        _topics(count, rows, placed, lineage, curated),
        default_weights(),
        default_calibration(),
        about=about,
        version=version,
    )


def _vectors(count: int) -> np.ndarray:
    random = np.random.default_rng(3)
    centres = random.normal(size=(8, 32))
    return unit_rows(centres[np.arange(count) % 8] + 0.5 * random.normal(size=(count, 32)))


def _no_words() -> Lexicon:
    nothing, free = StringTable.of([]), np.zeros(0, dtype=np.float32)
    return Lexicon(nothing, StringArray.of([]), nothing, free, nothing, free)


def _tfidf(texts: list[list[str]]) -> TfidfSpace:
    """Words of equal weight, in rows of unit length and in columns."""
    terms = StringTable.of(word for text in texts for word in text)
    place = {term: i for i, term in enumerate(terms)}
    rows = [sorted({place[word] for word in text}) for text in texts]
    sizes = np.array([len(row) for row in rows], dtype=np.int64)
    flat = np.array([term for row in rows for term in row], dtype=np.int32)
    weights = np.repeat(1 / np.sqrt(np.maximum(sizes, 1)), sizes).astype(np.float32)
    starts = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    order = np.argsort(flat, kind="stable")
    columns = np.concatenate(([0], np.cumsum(np.bincount(flat, minlength=len(terms))))).astype(np.int64)
    holders = np.repeat(np.arange(len(texts), dtype=np.int32), sizes)[order]
    idf = np.ones(len(terms), dtype=np.float32)
    return TfidfSpace(terms, idf, columns, holders, weights[order], starts, flat, weights)


def _fields(titles: list[list[str]], tfidf: TfidfSpace) -> FieldIndex:
    """Headlines alone."""
    none: list[list[str]] = [[] for _ in titles]
    texts = Texts(titles, none, [""] * len(titles), none, [(0, 0)] * len(titles), [True] * len(titles), none)
    average = average_lengths(texts)
    return field_index(entries_of(texts, tfidf.terms.find, average), tfidf.idf, tfidf.words, average)


def _topics(
    count: int, rows: np.ndarray, placed: bool, lineage: tuple[Lineage, ...], curated: tuple[CuratedTopic, ...] | None
) -> TopicModel:
    if not count:
        return TopicModel.empty(0)
    topic_of = (np.arange(count) % 8).astype(np.int32)
    topic_of[99::100] = NO_TOPIC
    outlier = np.where(topic_of == NO_TOPIC, Outlier.BETWEEN, Outlier.MEMBER).astype(np.int8)
    topics = tuple(
        Topic(f"t{i}", name, tuple(name.split()), int((topic_of == i).sum()), ())
        for i, name in enumerate(SUBJECTS)
        if (topic_of == i).any()
    )
    strength = np.where(topic_of == NO_TOPIC, 0, 0.9).astype(np.float32)
    if curated is None:
        curated = (
            CuratedTopic("harbour", "항만", "Harbours", ("부두",)),
            CuratedTopic("space", "우주", "Space", ("위성",)),
        )
    held = np.zeros((count, len(curated)), dtype=np.float32)
    if curated:
        held[topic_of == 0, 0] = 0.8
    position = rows[:, :2].astype(np.float32) if placed else np.zeros((count, 2), dtype=np.float32)
    return TopicModel(topics, topic_of, strength, curated, held, outlier, position, lineage)
