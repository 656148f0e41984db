"""The judges: planted truths, judgements by hand, and the leak detector."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from conftest import ROOT
from means import Scores, judge
from worlds import RECORDS, Row, fitted, small_desk, small_model, topics_alone

from recommender import Recommender, RecommenderError
from recommender.evaluation.evaluate import questions_from_labels, questions_from_links
from recommender.evaluation.queries import Qrel
from recommender.readers.registry import read_page
from recommender.training import cross_fit

DESK = small_desk()


def row(name: str) -> int:
    return small_model().catalogue.row(name)


def test_each_page_with_a_list_asks() -> None:
    asked = {q.row: q.right for q in questions_from_links(small_model())}
    assert asked == {row("plant-1"): {row("plant-2"), row("plant-3")}, row("zone-1"): {row("zone-2")}}


def test_no_question_has_itself_for_an_answer() -> None:
    rows: list[Row] = [{**record, "related": [record["title"], RECORDS[0]["title"]]} for record in RECORDS]
    for question in questions_from_links(fitted(rows)):
        assert question.row not in question.right


@pytest.mark.parametrize(("asking", "right", "mrr"), [("fish-1", "fish-2", 1.0), ("charge-1", "charge-2", 1.0)])
def test_a_plain_pair_is_found_first(asking: str, right: str, mrr: float) -> None:
    scores = judge(DESK, [Qrel(row(asking), frozenset({row(right)}))])
    assert (scores.questions, scores.mrr, scores.hit_5, scores.recall_10, scores.ndcg_10) == (1, mrr, 1, 1, 1)


def test_ranks_are_those_of_the_answers() -> None:
    """MRR by hand from the order in which `similar` lists all originals, without related lists."""
    bare = Recommender(fitted([{k: v for k, v in r.items() if k != "related"} for r in RECORDS]))
    hits = bare.similar(id="plant-1", k=100, min_score=0)
    for hit in hits[:6]:  # behind them stand articles that `similar` does not list
        name, place, duplicate_of = hit.article.id, bare.model.catalogue.row, bare.model.catalogue.duplicate_of
        best = {
            duplicate_of[place(other.article.id)]: other.score for other in reversed(hits)
        }  # near-copies count once
        at = 1 + sum(score > best[duplicate_of[place(name)]] + 1e-9 for score in best.values())
        scores = judge(bare, [Qrel(place("plant-1"), frozenset({place(name)}))])
        assert scores.mrr == pytest.approx(1 / at)
        assert scores.hit_5 == (at <= 5)
        assert scores.hit_10 == scores.recall_10 == (at <= 10)
        assert scores.ndcg_10 == pytest.approx(1 / math.log2(1 + at) if at <= 10 else 0)


def test_past_only_asks_for_nothing_of_the_future() -> None:
    """plant-1 is the earlier one: asked for plant-2 it has no answer, asked the other way it has."""
    ahead, back = (Qrel(row(a), frozenset({row(b)})) for a, b in (("plant-1", "plant-2"), ("plant-2", "plant-1")))
    assert judge(DESK, [ahead, back]).questions == 2
    past = judge(DESK, [ahead, back], past_only=True)
    assert (past.questions, past.hit_10) == (1, 1)


def test_related_lists_take_part_only_if_asked() -> None:
    question = Qrel(row("plant-1"), frozenset({row("plant-2"), row("plant-3")}))
    assert judge(DESK, [question], lists="others").mrr >= judge(DESK, [question]).mrr


def test_no_questions_give_zeros() -> None:
    assert judge(DESK, []) == Scores(0, 0, 0, 0, 0, 0, 0)
    assert judge(Recommender(fitted([])), []).questions == 0
    assert questions_from_links(fitted([])) == []


def labels(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "labels.jsonl"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_judgements_by_hand(tmp_path: Path) -> None:
    lines = [
        {
            "title": "구룡포 과메기 축제에 관광객 몰려",
            "related": ["“과메기 철 맞은” 구룡포, 덕장마다 손길 분주(종합)", "없는 제목"],
        },
        {"title": "과메기 철 맞은 구룡포, 덕장마다 손길 분주"},
        {"title": "모르는 제목", "related": ["구룡포 과메기 축제에 관광객 몰려"]},
    ]
    path = labels(tmp_path, "\n".join(json.dumps(line, ensure_ascii=False) for line in lines))
    assert questions_from_labels(small_model(), path) == [Qrel(row("fish-1"), frozenset({row("fish-2")}))]


@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_judgement_is_a_line_of_the_file(tmp_path: Path, start: str, end: str) -> None:
    """Whatever writes it: a byte order mark at the start, and marks inside that other readers take for an end."""
    first, second = "구룡포 과메기 축제에 관광객 몰려", "과메기 철 맞은 구룡포,\u2028덕장마다\x85 손길 분주"
    line = json.dumps({"title": first, "related": [second]}, ensure_ascii=False)
    path = labels(tmp_path, start + line + end)
    assert questions_from_labels(small_model(), path) == [Qrel(row("fish-1"), frozenset({row("fish-2")}))]


def test_a_file_without_a_judgement_asks_nothing(tmp_path: Path) -> None:
    assert [questions_from_labels(small_model(), labels(tmp_path, text)) for text in ("", "\ufeff", "\n")] == [[]] * 3


@pytest.mark.parametrize(
    "line",
    ["[]", "3", "{", "{}", '"글"', "null", '{"title": 3, "related": ["가"]}', '{"title": "가", "related": 3}',
     '{"title": "가", "related": [null]}', '{"title": "가", "related": [3]}', b"\xff\xfe\x00", "\ufeff\ufeff{}"],
)  # fmt: skip
def test_a_judgement_that_is_none_is_refused_by_its_line(tmp_path: Path, line: str | bytes) -> None:
    good = '{"title": "구룡포", "related": []}\n'.encode()
    path = labels(tmp_path, good + (line.encode() if isinstance(line, str) else line))
    with pytest.raises(RecommenderError) as caught:
        questions_from_labels(small_model(), path)
    assert str(path) in caught.value.problem
    assert caught.value.hint


def test_a_file_of_judgements_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecommenderError):
        questions_from_labels(small_model(), tmp_path / "none.jsonl")


def sample_records(*, leaking: bool) -> list[Row]:
    """The sample's pages; ``leaking``: their related lists left standing in the body, before the text."""
    rows = []
    for path in sorted((ROOT / "data/sample/pages").glob("*.txt")):
        record = read_page(path).to_record(str(path))
        related = [entry.headline for entry in record.related]
        body = ("\n".join([*related, ""]) if leaking else "") + record.article.body
        known = {"title": record.article.title, "published": record.article.published, "outlet": record.article.outlet}
        rows.append({**{k: v for k, v in known.items() if v}, "body": body, "related": related})
    return rows


def test_a_list_left_in_the_body_raises_the_score() -> None:
    """The leak detector: pages as they are read score lower than pages that quote their answers."""
    scores = {}
    for leaking in (False, True):
        with topics_alone():  # ranks hang on no calibration
            model = fitted(sample_records(leaking=leaking), pairs_wanted=10**9)
        scores[leaking] = judge(Recommender(model), questions_from_links(model), folds=cross_fit(model))
    assert scores[False].questions == scores[True].questions > 30
    assert scores[True].mrr >= scores[False].mrr
    assert scores[True].recall_10 > scores[False].recall_10 + 0.02
    assert scores[True].ndcg_10 > scores[False].ndcg_10 + 0.03
