"""Fits recommender/ranking/scorer.json: the weights of the scorer, its calibration and the abstain rule.

Archives of several kinds (headlines alone, bodies alone, both, mixed; of 25 headlines to some thousand) are asked
questions with known answers and questions of other fields. `collect` trains them and keeps the features of the
candidates, `fit` fits: the weights by a smooth reciprocal rank, the calibration by logistic regression, the abstain
rule by a logistic regression of right answers against what other fields reach. Every figure that `fit` prints is of an
archive that was left out; the file holds the fit on all.

    python -m benchmarks.fit_scorer collect FOLDER
    python -m benchmarks.fit_scorer fit FOLDER [--write]
    python -m benchmarks.fit_scorer scores FOLDER [--write]  # the calibration alone, under the weights as they are
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import tasks as T
from benchmarks.fit_math import report, report_scores
from benchmarks.sets import desk_of
from benchmarks.written import FOLDER as WRITTEN
from benchmarks.written import read, told
from recommender import Recommender
from recommender.ranking.calibration import evidence_columns
from recommender.ranking.features import FEW_WORDS, Features, Query, features_of_rows, query_of
from recommender.ranking.model import Model
from recommender.ranking.scorer import POOL, candidates
from recommender.ranking.weights import COLUMNS
from recommender.ranking.word_match import matches
from recommender.text.instants import day_number

SMALL = (25, 60, 150, 400, 1000)
MOST = 9_000  # records of a set
KEPT = 60  # candidates of a question
Ask = Iterable[T.Question]


@dataclass(frozen=True)
class Archive:
    """``name``; ``set_name`` the set it is of, which is left out as a whole; its records, and what it is asked."""

    name: str
    set_name: str
    records: list[T.Record]
    asked: list[tuple[str, T.Question]]


def some_of(name: str) -> list[T.Record]:
    """At most ``MOST`` records of a set, every member of a story among them."""
    every = list(T.archive(name))
    if len(every) <= MOST:
        return every
    needed = {i for group in T.stories(name)[:400] for i in group} if name in T.STORY_SETS else set()
    rest = [r for r in every if r["id"] not in needed]
    return [r for r in every if r["id"] in needed] + T._some(rest, MOST - len(needed), 3)


def archives() -> Iterator[Archive]:
    for name in T.STORY_SETS:
        records = some_of(name)
        ids = {r["id"] for r in records}
        titles = T._only(records, "title", "published")
        asked = [("story", q) for q in T.story(name).questions if q.right <= ids]
        asked += [("story undated", q) for q in T.story(name, dated=False).questions if q.right <= ids]
        asked += [("issue", q) for q in T.issue(name).questions if q.right <= ids][:100]
        yield Archive(f"{name}, titles", name, titles, asked + shorts(name, ids) + foreign(name))
        for size in SMALL:
            for draw in range(2 if size < 400 else 1):
                yield small(name, records, size, draw)
    for name in ("general-day", "one-paper", "one-subject"):
        records = [r for r in some_of(name) if len(r["body"]) >= 30]
        bodies = [("title to body", q) for q in T.title_to_body(name).questions]
        yield Archive(f"{name}, bodies", name, T._only(records, "body"), bodies + foreign(name))
        if name != "general-day":
            back = [("body to title", q) for q in T.body_to_title(name).questions]
            titles = T._only(records, "title", "published")
            yield Archive(
                f"{name}, titles",
                name,
                titles,
                back + shorts(name, {r["id"] for r in records}) + foreign(name) + foreign_pages(name),
            )
    for name in ("general-day", "trade", "one-paper"):
        yield mixed(name)
    lists, sample = T.lists(), T.sample_lists()
    asked = [("lists", q) for q in lists.questions] + foreign("lists") + foreign_pages("lists")
    yield Archive("lists, titles", "lists", list(lists.records), asked)
    asked = [("lists", q) for q in sample.questions]
    asked += [("lists, title", q) for q in T.sample_lists(bodies=False).questions]
    asked += foreign("battery") + foreign_pages("battery")
    yield Archive("sample, titles", "sample", list(sample.records), asked)
    for name in ("general-day", "trade"):
        records = [r for r in some_of(name) if len(r["body"]) >= 30]
        ids = {r["id"] for r in records}
        asked = [("page story", q) for q in T.story(name, bodies=True).questions if q.right <= ids]
        asked += [("story", q) for q in T.story(name).questions if q.right <= ids]
        known = T._only(records, "title", "body", "published")
        yield Archive(f"{name}, whole", name, known, asked + foreign(name) + foreign_pages(name))
    yield from written()


def written() -> Iterator[Archive]:
    """The archives of ``benchmarks/written``: every story is marked as a whole, and goes on for weeks."""
    for path in sorted(WRITTEN.glob("*.jsonl")):
        rows = read(path)
        asked = []
        for row in rows:
            right = frozenset(r["id"] for r in rows if r.get("story", r["id"]) == row.get("story")) - {row["id"]}
            if right:
                task, body = "page story" if row.get("body") else "story", row.get("body", "")
                asked.append((task, T.Question(row["title"], right, body, row["published"], row["id"])))
                asked.append(("story undated", T.Question(row["title"], right, own=row["id"])))
        yield Archive(f"written, {path.stem}", "written", [told(row) for row in rows], asked)


def shorts(name: str, ids: set[str]) -> list[tuple[str, T.Question]]:
    found = []
    for words in (1, 2, 3):
        for q in T.short(name, words).questions[:60]:
            right = q.right & ids
            if len(right) >= 3:
                found.append((f"short {words}", T.Question(q.text, frozenset(right))))
    return found


def foreign(name: str) -> list[tuple[str, T.Question]]:
    return [("foreign", T.Question(text)) for text, _ in T.foreign_texts(name)][:400]


def foreign_pages(name: str) -> list[tuple[str, T.Question]]:
    """Pages of another field: a headline with eight others of its section as the body."""
    texts = [text for text, kind in T.foreign_texts(name) if kind == "another field"][:270]
    return [("foreign page", T.Question(texts[i], body=". ".join(texts[i + 1 : i + 9]))) for i in range(0, 261, 3)]


def small(name: str, records: list[T.Record], size: int, draw: int) -> Archive:
    """A small archive: a fifth as many stories, one headline of each held back to ask, then single headlines."""
    random = np.random.default_rng([size, draw])
    ids = {r["id"] for r in records}
    groups = [g for g in T.stories(name) if set(g) <= ids]
    chosen = [groups[i] for i in random.permutation(len(groups))[: max(3, size // 5)]]
    by_id = {r["id"]: r for r in records}
    held = {g[0] for g in chosen}
    kept = {i for g in chosen for i in g[1:4]}
    rest = random.permutation(len(records)).tolist()
    kept |= {records[i]["id"] for i in rest[: max(0, size - len(kept))]} - held
    asked = [("story undated", T.Question(by_id[g[0]]["title"], frozenset(set(g[1:]) & kept))) for g in chosen]
    titles = T._only([by_id[i] for i in sorted(kept)], "title", "published")
    return Archive(f"{name}, {size}/{draw}", name, titles, asked + foreign(name)[:150])


def mixed(name: str) -> Archive:
    """Every article known by its headline, by its body, or by both, by chance: they compete for one question."""
    records = [r for r in some_of(name) if len(r["body"]) >= 30]
    way = np.random.default_rng(17).integers(3, size=len(records)).tolist()
    fields = (("title", "published"), ("body", "published"), ("title", "body", "published"))
    known = [T._only([r], *fields[w])[0] for r, w in zip(records, way, strict=True)]
    of = {r["id"]: w for r, w in zip(records, way, strict=True)}
    asked: list[tuple[str, T.Question]] = []
    by_id = {r["id"]: r for r in records}
    if name in T.STORY_SETS:
        for q in T.story(name, bodies=True).questions:
            right = frozenset(r for r in q.right if r in of)
            if right and q.own in of:
                asked.append(("page story", T.Question(q.text, right, q.body, q.day, q.own)))
                asked.append(("story", T.Question(q.text, right, "", q.day, q.own)))
    untitled = [r["id"] for r, w in zip(records, way, strict=True) if w == 1]
    asked += [("title to body", T.Question(by_id[i]["title"], frozenset([i]))) for i in T._some(untitled, 200)]
    bare = [r["id"] for r, w in zip(records, way, strict=True) if w == 0]
    bodies = [(i, by_id[i]["body"]) for i in T._some(bare, 200)]
    asked += [("body to title", T.Question(body[:60], frozenset([i]), body)) for i, body in bodies]
    return Archive(f"{name}, mixed", name, known, asked + foreign(name) + foreign_pages(name))


def collect(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, archive in enumerate(archives()):
        target = folder / f"{number:03d}.npz"
        if target.exists():
            continue
        start = time.time()
        with tempfile.TemporaryDirectory() as place:
            desk = desk_of(archive.records, Path(place))
        np.savez_compressed(target, **table_of(desk, archive))
        told = f"{archive.name}: {len(desk):,} articles, {len(archive.asked)} questions"
        print(f"{told}, {time.time() - start:.0f} s", flush=True)


def table_of(desk: Recommender, archive: Archive) -> dict[str, np.ndarray]:
    """Features (rows, 10), evidence columns (rows, 16), article kinds, truth, and of each question its place, kind."""
    model = desk.model
    columns: dict[str, list[np.ndarray]] = {name: [] for name in ("x", "e", "kind", "right", "holds", "of", "coverage")}
    questions = []
    for at, (task, asked) in enumerate(archive.asked):
        query = query_of(model, model.asked(asked.text, asked.body), day_number(asked.day))
        allowed = np.ones(len(model), dtype=bool)
        own = model.catalogue.row(asked.own) if asked.own else -1
        if own >= 0:
            allowed[own] = False
        silent = np.zeros(len(model), dtype=np.float32)
        rows = candidates(model, query, model.weights, allowed, silent, POOL)
        features = features_of_rows(model, query, rows, silent)
        logits = model.weights.logits(query.kind, features)
        right = np.isin(rows, [model.catalogue.row(i) for i in asked.right])
        kept = np.argsort(-logits, kind="stable")[:KEPT]
        kept = np.unique(np.concatenate([kept, np.flatnonzero(right)]))
        features = features.take(kept)
        table = [getattr(features, name) for name in COLUMNS] + [features.time]
        columns["x"].append(np.stack(table, axis=1))
        columns["e"].append(evidence_columns(query, features, np.zeros(len(kept))))
        columns["kind"].append(features.kind)
        columns["coverage"].append(features.coverage)
        columns["right"].append(right[kept])
        columns["holds"].append(held_of(model, query, rows[kept], features))
        columns["of"].append(np.full(len(kept), at))
        questions.append((task, query.kind, len(asked.right)))
    found = {name: np.concatenate(held) for name, held in columns.items()}
    found["task"] = np.array([q[0] for q in questions])
    found["query"] = np.array([q[1] for q in questions])
    found["answers"] = np.array([q[2] for q in questions])
    found["name"] = np.array([archive.name, archive.set_name])
    found["articles"] = np.array(len(model))
    return found


def held_of(model: Model, query: Query, rows: np.ndarray, features: Features) -> np.ndarray:
    """(m,) how each holds all words of a short query, 0..2; 0 for any other query."""
    if query.kind != FEW_WORDS:
        return np.zeros(len(rows), dtype=np.int64)
    return matches(model, query.question, rows, features.title + features.body)


def main() -> None:
    if len(sys.argv) < 3 or sys.argv[1] not in ("collect", "fit", "scores"):
        sys.exit(__doc__)
    folder, write = Path(sys.argv[2]), "--write" in sys.argv
    actions: dict[str, Callable[[], None]] = {
        "collect": lambda: collect(folder), "fit": lambda: report(folder, write),
        "scores": lambda: report_scores(folder, write),
    }  # fmt: skip
    actions[sys.argv[1]]()


if __name__ == "__main__":
    main()
