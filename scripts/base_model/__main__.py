"""python -m scripts.base_model --out models/base [--corpora ../shared/corpora] [--teacher ../teacher] [--seed 7]
[--no-sections] [--without KorSTS,paraKQC]"""

from __future__ import annotations

import argparse
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np

from recommender.arrays.kernels import Floats
from recommender.embeddings.vocabulary import SOUND

from .common_words import english_words, korean_words
from .distil import first_vectors, teaching
from .sets import OpenSets
from .tasks import Weights, tasks_of
from .teacher import Taught, sentences_to_teach, words_to_teach
from .training import Bags, fit
from .vocabulary import Vocabulary, learn, surface_pieces, with_common
from .writing import write

DIMENSIONS = 256
KOREAN, ENGLISH = 30_000, 30_000  # entries of the lists of common words from which words are taken
NAMES = Path(__file__).with_name("names.txt")


@dataclass(frozen=True)
class Plan:
    """The parameters of a training; stored in the manifest."""

    seed: int = 7
    chance: int = 64  # of the 256 dimensions, those that begin by chance, keep words apart, and stay as they are
    korean_words: int = 9_000  # of the language at large, beside the pieces of the texts
    english_words: int = 14_000
    taught_steps: int = 1500  # with the teacher alone
    taught_rate: float = 2e-3
    taught_weight: float = 3.0  # in the steps that follow, beside the other tasks
    recalled: float = 0.25  # 1 gives a token the length that it began with, 0 the one that it learned
    sound_after: float = 0.5
    smoothing: float = 1e-4
    steps: int = 400
    rate: float = 1e-3
    weights: Weights = field(default_factory=Weights)


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the base model.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"))
    parser.add_argument("--teacher", type=Path, default=Path("../teacher"), help="where the teacher's vectors are kept")
    parser.add_argument("--seed", type=int, default=Plan.seed)
    parser.add_argument("--no-sections", action="store_true", help="see no section label")
    parser.add_argument("--without", default="", help="sources to see nothing of, to measure by them")
    asked = parser.parse_args()
    plan = Plan(seed=asked.seed)
    if asked.no_sections:
        plan = replace(plan, weights=replace(plan.weights, sections=0.0))
    without = [source for source in asked.without.split(",") if source]
    sets, names = OpenSets.read(asked.corpora, without), named_groups(NAMES)
    vocabulary = words_of(sets, names, plan)
    sentences = sentences_to_teach(sets, asked.corpora)
    words = words_to_teach(names, vocabulary.names[: len(vocabulary.costs)])
    taught = Taught.of(words, sentences, asked.teacher, DIMENSIONS - plan.chance)
    vectors = trained(sets, names, vocabulary, taught, plan)
    write(asked.out, vocabulary, vectors, sets.titles(), {"plan": asdict(plan)})
    print(f"{asked.out}: {len(vocabulary.names)} tokens of {vectors.shape[1]} dimensions")


def named_groups(path: Path) -> list[list[str]]:
    """The groups of the table of names, one a line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [[name.strip() for name in line.split(",")] for line in lines if line and not line.startswith("#")]


def words_of(sets: OpenSets, names: list[list[str]], plan: Plan) -> Vocabulary:
    korean = sets.korean()
    pieces = with_common(surface_pieces(korean), korean_words(KOREAN), plan.korean_words)
    spoken = [name for group in names for name in group]
    return learn(pieces, korean, sets.english(), spoken, english_words(ENGLISH)[: plan.english_words])


def trained(sets: OpenSets, names: list[list[str]], vocabulary: Vocabulary, taught: Taught, plan: Plan) -> Floats:
    """Taught alone first, then with all tasks beside it."""
    tokenizer = vocabulary.tokenizer()
    start = first_vectors(
        taught,
        vocabulary.names,
        len(vocabulary.costs),
        shares(sets, vocabulary),
        plan.chance,
        plan.smoothing,
        plan.seed,
    )
    alone = teaching(taught, tokenizer, 1.0, sentences=768, words=512)
    learned = fit(start, [alone], plan.taught_steps, plan.taught_rate, plan.seed, plan.chance)
    beside = teaching(taught, tokenizer, plan.taught_weight, sentences=512, words=128)
    tasks = [*tasks_of(sets, names, tokenizer, plan.weights), beside]
    return settled(learned, fit(learned, tasks, plan.steps, plan.rate, plan.seed, plan.chance), vocabulary.names, plan)


def shares(sets: OpenSets, vocabulary: Vocabulary) -> Floats:
    """(v,) of all tokens of the texts, by token."""
    tokenizer, size = vocabulary.tokenizer(), len(vocabulary.names)
    flat = np.concatenate([Bags.of(texts, tokenizer).flat for texts in (sets.korean(), sets.english())])
    return np.bincount(flat, minlength=size) / len(flat)


def settled(start: Floats, learned: Floats, names: list[str], plan: Plan) -> Floats:
    """The learned directions; lengths between those at the start, which tell rare from common, and those learned.

    Runs of consonants keep a share of their learned length.
    """
    before, after = (np.linalg.norm(rows, axis=1) for rows in (start, learned))
    factor = (before / np.maximum(after, 1e-9)) ** plan.recalled
    factor[[name.startswith(SOUND) for name in names]] = plan.sound_after
    return np.asarray(learned * factor[:, None], dtype=np.float32)


if __name__ == "__main__":
    main()
