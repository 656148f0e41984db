"""The compiled loops of many lists give what the indexes give for one question."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from worlds import small_model

from recommender.arrays.kernels import highest
from recommender.index.fields import Matches
from recommender.index.surface import BUCKETS
from recommender.jobs.batch import Batch
from recommender.jobs.block_candidates import Pairs, _by_terms
from recommender.jobs.block_lists import _match, _surface
from recommender.jobs.blocks import headlines_of, queries_of, titles_of
from recommender.jobs.compiled_candidates import distinct_pairs, reached_by, without_day_of
from recommender.jobs.compiled_pairs import alike_titles, best_of_copies, highest_of_each
from recommender.ranking.features import TITLE
from recommender.ranking.options import SearchOptions
from recommender.ranking.recommend import Recommender
from recommender.ranking.weights import SPOKEN

VALUES = arrays.arrays(np.float32, st.integers(1, 60), elements=st.floats(-50, 50, width=16))


def every_pair(count: int) -> Pairs:
    of, rows = np.divmod(np.arange(count * count), count)
    return Pairs(of, rows)


@pytest.fixture(scope="module")
def batch() -> Batch:
    return Batch(Recommender(small_model()), SearchOptions().checked())


def test_pairs_match_as_one_question_matches_an_article(batch: Batch) -> None:
    model, rows = batch.model, np.arange(len(batch.model))
    assert model.fields.has_bodies
    matches = _match(batch, queries_of(model, batch.words, titles_of(model, rows.tolist())), every_pair(len(rows)))
    for row in rows.tolist():
        question = model.article_question(row)
        query = model.fields.query(question.terms, model.tfidf.terms, compounds=question.compounds)
        alone = model.fields.match(query, rows)
        for name in Matches._fields:
            among = getattr(matches, name)[row * len(rows) : (row + 1) * len(rows)]
            assert among == pytest.approx(getattr(alone, name), abs=1e-5), (row, name)


def test_pairs_are_spelled_alike_as_one_text_is(batch: Batch) -> None:
    model, rows = batch.model, np.arange(len(batch.model))
    headlines = headlines_of(model, rows.tolist())
    alike = _surface(model, headlines, *every_pair(len(rows))).reshape(len(rows), -1)
    for row, headline in enumerate(headlines):
        assert alike[row] == pytest.approx(model.surface.score(headline, rows), abs=1e-6)
    assert int(model.surface.bigram.max()) < BUCKETS


def test_titles_are_alike_by_their_cosine(batch: Batch) -> None:
    model, count = batch.model, len(batch.model)
    dense = np.zeros((count, len(model.tfidf.terms)))
    for row in range(count):
        entries = slice(int(model.tfidf.rows_start[row]), int(model.tfidf.rows_start[row + 1]))
        dense[row, model.tfidf.rows_term[entries]] = model.tfidf.rows_weight[entries]
    cosines, bounds = dense @ dense.T, np.array([0, 3, 3, count])
    stored = model.tfidf.rows_start, model.tfidf.rows_term, model.tfidf.rows_weight
    later, earlier, cosine = alike_titles(*stored, len(model.tfidf.terms), bounds, np.arange(count), 0.1)
    expected = {(p, q) for p in range(count) for q in range(p) if cosines[p, q] >= 0.1 and (p < 3) == (q < 3)}
    assert set(zip(later.tolist(), earlier.tolist(), strict=True)) == expected
    assert cosine == pytest.approx(cosines[later, earlier], abs=1e-6)


@given(VALUES, st.integers(1, 70), st.integers(0, 60))
def test_the_highest_of_each_stretch(values: np.ndarray, count: int, cut: int) -> None:
    bounds = np.array([0, min(cut, len(values)), len(values)])
    among = highest_of_each(bounds, values, count)
    for begin, end in (bounds[:2], bounds[1:]):
        chosen = begin + highest(values[begin:end], count)
        assert np.flatnonzero(among[begin:end]).tolist() == (chosen - begin).tolist()


@given(VALUES, st.integers(1, 70))
def test_the_highest_reach_a_bound_and_few_others_do(values: np.ndarray, count: int) -> None:
    reached = int((values >= reached_by(values, count)).sum())
    assert reached >= min(count, len(values))
    if len(values) == len(set(values.tolist())):
        kth = np.sort(values)[::-1][min(count, len(values)) - 1]
        assert kth - reached_by(values, count) <= max(np.ptp(values) / 4000, 1e-6) or count >= len(values)


@given(st.floats(0, 200), st.floats(0, 40))
def test_what_is_needed_without_a_day(threshold: float, time: float) -> None:
    weights = small_model().weights
    ours = without_day_of(threshold, time, SPOKEN)
    theirs = type(weights)(weights.table, time, weights.link, weights.holds).without_day(threshold)
    assert ours == pytest.approx(theirs, abs=0.02)


def test_pairs_are_united_once_and_without_what_does_not_fit() -> None:
    of, rows = np.array([1, 0, 1, 0, 1, 1, 0]), np.array([4, 2, 4, 0, 5, 3, 1])
    days = np.array([1.0, 2.0, 9.0, np.nan, 3.0, 4.0])
    fits, group = np.array([True, True, True, True, True, False]), np.array([0, 1, 2, 3, 4, 5], dtype=np.int32)
    asking, own_days = np.array([0, 1]), np.array([5.0, np.nan])

    def pairs(collapse: bool, past_only: bool) -> list[tuple[int, int]]:
        united_of, united_rows = distinct_pairs(of, rows, asking, own_days, days, fits, group, collapse, past_only)
        return list(zip(united_of.tolist(), united_rows.tolist(), strict=True))

    assert pairs(False, False) == [(0, 1), (0, 2), (1, 3), (1, 4)]  # 0 asks itself, 5 is filtered out, 4 came twice
    assert pairs(False, True) == [(0, 1), (1, 3), (1, 4)]  # 2 is of a later day
    group[2] = 0
    assert pairs(True, False) == [(0, 1), (1, 3), (1, 4)]  # a near-copy of what asks


def test_the_first_of_each_group_of_copies() -> None:
    rows, group, bounds = np.array([3, 1, 2, 0, 1, 3]), np.array([0, 1, 1, 3], dtype=np.int32), np.array([0, 4, 6])
    first, sizes = best_of_copies(bounds, rows, group, True, 3)
    assert [each[:size].tolist() for each, size in zip(first, sizes, strict=True)] == [[0, 1, 3], [4, 5]]
    first, sizes = best_of_copies(bounds, rows, group, False, 3)
    assert [each[:size].tolist() for each, size in zip(first, sizes, strict=True)] == [[0, 1, 2], [4, 5]]


@pytest.mark.parametrize("broken", ["article", "start", "bigram starts", "copies", "terms"])
def test_what_points_outside_is_refused_before_compiled_loops_read_it(batch: Batch, broken: str) -> None:
    batch.check()
    model = batch.model
    if broken == "article":
        article = model.fields.article.copy()
        article[len(article) // 2] = len(model)
        damaged = replace(model, fields=replace(model.fields, article=article))
    elif broken == "start":
        start = model.fields.start.copy()
        start[2] = start[-1] + 1
        damaged = replace(model, fields=replace(model.fields, start=start))
    elif broken == "bigram starts":
        damaged = replace(model, surface=replace(model.surface, start=model.surface.start[::-1].copy()))
    elif broken == "copies":
        copies = np.full(len(model), -1, dtype=np.int32)
        damaged = replace(model, catalogue=replace(model.catalogue, duplicate_of=copies))
    else:
        damaged = replace(model, tfidf=replace(model.tfidf, rows_term=model.tfidf.rows_term + len(model.tfidf.terms)))
    with pytest.raises(IndexError, match="outside"):
        Batch(Recommender(damaged), batch.options).check()


def test_days_and_weights_of_a_damaged_model_reach_no_further_than_the_tables(batch: Batch) -> None:
    """Infinite days and weights end in a list or in an error, not outside of an array."""
    model = batch.model
    days, idf = model.catalogue.days.copy(), model.fields.idf.copy()
    days[::3], idf[::5], idf[1::5] = np.inf, np.inf, np.nan
    damaged = replace(model, catalogue=replace(model.catalogue, days=days), fields=replace(model.fields, idf=idf))
    strange, rows = Batch(Recommender(damaged), batch.options), np.arange(len(model))
    with np.errstate(all="ignore"):
        query = queries_of(damaged, strange.words, titles_of(damaged, rows.tolist()))
        pairs = _by_terms(strange, rows, np.asarray(days), query, TITLE)
    assert ((pairs.rows >= 0) & (pairs.rows < len(model))).all()
