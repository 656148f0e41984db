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
    hits_of: dict[int, list[Hit]] = {}
    for hit in (hit for answer in answers for hit in answer):
        hits_of.setdefault(int(catalogue.duplicate_of[catalogue.row(hit.article.id)]), []).append(hit)
    mean = {kind: math.fsum(hit.score for hit in hits) / len(answers) for kind, hits in hits_of.items()}
    order = sorted(hits_of, key=lambda kind: (not any(hit.pinned for hit in hits_of[kind]), -mean[kind], kind))[:k]
    best = (max(hits_of[kind], key=lambda hit: (hit.pinned, hit.score)) for kind in order)
    numbered = enumerate(zip(order, best, strict=True), start=1)
    return tuple(replace(hit, rank=rank, score=mean[kind]) for rank, (kind, hit) in numbered)
