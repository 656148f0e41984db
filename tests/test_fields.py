"""The index of titles and bodies: against a slow one of dictionaries, and newcomers against an index made anew."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import RECORDS, fitted, small_model

from recommender.arrays.strings import StringTable
from recommender.index import FieldIndex, QueryVector
from recommender.index.build import average_lengths, entries_of, field_index, grown
from recommender.index.fields import HAS_BODY, HAS_TITLE, IN_TITLE, STEPS, B, K, saturation
from recommender.text.article_terms import Texts, read_terms
from recommender.text.term_weights import weight
from recommender.text.terms import MARK

WORDS, BIGRAMS = ["가", "나", "다", "라", "마"], [f"{MARK}가", f"{MARK}가나", f"{MARK}_나"]
KNOWN = sorted([*WORDS, *BIGRAMS])
TABLE = StringTable.of(KNOWN)
IDF = np.array([1.0 + 0.37 * at for at in range(len(KNOWN))], dtype=np.float32)
IS_WORD = np.array([not term.startswith(MARK) for term in KNOWN])
CLOSE: Any = {"abs": 2e-6}

few = st.lists(st.sampled_from([*KNOWN, "모름", f"{MARK}모"]), max_size=7)
words = st.lists(st.sampled_from([*WORDS, "모름"]), max_size=12)
marks = st.lists(st.sampled_from([*BIGRAMS, f"{MARK}모"]), max_size=8)


@dataclass
class Told:
    """An article as its terms: what its title holds, its body by words and by bigrams, how much of these leads."""

    title: list[str]
    body: list[str]
    marks: list[str]
    lead: tuple[int, int]
    titled: bool
    tags: list[str]


@st.composite
def told(draw: st.DrawFn) -> Told:
    body, bigrams = draw(words), draw(marks)
    lead = (draw(st.integers(0, len(body))), draw(st.integers(0, len(bigrams))))
    titled = draw(st.booleans()) or not (body or bigrams)
    tags = draw(st.lists(st.sampled_from(["모름", *WORDS]), max_size=1)) if titled else []
    return Told(draw(few), body, bigrams, lead, titled, tags)


def texts_of(articles: list[Told]) -> Texts:
    return Texts(
        titles=[a.title for a in articles], bodies=[a.body for a in articles], shown=[""] * len(articles),
        marks=[a.marks for a in articles], leads=[a.lead for a in articles], titled=[a.titled for a in articles],
        tags=[a.tags for a in articles],
    )  # fmt: skip


def index_of(articles: list[Told], average: Any = None) -> FieldIndex:
    texts = texts_of(articles)
    average = average_lengths(texts) if average is None else average
    return field_index(entries_of(texts, TABLE.find, average), IDF, IS_WORD, average)


class Slow:
    """The same in dictionaries: per article the terms of its title, and of its body with their saturation."""

    def __init__(self, articles: list[Told], average: Any = None) -> None:
        bodies = [a for a in articles if a.body or a.marks]
        lengths = [sum(len(a.body) for a in bodies), sum(len(a.marks) for a in bodies)]
        self.average = [n / max(len(bodies), 1) for n in lengths] if average is None else list(average)
        self.titles = [{t for t in (*a.title, *a.tags) if t in KNOWN} if a.titled else set() for a in articles]
        self.bodies = [self.saturated(a.body, 0) | self.saturated(a.marks, 1) for a in articles]

    def saturated(self, terms: list[str], side: int) -> dict[str, float]:
        length = len(terms) / self.average[side] if self.average[side] else 1.0
        counts = Counter(term for term in terms if term in KNOWN)
        exact = {term: count / (count + K * (1 - B + B * length)) for term, count in counts.items()}
        return {term: max(1, round(127 * value)) / 127 for term, value in exact.items()}

    def match(
        self, shares: dict[str, float], heights: dict[str, float], at: int, of_words: float, compounds: list[list[str]]
    ) -> dict[str, float]:
        title, body = self.titles[at], self.bodies[at]
        both = {term: max(float(term in title), body.get(term, 0.0)) for term in shares}
        own = [term for term in shares if term in WORDS]
        shared = [term for term in own if both[term]]
        first = {word: n for n, compound in reversed(list(enumerate(compounds))) for word in compound}
        cosines = []
        for side in (WORDS, BIGRAMS):
            asked = [term for term in heights if term in side]
            lengths = [
                math.sqrt(sum(heights[term] ** 2 for term in asked)),
                math.sqrt(sum(idf(term) ** 2 for term in title if term in side)),
            ]
            dot = sum(heights[term] * idf(term) for term in asked if term in title)
            if asked:
                cosines.append(dot / (lengths[0] * lengths[1]) if all(lengths) else 0.0)
        return {
            "title": sum(share for term, share in shares.items() if term in title),
            "body": sum(share * body.get(term, 0.0) for term, share in shares.items()),
            "cosine": sum(cosines) / max(len(cosines), 1),
            "words": sum(shares[t] * both[t] for t in own) / (sum(shares[t] for t in own) or 1.0),
            "mass": min(1.0, sum(idf(term) for term in shared) / 10),
            "shared": len(shared),
            "distinct": len({first.get(term, term) for term in shared}),
            "coverage": sum(shares[term] for term in shared) / (of_words or 1.0),
        }


def idf(term: str) -> float:
    return float(IDF[TABLE.find(term)])


def asked(
    terms: list[str], lead: list[str], share: float, factor: float = 1.0
) -> tuple[dict[str, float], dict[str, float], float]:
    """Heights and shares of a query's terms, in dictionaries; unknown ones weigh as the rarest, times ``factor``. And
    what words are of the whole."""
    counts = Counter(terms)
    heights = {term: (1 + math.log(n)) * idf(term) for term, n in counts.items() if term in KNOWN}
    heights = {term: share * idf(term) for term in lead} | heights
    lost = [factor * float(IDF.max()) * sum(t not in KNOWN and t.startswith(MARK) is side for t in counts)
            for side in (False, True)]  # fmt: skip
    totals = [sum(h for t, h in heights.items() if t.startswith(MARK) is side) + lost[side] for side in (False, True)]
    half = 0.5 if all(totals) else 1.0
    shares = {term: half * height / totals[term.startswith(MARK)] for term, height in heights.items()}
    return heights, shares, half if totals[0] else 0.0


compound = st.lists(st.sampled_from([*WORDS, "모름"]), min_size=2, max_size=3)
asking = st.tuples(few, st.lists(st.sampled_from(KNOWN), unique=True, max_size=4), st.sampled_from([0.3, 1.0]))
corpora = st.lists(told(), max_size=8)


@given(corpora, asking, st.lists(compound, max_size=2))
def test_all_that_is_held_is_what_dictionaries_hold(
    articles: list[Told], query: tuple[list[str], list[str], float], compounds: list[list[str]]
) -> None:
    index, slow = index_of(articles), Slow(articles)
    terms, lead, share = query
    heights, shares, of_words = asked(terms, lead, share)
    vector = index.query(terms, TABLE, [TABLE.find(term) for term in lead], share, compounds=compounds)
    title, body = index.sweep(vector)
    rows = np.arange(len(articles))[::-1]
    found = index.match(vector, rows)
    assert title.dtype == body.dtype == np.float32
    for place, row in enumerate(rows.tolist()):
        wanted = slow.match(shares, heights, row, of_words, compounds)
        assert {name: float(column[place]) for name, column in found._asdict().items()} == pytest.approx(
            wanted, **CLOSE
        )
        assert (title[row], body[row]) == pytest.approx((wanted["title"], wanted["body"]), **CLOSE)
        assert all(-1e-6 <= column[place] <= 1 + 1e-5 for column in found[:5])


@given(corpora)
def test_average_lengths_are_those_of_the_articles_that_have_a_body(articles: list[Told]) -> None:
    assert average_lengths(texts_of(articles)).tolist() == pytest.approx(Slow(articles).average)


@given(corpora)
def test_codes_leads_and_kinds(articles: list[Told]) -> None:
    index, slow = index_of(articles), Slow(articles)
    every = np.arange(len(KNOWN))
    query = QueryVector(
        every,
        np.ones(len(every), np.float32),
        np.ones(len(every), np.float32),
        IDF,
        IS_WORD,
        (1.0, 1.0),
        np.ones(len(every), np.float32),
    )
    codes = index.codes(query, np.arange(len(articles)))
    assert codes.shape == (len(KNOWN), len(articles))
    assert codes.dtype == np.uint8
    for row, article in enumerate(articles):
        for place, term in enumerate(KNOWN):
            code = int(codes[place, row])
            assert bool(code & IN_TITLE) == (term in slow.titles[row])
            assert (code & STEPS) / STEPS == pytest.approx(slow.bodies[row].get(term, 0.0))
        words, bigrams = article.lead
        lead = {term for term in (*article.body[:words], *article.marks[:bigrams]) if term in KNOWN}
        assert sorted(KNOWN[place] for place in index.lead(row).tolist()) == sorted(lead)
        assert bool(index.kind[row] & HAS_TITLE) == article.titled
        assert bool(index.kind[row] & HAS_BODY) == bool(article.body or article.marks)
    assert len(index) == len(articles)
    assert index.has_bodies == any(article.body or article.marks for article in articles)


def same(one: FieldIndex, other: FieldIndex) -> None:
    for field in fields(FieldIndex):
        left, right = getattr(one, field.name), getattr(other, field.name)
        assert left.dtype == right.dtype, field.name
        assert np.array_equal(left, right), field.name


@given(corpora, corpora, st.randoms(use_true_random=False))
def test_newcomers_stand_as_in_an_index_made_anew(old: list[Told], new: list[Told], dice: Any) -> None:
    """Some of the old are gone, the rest and the newcomers in any order; lengths are measured on the old alone."""
    before = index_of(old)
    mapping = [*dice.sample(range(len(old)), dice.randint(0, len(old))), *range(len(old), len(old) + len(new))]
    dice.shuffle(mapping)
    average = average_lengths(texts_of(old))
    fresh = entries_of(texts_of(new), TABLE.find, average)
    after = grown(before, fresh, np.array(mapping, dtype=np.int64), IS_WORD)
    same(after, index_of([[*old, *new][seat] for seat in mapping], average))


def test_bodies_that_come_to_an_archive_of_headlines_are_no_titles() -> None:
    """No mean length was known at the training: a body then counts as one of mean length."""
    headline = Told(["가"], [], [], (0, 0), True, [])
    page = Told(["나"], ["가", "가", "다"], [f"{MARK}가"], (3, 1), True, [])
    before = index_of([headline])
    fresh = entries_of(texts_of([page]), TABLE.find, before.average)
    after = grown(before, fresh, np.array([0, 1]), IS_WORD)
    assert (before.has_bodies, after.has_bodies) == (False, True)
    query = after.query(["가"], TABLE)
    title, body = after.sweep(query)
    assert title.tolist() == after.match(query, np.array([0, 1])).title.tolist() == [1, 0]
    assert body.tolist() == pytest.approx([0, 2 / (2 + K)], abs=0.01)


@given(st.integers(1, 500), st.integers(0, 5000), st.floats(1, 3000))
def test_saturation_is_of_seven_bits_and_never_nothing(count: int, more: int, average: float) -> None:
    once, again, longer = saturation(
        np.array([count, count + 1, count], float), np.array([count + more, count + more, 2 * (count + more)], float),
        average,
    ).tolist()  # fmt: skip
    assert 1 <= once <= again <= STEPS
    assert longer <= once
    exact = count / (count + K * (1 - B + B * (count + more) / average))
    assert once == max(1, round(exact * STEPS)) or abs(once - exact * STEPS) <= 0.5 + 1e-6


def test_one_mention_in_a_body_of_mean_length() -> None:
    assert saturation(np.ones(1), np.full(1, 40.0), 40.0)[0] == round(STEPS / (1 + K))
    assert saturation(np.full(1, 1e9), np.ones(1), 40.0)[0] == STEPS


@given(asking)
def test_the_shares_of_a_query(query: tuple[list[str], list[str], float]) -> None:
    terms, lead, share = query
    index = index_of([])
    vector = index.query(terms, TABLE, [TABLE.find(term) for term in lead], share)
    heights, shares, _ = asked(terms, lead, share)
    assert vector.ids.tolist() == sorted(TABLE.find(term) for term in heights)
    assert [KNOWN[place] in WORDS for place in vector.ids.tolist()] == vector.word.tolist()
    named = [KNOWN[place] for place in vector.ids.tolist()]
    assert dict(zip(named, vector.share.tolist(), strict=True)) == pytest.approx(shares, **CLOSE)
    assert dict(zip(named, vector.height.tolist(), strict=True)) == pytest.approx(heights, **CLOSE)
    assert vector.known == pytest.approx(sum(shares.values()), **CLOSE)
    assert vector.known <= 1 + 1e-6
    if terms and all(term in KNOWN for term in terms):
        assert vector.known == pytest.approx(1)
    sides = [math.hypot(*(heights[t] for t in named if (t in WORDS) is side)) for side in (True, False)]
    assert vector.lengths == pytest.approx(sides, **CLOSE)


def test_a_number_says_little_in_a_headline_and_all_it_can_in_a_body() -> None:
    table = StringTable.of(["3월", "가"])
    idf = np.array([weight("3월"), 1.0], dtype=np.float32)
    index = field_index(entries_of(Texts.none(), table.find, np.zeros(2)), idf, np.ones(2, dtype=bool), np.zeros(2))
    vector = index.query(["3월", "가"], table)
    assert vector.share.tolist() == pytest.approx([0.25 / 1.25, 1 / 1.25])
    assert vector.bare.tolist() == pytest.approx([0.5, 0.5])
    assert index.query(["3월", "나"], table, unknown=[0.25]).bare.tolist() == pytest.approx([0.5])


def test_what_no_article_holds_lowers_the_known_share() -> None:
    index = index_of([])
    assert index.query([], TABLE).known == index.query(["모름"], TABLE).known == 0
    assert index.query(["가"], TABLE).known == 1
    known = [
        index.query(["가", *missing], TABLE).known for missing in ([], ["모름"], ["모름", "모름"], ["모름", "딴말"])
    ]
    assert known[0] > known[1] == known[2] > known[3] > 0
    hardly, fully = (index.query(["가", "모름"], TABLE, unknown=[factor]).known for factor in (0.1, 1.0))
    assert hardly > fully == known[1], "a number that no article holds says less than a word"


def test_of_a_long_query_the_heaviest_terms_count() -> None:
    many = [f"말{at:04}" for at in range(900)]
    table = StringTable.of(many)
    heights = np.random.default_rng(1).permutation(np.linspace(1, 9, 900)).astype(np.float32)
    index = replace(index_of([]), idf=heights, start=np.zeros(901, np.int64))
    vector = index.query(many, table)
    assert 100 <= len(vector.ids) <= 400
    assert vector.ids.tolist() == sorted(vector.ids.tolist())
    assert heights[vector.ids].min() >= np.sort(heights)[-len(vector.ids)]
    assert vector.known <= 1 + 1e-5


def test_an_empty_index_matches_nothing() -> None:
    index = index_of([])
    query = index.query(["가", "나"], TABLE)
    assert [len(part) for part in index.sweep(query)] == [0, 0]
    assert [len(column) for column in index.match(query, np.zeros(0, np.int64))] == [0] * 8
    nothing = index_of([Told([], [], [], (0, 0), True, [])])
    assert nothing.match(query, np.array([0])).title.tolist() == [0]
    assert nothing.match(nothing.query([], TABLE), np.array([0])).cosine.tolist() == [0]


# -- of a trained model


@cache
def model(bodies: bool) -> Any:
    return small_model() if bodies else fitted([{k: v for k, v in row.items() if k != "body"} for row in RECORDS])


@pytest.mark.parametrize("bodies", [True, False], ids=["with bodies", "headlines"])
def test_a_trained_index_holds_the_terms_of_the_articles(bodies: bool) -> None:
    held = model(bodies)
    given_body = {row["id"]: row.get("body", "") if bodies else "" for row in RECORDS}
    articles = [
        replace(held.catalogue.article(row), body=given_body[held.catalogue.ids[row]]) for row in range(len(held))
    ]

    class Limit:
        body_words = held.about["recipe"]["body_words"]

    texts = read_terms(articles, held.analyzer, Limit)  # type: ignore[arg-type]
    terms, index = held.tfidf.terms, held.fields
    assert index.average.tolist() == pytest.approx(average_lengths(texts).tolist())
    entries = entries_of(texts, terms.find, index.average)
    same(index, field_index(entries, index.idf, held.tfidf.words, index.average, index.specificity))
    assert index.has_bodies == bodies
    for row, title in enumerate(texts.titles):
        for term in title:
            place = terms.find(term)
            at = np.flatnonzero(index.article[index.start[place] : index.start[place + 1]] == row)
            assert len(at) == 1
            assert index.code[index.start[place] + at[0]] >= IN_TITLE


@pytest.mark.parametrize("bodies", [True, False], ids=["with bodies", "headlines"])
def test_a_term_weighs_what_it_may_say(bodies: bool) -> None:
    """The idf of the TF-IDF space, times what a number or a stock word may say."""
    held = model(bodies)
    terms = list(held.tfidf.terms)
    scale = [held.about["recipe"]["word_weight"] if term[0] != MARK else 1.0 for term in terms]
    wanted = held.tfidf.idf / scale * [weight(term) for term in terms]
    assert held.fields.idf == pytest.approx(wanted, rel=1e-5)


def test_a_name_of_one_story_tells_more_than_a_word_of_any_field() -> None:
    """What few articles hold and the news at large hardly has; English words were not counted there."""
    titles = ["새롬바이오 정부 허가 얻어", "새롬바이오 신약 첫 환자", "정부 예산안 확정 budget"]
    titles += [f"한울전자 공시 {at}" for at in range(6)]
    held = fitted([{"id": f"t{at}", "title": title} for at, title in enumerate(titles)])
    of = dict(zip(held.tfidf.terms, held.fields.specificity.tolist(), strict=True))
    assert of["정부"] < of["budget"] == of["한울전자"] == 1.0 < of["새롬바이오"]


def test_in_a_model_from_before_a_word_tells_what_it_may_say() -> None:
    """There was no specificity: a number that is shared is no second word."""
    held = fitted([{"id": "a", "title": "새롬바이오 37명 채용"}, {"id": "b", "title": "새롬바이오 37명 퇴사"}])
    before = replace(held.fields, specificity=np.zeros(0, dtype=np.float32))
    asked = before.query(["새롬바이오", "37명"], held.tfidf.terms)
    assert before.match(asked, np.arange(2)).distinct.tolist() == [1.25, 1.25]
