"""Typing errors in questions: what is mended, and above all what is left alone."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from worlds import fitted

from recommender import Recommender
from recommender.arrays.strings import StringArray, StringTable
from recommender.text.candidates import Candidates
from recommender.text.pronounced import sounds
from recommender.text.spelling import Correction, Speller

# What an archive about batteries, cars and regions holds: words, and in how many articles each stands.
OFTEN = """배터리 이차전지 양극재 음극재 전기차 반도체 테슬라 포스코퓨처엠 에코프로 에코프로비엠 lg에너지솔루션 lg엔솔
 sk온 삼성sdi 규제자유특구 리사이클링 트럼프 캠퍼스 메타버스 사이버 클러스터 업그레이드 플랫폼 폐배터리 전고체 나트륨
 생태계 공급망 태양광 핵심광물 마이스터고 소상공인 휴머노이드 고려아연 현대자동차 하이브리드 스타트업 인공지능
 자율주행 로봇 충전소 tesla nvidia catl samsung panasonic byd lfp ess hyundai battery 생태 소재 셀 캐즘 세미나 원자재
 희토류 리튬 니켈 흑연"""
SOME = """공장 투자 산업 기술 시장 정부 수출 수입 매출 실적 계약 공급 생산 개발 연구 협약 사업 지원 단지 기업 회사
 대표 임원 주가 증시 수요 사전 축사 감속 연구 시정 배터 전선 대전 대구 포항 구미 경북 경남 부산 울산 광주 충북 오창
 군산 새만금 익산 청주 평택 이재명 김민재 윤석열 최정우 이재용 정의선 신동빈 구광모 머스크 장인화 나경원 한동훈 오세훈
 홍준표 김동연 이철우 권영진 특허 소송 화재 안전 점검 사고 리콜 보조금 관세 협상 회담 정상 장관 국회 위원회 예산 세금
 금리 환율 물가 고용 채용 인력 대학 학교 학생 교육 훈련 과정 센터 본부 지역 도시 주택 아파트 건설 철도 공항 항만 물류
 운송 택배 노조 파업 임금 협력 동반 성장 상생 정책 계획 전략 목표 비전 혁신 전환 탄소 중립 환경 폐기물 순환 재생
 에너지 전력 발전 원전 수소 풍력 가스 석유 화학 철강 조선 해운 항공 방산 우주 위성 통신 데이터 보안 게임 콘텐츠 드라마
 서비스 프로젝트 컨소시엄 인프라 투자자 관계자 전문가 연구원 기술원"""
COUNTS = dict.fromkeys(OFTEN.split(), 40) | dict.fromkeys(SOME.split(), 8)
COUNTS |= {"~배터": 90, "~터리": 90, "2026": 60, "3조원": 9, "r&d": 30, "음극제조": 1, "코스닥시장본부": 1}
GENERAL = """축구 감독 연극 시장 수영 배추 사진 대선 이재영 미술관 뮤지컬 요리사 서핑 야구 농구 배구 영화 음악 노래
 가수 배우 무대 공연 전시 미술 요리 여행 여름 겨울 바다 나무 경기 선수 우승 대회 결승 정책 경제 사회 국제 문화 이차
 규제 자유 산업 현장 시행 계획 세기 재난 재단 제단 대게 모래 저지 정착 미래 세대"""
ORDINARY = set(GENERAL.split())


def archive(counts: dict[str, int]) -> tuple[StringTable, NDArray[np.int64]]:
    table = StringTable.of(counts)
    return table, np.array([counts[word] for word in table], dtype=np.int64)


TABLE, SPREAD = archive(COUNTS)


def corrected(
    word: str, vocabulary: StringTable, spread: NDArray[np.int64], ordinary: Callable[[str], bool], least: int = 2
) -> str | None:
    return Speller([Candidates.of(vocabulary, spread)], ordinary, least).corrected(word)


def mended(word: str, least: int = 2) -> str | None:
    return corrected(word, TABLE, SPREAD, ORDINARY.__contains__, least)


CONFUSED = """양극제=양극재 음극제=음극재 포스코퓨처앰=포스코퓨처엠 포스코퓨쳐엠=포스코퓨처엠 베터리=배터리
 바테리=배터리 밧데리=배터리 빳데리=배터리 배털리=배터리 테슬러=테슬라 트럼푸=트럼프 이차전쥐=이차전지
 규재자유특구=규제자유특구 규제자유득구=규제자유특구 리싸이클링=리사이클링 켐퍼스=캠퍼스 메타버쓰=메타버스
 싸이버=사이버 클러스타=클러스터 업그래이드=업그레이드 플랫펌=플랫폼 페배터리=폐배터리 전고채=전고체 생태게=생태계
 생테=생태 케즘=캐즘 에코푸로=에코프로 에코프로비앰=에코프로비엠 하이브리트=하이브리드 스타투업=스타트업
 휴머노이두=휴머노이드 세미너=세미나 니캘=니켈 lg앤솔=lg엔솔 lg에너지솔류션=lg에너지솔루션"""
TYPED = """qoxjfl=배터리 didrmrwo=양극재 xptmffk=테슬라 dlckwjswl=이차전지 qoxjflfmf=배터리 ㅠㅁㅅㅅㄷ교=battery
 ㅅㄷ님=tesla ㅊㅁ시=catl ㄷㄴㄴ=ess tesal=tesla nvida=nvidia nvidiaa=nvidia samsnug=samsung sammsung=samsung
 panasnic=panasonic panasomic=panasonic batteyr=battery batery=battery hyunday=hyundai bettery=battery nvidea=nvidia
 배ㅓㅌ리=배터리 배터ㄹㅣ=배터리 ㅂㅐ터리=배터리 배텋리=None 배터ㅓ리=배터리 배터릴ㅣ=배터리 이차전ㅈ=이차전지
 배ㅌ리=배터리 배터리ㅣ=배터리"""
MOVED = """배터터리=배터리 이차차전지=이차전지 이전차지=이차전지 포코스퓨처엠=포스코퓨처엠 리사클이링=리사이클링
 규제유자특구=규제자유특구"""
PARTICLES = """양극제를=양극재 베터리가=배터리 테슬러는=테슬라 이차전쥐의=이차전지 메타버쓰에서=메타버스 tesal은=tesla
 켐퍼스로=캠퍼스"""


def pairs(text: str) -> list[tuple[str, str | None]]:
    split = (pair.partition("=") for pair in text.split())
    return [(said, None if meant == "None" else meant) for said, _, meant in split]


FOREIGN = """필라테스 가야금 발레리나 오케스트라 판소리 태권도 스키장 볼링장 낚시터 캠핑장 떡볶이 삼겹살 파스타 커피숍
 미용실 결혼식 유치원 어린이집 산부인과 한의원 고양이 강아지 고인돌 크리스마스 도자기 수채화 소설가 만화방 아이돌
 콘서트 바이올린 피아니스트"""
NEAR = """음극판 양극화 양극성 전기장 반도국 공급책 충전기 태양계 원자력 생태학 캠페인 테스트 사이다 클러치 공정 투지
 수첩 매장 실책 계략 계발 단가 회상 주기 증지 소지 소제 쎌 샐 전원 대천 포천 구례 경산 정착 공자 금이 물과 고옹 인역
 협정 이차저지 마이스토어 규제자유 규제자유특 포스코퓨처 배터리팩 폐배터리팩 에코프로에이치엔 고려대학교"""
PEOPLE = "김민제 김민제가 김민채 이제명 이재경 이재웅 장인하 홍준호 오세현 권영민 나경운 최정호 신동민 구광민"
LATIN = "seoul house kbo nba ces byb lgb teslas tesl tezlo batteries catla cats samsungs a ab"
NUMBERS = "2025 20266 3조 4조원 2분끼 r&d r&b 15일 3.5 ev9 베터리2 2차전지 ㅂㅐ터리2"


@pytest.mark.parametrize(("said", "meant"), pairs(" ".join((CONFUSED, TYPED, MOVED, PARTICLES))))
def test_a_typing_error_is_mended(said: str, meant: str | None) -> None:
    assert said not in TABLE
    assert mended(said) == meant


@pytest.mark.parametrize("word", [*sorted(ORDINARY), *" ".join((FOREIGN, NEAR, PEOPLE, LATIN, NUMBERS)).split()])
def test_another_word_is_left_alone(word: str) -> None:
    assert mended(word) is None


@pytest.mark.parametrize("word", sorted(COUNTS))
def test_a_word_of_the_archive_is_left_alone(word: str) -> None:
    assert mended(word) is None


@pytest.mark.parametrize(
    "word",
    ["", "가", "ㄱ", "ㅏ", "🎉", "배터리🎉", "ㅋㅋㅋ", "ㅠㅠ", "ㅠ" * 12, "값뷁" * 5, "배터리 공장", "é", "漢字",
     "カナ", "\ud800", "\0", "~배터", "~베터", "-", "배터\n", "가" * 5_000, "a" * 5_000, "ㄱ" * 5_000, "베터" * 2_500],
)  # fmt: skip
def test_odd_input_is_left_alone(word: str) -> None:
    started = time.process_time()
    assert mended(word) is None
    assert time.process_time() - started < 1


def test_a_known_word_with_a_particle_is_left_alone() -> None:
    for word in ("배터리를", "축구가", "축구에서", "sk온은", "tesla는", "나트륨으로"):
        assert mended(word) is None


def test_words_made_of_known_words_are_left_alone() -> None:
    counts = {"산업현장": 20, "실행계획": 20, "황금세기": 20, "부산시장": 20, "사업": 9, "부산시": 9, "황금": 9}
    for word in ("사업현장", "시행계획", "황금세대", "부산시당"):
        assert corrected(word, *archive(counts), ORDINARY.__contains__) is None


def test_words_of_other_fields_are_left_alone_even_if_nothing_is_ordinary() -> None:
    near = ["수요", "배터", "사전", "감속", "연구", "축사", "시정", "대전", "이재명", "필리핀", "요리법", "미술품"]
    held = archive(dict.fromkeys(near, 50))
    for word in GENERAL.split() + FOREIGN.split():
        assert corrected(word, *held, lambda _: False) is None


def test_what_is_ordinary_is_never_mended() -> None:
    assert mended("켐퍼스") == "캠퍼스"
    assert corrected("켐퍼스", TABLE, SPREAD, lambda word: word == "켐퍼스") is None


def test_words_of_two_syllables_want_a_frequent_one() -> None:
    for count, meant in ((4, None), (5, "캐즘")):
        assert corrected("케즘", *archive({"캐즘": count}), ORDINARY.__contains__) == meant


def test_what_too_few_articles_hold_is_not_meant() -> None:
    rare = archive({"메타버스": 1})
    assert corrected("메타버쓰", *rare, ORDINARY.__contains__) is None
    assert corrected("메타버쓰", *rare, ORDINARY.__contains__, 1) == "메타버스"


def test_of_two_words_the_nearer_is_meant_then_the_more_frequent() -> None:
    def among(**counts: int) -> str | None:
        return corrected("켐퍼스", *archive(counts), ORDINARY.__contains__)

    assert among(캠퍼스=3, 콤퍼스=300) == "캠퍼스"
    assert among(캠퍼스=30, 켐포스=8) == "캠퍼스"
    assert corrected("테슬러", *archive({"테슬라": 30, "테슬로": 10}), ORDINARY.__contains__) == "테슬라"
    assert corrected("테슬러", *archive({"테슬라": 29, "테슬로": 10}), ORDINARY.__contains__) is None
    assert corrected("테슬러", *archive({"테슬라": 10, "테슬로": 10}), ORDINARY.__contains__) is None


def test_a_correction_says_both() -> None:
    assert Correction("양극제", "양극재") == Correction(said="양극제", meant="양극재")


def test_a_speller_answers_the_same_first_and_last_and_in_threads() -> None:
    words = [said for said, _ in pairs(" ".join((CONFUSED, TYPED, MOVED, PARTICLES)))] + (FOREIGN + NEAR).split()
    alone = [mended(word) for word in words]
    speller = Speller([Candidates.of(TABLE, SPREAD)], ORDINARY.__contains__)
    found: list[list[str | None]] = []
    threads = [
        threading.Thread(target=lambda: found.append([speller.corrected(word) for word in words])) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alone] * 4
    assert [speller.corrected(word) for word in reversed(words)] == alone[::-1]


def mapped(table: StringTable, spread: NDArray[np.int64], folder: Path) -> tuple[StringTable, NDArray[np.int64]]:
    arrays = []
    for name, array in (("blob", table.strings.blob), ("offsets", table.strings.offsets), ("spread", spread)):
        np.save(folder / f"{name}.npy", array)
        arrays.append(np.load(folder / f"{name}.npy", mmap_mode="r"))
    return StringTable(StringArray(arrays[0], arrays[1])), arrays[2]


def test_a_memory_map_answers_as_arrays_do(tmp_path: Path) -> None:
    table, spread = mapped(TABLE, SPREAD, tmp_path)
    for said, meant in pairs(" ".join((CONFUSED, TYPED, MOVED, PARTICLES))):
        assert corrected(said, table, spread, ORDINARY.__contains__) == meant


def test_an_empty_archive_mends_nothing() -> None:
    for word in ("베터리", "tesal", "qoxjfl", "배ㅓㅌ리"):
        assert corrected(word, *archive({}), ORDINARY.__contains__) is None


def test_among_200_000_words_a_call_is_quick(tmp_path: Path) -> None:
    chance = random.Random(3)
    words = {"배터리", "이차전지", "nvidia", "포스코퓨처엠"}
    while len(words) < 180_000:
        words.add("".join(chr(0xAC00 + chance.randrange(11_172)) for _ in range(chance.choice((2, 3, 3, 4, 4, 5)))))
    while len(words) < 200_000:
        words.add("".join(chance.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(chance.randint(4, 9))))
    whole, _ = archive(dict.fromkeys(words, 9))
    table, spread = mapped(whole, np.full(len(whole), 9), tmp_path)
    for said, meant in pairs(
        "베터리=배터리 이차전쥐=이차전지 nvidai=nvidia qoxjfl=배터리 배ㅓㅌ리=배터리 포스코퓨처앰=포스코퓨처엠"
    ):
        spent = []
        for _ in range(3):
            started = time.process_time()
            assert corrected(said, table, spread, ORDINARY.__contains__) == meant
            spent.append(time.process_time() - started)
        assert min(spent) < 0.2, "each word looked at takes far longer"


LETTERS = "배베뱌터테러리라이차전쥐지양극제재포코스퓨처앰엠규자유특구ㅂㅓㅌㅣㅏtesalnvidqoxjfl29🎉"


@given(st.text(LETTERS, max_size=14), st.sampled_from([1, 2, 9]))
def test_what_is_meant_stands_in_the_archive(word: str, least: int) -> None:
    meant = mended(word, least)
    assert meant is None or (meant != word and COUNTS[meant] >= least and meant.isalpha())
    if word in COUNTS or word in ORDINARY or any(char.isdigit() for char in word):
        assert meant is None


SOUNDS = """수돋물=수돗물 통패합=통폐합 환률=환율 롯또=로또 결막념=결막염 경낙값=경락값 갈치자비=갈치잡이 협이회=협의회
 햇싸과=햇사과 독깜=독감 기준금니=기준금리 면새유=면세유 소액결재=소액결제 확율=확률 국밥찝=국밥집 구지=굳이
 조코=좋고"""


@pytest.mark.parametrize(("said", "meant"), pairs(SOUNDS))
def test_words_that_sound_the_same(said: str, meant: str) -> None:
    assert sounds(said) & sounds(meant)


@pytest.mark.parametrize(("one", "two"), pairs("시장=시정 재활용=재할용 배터리=밧데리 가=나 a=a 가a=가a"))
def test_words_that_sound_otherwise(one: str, two: str) -> None:
    assert not sounds(one) & sounds(two)


def test_what_sounds_the_same_is_meant_even_in_one_article() -> None:
    right = pairs("수돋물=수돗물 통패합=통폐합 롯또=로또 독깜=독감 갈치자비=갈치잡이 환률=환율 협이회=협의회")
    held = archive({meant: 1 for _, meant in right if meant} | {"갈치": 9, "자비": 9})
    for said, meant in right:
        assert corrected(said, *held, ORDINARY.__contains__) == meant


def test_two_short_words_that_sound_the_same_stay_two() -> None:
    held = archive(dict.fromkeys(["개발", "커비", "사라", "법을", "소재"], 90))
    for word in ("계발", "컵이", "살아", "버블", "소제"):
        assert corrected(word, *held, lambda _: False) is None


def test_a_glide_that_was_left_out() -> None:
    held = archive({"재활용": 9, "비야디": 9, "췌장염": 9, "공소장": 9})
    for said, meant in pairs("재할용=재활용 비아디=비야디 췌장엄=췌장염 췌장암=None 공사장=None"):
        assert corrected(said, *held, ORDINARY.__contains__) == meant


def test_a_syllable_that_was_left_out() -> None:
    said = "포스코퓨엠=포스코퓨처엠 에코프로엠=에코프로비엠 휴머이드=휴머노이드 마이스터공고=None 클러터=None"
    for word, meant in pairs(said):
        assert mended(word) == meant, word


def test_a_word_of_general_news_may_be_meant_where_one_article_holds_it() -> None:
    held = archive({"인도네시아": 1})
    assert corrected("인도나시아", *held, lambda word: word == "인도네시아") == "인도네시아"
    assert corrected("인도나시아", *held, lambda _: False) is None


def test_one_letter_may_be_any_beside_the_other_words() -> None:
    speller = Speller([Candidates.of(*archive({"부동산": 9, "송환": 9, "대책": 9}))], ORDINARY.__contains__)
    assert [speller.corrected(word) for word in ("부동상", "송한")] == [None, None]
    beside = {"부동산", "송환"}.__contains__
    assert [speller.corrected(word, beside) for word in ("부동상", "송한")] == ["부동산", "송환"]
    assert speller.corrected("부동상", {"송환"}.__contains__) is None
    assert speller.corrected("감독", beside) is None, "a word of general news"


SLIPS = "산볼=산불 가믐=가뭄 탄햭=탄핵 핵융함=핵융합 폴더볼=폴더블 도석관=도서관"
SHORT = "gozld=해킹 tksqnf=산불 xksgor=탄핵 wjrwh=적조 rhcrp=꽃게 ehtjrhks=도서관 tksqnfdms=산불 wndud=None virus=None"
FEW = {
    "해킹": 2,
    "산불": 2,
    "탄핵": 2,
    "적조": 2,
    "꽃게": 2,
    "가뭄": 2,
    "핵융합": 2,
    "폴더블": 2,
    "도서관": 2,
    "파견": 2,
}


def strange(word: str) -> bool:
    """As where all that is known are the words of ``FEW`` and some more: no two syllables of a slip stand in one."""
    known = " ".join([*FEW, *GENERAL.split(), "virus", "산본 볼링 가믈 탄하"])
    return (
        word not in known.split()
        if word.isascii()
        else any(word[at : at + 2] not in known for at in range(len(word) - 1))
    )


@pytest.mark.parametrize(("said", "meant"), pairs(f"{SLIPS} {SHORT}"))
def test_a_slip_of_a_key_in_what_is_no_word_means_the_only_word_near(said: str, meant: str | None) -> None:
    speller = Speller([Candidates.of(*archive(FEW))], ORDINARY.__contains__, 1, strange)
    assert speller.corrected(said) == meant
    if meant and len(meant) == 2:
        assert Speller([Candidates.of(*archive(FEW))], ORDINARY.__contains__, 1).corrected(said) is None


@pytest.mark.parametrize("said", ["산본", "탄하", "가믈", "산볼도", "신불", "산술", "김산불"])
def test_what_may_be_a_word_is_no_slip(said: str) -> None:
    speller = Speller([Candidates.of(*archive(FEW | {"산술": 1}))], ORDINARY.__contains__, 1, strange)
    assert speller.corrected(said) is None


def test_a_slip_that_is_near_two_words_means_neither() -> None:
    two = Candidates.of(*archive({"가뭄": 3, "가슴": 3}))
    assert Speller([two], ORDINARY.__contains__, 1, lambda word: True).corrected("가믐") is None


def test_a_part_of_words_of_the_archive_is_typed_in_english() -> None:
    table = archive({"바다도서관": 2})
    assert Speller([Candidates.of(*table)], {"도서관"}.__contains__, 1, strange).corrected("ehtjrhks") == "도서관"


def test_the_words_of_an_archive_are_more_than_its_terms() -> None:
    """Compounds that the analyser takes apart, other names of the alias table, and words of bracket tags."""
    titles = [
        "금통위 기준금리 또 동결", "폐배터리 재활용 업체 새 공장", "비야디 전기 세단 예약", "Anthropic 소송 합의",
        "수돗물에 흙냄새", "OpenAI 새 모형 공개", "[오늘의 경락값] 배추와 무", "KT 소액결제 해킹 피해",
        "옛 농고 터에 종합병원 짓는다",
    ]  # fmt: skip
    desk = Recommender(fitted([{"id": f"s{at}", "title": title} for at, title in enumerate(titles)]))
    said = ["기준금니", "폐베터리", "비아디", "Antropic", "수돋물", "Opneai", "경낙값", "소액결재", "종합병윈"]
    for at, word in enumerate(said):
        answer = desk.similar(word)
        assert not answer.abstained, word
        assert answer[0].article.title == titles[at], word
        assert answer.query["corrected"], "another word is shown than was asked"


def test_what_stands_behind_a_word_and_is_no_particle_makes_another() -> None:
    desk = Recommender(
        fitted([{"id": "a", "title": "방송사 저작권 소송 제기"}, {"id": "b", "title": "저작 활동 활발한 작가"}])
    )
    assert desk.similar("저작꿘").query.get("corrected") == "저작권"
    assert "corrected" not in desk.similar("저작을").query
