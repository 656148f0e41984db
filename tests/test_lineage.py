"""Topics keep their ids, and ids are never given twice."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from recommender.arrays.strings import StringTable
from recommender.topics.lineage import Identity, fresh_id, identify, topics_before
from recommender.topics.topic import Topic, TopicModel


def topics_of(*members: range, terms: list[tuple[str, ...]] | None = None, count: int = 100) -> TopicModel:
    """Topics that hold these rows of ``count`` articles."""
    topic_of = np.full(count, -1, dtype=np.int32)
    for place, rows in enumerate(members):
        topic_of[list(rows)] = place
    words = terms or [(f"word{rows.start}",) for rows in members]
    topics = tuple(Topic("", f"name{i}", words[i], len(rows), ()) for i, rows in enumerate(members))
    return replace(TopicModel.empty(count), topics=topics, topic_of=topic_of)


IDS = [f"a{row:03d}" for row in range(100)]


class Before(SimpleNamespace):
    def __len__(self) -> int:
        return len(self.catalogue.ids)


def model_of(identity: Identity, ids: list[str] = IDS) -> Any:
    """As much of a model as the lineage looks at."""
    table = StringTable.of(ids)
    catalogue = SimpleNamespace(ids=table, row=table.find)
    return Before(topics=identity.topics, catalogue=catalogue, about={"topic_ids_used": identity.used})


def names(identity: Identity) -> list[str]:
    return [topic.id for topic in identity.topics.topics]


def test_a_first_training_gives_ids_and_no_lineage() -> None:
    found = identify(topics_of(range(40), range(40, 70)), IDS)
    assert len(set(names(found))) == 2
    assert found.topics.lineage == ()
    assert found.used == tuple(sorted(names(found)))


def test_the_same_topics_again_keep_their_ids() -> None:
    topics = topics_of(range(40), range(40, 70))
    first = identify(topics, IDS)
    second = identify(topics, IDS, model_of(first))
    assert second.topics.topics == first.topics.topics
    assert [step.event for step in second.topics.lineage] == ["continued", "continued"]


def test_a_name_stays_while_it_would_still_do() -> None:
    before = topics_of(range(40), range(40, 70))
    named = tuple(replace(t, name=name) for t, name in zip(before.topics, ("전구체 공장", "화재"), strict=True))
    first = identify(replace(before, topics=named), IDS)
    fitting = [("양극재 공장", "전구체 공장"), ("충전",)]
    second = identify(before, IDS, model_of(first), fitting)
    assert [topic.name for topic in second.topics.topics] == ["전구체 공장", "name1"]


def test_continued_in_another_order() -> None:
    first = identify(topics_of(range(40), range(40, 70)), IDS)
    second = identify(topics_of(range(42, 72), range(38)), IDS, model_of(first))
    assert names(second) == names(first)[::-1]
    assert {step.event for step in second.topics.lineage} == {"continued"}


def test_split_merged_born_and_retired() -> None:
    first = identify(topics_of(range(40), range(40, 55), range(55, 70), range(70, 80)), IDS)
    second = identify(topics_of(range(40, 70), range(22), range(22, 40), range(85, 100)), IDS, model_of(first))
    before, after = names(first), names(second)
    events = {(s.event, s.before, s.after) for s in second.topics.lineage}
    assert ("split", (before[0],), (after[1], after[2])) in events
    assert ("merged", (before[1], before[2]), (after[0],)) in events
    assert ("born", (), (after[3],)) in events
    assert ("retired", (before[3],), ()) in events
    assert after[1] == before[0], "the larger part goes on under the old id"


def test_an_id_that_was_retired_is_not_given_again() -> None:
    first = identify(topics_of(range(40)), IDS)
    gone = identify(topics_of(range(60, 90)), IDS, model_of(first))
    again = identify(topics_of(range(40)), IDS, model_of(gone))
    assert not {*names(again)} & {*names(first), *names(gone)}
    assert {*names(first), *names(gone), *names(again)} == {*again.used}


def test_no_article_in_common_but_the_same_terms() -> None:
    terms = [("배터리", "재활용", "사용후")]
    first = identify(topics_of(range(40), terms=terms), IDS)
    second = identify(topics_of(range(40), terms=terms), [f"b{row:03d}" for row in range(100)], model_of(first))
    assert names(second) == names(first)


def test_no_topics_before_or_after() -> None:
    nothing = identify(topics_of(), IDS)
    assert nothing.used == ()
    assert [s.event for s in identify(topics_of(range(9)), IDS, model_of(nothing)).topics.lineage] == ["born"]
    full = identify(topics_of(range(9)), IDS)
    assert [s.event for s in identify(topics_of(), IDS, model_of(full)).topics.lineage] == ["retired"]


def test_a_model_of_no_article_comes_before() -> None:
    empty = model_of(identify(topics_of(count=0), []), [])
    assert topics_before(IDS, empty).tolist() == [-1] * len(IDS)
    assert topics_before([], empty).shape == (0,)
    found = identify(topics_of(range(9)), IDS, empty)
    assert [step.event for step in found.topics.lineage] == ["born"]
    first = identify(topics_of(range(40)), IDS)
    gone = identify(topics_of(count=0), [], model_of(first))
    assert [step.event for step in gone.topics.lineage] == ["retired"]
    again = identify(topics_of(range(40)), IDS, model_of(gone, []))
    assert not {*names(again)} & {*names(first)}, "an id is not given twice, whatever was lost in between"


def test_fresh_ids_do_not_depend_on_the_order_of_members() -> None:
    assert fresh_id(["b", "a"], ()) == fresh_id(["a", "b"], ())
    assert fresh_id(["a"], {fresh_id(["a"], ())}) != fresh_id(["a"], ())
