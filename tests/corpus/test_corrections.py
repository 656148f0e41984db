"""A correction replaces: the later version is the article, the earlier ones are kept and answer nothing."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from recommender.corpus.store import Corpus
from recommender.readers.notes import IngestReport

FIRST = {
    "id": "1001", "title": "시청 공무원 뇌물 받았다", "body": "시청 공무원이 업체에서 돈을 받았다. 경찰이 수사한다.",
    "outlet": "가나일보", "published": "2024-08-05T09:00", "url": "https://gana.example/1001",
}  # fmt: skip
LATER = {
    **FIRST, "title": "시청 \"직원 금품 의혹 사실 아냐\"", "body": "시청 공무원이 업체에서 돈을 받지 않았다고 밝혔다.",
    "updated": "2024-08-06T10:00",
}  # fmt: skip


def feed(corpus: Corpus, folder: Path, name: str, *records: dict[str, Any]) -> IngestReport:
    path = folder / name
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in records), encoding="utf-8")
    return corpus.ingest([path])


def without(record: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key not in keys}


def held(corpus: Corpus) -> list[tuple[str, str | None]]:
    assert [fault for _, fault in corpus.faults()] == [""] * 5
    return [(article.id, article.title) for article in corpus.articles()]


@pytest.mark.parametrize(
    ("first", "later"),
    [
        (FIRST, LATER),
        (without(FIRST, "url"), without(LATER, "url")),
        (without(FIRST, "id"), without(LATER, "id")),
        (FIRST, {**without(LATER, "updated"), "published": "2024-08-06"}),
        ({**FIRST, "updated": "2024-08-05T09:30"}, {**LATER, "updated": "2024-08-05T23:30:00+09:00"}),
        (FIRST, {**LATER, "url": "https://gana.example/news/1001"}),
    ],
    ids=["both", "id", "address", "published", "zone", "moved"],
)
def test_the_later_version_is_the_article_in_any_order(
    tmp_path: Path, first: dict[str, Any], later: dict[str, Any]
) -> None:
    seen = []
    for number, order in enumerate(itertools.permutations([("a.jsonl", first), ("b.jsonl", later)])):
        folder = tmp_path / str(number)
        folder.mkdir()
        with Corpus.open(folder / "corpus.db") as corpus:
            reports = [feed(corpus, folder, name, record) for name, record in order]
            ((article_id, title),) = held(corpus)
            assert title == LATER["title"]
            assert sum(report.replaced for report in reports) == 1
            assert sum(report.merged for report in reports) == 0
            (earlier,) = corpus.history(article_id)
            assert (earlier.title, earlier.body) == (FIRST["title"], FIRST["body"])
            assert corpus.sources(article_id)[0].path.endswith("b.jsonl")
            seen.append((list(corpus.articles()), corpus.fingerprint(), list(corpus.aliases())))
    assert seen[0] == seen[1]


def test_a_withdrawn_headline_in_a_related_list_means_the_article(tmp_path: Path) -> None:
    with Corpus.open(tmp_path / "corpus.db") as corpus:
        feed(corpus, tmp_path, "a.jsonl", FIRST, LATER, {"id": "2", "title": "딴 글", "related": [FIRST["title"]]})
        assert [title for _, title in held(corpus)] == [LATER["title"], "딴 글"]
        assert [link.target for link in corpus.links()] == ["1001"]


def test_a_copy_of_the_earlier_version_without_an_id_answers_no_more_either(tmp_path: Path) -> None:
    with Corpus.open(tmp_path / "corpus.db") as corpus:
        feed(corpus, tmp_path, "a.jsonl", without(FIRST, "id", "url"))
        feed(corpus, tmp_path, "b.jsonl", FIRST, LATER)
        assert held(corpus) == [("1001", LATER["title"])]
        assert len(corpus.history("1001")) == 2


def test_where_dates_do_not_tell_the_one_read_later_is_the_article(tmp_path: Path) -> None:
    one, two = ({**without(each, "updated"), "published": "2024-08-05"} for each in (FIRST, LATER))
    with Corpus.open(tmp_path / "corpus.db") as corpus:
        feed(corpus, tmp_path, "a.jsonl", one)
        feed(corpus, tmp_path, "b.jsonl", two)
        assert held(corpus) == [("1001", LATER["title"])]
        feed(corpus, tmp_path, "c.jsonl", without(one, "published"))
        assert held(corpus) == [("1001", FIRST["title"])]
        (article,) = corpus.articles()
        assert article.published == "2024-08-05", "what the latest version does not say, an earlier one says"


def test_a_day_is_no_earlier_than_a_time_of_that_day(tmp_path: Path) -> None:
    with Corpus.open(tmp_path / "corpus.db") as corpus:
        feed(corpus, tmp_path, "a.jsonl", FIRST, {**without(LATER, "updated"), "published": "2024-08-05"})
        assert held(corpus) == [("1001", LATER["title"])]


def test_a_correction_of_a_byline_alone_holds(tmp_path: Path) -> None:
    with Corpus.open(tmp_path / "corpus.db") as corpus:
        for number, author in enumerate(("최다라", "김가나", "박마바")):
            feed(corpus, tmp_path, f"{number}.jsonl", {**FIRST, "author": author})
        (article,) = corpus.articles()
        assert article.author == "박마바"


@pytest.mark.parametrize(
    "other",
    [
        {**LATER, "outlet": "다라신문"},
        {**FIRST, "title": "봄꽃 축제 개막", "body": "군민 삼천 명이 모였다", "url": "https://gana.example/7"},
    ],
    ids=["outlet", "nothing in common"],
)
def test_really_different_articles_under_one_id_stay_two_and_are_told(tmp_path: Path, other: dict[str, Any]) -> None:
    with Corpus.open(tmp_path / "corpus.db") as corpus:
        feed(corpus, tmp_path, "a.jsonl", FIRST)
        report = feed(corpus, tmp_path, "b.jsonl", other)
        assert len(held(corpus)) == 2
        assert report.replaced == 0
        (note,) = report.problems
        assert (note.severity, "b.jsonl" in note.path, "a.jsonl:1" in note.reason) == ("note", True, True)


def test_an_id_that_came_again_with_nothing_in_common_is_told(tmp_path: Path) -> None:
    bare = without(FIRST, "url")
    with Corpus.open(tmp_path / "corpus.db") as corpus:
        feed(corpus, tmp_path, "a.jsonl", bare)
        report = feed(corpus, tmp_path, "b.jsonl", {**bare, "title": "봄꽃 축제 개막", "body": "군민 삼천 명이 모였다"})
        assert held(corpus) == [("1001", "봄꽃 축제 개막")]
        (note,) = report.problems
        assert "nothing in common" in note.reason
        assert "a.jsonl:1" in note.reason


def test_the_address_of_a_section_makes_no_two_articles_one(tmp_path: Path) -> None:
    page = "https://gana.example/photo"
    many = [{"id": f"p{n}", "title": f"[포토] 가을 하늘 {n}", "outlet": "가나일보", "url": page} for n in range(30)]
    few = [{"title": t, "outlet": "가나일보", "url": page} for t in ("봄꽃 축제 개막", "항만 파업 끝났다")]
    for number, records in enumerate((many, few)):
        with Corpus.open(tmp_path / f"{number}.db") as corpus:
            assert feed(corpus, tmp_path, "a.jsonl", *records).replaced == 0
            assert len(held(corpus)) == len(records)


def test_a_file_read_again_by_a_new_reader_is_no_later_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = ({**without(each, "updated"), "published": "2024-08-05"} for each in (FIRST, LATER))
    with Corpus.open(tmp_path / "corpus.db") as corpus:
        feed(corpus, tmp_path, "a.jsonl", one)
        feed(corpus, tmp_path, "b.jsonl", two)
        monkeypatch.setattr("recommender.corpus.ingest.reader_version", lambda: "another")
        feed(corpus, tmp_path, "a.jsonl", one)
        assert held(corpus) == [("1001", LATER["title"])]


@pytest.mark.parametrize("key", ["updated", "수정일시", "dateModified", "last_modified"])
def test_the_date_of_change_has_many_names(tmp_path: Path, key: str) -> None:
    later = {**without(LATER, "updated"), key: "2024-08-06 10:00"}
    with Corpus.open(tmp_path / "corpus.db") as corpus:
        feed(corpus, tmp_path, "a.jsonl", later, FIRST)
        assert held(corpus) == [("1001", LATER["title"])]
        (article,) = corpus.articles()
        assert article.updated == "2024-08-06T10:00"


def test_a_text_that_another_record_of_the_cluster_says_is_compared_in_the_check_too(tmp_path: Path) -> None:
    with Corpus.open(":memory:") as corpus:
        feed(
            corpus, tmp_path, "all.jsonl",
            {"id": "b", "body": "본문 둘", "updated": "2024-09-01"},
            {"body": "본문 둘", "url": "u/1", "updated": "2024-09-02"},
            {"id": "a", "body": "본문 하나", "url": "u/1", "updated": "2024-09-03"},
        )  # fmt: skip
        assert held(corpus) == [("a", None)]


def counts(report: IngestReport) -> tuple[int, int, int, int, int]:
    return (
        report.articles_added, report.articles_changed, report.unchanged, report.merged, report.replaced
    )  # fmt: skip


def test_each_record_is_counted_once(tmp_path: Path) -> None:
    """New, changed, unchanged, a copy, or an earlier version; never two of them."""
    other = {"id": "z", "title": "과메기 축제 개막", "body": "구룡포에서 과메기 축제가 열린다."}
    with Corpus.open(":memory:") as corpus:
        assert counts(feed(corpus, tmp_path, "a.jsonl", FIRST, LATER)) == (1, 0, 0, 0, 1)
        assert counts(feed(corpus, tmp_path, "a.jsonl", FIRST, LATER)) == (0, 0, 2, 0, 0)
        assert counts(feed(corpus, tmp_path, "a.jsonl", FIRST, LATER, other)) == (1, 0, 2, 0, 0)
        assert counts(feed(corpus, tmp_path, "b.jsonl", other)) == (0, 0, 0, 1, 0)
    with Corpus.open(":memory:") as corpus:
        assert counts(feed(corpus, tmp_path, "c.jsonl", LATER)) == (1, 0, 0, 0, 0)
        assert counts(feed(corpus, tmp_path, "d.jsonl", FIRST)) == (0, 0, 0, 0, 1), "it came late, and changes nothing"


def test_a_field_that_is_not_sent_stays_as_it_was() -> None:
    with Corpus.open(":memory:") as corpus:
        corpus.add([{**FIRST, "related": ["앞선 기사"]}])
        corpus.add([{"id": "1001", "title": "시청 공무원 뇌물 의혹"}])
        corpus.add([{"id": "1001", "title": "시청 공무원 뇌물 의혹", "section": "사회"}])
        corpus.add([{"id": "1001", "title": "시청 공무원 뇌물 의혹", "url": FIRST["url"]}])
        (article,) = (article for article in corpus.articles() if not article.headline_only)
        assert (article.title, article.body) == ("시청 공무원 뇌물 의혹", FIRST["body"])
        assert (article.outlet, article.published, article.section) == (FIRST["outlet"], FIRST["published"], "사회")
        assert [entry.headline for entry in corpus.listed("1001")] == ["앞선 기사"]
        corpus.add([{"id": "1001", "body": "시청 공무원이 업체에서 받은 돈을 돌려주었다."}])
        (article,) = (article for article in corpus.articles() if not article.headline_only)
        assert (article.title, article.body[-6:]) == ("시청 공무원 뇌물 의혹", "돌려주었다.")
        assert [fault for _, fault in corpus.faults()] == [""] * 5


def test_an_id_that_is_used_again_takes_no_text_from_the_article_before() -> None:
    with Corpus.open(":memory:") as corpus:
        corpus.add([without(FIRST, "url")])
        corpus.add([{"id": "1001", "title": "봄꽃 축제 개막"}])
        (article,) = corpus.articles()
        assert (article.title, article.body) == ("봄꽃 축제 개막", "")


def test_a_correction_that_is_taken_back_by_sending_the_first_text_again_is_taken_back() -> None:
    one, two = ({**without(each, "updated"), "published": "2024-08-05"} for each in (FIRST, LATER))
    with Corpus.open(":memory:") as corpus:
        for record in (one, two, one, one):
            report = corpus.add([record])
            assert held(corpus) == [("1001", record["title"])]
            assert report.articles_added + report.articles_changed + report.unchanged == 1
        assert (report.articles_changed, report.unchanged) == (0, 1)
        corpus.add([LATER])
        corpus.add([FIRST])
        assert held(corpus) == [("1001", LATER["title"])], "dates decide where they can"
