"""What a notebook does: records and DataFrames in, vectors of its own, answers as frames and pages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import environment
from worlds import RECORDS, fitted, small_desk, small_model, write_records

from recommender import Corpus, Recommender
from recommender.errors import InputError, MissingExtra, ModelError, QueryError


def _articles(corpus: Corpus) -> dict[str, tuple[str | None, str | None]]:
    return {article.id: (article.title, article.published) for article in corpus.articles()}


def test_records_are_read_as_a_file_of_them(tmp_path: Path) -> None:
    with Corpus.open(tmp_path / "one.db") as one, Corpus.open(tmp_path / "two.db") as two:
        report = one.add(RECORDS)
        two.ingest([write_records(tmp_path / "r.jsonl", RECORDS)])
        assert report.ok
        assert report.articles_added == len(RECORDS)
        assert one.fingerprint() == two.fingerprint()
        assert [fault for _, fault in one.faults()] == [""] * 5
        again = one.add(iter(RECORDS))
        assert (again.articles_added, again.articles_changed, again.unchanged) == (0, 0, len(RECORDS))


def test_a_frame_with_what_is_missing_in_it() -> None:
    frame = pd.DataFrame(
        {
            "기사번호": [1001.0, 1002.0, np.nan, 1004.0],
            "제목": ["양극재 공장 착공", "배터리 특구 연장", "과메기 축제", None],
            "본문": ["영일만산단에 공장을 짓는다.", np.nan, pd.NA, "급속충전기를 늘린다."],
            "일자": [pd.Timestamp("2024-03-04"), pd.Timestamp("2024-03-05 09:30"), pd.NaT, pd.Timestamp("2024-03-07")],
        }
    ).rename(columns={"기사번호": "id"})
    with Corpus.open(":memory:") as corpus:
        report = corpus.add(frame)
        assert report.ok
        found = _articles(corpus)
        assert found["1001"] == ("양극재 공장 착공", "2024-03-04")
        assert found["1002"] == ("배터리 특구 연장", "2024-03-05T09:30:00")
        assert found["1004"] == (None, "2024-03-07")
        assert ("과메기 축제", None) in found.values()
        assert len(corpus) == 4
        assert corpus.get("1002").body == ""  # type: ignore[union-attr]


def test_the_named_index_of_a_frame_is_a_column() -> None:
    frame = pd.DataFrame({"id": ["a", "b"], "title": ["하나 둘", "셋 넷"]}).set_index("id")
    with Corpus.open(":memory:") as corpus:
        corpus.add(frame)
        assert set(_articles(corpus)) == {"a", "b"}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2024, 8, 5), "2024-08-05"),
        (datetime(2024, 8, 5, 11, 16), "2024-08-05T11:16"),
        (datetime(2024, 8, 5, 2, 16, tzinfo=UTC), "2024-08-05T11:16"),
        (np.datetime64("2024-08-05T11:16:00.000000000"), "2024-08-05T11:16"),
        (20240805.0, "2024-08-05"),
        (np.int64(20240805), "2024-08-05"),
        (np.datetime64("NaT"), None),
        (float("nan"), None),
    ],
)
def test_dates_of_many_types(value: object, shown: str | None) -> None:
    with Corpus.open(":memory:") as corpus:
        assert not corpus.add([{"id": "a", "title": "양극재 공장", "published": value}]).problems
        found = corpus.get("a")
        assert found
        assert (found.published or None) and found.published[:16] == shown if shown else found.published is None


def test_names_of_columns_sources_and_notes() -> None:
    frame = pd.DataFrame({"머리": ["양극재 공장"], "조회": [3]})
    with Corpus.open(":memory:") as corpus:
        with pytest.raises(InputError, match=r"No column is a title.*머리, 조회.*columns="):
            corpus.add(frame)
        assert len(corpus) == 0
        report = corpus.add(frame, columns={"title": "머리"}, name="cms")
        assert [p.severity for p in report.problems] == ["note"]
        assert "조회" in report.problems[0].reason
        corpus.add(pd.DataFrame({"머리": ["배터리 특구"]}), columns={"title": "머리"}, name="cms")
        assert [a.title for a in corpus.articles()] == ["배터리 특구"]  # took the place of what it said before
        corpus.add([{"title": "과메기 축제"}])
        assert len(corpus) == 2
        with pytest.raises(InputError, match="names no field"):
            corpus.add(frame, columns={"headline": "머리"})


def test_a_table_of_arrow() -> None:
    arrow = pytest.importorskip("pyarrow")
    with Corpus.open(":memory:") as corpus:
        corpus.add(arrow.table({"id": ["a"], "title": ["양극재 공장"], "published": [date(2024, 8, 5)]}))
        assert _articles(corpus) == {"a": ("양극재 공장", "2024-08-05")}


def test_what_is_no_record_is_refused_and_the_rest_goes_in() -> None:
    with Corpus.open(":memory:") as corpus:
        report = corpus.add([{"title": "양극재 공장"}, "한 줄", {"views": 3}])
        assert [(p.line, p.severity) for p in report.problems] == [(2, "refused"), (3, "refused")]
        assert len(corpus) == 1
        for nothing in ("data.csv", 3):
            with pytest.raises(InputError, match="not a list of records"):
                corpus.add(nothing)
        assert corpus.add({"title": "배터리 특구 연장"}).articles_added == 1


def test_records_remove_and_removed_ones_stay_out(tmp_path: Path) -> None:
    with Corpus.open(tmp_path / "corpus.db") as corpus:
        corpus.add(RECORDS)
        assert corpus.add([{"id": "fish-1", "removed": True}]).removed == 1
        corpus.add([next(row for row in RECORDS if row["id"] == "fish-1")], name="again")
        assert corpus.get("fish-1") is None


def test_pandas_is_not_loaded_to_tell_that_nothing_is_a_frame() -> None:
    script = (
        "import sys\nfrom recommender import Corpus\nc = Corpus.open(':memory:')\n"
        "print(c.add([{'title': 'a b'}]).articles_added, 'pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", env=environment())
    assert done.stdout.split() == ["1", "False"]


HOSTILE = '<script>alert("1")</script> & 양극재'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    small_model().save(tmp_path / "models")
    return tmp_path


def test_the_folder_of_models_and_data_may_be_opened(home: Path) -> None:
    assert [*Recommender.open(home).similar(id="plant-1")] == [*Recommender.open(home / "models").similar(id="plant-1")]
    with pytest.raises(ModelError, match="There is no model at"):
        Recommender.open(home / "data")


def test_a_new_version_edits_decisions_and_removals_are_taken_up(home: Path) -> None:
    desk = Recommender.open(home / "models")
    assert not desk.reload()
    before = [hit.article.id for hit in desk.similar(id="plant-1", k=3, min_score=0)]
    still, lists = desk.snapshot(), desk.export(["plant-1"], k=3, min_score=0)
    blocked = json.dumps(
        {"time": "", "by": "", "action": "block", "article": "plant-1", "other": before[0], "line": 0, "reason": ""}
    )
    (home / "data").mkdir()
    (home / "data" / "related.jsonl").write_text(blocked + "\n", encoding="utf-8")
    assert desk.reload()
    after = [hit.article.id for hit in desk.similar(id="plant-1", k=3, min_score=0)]
    assert before[0] not in after
    for old in (still.similar(id="plant-1", k=3, min_score=0), next(iter(lists))):
        assert [hit.article.id for hit in old] == before  # each as it was when it was taken
    assert not desk.reload()
    small_model().save(home / "models")
    assert desk.reload()
    assert desk.model.version == "v0002"
    (home / "models" / "current").write_text("v0009\n", encoding="utf-8")
    with pytest.raises(ModelError):
        desk.reload()
    assert desk.model.version == "v0002"
    assert desk.similar("양극재 공장")
    assert not Recommender(small_model()).reload()


def test_threads_ask_while_others_reload(home: Path) -> None:
    desk = Recommender.open(home / "models")
    wanted = {name: desk.similar(id=name, k=5, min_score=0).as_json()["results"] for name in ("plant-1", "zone-1")}

    def ask(at: int) -> bool:
        if at % 10 == 0:
            os.utime(home / "models" / desk.model.version / "manifest.json")
            desk.reload()
        name = ("plant-1", "zone-1")[at % 2]
        return bool(desk.similar(id=name, k=5, min_score=0).as_json()["results"] == wanted[name])

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(200)))


def test_answers_topics_predictions_and_lists_as_frames() -> None:
    desk = small_desk()
    answer = desk.similar("양극재 공장", k=3)
    frame = answer.to_frame()
    assert list(frame["id"]) == [hit.article.id for hit in answer]
    assert list(frame["score"]) == [hit.score for hit in answer]
    assert frame.attrs["query"] == answer.query
    nothing = desk.similar("쿼크 반물질 중성미자").to_frame()
    assert (len(nothing), list(nothing.columns)) == (0, list(frame.columns))
    assert nothing.attrs["abstained"]
    topics = desk.topics.to_frame()
    assert list(topics["size"]) == [topic.size for topic in desk.topics]
    predicted = desk.predict(["양극재 공장 준공", "쿼크 반물질 중성미자"]).to_frame()
    assert predicted["topic"].notna().tolist() == [True, False]
    lists = desk.export(k=2)
    rows = lists.to_frame()
    assert len(lists) == len(set(rows["id"])) == len(desk)
    assert len(rows) >= len(desk)
    assert desk.export(["plant-1"], min_score=0).to_frame()["rank"].tolist() == [1, 2, 3, 4, 5]
    with pytest.raises(QueryError, match="There is no article 'nobody'"):
        desk.export(["nobody"])


def test_pages_of_a_notebook_are_escaped() -> None:
    model = fitted([{"id": "a", "title": HOSTILE, "url": "javascript:alert(1)", "outlet": "<b>"},
                    {"id": "b", "title": f"{HOSTILE} 공장", "url": 'https://e.org/"><i>'}])  # fmt: skip
    desk = Recommender(model)
    for shown in (desk.similar(id="a", min_score=0), desk.similar(HOSTILE, min_score=0), desk.export(min_score=0)):
        page = shown._repr_html_()
        assert "양극재" in page
        assert not any(bad in page for bad in ("<script", "<b>", "<i>", 'href="javascript'))
    assert 'href="https://e.org/' in desk.similar(id="a", min_score=0)._repr_html_()
    for shown in (desk, model, small_desk().topics, small_desk().predict(["양극재"]), desk.similar("쿼크")):
        assert shown._repr_html_().startswith("<div><table>")


def test_without_pandas_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtra, match="pip install pandas"):
        small_desk().topics.to_frame()
