"""A colour for each topic: no two that lie close together on the map share one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .shapes import Map

COLOURS = 12  # the classes c0 to c11 of the style sheet


def spread_colours(count: int, topic_of: NDArray[np.int64], shown: Map) -> tuple[int, ...]:
    """Numbers 0..11 for ``count`` topics, the largest first. ``topic_of`` (m,): the topic of each point.

    The first twelve differ. Each later one takes the colour whose topics are furthest away, so that
    neighbours can be told apart; without a map the colours follow one another.
    """
    if not shown.placed or count <= COLOURS:
        return tuple(i % COLOURS for i in range(count))
    centres = np.full((count, 2), np.nan)
    for topic in range(count):
        held = topic_of == topic
        if held.any():
            centres[topic] = np.median(shown.x[held]), np.median(shown.y[held])
    chosen = list(range(COLOURS))
    for topic in range(COLOURS, count):
        apart = np.nan_to_num(np.linalg.norm(centres[:topic] - centres[topic], axis=1), nan=2.0)
        closest = [min(apart[i] for i in range(topic) if chosen[i] == colour) for colour in range(COLOURS)]
        chosen.append(int(np.argmax(closest)))
    return tuple(chosen)
