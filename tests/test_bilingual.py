"""Questions in another language than the archive's are answered by what they mean."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from recommender import Corpus, Recommender, train
from recommender.embeddings.bilingual import HANGUL, LATIN, NEITHER, WIDTH, BilingualIndex, script_of
from recommender.embeddings.fused import BaseMeaning, base_digest, base_vectors
from recommender.embeddings.word_alignment import word_alignment
from recommender.ranking.features import FEW_WORDS, TITLE, query_of

PAIRS = (
    (
        "정부가 내년 최저임금을 시간당 만 원으로 올리기로 했다",
        "The government decided to raise the minimum wage next year",
    ),
    (
        "태풍이 제주에 상륙해 항공편 수백 편이 취소됐다",
        "A typhoon hit Jeju island and hundreds of flights were cancelled",
    ),
    (
        "중앙은행이 물가 상승을 이유로 기준금리를 인상했다",
        "The central bank raised interest rates because of inflation",
    ),
    ("경찰이 대규모 마약 밀수 조직을 체포했다", "Police arrested members of a large drug smuggling ring"),
    ("북한이 동해상으로 탄도미사일을 발사했다", "North Korea fired a ballistic missile into the East Sea"),
    ("병원 의사들이 임금 인상을 요구하며 파업에 들어갔다", "Hospital doctors went on strike demanding higher pay"),
    (
        "대통령이 유엔 총회에서 기후변화 대책을 촉구했다",
        "The president urged climate action at the UN General Assembly",
    ),
    ("대학 입학시험 날 학생들이 경찰차를 타고 시험장에 갔다", "Students rode police cars to the college entrance exam"),
    ("국회가 선거법 개정안을 통과시켰다", "Parliament passed a bill to reform the election law"),
    ("서울 지하철 요금이 다음 달부터 인상된다", "Seoul subway fares will go up from next month"),
    ("소방관들이 산불을 진압하다 다쳤다", "Firefighters were injured while battling a forest fire"),
    ("실업률이 십 년 만에 최저를 기록했다", "The unemployment rate fell to its lowest level in ten years"),
)
STRANGE = ("She wore a green dress to her cousin's birthday", "Please close the window before you go to sleep")


def desk_of(texts: list[str], folder: Path) -> Recommender:
    path = folder / "articles.jsonl"
    path.write_text("".join(f'{{"id": "a{at}", "title": "{text}"}}\n' for at, text in enumerate(texts)), "utf-8")
    with Corpus.open(":memory:") as corpus:
        corpus.ingest([path])
        return Recommender(train(corpus))


@pytest.fixture(scope="module")
def korean(tmp_path_factory: pytest.TempPathFactory) -> Recommender:
    return desk_of([pair[0] for pair in PAIRS], tmp_path_factory.mktemp("korean"))


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Recommender:
    return desk_of([pair[1] for pair in PAIRS], tmp_path_factory.mktemp("english"))


@pytest.mark.parametrize("asking", ["korean", "english"])
def test_a_sentence_finds_its_translation(asking: str, korean: Recommender, english: Recommender) -> None:
    desk, side = (english, 0) if asking == "korean" else (korean, 1)
    first = [next((hit.article.id for hit in desk.similar(pair[side], k=1, min_score=0.0)), "") for pair in PAIRS]
    assert sum(found == f"a{at}" for at, found in enumerate(first)) >= 11, first


def test_what_has_a_translation_is_answered_and_what_has_none_is_not(korean: Recommender) -> None:
    answered = [bool(korean.similar(pair[1], k=1)) for pair in PAIRS]
    assert sum(answered) >= 8, answered
    assert not any(korean.similar(text, k=1) for text in STRANGE)


def test_scores_fall_with_the_rank(korean: Recommender) -> None:
    scores = [hit.score for hit in korean.similar(PAIRS[0][1], k=12, min_score=0.0)]
    assert len(scores) > 5
    assert scores == sorted(scores, reverse=True)


def test_a_question_in_the_language_of_the_archive_is_asked_by_words(korean: Recommender) -> None:
    across = korean.model.bilingual.is_foreign
    assert [across(text) for text in ("정부가 최저임금을 또 올리기로 했다", "2026 04 15", PAIRS[0][1])] == [
        False,
        False,
        True,
    ]


def test_the_words_of_a_translation_mean_one_another() -> None:
    koreans = [pair[0] for pair in PAIRS]
    for at, (_, english) in enumerate(PAIRS):
        aligned = word_alignment(english, koreans, base_vectors())
        assert aligned[at] >= np.sort(aligned)[-2], english


def test_words_are_compared_from_both_sides() -> None:
    short, long = "대통령 방문", "대통령 방문 뒤 산불 태풍 지하철 요금 국회 선거법 개정안 통과 물가 금리"
    to_long, to_short = (word_alignment(a, [b], base_vectors())[0] for a, b in ((short, long), (long, short)))
    assert to_long == pytest.approx(to_short, abs=1e-6)
    assert to_long < 0.8 < word_alignment(short, [short], base_vectors())[0]


@pytest.mark.parametrize(("text", "others"), [("", ["산불"]), ("the of with", ["산불"]), ("wildfire", ["", "..."])])
def test_what_has_no_words_is_not_aligned(text: str, others: list[str]) -> None:
    assert not word_alignment(text, others, base_vectors()).any()


def test_a_text_is_aligned_alike_alone_and_among_others() -> None:
    koreans = [*(pair[0] for pair in PAIRS), ""]
    among = word_alignment(PAIRS[3][1], koreans, base_vectors())
    alone = [word_alignment(PAIRS[3][1], [text], base_vectors())[0] for text in koreans]
    assert np.allclose(among, alone, atol=1e-6)


class KnowsNothing:
    """A server of candidates that finds none."""

    def rows(self, *_: object) -> np.ndarray:
        return np.zeros(0, dtype=np.int64)


def test_what_a_server_of_candidates_does_not_find_is_looked_for_here(korean: Recommender) -> None:
    desk = Recommender(korean.model).through(KnowsNothing())  # type: ignore[arg-type]
    assert [hit.article.id for hit in desk.similar(PAIRS[1][1], k=1, min_score=0.0)] == ["a1"]


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("포스코퓨처엠", HANGUL),
        ("POSCO Future M, GM 합작 양극재 공장", HANGUL),
        ("POSCO Future M", LATIN),
        ("4680", NEITHER),
        ("", NEITHER),
    ],
)
def test_script_of_a_headline(text: str, script: int) -> None:
    assert script_of(text) == script


def test_rows_move_with_their_articles() -> None:
    base = BaseMeaning(base_digest())

    def index_of(texts: list[str]) -> BilingualIndex:
        return BilingualIndex.of(texts, base.encode((), texts), base)

    texts = [pair[0] for pair in PAIRS]
    grown = index_of(texts[:3]).with_rows(texts[3:5], np.array([4, 0, 3]))
    whole = index_of([texts[4], texts[0], texts[3]])
    assert grown.rows.shape == (3, WIDTH)
    np.testing.assert_array_equal(grown.rows, whole.rows)
    np.testing.assert_array_equal(grown.script, whole.script)
    assert len(grown.with_rows((), np.array([2]))) == 1


AI = (
    "AI 면접관 앞에 선 구직자들", "AI 반도체 수출 두 배로", "은행 창구에도 AI 상담원", "AI 그림 저작권 소송 1심 패소",
    "시골 분교에 온 AI 교사", "AI로 치매를 먼저 안다", "농부 돕는 AI 로봇 첫선", "AI 데이터센터 전력난 우려",
)  # fmt: skip


def test_a_latin_name_of_which_every_article_is_about_tells_none_apart(tmp_path: Path) -> None:
    desk = desk_of([*AI, *(pair[0] for pair in PAIRS[:8])], tmp_path)
    by_name, by_meaning = (
        max((hit.score for hit in desk.similar(text, k=3, min_score=0.0)), default=0.0)
        for text in ("AI chef cooks noodles aboard a cruise ship", PAIRS[1][1])
    )
    assert by_name < 0.5 < by_meaning


def test_words_count_by_their_worth() -> None:
    base = base_vectors()
    whole, less, none = (base.place([["ai", "hospital"]], {"ai": worth})[0] for worth in (1.0, 0.5, 0.0))
    assert np.allclose(whole, base.place([["ai", "hospital"]])[0])
    assert np.allclose(none, base.place([["hospital"]])[0])
    assert whole @ none < less @ none < 1


@pytest.mark.parametrize(("text", "kind"), [
    ("They are striking at a hospital.", TITLE),  # two words are left of it, which are not what is asked
    ("hospital strike", FEW_WORDS),
    ("the price of gold", TITLE),
    ("Bank of Korea", FEW_WORDS),
])  # fmt: skip
def test_a_sentence_in_another_language_is_no_question_of_a_few_words(
    korean: Recommender, text: str, kind: int
) -> None:
    model = korean.model
    assert query_of(model, model.asked(text, ""), math.nan).kind == kind
