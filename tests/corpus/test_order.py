"""The corpus is a function of the set of files: order, calls and detours leave no trace.

What has an id or an address says when it was changed: where dates do not tell the later of two versions, the order of
reading does.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from recommender.corpus.components import Facts, clusters
from recommender.corpus.store import Corpus

TITLES = ["시험동 짓는다", "[포토] 시험동 짓는다", "수거망 두 배로", "창고에 불", "!!!", None]
RECORDS = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from(["a", "b", "c", "a~00000000", "7b8a", "-", "*"]),
        "title": st.sampled_from(TITLES),
        "body": st.sampled_from(["", "본문 하나", "본문  하나", "본문 둘"]),
        "outlet": st.sampled_from([None, "가나", "다라", "*", "-"]),
        "published": st.sampled_from([None, "2024-08-05", "2024-08-05T10:00", "2024-08-06"]),
        "url": st.sampled_from([None, "u/1", "https://u/1#x", "u/2"]),
        "related": st.lists(
            st.one_of(
                st.sampled_from(["시험동 짓는다", "수거망 두 배로", "‘수거망’ 두 배로", "창고에 불", "없는 글"]),
                st.fixed_dictionaries(
                    {
                        "title": st.sampled_from(["딴 표제", "창고에 불"]),
                        "url": st.sampled_from(["u/1", "u/2"]),
                    }
                ),
            ),
            max_size=3,
        ),
    },
)
FILES = st.lists(st.lists(RECORDS, max_size=4), min_size=1, max_size=4).flatmap(
    lambda files: st.permutations(range(16)).map(lambda days: [_dated(f, days[4 * n :]) for n, f in enumerate(files)])
)


def _dated(records: list[dict[str, Any]], days: list[int]) -> list[dict[str, Any]]:
    return [
        {**record, "updated": f"2024-09-{day + 1:02d}"} if {"id", "url"} & record.keys() else record
        for record, day in zip(records, days, strict=False)
    ]


def state(corpus: Corpus) -> tuple[Any, ...]:
    articles, links = list(corpus.articles()), list(corpus.links())
    names = [a.id for a in articles]
    assert names == sorted(set(names))
    assert {x for link in links for x in (link.source, link.target)} <= set(names)
    assert all(corpus.resolve(name) == name for name in names)
    assert len(corpus) == len(names)
    assert corpus.counts().links == len(links)
    return articles, links, corpus.fingerprint()


def write(folder: Path, number: int, records: list[dict[str, Any]]) -> Path:
    path = folder / f"{number}.jsonl"
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in records), encoding="utf-8")
    return path


@given(files=FILES, data=st.data())
def test_any_order_any_calls_any_detour(files: list[list[dict[str, Any]]], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Corpus.open(":memory:") as straight:
            straight.ingest([write(folder, n, records) for n, records in enumerate(files)])
            expected = state(straight)
        order = data.draw(st.permutations(range(len(files))))
        with Corpus.open(":memory:") as detour:
            first = data.draw(st.lists(RECORDS, max_size=4))
            detour.ingest([write(folder, order[0], first)])
            for n in order:
                detour.ingest([write(folder, n, data.draw(st.permutations(files[n])))])
            assert state(detour) == expected
            assert detour.ingest([folder]).articles_changed == 0
            assert state(detour) == expected
            assert [fault for _, fault in detour.faults()] == [""] * 5, "what is sound is never called damaged"


FACTS = st.builds(
    Facts,
    record=st.integers(0, 10**6),
    given_id=st.sampled_from(["", "", "a", "b"]),
    headline=st.sampled_from(["", "h", "i"]),
    body=st.sampled_from(["", "x", "y"]),
    outlet=st.sampled_from(["", "가", "나"]),
    day=st.sampled_from(["", "d", "e"]),
    digest=st.text("0123456789abcdef", min_size=8, max_size=8),
    link_keys=st.just(("one",)),
)


@given(st.lists(FACTS, max_size=8, unique_by=(lambda f: f.record, lambda f: f.digest)), st.randoms())
def test_clusters_contradict_nothing_and_need_no_order(facts: list[Facts], random: Any) -> None:
    found = clusters(facts)
    assert sorted(f.record for c in found for f in c.members) == sorted(f.record for f in facts)
    for cluster in found:
        for values in zip(*(f.values for f in cluster.members), strict=True):
            assert len(set(values) - {""}) <= 1
    random.shuffle(facts)
    assert [[f.record for f in c.members] for c in clusters(facts)] == [[f.record for f in c.members] for c in found]


def test_eighty_thousand_of_one_headline_stay_linear() -> None:
    facts = [Facts(n, "", "h", f"{n % 997}", f"{n % 7}", f"{n}", f"{n:08x}", ("one",)) for n in range(20_000)]
    facts += [Facts(n, "", "h", "", "", f"{n}", f"{n:08x}", ("one",)) for n in range(20_000, 40_000)]
    assert len(clusters(facts)) == 40_000
