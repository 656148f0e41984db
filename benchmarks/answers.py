"""The answer matrix: the project beside plain systems, on every task and archive, asked the same questions.

    python -m benchmarks.answers [--tasks story,body] [--archives battery,trade] [--questions 200] [--e5]
                                 [--json FILE] [--markdown FILE]

The project counts as a user gets it: where it abstains, it has found nothing. The best plain system, in bold, is
chosen after the fact. The mark compares the two by a paired bootstrap of the questions: + better, - worse, = not to
be told apart at 95 %.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.systems import BIGRAMS, DEEP, E5, PLAIN, TIMED, TITLE_ASKS, Found, Plain, Project
from benchmarks.tasks import QUESTIONS, STORY_SETS, Question, Task, archive, matrix, story

PROJECT, ALWAYS, BY_ID = "project", "project, never abstaining", "project by id"
RESAMPLES = 1000
E5_DOCUMENTS, E5_QUESTIONS = 6000, 200
_SURE = (0.9, 0.95)


@dataclass
class Cell:
    """What was measured of a task; ``values`` one number a question by system, 1/rank or the share that is right."""

    kind: str
    archive: str
    task: str
    measure: str
    count: int
    values: dict[str, list[float]] = field(default_factory=dict)
    hit: dict[str, float] = field(default_factory=dict)  # hit@10 by system, for bodies hit@1
    answered: float = 0.0
    lost: float = 0.0  # questions where abstaining cost a right first hit
    kinds: dict[str, float] = field(default_factory=dict)  # share answered by kind of question
    calibration: dict[str, dict[str, float | None]] = field(default_factory=dict)
    milliseconds: float = 0.0  # of the project, a question, median
    e5_at: list[int] = field(default_factory=list)  # the questions that e5 was asked
    difference: tuple[float, float, float] | None = None  # from the best plain system, with its interval

    @property
    def best(self) -> str:
        plain = [name for name in self.values if name.removesuffix(TIMED) in PLAIN]
        return max(plain, key=self.mean, default="")

    @property
    def mark(self) -> str:
        if self.difference is None:
            return ""
        return "+" if self.difference[1] > 0 else "-" if self.difference[2] < 0 else "="

    @property
    def name(self) -> str:
        return f"{self.archive}: {self.task}"

    def mean(self, system: str) -> float:
        return float(np.mean(self.values[system]))


def main() -> None:
    parser = argparse.ArgumentParser(description="The project beside plain systems, on every task and archive.")
    parser.add_argument("--tasks", default=",".join(matrix()), help="Kinds of tasks, default: all of them.")
    parser.add_argument("--archives", help="Names of archives, default: all.")
    parser.add_argument("--questions", type=int, default=QUESTIONS, help="At most, of a cell and kind of question.")
    parser.add_argument("--e5", action="store_true", help="Ask multilingual-e5-small too, of the smaller archives.")
    parser.add_argument("--json", type=Path, help="Where to write every number.")
    parser.add_argument("--markdown", type=Path, help="Where to write the tables too.")
    args = parser.parse_args()
    started = time.perf_counter()
    kinds = args.tasks.split(",")
    if unknown := set(kinds) - set(matrix()):
        sys.exit(f"There is no task {', '.join(sorted(unknown))}. The tasks: {', '.join(matrix())}.")
    cells = measured(kinds, args.archives and args.archives.split(","), args.questions, e5=args.e5)
    text = "\n".join(_report(cells, kinds))
    print(text)
    if args.markdown:
        args.markdown.write_text(text + "\n", encoding="utf-8")
    if args.json:
        rows = [asdict(c) | {"best": c.best, "mark": c.mark} for c in cells]
        args.json.write_text(json.dumps(rows, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{time.perf_counter() - started:.0f} seconds", file=sys.stderr)


def _wanted(make: Any, archives: Sequence[str] | None) -> bool:
    """Whether a task may be of one of the archives: making some takes seconds."""
    return not archives or not isinstance(make, partial) or make.args[0] in archives


def measured(kinds: Iterable[str], archives: Sequence[str] | None, limit: int, *, e5: bool) -> list[Cell]:
    """The cells in the order of the matrix; a model is trained once for all tasks with the same records."""
    groups: dict[str, list[tuple[int, str, Task]]] = defaultdict(list)
    makers = [(kind, make) for kind in kinds for make in matrix()[kind] if _wanted(make, archives)]
    for i, (kind, make) in enumerate(makers):
        task = make()
        if not archives or task.archive in archives:
            content = json.dumps(list(task.records), ensure_ascii=False).encode()
            groups[hashlib.blake2b(content).hexdigest()].append((i, kind, task))
    cells: list[tuple[int, Cell]] = []
    for key in list(groups):
        tasks = groups.pop(key)
        project, plain = Project(tasks[0][2].records), Plain(tasks[0][2].records)
        print(f"{tasks[0][2].archive}: trained in {project.seconds:.0f} s", file=sys.stderr, flush=True)
        for i, kind, task in tasks:
            started = time.perf_counter()
            cells += [(i, cell) for cell in _cells(kind, task, project, plain, limit, e5)]
            print(f"  {task.name}: {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    return [cell for _, cell in sorted(cells, key=lambda pair: pair[0])]


def _cells(kind: str, task: Task, project: Project, plain: Plain, limit: int, e5: bool) -> list[Cell]:
    names = dict.fromkeys(question.kind for question in task.questions)
    questions = [q for name in names for q in _drawn([q for q in task.questions if q.kind == name], limit)]
    cell = Cell(kind, task.archive, task.name, task.measure, len(questions))
    if task.measure == "answered":
        return [_foreign(cell, questions, project, plain)]
    for system in _plain_systems(questions):
        answers = [plain.ask(system, question) for question in questions]
        _enter(cell, system, answers, questions)
        if system == BIGRAMS:
            cell.calibration[system] = calibrated(answers, questions)
    if e5 and len(task.records) <= E5_DOCUMENTS:
        cell.e5_at = _drawn(range(len(questions)), E5_QUESTIONS)
        sampled = [questions[i] for i in cell.e5_at]
        _enter(cell, E5, [plain.ask(E5, question) for question in sampled], sampled)
    cells = [_ask_project(cell, questions, project, by_id=False)]
    if task.name.startswith("story (dated"):
        again = Cell(kind, task.archive, f"{task.name}, by id", task.measure, len(questions), dict(cell.values),
                     dict(cell.hit), e5_at=cell.e5_at)  # fmt: skip
        cells.append(_ask_project(again, questions, project, by_id=True))
    return cells


def _plain_systems(questions: Sequence[Question]) -> list[str]:
    systems = [name for name in PLAIN if name != TITLE_ASKS or any(q.body for q in questions)]
    return systems + [name + TIMED for name in systems if any(q.day for q in questions)]


def _drawn(items: Iterable[object], count: int) -> list:  # type: ignore[type-arg]
    items_list = list(items)
    random = np.random.default_rng(17)
    return [items_list[i] for i in np.sort(random.permutation(len(items_list))[:count])]


def _ask_project(cell: Cell, questions: Sequence[Question], project: Project, *, by_id: bool) -> Cell:
    answers = [project.ask(question, by_id=by_id) for question in questions]
    always = [  # a full answer is the same without a least score
        answer if len(answer.ids) == DEEP else project.ask(question, by_id=by_id, always=True)
        for answer, question in zip(answers, questions, strict=True)
    ]
    _enter(cell, PROJECT, answers, questions)
    _enter(cell, ALWAYS, always, questions)
    cell.answered = float(np.mean([bool(answer.ids) for answer in answers]))
    triples = zip(answers, always, questions, strict=True)
    cell.lost = float(np.mean([not answer.ids and first.right(q, 1) == [True] for answer, first, q in triples]))
    cell.calibration[PROJECT] = calibrated(answers, questions)
    cell.milliseconds = float(np.median([answer.seconds for answer in answers])) * 1000
    cell.difference = _difference(cell.values[PROJECT], cell.values[cell.best])
    return cell


def _enter(cell: Cell, system: str, answers: Sequence[Found], questions: Sequence[Question]) -> None:
    value = Found.share_held if cell.measure == "held" else Found.reciprocal_rank
    pairs = list(zip(answers, questions, strict=True))
    cell.values[system] = [value(answer, question) for answer, question in pairs]
    depth = 1 if cell.kind == "body" else 10
    cell.hit[system] = float(np.mean([any(answer.right(question, depth)) for answer, question in pairs]))


def calibrated(answers: Sequence[Found], questions: Sequence[Question]) -> dict[str, float | None]:
    """Of the first ten hits: the expected calibration error in ten bins, and the share of high scores.

    A right hit that no label knows counts as wrong here: high scores are better than they look.
    """
    scores = np.array([score for a in answers for score in a.scores[:10]])
    right = np.array([r for a, q in zip(answers, questions, strict=True) for r in a.right(q, 10)], dtype=float)
    if not len(scores):
        return {}
    bins = np.clip((scores * 10).astype(int), 0, 9)
    gaps = [np.sum(bins == b) * abs(scores[bins == b].mean() - right[bins == b].mean()) for b in set(bins.tolist())]
    row: dict[str, float | None] = {"hits": len(scores), "right": float(right.mean()), "error": sum(gaps) / len(bins)}
    for threshold in _SURE:
        high = scores > threshold
        row[f"above {threshold}"] = float(high.mean())
        row[f"right above {threshold}"] = float(right[high].mean()) if high.any() else None
    return row


def _difference(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float, float]:
    apart = np.asarray(ours) - np.asarray(theirs)
    drawn = np.random.default_rng(0).integers(len(apart), size=(RESAMPLES, len(apart)))
    low, high = np.quantile(apart[drawn].mean(axis=1), [0.025, 0.975])
    return float(apart.mean()), float(low), float(high)


def _foreign(cell: Cell, questions: Sequence[Question], project: Project, plain: Plain) -> Cell:
    answers = [project.ask(question) for question in questions]
    threshold = _threshold(cell.archive, plain) if len(plain.ids) == len(archive(cell.archive)) else None
    for kind in dict.fromkeys(question.kind for question in questions):
        of_kind = [i for i, question in enumerate(questions) if question.kind == kind]
        cell.kinds[kind] = float(np.mean([bool(answers[i].ids) for i in of_kind]))
        if threshold is not None and not kind.endswith(", dated"):
            best = [max(plain.ask(BIGRAMS, questions[i]).scores, default=0.0) for i in of_kind]
            cell.kinds[f"{BIGRAMS}: {kind}"] = float(np.mean(np.array(best) >= threshold))
    cell.answered = float(np.mean([bool(answer.ids) for answer in answers]))
    cell.calibration[PROJECT] = calibrated(answers, questions)
    cell.milliseconds = float(np.median([answer.seconds for answer in answers])) * 1000
    return cell


def _threshold(name: str, plain: Plain) -> float | None:
    """The bigram cosine below which lie 2 % of the right first hits of the archive's own stories."""
    questions = story(name, dated=False).questions if name in STORY_SETS else ()
    answers = [plain.ask(BIGRAMS, question) for question in questions]
    first = [f.scores[0] for f, q in zip(answers, questions, strict=True) if f.right(q, 1) == [True]]
    return float(np.quantile(first, 0.02)) if first else None


