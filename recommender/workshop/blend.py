"""The vectors that topics are formed on: an article's words, its desks, and the lists that editors put it in.

Headlines of one subject often share no word. What people have said of them joins them all the same: the desks
that an editor described, and the related lists, where a page stands beside what belongs to it (docs/topics.md
says what each part is worth).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ..scoring import Links
from ..vectors import Floats, unit_rows

_DESKS = 1.0  # length of the desks' part beside that of the words
_LISTS = 0.5  # weight of the company that an article keeps in editors' lists
_STEPS = 3  # how far along the lists that company reaches


def blended(words: Floats, desks: Floats, links: Links, copy_of: NDArray[np.int32]) -> Floats:
    """(n, d + m) unit rows from ``words`` (n, d) unit rows and ``desks`` (n, m) strengths in 0..1.

    Each row becomes, ``_STEPS`` times, the mean of itself and of the rows that it is linked with (label
    spreading, Zhou et al. 2004); a near-copy's lists count for its original. Rows of which nothing is known
    are zero.
    """
    own = unit_rows(np.hstack([words, _DESKS * unit_rows(desks)])) if desks.shape[1] else words
    company = _company(links, copy_of)
    if not company.nnz:
        return own
    spread = own
    for _ in range(_STEPS):
        spread = unit_rows((1 - _LISTS) * own + _LISTS * np.asarray(company @ spread, dtype=np.float32))
    return spread


def _company(links: Links, copy_of: NDArray[np.int32]) -> sparse.csr_matrix:
    """(n, n) each row the equal shares of those that list it or that it lists; float32."""
    count = len(copy_of)
    sources = copy_of[np.repeat(np.arange(count), np.diff(links.listed_start))]
    targets = copy_of[links.listed]
    apart = sources != targets
    pairs = (sources[apart], targets[apart])
    one_way = sparse.csr_matrix((np.ones(len(pairs[0]), dtype=np.float32), pairs), shape=(count, count))
    both = ((one_way + one_way.T) > 0).astype(np.float32).tocsr()
    degree = np.asarray(both.sum(axis=1)).ravel()
    return (sparse.diags_array(1 / np.maximum(degree, 1)) @ both).tocsr()
