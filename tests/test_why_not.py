"""Why not this? Headlines that share a date, a name, a number, a stock phrase or a day with a question, no more.

A line of ``data/why_not.jsonl`` asks ``q`` in an ``archive``. ``not`` shares with it only what ``kind`` says. Where
``want`` is ``before``, ``right`` belongs to the question and must come before ``not``; where it is ``absent``,
nothing belongs to it. ``data/recurring.jsonl`` holds ``series``, recurring columns that are no copies of each
other, and ``copies``, prints of one headline.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from recommender import Answer, Corpus, Recipe, Recommender, train

DATA = ROOT / "tests" / "data"
KINDS = ("dates", "templates", "persons", "homonyms", "numbers", "stock phrases", "same day")
HARDLY = 0.3  # a pair below this is "related" at the most, never "close"


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


CASES = lines("why_not.jsonl")
RECURRING = lines("recurring.jsonl")


def trained(records: list[dict[str, str]], folder: Path) -> Recommender:
    path = folder / "archive.jsonl"
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    with Corpus.open(":memory:") as corpus:
        corpus.ingest([path])
        return Recommender(train(corpus, replace(Recipe(), topics_most=0)))


DeskOf = Callable[[str], Recommender]


@pytest.fixture(scope="module")
def desk_of(tmp_path_factory: pytest.TempPathFactory) -> DeskOf:
    """The trained archive of a case, given as JSON; cases of one archive share it."""

    @cache
    def of(archive: str) -> Recommender:
        rows = [row if isinstance(row, dict) else {"title": row} for row in json.loads(archive)]
        records = [{"id": f"a{at:02}", **row} for at, row in enumerate(rows)]
        return trained(records, tmp_path_factory.mktemp("archive"))

    return of


@pytest.fixture(scope="module")
def recurring(tmp_path_factory: pytest.TempPathFactory) -> Recommender:
    """All series and all copies in one archive; ids are ``name/place``."""
    records = [
        {"id": f"{line['name']}/{at}", "title": title} for line in RECURRING for at, title in enumerate(titles_of(line))
    ]
    return trained(records, tmp_path_factory.mktemp("recurring"))


def titles_of(line: dict[str, Any]) -> list[str]:
    titles: list[str] = line["series"] if "series" in line else line["copies"]
    return titles


def copies_of(line: dict[str, Any], desk: Recommender) -> list[int]:
    """For each title of a line the row of which it is a copy."""
    catalogue = desk.model.catalogue
    rows = [catalogue.row(f"{line['name']}/{at}") for at in range(len(titles_of(line)))]
    assert min(rows) >= 0
    return [int(catalogue.duplicate_of[row]) for row in rows]


def shown(case: dict[str, Any], answer: Answer) -> str:
    """A case and its answer as a failing test prints them."""
    listed = "\n".join(f"{hit.score:.2f} {hit.article.title}" for hit in answer) or f"no answer: {answer.reason}"
    return f"{case['q']}, wanted {case['right']}, not {case['not']}:\n{listed}"


def wanting(want: str) -> list[Any]:
    counts: dict[str, int] = {}
    found = []
    for case in CASES:
        counts[case["kind"]] = counts.get(case["kind"], 0) + 1
        if case["want"] == want:
            found.append(pytest.param(case, id=f"{case['kind']}-{counts[case['kind']]}"))
    return found


def kept(key: str) -> list[Any]:
    return [pytest.param(line, id=line["name"]) for line in RECURRING if key in line]


MATTERS = ["용접 로봇 열 대 도입", "하청노조 천막 농성", "쇄빙선 설계 공모 당선", "장학생 서른 명 선발", "옥상에 텃밭"]
PORTS = ["부산항", "인천항", "광양항", "울산항", "포항항", "마산항", "군산항"]
NEWS = ["부두 야적장 불", "선원 급여 인상", "해수부 차관 방문", "갯벌 보호 구역 확대", "등대 사진전", "크레인 멈춤"]


@pytest.mark.parametrize("firm", ["대한해양조선", "한빛마린", "동해소재산업"])
def test_a_name_of_several_nouns_is_one_thing_in_common(firm: str, desk_of: DeskOf) -> None:
    """A firm's name that stands in headlines of five matters is a guess, as any other word: it scored .8 and more."""
    headlines = [*(f"{firm}, {matter}" for matter in MATTERS), *(f"{port} {news}" for port in PORTS for news in NEWS)]
    dated = [{"title": title, "published": f"2025-03-{1 + at % 9:02}"} for at, title in enumerate(headlines)]
    desk = desk_of(json.dumps(dated))
    for row in range(len(MATTERS)):
        hits = desk.similar(id=f"a{row:02}", min_score=0)
        assert max(hit.score for hit in hits if firm in hit.article.title) < 0.5


