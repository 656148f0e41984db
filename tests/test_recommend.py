"""Similar articles: never the asking one, filters, copies, diversity, abstaining, reasons."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any
from unittest import mock

import numpy as np
import pytest
from conftest import ROOT, environment
from hypothesis import given
from hypothesis import strategies as st
from report.synthetic import articles, build
from worlds import RECORDS, fitted, small_desk, small_model

from recommender import Recommender, RecommenderError, SearchOptions
from recommender.embeddings import static
from recommender.ranking.answer import LABELS
from recommender.ranking.calibration import MOST

DESK = small_desk()
IDS = [record["id"] for record in RECORDS]
HIT = ["rank", "id", "title", "score", "label", "outlet", "published", "url", "topic", "why", "also", "folded"]
COPIES = {"wire-1", "wire-2", "wire-3"}


def ids(answer: Any) -> list[str]:
    return [hit.article.id for hit in answer]


@pytest.mark.parametrize("collapse", [True, False])
@pytest.mark.parametrize("asking", IDS)
def test_an_article_is_never_its_own_relative(asking: str, collapse: bool) -> None:
    answer = DESK.similar(id=asking, k=100, min_score=0, collapse=collapse)
    found = ids(answer)
    assert asking not in found
    assert asking not in [other for hit in answer for other in hit.also]
    assert len(set(found)) == len(found)


def test_copies_stand_behind_one_hit() -> None:
    collapsed = DESK.similar("SK온 동해소재 양극재 장기 공급계약", k=10, min_score=0)
    best = collapsed[0]
    assert {best.article.id, *best.also} == COPIES
    assert not COPIES & set(ids(collapsed)[1:])
    apart = DESK.similar("SK온 동해소재 양극재 장기 공급계약", k=10, min_score=0, collapse=False)
    assert set(ids(apart)[:3]) == COPIES
    assert all(hit.also == () for hit in apart)


def test_copies_of_the_asking_article_are_no_answer_unless_asked_for() -> None:
    for asking in COPIES:
        answer = DESK.similar(id=asking, k=50, min_score=0)
        assert not COPIES & {*ids(answer), *(a for hit in answer for a in hit.also)}
        assert COPIES - {asking} <= set(ids(DESK.similar(id=asking, k=50, min_score=0, collapse=False)))


def test_many_copies_do_not_crowd_out_the_others() -> None:
    rows = [
        {"id": f"same-{i:02}", "title": "포항 양극재 공장 준공", "body": f"{i}번째 전송", "outlet": f"신문{i}"}
        for i in range(60)
    ]
    rows += [
        {"id": f"else-{i}", "title": title}
        for i, title in enumerate(["포항 양극재 공장 준공식 열려", "포항 음극재 공장 준공 앞둬", "구룡포 과메기 축제"])
    ]
    answer = Recommender(fitted(rows)).similar("포항 양극재 공장", k=3, min_score=0)
    assert len(answer) >= 2, "60 copies are one hit; the next articles follow"
    assert len(answer[0].also) >= 59


@pytest.mark.parametrize("options", [
    {}, {"since": "2024-03-05"}, {"since": "2024-03-05", "until": "2024-05-02"}, {"until": "2024-03-20"},
    {"until": "2023-12-31"}, {"outlet": "동해신문"}, {"outlet": "한빛일보", "since": "2024"}, {"past_only": True},
])  # fmt: skip
@pytest.mark.parametrize("asking", ["plant-2", "wire-3", "fish-2"])
def test_filters(asking: str, options: dict[str, Any]) -> None:
    """Exactly those of the unfiltered answer that pass, in the same order."""

    def passes(row: dict[str, Any]) -> bool:
        day = row.get("published", "")[:10]
        own = next(r.get("published", "") for r in RECORDS if r["id"] == asking)
        return (
            (not options.get("since") or (bool(day) and day >= options["since"]))
            and (not options.get("until") or (bool(day) and day <= options["until"]))
            and (not options.get("outlet") or row.get("outlet") == options["outlet"])
            and (not options.get("past_only") or not own or not day or row["published"] <= own)
        )

    every = ids(DESK.similar(id=asking, k=100, min_score=0, collapse=False))
    wanted = [name for name in every if passes(next(r for r in RECORDS if r["id"] == name))]
    assert ids(DESK.similar(id=asking, k=100, min_score=0, collapse=False, **options)) == wanted


@pytest.mark.parametrize(
    ("options", "inside", "outside"),
    [
        ({"since": "2024-03"}, "plant-1", "zone-1"),
        ({"until": "2024-03"}, "plant-4", "wire-1"),  # the month's last day belongs to it
        ({"until": "2024"}, "talent-3", "charge-1"),
        ({"since": "2024", "until": "2024"}, "wire-1", "charge-1"),
        ({"until": "2024-03-20"}, "plant-4", "wire-1"),
        ({"since": "2024-03-20"}, "plant-4", "plant-3"),
    ],
)
def test_periods_hold_both_ends(options: dict[str, str], inside: str, outside: str) -> None:
    allowed = DESK.passing(SearchOptions(**options))
    assert allowed[DESK.model.catalogue.row(inside)]
    assert not allowed[DESK.model.catalogue.row(outside)]
    assert not allowed[DESK.model.catalogue.row("fish-2")], "an unknown date matches no period"


def test_dates_of_other_zones_are_compared_as_instants() -> None:
    """23:00 of the 5th in London is 08:00 of the 6th in Korea."""
    rows = [
        {"id": "asked", "title": "동해소재 양극재 공장 착공", "published": "2024-08-06T07:30+09:00"},
        {"id": "after", "title": "동해소재 양극재 공장 착공식 열려", "published": "2024-08-05T23:00Z"},
        {"id": "before", "title": "동해소재 양극재 공장 부지 확정", "published": "2024-08-05T22:00Z"},
    ]
    desk = Recommender(fitted(rows))

    def found(**options: Any) -> set[str]:
        return set(ids(desk.similar("동해소재 양극재 공장", min_score=0, collapse=False, **options)))

    assert ids(desk.similar(id="asked", min_score=0, past_only=True, collapse=False)) == ["before"]
    assert found(published="2024-08-06T07:30", past_only=True) == {"asked", "before"}
    assert found(since="2024-08-06") == {"asked", "after", "before"}
    assert found(until="2024-08-05") == set()
    assert found(since="2024-08-06T07:30") == {"asked", "after"}
    assert found(until="2024-08-05T22:30Z") == {"asked", "before"}


def test_a_topic_filter_by_id_and_by_name() -> None:
    topic = DESK.topics[0]
    members = {DESK.model.catalogue.ids[int(row)] for row in DESK.model.topics.members(0)}
    for name in (topic.id, topic.name):
        found = ids(DESK.similar("양극재 배터리", k=100, min_score=0, topic=name, collapse=False))
        assert found
        assert set(found) <= members


@pytest.mark.parametrize(
    "options",
    [
        {"outlet": "없는신문"},
        {"topic": "t999"},
        {"since": "언젠가"},
        {"until": "2024-13"},
        {"since": "2024-02-30"},
        {"k": 0},
        {"k": -3},
        {"diversity": 1.5},
        {"diversity": -0.1},
        {"diversity": math.nan},
        {"min_score": math.nan},
        {"min_score": "high"},
        {"diversity": "0.5"},
        {"k": 3.0},
        {"k": "3"},
        {"k": True},
        {"since": math.nan},
        {"until": 2024},
        {"since": "--08-05"},
        {"published": "nonsense"},
        {"published": math.nan},
        {"published": 20240805},
        {"published": ["2024-08-05"]},
        {"body": math.nan},
        {"outlet": 7},
        {"topic": 3},
    ],
)
def test_a_wish_that_cannot_be_met_is_refused_with_a_mend(options: dict[str, Any]) -> None:
    with pytest.raises(RecommenderError) as caught:
        DESK.similar("양극재", **options)
    assert caught.value.hint


@pytest.mark.parametrize("asked", [{"text": math.nan}, {"text": 7}, {"id": 7}, {"text": b"text"}])
def test_a_question_that_is_no_text_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(RecommenderError, match="no text"):
        DESK.similar(**asked)


def test_the_number_of_a_wish_holds_unless_another_is_given() -> None:
    assert len(DESK.similar("양극재", options=SearchOptions(k=2, min_score=0))) == 2
    assert len(DESK.similar("양극재", 3, options=SearchOptions(k=2, min_score=0))) == 3
    assert len(DESK.similar("양극재", np.int64(2), min_score=0)) == 2
    json.dumps(DESK.similar("양극재", np.int64(2)).as_json())


class Timestamp(datetime):
    """A stranger's date, such as that of pandas."""


