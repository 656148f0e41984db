"""Headlines into words: particles off, compounds split, names whole, the same for articles and questions."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from conftest import environment
from hypothesis import given
from hypothesis import strategies as st
from worlds import RECORDS, small_model

from recommender import Recommender
from recommender.text.aliases import load_aliases
from recommender.text.analyzer import Aliases, Analyzer, spelled, stem_of
from recommender.text.kiwi import read_words
from recommender.text.lexicon import Lexicon, Parse
from recommender.text.terms import MARK

BUILT_IN = load_aliases(None)
# A lexicon by hand: what Kiwi would have said of a small corpus.
TOLD = {
    "포항": (("포항",), ""),
    "포항에": (("포항",), "에"),
    "배터리는": (("배터리",), "는"),
    "양극재": (("양극재",), ""),
    "공장이": (("공장",), "이"),
    "특구로": (("특구",), "로"),
    "공장": (("공장",), ""),
    "sk온과": (("sk온",), "과"),
    "규제자유특구": (("규제자유특구",), ""),
}
LEXICON = Lexicon.learn({eojeol: Parse(*parse) for eojeol, parse in TOLD.items()}, dict.fromkeys(TOLD, 3))
ANALYZER = Analyzer(LEXICON, BUILT_IN)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("배터리는", ["배터리"]),  # looked up
        ("배터리를", ["배터리"]),  # an ending not seen behind it
        ("공장에서의", ["공장"]),
        ("배터리공장", ["배터리", "공장"]),  # a compound of known words
        ("배터리공장에", ["배터리", "공장"]),
        ("포항양극재공장을", ["포항", "양극재", "공장"]),
        ("SK온", ["sk온"]),
        ("SK온은", ["sk온"]),
        ("SK온과 SK온에서", ["sk온", "sk온"]),
        ("LFP", ["lfp"]),
        ("CNGR", ["cngr"]),
        ("LFP는", ["lfp"]),
        ("CNGR과", ["cngr"]),
        ("2차전지", ["이차전지"]),
        ("이차전지", ["이차전지"]),
        ("규제자유특구로", ["규제자유특구"]),
        ("[포토] 배터리 공장(종합)", ["배터리", "공장"]),
        ("은 는 이 가", []),
        ("🎉 … ・", []),
        ("", []),
    ],
)
def test_words(text: str, wanted: list[str]) -> None:
    assert ANALYZER.words(text) == wanted


def test_the_cheapest_path_prefers_known_words() -> None:
    """특구 is known, so 새만금특구는 is an unknown stretch, a known word and a particle."""
    assert ANALYZER.cut("새만금특구는") == ("새만금", "특구")


def test_an_eojeol_that_was_told_is_looked_up_and_not_cut() -> None:
    assert LEXICON.lookup("배터리는") == ("배터리",)
    assert LEXICON.lookup("배터리를") is None
    assert LEXICON.cost("배터리") is not None
    assert LEXICON.cost("배") is None


@pytest.mark.parametrize("length", [61, 5_000, 100_000])
def test_an_endless_eojeol_is_cut_short(length: int) -> None:
    words = ANALYZER.words("배" * length)
    assert sum(map(len, words)) <= 60


@pytest.mark.parametrize(
    ("eojeol", "words", "stem"),
    [("포항시는", ["포항", "포항시"], "포항시"), ("갔다", [], "갔다"), ("포항에", ["서울"], "포항에")],
)
def test_stem_of(eojeol: str, words: list[str], stem: str) -> None:
    assert stem_of(eojeol, words) == stem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("포스코케미칼", "포스코퓨처엠"),
        ("포스코 퓨처엠", "포스코퓨처엠"),
        ("POSCO Future M", "포스코퓨처엠"),
        ("posco future m은", "포스코퓨처엠은"),
        ("2차전지", "이차전지"),
        ("2차 전지", "이차전지"),
        ("２차전지", "이차전지"),
        ("폐배터리", "사용후 배터리"),
        ("LG엔솔", "LG에너지솔루션"),
        ("SK On", "SK온"),
        ("MOU", "업무협약"),
        ("R&D", "연구개발"),
        ("포항공대", "포스텍"),
        ("경북도", "경상북도"),
    ],
)
@pytest.mark.parametrize("frame", ["{}", "{} 공장 착공", "[속보] 포항 {} 소식", "“{}”"])
def test_names_of_one_thing_give_the_same_words(frame: str, one: str, other: str) -> None:
    assert spelled(frame.format(one), BUILT_IN) == spelled(frame.format(other), BUILT_IN)
    analyzer = small_model().analyzer
    assert analyzer.words(frame.format(one)) == analyzer.words(frame.format(other))


@pytest.mark.parametrize("text", ["12차전지", "부산업부", "소산업부지", "경북도청", "1.2차전지"])
def test_a_name_inside_another_word_is_left(text: str) -> None:
    aliases = Aliases.of({"이차전지": ["2차전지"], "산업통상자원부": ["산업부"]})
    assert spelled(text, aliases) == [text] or text == "1.2차전지"
    assert "이차전지" not in "".join(spelled(text, aliases))


def test_a_user_table_is_used() -> None:
    aliases = Aliases.of({"대구경북신공항": ["TK신공항", "대구경북 통합신공항"]})
    analyzer = Analyzer(LEXICON, aliases)
    assert analyzer.words("TK신공항은") == analyzer.words("대구경북 통합신공항은") == analyzer.words("대구경북신공항은")


def test_articles_and_questions_get_the_same_words() -> None:
    """Each headline as a question has every term of its own article in the vocabulary."""
    model = small_model()
    for record in RECORDS:
        question = model.question(record["title"])
        assert question.terms, record["title"]
        assert [t for t in question.terms if model.tfidf.terms.find(t) < 0] == []
        stored = {model.tfidf.terms[int(t)] for t in model.tfidf.article(model.catalogue.row(record["id"])).ids}
        assert set(question.terms) <= stored


def test_a_memo_changes_nothing() -> None:
    plain, remembering = small_model().analyzer, Analyzer(LEXICON, BUILT_IN, {})
    for record in RECORDS * 2:
        assert remembering.words(record["title"]) == ANALYZER.words(record["title"])
        assert plain.words(record["title"]) == plain.words(record["title"])


def test_what_an_analyzer_remembers_is_what_it_cuts_and_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommender.text.analyzer._MET", 5)
    remembering = Analyzer(LEXICON, BUILT_IN)
    for record in RECORDS * 2:
        found = remembering.pieces(record["title"])
        assert [piece.words for piece in found] == [remembering.cut(piece.eojeol) for piece in found]
        assert len(remembering.met) <= 5


@given(st.text(max_size=40))
def test_any_text_has_words_without_blanks_or_marks(text: str) -> None:
    for word in ANALYZER.words(text):
        assert word
        assert not any(c.isspace() for c in word)
        assert not word.startswith(MARK)


@given(
    st.lists(st.sampled_from(sorted(LEXICON.words)), min_size=1, max_size=5), st.sampled_from(sorted(LEXICON.endings))
)
def test_known_words_and_a_particle_are_cut_into_them(words: list[str], ending: str) -> None:
    hangul = [word for word in words if word.isalpha() and not word.isascii() and "sk" not in word]
    found = ANALYZER.cut("".join(hangul) + ending) if hangul else ()
    assert Counter(found[: len(hangul)]) == Counter(hangul)


# Unseen headlines of our own, in the words of the field.
UNSEEN = """\
영일만산단 배터리 소재 기업, 청년 채용 늘린다
포항시, 이차전지 특화단지 전력망 확충에 속도
경북도의회, 배터리 산업 육성 조례안 통과
사용후 배터리 재활용 공장 화재… 인명 피해 없어
음극재 수출 규제에 지역 업체들 대책 마련 고심
마이스터고 학생들, 배터리 공장에서 현장 실습
전기차 충전소 확대 나선 구미시
리튬 가격 하락에 양극재 업계 실적 부진
포스코퓨처엠, 음극재 생산라인 증설 검토
에코프로 포항캠퍼스에 협력사 모인다
규제자유특구 기업 투자 유치 설명회 열려
대구 로봇 기업과 포항 배터리 기업이 손잡았다
폐배터리에서 니켈 뽑는 기술 상용화
연구기관들 모여 전고체 배터리 공동 연구
환경단체 “산단 폐수 대책부터 내놔야”
LFP 배터리 채택 늘자 전구체 업체도 변신
""".splitlines()


def test_unseen_headlines_get_almost_the_words_that_kiwi_gives(sample_home: Path) -> None:
    from recommender.text.kiwi import open_kiwi, words_of

    analyzer = Recommender.open(sample_home / "models").model.analyzer
    kiwi = open_kiwi(analyzer.aliases)
    shared = told = found = 0
    for headline in UNSEEN:
        ours = Counter(analyzer.words(headline))
        kiwis = Counter(w for e in spelled(headline, analyzer.aliases) for w in words_of(kiwi.tokenize(e)))
        shared += (ours & kiwis).total()
        told += kiwis.total()
        found += ours.total()
    agreement = 2 * shared / (told + found)
    assert agreement > 0.85, f"F1 {agreement:.3f}"


def test_the_question_side_loads_no_kiwi(sample_home: Path) -> None:
    script = (
        "import sys\nfrom recommender import Recommender\n"
        f"Recommender.open({str(sample_home / 'models')!r}).similar('처음 보는 배터리공장에서의 소식')\n"
        "sys.exit('kiwipiepy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], env=environment()).returncode == 0


def test_a_word_of_a_text_holds_no_blank() -> None:
    """Kiwi's dictionary of names of several words makes one with a blank of 황산니켈: no question would meet it."""
    words = read_words(["황산니켈 부트캠프 게임체인저가 실리콘카바이드"], BUILT_IN)[0]
    assert {"황산", "니켈"} <= set(words)
    assert not any(" " in word for word in words)
