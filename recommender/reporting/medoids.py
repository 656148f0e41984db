"""Where the name of a topic stands on the map: at one of its own articles."""

from __future__ import annotations

import numpy as np

from .shapes import Summary

_LOOKED_AT = 500  # points of a topic among which the place of its name is sought


def medoids(summary: Summary) -> list[int]:
    """For each topic the place on the map of the article with the least sum of distances to the others; -1 of none.

    A mean or a median of a scattered topic can stand in the void, or among another's articles. Of a large topic
    every so manieth article alone is looked at.
    """
    topic_of = np.array([summary.articles[row].topic for row in summary.map.rows.tolist()], dtype=np.int64)
    points = np.column_stack([summary.map.x, summary.map.y]).astype(np.float64)
    found = []
    for topic in range(len(summary.topics)):
        held = np.flatnonzero(topic_of == topic)
        held = held[:: 1 + len(held) // _LOOKED_AT]
        apart = np.linalg.norm(points[held][:, None, :] - points[held][None, :, :], axis=2).sum(axis=1)
        found.append(int(held[apart.argmin()]) if len(held) else -1)
    return found
