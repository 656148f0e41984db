"""What the map shows of topics: a colour for each, and where its name stands."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .summary_data import Map, Summary

COLOURS = 12  # the classes c0 to c11 of the style sheet
_SAMPLE = 500  # points of a topic among which the place of its name is sought


def spread_colours(count: int, topic_of: NDArray[np.int64], shown: Map) -> tuple[int, ...]:
    """Numbers 0..11 for ``count`` topics, the largest first. ``topic_of`` (m,): the topic of each point.

    The first twelve differ. Each later one takes the colour whose topics are furthest away, so that
    neighbours can be told apart; without a map the colours follow one another.
    """
    if not shown.placed or count <= COLOURS:
        return tuple(i % COLOURS for i in range(count))
    centres = np.full((count, 2), np.nan)
    for topic in range(count):
        members = topic_of == topic
        if members.any():
            centres[topic] = np.median(shown.x[members]), np.median(shown.y[members])
    chosen = list(range(COLOURS))
    for topic in range(COLOURS, count):
        apart = np.nan_to_num(np.linalg.norm(centres[:topic] - centres[topic], axis=1), nan=2.0)
        closest = [min(apart[i] for i in range(topic) if chosen[i] == colour) for colour in range(COLOURS)]
        chosen.append(int(np.argmax(closest)))
    return tuple(chosen)


def medoids(summary: Summary) -> list[int]:
    """For each topic the place on the map of the article with the least sum of distances to the others; -1 of none.

    A mean or a median of a scattered topic can stand in the void, or among another's articles. Of a large topic
    only every n-th article is sampled.
    """
    topic_of = np.array([summary.articles[row].topic for row in summary.map.rows.tolist()], dtype=np.int64)
    points = np.column_stack([summary.map.x, summary.map.y]).astype(np.float64)
    found = []
    for topic in range(len(summary.topics)):
        members = np.flatnonzero(topic_of == topic)
        members = members[:: 1 + len(members) // _SAMPLE]
        apart = np.linalg.norm(points[members][:, None, :] - points[members][None, :, :], axis=2).sum(axis=1)
        found.append(int(members[apart.argmin()]) if len(members) else -1)
    return found
