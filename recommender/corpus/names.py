"""The ids of the articles of one component, and their aliases."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from recommender.corpus.components import Cluster
from recommender.corpus.ids import body_id, digest, headline_id

_SUFFIX = re.compile(r"~[0-9a-f]{8,64}$")


def without_suffix(article_id: str) -> str:
    """An id without the suffix that tells it from another article's equal one."""
    return _SUFFIX.sub("", article_id)


def link_keys(given: str, headline: str, body: str, url: str = "") -> dict[str, bool]:
    """The keys by which a record is linked with others, and whether each is strong; none without text or id.

    ``headline``, ``body`` and ``url`` are `title_key`, `body_key` and `url_key`. The body of a record with a headline
    is weak: it matters only to a record without one, so 10,000 notices of one text are not compared.
    """
    names = {given: True, without_suffix(given): True} if given else {}
    if headline:
        names[headline_id(headline)] = True
    if body:
        names.setdefault(body_id(body), not headline)
    if names and url:
        names[f"\x02{digest('url', url)[:16]}"] = True
    return names


def assign_ids(texts: list[Cluster]) -> dict[str, Cluster]:
    """The id of each cluster. Given ids beat derived ones, then the smallest content hash wins.

    A cluster that loses its id to another gets ``id~`` and the start of its content hash.
    """
    ids: dict[str, Cluster] = {}
    for cluster in sorted(texts, key=lambda c: (not c.given_ids, digest(*c.values))):
        preferred, content = _preferred_id(cluster), digest(*cluster.values)
        size = 8
        chosen = preferred
        while chosen in ids:
            chosen, size = f"{without_suffix(preferred)}~{content[:size]}", size + 8
            if size > 72:
                content = digest(content)
                size = 8
        ids[chosen] = cluster
    return ids


def aliases(ids: dict[str, Cluster], earlier: Mapping[str, Sequence[Cluster]]) -> dict[str, str]:
    """Every other name -> id: given ids that merged, the ids known before a page arrived, and those of the ``earlier``
    versions of each."""
    result: dict[str, str] = {}
    current = ((article_id, cluster) for article_id, cluster in sorted(ids.items()))
    past = ((article_id, cluster) for article_id in sorted(earlier) for cluster in earlier[article_id])
    for article_id, cluster in (*current, *past):
        for alias in (*sorted(cluster.given_ids), *_derived(cluster)):
            if alias not in ids:
                result.setdefault(alias, article_id)
    return result


def _preferred_id(cluster: Cluster) -> str:
    return min(cluster.given_ids) if cluster.given_ids else _derived(cluster)[0]


def _derived(cluster: Cluster) -> list[str]:
    headline, body = cluster.values[:2]
    names = [headline_id(headline)] if headline else []
    if body and (not headline or any(not facts.headline for facts in cluster.members)):
        names.append(body_id(body))
    return names
