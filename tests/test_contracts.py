"""The contracts of the seams: each test runs on every implementation, against a truth that is planted here."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from clusters import local_cluster
from encoders import MAKERS
from partitions import kill_at_two, process, refuse_three, square, threads, write_square
from worlds import small_model

from recommender.arrays.kernels import unit_rows
from recommender.arrays.stored import Arrays, Component, Files
from recommender.arrays.strings import StringArray, StringTable
from recommender.embeddings.cross_lingual import CrossLingual
from recommender.embeddings.dense import DenseSpace
from recommender.embeddings.encoder import Encoder, TermVectors
from recommender.embeddings.external import named_encoder
from recommender.embeddings.fused import BaseMeaning, FusedEncoder, base_digest
from recommender.errors import QueryError, WorkerError
from recommender.executors.dask import Dask
from recommender.executors.executor import Executor, Serial, ranges
from recommender.executors.processes import Processes
from recommender.index import ExactIndex, Index
from recommender.index.build import average_lengths, entries_of, field_index
from recommender.index.cells import CellIndex, Cells, nearest_cell
from recommender.index.fields import FieldIndex
from recommender.index.links import Links
from recommender.index.milvus import MilvusDense, MilvusFields, Server
from recommender.index.milvus_published import create, fill, terms_by_article
from recommender.index.pruning import Pruning
from recommender.index.rare_terms import RareTerms
from recommender.ranking.model import COMPONENTS
from recommender.text.article_terms import Texts
from recommender.topics.clusterer import Clusterer, WardModularity
from recommender.topics.topic import CuratedTopic, Lineage, Topic, TopicModel
from recommender.topics.umap_hdbscan import UmapHdbscan
from recommender.versions.artifact import publish, read_manifest


def normal(*shape: int, seed: int = 11) -> Any:
    return np.random.default_rng(seed).standard_normal(shape)


# Index: search and score.

COUNT = 60
NEAREST = [17, 3, 41, 8]  # rows, by how much they have of QUERY; of all others 5 have nothing, the rest a little
ALIKE = [20, 22, 23]  # rows that are the same
NOTHING = [0, 25, 50, 58, 59]
EVERY = np.ones(COUNT, dtype=bool)
LATER = ("stamps", "centres", "specificity", "pairs_start")  # arrays that not every model has


@dataclass(frozen=True)
class Planted:
    """An index of ``COUNT`` articles, a query, and one of which nothing is known."""

    index: Index[Any]
    query: Any
    empty: Any


def parts() -> list[float]:
    """How much of the query each article has, in tenths: 9, 8, 7, 6 the nearest, 0 some, the others 1 to 4."""
    held = [1 + row % 4 for row in range(COUNT)]
    for row in ALIKE:
        held[row] = 5
    for row in NOTHING:
        held[row] = 0
    for place, row in enumerate(NEAREST):
        held[row] = 9 - place
    return [part / 10 for part in held]


def by_fields(bodies: bool) -> Planted:
    """Terms q0 to q9 ask; an article holds the first few of them, in its title or (every third) its body."""
    asked, other = [f"q{at}" for at in range(10)], [f"w{at}" for at in range(5)]
    table = StringTable.of(sorted([*asked, *other]))
    held = [[*asked[: round(part * 10)], other[row % 5]] for row, part in enumerate(parts())]
    deep = [bodies and row % 3 == 0 and row not in NEAREST for row in range(COUNT)]
    texts = Texts(
        titles=[["w0"] if below else found for found, below in zip(held, deep, strict=True)],
        bodies=[found if below else [] for found, below in zip(held, deep, strict=True)],
        shown=[""] * COUNT, marks=[[]] * COUNT, leads=[(0, 0)] * COUNT, titled=[True] * COUNT, tags=[[]] * COUNT,
    )  # fmt: skip
    average, idf = average_lengths(texts), np.ones(len(table), dtype=np.float32)
    index = field_index(entries_of(texts, table.find, average), idf, idf > 0, average)
    return Planted(index, index.query(asked, table), index.query(["unknown"], table))


def by_vectors() -> Planted:
    """Each article is turned from the query until so much of it is left, those that have nothing to its back."""
    query = unit_rows(normal(24, seed=12))
    across = normal(COUNT, 24)
    across[ALIKE] = across[ALIKE[0]]
    across = unit_rows(across - np.outer(across @ query, query))
    cosine = np.array([part or -0.5 for part in parts()])[:, None]
    return Planted(ExactIndex(unit_rows(cosine * query + np.sqrt(1 - cosine**2) * across)), query, np.zeros_like(query))


def by_rare_terms(bodies: bool) -> Planted:
    planted = by_fields(bodies)
    return replace(planted, index=RareTerms.even(planted.index, 1_000))


def by_cells() -> Planted:
    planted = by_vectors()
    vectors = planted.index.vectors
    return replace(
        planted, index=CellIndex(vectors, Cells.of(vectors[:2], nearest_cell(vectors, vectors[:2]), vectors), 1)
    )


INDEXES = {
    "titles": lambda: by_fields(False), "titles and bodies": lambda: by_fields(True), "exact": by_vectors,
    "rare terms of titles": lambda: by_rare_terms(False), "rare terms": lambda: by_rare_terms(True), "cells": by_cells,
}  # fmt: skip


MILVUS = ["milvus titles", "milvus titles and bodies", "milvus dense"]


@pytest.fixture(scope="module")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The embedded form, or the server of which MILVUS_URI tells."""
    pytest.importorskip("pymilvus", reason="needs the extra milvus")
    uri = os.environ.get("MILVUS_URI") or str(tmp_path_factory.mktemp("milvus") / "contract.db")
    server = Server.of(uri)
    yield server
    server.close()


