"""What changed from one version to another: topics, articles, related lists, scores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..lazy import dataclass
from ..ranking.model import Model
from ..ranking.options import SearchOptions
from ..ranking.recommend import Recommender
from ..topics.lineage import SAME, jaccard, steps_of
from ..topics.topic import NO_TOPIC, Topic
from ..versions.quality import Interval
from ..versions.registry import check_version
from .comparison import MEASURES, FoldsOf, ModelPair, results_of
from .queries import questions_from_links, sampled

SHOWN = 20  # articles named a kind of change
_LISTS = 3  # changed lists shown
_ASKED = 500  # articles whose lists are compared
_K = 5

Row = dict[str, Any]


@dataclass(frozen=True)
class Diff:
    """The sections of a comparison, each ready for JSON; keys are stable."""

    versions: Row
    topics: Row
    broad_topics: Row
    articles: Row
    lists: Row
    scores: Row

    def as_json(self) -> Row:
        sections = {name: getattr(self, name) for name in ("topics", "broad_topics", "articles", "lists", "scores")}
        return self.versions | sections

    def rows(self) -> Iterator[Row]:
        """``what``, ``before``, ``after``, ``note``: for a table."""
        for name in ("articles", "topics", "weights"):
            yield _row(name, self.versions["before"][name], self.versions["after"][name])
        for kind, events in (("broad topic", self.broad_topics), ("topic", self.topics)):
            for event, section in events.items():
                for step in section:
                    yield _row(f"{kind} {event}", _named(step["before"]), _named(step["after"]))
        for kind in ("added", "removed", "moved"):
            section = self.articles[kind]
            yield _row(f"articles {kind}", None, section["count"])
            for entry in section["first"]:
                yield _row(f"  {kind}", entry.get("before"), entry.get("after"), entry["title"])
        share, total = self.lists["share"], self.lists["asked"]
        yield _row("top-5 lists changed", None, self.lists["changed"], f"{share:.0%} of {total} articles asked")
        for entry in self.lists["most_changed"]:
            yield _row("  list changed", entry["lost"], entry["new"], entry["title"])
        for name in MEASURES if self.scores["questions"] else ():
            before, after = (str(Interval(**self.scores[side][name])) for side in ("before", "after"))
            yield _row(name, before, after, f"{self.scores['questions']} common questions")


def diff(models: str | Path, before: str, after: str, folds: FoldsOf) -> Diff:
    """Compares two versions, people's edits applied to both, each judged by the weights of ``folds``.

    Raises ModelError if one is unknown or damaged.
    """
    for version in (before, after):
        check_version(models, version)
    recommenders = [Recommender.open(Path(models) / version) for version in (before, after)]
    pair = ModelPair.of(recommenders[0].model, recommenders[1].model)
    fine, broad = (_Levels.of(pair, level) for level in ("fine", "broad"))
    heirs = _continued(fine)
    return Diff(
        {"before": _version(pair.before), "after": _version(pair.after)},
        _topics(fine, heirs),
        _topics(broad, _continued(broad)),
        _articles(pair, heirs),
        _lists(pair, recommenders),
        _scores(pair, folds),
    )


def _version(model: Model) -> Row:
    return {
        "version": model.version,
        "created": model.about.get("created"),
        "articles": len(model),
        "topics": len(model.topics.topics),
        "weights": model.weights.source,
    }


class _Levels(NamedTuple):
    """The topics of one level, before and after; (old + 1, new + 1) articles that both models know, by their topics:
    the last row and column are "no topic"."""

    old: Sequence[Topic]
    new: Sequence[Topic]
    overlap: NDArray[np.int64]

    @classmethod
    def of(cls, pair: ModelPair, level: str) -> _Levels:
        (old, old_of), (new, new_of) = (_level(model, level) for model in (pair.before, pair.after))
        table = np.zeros((len(old) + 1, len(new) + 1), dtype=np.int64)
        np.add.at(table, (old_of[[*pair.rows]], new_of[[*pair.rows.values()]]), 1)  # NO_TOPIC is the last
        return cls(old, new, table)


def _level(model: Model, level: str) -> tuple[Sequence[Topic], NDArray[np.int32]]:
    topics = model.topics
    return (topics.broad, topics.broad_of) if level == "broad" else (topics.topics, topics.topic_of)


def _continued(levels: _Levels) -> dict[int, int]:
    """Place of an old topic -> place of the new one that it is: by id, the others by articles, the likest first."""
    old, new, table = levels
    indices = {topic.id: i for i, topic in enumerate(new)}
    heirs = {a: indices[topic.id] for a, topic in enumerate(old) if topic.id in indices}
    alike = jaccard(table)
    order = np.argsort(-alike, axis=None, kind="stable")
    for a, b in zip(*map(np.ndarray.tolist, np.unravel_index(order, alike.shape)), strict=True):
        if alike[a, b] < SAME:
            break
        if a not in heirs and b not in heirs.values():
            heirs[a] = b
    return heirs


def _topics(levels: _Levels, heirs: dict[int, int]) -> Row:
    old, new, table = levels
    pairs = sorted(heirs.items())
    steps = steps_of(table, pairs)
    return {
        "born": [_step([], [new[b]]) for b in steps.born],
        "split": [_step([old[a]], [new[b] for b in parts]) for a, parts in steps.split.items()],
        "merged": [_step([old[a] for a in parts], [new[b]]) for b, parts in steps.merged.items()],
        "retired": [_step([old[a]], []) for a in steps.retired],
        "continued": [_step([old[a]], [new[b]]) for a, b in steps.continued],
        "renamed": [_step([old[a]], [new[b]]) for a, b in pairs if old[a].name != new[b].name],
    }


def _step(before: Sequence[Topic], after: Sequence[Topic]) -> Row:
    sides = ([{"id": t.id, "name": t.name, "size": t.size} for t in topics] for topics in (before, after))
    return dict(zip(("before", "after"), sides, strict=True))


def _articles(pair: ModelPair, heirs: dict[int, int]) -> Row:
    """Added, removed, and moved to a topic that is not the one before: how many, and the first of each."""
    old, new = pair.before, pair.after
    added = sorted({*range(len(new))} - {*pair.rows.values()})
    removed = sorted({*range(len(old))} - {*pair.rows})
    heir = np.array([*(heirs.get(a, -2) for a in range(len(old.topics.topics))), NO_TOPIC], dtype=np.int64)
    moved = [(a, b) for a, b in pair.rows.items() if heir[old.topics.topic_of[a]] != new.topics.topic_of[b]]
    return {
        "added": {"count": len(added), "first": [_article(new, row) for row in added[:SHOWN]]},
        "removed": {"count": len(removed), "first": [_article(old, row) for row in removed[:SHOWN]]},
        "moved": {
            "count": len(moved),
            "first": [_article(new, b) | {"before": _in(old, a), "after": _in(new, b)} for a, b in moved[:SHOWN]],
        },
    }


def _article(model: Model, row: int) -> Row:
    article = model.catalogue.article(row)
    return {"id": article.id, "title": article.shown_title}


def _in(model: Model, row: int) -> Row | None:
    topic = model.topics.of_row(row)
    return {"id": topic.id, "name": topic.name} if topic else None


def _lists(pair: ModelPair, recommenders: Sequence[Recommender]) -> Row:
    """How many of the articles asked (by seeded choice) list others now, and which changed most."""
    seed = int(pair.after.about["recipe"]["seed"])
    rows = sampled([*pair.rows.items()], _ASKED, seed)
    changes = []
    for a, b in rows:
        old, new = (_top(recommender, row) for recommender, row in zip(recommenders, (a, b), strict=True))
        now = {pair.after.catalogue.row(name): title for name, title in new.items()}
        was = {pair.after.catalogue.row(name): title for name, title in old.items()}  # -1: not there any more
        if list(was) != list(now):
            lost = [title for name, title in old.items() if pair.after.catalogue.row(name) not in now]
            gained = [title for row, title in now.items() if row not in was]
            changes.append(_article(pair.after, b) | {"in_common": len(was.keys() & now), "lost": lost, "new": gained})
    top = sorted(changes, key=lambda one: -len(one["lost"]) - len(one["new"]))[:_LISTS]
    share = len(changes) / len(rows) if rows else 0.0
    return {"asked": len(rows), "changed": len(changes), "share": round(share, 4), "most_changed": top}


def _top(recommender: Recommender, row: int) -> dict[str, str]:
    return {hit.article.id: hit.article.shown_title for hit in recommender.related(row, SearchOptions(k=_K))}


def _scores(pair: ModelPair, folds: FoldsOf) -> Row:
    """Both on their common questions, each among the articles that both know."""
    old, new = pair.questions(questions_from_links)
    scores: Row = {"questions": len(old), "before": None, "after": None}
    if old:
        before, after = pair.judges(folds)
        scores["before"] = results_of(before, old).as_json()
        scores["after"] = results_of(after, new).as_json()
    return scores


def _row(what: str, before: Any, after: Any, note: str = "") -> Row:
    return {"what": what, "before": before, "after": after, "note": note}


def _named(topics: Sequence[Row]) -> list[str]:
    return [f"{topic['name']} ({topic['size']})" for topic in topics]
