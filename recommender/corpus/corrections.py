"""Versions of an article: which text is the current one, and which are earlier.

Texts are versions of one article when they share a given id, or an address and something of what they say, and name
no two outlets. The latest counts: by its date of change, else of publication; where dates do not decide, or are not
known, the one that was read later.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field
from itertools import pairwise

from recommender.corpus.components import Cluster, Facts
from recommender.text.instants import day_number

from ..lazy import dataclass

_SECTION = 20
"""An address of more texts than this is no article's: a front page, a section."""
_NEAR = 8
"""So many articles of one id or address are compared with an earlier text."""
_HEADLINES = 0.4  # share of the pairs of letters of the shorter headline from which two have something in common ...
_BODIES = 0.2  # ... and of the words of the shorter body

Texts = Callable[[Cluster], tuple[str, str]]
Moment = tuple[float, bool, int, int]


@dataclass(slots=True)
class Chain:
    """An article: its text and the earlier versions of it, the latest first.

    ``unlike`` are pairs (later, earlier) of neighbours that have nothing in common but the id.
    """

    texts: list[Cluster]
    unlike: list[tuple[Cluster, Cluster]] = field(default_factory=list)

    @property
    def head(self) -> Cluster:
        return self.texts[0]

    @property
    def same_text(self) -> list[Cluster]:
        """The latest and the earlier versions of it, up to the first that has nothing in common with the next."""
        breaks = [later.number for later, _ in self.unlike]
        return self.texts[: next((n for n, text in enumerate(self.texts, 1) if text.number in breaks), None)]


def chains(texts_found: list[Cluster], texts: Texts) -> list[Chain]:
    """Every text of a component in one chain; ``texts`` gives headline and body of one."""
    if len(texts_found) < 2:
        return [Chain([cluster]) for cluster in texts_found]
    return [chain for group in _groups(texts_found) for chain in _chained(group, texts)]


def _groups(texts: list[Cluster]) -> Iterator[list[Cluster]]:
    """Connected components of the texts by shared ids and addresses; most have one text."""
    by_key: dict[tuple[str, str], list[Cluster]] = {}
    for cluster in texts:
        for key in _keys(cluster):
            by_key.setdefault(key, []).append(cluster)
    shared = {
        key: those for key, those in by_key.items() if len(those) > 1 and (key[0] == "id" or len(those) <= _SECTION)
    }
    visited: set[int] = set()
    for cluster in texts:
        group, waiting = [], [cluster]
        while waiting:
            if (current := waiting.pop()).number not in visited:
                visited.add(current.number)
                group.append(current)
                waiting += (other for key in _keys(current) for other in shared.get(key, ()))
        if group:
            yield group


def _chained(group: list[Cluster], texts: Texts) -> Iterator[Chain]:
    if len(group) == 1:
        yield Chain(group)
        return
    moments = moments_of(facts for cluster in group for facts in cluster.members if facts.given_id or facts.url)
    latest = {c.number: max(moments[f.record] for f in c.members if f.record in moments) for c in group}
    result: list[Chain] = []
    for cluster in sorted(group, key=lambda c: latest[c.number], reverse=True):
        home = next((chain for chain in result[-_NEAR:] if _is_version(cluster, chain, texts)), None)
        if home is None:
            result.append(Chain([cluster]))
            continue
        if not _alike(cluster, home.texts[-1], texts):
            home.unlike.append((home.texts[-1], cluster))
        home.texts.append(cluster)
    yield from result


def moments_of(records: Iterable[Facts]) -> dict[int, Moment]:
    """A sort key of the time of each record: its instant, whether that is of a change, and the order of reading.

    Days with a date without a clock are compared as days. What has no date follows what was read before it.
    """
    ordered = sorted(records, key=lambda facts: (facts.read, facts.record))
    dates = {facts.record: facts.updated or facts.published for facts in ordered}
    numbers = {record: day_number(date) for record, date in dates.items()}
    whole_days = {math.floor(n) for record, n in numbers.items() if n == n and "T" not in dates[record]}
    moments: dict[int, Moment] = {}
    last = (-math.inf, False)
    for facts in ordered:
        number = numbers[facts.record]
        if number == number:
            day = math.floor(number)
            moment = (float(day) if day in whole_days else number, bool(facts.updated))
            last = max(last, moment)
        else:
            moment = last
        moments[facts.record] = (*moment, facts.read, facts.record)
    return moments


def _keys(cluster: Cluster) -> list[tuple[str, str]]:
    urls = dict.fromkeys(facts.url for facts in cluster.members if facts.url)
    return [*(("id", name) for name in sorted(cluster.given_ids)), *(("url", url) for url in urls)]


def _is_version(cluster: Cluster, chain: Chain, texts: Texts) -> bool:
    outlets = {text.values[2] for text in (cluster, chain.head, chain.texts[-1])} - {""}
    if len(outlets) > 1:
        return False
    mine, theirs = set(_keys(cluster)), {key for text in chain.texts for key in _keys(text)}
    shared = {kind for kind, _ in mine & theirs}
    moved = "url" not in shared and all(any(kind == "url" for kind, _ in keys) for keys in (mine, theirs))
    if "id" in shared and not moved:
        return True
    return bool(shared) and _alike(cluster, chain.texts[-1], texts)


def _alike(one: Cluster, other: Cluster, texts: Texts) -> bool:
    """Whether two texts have something in common."""
    if any(a and a == b for a, b in zip(one.values[:2], other.values[:2], strict=True)):
        return True
    (title, body), (second, text) = texts(one), texts(other)
    return (
        _shared(_pairs(title), _pairs(second)) >= _HEADLINES or _shared(set(body.split()), set(text.split())) >= _BODIES
    )


def _pairs(headline: str) -> set[str]:
    """The pairs of letters of a headline; numbers of a series make no two alike."""
    return {a + b for a, b in pairwise("".join(headline.split())) if a.isalpha() and b.isalpha()}


def _shared(one: set[str], other: set[str]) -> float:
    """Share of the smaller set that both have; 0 where one is empty."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0


def by_time(members: list[Facts]) -> list[Facts]:
    """Records of one text: those that share an id or address with another, the latest first; then the others."""
    counts = Counter(key for facts in members for key in {("id", facts.given_id), ("url", facts.url)} if key[1])
    if all(count == 1 for count in counts.values()):
        return members
    shared = [f for f in members if counts[("id", f.given_id)] > 1 or counts[("url", f.url)] > 1]
    moments = moments_of(shared)
    shared.sort(key=lambda facts: moments[facts.record], reverse=True)
    return shared + [facts for facts in members if facts.record not in moments]
