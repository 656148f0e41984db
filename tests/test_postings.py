"""The spaces over a handful of terms, every number by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from recommender.arrays.sparse_vector import SparseVector
from recommender.arrays.strings import StringTable
from recommender.embeddings.dense import DenseSpace
from recommender.embeddings.encoder import TermVectors
from recommender.index.tfidf import TfidfSpace
from recommender.text.analyzer import Piece
from recommender.text.terms import MARK, TAG, Feature, Question, bigrams_of, body_terms, features_of, tag_terms, ways_of

TERMS = [f"{MARK}_가", f"{MARK}가나", "가나", "다라", "마바", "사아"]
IDF = [1.0, 2.0, 3.0, 1.0, 2.0, 4.0]
ROWS = [  # unit rows: 0 two bigrams and a word, 1 and 2 share words with it, 3 has a word of its own, 4 nothing
    [2 / 3, 1 / 3, 2 / 3, 0, 0, 0],
    [0, 0, 0.6, 0.8, 0, 0],
    [0.48, 0, 0.36, 0.64, 0.48, 0],
    [0, 0, 0, 0, 0, 1],
    [0, 0, 0, 0, 0, 0],
]


def space_of(rows: list[list[float]], *, body_weight: float = 0.0) -> TfidfSpace:
    dense = np.array(rows, dtype=np.float32).reshape(len(rows), len(TERMS))
    articles, terms = np.nonzero(dense)
    order = np.lexsort((articles, terms))
    return TfidfSpace(
        StringTable.of(TERMS),
        np.array(IDF, dtype=np.float32),
        np.concatenate([[0], np.cumsum((dense != 0).sum(axis=0))]).astype(np.int64),
        articles[order].astype(np.int32),
        dense[articles[order], terms[order]],
        np.concatenate([[0], np.cumsum((dense != 0).sum(axis=1))]).astype(np.int64),
        terms.astype(np.int32),
        dense[articles, terms],
        body_weight,
    )


SPACE = space_of(ROWS)


def asked(*terms: str, body: tuple[str, ...] = (), row: int | None = None) -> Question:
    return Question("", tuple(Feature(term, term) for term in terms), body, row)


def spread(vector: SparseVector) -> list[float]:
    assert vector.ids.tolist() == sorted(set(vector.ids.tolist()))
    assert vector.ids.dtype == np.int64
    assert vector.weights.dtype == np.float32
    full = np.zeros(len(TERMS))
    full[vector.ids] = vector.weights
    return [float(value) for value in full]


def test_a_text_is_weighed_by_logarithm_and_idf() -> None:
    heights = [0, 0, 3 * (1 + math.log(2)), 0, 2, 0]
    length = math.hypot(*heights)
    assert spread(SPACE.encode(["마바", "가나", "모름", "가나"])) == pytest.approx([h / length for h in heights])
    assert spread(SPACE.encode(["모름"])) == spread(SPACE.encode([])) == [0] * 6


def test_a_body_joins_its_title_by_its_weight() -> None:
    """Title: terms 2 and 3, heights 3 and 1; body: terms 3 and 4, heights 1 and 2, each of unit length, half of it."""
    space = space_of(ROWS, body_weight=0.5)
    title, body = math.hypot(3, 1), math.hypot(1, 2)
    joined = [0, 0, 3 / title, 1 / title + 0.5 / body, 0.5 * 2 / body, 0]
    length = math.hypot(*joined)
    question = asked("가나", "다라", body=("다라", "마바"))
    assert spread(space.vector(question)) == pytest.approx([v / length for v in joined])
    assert spread(space.vector(asked(body=("마바",)))) == [0, 0, 0, 0, 1, 0]
    assert spread(SPACE.vector(question)) == spread(SPACE.vector(asked("가나", "다라"))), "without weight it is silent"
    assert spread(space.vector(asked("가나"))) == [0, 0, 1, 0, 0, 0]


def test_a_stored_article_is_its_row() -> None:
    for row, wanted in enumerate(ROWS):
        assert spread(SPACE.article(row)) == pytest.approx(wanted)
        assert spread(SPACE.vector(asked("사아", row=row))) == pytest.approx(wanted), "its text is not asked"
    assert len(SPACE) == 5


def test_scores_are_cosines() -> None:
    matrix = np.array(ROWS)
    for row in range(len(ROWS)):
        assert SPACE.scores(asked(row=row)).tolist() == pytest.approx((matrix @ matrix[row]).tolist())
    assert SPACE.scores(asked("다라")).tolist() == pytest.approx([0, 0.8, 0.64, 0, 0])
    assert SPACE.scores(asked("모름")).dtype == np.float32
    assert SPACE.cosine(2, np.array([0, 3, 2, 1])).tolist() == pytest.approx(
        (matrix[[0, 3, 2, 1]] @ matrix[2]).tolist()
    )
    assert SPACE.cosine(2, np.array([0])).dtype == np.float32


@pytest.mark.parametrize("alike", [0.3, 0.8], ids=["some", "most"])
def test_rare_terms_are_added_up_as_all_are(alike: float) -> None:
    """Without numbers for all articles where few hold a term, the same numbers."""
    space = space_of([*ROWS, *[[0, 0, 0, 1, 0, 0]] * 200])
    for terms in (["사아"], [f"{MARK}_가", "가나", "마바"], ["가나", "다라"]):
        vector = space.encode(terms)
        cosines = space.against(vector)
        assert set(space.nearest(vector, 300, 1_000).tolist()) == set(np.flatnonzero(cosines > 0).tolist())
        assert space.at_least(vector, alike).tolist() == np.flatnonzero(cosines >= alike).tolist()


def test_an_empty_vocabulary_knows_nothing() -> None:
    ints, floats = np.zeros(0, np.int32), np.zeros(0, np.float32)
    starts = np.zeros(1, np.int64)
    empty = TfidfSpace(StringTable.of([]), floats, starts, ints, floats, starts, ints, floats)
    assert empty.scores(asked("가나")).shape == (0,)


def test_features_of_a_headline() -> None:
    """The words of each eojeol, then the bigrams of its stem, shown by the word where they begin; no word: by it."""
    found = features_of([Piece("양극재공장을", ("양극재", "공장")), Piece("12", ())])
    assert found[:2] == [Feature("양극재", "양극재"), Feature("공장", "공장")]
    assert [f.term for f in found[2:8]] == [MARK + b for b in ("_양", "양극", "극재", "재공", "공장", "장_")]
    assert [f.shown for f in found[2:8]] == ["양극재"] * 4 + ["공장"] * 2
    assert found[8:] == [Feature(MARK + b, "12") for b in ("_1", "12", "2_")], "it has nothing else to be found by"
    assert {f.shown for f in features_of([Piece("땅꺼짐", ("꺼지",))])} == {"땅꺼짐"}, "the verb stands in no text"
    assert features_of([]) == []
    assert Question("", tuple(found)).terms == [feature.term for feature in found]


@pytest.mark.parametrize(("stem", "single", "wanted"), [
    ("특구", False, ["_특", "특구", "구_"]),
    ("q", False, ["_q", "q_"]),
    ("the", False, []),
    ("4680", False, []),
    ("3월", False, []),
    ("4680만원", False, []),
    ("3d프린터", False, ["d프", "프린", "린터", "터_"]),
    ("4680", True, ["_4", "46", "68", "80", "0_"]),
    ("개최", False, []),
    ("개최", True, ["_개", "개최", "최_"]),
])  # fmt: skip
def test_bigrams_of_a_word_but_not_of_figures_and_stock_words(stem: str, single: bool, wanted: list[str]) -> None:
    assert bigrams_of(stem, single=single) == [MARK + pair for pair in wanted]


def test_a_word_is_held_as_its_parts_or_as_a_stretch_of_a_title() -> None:
    parts, stretch, *tags = ways_of(Piece("양극재공장을", ("양극재", "공장")))
    assert parts == ("양극재", "공장")
    assert stretch == tuple(MARK + pair for pair in ("양극", "극재", "재공", "공장")), "no edges: within a longer word"
    assert all(term.startswith(TAG) for way in tags for term in way)
    assert ways_of(Piece("12", ()))[0] == tuple(MARK + pair for pair in ("_1", "12", "2_")), "figures stand alone"
    assert all(way for piece in (Piece("a", ("a",)), Piece("가", ()), Piece("3월", ("3월",))) for way in ways_of(piece))


@pytest.mark.parametrize(("headline", "wanted"), [
    ("[포토] 특구 현장", ["포토"]),
    ("[단독][르포] 특구 현장(종합2보)", ["단독", "르포", "종합2보"]),
    ("【기획 연재】 특구 현장", ["기획", "연재"]),
    ("[11:16] 특구 현장", []),
    ("특구 현장", []),
    ("[포토]", []),
    ("", []),
])  # fmt: skip
def test_the_words_of_bracket_tags_are_marked(headline: str, wanted: list[str]) -> None:
    assert tag_terms(headline) == [TAG + word for word in wanted]


def test_words_of_a_body_end_at_the_limit() -> None:
    pieces = [Piece("가나다라", ("가나", "다라")), Piece("마바", ("마바",))]
    assert body_terms(pieces, 2) == ["가나", "다라"]
    assert body_terms(pieces, 9) == ["가나", "다라", "마바"]
    assert body_terms(pieces, 0) == []


VECTORS = TermVectors(StringTable.of(["가나", "다라"]), np.array([[3, 0], [0, 4]], dtype=np.float16))


def test_repeated_terms_add_by_their_logarithm() -> None:
    heights = [3 * (1 + math.log(3)), 4]
    (row,) = VECTORS.encode([["가나", "다라", "가나", "모름", "가나"]])
    assert row.tolist() == pytest.approx([h / math.hypot(*heights) for h in heights])
    two = VECTORS.encode([["다라"], ["가나"]])
    assert two.tolist() == [[0, 1], [1, 0]]


class Spelled:
    """An encoder that notes what it is given, and answers in numpy's own float64."""

    def __init__(self) -> None:
        self.given: list[object] = []

    def encode(self, terms: object, texts: object) -> np.ndarray:
        self.given.append((terms, texts))
        return np.array([[0.0, 1.0]])


def test_a_dense_question_is_encoded_from_its_terms_and_text() -> None:
    encoder = Spelled()
    space = DenseSpace(np.array([[1, 0], [0.6, 0.8]], dtype=np.float32), encoder)
    question = Question("본문 있는 글", (Feature("가나", "가나"),), ("다라",))
    assert space.scores(question).tolist() == pytest.approx([0, 0.8])
    assert encoder.given == [([["가나", "다라"]], ["본문 있는 글"])]
    assert space.scores(Question("글", (), row=1)).tolist() == pytest.approx([0.6, 1])
    assert len(encoder.given) == 1, "a stored article is not encoded again"
    assert space.scores(question).dtype == np.float32


@pytest.mark.parametrize("harm", [3e38, np.inf])
def test_rows_that_cannot_be_unit_rows_are_noticed(harm: float) -> None:
    space = DenseSpace(np.array([[harm, harm], [1, -1]], dtype=np.float32) * np.float32(1), VECTORS)
    with pytest.raises(FloatingPointError):
        space.scores(Question("", (), row=0))
