"""Topics on the map: a colour for each, and the position of its name."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .summary_data import Map, Summary

COLOURS = 12  # the classes c0 to c11 of the style sheet
_SAMPLE = 500  # points of a topic from which its medoid is chosen


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
        distances = np.nan_to_num(np.linalg.norm(centres[:topic] - centres[topic], axis=1), nan=2.0)
        closest = [min(distances[i] for i in range(topic) if chosen[i] == colour) for colour in range(COLOURS)]
        chosen.append(int(np.argmax(closest)))
    return tuple(chosen)


def medoids(summary: Summary) -> list[int]:
    """For each topic the index on the map of its medoid, the article with the least sum of distances; -1 for none.

    The mean or median of a scattered topic can lie in a void, or among the articles of another. A large topic is
    sampled at every n-th article.
    """
    topic_of = np.array([summary.articles[row].topic for row in summary.map.rows.tolist()], dtype=np.int64)
    points = np.column_stack([summary.map.x, summary.map.y]).astype(np.float64)
    medoids = []
    for topic in range(len(summary.topics)):
        members = np.flatnonzero(topic_of == topic)
        members = members[:: 1 + len(members) // _SAMPLE]
        distances = np.linalg.norm(points[members][:, None, :] - points[members][None, :, :], axis=2).sum(axis=1)
        medoids.append(int(members[distances.argmin()]) if len(members) else -1)
    return medoids