def on_server(server: Server, name: str) -> Planted:
    """The planted articles of an index in memory, put on a server."""
    plain = INDEXES[{"milvus dense": "exact"}.get(name, name.removeprefix("milvus "))]()
    ids = StringTable.of(f"a{row:03}" for row in range(COUNT))
    rows = plain.index.vectors if isinstance(plain.index, ExactIndex) else unit_rows(normal(COUNT, 4))
    terms = terms_by_article(plain.index) if isinstance(plain.index, FieldIndex) else ({0: 1.0} for _ in range(COUNT))
    if name != "milvus dense" and not server.has_sparse():
        pytest.skip("this server has no sparse vectors")
    collection = create(server, f"contract_{name.replace(' ', '_')}", rows.shape[1], 8)
    given = (
        {"id": key, "day": 1.0, "outlet": "", "section": "", "topics": [], "dense": row.tolist(), "terms": term}
        for key, row, term in zip(ids, rows, terms, strict=True)
    )
    assert fill(collection, given) == COUNT
    kind = MilvusDense if name == "milvus dense" else MilvusFields
    return Planted(kind(collection, ids), plain.query, plain.empty)


@pytest.fixture(scope="module", params=[*INDEXES, *MILVUS])
def planted(request: pytest.FixtureRequest) -> Planted:
    if request.param in MILVUS:
        return on_server(request.getfixturevalue("milvus"), request.param)
    return INDEXES[request.param]()


