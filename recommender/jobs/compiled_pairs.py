"""What pairs of articles have in common, compiled, and which of them are shown."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..index.fields import IN_TITLE
from .compiled import Floats, Ints, Mask, Numbers, compiled


@compiled
def matches_of_pairs(
    start: Ints, term: NDArray[np.int32], code: NDArray[np.uint8], saturation: Floats, has_bodies: bool, norms: Floats,
    word: Mask, idf: Floats, said: Floats, specificity: Floats, query_start: Ints, query_term: Ints,
    query_share: Floats, query_bare: Floats, query_height: Floats, query_compound: Ints, lengths: Numbers,
    by_words: Numbers, of_words: Numbers, of: Ints, rows: Ints,
) -> Floats:  # fmt: skip
    """(8, p) ``Matches`` of pairs ``of`` (p,) and ``rows`` (p,), ascending by the first."""
    matches = np.zeros((8, len(rows)), dtype=np.float32)
    place = np.full(len(idf), -1, dtype=np.int32)
    asked = -1
    sums = np.zeros(9, dtype=np.float64)
    compounds = query_compound.max() + 1 if len(query_compound) else 0
    most = np.zeros(compounds, dtype=np.float32)  # that a word of each tells
    for p in range(len(rows)):
        if of[p] != asked:
            if asked >= 0:
                for at in range(query_start[asked], query_start[asked + 1]):
                    place[query_term[at]] = -1
            asked = of[p]
            for at in range(query_start[asked], query_start[asked + 1]):
                place[query_term[at]] = at
        sums[:] = 0
        most[:] = 0
        for posting in range(start[rows[p]], start[rows[p] + 1]):
            t = term[posting]
            at = place[t]
            if at < 0:
                continue
            in_title = code[posting] >= IN_TITLE
            saturated = saturation[code[posting]] if has_bodies else np.float32(0)
            share = query_share[at]
            if in_title:
                sums[0] += share
            sums[1] += query_bare[at] * saturated
            if word[t]:
                if in_title:
                    sums[2] += query_height[at] * idf[t]
                sums[4] += share if in_title else share * saturated
                sums[5] += idf[t]
                sums[6] += said[t]
                sums[7] += share
                compound, more = query_compound[at], specificity[t]
                if compound >= 0:
                    more = max(specificity[t] - most[compound], np.float32(0))
                    most[compound] += more
                sums[8] += more
            elif in_title:
                sums[3] += query_height[at] * idf[t]
        cosine, sides = 0.0, 0
        for side in range(2):
            if lengths[asked, side] > 0:
                sides += 1
                length = norms[rows[p], side] * lengths[asked, side]
                cosine += sums[2 + side] / (length if length else 1.0)
        matches[0, p], matches[1, p], matches[2, p] = sums[0], sums[1], cosine / max(sides, 1)
        matches[3, p] = sums[4] / (by_words[asked] if by_words[asked] else 1.0)
        matches[4, p], matches[5, p], matches[6, p] = min(sums[5] / 10, 1.0), sums[6], sums[8]
        matches[7, p] = sums[7] / (of_words[asked] if of_words[asked] else 1.0)
    return matches


@compiled
def highest_of_each(bounds: Ints, values: Floats, count: int) -> Mask:
    """(p,) which of ``values`` (p,) are among the ``count`` highest between two of the ``bounds`` (b + 1,), equal ones
    by their order."""
    among = np.zeros(len(values), dtype=np.bool_)
    for i in range(len(bounds) - 1):
        begin, end = bounds[i], bounds[i + 1]
        if end - begin <= count:
            among[begin:end] = True
            continue
        ordered = np.partition(values[begin:end], end - begin - count)
        lowest, above = ordered[end - begin - count], 0
        for p in range(begin, end):
            if values[p] > lowest:
                among[p] = True
                above += 1
        for p in range(begin, end):
            if above < count and values[p] == lowest:
                among[p] = True
                above += 1
    return among


@compiled
def held_of_pairs(
    start: Ints, bigram: NDArray[np.uint16], buckets: int, asked_start: Ints, asked_bigram: Ints, asked_value: Floats,
    of: Ints, rows: Ints,
) -> Numbers:  # fmt: skip
    """(p,) what the bigrams of the headlines at ``rows`` (p,) weigh in the texts at ``of`` (p,), ascending."""
    held, value, asked = np.zeros(len(rows), dtype=np.float64), np.zeros(buckets, dtype=np.float32), -1
    for p in range(len(rows)):
        if of[p] != asked:
            if asked >= 0:
                for at in range(asked_start[asked], asked_start[asked + 1]):
                    value[asked_bigram[at]] = 0
            asked = of[p]
            for at in range(asked_start[asked], asked_start[asked + 1]):
                value[asked_bigram[at]] = asked_value[at]
        for at in range(start[rows[p]], start[rows[p] + 1]):
            held[p] += value[bigram[at]]
    return held


@compiled
def best_of_copies(bounds: Ints, rows: Ints, group: NDArray[np.int32], collapse: bool, most: int) -> tuple[Ints, Ints]:
    """(b, ``most``) positions in ``rows`` (p,) between two of the ``bounds`` (b + 1,), and (b,) how many: the first of
    each ``group`` (n,) of near-copies, or of all where copies do not ``collapse``."""
    first, sizes = np.zeros((len(bounds) - 1, most), dtype=np.int64), np.zeros(len(bounds) - 1, dtype=np.int64)
    seen = np.zeros(len(group), dtype=np.bool_)
    for i in range(len(bounds) - 1):
        n = 0
        for p in range(bounds[i], bounds[i + 1]):
            if n == most:
                break
            if not (collapse and seen[group[rows[p]]]):
                seen[group[rows[p]]] = True
                first[i, n] = p
                n += 1
        for at in range(n):
            seen[group[rows[first[i, at]]]] = False
        sizes[i] = n
    return first, sizes


@compiled
def alike_titles(
    start: Ints, term: NDArray[np.int32], weight: Floats, terms: int, bounds: Ints, rows: Ints, least: float
) -> tuple[Ints, Ints, Floats]:
    """(q,) and (q,) positions of two of ``rows`` (p,), the later first, between two of the ``bounds`` (b + 1,), whose
    titles have a cosine of ``least`` and more, and the cosine (q,). The titles are rows of a matrix, with ``start``,
    ``term`` and ``weight`` of its entries."""
    most = 0
    for i in range(len(bounds) - 1):
        most += (bounds[i + 1] - bounds[i]) * (bounds[i + 1] - bounds[i] - 1) // 2
    later, earlier, cosine = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.float32)
    own, n = np.zeros(terms, dtype=np.float32), 0
    for i in range(len(bounds) - 1):
        for p in range(bounds[i] + 1, bounds[i + 1]):
            for at in range(start[rows[p]], start[rows[p] + 1]):
                own[term[at]] = weight[at]
            for q in range(bounds[i], p):
                product = 0.0
                for at in range(start[rows[q]], start[rows[q] + 1]):
                    product += own[term[at]] * weight[at]
                if product >= least:
                    later[n], earlier[n], cosine[n] = p, q, product
                    n += 1
            for at in range(start[rows[p]], start[rows[p] + 1]):
                own[term[at]] = 0
    return later[:n], earlier[:n], cosine[:n]
