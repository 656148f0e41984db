"""The shared text sets, read where they are, and what the benchmarks have in common."""

from __future__ import annotations

import gzip
import json
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender import Corpus, Recipe, Recommender, train
from recommender.readers.article import Article, Record

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("RECOMMENDER_SHARED", ROOT.parent / "shared"))
FOREIGN = ("스포츠", "생활문화", "정치")  # sections of ynat that have nothing to do with industry


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of ``corpora/<name>.jsonl.gz``; ends the program with a sentence where it is absent."""
    path = SHARED / "corpora" / f"{name}.jsonl.gz"
    if not path.exists():
        sys.exit(f"{path} is not here: put the shared text sets there, or name their folder in RECOMMENDER_SHARED.")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@dataclass(frozen=True)
class Stories:
    """Distinct headlines of a set, with the groups that tell one story.

    ``records`` hold id, title and date; ``groups`` lists of positions in ``records``, two members at least.
    """

    records: list[dict[str, Any]]
    groups: list[list[int]]

    @classmethod
    def of(cls, name: str) -> Stories:
        index_of: dict[str, int] = {}
        by_id: dict[str, int] = {}
        records = []
        for row in rows(f"{name}/headlines"):
            title = row["title"].strip()
            if title not in index_of:
                index_of[title] = len(records)
                records.append({"id": row["id"], "title": title, "date": row.get("date")})
            by_id[row["id"]] = index_of[title]
        groups = [sorted({by_id[i] for i in story["ids"] if i in by_id}) for story in rows(f"{name}/stories")]
        return cls(records, [group for group in groups if len(group) > 1])

    def without(self, excluded: Iterable[int]) -> list[dict[str, Any]]:
        removed = set(excluded)
        return [record for i, record in enumerate(self.records) if i not in removed]


def only(stories: Stories, positions: Iterable[int]) -> Stories:
    """The records at these positions, with the groups of which two members are among them."""
    order = sorted(positions)
    index_of = {old: new for new, old in enumerate(order)}
    inside = [[index_of[p] for p in group if p in index_of] for group in stories.groups]
    return Stories([stories.records[i] for i in order], [group for group in inside if len(group) > 1])


def few(stories: Stories, size: int, random: np.random.Generator) -> Stories:
    """About ``size`` headlines by chance, as a small archive has them: a fifth as many stories, then single ones."""
    groups = [stories.groups[i] for i in random.permutation(len(stories.groups))[: size // 5]]
    positions = {position for group in groups for position in group}
    order = random.permutation(len(stories.records))
    positions.update(order[: max(0, size - len(positions))].tolist())
    return only(stories, positions)


def foreign_headlines(count: int, part: int = 0) -> list[str]:
    """``count`` headlines of the foreign sections; ``part`` 0 or 1 are two halves that share no headline."""
    titles = [row["title"] for row in rows("ynat/headlines") if row["label"] in FOREIGN][part::2]
    chosen = np.random.default_rng(5).choice(len(titles), count, replace=False)
    return [titles[i] for i in chosen]


def corpus_of(records: Iterable[dict[str, Any]], folder: Path) -> Corpus:
    """A corpus of records (id, title, date) that is ingested as a user would."""
    path = folder / "records.jsonl"
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    corpus = Corpus.open(":memory:")
    corpus.ingest([path])
    return corpus


def desk_of(records: Iterable[dict[str, Any]], folder: Path, recipe: Recipe | None = None) -> Recommender:
    """A recommender over the records, without topics."""
    with corpus_of(records, folder) as corpus:
        return Recommender(train(corpus, recipe or replace(Recipe(), topics_most=0)))


def character_tfidf(titles: list[str]) -> Any:
    """The plain baseline: rows of character-bigram TF-IDF (char_wb, sublinear), a sparse (n, v) matrix."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 2), sublinear_tf=True).fit_transform(titles)


def rank_of_best(scores: NDArray[np.floating], asking: int, right: Iterable[int]) -> int:
    """The rank of the best right answer among all but the asking one, 1 is first."""
    others = np.asarray(scores, dtype=np.float64).copy()
    others[asking] = -np.inf
    best = max(others[r] for r in right)
    return 1 + int((others > best).sum())


__all__ = [
    "Article",
    "Record",
    "Stories",
    "character_tfidf",
    "corpus_of",
    "desk_of",
    "few",
    "foreign_headlines",
    "only",
    "rank_of_best",
    "rows",
]
