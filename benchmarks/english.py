"""English questions to the Korean sample: does ``similar`` find the story that is asked for?

Twenty questions of our own, written before the name table had its English names; the right answers are the headlines
of a story by the judgements by hand (data/sample/labels.jsonl). The sample and the questions have one author: read the
figures beside those of character bigrams, not as a forecast.

    python -m benchmarks.english [--home FOLDER]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.sets import ROOT, character_tfidf
from recommender import Corpus, Recommender, train
from recommender.embeddings.static import StaticVectors
from recommender.text.normalize import title_key

SAMPLE = ROOT / "data" / "sample"
QUESTIONS = {
    "Pohang chosen as secondary battery specialized complex": "s01",
    "Pohang battery regulation-free special zone rated excellent again": "s03",
    "opportunity development zone in Pohang": "s05",
    "Gumi battery subscription special zone": "s09",
    "Gyeongbuk Technopark used battery grading": "s13",
    "EcoPro recycles used batteries in Europe": "s14",
    "SungEel HiTech Saemangeum plant for used batteries": "s17",
    "SK ecoplant battery recycling plant in Gyeongju": "s21",
    "POSCO Chemical renamed POSCO Future M": "s24",
    "POSCO hydrogen steelmaking first molten iron": "s26",
    "POSCO Holdings lithium plant in Argentina": "s32",
    "POSCO Future M and GM expand cathode plant in Canada": "s34",
    "Pohang Meister high school for secondary batteries": "s37",
    "POSTECH graduate school for batteries selected": "s38",
    "LG Energy Solution battery academy": "s41",
    "CNGR precursor plant in Pohang": "s46",
    "L&F LFP cathode plant in Daegu": "s51",
    "Samsung SDI all-solid-state battery in 2027": "s62",
    "electric vehicle fire in an Incheon parking lot": "s64",
    "US Senate ends IRA tax credit early": "s76",
}
Ranked = Callable[[str], Sequence[str]]  # a question to the keys of headlines, best first


def main() -> None:
    parser = argparse.ArgumentParser(description="English questions to the Korean sample.")
    parser.add_argument("--home", type=Path, help="Folder with models/ trained on the sample; default: train now.")
    home = parser.parse_args().home
    report(Recommender.open(home / "models") if home else None)


def report(desk: Recommender | None = None) -> None:
    """Prints MRR and hit@10 of ``similar`` (trained on the sample if ``desk`` is None) beside other ways."""
    desk = desk or trained()
    titles = [article.shown_title for article in map(desk.model.catalogue.article, range(len(desk)))]
    print(f"{len(QUESTIONS)} English questions to the {len(titles)} articles of the sample: MRR, hit@10")
    ways: dict[str, Ranked] = {
        "character bigrams, TF-IDF": lambda text: _nearest(text, titles, _bigrams),
        "base model": lambda text: _nearest(text, titles, StaticVectors.open().encode),
        "similar": lambda text: [title_key(hit.article.shown_title) for hit in desk.similar(text, k=100, min_score=0)],
    }
    for name, way in ways.items():
        print(f"  {name:<42}{{:>8.3f}}{{:>8.3f}}".format(*measured(way)))


def trained() -> Recommender:
    with Corpus.open(":memory:") as corpus:
        corpus.ingest([SAMPLE / "pages"])
        return Recommender(train(corpus))


def measured(way: Ranked) -> tuple[float, float]:
    """Mean reciprocal rank of the best right headline, and the share of questions with one among the first ten."""
    stories: dict[str, set[str]] = {}
    for line in (SAMPLE / "labels.jsonl").read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        if label["story"] and label["title"]:
            stories.setdefault(label["story"], set()).add(title_key(label["title"]))
    ranks = []
    for text, story in QUESTIONS.items():
        ranks_found = [rank_at for rank_at, key in enumerate(way(text), start=1) if key in stories[story]]
        ranks.append(ranks_found[0] if ranks_found else np.inf)
    return float(np.mean([1 / rank for rank in ranks])), float(np.mean([rank <= 10 for rank in ranks]))


def _bigrams(texts: list[str]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.asarray(character_tfidf(texts).toarray())


def _nearest(text: str, titles: list[str], encode: Callable[[list[str]], np.ndarray]) -> list[str]:  # type: ignore[type-arg]
    vectors = encode([text, *titles])
    scores = vectors[1:] @ vectors[0]
    return [title_key(titles[at]) for at in np.argsort(-scores, kind="stable").tolist() if scores[at] > 0]


if __name__ == "__main__":
    main()