def ask(case: dict[str, Any], desk_of: DeskOf) -> Answer:
    archive = case["archive"]
    return desk_of(json.dumps(archive)).similar(case["q"], k=len(archive), published=case.get("published"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_cases_fit_their_archives(kind: str) -> None:
    cases = [case for case in CASES if case["kind"] == kind]
    assert len(cases) >= 6
    for case in cases:
        titles = [row if isinstance(row, str) else row["title"] for row in case["archive"]]
        assert 8 <= len(titles) <= 30
        assert case["q"] not in titles
        assert case["not"] in titles
        assert (case["right"] in titles) == (case["want"] == "before")
        assert (case["right"] is None) == (case["want"] == "absent")


@pytest.mark.parametrize("case", wanting("before"))
def test_what_belongs_to_a_question_comes_before_what_only_looks_like_it(case: dict[str, Any], desk_of: DeskOf) -> None:
    answer = ask(case, desk_of)
    order = [hit.article.title for hit in answer]
    assert case["right"] in order, shown(case, answer)
    before = order[: order.index(case["right"])]
    assert case["not"] not in before, shown(case, answer)


@pytest.mark.parametrize("case", wanting("absent"))
def test_what_only_looks_like_a_question_is_no_answer(case: dict[str, Any], desk_of: DeskOf) -> None:
    answer = ask(case, desk_of)
    scores = {hit.article.title: hit.score for hit in answer}
    assert scores.get(case["not"], 0.0) < HARDLY, shown(case, answer)


@pytest.mark.parametrize("line", kept("series"))
def test_a_recurring_column_is_no_copy_of_itself(line: dict[str, Any], recurring: Recommender) -> None:
    originals = copies_of(line, recurring)
    behind = [title for at, title in enumerate(line["series"]) if originals.index(originals[at]) != at]
    assert not behind, f"{len(behind)} of {len(originals)} stand behind another: {behind[:5]}"


@pytest.mark.parametrize("line", kept("copies"))
def test_prints_of_one_headline_are_copies(line: dict[str, Any], recurring: Recommender) -> None:
    originals = copies_of(line, recurring)
    apart = [title for at, title in enumerate(line["copies"]) if originals[at] != originals[0]]
    assert not apart, f"not copies of {line['copies'][0]}: {apart}"


def test_no_print_is_a_copy_of_another_headline(recurring: Recommender) -> None:
    leaders = [set(copies_of(line, recurring)) for line in RECURRING]
    assert sum(map(len, leaders)) == len(set().union(*leaders))


STORY = [
    {"id": "fund", "title": "한국은행 총재 “기준금리 인하 서두르지 않아”", "published": "2026-03-02"},
    {"id": "later", "title": "한은, 기준금리 0.25%p 인하…2년 만", "published": "2026-03-19"},
    {"id": "bull", "title": "의령 소싸움 축제 3년 만에 다시 열린다", "published": "2026-03-02"},
    {"id": "poet", "title": "원로 시인 별세…향년 88세", "published": "2026-03-02"},
    {"id": "rain", "title": "남해안 밤새 비…최대 60㎜", "published": "2026-03-02"},
    {"id": "taxi", "title": "심야 택시 요금 다음 달부터 오른다", "published": "2026-03-02"},
]


def test_the_day_alone_moves_no_stranger_before_a_relative(tmp_path: Path) -> None:
    """One and the same day is worth as much as a rare word that is shared; here nothing is."""
    desk = trained(STORY, tmp_path)
    assert [hit.article.id for hit in desk.similar(id="fund", k=1, min_score=0.0)] == ["later"]
