"""The editors' related lists judge the model: each page asks, its listed headlines are right answers.

Everything unlisted is *unlabelled*, not wrong: recall, hits and ranks are measured, never precision.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import InputError
from .model import Model
from .recommend import Recommender
from .scoring import Links
from .text import title_key


@dataclass(frozen=True, slots=True)
class Judged:
    """An asking article and its right answers, by row."""

    row: int
    right: frozenset[int]


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over ``questions``, each 0..1: hit@k, recall@k, reciprocal rank, nDCG@10; ``abstained`` share."""

    questions: int
    hit_5: float
    hit_10: float
    recall_10: float
    mrr: float
    ndcg_10: float
    abstained: float

    def as_json(self) -> dict[str, Any]:
        return {name: round(value, 4) for name, value in asdict(self).items()}


def questions_from_links(model: Model) -> list[Judged]:
    """One question a page with a related list; its near-copies and itself are no answers."""
    links = model.links
    asking = np.flatnonzero(np.diff(links.listed_start) > 0)
    found = [Judged(int(row), frozenset(links.listed_by(int(row)).tolist()) - {int(row)}) for row in asking]
    return [question for question in found if question.right]


def questions_from_labels(model: Model, path: str | Path) -> list[Judged]:
    """Questions from judgements by hand: lines of ``{"title", "related": [titles]}``.

    Raises InputError naming the line if one is not understood. Titles unknown to the model are left out.
    """
    rows = {title_key(model.catalogue.article(row).title or ""): row for row in range(len(model))}
    found = []
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}.", "It wants JSON Lines in UTF-8.") from error
    for number, line in enumerate(lines, start=1):
        try:
            given = json.loads(line)
            title, related = given["title"], given.get("related") or []
            if not isinstance(title, str | None) or not all(isinstance(t, str) for t in related):
                raise TypeError("not text")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise InputError(
                f"{path}, line {number}: no judgement.", 'Form: {"title": ..., "related": [...]}'
            ) from error
        row = rows.get(title_key(title or ""))
        right = frozenset(rows[key] for key in map(title_key, related) if key in rows) - {row}
        if row is not None and right:
            found.append(Judged(row, frozenset(r for r in right if r is not None)))
    return found


def judge(desk: Recommender, questions: Sequence[Judged], *, past_only: bool = False, links: bool = False) -> Scores:
    """Scores of the model on ``questions``. The related lists take no part in the answers unless ``links``."""
    if not links:
        desk = Recommender(replace(desk.model, links=_no_links(len(desk))))
    ranks = [_ranks(desk, question, past_only) for question in questions]
    abstained = sum(
        desk.similar(id=desk.model.catalogue.ids[q.row], k=1, past_only=past_only).abstained for q in questions
    )
    return Scores(
        len(questions),
        _mean([float(bool((r <= 5).any())) for r in ranks]),
        _mean([float(bool((r <= 10).any())) for r in ranks]),
        _mean([float((r <= 10).mean()) for r in ranks]),
        _mean([1 / float(r.min()) for r in ranks]),
        _mean([_ndcg(r, 10) for r in ranks]),
        abstained / len(questions) if questions else 0.0,
    )


def _no_links(count: int) -> Links:
    return Links.of(np.empty(0, np.int64), np.empty(0, np.int64), count)


def _ranks(desk: Recommender, question: Judged, past_only: bool) -> NDArray[np.float64]:
    """The rank of each right answer among all articles but the asking one and its copies; inf if filtered out."""
    model = desk.model
    asked = model.article_question(question.row)
    day = float(model.catalogue.days[question.row])
    scores = model.weights.logits(model.parts(asked, day), 1.0, dated=True).astype(np.float64)
    scores[question.row] = -np.inf
    if past_only:
        scores[model.catalogue.days > day] = -np.inf
    right = np.array(sorted(question.right), dtype=np.int64)
    return np.array(
        [np.inf if scores[r] == -np.inf else 1 + int((scores > scores[r]).sum()) for r in right],
        dtype=np.float64,
    )


def _ndcg(ranks: NDArray[np.float64], k: int) -> float:
    """Normalised discounted cumulative gain at ``k`` with gains of 1 (Järvelin & Kekäläinen 2002)."""
    gained = (1 / np.log2(1 + ranks[ranks <= k])).sum()
    best = (1 / np.log2(1 + np.arange(1, min(k, len(ranks)) + 1))).sum()
    return float(gained / best)


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else 0.0
