"""The two spaces: the numpy twin equals scikit-learn, dense vectors have unit length."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from worlds import RECORDS, fitted, small_model

from recommender.arrays.strings import StringTable
from recommender.config import Recipe
from recommender.embeddings.dense import DenseSpace
from recommender.embeddings.encoder import TermVectors
from recommender.embeddings.static import StaticVectors
from recommender.index.tfidf import Among
from recommender.ranking.model import Model
from recommender.readers.article import Article
from recommender.text.terms import MARK, Question, features_of
from recommender.training.fit_tfidf import read_terms

BARE = [{k: v for k, v in row.items() if k != "body"} for row in RECORDS]
WITHOUT = {"titles and bodies": RECORDS, "titles": BARE}
QUESTIONS = [
    "동해소재 양극재 공장 착공",
    "포항 배터리 특구 포항 배터리",
    "마이스터고는 신입생을 두 배로 늘린다",
    "[단독] 전기차 전기차 충전기",
    "처음 보는 낱말들 뿐",
    "",
]
BODY = "양극재 공장 양극재 생산라인 규제자유특구 실증 사용후 배터리 처음보는말"


@cache
def model(kind: str) -> Model:
    return small_model() if kind == "titles and bodies" else fitted(BARE)


class Reference:
    """scikit-learn's vectors of the same articles: words scaled, a title plus 0.4 of its body.

    Its idf is that of the articles and of 300 headlines of the news at large, whose words the base model counted.
    """

    def __init__(self, model: Model, records: list[dict[str, str]]) -> None:
        self.recipe = model.about["recipe"]
        texts = read_terms(
            [self.article(model, row, records) for row in range(len(model))], model.analyzer, self.Recipe
        )
        self.vectorizer = TfidfVectorizer(analyzer=lambda terms: terms, sublinear_tf=True)
        every = zip(texts.titles, texts.bodies, texts.marks, texts.tags, strict=True)  # the last two count in the idf
        self.vectorizer.fit([term for part in parts for term in part] for parts in every)
        terms, size = self.vectorizer.get_feature_names_out(), len(model)
        held_by = (1 + size) / np.exp(self.vectorizer.idf_ - 1) - 1
        news = StaticVectors.open()
        share = [
            n / size if "~" in t and "_" in t else news.known_in_news(t) for t, n in zip(terms, held_by, strict=True)
        ]
        idf = 1 + np.log((301 + size) / (1 + held_by + 300 * np.array(share)))
        self.vectorizer.idf_ = idf * [1.0 if t.startswith(MARK) else self.recipe["word_weight"] for t in terms]
        self.matrix = self.join(texts.titles, texts.bodies)

    class Recipe:
        body_words = Recipe().body_words

    @staticmethod
    def article(model: Model, row: int, records: list[dict[str, str]]) -> Article:
        shown = model.catalogue.article(row)
        body = next((r.get("body", "") for r in records if r["id"] == shown.id), "")
        return Article(shown.id, shown.title, body)

    def join(self, titles: list[list[str]], bodies: list[list[str]]) -> sparse.csr_matrix:
        title, body = self.vectorizer.transform(titles), self.vectorizer.transform(bodies)
        joined = sparse.csr_matrix(title + self.recipe["body_weight"] * body)
        lengths = np.sqrt(np.asarray(joined.multiply(joined).sum(axis=1)).ravel())
        return sparse.csr_matrix(sparse.diags(1 / np.where(lengths == 0, 1, lengths)) @ joined)


@cache
def reference(kind: str) -> Reference:
    return Reference(model(kind), WITHOUT[kind])


def dense_of(space_model: Model, vector: object) -> np.ndarray:
    full = np.zeros(len(space_model.tfidf.terms))
    full[vector.ids] = vector.weights  # type: ignore[attr-defined]
    return full


@pytest.mark.parametrize("kind", WITHOUT)
def test_article_vectors_are_scikit_learns(kind: str) -> None:
    held, twin = model(kind), reference(kind)
    assert list(held.tfidf.terms) == twin.vectorizer.get_feature_names_out().tolist()
    for row in range(len(held)):
        wanted = twin.matrix[[row]].toarray().ravel()
        assert np.abs(dense_of(held, held.tfidf.article(row)) - wanted).max() < 1e-6


@pytest.mark.parametrize("kind", WITHOUT)
@pytest.mark.parametrize("body", ["", BODY], ids=["title", "title and body"])
@pytest.mark.parametrize("text", QUESTIONS)
def test_question_vectors_and_scores_are_scikit_learns(kind: str, body: str, text: str) -> None:
    held, twin = model(kind), reference(kind)
    question = held.question(text, body)
    wanted = twin.join([question.terms], [list(question.body)])
    assert np.abs(dense_of(held, held.tfidf.vector(question)) - wanted.toarray().ravel()).max() < 1e-6
    scores = (twin.matrix @ wanted.T).toarray().ravel()
    assert np.abs(held.tfidf.scores(question) - scores).max() < 1e-6


@pytest.mark.parametrize("kind", WITHOUT)
def test_scores_of_articles_are_scikit_learns(kind: str) -> None:
    held, twin = model(kind), reference(kind)
    wanted = (twin.matrix @ twin.matrix.T).toarray()
    found = np.array([held.tfidf.scores(held.article_question(row)) for row in range(len(held))])
    assert np.abs(found - wanted).max() < 1e-6
    cosine = held.tfidf.cosine(0, np.arange(len(held)))
    assert np.abs(cosine - wanted[0]).max() < 1e-6
    rows = np.array([5, 0, 9, 3, 0])
    among = Among.of(held.tfidf, rows)
    assert np.abs(among.cosine(np.array([1, 3])) - wanted[np.ix_(rows[[1, 3]], rows)]).max() < 1e-6
    assert among.cosine(rows[:0]).shape == (0, 5)
    assert Among.of(held.tfidf, rows[:0]).cosine(rows[:0]).shape == (0, 0)


@given(st.lists(st.sampled_from([*small_model().tfidf.terms, "모르는말", "~모름"]), max_size=30))
def test_scores_stay_in_their_range(terms: list[str]) -> None:
    held = small_model()
    question = Question("", (), tuple(terms))
    scores = held.tfidf.scores(question)
    assert scores.dtype == np.float32
    assert ((scores >= 0) & (scores <= 1 + 1e-6)).all()
    assert np.abs(held.dense.scores(question)).max() <= 1 + 1e-5


@pytest.mark.parametrize("kind", WITHOUT)
def test_words_are_told_from_bigrams(kind: str) -> None:
    space = model(kind).tfidf
    assert space.words.tolist() == [not term.startswith(MARK) for term in space.terms]


def test_a_question_finds_its_own_article_with_score_one() -> None:
    held = small_model()
    for row in range(len(held)):
        assert held.tfidf.scores(held.article_question(row))[row] == pytest.approx(1, abs=1e-5)


def test_features_are_words_and_bigrams_of_the_stem() -> None:
    analyzer = small_model().analyzer
    terms = [feature.term for feature in features_of(analyzer.pieces("공장에"))]
    assert terms == ["공장", f"{MARK}_공", f"{MARK}공장", f"{MARK}장_"]


VECTORS = TermVectors(StringTable.of(["가", "나"]), np.array([[3, 0], [0, 4]], dtype=np.float16))


@pytest.mark.parametrize(
    ("terms", "wanted"),
    [(["가"], [1, 0]), (["가", "나"], [0.6, 0.8]), (["다"], [0, 0]), ([], [0, 0]), (["나", "나", "다"], [0, 1])],
)
def test_term_vectors(terms: list[str], wanted: list[float]) -> None:
    row = VECTORS.encode([terms])[0]
    assert row.dtype == np.float32
    assert row.tolist() == pytest.approx(wanted, abs=1e-6)


def test_term_vectors_of_nothing() -> None:
    assert VECTORS.encode([]).shape == (0, 2)
    assert TermVectors(StringTable.of([]), np.zeros((0, 3), np.float16)).encode([["가"]]).tolist() == [[0, 0, 0]]


def test_dense_space_scores() -> None:
    space = DenseSpace(np.array([[1, 0], [0, 1], [0.6, 0.8]], dtype=np.float32), VECTORS)
    assert space.scores(Question("", (), ("가",))).tolist() == pytest.approx([1, 0, 0.6])
    assert space.scores(Question("", (), row=2)).tolist() == pytest.approx([0.6, 0.8, 1])
    assert space.scores(Question("", (), ("모름",))).tolist() == [0, 0, 0]
    assert len(space) == 3


def test_dense_rows_have_unit_length_and_texts_fall_near_their_article() -> None:
    held = model("titles")
    lengths = np.linalg.norm(held.dense.rows, axis=1)
    assert ((np.abs(lengths - 1) < 1e-5) | (lengths == 0)).all()
    for row in np.flatnonzero(lengths).tolist():
        title = held.catalogue.article(row).title
        assert held.dense.scores(held.question(title))[row] > 0.99, title