@pytest.mark.parametrize("day", [date(2024, 3, 20), datetime(2024, 3, 20), Timestamp(2024, 3, 20)])
def test_dates_of_python_are_dates(day: date) -> None:
    def found(**options: Any) -> list[str]:
        return ids(DESK.similar("양극재 공장", k=50, min_score=0, **options))

    assert found(since=day) == found(since="2024-03-20")
    assert found(published=day, past_only=True) == found(published="2024-03-20", past_only=True)
    assert found(until=date(2024, 3, 20)) == found(until="2024-03-20")


def test_a_date_without_a_year_is_no_mistake() -> None:
    assert ids(DESK.similar("양극재 공장", published="--08-05")) == ids(DESK.similar("양극재 공장"))


@pytest.mark.parametrize("collapse", [True, False])
@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("동해소재, 영일만산단에 양극재 공장 착공", "plant-1"),
        ("동해소재,  영일만산단에 양극재공장 착공", "plant-1"),
        ("[속보] SK온·동해소재, 양극재 장기 공급계약 체결", "wire-1"),
    ],
)
def test_an_article_asked_with_by_its_headline_is_left_out(text: str, own: str, collapse: bool) -> None:
    answer = DESK.similar(text, k=50, min_score=0, collapse=collapse)
    left_out = answer.query["left_out"]
    assert left_out["id"] in ({own} if own not in COPIES else COPIES)
    assert left_out["title"] == DESK.model.catalogue.article(DESK.model.catalogue.row(left_out["id"])).title
    gone = {left_out["id"]} | (COPIES if own in COPIES and collapse else set())
    assert answer
    assert not gone & {*ids(answer), *(a for hit in answer for a in hit.also)}


