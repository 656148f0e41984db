"""Two levels of topics from one tree: broad ones cut into finer ones, or many fine ones joined into broad ones."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from ..arrays.kernels import Floats
from ..arrays.row_file import Rows
from .neighbour_graph import Labels
from .partition import CentreTree, centres_of, cluster_into

_BROAD_MOST = 15  # topics up to which they can be the broad ones
_WIDE = 40  # times min_topic_size: from this mean size on topics are broad, however many they are
_CUT_FROM = 6  # times min_topic_size: the mean size from which topics are cut
_FINE = 7  # times min_topic_size: the mean size of finer topics
_JOIN_FROM = 16  # topics from which they are joined into broad ones
_SLACK = 1.25  # hysteresis: factor on these bounds in favour of the previous levels
_STAY = 0.1  # loss of mean cosine to the group's centre that is accepted to keep previous groups


class Levels(NamedTuple):
    """``fine`` (n,) and ``broad`` (n,) labels from 0, -1 for none; ``broad_first``: the broad ones are those that
    were found, the fine ones lie in them. One level: ``broad`` is None."""

    fine: Labels
    broad: Labels | None = None
    broad_first: bool = False


def levels_of(
    rows: Rows, topic_of: Labels, forming: Labels, before: Labels, min_size: int, seed: int,
    broad_before: bool | None = None, may_cut: bool = True,
) -> Levels:  # fmt: skip
    """Both levels of n articles (n, d) whose topics ``topic_of`` (n,) are one of them; -1 for none.

    Few topics, or large ones, are cut; many are joined; a small archive keeps its one level. ``forming`` are the row
    numbers that form finer topics, no near-copies among them; ``before`` (n,) is where each article was at the other
    level, -1 for nowhere, ``broad_before`` whether the broad level was the first then, None for one level: what was
    stays while it is near the bounds. No topic is cut into parts of fewer than ``min_size`` of the rows ``forming``,
    none at all where they are fine ones by the way they were found (``may_cut``)."""
    count = int(topic_of.max(initial=-1)) + 1
    mean = (topic_of[forming] >= 0).sum() / max(1, count)
    slack = {None: 1.0, True: _SLACK, False: 1 / _SLACK}[broad_before]
    few = count <= _BROAD_MOST * slack and mean >= _CUT_FROM * min_size / max(1, slack)
    if may_cut and (few or mean >= _WIDE * min_size / slack):
        return Levels(_cut(rows, topic_of, forming, before, min_size, seed), topic_of, True)
    if count < _JOIN_FROM * (slack if broad_before is False else 1.0):
        return Levels(topic_of)
    broad_of = _joined(rows, topic_of, before)
    return Levels(topic_of, np.where(topic_of >= 0, broad_of[topic_of], -1))


def broad_most(articles: int, min_size: int, limit: int, broad_before: bool | None = None) -> int:
    """How many topics are to be found in so many ``articles``, ``limit`` at most: so few that they can be broad ones,
    where there are articles enough to cut them, or were before; any number where those found before were fine ones."""
    enough = articles >= _BROAD_MOST * _CUT_FROM * min_size / (_SLACK if broad_before else 1.0)
    return min(limit, _BROAD_MOST) if enough and broad_before is not False else limit


def _cut(rows: Rows, topic_of: Labels, forming: Labels, before: Labels, min_size: int, seed: int) -> Labels:
    """(n,) finer topics: all articles grouped finely, each group in the topic of most of its members; each article of a
    topic goes to the nearest group in it."""
    tree = CentreTree.of(np.ascontiguousarray(rows[forming]), seed)  # of outliers too: the same, whatever was before
    forming = forming[topic_of[forming] >= 0]
    vectors = np.ascontiguousarray(rows[forming])
    labels = cluster_into(vectors, max(2, round(len(vectors) / (_FINE * min_size))), tree, before[forming])
    inside = topic_of[forming]
    votes = np.zeros((int(labels.max()) + 1, int(topic_of.max()) + 1), dtype=np.int64)
    np.add.at(votes, (labels, inside), 1)
    topic_of_group = votes.argmax(axis=1)
    fine = np.full(len(topic_of), -1, dtype=np.int64)
    total = 0
    for topic in range(int(topic_of.max()) + 1):
        members = np.flatnonzero(topic_of == topic)
        in_topic = (inside == topic) & (topic_of_group[labels] == topic)
        groups = np.unique(labels[in_topic], return_inverse=True)[1]
        fresh = centres_of(vectors[in_topic], groups) if len(groups) else vectors[:0]  # a small one may win no group
        centres = _parts(vectors[inside == topic], fresh, min_size)
        nearest = (rows[members] @ centres.T).argmax(axis=1) if len(centres) else np.zeros(len(members), np.int64)
        parts, inverse = np.unique(nearest, return_inverse=True)
        fine[members] = total + inverse
        total += len(parts)
    return fine


def _parts(rows: Floats, centres: Floats, min_size: int) -> Floats:
    """The ``centres`` (k, d) of finer topics without those to which fewer than ``min_size`` of ``rows`` (m, d) are
    nearest; none if fewer than two remain."""
    while len(centres) > 1:
        sizes = np.bincount((rows @ centres.T).argmax(axis=1), minlength=len(centres))
        if sizes.min() >= min_size:
            return centres
        centres = np.delete(centres, int(sizes.argmin()), axis=0)
    return centres[:0]


def _joined(rows: Rows, topic_of: Labels, before: Labels) -> Labels:
    """(k,) the broad topic of each fine one: by Ward's tree over the centres, or as before while that is about as
    good."""
    member = topic_of >= 0
    centres = centres_of(rows[np.flatnonzero(member)], topic_of[member])
    tree = linkage(centres.astype(np.float64), "ward")
    fresh = np.unique(fcluster(tree, max(2, round(len(centres) ** 0.5)), "maxclust"), return_inverse=True)[1]
    previous = _as_before(centres, topic_of, before)
    return previous if _tight(centres, previous) >= (1 - _STAY) * _tight(centres, fresh) else fresh


def _as_before(centres: Floats, topic_of: Labels, before: Labels) -> Labels:
    """(k,) groups by the previous broad topic of most articles of each fine topic; those without one join the nearest
    group. One group if no article had any."""
    both = (topic_of >= 0) & (before >= 0)
    if not both.any():
        return np.zeros(len(centres), dtype=np.int64)
    votes = np.zeros((len(centres), int(before.max()) + 1), dtype=np.int64)
    np.add.at(votes, (topic_of[both], before[both]), 1)
    voted = votes.any(axis=1)
    groups = np.unique(votes[voted].argmax(axis=1), return_inverse=True)[1]
    middles = centres_of(centres[voted], groups)
    group_of = (centres @ middles.T).argmax(axis=1)
    group_of[voted] = groups
    return np.unique(group_of, return_inverse=True)[1]


def _tight(centres: Floats, groups: Labels) -> float:
    """Mean cosine of the centres to the centres of their groups; -1 for one group."""
    if groups.max() < 1:
        return -1.0
    return float((centres * centres_of(centres, groups)[groups]).sum(axis=1).mean())
