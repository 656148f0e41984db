"""Hanja are read in Hangul: words by their sound, abbreviations by what they stand for."""

from __future__ import annotations

import subprocess
import sys

import pytest
from conftest import environment
from hypothesis import example, given, settings
from hypothesis import strategies as st

from recommender.text.hanja import _table, reading
from recommender.text.normalize import _EOJEOL, eojeols, normalise

WORDS = {
    # by their signs
    "電池": "전지", "大邱": "대구", "大韓": "대한", "大韓民國": "대한민국", "浦項": "포항", "中國": "중국",
    "女性": "여성", "市道": "시도", "新道市": "신도시", "新車": "신차", "靑年": "청년", "中東": "중동",
    "朝野": "조야", "巨野": "거야", "訪美": "방미", "親與": "친여", "限韓令": "한한령", "脫北者": "탈북자",
    "日本語": "일본어", "日日": "일일", "中中中": "중중중",
    # the initial sound
    "女子": "여자", "勞動": "노동", "歷史": "역사", "年度": "연도", "李氏": "이씨", "男女": "남녀", "料理": "요리",
    "來年": "내년", "樓閣": "누각", "力道": "역도", "會計年度": "회계연도", "國民年金": "국민연금",
    "海外旅行": "해외여행", "新女性": "신여성", "總領事": "총영사", "靑少年": "청소년", "未成年者": "미성년자",
    "進化論者": "진화론자", "競爭力": "경쟁력", "生年月日": "생년월일", "韓國勞動組合": "한국노동조합",
    # behind a vowel or ㄴ
    "比率": "비율", "系列": "계열", "法律": "법률", "百分率": "백분율", "行列": "행렬", "投票率": "투표율",
    # 不, 金, and words that are read otherwise
    "不動産": "부동산", "不正": "부정", "不足": "부족", "不安": "불안", "不實": "부실",
    "金泉": "김천", "金海市": "김해시", "金融圈": "금융권", "金利": "금리", "資金": "자금", "金大中": "김대중",
    "李明博": "이명박", "李洛淵": "이낙연", "六月": "유월", "十月": "시월", "二十六": "이십육",
    "自轉車": "자전거", "自動車": "자동차", "音樂": "음악", "娛樂": "오락", "說明": "설명", "遊說": "유세",
    "更新": "갱신", "變更": "변경", "敗北": "패배", "復活": "부활", "反復": "반복", "率直": "솔직", "降伏": "항복",
    "生辰": "생신", "紅茶": "홍차", "茶道": "다도", "狀況": "상황", "令狀": "영장", "招請狀": "초청장",
    "困難": "곤란", "智異山": "지리산", "漢拏山": "한라산", "數字": "숫자", "東京": "도쿄", "北京大": "베이징대",
}  # fmt: skip
VARIANTS = {
    "国际": "국제", "电池": "전지", "汽车": "기차", "経済学会": "경제학회", "広報": "광보", "図書館": "도서관",
    "自転車": "자전거", "対応": "대응", "発売": "발매", "気候変動": "기후변동", "実験": "실험", "双龙": "쌍룡",
    "戦争": "전쟁", "独立": "독립", "劳动": "노동", "历史": "역사", "体育": "체육", "芸能": "예능",
}  # fmt: skip
MIXED = {
    "電氣車": "전기차", "2次電池": "2차전지", "大邱市": "대구시", "池氏": "지씨", "故人의 뜻": "고인의 뜻",
    "포항市": "포항시", "실업率": "실업률", "투자率": "투자율", "전년比 8%": "전년비 8%", "한국發 소식": "한국발 소식",
    "하나證": "하나증권", "현대百": "현대백화점", "한빛重": "한빛중공업", "수혜株": "수혜주",
    "기술中企": "기술중소기업",
    "2025年度": "2025년도", "1年生": "1년생", "5里": "5리", "30代女": "30대녀", "3高": "3고", "100억弗": "100억달러",
    "장애女性": "장애여성", "兩측": "양측", "來달": "내달", "美정부": "미국 정부", "K女子": "K여자",
}  # fmt: skip
ROWS = {
    "美中": "미국 중국", "韓美日": "한국 미국 일본", "美中日露": "미국 중국 일본 러시아", "與野": "여당 야당",
    "檢警": "검찰 경찰", "對中 수출": "대 중국 수출", "反美": "반 미국", "日車": "일본 자동차", "韓独": "한국 독일",
}  # fmt: skip
NOT_ROWS = {
    "南北": "남북", "北韓": "북한", "南韓": "남한", "北美": "북미", "中南美": "중남미", "越南": "월남", "脫北": "탈북",
    "對比": "대비", "美軍": "미군", "軍警": "군경", "中企": "중소기업", "外人": "외국인", "印尼": "인도네시아",
    "韓銀": "한국은행", "新韓銀行": "신한은행", "中企人": "중기인",
}  # fmt: skip
SPELLED = WORDS | VARIANTS | MIXED | ROWS | NOT_ROWS