def _report(cells: Sequence[Cell], kinds: Sequence[str]) -> list[str]:
    lines = []
    for kind in kinds:
        of_kind = [cell for cell in cells if cell.kind == kind]
        if of_kind:
            lines += ["", f"## {kind}", ""]
            lines += _foreign_table(of_kind) if of_kind[0].measure == "answered" else _table(of_kind)
            lines += ["", f"Scores of the first ten hits, {kind}:", "", *_calibration_table(of_kind)]
    judged = [cell for cell in cells if cell.mark]
    below = [cell.name for cell in judged if cell.mark == "-"]
    summary = f"Cells significantly below the best plain baseline: {len(below)} of {len(judged)}"
    return [*lines, "", summary, "", *(f"- {name}" for name in below)]


def _table(cells: Sequence[Cell]) -> list[str]:
    """MRR, or the right share of the first ten for some words (``short``); behind a slash with a decay in time."""
    hit = "hit@1" if cells[0].kind == "body" else "hit@10"
    head = ["archive", "task", "questions", "project", "never abstaining", "answered", "first hits lost", *PLAIN]
    head += ["e5 (project)", "project - best (95 %)", "", f"{hit} project", f"{hit} best", "ms"]
    rows = []
    for c in cells:
        apart, low, high = c.difference or (np.nan,) * 3
        e5 = f"{_n(c.mean(E5))} ({_n(np.mean([c.values[PROJECT][at] for at in c.e5_at]))})" if E5 in c.values else ""
        rows.append([
            c.archive, c.task + (" *" if c.measure == "held" else ""), str(c.count), _n(c.mean(PROJECT)),
            _n(c.mean(ALWAYS)), f"{c.answered:.0%}", f"{c.lost:.1%}", *(_plain_number(c, name) for name in PLAIN), e5,
            f"{apart:+.3f} ({low:+.3f} to {high:+.3f})", c.mark, _n(c.hit[PROJECT]), _n(c.hit[c.best]),
            f"{c.milliseconds:.0f}",
        ])  # fmt: skip
    note = ["", "\\* the share of right ones in the first ten instead of MRR"] if cells[0].kind == "short" else []
    return _markdown(head, rows) + note


