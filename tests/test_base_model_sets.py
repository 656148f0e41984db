"""What the base model is trained on shares no text with what is held back from it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from scripts.base_model.sets import OpenSets


def put(path: Path, found: list[dict[str, Any]]) -> None:
    path.parent.mkdir(exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in found)


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    titles = [{"id": str(n), "title": f"제목 {n}", "label": "경제"} for n in range(9_010)]
    put(tmp_path / "ynat/headlines.jsonl.gz", titles)
    put(tmp_path / "ynat/unlabelled.jsonl.gz", titles[:20])
    scored = [
        {"source": "KorSTS", "split": split, "sentence1": f"{split} {n}", "sentence2": f"{split} 다른 {n}", "score": 1}
        for split in ("train", "dev")
        for n in range(20)
    ]
    inferred = [
        {"source": "KLUE-NLI", "split": "train", "sentence1": f"전제 {n}", "sentence2": f"{label} {n}", "label": label}
        for n in range(100)
        for label in ("entailment", "contradiction")
    ]
    put(tmp_path / "pairs/pairs.jsonl.gz", [*scored, *inferred])
    put(tmp_path / "pairs/paraphrases.jsonl.gz", [{"group": n // 10, "text": f"말 {n}"} for n in range(500)])
    sources = ("jhe-koen", "korean-english-park-news")
    put(
        tmp_path / "ko-en/parallel.jsonl.gz",
        [{"source": s, "ko": f"{s} 글 {n}", "en": f"{s} text {n}"} for s in sources for n in range(50)],
    )
    return tmp_path


def test_nothing_held_back_is_trained_on(corpora: Path) -> None:
    sets = OpenSets.read(corpora)
    seen = {*sets.korean(), *sets.english()}
    held = {row["title"] for row in sets.held_headlines} | {text for pair in sets.held_alike for text in pair}
    held |= {row[side] for row in sets.held_pairs for side in ("sentence1", "sentence2")}
    held |= {row[side] for row in sets.held_parallel for side in ("ko", "en")}
    assert not seen & held
    assert (len(sets.groups), len(sets.held_parallel)) == (45, 10)
    assert len(sets.held_alike) == 5 * 5 + 10, "five pairs of each of five groups, and ten premises"
    gone = {first for first, _ in sets.held_alike if first.startswith("전제")}
    assert not gone & {row["sentence1"] for row in sets.pairs}, "their contradictions are gone too"


def test_a_source_left_out_is_not_seen_and_the_rest_held_back_stays(corpora: Path) -> None:
    whole, part = OpenSets.read(corpora), OpenSets.read(corpora, ("KorSTS", "paraKQC", "korean-english-park-news"))
    assert {row["source"] for row in part.pairs} == {"KLUE-NLI"}
    assert {row["source"] for row in part.parallel} == {"jhe-koen"}
    assert part.groups == []
    assert (part.held_pairs, part.held_parallel, part.held_alike) == (
        whole.held_pairs,
        whole.held_parallel,
        whole.held_alike,
    )
