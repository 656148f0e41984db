"""The open text sets that the base model is trained on, and what is held back from it."""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recommender.text.normalize import title_key

HELD_HEADLINES = 9_000
HELD_SHARE = 10  # one of so many Korean-English pairs, groups of paraphrases, and premises

INFERENCE, PARAPHRASES = "KLUE-NLI", "paraKQC"  # sources

Row = dict[str, Any]


@dataclass(frozen=True)
class OpenSets:
    """``headlines`` with labels, ``unlabelled`` titles, ``pairs``, ``groups`` of paraphrases, ``parallel`` sentences.

    Nothing of ``held_*`` is trained on: 9,000 headlines, a tenth of the Korean-English pairs, the dev part of KorSTS,
    and in ``held_alike`` pairs that say the same: of a tenth of the paraphrases, and of a tenth of the premises.
    """

    headlines: list[Row]
    held_headlines: list[Row]
    unlabelled: list[str]
    pairs: list[Row]
    held_pairs: list[Row]
    groups: list[list[str]]
    parallel: list[Row]
    held_parallel: list[Row]
    held_alike: list[tuple[str, str]]

    @classmethod
    def read(cls, corpora: Path, without: Collection[str] = ()) -> OpenSets:
        """From the folder that holds ynat, pairs and ko-en; nothing of the sources ``without`` is trained on."""
        headlines, held_headlines = _apart(
            rows(corpora / "ynat/headlines"), lambda row: title_key(row["title"]), HELD_HEADLINES
        )
        gone = {title_key(row["title"]) for row in held_headlines}
        unlabelled = [row["title"] for row in rows(corpora / "ynat/unlabelled") if title_key(row["title"]) not in gone]
        pairs = rows(corpora / "pairs/pairs")
        parallel = rows(corpora / "ko-en/parallel")
        parallel, held_parallel = _apart(parallel, lambda row: row["ko"] + row["en"], -(-len(parallel) // HELD_SHARE))
        groups, held_groups = _groups(corpora)
        premises = {row["sentence1"]: {"premise": row["sentence1"]} for row in pairs if row["source"] == INFERENCE}
        _, gone_premises = _apart(premises.values(), lambda row: row["premise"], len(premises) // HELD_SHARE)
        entailed = {row["premise"] for row in gone_premises}
        alike = [(group[at], group[at + 1]) for group in held_groups for at in range(0, len(group) - 1, 2)]
        alike += [(row["sentence1"], row["sentence2"]) for row in pairs
                  if row["sentence1"] in entailed and row.get("label") == "entailment"]  # fmt: skip
        kept = [row for row in pairs if row["split"] != "dev" and row["source"] not in without
                and not (row["source"] == INFERENCE and row["sentence1"] in entailed)]  # fmt: skip
        held = [row for row in pairs if row["split"] == "dev"]
        return cls(
            headlines, held_headlines, unlabelled, kept, held, [] if PARAPHRASES in without else groups,
            [row for row in parallel if row["source"] not in without], held_parallel, alike,
        )  # fmt: skip

    def titles(self) -> list[str]:
        """Headlines of the training part, labelled or not."""
        return [row["title"] for row in self.headlines] + self.unlabelled

    def korean(self) -> list[str]:
        """Every distinct Korean text of the training part, in order."""
        sentences = (row[side] for row in self.pairs for side in ("sentence1", "sentence2"))
        grouped = (text for group in self.groups for text in group)
        foreign = (row["ko"] for row in self.parallel)
        return list(dict.fromkeys([*self.titles(), *sentences, *grouped, *foreign]))

    def held_texts(self) -> set[str]:
        """Every text of a row that is held back; some stand in rows of the training part too."""
        pairs = [(row["sentence1"], row["sentence2"]) for row in self.held_pairs] + self.held_alike
        pairs += [(row["ko"], row["en"]) for row in self.held_parallel]
        return {row["title"] for row in self.held_headlines} | {text for pair in pairs for text in pair}

    def english(self) -> list[str]:
        return list(dict.fromkeys(row["en"] for row in self.parallel))


def _groups(corpora: Path) -> tuple[list[list[str]], list[list[str]]]:
    """The groups of paraphrases to train on, and those held back."""
    groups: dict[int, list[str]] = {}
    for row in rows(corpora / "pairs/paraphrases"):
        groups.setdefault(row["group"], []).append(row["text"])
    found = [{"texts": texts} for texts in groups.values()]
    kept, held = _apart(found, lambda group: group["texts"][0], len(found) // HELD_SHARE)
    return [group["texts"] for group in kept], [group["texts"] for group in held]


def rows(path: Path) -> list[Row]:
    """The rows of ``<path>.jsonl.gz``; ends the program with a sentence where it is absent."""
    file = path.with_name(path.name + ".jsonl.gz")
    if not file.is_file():
        sys.exit(f"{file} is not here: put the open text sets there, or name their folder with --corpora.")
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _apart(found: Iterable[Row], key: Callable[[Row], str], count: int) -> tuple[list[Row], list[Row]]:
    """The rows to train on and ``count`` rows to hold back: those of the smallest hashes, with all that equal them."""
    order = sorted(found, key=lambda row: (_hash(key(row)), str(row.get("id", ""))))
    held = order[:count]
    gone = {key(row) for row in held}
    return [row for row in order[count:] if key(row) not in gone], held


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