@pytest.mark.parametrize(
    "text",
    [
        "동해소재 영일만산단에 양극재 공장 착공!",
        "동해소재, 영일만산단에 양극재 공장 착공(종합)",
        "[단독] 동해소재, 영일만산단에 양극재 공장 착공",
    ],
)
def test_another_print_of_a_headline_is_an_answer(text: str) -> None:
    answer = DESK.similar(text)
    assert "left_out" not in answer.query
    assert ids(answer)[0] == "plant-1"


def test_a_page_without_a_headline_is_known_by_its_body() -> None:
    body = "구룡포 덕장마다 과메기를 너는 손길이 분주하다.\n올해 물량은 지난해보다 늘었다."
    desk = Recommender(fitted([*RECORDS, {"id": "bare", "body": body}]))
    answer = desk.similar(body[:60], k=50, body=f"  {body}\n", min_score=0)
    assert answer.query["left_out"]["id"] == "bare"
    assert "bare" not in ids(answer)


@pytest.mark.parametrize("text", ["양극재 공장", "", "…", "동해소재, 영일만산단에 양극재 공장 착공" + " 착공" * 10_000])
def test_any_other_text_leaves_nothing_out(text: str) -> None:
    assert "left_out" not in DESK.similar(text, min_score=0).query


@pytest.mark.parametrize(("asked", "near"), [("plant-33", "plant-3"), ("Plant-1", "plant-1"), ("wire1", "wire-1")])
def test_an_unknown_id_suggests_near_ones(asked: str, near: str) -> None:
    with pytest.raises(RecommenderError) as caught:
        DESK.similar(id=asked)
    assert near in caught.value.hint


@pytest.mark.parametrize("asked", ["", "완전히 다른 것", "\ud800", "🎉", "a" * 10_000])
def test_a_hopeless_id_is_refused_with_a_mend(asked: str) -> None:
    with pytest.raises(RecommenderError) as caught:
        DESK.similar(id=asked)
    assert caught.value.hint


def test_an_unknown_outlet_suggests_near_ones() -> None:
    with pytest.raises(RecommenderError, match="동해신문"):
        DESK.similar("양극재", outlet="동해일보")


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({}, "without a date has no past"),
        ({"published": "언젠가"}, "is no date for published"),
        ({"published": "2024-13"}, "is no date for published"),
    ],
)
def test_a_text_without_a_date_has_no_past(asked: dict[str, str], why: str) -> None:
    with pytest.raises(RecommenderError, match=why) as caught:
        DESK.similar("양극재 공장", past_only=True, **asked)
    assert caught.value.hint
    dated = DESK.similar("양극재 공장", k=50, min_score=0, past_only=True, published="2024-03-05")
    assert {"plant-1", "plant-2"} <= set(ids(dated))
    assert not {"plant-3", "plant-4"} & set(ids(dated))
    assert DESK.similar(id="fish-2", past_only=True, min_score=0), "an article of the corpus asks with what it has"


