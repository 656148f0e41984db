"""Small archives of six fields: short questions, stories, new headlines of the field, headlines of other fields.

``data/small/NAME.jsonl`` is an archive, ``NAME.expect.json`` what a careful editor expects of it: ``stories``
(ids that tell of one matter), ``short`` (a word or two; ids that are right, ids that are not), ``own`` (a new
headline and the ids it belongs to) and ``foreign`` (headlines with nothing related in that archive).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from conftest import ROOT
from worlds import fitted

from recommender import Answer, Corpus, Recipe, Recommender, train

FOLDER = ROOT / "tests" / "data" / "small"
NAMES = sorted(path.stem for path in FOLDER.glob("*.jsonl"))
EXPECTED = {name: json.loads((FOLDER / f"{name}.expect.json").read_text("utf-8")) for name in NAMES}
ELSEWHERE = (ROOT / "tests" / "data" / "foreign.txt").read_text("utf-8").splitlines()

DeskOf = Callable[[str], Recommender]


@pytest.fixture(scope="module")
def desk_of() -> DeskOf:
    """The trained archive of a name; each is trained once."""

    @cache
    def trained(name: str) -> Recommender:
        with Corpus.open(":memory:") as corpus:
            corpus.ingest([FOLDER / f"{name}.jsonl"])
            return Recommender(train(corpus, replace(Recipe(), topics_most=0)))

    return trained


def titles_of(name: str) -> dict[str, str]:
    rows = map(json.loads, (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines())
    return {row["id"]: row["title"] for row in rows}


def found(answer: Answer) -> list[set[str]]:
    """The ids of each hit, its copies among them; best first."""
    return [{hit.article.id, *hit.also} for hit in answer]


def place(wanted: str, answer: Answer) -> float:
    """Where an id stands in an answer, from 0; infinite where it is missing."""
    return next((at for at, ids in enumerate(found(answer)) if wanted in ids), float("inf"))


def shown(answer: Answer) -> str:
    """An answer as a failing test prints it."""
    listed = [f"{hit.score:.2f} {hit.article.id} {hit.article.title}" for hit in answer]
    return "\n".join(listed) or f"no answer: {answer.reason}"


def answered(desk: Recommender, texts: list[str]) -> list[str]:
    """Those of ``texts`` that get an answer, each with its best hit."""
    answers = [(text, desk.similar(text)) for text in texts]
    return [f"{text} -> {a[0].score:.2f} {a[0].article.title}" for text, a in answers if not a.abstained]


def each(part: str) -> list[Any]:
    """A parameter for every row of a part of every archive."""
    return [pytest.param(n, row, id=f"{n}-{at}") for n in NAMES for at, row in enumerate(EXPECTED[n][part], start=1)]


@pytest.mark.parametrize("name", NAMES)
def test_the_expectations_fit_the_archive(name: str) -> None:
    titles, expected = titles_of(name), EXPECTED[name]
    assert 10 <= len(titles) <= 60
    assert 3 <= len(expected["stories"]) <= 8
    assert all(2 <= len(story) <= 4 for story in expected["stories"])
    assert min(len(expected["short"]), len(expected["own"])) >= 5
    assert len(expected["foreign"]) >= 15
    rows = [*expected["short"], *expected["own"]]
    named = [*expected["stories"], *(row["right"] for row in rows), *(row["not"] for row in expected["short"])]
    assert {id_ for ids in named for id_ in ids} <= set(titles)
    assert not any(set(row["right"]) & set(row.get("not", [])) for row in rows)
    asked = {row["q"] for row in rows} | set(expected["foreign"])
    assert not asked & set(titles.values())
    assert not set(expected["foreign"]) & set(ELSEWHERE)


@pytest.mark.parametrize(("name", "row"), each("short"))
def test_a_short_question_finds_what_holds_its_words(name: str, row: dict[str, Any], desk_of: DeskOf) -> None:
    answer = desk_of(name).similar(row["q"], k=10)
    says = f"{row['q']}, wanted {row['right']}:\n{shown(answer)}"
    assert not answer.abstained, says
    assert found(answer)[0] & set(row["right"]), says
    places = [place(right, answer) for right in row["right"]]  # those that say it in other words need not be found
    last = max(at for at in places if at < len(answer))
    assert min(place(wrong, answer) for wrong in row["not"]) > last, says


@pytest.mark.parametrize("name", NAMES)
def test_a_story_finds_its_own_among_the_first_three(name: str, desk_of: DeskOf) -> None:
    desk, missed, count, answered = desk_of(name), [], 0, 0
    for story in EXPECTED[name]["stories"]:
        for member in story:
            answer = desk.similar(id=member, k=10, min_score=0)
            partners = set(story) - {member}
            count += 1
            answered += not desk.similar(id=member, k=10).abstained
            if not any(ids & partners for ids in found(answer)[:3]):
                missed.append(f"{member}, wanted {sorted(partners)}:\n{shown(answer)}")
    assert 1 - len(missed) / count >= 0.8, "\n\n".join(missed)
    assert answered / count >= 0.5, "one shared word may be too little for an answer, but not for half of them"


@pytest.mark.parametrize("name", NAMES)
def test_a_new_headline_finds_its_own_first(name: str, desk_of: DeskOf) -> None:
    desk, missed, rows = desk_of(name), [], EXPECTED[name]["own"]
    for row in rows:
        answer = desk.similar(row["q"], k=10)
        if answer.abstained or not found(answer)[0] & set(row["right"]):
            missed.append(f"{row['q']}, wanted {row['right']}:\n{shown(answer)}")
    assert 1 - len(missed) / len(rows) >= 0.8, "\n\n".join(missed)


@pytest.mark.parametrize("name", NAMES)
def test_other_fields_get_no_answer(name: str, desk_of: DeskOf) -> None:
    wrong = answered(desk_of(name), EXPECTED[name]["foreign"])
    assert len(wrong) / len(EXPECTED[name]["foreign"]) <= 0.07, "\n".join(wrong)


def test_other_fields_get_no_answer_over_all_archives(desk_of: DeskOf) -> None:
    wrong = [line for name in NAMES for line in answered(desk_of(name), EXPECTED[name]["foreign"])]
    assert len(wrong) / sum(len(EXPECTED[name]["foreign"]) for name in NAMES) <= 0.03, "\n".join(wrong)


def test_a_long_list_of_other_fields_gets_no_answer_of_industry(desk_of: DeskOf) -> None:
    """None of the 300 lines is of industry; the other archives are of fields that the list holds too."""
    wrong = answered(desk_of("industry"), ELSEWHERE)
    assert len(wrong) / len(ELSEWHERE) <= 0.03, "\n".join(wrong)


@pytest.mark.parametrize("name", NAMES)
def test_scores_fall_where_relation_ends(name: str, desk_of: DeskOf) -> None:
    """A partner that is not listed counts as 0; what is not listed of the others counts not at all."""
    partners, others = [], []
    for story in EXPECTED[name]["stories"]:
        for member in story:
            answer = desk_of(name).similar(id=member, k=10)
            scores = {id_: hit.score for hit in answer for id_ in (hit.article.id, *hit.also)}
            partners += [scores.pop(other, 0.0) for other in story if other != member]
            others += scores.values()
    related, rest = sum(partners) / len(partners), sum(others) / max(1, len(others))
    assert related > 2 * rest, f"partners {related:.2f}, others {rest:.2f} ({len(others)} of them)"


WHOLE = """
새솔대 등록금 4.9% 오른다
    새솔대가 다음 학년도 등록금을 4.9% 올리기로 했다.
    등록금심의위원회는 세 차례 회의 끝에 표결했다.
    학생 위원은 반대했다.