class TestIndex:
    def test_the_nearest_are_found_best_first(self, planted: Planted) -> None:
        found = planted.index.search(planted.query, len(NEAREST), EVERY)
        assert found.dtype == np.int64
        assert found.tolist() == NEAREST

    @pytest.mark.parametrize("k", [0, 1, 3, COUNT, COUNT + 9])
    def test_no_more_than_k_and_never_what_has_nothing(self, planted: Planted, k: int) -> None:
        found = planted.index.search(planted.query, k, EVERY)
        assert found.shape == (min(k, COUNT - len(NOTHING)),)
        assert len({*found.tolist()} - {*NOTHING}) == len(found), "no row twice, and none that has nothing"
        every = planted.index.search(planted.query, COUNT, EVERY)
        assert np.array_equal(found, every[:k]), "a longer list begins as the shorter one"

    def test_only_allowed_rows(self, planted: Planted) -> None:
        allowed = EVERY.copy()
        allowed[NEAREST[::2]] = False
        every = planted.index.search(planted.query, COUNT, EVERY)
        found = planted.index.search(planted.query, COUNT, allowed)
        assert np.array_equal(found, every[allowed[every]])
        assert planted.index.search(planted.query, 5, ~EVERY).tolist() == []

    def test_equal_ones_in_order_of_row(self, planted: Planted) -> None:
        alike = np.isin(np.arange(COUNT), ALIKE)
        assert len({*planted.index.score(planted.query, np.array(ALIKE)).tolist()}) == 1
        for k in (1, 2, 3):
            assert planted.index.search(planted.query, k, alike).tolist() == ALIKE[:k]

    def test_a_query_of_which_nothing_is_known_finds_nothing(self, planted: Planted) -> None:
        found = planted.index.search(planted.empty, 5, EVERY)
        assert found.shape == (0,)
        assert found.dtype == np.int64
        assert planted.index.score(planted.empty, np.array(NEAREST)).tolist() == [0] * len(NEAREST)

    def test_scores_agree_with_the_order_of_the_search(self, planted: Planted) -> None:
        found = planted.index.search(planted.query, COUNT, EVERY)
        scores = planted.index.score(planted.query, found)
        assert scores.shape == found.shape
        assert scores.dtype == np.float32
        assert (scores > 0).all()
        assert (np.diff(scores) <= 1e-6).all()
        assert (planted.index.score(planted.query, np.array(NOTHING)) <= 0).all()

    def test_scores_come_in_the_order_of_the_rows(self, planted: Planted) -> None:
        rows = np.random.default_rng(13).permutation(COUNT)
        every = planted.index.score(planted.query, np.arange(COUNT))
        assert np.array_equal(planted.index.score(planted.query, rows), every[rows])
        assert np.array_equal(planted.index.score(planted.query, rows[:1]), every[rows[:1]])
        nothing = planted.index.score(planted.query, np.zeros(0, np.int64))
        assert nothing.shape == (0,)
        assert nothing.dtype == np.float32

    def test_the_same_twice_and_in_eight_threads(self, planted: Planted) -> None:
        def ask(k: int) -> tuple[bytes, bytes]:
            found = planted.index.search(planted.query, k, EVERY)
            return found.tobytes(), planted.index.score(planted.query, found).tobytes()

        sizes = [4, COUNT, 20] * 40
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(ask, sizes)) == [*map(ask, sizes)]


# Encoder: encode.

TEXTS = ["포항 배터리 특구", "포항 배터리 특구 연장", "마이스터고 신입생 모집", "", "배터리", "!?…"]
WORDS = sorted({word for text in TEXTS for word in text.split() if word[0] >= "가"})


def terms() -> TermVectors:
    return TermVectors(StringTable.of(WORDS), normal(len(WORDS), 16).astype(np.float16))


def fused(_: Path) -> Encoder:
    meaning = BaseMeaning(base_digest())
    width = meaning.vectors.dimensions
    axes = np.linalg.qr(normal(width + 16, 32))[0].astype(np.float32)
    mean = np.full(width + 16, 0.01, np.float32)
    return FusedEncoder(terms(), meaning, mean[:width], mean, axes)


ENCODERS: dict[str, Callable[[Path], Encoder]] = {
    "term vectors": lambda _: terms(),
    "base model": lambda _: BaseMeaning(base_digest()),
    "fused": fused,
    **{name: lambda folder, made=made: named_encoder(made(folder)) for name, made in MAKERS.items()},  # type: ignore[misc]
}


@pytest.fixture(scope="module", params=ENCODERS)
def encoder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return ENCODERS[request.param](tmp_path_factory.mktemp("encoder") / "tiny")


def encoded(encoder: Encoder, texts: list[str]) -> Any:
    return encoder.encode([text.split() for text in texts], texts)


