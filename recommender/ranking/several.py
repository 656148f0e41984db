"""Several stored articles as one question: the mean of what each of them gives."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from .answer import Answer, Hit
from .catalogue import Catalogue
from .options import SearchOptions, named
from .selection import SPARE

_ASKED = 50  # answers of each, from which those to all are chosen


def of_each(options: SearchOptions, ids: Sequence[str]) -> SearchOptions:
    """With what each of the articles ``ids`` asks: for more hits, and for none of those that ask."""
    excluded = (*named(options.exclude_id), *ids)
    return replace(options, k=max(_ASKED, options.k * SPARE), exclude_id=excluded)


def mean_hits(answers: Sequence[Answer], catalogue: Catalogue, k: int) -> tuple[Hit, ...]:
    """The best ``k`` hits of ``answers``, near-copies as one; a score is the mean, 0 of an answer without the hit.

    What is pinned to one of those that ask stands first.
    """
    found: dict[int, list[Hit]] = {}
    for hit in (hit for answer in answers for hit in answer):
        found.setdefault(int(catalogue.duplicate_of[catalogue.row(hit.article.id)]), []).append(hit)
    mean = {kind: math.fsum(hit.score for hit in hits) / len(answers) for kind, hits in found.items()}
    order = sorted(found, key=lambda kind: (not any(hit.pinned for hit in found[kind]), -mean[kind], kind))[:k]
    best = (max(found[kind], key=lambda hit: (hit.pinned, hit.score)) for kind in order)
    placed = enumerate(zip(order, best, strict=True), start=1)
    return tuple(replace(hit, rank=at, score=mean[kind]) for at, (kind, hit) in placed)