오른 등록금은 어디로 가나
    새솔대 기획처가 등록금 인상분의 쓰임을 밝혔다.
    절반은 낡은 강의실을 고치는 데 쓴다.
    총학생회는 등록금심의위원회 회의록을 달라고 했다.
기숙사 식당 아침밥 천 원
    학생회관 식당이 아침밥을 천 원에 판다.
    하루 이백 그릇이다.
    줄은 일곱 시부터 선다.
야구부 봄 대회 준우승
    야구부가 봄 대회 결승에서 한 점 차로 졌다.
    투수 한 명이 아홉 회를 다 던졌다.
    감독은 가을을 기약했다.
도서관 24시간 열람실 시범 운영
    중앙도서관 1층이 시험 기간에 밤새 문을 연다.
    경비 인력이 두 명 는다.
    이용자는 카드를 찍는다.
화학관 실험실 작은 불
    화학관 4층 실험실에서 불이 나 십 분 만에 꺼졌다.
    다친 사람은 없다.
    소방서는 전열기를 살핀다.
축제 초대 가수 투표로 뽑는다
    봄 축제 무대에 설 가수를 학생 투표로 정한다.
    후보는 여섯 팀이다.
    결과는 금요일에 나온다.
교내 버스 배차 간격 줄인다
    정문과 공대를 잇는 버스가 5분마다 다닌다.
    기사 세 명을 새로 뽑았다.
    종점은 기숙사로 옮긴다.
"""


def test_an_archive_of_whole_articles_says_related_of_a_sequel() -> None:
    """Pages of a few dozen whole articles share little with any: what stands out is a relative all the same."""
    articles: list[dict[str, str]] = []
    for line in WHOLE.strip().splitlines():
        if line.startswith(" "):
            articles[-1]["body"] += f" {line.strip()}"
        else:
            articles.append({"id": f"w{len(articles)}", "title": line, "body": ""})
    desk = Recommender(fitted(articles))
    first, *rest = desk.similar(id="w0", k=5, min_score=0)
    assert first.article.id == "w1"
    assert first.score >= 0.15
    assert all(hit.score < 0.1 for hit in rest), shown(desk.similar(id="w0", k=5, min_score=0))
