"""How good the answers are: what an evaluation or the manifest says, in one shape."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..evaluation.metrics import Bin, Interval, Reliability
from .shapes import AskedGroup, Quality

MEASURES = ("mrr", "hit_5", "hit_10", "recall_5", "recall_10", "ndcg_10", "abstained")
_TOPICS = ("coverage", "npmi", "diversity")
_MOST = 40  # groups that are shown


def quality_of(scores: Mapping[str, Any] | None, trained: str | None = None) -> Quality | None:
    """The quality that ``scores`` tells: the JSON of an ``Evaluation``, or what stands in a manifest; None of none.

    ``trained`` is the version that the scores were measured on, if it is not the reported one.
    """
    if not scores:
        return None
    ends = _mapping(scores.get("intervals"))
    found = ((name, _interval(scores.get(name), ends.get(name))) for name in MEASURES)
    topics = _mapping(scores.get("topics"))
    return Quality(
        int(_number(scores.get("questions"), 0)),
        tuple((name, value) for name, value in found if not math.isnan(value.value)),
        tuple(_group(row) for row in scores.get("groups", ())[:_MOST] if "recall_10" in row),
        _reliability(_mapping(scores.get("reliability"))),
        tuple((name, _number(topics[name])) for name in _TOPICS if topics.get(name) is not None),
        trained,
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _number(value: Any, otherwise: float = math.nan) -> float:
    known = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if known else otherwise


def _interval(value: Any, ends: Any = None) -> Interval:
    """Of ``{"value", "low", "high"}``, or of a number and its two ends."""
    if isinstance(value, Mapping):
        return Interval(*(_number(value.get(name)) for name in ("value", "low", "high")))
    low, high = ends or (None, None)
    return Interval(_number(value), _number(low), _number(high))


def _group(row: Mapping[str, Any]) -> AskedGroup:
    return AskedGroup(
        str(row["by"]), str(row["name"]), int(row["questions"]), int(row["answers"]), _interval(row["recall_10"])
    )


def _reliability(held: Mapping[str, Any]) -> Reliability:
    bins = (
        Bin(row["low"], row["high"], int(row["pairs"]), _number(row["score"]), _number(row["right"]))
        for row in held.get("bins", ())
    )
    return Reliability(tuple(bins), _number(held.get("brier")), _number(held.get("error")))