# Hanja that the table has, has in another form, and lacks, among what may stand around them.
MIXTURE = st.text(
    st.one_of(
        st.sampled_from("中美日韓北南比車率列女年不金六李大邱電国电經嘅丶1５,.가각힣ㄱᆨaＡ () \u200b\uf914"),
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
    ),
    max_size=24,
)


@pytest.mark.parametrize(("hanja", "hangul"), SPELLED.items())
def test_hanja_are_read(hanja: str, hangul: str) -> None:
    assert normalise(hanja) == hangul
    assert eojeols(hanja) == eojeols(hangul)
    assert eojeols(f"[속보] “{hanja}” 소식") == eojeols(f"속보 {hangul} 소식")


@settings(deadline=None)
@given(MIXTURE)
@example("嘅中")
@example("中嘅")
@example("가嘅日")
@example("社ᆨ社")
@example("5里率")
def test_reading_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once == normalise(text)


@settings(deadline=None)
@given(MIXTURE)
def test_the_quick_way_to_eojeols_is_the_long_one(text: str) -> None:
    assert eojeols(text) == _EOJEOL.findall(normalise(text).lower())


@settings(deadline=None)
@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=12))
def test_what_is_known_becomes_hangul_and_the_rest_stays(run: str) -> None:
    table = _table()
    known = [sign in table.readings for sign in run.translate(table.forms)]
    stays = [sign for sign, is_known in zip(run, known, strict=True) if not is_known]
    read = reading(run)
    assert [sign for sign in read if not "가" <= sign <= "힣"] == stays
    assert read == reading(run)


def test_the_table_holds_together() -> None:
    table = _table()
    assert len(table.readings) + len(table.forms) > 10_000
    assert all("가" <= said <= "힣" for said in table.readings.values())
    assert all(standard in table.readings for standard in table.forms.values())
    assert not {chr(form) for form in table.forms} & {*table.readings}, (
        "a form of another sign has no reading of its own"
    )
    for word, said in table.words.items():
        assert word.translate(table.forms) == word, "a word is written in the forms that have the readings"
        assert said.isalpha()
        assert word != said
        assert len(word) > 1
    assert all(len(start) == 2 for start in table.starts)


def test_common_character_sets_are_read() -> None:
    """Every Hanja of the Korean standard; most of those of China and Japan, which have some that Korea never had."""
    table = _table()
    shares = {}
    for name in ("euc_kr", "gb2312", "shift_jis"):
        signs = [chr(place) for place in range(0x4E00, 0xA000) if chr(place).encode(name, "ignore")]
        shares[name] = sum(sign in table.readings or ord(sign) in table.forms for sign in signs) / len(signs)
    assert shares["euc_kr"] == 1
    assert shares["gb2312"] > 0.8
    assert shares["shift_jis"] > 0.9


def test_the_table_is_read_when_a_hanja_is_met() -> None:
    script = (
        "from recommender.text import hanja\nfrom recommender.text import normalize as text\n"
        "text.normalise('포항 2차전지 LFP'); text.eojeols('포항')\n"
        "before = hanja._table.cache_info().currsize\n"
        "text.normalise('電池')\n"
        "raise SystemExit((before, hanja._table.cache_info().currsize) != (0, 1))"
    )
    assert subprocess.run([sys.executable, "-c", script], env=environment()).returncode == 0