@pytest.mark.parametrize("asked", [{}, {"text": "양극재", "id": "plant-1"}])
def test_one_question_at_a_time(asked: dict[str, str]) -> None:
    with pytest.raises(RecommenderError):
        DESK.similar(**asked)


@pytest.mark.parametrize(
    "text", ["", "   ", "🎉🎉🎉", "은 는 이 가", "…!?", "\x00", "[르포]", "쏑뿅캬 뚫훍", "야구 결승전 역전승"]
)
def test_a_text_with_nothing_related_abstains_with_a_reason(text: str) -> None:
    answer = DESK.similar(text)
    assert answer.abstained
    assert answer.reason
    assert list(answer) == []
    assert answer.as_json()["results"] == []


@pytest.mark.parametrize(
    "text", ["양극재 공장 " * 150_000, "가" * 1_000_000, "[가]" * 300_000, "a" + "\u0301\u0327" * 500_000]
)
def test_a_text_of_a_megabyte_is_answered_in_a_moment(text: str) -> None:
    start = time.process_time()
    DESK.similar(text)
    DESK.similar("양극재", body=text)
    assert time.process_time() - start < 2


@given(st.text(max_size=80), st.integers(1, 30), st.booleans())
def test_any_text_is_answered_soundly(text: str, k: int, collapse: bool) -> None:
    answer = DESK.similar(text, k, collapse=collapse, min_score=0.0)
    check(answer, k)
    assert answer.abstained == (not len(answer))
    assert bool(answer.reason) == answer.abstained


def check(answer: Any, k: int) -> None:
    scores = [hit.score for hit in answer]
    assert len(answer) <= k
    assert all(0 <= score <= MOST for score in scores)
    assert scores == sorted(scores, reverse=True)
    assert [hit.rank for hit in answer] == list(range(1, len(answer) + 1))


@pytest.mark.parametrize("asking", IDS)
def test_answers_are_descending_and_of_the_least_score(asking: str) -> None:
    check(DESK.similar(id=asking, k=5, min_score=0), 5)
    for least in (0.2, 0.5, 0.9):
        assert all(hit.score >= least for hit in DESK.similar(id=asking, k=50, min_score=least))


def test_the_story_comes_first() -> None:
    for asking in IDS:
        story = asking.split("-")[0]
        if story in ("plant", "zone", "talent"):
            assert ids(DESK.similar(id=asking, k=1, min_score=0))[0].startswith(story), asking


def test_min_score_one_abstains_and_says_how_far_it_came() -> None:
    answer = DESK.similar("과메기", min_score=1.0)
    assert answer.abstained
    assert "1.00" in str(answer.reason)


def hardly_related() -> str:
    """A text of another field, of which articles hold some letters in a row."""
    texts = (
        "프로야구 결승전 9회말 역전승",
        "국회 본회의 법안 처리 무산",
        "봄꽃 여행지 추천 다섯 곳",
        "독감 예방 접종 서두르세요",
    )
    return next(text for text in texts if DESK.similar(text).abstained and len(DESK.similar(text, min_score=0)))


def test_min_score_stands_in_place_of_the_rule_by_which_there_is_an_answer() -> None:
    text = hardly_related()
    whatever = DESK.similar(text, min_score=0)
    assert len(whatever)
    assert not whatever.abstained
    assert DESK.similar(text, min_score=0.99).abstained
    every = DESK.similar("동해소재 양극재 공장", k=50, min_score=0)
    best = every[0].score
    strict = DESK.similar("동해소재 양극재 공장", k=50, min_score=best)
    assert ids(strict) == [hit.article.id for hit in every if hit.score >= best]


