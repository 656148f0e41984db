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
_CUT_FROM = 6  # times min_topic_size: the size from which a broad topic is cut, and the mean from which any is
_FINE = 7  # times min_topic_size: the mean size of finer topics
_JOIN_FROM = 16  # topics from which wider groups say more than the topics
_SLACK = 1.25  # how much farther these bounds lie for what was there before
_STAY = 0.1  # of the likeness to their group's centre that it may cost to keep the groups there were


class Levels(NamedTuple):
    """``fine`` (n,) and ``broad`` (n,) labels from 0, -1 for none; ``broad_first``: the broad ones are those that
    were found, the fine ones lie in them. One level: ``broad`` is None."""

    fine: Labels
    broad: Labels | None = None
    broad_first: bool = False


def levels_of(
    rows: Rows, found: Labels, forming: Labels, before: Labels, least: int, seed: int,
    broad_before: bool | None = None, may_cut: bool = True,
) -> Levels:  # fmt: skip
    """Both levels of n articles (n, d) whose topics ``found`` (n,) are one of them; -1 for none.

    Few topics, or large ones, are cut; many are joined; a small archive keeps its one level. ``forming`` are the row
    numbers that form finer topics, no near-copies among them; ``before`` (n,) is where each article was at the other
    level, -1 for nowhere, ``broad_before`` whether the broad level was the first then, None for one level: what was
    stays while it is near the bounds. No topic is cut into parts of fewer than ``least`` of the rows ``forming``, none
    at all where they are fine ones by the way they were found (``may_cut``).
    """
    count = int(found.max(initial=-1)) + 1
    mean = (found[forming] >= 0).sum() / max(1, count)
    slack = {None: 1.0, True: _SLACK, False: 1 / _SLACK}[broad_before]
    few = count <= _BROAD_MOST * slack and mean >= _CUT_FROM * least / max(1, slack)
    if may_cut and (few or mean >= _WIDE * least / slack):
        return Levels(_cut(rows, found, forming, before, least, seed), found, True)
    if count < _JOIN_FROM * (slack if broad_before is False else 1.0):
        return Levels(found)
    above = _joined(rows, found, before)
    return Levels(found, np.where(found >= 0, above[found], -1))


def broad_most(articles: int, least: int, most: int, broad_before: bool | None = None) -> int:
    """How many topics are to be found in so many ``articles``, ``most`` at most: so few that they can be broad ones,
    where there are articles enough to cut them, or were before; any number where those found before were fine ones."""
    enough = articles >= _BROAD_MOST * _CUT_FROM * least / (_SLACK if broad_before else 1.0)
    return min(most, _BROAD_MOST) if enough and broad_before is not False else most


def _cut(rows: Rows, found: Labels, forming: Labels, before: Labels, least: int, seed: int) -> Labels:
    """(n,) finer topics: all articles grouped finely, each group in the topic of most of its members; each article of a
    topic goes to the nearest group in it."""
    tree = CentreTree.of(np.ascontiguousarray(rows[forming]), seed)  # of outliers too: the same, whatever was before
    forming = forming[found[forming] >= 0]
    taught = np.ascontiguousarray(rows[forming])
    labels = cluster_into(taught, max(2, round(len(taught) / (_FINE * least))), tree, before[forming])
    inside = found[forming]
    votes = np.zeros((int(labels.max()) + 1, int(found.max()) + 1), dtype=np.int64)
    np.add.at(votes, (labels, inside), 1)
    above = votes.argmax(axis=1)
    fine = np.full(len(found), -1, dtype=np.int64)
    total = 0
    for topic in range(int(found.max()) + 1):
        members = np.flatnonzero(found == topic)
        kept = (inside == topic) & (above[labels] == topic)
        groups = np.unique(labels[kept], return_inverse=True)[1]
        own = centres_of(taught[kept], groups) if len(groups) else taught[:0]  # a small topic may win no group
        centres = _parts(taught[inside == topic], own, least)
        nearest = (rows[members] @ centres.T).argmax(axis=1) if len(centres) else np.zeros(len(members), np.int64)
        parts, places = np.unique(nearest, return_inverse=True)
        fine[members] = total + places
        total += len(parts)
    return fine


def _parts(rows: Floats, centres: Floats, least: int) -> Floats:
    """The ``centres`` (k, d) of finer topics less those to which fewer than ``least`` of ``rows`` (m, d) are nearest;
    none where two do not remain."""
    while len(centres) > 1:
        sizes = np.bincount((rows @ centres.T).argmax(axis=1), minlength=len(centres))
        if sizes.min() >= least:
            return centres
        centres = np.delete(centres, int(sizes.argmin()), axis=0)
    return centres[:0]


def _joined(rows: Rows, found: Labels, before: Labels) -> Labels:
    """(k,) the broad topic of each fine one: by Ward's tree over the centres, or as before while that is about as
    good."""
    held = found >= 0
    centres = centres_of(rows[np.flatnonzero(held)], found[held])
    tree = linkage(centres.astype(np.float64), "ward")
    fresh = np.unique(fcluster(tree, max(2, round(len(centres) ** 0.5)), "maxclust"), return_inverse=True)[1]
    kept = _as_before(centres, found, before)
    return kept if _tight(centres, kept) >= (1 - _STAY) * _tight(centres, fresh) else fresh


def _as_before(centres: Floats, found: Labels, before: Labels) -> Labels:
    """(k,) groups by where most articles of each fine topic were; those of nowhere join the nearest group. All are one
    group where nobody was anywhere."""
    known_before = (found >= 0) & (before >= 0)
    if not known_before.any():
        return np.zeros(len(centres), dtype=np.int64)
    votes = np.zeros((len(centres), int(before.max()) + 1), dtype=np.int64)
    np.add.at(votes, (found[known_before], before[known_before]), 1)
    known = votes.any(axis=1)
    groups = np.unique(votes[known].argmax(axis=1), return_inverse=True)[1]
    middles = centres_of(centres[known], groups)
    above = (centres @ middles.T).argmax(axis=1)
    above[known] = groups
    return np.unique(above, return_inverse=True)[1]


def _tight(centres: Floats, groups: Labels) -> float:
    """Mean cosine of the centres to those of their groups; -1 of one group."""
    if groups.max() < 1:
        return -1.0
    return float((centres * centres_of(centres, groups)[groups]).sum(axis=1).mean())