def _plain_number(cell: Cell, name: str) -> str:
    numbers = [f"**{_n(cell.mean(n))}**" if n == cell.best else _n(cell.mean(n))
            for n in (name, name + TIMED) if n in cell.values]  # fmt: skip
    return " / ".join(numbers)


def _foreign_table(cells: Sequence[Cell]) -> list[str]:
    """The share answered, by kind of question; the bigrams at a threshold that loses 2 % of right first hits."""
    kinds = list(dict.fromkeys(kind for cell in cells for kind in cell.kinds))
    shown = [[f"{c.kinds[kind]:.1%}" if kind in c.kinds else "" for kind in kinds] for c in cells]
    rows = [[c.archive, c.task, str(c.count), *s, f"{c.milliseconds:.0f}"] for c, s in zip(cells, shown, strict=True)]
    return _markdown(["archive", "task", "questions", *kinds, "ms"], rows)


def _calibration_table(cells: Sequence[Cell]) -> list[str]:
    head = ["archive", "task"]
    for system in (PROJECT, BIGRAMS):
        head += [f"{system}: error", *(f"{system}: above {threshold} (right)" for threshold in _SURE)]
    rows = []
    for c in cells:
        row = [c.archive, c.task]
        for by in (c.calibration.get(PROJECT), c.calibration.get(BIGRAMS)):
            row += [_n(by["error"]) if by else ""]
            row += [f"{by[f'above {s}']:.1%} ({_share(by[f'right above {s}'])})" if by else "" for s in _SURE]
        rows.append(row)
    return _markdown(head, rows)


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


def _n(number: float | np.floating | None) -> str:
    return "" if number is None else f"{number:.3f}"


def _share(number: float | None) -> str:
    return "none" if number is None else f"{number:.0%}"


if __name__ == "__main__":
    main()