def test_where_nothing_is_near_enough_the_nearest_is_told() -> None:
    answer = DESK.similar(hardly_related())
    assert answer.reason is not None
    assert any(record["title"] in answer.reason for record in RECORDS)
    assert DESK.similar("쏑뿅캬 뚫훍").reason == "no article holds a word of the question"
    late = DESK.similar("쏑뿅캬 뚫훍", options=SearchOptions(since="2024-01-01"))
    assert late.reason == "no article that passes the filters holds a word of the question"


def test_labels_are_ranges_of_the_score() -> None:
    names, least = [name for name, _ in LABELS], [bound for _, bound in LABELS]
    assert names == ["close", "related", "weak"]
    assert least == sorted(least, reverse=True)
    assert least[-1] == 0
    found = [hit for record in RECORDS for hit in DESK.similar(id=record["id"], k=50, min_score=0)]
    for hit in found:
        assert hit.label == next(name for name, bound in LABELS if hit.score >= bound)
        assert hit.as_json()["label"] == hit.label
    assert {hit.label for hit in found} >= {"weak"}
    for name, bound in LABELS:
        assert replace(found[0], score=bound).label == name


def test_a_question_of_one_word_may_be_a_bracket_tag() -> None:
    for text in ("포토", "[포토]"):
        assert ids(DESK.similar(text))[0] == "talent-3"
    assert "talent-3" not in ids(DESK.similar("구룡포 과메기 축제에 관광객 몰려 [포토]"))


def test_a_typing_error_is_mended_and_told() -> None:
    answer = DESK.similar("마이스터거 신입생")
    assert answer.query["text"] == "마이스터거 신입생"
    assert answer.query["corrected"] == "마이스터고 신입생"
    assert ids(answer)[0].startswith("talent")
    assert "corrected" not in DESK.similar("마이스터고 신입생").query
    assert "corrected" not in DESK.similar(id="talent-1").query


def test_filters_that_leave_nothing_abstain() -> None:
    answer = DESK.similar("양극재", since="2030-01-01")
    assert (answer.abstained, answer.reason) == (True, "no article passes the filters")


def test_diversity_keeps_the_best_and_spreads_the_rest() -> None:
    near = DESK.similar("동해소재 양극재 공장 전기차", k=5, min_score=0)
    far = DESK.similar("동해소재 양극재 공장 전기차", k=5, min_score=0, diversity=0.9)
    assert ids(near)[0] == ids(far)[0]
    assert len(far) == len(near) == 5

    def alike(answer: Any) -> float:
        rows = np.array([DESK.model.catalogue.row(name) for name in ids(answer)])
        return float(sum(DESK.model.tfidf.cosine(int(row), rows).sum() for row in rows))

    assert alike(far) < alike(near)


def test_a_thousand_different_articles_are_picked_in_a_moment() -> None:
    desk = Recommender(build(articles(6_000)))
    start = time.process_time()
    answer = desk.similar(id="a000000", k=1_000, min_score=0, stories=True, diversity=0.5)
    assert time.process_time() - start < 4
    assert len({*ids(answer)}) == 1_000


def test_threads_get_the_answers_that_they_would_get_alone() -> None:
    places = ("영일만", "구룡포", "포항", "경북", "마이스터고", "규제자유특구")
    texts = [f"{place} 배터리공장{number}호 급속충전기 {number * 37}기" for number in range(6) for place in places]
    texts += ["battery plant workers", "양극제 공장", "cathode materials zone"] * 2

    def told(text: str) -> list[tuple[str, float]]:
        return [(hit.article.id, hit.score) for hit in DESK.similar(text, min_score=0)]

    alone = [told(text) for text in texts]
    assert all(alone)
    with mock.patch.object(static, "_MEMO", 50), ThreadPoolExecutor(16) as threads:
        assert list(threads.map(told, texts)) == alone


def test_a_question_is_answered_in_one_thread() -> None:
    """Whatever BLAS may do: its threads make a question dearer, and those of many questions wait for one another."""
    code = (
        "import time\nfrom dataclasses import replace\nimport numpy as np\n"
        "from report.synthetic import articles, build\nfrom recommender import Recommender\n"
        "from recommender.embeddings.dense import DenseSpace\nfrom recommender.arrays.kernels import unit_rows\n"
        "model = build(articles(4_000))\nrows = unit_rows(np.random.default_rng(1).normal(size=(4_000, 512)))\n"
        "desk = Recommender(replace(model, dense=DenseSpace(rows, model.dense.encoder)))\ntime.sleep(0.5)\n"
        "every, own = time.process_time(), time.thread_time()\n"
        "for row in range(60):\n"
        "    desk.similar(id=f'a{row:06d}', min_score=0)\n"
        "every, own = time.process_time() - every, time.thread_time() - own\n"
        "assert every < 1.2 * own, f'{every:.2f} s, {own:.2f} s of it in the asking thread'\n"
    )
    known = environment(OPENBLAS_NUM_THREADS="4", OMP_NUM_THREADS="4")
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**known, "PYTHONPATH": paths}
    )
    assert done.returncode == 0, done.stderr


