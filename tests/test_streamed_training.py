"""What a training keeps in files, as numbers or in blocks: the same as of all at once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from worlds import small_model

from recommender import Corpus
from recommender.arrays import row_file
from recommender.arrays.kernels import best_columns, unit_rows
from recommender.arrays.row_file import RowFile, stored
from recommender.arrays.row_mapping import Columns
from recommender.embeddings import svd
from recommender.errors import RecommenderError
from recommender.ranking.duplicates import Kinds, may_be_copies
from recommender.text.term_lists import TermLists
from recommender.topics import grouping
from recommender.training import article_texts
from recommender.training.article_texts import ArticleTexts
from recommender.training.find_duplicates import find_duplicates
from recommender.training.source import Source

lists_of_terms = st.lists(st.lists(st.sampled_from("가나다라마바"), max_size=6), max_size=12)


@given(lists_of_terms, st.integers(0, 12), st.integers(0, 12))
def test_numbered_lists_are_the_lists(given_lists: list[list[str]], first: int, last: int) -> None:
    held = TermLists.of(given_lists)
    first, last = sorted((min(first, len(held)), min(last, len(held))))
    assert held == given_lists
    assert held[:] == given_lists
    assert held.part(first, last) == given_lists[first:last]
    assert held.filtered("가나다".__contains__) == [[t for t in terms if t in "가나다"] for terms in given_lists]
    assert held.distinct("가나다".__contains__) == [
        list(dict.fromkeys(t for t in terms if t in "가나다")) for terms in given_lists
    ]
    assert held.first(2) == [terms[:2] for terms in given_lists]
    assert set(held.used()) == {term for terms in given_lists for term in terms}
    assert held.emptied() == [[] for _ in given_lists]
    order = np.arange(len(held))[::-1].copy()
    assert held.at(order) == given_lists[::-1]
    assert held.beside(held.at(order)) == [a + b for a, b in zip(given_lists, given_lists[::-1], strict=True)]


def test_rows_in_a_file_are_those_that_were_written() -> None:
    rows = np.random.default_rng(3).standard_normal((20_000, 3)).astype(np.float32)
    file = RowFile(3)
    for part in np.array_split(rows, 7):
        file.append(part)
    assert file.shape == rows.shape
    assert np.array_equal(file[:], rows)
    assert np.array_equal(file[9_000:9_010], rows[9_000:9_010])
    assert not len(file[30_000:40_000])
    places = np.random.default_rng(4).integers(0, len(rows), 500)
    assert np.array_equal(file[places], rows[places])
    assert not len(file[places[:0]])


def test_few_rows_are_held_and_many_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = np.arange(60, dtype=np.float32).reshape(5, 4, 3)
    held = stored(iter(parts), 20)
    monkeypatch.setattr(row_file, "HELD", 4 * 59)
    kept = stored(iter(parts), 20)
    assert isinstance(held, np.ndarray)
    assert isinstance(kept, RowFile)
    assert np.array_equal(held, kept[:])


def test_what_articles_say_is_read_again_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(article_texts, "PARTITION", 3)
    monkeypatch.setattr(article_texts, "HELD", 10)
    with Corpus.open(tmp_path / "corpus.db") as corpus:
        corpus.add([{"id": str(n), "title": f"{n}번째 소식 \ud83d\ude00", "body": "본문 " * n} for n in range(8)])
        articles = list(corpus.articles())
        source = Source.read(corpus)
    told = ArticleTexts()
    for article in articles:
        told.append(article)
    wanted = [(a.title, a.stand_in, a.body) for a in articles]
    assert [*map(tuple, told)] == [*map(tuple, told)] == [*map(tuple, source.texts)] == wanted
    assert [len(part) for part in told.parts()] == [3, 3, 2]
    assert [source.catalogue.article(row).title for row in range(8)] == [a.title for a in articles]
    assert list(source.catalogue.ids) == [a.id for a in articles]


@pytest.mark.parametrize("shape", [(300, 80), (300, 400)])
def test_the_svd_in_blocks_is_that_of_all_at_once(shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """On a matrix that has few directions, as one of texts has: the range that is drawn is then the same."""
    random = np.random.default_rng(5)
    low = random.standard_normal((shape[0], 6)) * [9, 7, 5, 4, 3, 2] @ random.standard_normal((6, shape[1]))
    matrix = sparse.csr_matrix(np.where(random.random(shape) < 0.3, low, 0))
    wanted = np.linalg.svd(matrix.toarray(), full_matrices=False)
    monkeypatch.setattr(svd, "_MANY", 100)
    monkeypatch.setattr(svd, "_BLOCK", 64)
    found = svd.truncated_svd(matrix, 3, 7)
    assert found.values == pytest.approx(wanted[1][:3], rel=1e-3)
    assert np.abs(found.axes @ wanted[2][:3].T) == pytest.approx(np.eye(3), abs=0.02)


@pytest.mark.parametrize("seed", range(6))
def test_near_copies_are_those_of_a_slow_search(seed: int) -> None:
    random = np.random.default_rng(seed)
    words = np.array([f"w{n}" for n in range(60)])
    texts = [sorted(set(random.choice(words, 7).tolist())) for _ in range(40)]
    texts += [sorted({*texts[at][:-1], "new"}) for at in random.integers(0, 40, 30)]
    keys = ["".join(text) for text in texts]
    table = unit_rows(np.array([[float(word in text) for word in [*words, "new"]] for text in texts]))
    order = random.permutation(len(texts))
    assert find_duplicates(keys, sparse.csr_matrix(table), order, 0.8).tolist() == slow_copies(keys, table, order)


def slow_copies(keys: list[str], table: np.ndarray, order: np.ndarray) -> list[int]:
    """Each with all that come before it and share one of its four rarest terms, or one of theirs."""
    spread = Counter(int(term) for term in np.nonzero(table)[1])
    of: dict[int, int] = {}
    rank = {row: at for at, row in enumerate(order.tolist())}
    probes, first = {}, {}
    for row in order.tolist():
        shared = [term for term in np.flatnonzero(table[row]).tolist() if spread[term] > 1]
        probes[row] = set(sorted(shared, key=lambda term: (spread[term], term))[:4])
        of[row] = first.setdefault(keys[row], row)
    for row in (row for row in order.tolist() if of[row] == row):
        near = [
            (-round(float(table[row] @ table[other]), 6), rank[other], other)
            for other in order[: rank[row]].tolist()
            if first[keys[other]] == other and probes[row] & probes[other] and table[row] @ table[other] >= 0.8 - 1e-6
        ]
        near = [each for each in near if may_be_copies(keys[row], keys[each[2]])]
        of[row] = next((other for _, _, other in sorted(near) if of[other] == other), row)
    return [of[of[row]] for row in range(len(keys))]


@pytest.mark.parametrize("seed", range(8))
def test_a_grown_table_is_that_of_all_rows(seed: int) -> None:
    """Rows go, others come between those that stay."""
    random = np.random.default_rng(seed)
    old, fresh = ((random.random((rows, 5)) < 0.4) * random.integers(1, 9, (rows, 5)) for rows in (7, 4))
    kept = random.choice(7, random.integers(0, 8), replace=False)
    kept = np.sort(kept) if seed % 2 else kept
    source = np.insert(kept, random.integers(0, len(kept) + 1, 4), 7 + random.permutation(4))
    row, column = np.nonzero(fresh)
    columns = table_of(old)
    grown = columns.grown(7, source, (column, row, fresh[row, column]))
    assert all(map(np.array_equal, grown, table_of(np.concatenate([old, fresh])[source])))
    assert columns.row.dtype == grown.row.dtype


def table_of(dense: np.ndarray) -> Columns:
    held = sparse.csc_array(dense)
    return Columns(held.indptr.astype(np.int64), held.indices.astype(np.int32), held.data)


def test_what_is_so_like_a_headline_is_found_by_its_rarer_terms() -> None:
    space = small_model().tfidf
    for row in range(len(space)):
        vector = space.article(row)
        every = space.against(vector)
        assert space.cosines(vector, np.arange(len(space))) == pytest.approx(every, abs=1e-6)
        for least in (0.1, 0.3, 0.6):
            assert set(space.at_least(vector, least).tolist()) == set(np.flatnonzero(every >= least).tolist())


def test_the_highest_of_each_row() -> None:
    values = np.array([[3, 1, 3, 2], [0, -1, 5, 4]], dtype=np.float32)
    assert best_columns(values.copy(), 3).tolist() == [[0, 2, 3], [2, 3, 0]]


def test_kinds_of_near_copies() -> None:
    kinds = Kinds.of_all(np.array([0, 1, 0, 3, 1, 0], dtype=np.int32))
    assert [kinds.of(row) for row in range(6)] == [[0, 2, 5], [1, 4], [0, 2, 5], [3], [1, 4], [0, 2, 5]]


def test_many_topics_are_named_by_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    lots = np.arange(10, dtype=np.uint32)[::-1].copy()
    copies = np.array([0, 0, 2, 3, 4, 5, 6, 7, 8, 8], dtype=np.int32)
    assert grouping._naming_rows(copies, lots).tolist() == list(range(10))
    monkeypatch.setattr(grouping, "_TELLING", 3)
    assert grouping._naming_rows(copies, lots).tolist() == [6, 7, 8], "of originals those with the lowest lots"


def test_no_room_for_temporary_files_is_said_with_the_mend() -> None:
    rows = RowFile(3)
    with Path("/dev/full").open("wb", buffering=0) as full:
        rows._file = full
        with pytest.raises(RecommenderError, match="No space left on device") as told:
            rows.append(np.ones((4, 3), dtype=np.float32))
    assert "TMPDIR" in told.value.hint
