"""Record linkage: which records are of one article, a pure function of a set of records, whatever their order.

Two records are of one article when they share a link key (a given id, a headline, a body) and differ in no field
that both have: headline, body, outlet, day. Two ids mean two articles: records with different given ids must be
copies in all, the same body in the same outlet on the same day.

Records are taken in one canonical order, the most complete first, and each joins the first cluster that it fits.
Clusters are found through an index on their fields, so the cost stays linear even when 80,000 records have one
headline.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from itertools import product

from ..lazy import dataclass

# Marks in index keys for any and no value; a value itself has "=" before it.
_ANY, _NONE = "*", "-"
_FEW = 8
"""Up to so many clusters are tried one by one, more are found by the index."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The fields of one record by which records of one article are linked; ``""`` is unknown.

    ``headline`` is normalised (`title_key`), ``url`` too (`article_key`); ``digest`` is a hash of all fields. ``read``
    is the position of its file in the order of reading.
    """

    record: int
    given_id: str
    headline: str
    body: str
    outlet: str
    day: str
    digest: str
    link_keys: tuple[str, ...] = ()
    url: str = ""
    updated: str = ""
    published: str = ""
    read: int = 0

    @property
    def values(self) -> tuple[str, str, str, str]:
        return self.headline, self.body, self.outlet, self.day

    @property
    def complete(self) -> bool:
        """Whether body, outlet and day are known."""
        return all(self.values[1:])

    @property
    def rank(self) -> tuple[int, bool, str]:
        """The canonical order: most complete first, then records with an id of their own."""
        return -sum(map(bool, self.values)), not self.given_id, self.digest


@dataclass(slots=True)
class Cluster:
    """Records of one text, in canonical order, and the union of their fields."""

    number: int
    members: list[Facts] = field(default_factory=list)
    values: tuple[str, ...] = ("", "", "", "")
    given_ids: set[str] = field(default_factory=set)
    link_keys: set[str] = field(default_factory=set)

    @property
    def main(self) -> int:
        """The most complete record."""
        return self.members[0].record

    def fits(self, facts: Facts) -> bool:
        if self.link_keys.isdisjoint(facts.link_keys):
            return False
        if any(a and b and a != b for a, b in zip(self.values, facts.values, strict=True)):
            return False
        other = self.given_ids and facts.given_id and facts.given_id not in self.given_ids
        return not other or (facts.complete and self.values[1:] == facts.values[1:])

    def add(self, facts: Facts) -> bool:
        """Add the record; true when the cluster has more fields or keys than before."""
        before = self.values, len(self.given_ids), len(self.link_keys)
        self.link_keys.update(facts.link_keys)
        self.members.append(facts)
        self.values = tuple(a or b for a, b in zip(self.values, facts.values, strict=True))
        if facts.given_id:
            self.given_ids.add(facts.given_id)
        return before != (self.values, len(self.given_ids), len(self.link_keys))


def clusters(records: Iterable[Facts]) -> list[Cluster]:
    """The articles of one component (records joined by shared link keys), in canonical order."""
    result: list[Cluster] = []
    index: dict[tuple[str, ...], Cluster] = {}
    for facts in sorted(records, key=lambda f: f.rank):
        many = len(result) > _FEW
        near = (index.get(key) for key in _lookup_keys(facts)) if many else result
        home = min((c for c in near if c and c.fits(facts)), key=lambda c: c.number, default=None)
        if home is None:
            home = Cluster(len(result))
            result.append(home)
        if home.add(facts) and many:
            index.update((key, home) for key in _index_keys(home) if key not in index)
        elif not many and len(result) > _FEW:
            for cluster in result:
                index.update((key, cluster) for key in _index_keys(cluster) if key not in index)
    return result


def _lookup_keys(facts: Facts) -> Iterator[tuple[str, ...]]:
    """Every index key of a cluster that may fit the record."""
    patterns = list(product(*((f"={value}", _NONE) if value else (_ANY, _NONE) for value in facts.values)))
    copied = tuple(f"={value}" for value in facts.values[1:])
    for key in facts.link_keys:
        for pattern in patterns:
            if not facts.given_id:
                yield (key, _ANY, *pattern)
                continue
            yield (key, _NONE, *pattern)
            yield (key, f"={facts.given_id}", *pattern)
            if facts.complete and pattern[1:] == copied:
                yield (key, _ANY, *pattern)


def _index_keys(cluster: Cluster) -> Iterator[tuple[str, ...]]:
    """Every index key of the cluster."""
    given = [_ANY, *(f"={name}" for name in sorted(cluster.given_ids))] if cluster.given_ids else [_ANY, _NONE]
    patterns = list(product(*((f"={value}", _ANY) if value else (_NONE,) for value in cluster.values)))
    for key, name, pattern in product(sorted(cluster.link_keys), given, patterns):
        yield (key, name, *pattern)