def test_a_hit_has_exactly_the_keys_of_the_contract() -> None:
    answer = json.loads(json.dumps(DESK.similar("양극재 공장", k=3).as_json(), ensure_ascii=False))
    assert list(answer) == ["query", "model", "abstained", "reason", "results"]
    assert (answer["abstained"], answer["reason"]) == (False, None)
    for rank, hit in enumerate(answer["results"], start=1):
        assert list(hit) == HIT
        assert hit["rank"] == rank
        assert hit["topic"] is None or list(hit["topic"]) == ["id", "name", "parent"]
        assert all(list(reason) == ["term", "weight"] for reason in hit["why"])
    assert len(answer["results"]) == 3


def test_what_is_unknown_is_null() -> None:
    hit = next(h for h in DESK.similar("과메기 덕장", min_score=0) if h.article.id == "fish-2").as_json()
    assert (hit["published"], hit["url"]) == (None, None)


PARTS = [
    "title", "cosine", "body", "page_title", "page_cosine", "page_body", "lead", "meaning", "surface", "time", "link",
    "words", "coverage", "phrase", "evidence",
]  # fmt: skip


@pytest.mark.parametrize("ask", [{"text": "동해소재 양극재 공장에 청년 채용"}, {"id": "plant-1"}, {"id": "wire-2"}])
@pytest.mark.parametrize("body", ["", "규제자유특구 배터리 실증"])
def test_explained_reasons_are_shares_of_the_question(ask: dict[str, str], body: str) -> None:
    """All words of the question that the title holds, and half of what the body alone holds; no scattered bigrams."""
    answer = DESK.similar(**ask, body=body, k=50, min_score=0, explain=True)
    assert len(answer) > 3
    for hit in answer:
        assert list(hit.parts) == PARTS
        assert all(-1 <= value <= 1 + 1e-5 for value in hit.parts.values())
        total = sum(reason.weight for reason in hit.why)
        assert hit.parts["title"] - 0.1 <= total <= hit.parts["title"] + 0.5 + 1e-5
        assert total <= 1 + 1e-5
        weights = [reason.weight for reason in hit.why]
        assert weights == sorted(weights, reverse=True)
        assert all(weight > 0 for weight in weights)
        assert len({reason.term for reason in hit.why}) == len(hit.why)
        assert bool(hit.why) == (total > 0)
        asks_as_page = "id" in ask or bool(body)
        assert asks_as_page or hit.parts["page_title"] == hit.parts["page_cosine"] == hit.parts["page_body"] == 0


def test_a_word_of_which_a_hit_holds_a_bigram_is_no_reason() -> None:
    hits = DESK.similar("양극성장애 공장 준공", k=50, min_score=0, explain=True)
    named = {reason.term for hit in hits if "양극재" in hit.article.shown_title for reason in hit.why}
    assert "공장" in named
    assert "양극성장애" not in named


def test_the_reasons_of_a_title_that_holds_all_of_the_question_sum_to_one() -> None:
    (hit, *_) = DESK.similar("과메기 축제", explain=True)
    assert hit.article.id == "fish-1"
    assert {reason.term for reason in hit.why} == {"과메기", "축제"}
    assert sum(reason.weight for reason in hit.why) == pytest.approx(1, abs=1e-5)