class TestEncoder:
    def test_rows_are_of_unit_length_or_zero(self, encoder: Encoder) -> None:
        rows = encoded(encoder, TEXTS)
        assert rows.dtype == np.float32
        assert rows.shape == (len(TEXTS), encoded(encoder, TEXTS[:1]).shape[1])
        lengths = np.linalg.norm(rows, axis=1)
        assert np.isfinite(rows).all()
        assert ((lengths == 0) | (np.abs(lengths - 1) < 1e-5)).all()
        assert (lengths[[0, 1, 2, 4]] > 0).all(), "what is known has a direction"

    @pytest.mark.parametrize("text", ["", "!?…"])
    def test_a_text_without_a_word_is_a_zero_row(self, encoder: Encoder, text: str) -> None:
        assert not encoded(encoder, [text]).any(), "alone"
        assert not encoded(encoder, [TEXTS[0], text])[1].any(), "beside another"

    def test_no_texts_are_no_rows(self, encoder: Encoder) -> None:
        assert encoded(encoder, []).shape == (0, encoded(encoder, TEXTS).shape[1])

    def test_texts_that_share_words_are_nearer(self, encoder: Encoder) -> None:
        rows = encoded(encoder, TEXTS)
        assert rows[0] @ rows[1] > rows[0] @ rows[2]
        assert rows[0] @ rows[1] > 0.5

    def test_a_row_does_not_depend_on_the_order_or_number_of_texts(self, encoder: Encoder) -> None:
        rows = encoded(encoder, TEXTS)
        order = [4, 2, 5, 0, 3, 1]
        assert np.allclose(encoded(encoder, [TEXTS[at] for at in order]), rows[order], atol=1e-5)
        assert np.allclose(np.concatenate([encoded(encoder, [text]) for text in TEXTS]), rows, atol=1e-5)

    def test_the_same_twice(self, encoder: Encoder) -> None:
        assert encoded(encoder, TEXTS).tobytes() == encoded(encoder, TEXTS).tobytes()


# Clusterer: fit, and then labels_.

SIZES = [60, 45, 30]


def hdbscan() -> Clusterer:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from hdbscan import HDBSCAN
    return HDBSCAN(min_cluster_size=10)  # type: ignore[no-any-return]


def umap_hdbscan() -> Clusterer:
    return UmapHdbscan(least=10)


CLUSTERERS: dict[str, Callable[[], Clusterer]] = {
    "ward modularity": WardModularity, "hdbscan": hdbscan, "umap and hdbscan": umap_hdbscan,
}  # fmt: skip


@pytest.fixture(params=CLUSTERERS)
def clusterer(request: pytest.FixtureRequest) -> Callable[[], Clusterer]:
    return CLUSTERERS[request.param]


@pytest.fixture(scope="module")
def blobs() -> tuple[Any, Any]:
    """Unit rows about three directions, mixed, and of which direction each is."""
    planted = np.random.default_rng(5).permutation(np.repeat(np.arange(len(SIZES)), SIZES))
    return unit_rows(np.eye(8)[planted] + 0.12 * normal(len(planted), 8)), planted


