"""Normal forms, Hanja, tags and keys of headlines."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recommender.text.hanja import HANJA
from recommender.text.normalize import _normalised, clean, eojeols, normalise, split_tags, title_key

# Letters that a headline may hold, and the troublemakers: jamo, marks, zero width, Hanja, full width, controls.
TROUBLE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("가각힣ㄱㅏ\u1100\u1161\u11a8中美日社人代大15,0１５，“”‘’´`″〈》[]【】<>()·…\u00a0\u3000\u200b\ufeff\u0301\u0327\x00\n종합보속"),
    ),
    max_size=60,
)  # fmt: skip


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("\u1111\u1169\u1112\u1161\u11bc", "포항"),  # NFD, as macOS writes it
        ("포항\u00a0북구", "포항 북구"),  # NBSP
        ("포항\u3000 \t북구\r\n", "포항 북구"),
        ("포\x00항\x07", "포항"),
        ("ＬＦＰ", "ＬＦＰ"),  # stored as printed: only compared in another form
        ("“포항”", "“포항”"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_clean_keeps_the_print_and_drops_what_is_not_shown(given: str, wanted: str) -> None:
    assert clean(given) == wanted


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("ＬＦＰ １００％", "LFP 100%"),
        ("“양극재”", '"양극재"'),
        ("‘양극재’", "'양극재'"),
        ("´양극재´", "'양극재'"),
        ("「양극재」", '"양극재"'),
        ("『양극재』", '"양극재"'),
        ("포항―울산", "포항-울산"),
        ("포항–울산", "포항-울산"),
        ("포항ㆍ울산", "포항·울산"),
        ("포항・울산", "포항·울산"),
        ("포항・울산•경주", "포항·울산·경주"),
        ("3～5년", "3~5년"),
        ("포항\u200b시", "포항시"),
        ("포항\ufeff시", "포항시"),
        ("포항\u00a0\u3000시", "포항 시"),
        ("1,000억", "1000억"),
        ("1,000,000대", "1000000대"),
        ("㎾h ㈜동해", "kWh (주)동해"),
        ("\u1111\u1169\u1112\u1161\u11bc", "포항"),
    ],
)
def test_normalise_gives_one_form(given: str, wanted: str) -> None:
    assert normalise(given) == wanted


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("中 전기차", "중국 전기차"),
        ("美 IRA", "미국 IRA"),
        ("日 언론", "일본 언론"),
        ("韓 배터리", "한국 배터리"),
        ("北 도발", "북한 도발"),
        ("與 반발", "여당 반발"),
        ("野 반발", "야당 반발"),
        ("美中 갈등", "미국 중국 갈등"),
        ("韓美日 회의", "한국 미국 일본 회의"),
        ("15日 개막", "15일 개막"),
        ("3月 착공", "3월 착공"),
        ("2025年 완공", "2025년 완공"),
        ("공사中", "공사중"),
        ("前 시장", "전 시장"),
        ("대통령前", "대통령전"),
        ("浦項 방문", "포항 방문"),
        ("中國 방문", "중국 방문"),  # a word, no abbreviation
        ("中企", "중소기업"),
    ],
)
def test_hanja_abbreviations_are_written_out(given: str, wanted: str) -> None:
    assert normalise(given) == wanted


def test_every_hanja_of_the_table_alone_is_written_out() -> None:
    for hanja, hangul in HANJA.items():
        assert normalise(f"{hanja} 소식") == f"{hangul} 소식", hanja


@pytest.mark.parametrize(
    ("headline", "tags", "rest"),
    [
        ("[11:16] 포항 착공", (), "[11:16] 포항 착공"),
        ("[09:05:30] 포항 착공", (), "[09:05:30] 포항 착공"),
        ("[2024] 포항 착공", (), "[2024] 포항 착공"),
        ("[포토] 착공식", ("포토",), "착공식"),
        ("[In터뷰] 시장에게 묻다", ("In터뷰",), "시장에게 묻다"),
        ("[이차전지특구_경북포항] 소재 기업", ("이차전지특구_경북포항",), "소재 기업"),
        ("[단독][속보] 착공", ("단독", "속보"), "착공"),
        ("【단독】 착공", ("단독",), "착공"),
        ("<기획> 소재의 미래", ("기획",), "소재의 미래"),
        ("착공(종합2보)", ("종합2보",), "착공"),
        ("착공 (종합)", ("종합",), "착공"),
        ("착공( 종합 2보 )", ("종합2보",), "착공"),
        ("착공(속보)", ("속보",), "착공"),
        ("착공(2보)", ("2보",), "착공"),
        ("착공 [사진]", ("사진",), "착공"),
        ("[포토] 착공 [동영상](종합)", ("포토", "동영상", "종합"), "착공"),
        ("착공(포항)", (), "착공(포항)"),
        ("[포토]", (), "[포토]"),
        ("(종합)", (), "(종합)"),
        ("[속보](종합)", ("속보",), "(종합)"),
        ("착공 [11:16]", (), "착공 [11:16]"),
        ("소재 [기획] 미래", (), "소재 [기획] 미래"),
        ("[] 착공", (), "[] 착공"),
        ("", (), ""),
    ],
)
def test_split_tags(headline: str, tags: tuple[str, ...], rest: str) -> None:
    assert split_tags(headline) == (tags, rest)


@pytest.mark.parametrize(
    "other",
    [
        "SK온, “양극재 3만t” 공급계약",
        'SK온, "양극재 3만t" 공급계약',
        "SK온, ‘양극재 3만t’ 공급계약(종합)",
        "[속보] SK온, 「양극재 3만t」 공급계약",
        "SK온 양극재 3만t 공급계약",
        "ＳＫ온,\u00a0´양극재 3만ｔ´ 공급계약 (종합2보)",
        "sk온… 양극재 3만T 공급계약",
        "SK온, 양극재\u200b 3만t 공급계약 [포토]",
    ],
)
def test_wire_copies_share_their_key(other: str) -> None:
    assert title_key(other) == title_key("SK온, '양극재 3만t' 공급계약") != ""


@pytest.mark.parametrize(
    ("one", "two"), [("양극재 3만t", "양극재 4만t"), ("[11:16] 착공", "[11:17] 착공"), ("착공(1)", "착공(2)")]
)
def test_other_headlines_have_another_key(one: str, two: str) -> None:
    assert title_key(one) != title_key(two)


@pytest.mark.parametrize("nothing", ["", "…", "🎉🎉", "“”", " \u200b"])
def test_the_key_of_no_letters_is_empty(nothing: str) -> None:
    assert title_key(nothing) == ""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("SK온·LG엔솔, 2차전지 R&D 3.5 늘려", ["sk온", "lg엔솔", "2차전지", "r&d", "3.5", "늘려"]),
        ("K-배터리", ["k", "배터리"]),
        ("🎉 …", []),
    ],
)
def test_eojeols(text: str, wanted: list[str]) -> None:
    assert eojeols(text) == wanted


@given(TROUBLE)
@example("e\x00\u0301")
@example("\u1100\x00\u1161")
def test_clean_is_idempotent_and_nfc(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(st.text("\t\n ,.19'`\"-~‘’“”…→·가힣ㄱaAé", max_size=12))
def test_what_is_even_already_is_normalised_alike(text: str) -> None:
    assert normalise(text) == _normalised(text)


@given(TROUBLE)
@example("e\u200b\u0301")
@example("3社\u11a8")
@example("가´")
@example("1,1,000")
def test_normalise_is_idempotent(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert once == once.strip()
    assert "  " not in once


@given(TROUBLE)
def test_tags_and_rest_come_out_of_the_headline(headline: str) -> None:
    tags, rest = split_tags(headline)
    assert rest in headline
    assert bool(rest) == bool(headline.strip())
    assert all(tag in "".join(headline.split()) or tag in headline for tag in tags)


@given(TROUBLE)
def test_key_is_letters_and_digits_and_holds_for_cleaned_text(text: str) -> None:
    key = title_key(text)
    assert all(c.isalnum() for c in key)
    assert key == title_key(normalise(text))


HOSTILE = {
    "marks of two classes": "a" + "\u0301\u0327" * 50_000,
    "marks ascending and descending": "가" + ("\u0327" + "\u0301" * 3 + "\u0345") * 20_000,
    "marks hidden in letters": "a" + "\u0f73\u0345" * 50_000,
    "marks hidden in kana": "a" + "\u0345\uff9e" * 50_000,
    "marks between controls": "a" + "\u0345\x01\u0301\u200b" * 25_000,
    "jamo": "\u1100\u1161\u11a8" * 33_000,
    "tags at the start": "[가]" * 33_000 + "나",
    "tags at the end": "나" + "[가]" * 33_000,
    "wire marks": "나" + "(종합)" * 25_000,
    "open brackets": "[" * 100_000,
    "closed brackets": "]" * 100_000,
    "angles": "<" * 100_000,
    "hanja": "中" * 100_000,
    "hanja apart": "中 " * 50_000,
    "digits and commas": "1,000" * 20_000,
    "blanks": " " * 100_000 + "(종합",
    "dots": "1." * 50_000,
    "ampersands": "a&" * 50_000,
    "quotes": "´“" * 50_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_linear_time(name: str) -> None:
    text = HOSTILE[name]
    for function in (clean, normalise, split_tags, title_key, eojeols):
        start = time.process_time()
        function(text)
        taken = time.process_time() - start  # in quadratic time minutes, in linear time under a second
        assert taken < 10, f"{function.__name__} of {len(text):,} characters of {name}"


@pytest.mark.parametrize("name", ["tags at the start", "tags at the end", "wire marks"])
def test_four_times_the_tags_take_about_four_times_as_long(name: str) -> None:
    def seconds(text: str) -> float:
        start = time.process_time()
        split_tags(text)
        return time.process_time() - start

    once, unit = min(seconds(HOSTILE[name]) for _ in range(3)), HOSTILE[name]
    body = unit * 4 if unit[0] == "나" else unit[:-1] * 4 + "나"
    assert min(seconds(body) for _ in range(2)) < 10 * once + 0.1
