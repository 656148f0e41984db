"""Which records tell of one article: a pure function of a set of records, whatever their order.

Two records are of one article when they share an anchor (a given id, a headline, a body) and
contradict each other in nothing that both know: headline, body, outlet, day. Records with different
given ids must be copies: the same body (or none in both) as well.

Records are taken in one canonical order, the most complete first, and each joins the first cluster
that it fits. Clusters are found through an index on what they know, so the cost stays linear even
when 80,000 records bear one headline.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product

# Marks in index keys; what is known stands there with "=" before it, so it is never taken for a mark.
_ANY, _NONE = "*", "-"


@dataclass(frozen=True, slots=True)
class Facts:
    """What one record knows of its article; ``""`` is unknown. ``digest`` is over all it says."""

    record: int
    given: str
    headline: str
    body: str
    outlet: str
    day: str
    digest: str
    anchors: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, str, str, str]:
        return self.headline, self.body, self.outlet, self.day

    @property
    def rank(self) -> tuple[int, bool, str]:
        """The canonical order: most complete first, then records with an id of their own."""
        return -sum(map(bool, self.known)), not self.given, self.digest


@dataclass(slots=True)
class Cluster:
    """Records of one article, in canonical order, and what they know together."""

    number: int
    members: list[Facts] = field(default_factory=list)
    known: tuple[str, ...] = ("", "", "", "")
    given: set[str] = field(default_factory=set)

    def fits(self, facts: Facts) -> bool:
        if any(a and b and a != b for a, b in zip(self.known, facts.known, strict=True)):
            return False
        other = self.given and facts.given and facts.given not in self.given
        return not other or self.known[1] == facts.body

    def add(self, facts: Facts) -> bool:
        """Take the record in; true when the cluster knows more than before."""
        before = self.known, len(self.given)
        self.members.append(facts)
        self.known = tuple(a or b for a, b in zip(self.known, facts.known, strict=True))
        if facts.given:
            self.given.add(facts.given)
        return before != (self.known, len(self.given))


def clusters(records: Iterable[Facts]) -> list[Cluster]:
    """The articles of one component (records joined by shared anchors), in canonical order."""
    index: dict[tuple[str, ...], Cluster] = {}
    found: list[Cluster] = []
    order = sorted(records, key=lambda f: f.rank)
    if len(order) == 1:
        alone = Cluster(0)
        alone.add(order[0])
        return [alone]
    for facts in order:
        hits = (index.get(key) for key in _asked(facts))
        home = min((c for c in hits if c and c.fits(facts)), key=lambda c: c.number, default=None)
        if home is None:
            home = Cluster(len(found))
            found.append(home)
        if home.add(facts):
            for key in _offered(home, facts):
                index.setdefault(key, home)
    return found


def _asked(facts: Facts) -> Iterator[tuple[str, ...]]:
    """Every key under which a fitting cluster may stand."""
    patterns = list(product(*((f"={value}", _NONE) if value else (_ANY, _NONE) for value in facts.known)))
    same_body = f"={facts.body}" if facts.body else _NONE
    for anchor in facts.anchors:
        for pattern in patterns:
            if not facts.given:
                yield (anchor, _ANY, *pattern)
                continue
            yield (anchor, _NONE, *pattern)
            yield (anchor, f"={facts.given}", *pattern)
            if pattern[1] == same_body:
                yield (anchor, _ANY, *pattern)


def _offered(cluster: Cluster, newest: Facts) -> Iterator[tuple[str, ...]]:
    """Every key under which the cluster is to be found."""
    classes = [_ANY, *(f"={given}" for given in sorted(cluster.given))] if cluster.given else [_ANY, _NONE]
    patterns = list(product(*((f"={value}", _ANY) if value else (_NONE,) for value in cluster.known)))
    anchors = sorted({anchor for facts in (cluster.members[0], newest) for anchor in facts.anchors})
    for anchor, given, pattern in product(anchors, classes, patterns):
        yield (anchor, given, *pattern)
