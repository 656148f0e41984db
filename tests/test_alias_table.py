"""The names that the built-in alias table joins, and those that it must leave alone."""

from __future__ import annotations

import tomllib

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.text.aliases import load_aliases
from recommender.text.analyzer import spelled
from recommender.text.normalize import normalise

GROUPS: dict[str, list[str]] = tomllib.loads((ROOT / "recommender" / "text" / "aliases.toml").read_text("utf-8"))[
    "aliases"
]
TABLE = load_aliases(None)
NAMES = sorted({*TABLE.names, *TABLE.names.values()})


def plain(name: str) -> str:
    """A name as the table compares it, without its blanks: they may stand or be left out in a text."""
    return "".join(normalise(name).lower().split())


def test_no_name_stands_under_two_keys() -> None:
    """``삼성 SDI`` stands beside ``삼성SDI``: one name, two ways to print it."""
    owners: dict[str, set[str]] = {}
    for key, others in GROUPS.items():
        for name in (key, *others):
            owners.setdefault(plain(name), set()).add(key)
    assert {name: keys for name, keys in owners.items() if len(keys) > 1} == {}


def test_no_name_is_written_twice() -> None:
    for key, others in GROUPS.items():
        names = [normalise(name).lower() for name in others]
        assert len(names) == len(set(names)), key


def test_no_key_is_another_keys_name() -> None:
    assert not set(TABLE.names) & set(TABLE.names.values())


def test_every_name_has_two_signs_or_more() -> None:
    assert [name for name in TABLE.names if len(name) < 2] == []
    assert [key for key in TABLE.names.values() if len(key) < 2] == []


@pytest.mark.parametrize("frame", ["{}", "{} 소식", "속보 {}, 오늘", "({})", "“{}”"])
def test_applied_twice_is_applied_once(frame: str) -> None:
    for name in NAMES:
        once = TABLE.apply(frame.format(name))
        assert TABLE.apply(once) == once
        assert once == frame.format(TABLE.names.get(name, name))


@settings(deadline=None)
@given(st.lists(st.sampled_from(NAMES), max_size=5), st.sampled_from([" ", ", ", "·", "와 "]))
def test_names_in_a_row_are_joined_once(names: list[str], between: str) -> None:
    once = TABLE.apply(between.join(names))
    assert TABLE.apply(once) == once


SAME = [
    ("경상북도", "경북"),
    ("경북도", "경북"),
    ("경상북도의회", "경북도의회"),
    ("전라남도", "전남"),
    ("충청북도교육청", "충북교육청"),
    ("전북특별자치도", "전라북도"),
    ("강원특별자치도는", "강원도는"),
    ("서울특별시", "서울"),
    ("대구광역시는", "대구는"),
    ("도시철도 3호선", "지하철 3호선"),
    ("비야디", "BYD"),
    ("대구경북과학기술원", "디지스트"),
    ("카이스트", "KAIST"),
    ("광주과학기술원", "GIST"),
    ("신종 코로나바이러스", "코로나19"),
    ("코로나바이러스감염증-19", "코로나 19"),
    ("한국은행", "한은"),
    ("국힘", "국민의힘"),
    ("금융위는", "금융위원회는"),
    ("공정위원장", "공정거래위원장"),
    ("금감원", "금융감독원"),
    ("한전", "한국전력공사"),
    ("LH", "한국토지주택공사"),
    ("한국철도공사", "코레일"),
    ("노동부", "고용노동부"),
    ("고용부", "고용노동부"),
    ("복지부", "보건복지부"),
    ("Tesla", "테슬라"),
    ("NVIDIA", "엔비디아"),
    ("VW", "폭스바겐"),
    ("Huawei", "화웨이"),
    ("Fed", "연준"),
    ("EU산", "유럽연합산"),
    ("WTO", "세계무역기구"),
    ("한·미 자유무역협정", "한미FTA"),
    ("IMF", "국제통화기금"),
    ("CPI", "소비자물가지수"),
    ("컨텐츠", "콘텐츠"),
    ("메세지", "메시지"),
    ("타겟", "타깃"),
    ("악세사리", "액세서리"),
    ("밧데리", "배터리"),
    ("K-팝", "케이팝"),
    ("리튬 이온", "리튬이온"),
    ("부·울·경", "부울경"),
    ("서울대학교병원", "서울대병원"),
    ("大邱廣域市", "대구"),
    ("韓銀", "한은"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_names_of_one_thing_are_one(one: str, other: str) -> None:
    assert spelled(f"{one} 관련 소식", TABLE) == spelled(f"{other} 관련 소식", TABLE)


@pytest.mark.parametrize(
    "text",
    [
        "당한전쟁",  # 한전
        "LHC 실험",  # LH
        "노동부담",  # 노동부
        "고용부담금",  # 고용부
        "복지부동 관행",  # 복지부
        "federal court",  # Fed
        "FedEx",
        "금융위기",  # 금융위
        "금융위원장",
        "방송통신위원장",
        "인권위원회",
        "북한은",  # 한은
        "함경북도",  # 경북도
        "경북도청",
        "충남도서관",
        "강원도민일보",
        "서울대공원",  # 서울대
        "부산대교",
        "AI",  # avian flu, too
        "우주스포츠",  # 주스
        "수은 중독",
        "예산은",  # 산은
        "경기도 끝났다",  # a match
        "뺑소니",  # 소니
        "누군가와 ours",  # US
        "unite, until",  # UN
        "europe's",  # EU is not its beginning
        "뉴딜러",
        "한국항공우주연구원",  # KAI is another body
        "파인애플",
    ],
)
def test_a_name_inside_another_word_is_left(text: str) -> None:
    wanted = normalise(text).lower().replace("europe", "유럽")
    assert TABLE.apply(normalise(text).lower()) == wanted
