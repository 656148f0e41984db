"""A text that is a stored headline asks as its article does: with its lead, its day, and what people decided."""

from __future__ import annotations

from worlds import fitted

from recommender import Recommender

RECORDS = [
    {"id": "fall", "title": "한울대교서 달리던 통근버스 추락", "published": "2025-03-01",
     "body": "통근버스가 다리 아래로 떨어져 운전기사 등 여섯이 다쳤다. 운전기사는 열흘째 쉬지 못한 것으로 조사됐다."},
    {"id": "driver", "title": "열흘째 하루도 못 쉰 운전기사", "published": "2025-03-02",
     "body": "통근버스 추락 사고를 낸 운전기사가 열흘째 쉬지 못하고 다리를 건넜다고 경찰이 밝혔다."},
    *({"id": f"n{at}", "title": f"{town} 한마당 잔치 열려", "published": "2025-03-01",
       "body": f"{town}에서 잔치가 열려 주민이 모였다. 군수는 인사말을 했다."}
      for at, town in enumerate(["고령", "성주", "칠곡", "예천", "봉화", "울진", "영덕", "청송"])),
]  # fmt: skip


def test_a_stored_headline_is_answered_as_its_article() -> None:
    desk = Recommender(fitted(RECORDS))
    by_id, by_text = desk.similar(id="fall", k=3), desk.similar("한울대교서 달리던 통근버스 추락", k=3)
    assert by_text.query["left_out"]["id"] == "fall"
    assert [(hit.article.id, hit.score) for hit in by_text] == [(hit.article.id, hit.score) for hit in by_id]
    assert by_text[0].article.id == "driver"


def test_its_day_counts_unless_another_is_given() -> None:
    desk = Recommender(fitted(RECORDS))
    text = "한울대교서 달리던 통근버스 추락"
    undated, other = desk.similar(text, no_date=True), desk.similar(text, published="2031-01-01")
    assert desk.similar(text)[0].score > undated[0].score >= other[0].score - 0.2
    assert undated[0].article.id == other[0].article.id == "driver"


def test_another_body_under_the_headline_is_asked_with() -> None:
    headlines = [{key: row[key] for key in ("id", "title", "published")} for row in RECORDS]
    desk = Recommender(fitted(headlines))
    body = "운전기사가 열흘째 쉬지 못하고 통근버스를 몰다 다리에서 떨어졌다고 경찰이 밝혔다."
    assert desk.similar("한울대교서 달리던 통근버스 추락", body=body)[0].article.id == "driver"


def test_no_body_is_dropped_for_that_of_the_article() -> None:
    """A draft under a stored headline asks with its own text, though the article has one too."""
    desk = Recommender(fitted(RECORDS))
    answer = desk.similar(
        "한울대교서 달리던 통근버스 추락", body="청송에서 한마당 잔치가 열려 주민이 모였다.", k=3, min_score=0
    )
    assert answer.query["left_out"]["id"] == "fall"
    assert answer[0].article.id != "driver" or answer[0].score < desk.similar(id="fall", k=1)[0].score


def test_a_stored_headline_has_a_past() -> None:
    desk = Recommender(fitted(RECORDS))
    answer = desk.similar("한울대교서 달리던 통근버스 추락", past_only=True, min_score=0)
    assert answer
    assert all(hit.article.published == "2025-03-01" for hit in answer)


def test_an_article_without_a_headline_is_asked_by_its_text() -> None:
    desk = Recommender(fitted([{key: value for key, value in row.items() if key != "title"} for row in RECORDS]))
    answer = desk.similar(RECORDS[0]["body"], k=3)
    assert answer.query["left_out"]["id"] == "fall"
    assert [hit.article.id for hit in answer][:1] == ["driver"]
