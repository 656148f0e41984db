"""What the recipe says of topics: which clusterer finds them, which words they are not formed on."""

from __future__ import annotations

import importlib.util
import json
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT
from sklearn.metrics import adjusted_rand_score
from worlds import fitted

from recommender.arrays.kernels import Floats, unit_rows
from recommender.ranking.model import Model
from recommender.topics.clusterer import WardModularity
from recommender.topics.levels import broad_most, levels_of
from recommender.topics.partition import CentreTree, moved_towards
from recommender.topics.umap_hdbscan import UmapHdbscan
from recommender.topics.umap_loader import cached_compilation


@cache
def headlines() -> tuple[dict[str, Any], ...]:
    """Every second one of the sample."""
    rows = (ROOT / "data" / "sample" / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple({"title": title} for title in (json.loads(row)["title"] for row in rows[::2]) if title)


@cache
def model_by(**recipe: Any) -> Model:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return fitted(headlines(), **{"topics_most": 60, **recipe})


@pytest.mark.slow
class TestHdbscan:
    def test_topics_have_ids_names_terms_and_examples(self) -> None:
        topics = model_by(clusterer="hdbscan", min_topic_size=5).topics
        assert len(topics.topics) >= 5
        assert all(t.size >= 2 and t.name and t.terms and t.examples for t in topics.topics)
        assert len({t.id for t in topics.topics}) == len({t.name for t in topics.topics}) == len(topics.topics)

    def test_they_are_others_than_ours_and_the_same_every_time(self) -> None:
        first = model_by(clusterer="hdbscan", min_topic_size=5).topics
        again = model_by(clusterer="hdbscan", min_topic_size=5, workers=2).topics  # another recipe: trained anew
        assert first.topics == again.topics
        assert np.array_equal(first.topic_of, again.topic_of)
        assert not np.array_equal(first.topic_of, model_by().topics.topic_of)

    def test_no_more_than_wished(self) -> None:
        assert 0 < len(model_by(clusterer="hdbscan", min_topic_size=5, topics_most=3).topics.topics) <= 3


def test_what_numba_compiles_for_umap_is_kept_for_the_next_process(tmp_path: Path) -> None:
    code = "import numba\n@numba.njit\ndef twice(x):\n    return 2 * x\n"
    for name in ("kept", "left"):
        path = tmp_path / f"{name}.py"
        path.write_text(code, encoding="utf-8")
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        if name == "kept":
            with cached_compilation():
                spec.loader.exec_module(module)
        else:
            spec.loader.exec_module(module)
        assert module.twice(4) == 8
    assert len([*tmp_path.rglob("kept.*.nbi")]) == 1
    assert not [*tmp_path.rglob("left.*.nbi")], "what others compile stays as they wish"


def test_few_rows_are_of_no_cluster() -> None:
    assert UmapHdbscan().fit(np.eye(6)).labels_.tolist() == [-1] * 6


def test_fine_topics_are_never_cut() -> None:
    noise = np.random.default_rng(3).normal(0, 0.05, (400, 4))
    rows = unit_rows(np.repeat(np.eye(4), 100, axis=0) + noise)
    found, nowhere = np.repeat([0, 1], 200), np.full(400, -1)
    assert levels_of(rows, found, np.arange(400), nowhere, 15, 7).fine.max() > 1
    assert np.array_equal(levels_of(rows, found, np.arange(400), nowhere, 15, 7, may_cut=False).fine, found)


def test_the_most_that_is_wished_holds_for_what_there_was_too() -> None:
    noise = np.random.default_rng(3).normal(0, 0.05, (400, 8))
    rows, before = unit_rows(np.repeat(np.eye(8), 50, axis=0) + noise), np.repeat(np.arange(8), 50)
    for start in (None, before):
        assert 2 <= WardModularity(3, start=start).fit(rows).labels_.max() + 1 <= 3


class TestWords:
    def test_no_topic_has_a_stop_word(self) -> None:
        usual, stopped = model_by().topics, model_by(stop_words=("포항", "배터리")).topics
        words = " ".join(w for t in usual.topics for w in (t.name, *t.terms)).lower()
        assert "포항" in words
        assert "배터리" in words
        for topic in stopped.topics:
            parts = {part for word in (topic.name, *topic.terms) for part in word.replace("·", " ").split()}
            assert not parts & {"포항", "배터리"}

    def test_a_user_word_is_not_cut_apart(self) -> None:
        rows = [{"title": f"기후변화박물관 {n}번째 전시"} for n in range(3)]
        assert "기후변화박물관" not in fitted(rows).analyzer.words("기후변화박물관의 전시")
        assert "기후변화박물관" in fitted(rows, user_words=("기후변화박물관",)).analyzer.words("기후변화박물관의 전시")


def _clouds(count: int, seed: int) -> Floats:
    """Rows round twelve directions whose clouds run into one another."""
    middles = np.random.default_rng(1).normal(size=(12, 24))
    random = np.random.default_rng(seed)
    return unit_rows((middles[np.arange(count) % 12] + random.normal(scale=1.6, size=(count, 24))).astype(np.float32))


def test_two_seeds_find_nearly_the_same_clusters() -> None:
    rows = _clouds(1200, 2)
    cuts = [CentreTree.of(rows, seed).cut(rows, 12) for seed in (7, 8)]
    assert adjusted_rand_score(*cuts) >= 0.8


def test_clusters_of_before_move_towards_those_found_afresh_and_new_ones_are_born() -> None:
    rows = np.eye(3, dtype=np.float32)[[0, 0, 0, 1, 1, 1, 2, 2]]
    kept, fresh = np.array([0, 0, 0, 1, 1, 1, 1, 1]), np.array([2, 2, 2, 0, 0, 0, 1, 1])
    assert moved_towards(rows, kept, fresh).tolist() == kept.tolist()
    assert moved_towards(rows, kept, fresh, count=3).tolist() == [0, 0, 0, 1, 1, 1, 2, 2]


def test_a_doubtful_partner_moves_a_cluster_little() -> None:
    angles = np.radians([0, 0, 0, 0, 0, 44, 90, 90, 90, 90, 90])
    rows = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    kept = np.array([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
    whole = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1])
    crumbs = np.array([0, 2, 3, 4, 5, 1, 1, 1, 1, 1, 1])
    assert moved_towards(rows, kept, whole).tolist() == whole.tolist(), (
        "five sixths in common: the article between them goes"
    )
    assert moved_towards(rows, kept, crumbs).tolist() == kept.tolist(), "a sixth in common: it stays"


@pytest.mark.parametrize(
    ("articles", "before", "most"), [(1349, None, 60), (1350, None, 15), (1100, True, 15), (5000, False, 60)]
)
def test_so_many_topics_are_sought_that_a_large_archive_has_two_levels(
    articles: int, before: bool | None, most: int
) -> None:
    assert broad_most(articles, 15, 60, before) == most
    assert broad_most(articles, 15, 8, before) == 8
