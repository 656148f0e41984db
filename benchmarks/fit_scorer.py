"""Fits recommender/ranking/scorer.json: the weights of the scorer and the abstain rule.

Archives of several kinds (headlines alone, bodies alone, both, mixed; of 25 headlines to some thousand) are asked
questions with known answers and questions of other fields. `collect` trains them and keeps the features of the
candidates, `fit` fits: the weights by a smooth reciprocal rank, the abstain rule by a logistic regression of right
answers against what other fields reach. Every figure that `fit` prints is of an archive that was left out, its scores
by Platt scaling on the others; the file holds the fit on all. What a score means is fitted by `fit_scores`.

    python -m benchmarks.fit_scorer collect FOLDER
    python -m benchmarks.fit_scorer fit FOLDER [--write]
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
from benchmarks.fit_math import report
from benchmarks.sets import desk_of
from benchmarks.written import FOLDER as WRITTEN
from benchmarks.written import read, record_of
from recommender import Recommender
from recommender.ranking.abstain import evidence_columns
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
        questions = [("story", q) for q in T.story(name).questions if q.right <= ids]
        questions += [("story undated", q) for q in T.story(name, dated=False).questions if q.right <= ids]
        questions += [("issue", q) for q in T.issue(name).questions if q.right <= ids][:100]
        yield Archive(f"{name}, titles", name, titles, questions + shorts(name, ids) + foreign(name))
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
    questions = [("lists", q) for q in lists.questions] + foreign("lists") + foreign_pages("lists")
    yield Archive("lists, titles", "lists", list(lists.records), questions)
    questions = [("lists", q) for q in sample.questions]
    questions += [("lists, title", q) for q in T.sample_lists(bodies=False).questions]
    questions += foreign("battery") + foreign_pages("battery")
    yield Archive("sample, titles", "sample", list(sample.records), questions)
    for name in ("general-day", "trade"):
        records = [r for r in some_of(name) if len(r["body"]) >= 30]
        ids = {r["id"] for r in records}
        questions = [("page story", q) for q in T.story(name, bodies=True).questions if q.right <= ids]
        questions += [("story", q) for q in T.story(name).questions if q.right <= ids]
        whole = T._only(records, "title", "body", "published")
        yield Archive(f"{name}, whole", name, whole, questions + foreign(name) + foreign_pages(name))
    yield from written()


def written() -> Iterator[Archive]:
    """The archives of ``benchmarks/written``: every story is marked as a whole, and goes on for weeks."""
    for path in sorted(WRITTEN.glob("*.jsonl")):
        rows = read(path)
        questions = []
        for row in rows:
            right = frozenset(r["id"] for r in rows if r.get("story", r["id"]) == row.get("story")) - {row["id"]}
            if right:
                task, body = "page story" if row.get("body") else "story", row.get("body", "")
                questions.append((task, T.Question(row["title"], right, body, row["published"], row["id"])))
                questions.append(("story undated", T.Question(row["title"], right, own=row["id"])))
        yield Archive(f"written, {path.stem}", "written", [record_of(row) for row in rows], questions)


def shorts(name: str, ids: set[str]) -> list[tuple[str, T.Question]]:
    questions = []
    for words in (1, 2, 3):
        for q in T.short(name, words).questions[:60]:
            right = q.right & ids
            if len(right) >= 3:
                questions.append((f"short {words}", T.Question(q.text, frozenset(right))))
    return questions


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
    held_out = {g[0] for g in chosen}
    ids_kept = {i for g in chosen for i in g[1:4]}
    order = random.permutation(len(records)).tolist()
    ids_kept |= {records[i]["id"] for i in order[: max(0, size - len(ids_kept))]} - held_out
    questions = [("story undated", T.Question(by_id[g[0]]["title"], frozenset(set(g[1:]) & ids_kept))) for g in chosen]
    titles = T._only([by_id[i] for i in sorted(ids_kept)], "title", "published")
    return Archive(f"{name}, {size}/{draw}", name, titles, questions + foreign(name)[:150])


def mixed(name: str) -> Archive:
    """Every article known by its headline, by its body, or by both, by chance: they compete for one question."""
    records = [r for r in some_of(name) if len(r["body"]) >= 30]
    way = np.random.default_rng(17).integers(3, size=len(records)).tolist()
    fields = (("title", "published"), ("body", "published"), ("title", "body", "published"))
    mixed_records = [T._only([r], *fields[w])[0] for r, w in zip(records, way, strict=True)]
    of = {r["id"]: w for r, w in zip(records, way, strict=True)}
    questions: list[tuple[str, T.Question]] = []
    by_id = {r["id"]: r for r in records}
    if name in T.STORY_SETS:
        for q in T.story(name, bodies=True).questions:
            right = frozenset(r for r in q.right if r in of)
            if right and q.own in of:
                questions.append(("page story", T.Question(q.text, right, q.body, q.day, q.own)))
                questions.append(("story", T.Question(q.text, right, "", q.day, q.own)))
    untitled = [r["id"] for r, w in zip(records, way, strict=True) if w == 1]
    questions += [("title to body", T.Question(by_id[i]["title"], frozenset([i]))) for i in T._some(untitled, 200)]
    bare = [r["id"] for r, w in zip(records, way, strict=True) if w == 0]
    bodies = [(i, by_id[i]["body"]) for i in T._some(bare, 200)]
    questions += [("body to title", T.Question(body[:60], frozenset([i]), body)) for i, body in bodies]
    return Archive(f"{name}, mixed", name, mixed_records, questions + foreign(name) + foreign_pages(name))


def collect(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, archive in enumerate(archives()):
        target = folder / f"{number:03d}.npz"
        if target.exists():
            continue
        start = time.time()
        with tempfile.TemporaryDirectory() as folder_name:
            desk = desk_of(archive.records, Path(folder_name))
        np.savez_compressed(target, **table_of(desk, archive))
        summary = f"{archive.name}: {len(desk):,} articles, {len(archive.asked)} questions"
        print(f"{summary}, {time.time() - start:.0f} s", flush=True)


def table_of(desk: Recommender, archive: Archive) -> dict[str, np.ndarray]:
    """Features (rows, 10), evidence columns (rows, 16), article kinds, truth, and of each question its place, kind."""
    model = desk.model
    columns: dict[str, list[np.ndarray]] = {name: [] for name in ("x", "e", "kind", "right", "holds", "of", "coverage")}
    questions = []
    for i, (task, question) in enumerate(archive.asked):
        query = query_of(model, model.asked(question.text, question.body), day_number(question.day))
        allowed = np.ones(len(model), dtype=bool)
        own_row = model.catalogue.row(question.own) if question.own else -1
        if own_row >= 0:
            allowed[own_row] = False
        no_links = np.zeros(len(model), dtype=np.float32)
        rows = candidates(model, query, model.weights, allowed, no_links, POOL)
        features = features_of_rows(model, query, rows, no_links)
        logits = model.weights.logits(query.kind, features)
        right = np.isin(rows, [model.catalogue.row(i) for i in question.right])
        chosen = np.argsort(-logits, kind="stable")[:KEPT]
        chosen = np.unique(np.concatenate([chosen, np.flatnonzero(right)]))
        features = features.take(chosen)
        table = [getattr(features, name) for name in COLUMNS] + [features.time]
        columns["x"].append(np.stack(table, axis=1))
        columns["e"].append(evidence_columns(query, features, np.zeros(len(chosen))))
        columns["kind"].append(features.kind)
        columns["coverage"].append(features.coverage)
        columns["right"].append(right[chosen])
        columns["holds"].append(held_of(model, query, rows[chosen], features))
        columns["of"].append(np.full(len(chosen), i))
        questions.append((task, query.kind, len(question.right)))
    table_out = {name: np.concatenate(parts) for name, parts in columns.items()}
    table_out["task"] = np.array([q[0] for q in questions])
    table_out["query"] = np.array([q[1] for q in questions])
    table_out["answers"] = np.array([q[2] for q in questions])
    table_out["name"] = np.array([archive.name, archive.set_name])
    table_out["articles"] = np.array(len(model))
    return table_out


def held_of(model: Model, query: Query, rows: np.ndarray, features: Features) -> np.ndarray:
    """(m,) how each holds all words of a short query, 0..2; 0 for any other query."""
    if query.kind != FEW_WORDS:
        return np.zeros(len(rows), dtype=np.int64)
    return matches(model, query.question, rows, features.title + features.body)


def main() -> None:
    if len(sys.argv) < 3 or sys.argv[1] not in ("collect", "fit"):
        sys.exit(__doc__)
    folder, write = Path(sys.argv[2]), "--write" in sys.argv
    actions: dict[str, Callable[[], None]] = {
        "collect": lambda: collect(folder), "fit": lambda: report(folder, write),
    }  # fmt: skip
    actions[sys.argv[1]]()


if __name__ == "__main__":
    main()
