"""What a report counts."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from recommender.errors import QueryError
from recommender.ranking.calibration import MOST
from recommender.ranking.recommend import Recommender
from recommender.readers.article import Article
from recommender.reporting import language_of, render, summarise
from recommender.reporting.map_neighbours import _best, room_for, shown_rows
from recommender.topics.topic import Lineage, Outlier
from recommender.versions.quality import Interval, Quality, Reliability

from .synthetic import SUBJECTS, articles, build, judged


def test_counts_add_up() -> None:
    summary = summarise(build(articles(400), copies={17: 9}))
    assert sum(card.size for card in summary.topics) + summary.unplaced == len(summary) == 400
    assert [card.name for card in summary.topics] == list(SUBJECTS)
    assert [(card.id, card.size) for card in summary.curated] == [("harbour", 50), ("space", 0)]
    assert summary.copies == 1
    assert [(group.reason, group.count) for group in summary.outliers] == [(Outlier.BETWEEN, 4)]
    assert sum(summary.everything.counts) + summary.calendar.outside == summary.calendar.dated
    assert len(summary.map) == 399, "the near-copy stands behind its original"


def test_headlines_of_a_topic_differ_and_belong_to_it() -> None:
    summary = summarise(build(articles(400), copies={17: 9, 25: 9}))
    for place, card in enumerate(summary.topics):
        assert 1 <= len(card.headlines) <= 3
        assert {summary.articles[row].topic for row in card.headlines} == {place}
        assert len({summary.articles[row].duplicate_of for row in card.headlines}) == len(card.headlines)


def test_nearest_are_of_the_same_planted_topic() -> None:
    summary = summarise(build(articles(400)), neighbours=4)
    topic = np.array([summary.articles[row].topic for row in summary.map.rows])
    near, scores = summary.map.near, summary.map.scores
    assert near.shape == scores.shape == (400, 4)
    assert (near != np.arange(400)[:, None]).all(), "an article is not its own neighbour"
    assert (np.diff(scores, axis=1) <= 0).all()
    known = (near >= 0) & (topic[near] >= 0) & (topic[:, None] >= 0)
    assert (topic[near] == topic[:, None])[known].mean() > 0.95


def test_nearest_agree_with_the_recommender_on_the_score() -> None:
    """The same order, and the same distances: the few that the map compares have a background of their own, no more."""
    model = build(articles(60), links=[(3, 44)])
    # as in a large archive: in a small one the slope depends on the background too
    model = replace(model, calibration=replace(model.calibration, small=np.zeros((5, 3))))
    summary = summarise(model, neighbours=20)
    desk = Recommender(model)
    assert 44 in summary.map.near[3].tolist(), "a related link makes a candidate"
    compared = 0
    for at, row in enumerate(summary.map.rows.tolist()):
        found = [
            (int(o), float(s)) for o, s in zip(summary.map.near[at], summary.map.scores[at], strict=True) if o >= 0
        ]
        hits = desk.similar(id=model.catalogue.ids[row], k=60, min_score=0, collapse=False)
        scores = {model.catalogue.row(hit.article.id): hit.score for hit in hits}
        assert all(0 < score <= MOST for _, score in found)
        assert [s for _, s in found] == sorted((s for _, s in found), reverse=True)
        both = [(score, scores[other]) for other, score in found if other in scores]
        assert [s for _, s in both] == sorted((s for _, s in both), reverse=True)
        apart = [_logit(one) - _logit(other) for one, other in both]
        assert max(apart, default=0) - min(apart, default=0) < 0.02
        compared += len(both)
    assert compared > 100


def _logit(score: float) -> float:
    return math.log(score / (MOST - score))


def test_links_lead_from_topic_to_topic() -> None:
    links = [(0, 8), (0, 1), (8, 1), (16, 2)]
    card = summarise(build(articles(100), links=links)).topics[0]
    assert (card.links, card.inside) == (4, 0.25)
    assert [(lead.index, lead.count, lead.share) for lead in card.leads] == [(1, 2, 0.5), (2, 1, 0.25)]


@pytest.mark.parametrize(("days", "unit"), [(10, "day"), (100, "week"), (900, "month"), (9_000, "year")])
def test_the_span_chooses_the_period(days: int, unit: str) -> None:
    given = articles(40)
    ends = {1: "2001-01-01", 2: str(np.datetime64("2001-01-01") + days)}
    given = [replace(a, published=ends.get(i)) for i, a in enumerate(given)]
    calendar = summarise(build(given)).calendar
    assert calendar.unit == unit
    assert calendar.dated == 2


def test_a_stray_date_does_not_stretch_the_calendar() -> None:
    given = articles(1_000)
    given[5] = replace(given[5], published="1970-01-01")
    calendar = summarise(build(given)).calendar
    assert (calendar.unit, calendar.outside, calendar.first) == ("week", 1, "1970-01-01")


def test_growth_is_told_in_shares() -> None:
    given = [replace(a, published=f"2025-0{1 + (i // 100)}-15") for i, a in enumerate(articles(800))]
    given = [replace(a, published="2025-08-20") if i % 8 == 3 else a for i, a in enumerate(given)]
    summary = summarise(build(given))
    assert max(summary.topics, key=lambda card: card.trend.change).name == SUBJECTS[3]
    assert sum(card.trend.recent or 0 for card in summary.topics) <= 1


def test_stories_join_outlets_within_days() -> None:
    title = "갯벌 생태관 내달 문 연다… 첫해 관람료 절반"
    told = ["2025-03-01", "2025-03-02", "2025-03-03", "2025-05-20"]
    given = articles(50) + [
        Article(f"b{i}", f"{title} {'종합' * (i % 2)}", outlet=f"매체{i}", published=day) for i, day in enumerate(told)
    ]
    model = build(given)
    rows = model.dense.rows.copy()
    rows[50:] = rows[50]
    stories = summarise(replace(model, dense=replace(model.dense, rows=rows))).stories
    assert (stories[0].rows, stories[0].outlets) == ((50, 51, 52), 3)
    assert (stories[0].first, stories[0].last) == ("2025-03-01", "2025-03-03")


@pytest.mark.parametrize("outlet", [None, "동해신문"])
def test_where_two_outlets_are_not_known_nothing_is_said_of_stories(outlet: str | None) -> None:
    given = [replace(article, outlet=outlet) for article in articles(60)]
    summary = summarise(build([*given, *(replace(article, id=f"c{article.id}") for article in given[:5])]))
    assert (summary.stories, summary.stories_found, summary.compares_outlets) == ((), 0, False)
    for lang, head in (("ko", "여러 언론사가 다룬 사건"), ("en", "Stories told by several outlets")):
        assert not any(head in str(render(summary, form, lang)) for form in ("html", "md"))
    assert "Stories told by several outlets" in str(render(summarise(build(articles(60))), "md", "en"))


def test_what_changed_names_topics_of_both_versions() -> None:
    before = build(articles(90), version="v0001")
    lineage = (Lineage("split", ("t1",), ("t0", "t2")), Lineage("retired", ("t9",), ()))
    since = summarise(build(articles(100)[5:], lineage=lineage), previous=before).since
    assert (since.version, since.added, since.gone) == ("v0001", 10, 5)
    assert since.changes[0].before == (SUBJECTS[1],)
    assert since.changes[1].before == ("t9",), "a name that is not known stays an id"


def test_scores_are_flattened_and_only_numbers() -> None:
    given = Quality(3, {"mrr": Interval(0.5, 0.25, float("nan"))}, Reliability(brier=0.2))
    assert summarise(build(articles(20)), measured=given).provenance.scores == (
        ("questions", 3.0), ("mrr.value", 0.5), ("mrr.low", 0.25), ("reliability.brier", 0.2)
    )  # fmt: skip


def test_the_scores_of_the_manifest_are_told_with_the_version_they_are_of() -> None:
    model = build(articles(20))
    stood = replace(judged(), questions=3, measures={"mrr": Interval(0.5, 0.25, 1.0)}).as_json()
    trained = summarise(replace(model, about={**model.about, "scores": stood})).quality
    assert trained is not None
    assert (trained.questions, trained.measures, trained.version) == (3, {"mrr": Interval(0.5, 0.25, 1.0)}, None)
    assert [b.pairs for b in trained.reliability.bins] == [1_040, 31]
    since = {"updated_from": {"version": "v0003"}, "drift": {"trained": "v0001"}}
    updated = summarise(replace(model, about={**model.about, "scores": stood, **since})).quality
    assert updated is not None
    assert updated.version == "v0001"
    assert summarise(replace(model, about={**model.about, "scores": stood, **since}), measured=judged()).quality == (
        summarise(model, measured=judged()).quality
    ), "what is measured now is of now"


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_every_small_size(count: int) -> None:
    summary = summarise(build(articles(count)))
    assert len(summary) == len(summary.map) == count


def test_the_language_is_that_of_the_headlines() -> None:
    english = [Article(f"e{i}", f"Harbour dredging plan {i} approved") for i in range(5)]
    untitled = [Article("u0")]
    assert [language_of(build(given)) for given in (articles(9), english, untitled, [])] == [
        "ko",
        "en",
        "ko",
        "ko",
    ]


def test_only_web_addresses_become_links() -> None:
    urls = ["https://x.example/1", "javascript:alert(1)", "/news/1", "HTTP://x.example", None]
    given = [Article(f"a{i}", f"머리글 {i}", url=url) for i, url in enumerate(urls)]
    found = [row.url for row in summarise(build(given)).articles]
    assert found == ["https://x.example/1", None, None, "HTTP://x.example", None]


def test_a_sample_keeps_what_the_cards_show_and_is_the_same_again() -> None:
    given = [replace(a, title=a.title + " 해설" * 60) for a in articles(9_000)]
    rows = summarise(build(given), neighbours=0).articles
    first = [5, 4_444, 8_999]
    shown = shown_rows(rows, first)
    assert 1_000 < len(shown) < 9_000
    assert set(first) <= set(shown.tolist())
    assert (shown == shown_rows(rows, first)).all()
    assert abs(np.median(shown) - 4_500) < 200, "even over the corpus"


def test_room_grows_with_the_corpus_up_to_a_limit() -> None:
    assert room_for(10) == room_for(5_000) < room_for(20_000) < room_for(100_000) == room_for(10**6)


def test_a_wrong_number_of_neighbours_is_refused() -> None:
    with pytest.raises(QueryError, match="21"):
        summarise(build(articles(3)), neighbours=21)


@pytest.mark.parametrize("columns", [13, 40, 3_000])
def test_the_best_of_each_row_are_found_exactly(columns: int) -> None:
    cosine = np.random.default_rng(1).normal(size=(20, columns)).astype(np.float32)
    for row, found in zip(cosine, _best(cosine, 12), strict=True):
        assert set(found.tolist()) == set(np.argsort(-row)[:12].tolist())