def test_what_has_no_word_of_a_headline_is_explained_by_the_text_below_it() -> None:
    """A headline that is a figure of speech shares nothing: what the two texts share is named, and no word twice."""
    rows = {
        "column": ("밑 빠진 독", "국회가 보험료율과 소득대체율을 두고 다퉜다. 국민연금 기금은 바닥이 보인다."),
        "leader": ("반쪽 시작", "보험료율은 오르고 소득대체율은 그대로다. 국민연금이 마르는 날은 미뤄졌다."),
        "fish": ("과메기 축제 열린다", "덕장마다 꽁치를 널었다. 상인들은 손님을 기다린다."),
        "snow": ("밤새 할퀴고 갔다", "폭설에 비닐하우스가 무너지고 버스가 끊겼다."),
    }  # fmt: skip
    records = [{"id": name, "title": title, "body": body} for name, (title, body) in rows.items()]
    hit = Recommender(fitted(records)).similar(id="column", min_score=0)[0]
    named = [reason.term for reason in hit.why]
    assert (hit.article.id, {"보험료율", "소득대체율"} <= set(named)) == ("leader", True)
    assert not any(one != other and one in other for one in named for other in named)
    assert 0 < sum(reason.weight for reason in hit.why) <= 0.5


def test_a_hit_names_five_reasons_unless_all_are_asked_for() -> None:
    short = DESK.similar(id="wire-1", k=9, min_score=0)
    full = DESK.similar(id="wire-1", k=9, min_score=0, explain=True)
    for brief, whole in zip(short, full, strict=True):
        assert brief.why == whole.why[:5]
        assert brief.parts == {}


def test_a_particle_is_no_reason_where_there_is_another() -> None:
    named = {r.term for hit in DESK.similar("과메기 축제 에 또 왔다", min_score=0) for r in hit.why}
    assert "과메기" in named
    assert not {"에", "또"} & named


def test_a_body_and_a_date_count() -> None:
    plain = DESK.similar("오늘 소식", min_score=0)
    told = DESK.similar("오늘 소식", body="마이스터고 신입생 실습", min_score=0)
    assert ids(told)[0].startswith("talent")
    assert ids(plain) != ids(told)
    before = {h.article.id: h.score for h in DESK.similar("전기차 충전기", k=50, min_score=0, published="2020-01-01")}
    close = {h.article.id: h.score for h in DESK.similar("전기차 충전기", k=50, min_score=0, published="2025-01-07")}
    assert close["charge-1"] > before["charge-1"]


def test_a_draft_in_one_text_is_a_headline_with_its_body() -> None:
    headline = "지역 소식"
    paragraph = "마이스터고 신입생이 배터리 공장에서 실습을 시작했다. 학교는 내년에 학과를 하나 더 연다."
    apart = DESK.similar(headline, body=paragraph, published="2025-01-07", min_score=0)
    pasted = f"{headline}\n\n{paragraph}"
    together = DESK.similar(pasted, published="2025-01-07", min_score=0)
    assert [(hit.article.id, hit.score) for hit in together] == [(hit.article.id, hit.score) for hit in apart]
    by_pasted, by_pair = DESK.predict([pasted]), DESK.predict([(headline, paragraph)])
    assert [one.as_json() for one in by_pasted] == [one.as_json() for one in by_pair]


def test_related_lists_speak_for_an_article() -> None:
    model = small_model()
    with_lists = Recommender(model).similar(id="plant-1", k=50, min_score=0, explain=True)
    links = {hit.article.id: hit.parts["link"] for hit in with_lists}
    assert links["plant-2"] == links["plant-3"] == 1.0
    assert links.get("plant-4", 0.0) == 0.0


def test_an_answer_is_a_sequence() -> None:
    answer = DESK.similar("양극재", k=3)
    assert answer[0] is next(iter(answer))
    assert len(answer) == 3
    assert answer[:2] == tuple(answer)[:2]


@cache
def sized(count: int) -> Recommender:
    return Recommender(fitted(RECORDS[:count] if count else [], topics_most=60))


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_small_corpora_answer(count: int) -> None:
    desk = sized(count)
    text = desk.similar("동해소재 양극재 공장", min_score=0)
    assert text.abstained == (count == 0)
    if not count:
        assert text.reason == "the corpus is empty"
    for row in range(len(desk)):
        check(desk.related(row, SearchOptions(k=3, min_score=0)), 3)
    with pytest.raises(RecommenderError):
        desk.similar(id="nothing-like-it")


def test_links_weigh_nothing_without_lists() -> None:
    bare = fitted([{k: v for k, v in row.items() if k != "related"} for row in RECORDS])
    for hit in Recommender(replace(bare)).similar(id="plant-1", k=50, min_score=0, explain=True):
        assert hit.parts["link"] == 0