def fitted(clusterer: Clusterer, rows: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a library's remarks on a third one
        clusterer.fit(rows)
    return np.asarray(clusterer.labels_)


class TestClusterer:
    def test_planted_groups_are_found(self, clusterer: Callable[[], Clusterer], blobs: tuple[Any, Any]) -> None:
        rows, planted = blobs
        labels = fitted(clusterer(), rows)
        assert labels.shape == planted.shape
        assert labels.dtype.kind == "i"
        assert {*labels.tolist()} - {-1} == {0, 1, 2}
        of = {(label, group) for label, group in zip(labels.tolist(), planted.tolist(), strict=True) if label >= 0}
        assert len(of) == 3, "a cluster holds rows of one group alone"
        assert (labels >= 0).mean() > 0.9, "few are left out"

    def test_the_same_twice(self, clusterer: Callable[[], Clusterer], blobs: tuple[Any, Any]) -> None:
        assert fitted(clusterer(), blobs[0]).tobytes() == fitted(clusterer(), blobs[0]).tobytes()
        one = clusterer()
        assert np.array_equal(fitted(one, blobs[0]), fitted(one, blobs[0])), "fitted again, too"

    def test_the_rows_stay_as_they_are(self, clusterer: Callable[[], Clusterer], blobs: tuple[Any, Any]) -> None:
        before = blobs[0].copy()
        fitted(clusterer(), blobs[0])
        assert np.array_equal(blobs[0], before)


# Component: arrays, document and load.

ABOUT = {"recipe": {"embedder": "base", "body_weight": 0.3}, "base_model": "digest"}
LSA = {**ABOUT, "recipe": {"embedder": "lsa", "body_weight": 0.3}}


def topics() -> TopicModel:
    desk, topic = (
        CuratedTopic("d", "특구", "zone", ("특구",), 1, ("a",)),
        Topic("t1", "배터리", ("배터리",), 2, ("b", "c"), "t9"),
    )
    steps = (Lineage("split", ("t0",), ("t1", "t2"), "두 갈래"), Lineage("born", (), ("t3",)))
    evidence = StringArray.of(["", '{"d": ["특구"]}', ""])
    strength = np.array([[0], [0.7], [0]], np.float32)
    return replace(
        TopicModel.empty(3),
        topics=(topic,),
        broad=(Topic("t9", "산업", ("산업",), 2, ("b",)),),
        broad_first=True,
        curated=(desk,),
        curated_strength=strength,
        curated_evidence=evidence,
        lineage=steps,
    )


def links() -> Links:
    return Links.of(np.array([0, 0, 2]), np.array([2, 1, 0]), 3)


# Each of a small model, and planted ones that have what it lacks or lack what it has.
STORED: dict[str, Callable[[], tuple[Component, Mapping[str, Any]]]] = {
    **{name: lambda name=name: (getattr(small_model(), name), ABOUT) for name in COMPONENTS if name != "pruning"},  # type: ignore[misc]
    "pruning": lambda: (
        Pruning(
            Cells.of(np.eye(2, dtype=np.float32), np.array([1, 0, 1]), np.eye(3, 2, dtype=np.float32)),
            np.arange(3, dtype=np.int32),
        ),
        ABOUT,
    ),
    "catalogue of no corpus": lambda: (replace(small_model().catalogue, stamps=None), ABOUT),
    "dense by terms": lambda: (DenseSpace(np.eye(3, 16, dtype=np.float32), terms()), LSA),
    "links of three": lambda: (links(), ABOUT),
    "topics and desks": lambda: (topics(), ABOUT),
    "silent": lambda: (CrossLingual.silent(), ABOUT),
}


@pytest.fixture(params=STORED)
def stored(request: pytest.FixtureRequest) -> tuple[Component, Mapping[str, Any]]:
    return STORED[request.param]()


def plain(arrays: Arrays) -> dict[str, Any]:
    """Type, shape and bytes of each array; strings as a list."""
    return {
        name: (held.dtype.str, held.shape, held.tobytes()) if isinstance(held, np.ndarray) else [*held]
        for name, held in arrays.items()
    }


def saved(folder: Path, component: Component, about: Mapping[str, Any], name: str = "part") -> Component:
    """The component stored beside another one of the same files, and loaded."""
    version = folder / publish(folder, {name: component, "other": component}, about)
    return type(component).load(Files(version).of(name), read_manifest(version))


class TestComponent:
    def test_what_is_loaded_is_what_was_saved(
        self, stored: tuple[Component, Mapping[str, Any]], tmp_path: Path
    ) -> None:
        component, about = stored
        loaded = saved(tmp_path, component, about)
        assert type(loaded) is type(component)
        assert plain(loaded.arrays()) == plain(component.arrays())
        assert loaded.document() == component.document()

    def test_saved_again_it_gives_the_same_files(
        self, stored: tuple[Component, Mapping[str, Any]], tmp_path: Path
    ) -> None:
        component, about = stored
        saved(tmp_path, saved(tmp_path, component, about), about)
        one, two = (
            {path.name: path.read_bytes() for path in (tmp_path / version).iterdir()} for version in ("v0001", "v0002")
        )
        assert one == two

    def test_every_file_bears_its_name(self, stored: tuple[Component, Mapping[str, Any]], tmp_path: Path) -> None:
        saved(tmp_path, *stored, name="one")
        names = {path.name.split(".")[0] for path in (tmp_path / "v0001").iterdir()}
        assert names == {"one", "other", "manifest"}

    def test_a_missing_file_is_an_error(self, stored: tuple[Component, Mapping[str, Any]], tmp_path: Path) -> None:
        component, about = stored
        saved(tmp_path, component, about)
        for path in sorted((tmp_path / "v0001").glob("part.*")):
            if path.name.split(".")[1] in LATER:
                continue
            path.rename(tmp_path / "away")
            with pytest.raises((OSError, ValueError)):
                type(component).load(Files(tmp_path / "v0001").of("part"), about)
            (tmp_path / "away").rename(path)


def test_the_planted_topics_say_what_was_planted(tmp_path: Path) -> None:
    loaded = saved(tmp_path, topics(), ABOUT)
    assert isinstance(loaded, TopicModel)
    assert loaded.evidence(1, "d") == ("특구",)
    assert (loaded.topics, loaded.curated, loaded.lineage) == (topics().topics, topics().curated, topics().lineage)


def test_the_planted_links_say_what_was_planted(tmp_path: Path) -> None:
    loaded = saved(tmp_path, links(), ABOUT)
    assert isinstance(loaded, Links)
    assert loaded.listed_by(0).tolist() == [2, 1]
    assert loaded.lists_of(0).tolist() == [2]


# Executor: map.

EXECUTORS: dict[str, Executor] = {"serial": Serial(), "processes": Processes(2)}


@pytest.fixture(scope="module")
def dask_executor() -> Iterator[Executor]:
    pytest.importorskip("distributed", reason="needs the extra dask")
    with local_cluster() as cluster:
        yield Dask(cluster.scheduler_address)


@pytest.fixture(params=[*EXECUTORS, "dask"])
def executor(request: pytest.FixtureRequest) -> Executor:
    if request.param == "dask":
        return request.getfixturevalue("dask_executor")  # type: ignore[no-any-return]
    return EXECUTORS[request.param]


class TestExecutor:
    def test_results_come_in_the_order_of_the_partitions(self, executor: Executor) -> None:
        assert list(executor.map(square, range(9))) == [number * number for number in range(9)]

    def test_no_partitions_give_no_results(self, executor: Executor) -> None:
        assert list(executor.map(square, [])) == []

    def test_each_partition_is_a_file_that_is_written_once(self, executor: Executor, tmp_path: Path) -> None:
        (tmp_path / "2").write_text("done before")
        paths = list(executor.map(partial(write_square, tmp_path), [3, 2, 1]))
        assert paths == [tmp_path / "3", tmp_path / "2", tmp_path / "1"]
        assert [path.read_text() for path in paths] == ["9", "done before", "1"]
        assert len(list(tmp_path.iterdir())) == 3, "nothing is left beside them"

    def test_what_a_partition_raises_is_raised_and_the_rest_is_not_done(
        self, executor: Executor, tmp_path: Path
    ) -> None:
        results = executor.map(partial(refuse_three, tmp_path), range(40))
        with pytest.raises(QueryError) as caught:
            list(results)
        assert (caught.value.problem, caught.value.hint) == ("3 is refused.", "Leave it out.")
        assert len(list(tmp_path.iterdir())) < 20

    def test_closed_early_it_ends_early(self, executor: Executor, tmp_path: Path) -> None:
        results = executor.map(partial(refuse_three, tmp_path), [*range(3), *range(4, 60)])
        assert next(results) == 0
        results.close()  # type: ignore[attr-defined]
        assert len(list(tmp_path.iterdir())) < 20


def test_a_worker_has_one_thread_and_this_process_as_many_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    assert next(Processes(1).map(threads, [0])) == ("1", "1", "1")
    assert (os.environ["OMP_NUM_THREADS"], os.environ.get("MKL_NUM_THREADS")) == ("3", None)


def test_a_killed_worker_is_one_sentence() -> None:
    with pytest.raises(WorkerError, match="ended before its work was done") as caught:
        list(Processes(2).map(kill_at_two, range(9)))
    assert caught.value.hint


def test_no_worker_outlives_its_work() -> None:
    results = Processes(2).map(process, range(200))
    worker = next(results)
    assert worker != os.getpid()
    results.close()  # type: ignore[attr-defined]
    for _ in range(1200):
        if not Path(f"/proc/{worker}").exists():
            break
        time.sleep(0.05)
    assert not Path(f"/proc/{worker}").exists()


@pytest.mark.parametrize(("count", "workers"), [(0, 2), (1, 4), (7, 2), (100, 3), (100_000, 2)])
def test_ranges_hold_every_row_once(count: int, workers: int) -> None:
    made = ranges(count, workers)
    assert [row for part in made for row in part] == list(range(count))
    assert len(made) >= min(count, 2 * workers), "work for each"
    assert max(map(len, made), default=0) <= 500
