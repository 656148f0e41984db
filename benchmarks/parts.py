"""A few words of which no article holds all: what those that hold a part are worth.

    python -m benchmarks.parts [--write]

Two or three words of a headline ask for the others of its story; the headline itself and its copies are left out.
Where any other article holds all words, the question is dropped. Printed of each archive, under the fit on all others:
what the scores of the first five hits say and how many are right, by band. ``--write`` puts the fit on all archives
into recommender/ranking/scorer.json.
"""

from __future__ import annotations

import json
import math
import random
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks import tasks as T
from benchmarks.fit_math import TARGET, Reals, platt, probability
from benchmarks.sets import desk_of
from benchmarks.written import FOLDER, read, record_of
from recommender.ranking.background import background, bounded
from recommender.ranking.calibration import PART
from recommender.ranking.features import FEW_WORDS, query_of
from recommender.ranking.model import Model
from recommender.ranking.scorer import rank
from recommender.ranking.weights import defaults

HITS, STORIES, LEAST = 5, 150, 12
BANDS = (0.0, 0.1, 0.2, 0.4, 1.0)
_WORD = re.compile(r"[가-힣A-Za-z0-9]{2,}")
Seen = tuple[Reals, np.ndarray]


def main() -> None:
    results: dict[str, Seen] = {}
    for name, records, stories in archives():
        with tempfile.TemporaryDirectory() as folder:
            model = desk_of(records, Path(folder)).model
        titles = {record["id"]: record["title"] for record in records}
        pairs = list(seen(model, titles, stories))
        if len(pairs) >= LEAST:
            values, right = zip(*pairs, strict=True)
            results[name] = np.concatenate(values), np.concatenate(right)
    for name, (values, right) in results.items():
        scores = probability(platt([pair for other, pair in results.items() if other != name]), values)
        bands = [(scores >= low) & (scores < high) for low, high in pairwise(BANDS)]
        shown = ", ".join(f"{scores[b].mean():.2f}/{right[b].mean():.2f} of {b.sum()}" for b in bands if b.any())
        print(f"{name}: said {scores.mean():.3f}, right {right.mean():.3f} of {len(right)} hits; by band {shown}")
    scaling = platt(list(results.values()))
    print("platt", scaling.round(3).tolist())
    if "--write" in sys.argv:
        config = defaults()
        config["calibration"]["platt"][PART] = scaling.round(4).tolist()
        TARGET.write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def archives() -> Iterator[tuple[str, list[T.Record], list[list[str]]]]:
    """Name, records and stories: the written ones, and headlines of two sets."""
    for path in sorted(FOLDER.glob("*.jsonl")):
        rows = read(path)
        names = dict.fromkeys(row["story"] for row in rows if "story" in row)
        stories = [[row["id"] for row in rows if row.get("story") == name] for name in names]
        yield path.stem, [record_of(row) for row in rows], [story for story in stories if len(story) > 1]
    for name in ("battery", "daegu-gyeongbuk"):
        yield name, T._only(T.archive(name), "title", "published"), list(map(list, T.stories(name)))


def seen(model: Model, titles: dict[str, str], stories: Iterable[list[str]]) -> Iterator[Seen]:
    """(h, 2) logits and background of the first hits of a question, and (h,) whether each is of the story."""
    dice, row_of = random.Random(3), model.catalogue.row
    for story in T._some(list(stories), STORIES, 3):
        for article in story[:2]:
            words = [word for word in _WORD.findall(titles[article]) if not word.isdigit()]
            if len(words) < 3 or row_of(article) < 0:
                continue
            chosen = sorted(dice.sample(range(len(words)), dice.choice((2, 3, 3))))
            query = query_of(model, model.question(" ".join(words[i] for i in chosen)), math.nan)
            allowed = np.ones(len(model), dtype=bool)
            allowed[model.catalogue.copies(row_of(article))] = False
            ranking = rank(model, query, allowed)
            if query.kind == FEW_WORDS and len(ranking) and not ranking.holds.any():
                first = ranking.logits[:HITS]
                level = np.full(len(first), bounded(np.float64(background(ranking.logits)), PART))
                right = np.isin(ranking.rows[:HITS], [row_of(other) for other in story if other != article])
                yield np.stack([first, level], axis=1), right


if __name__ == "__main__":
    main()
