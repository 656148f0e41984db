"""python -m scripts.base_model --out models/base [--corpora ../shared/corpora] [--seed 7] [--no-sections]
[--without KorSTS,paraKQC]"""

from __future__ import annotations

import argparse
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np

from recommender.arrays.kernels import Floats
from recommender.embeddings.static import GRAM, SOUND

from .company import company_vectors, counts_of
from .sets import OpenSets
from .tasks import Weights, tasks_of
from .training import Bags, fit
from .vocabulary import Vocabulary, learn, surface_pieces
from .writing import write

NAMES = Path(__file__).with_name("names.txt")


@dataclass(frozen=True)
class Plan:
    """The parameters of a training; stored in the manifest."""

    seed: int = 7
    company: int = 128  # dimensions that begin as word-company vectors
    chance: int = 128  # dimensions that begin by chance and keep words apart
    kept: int = 64  # of these, so many stay as they begin
    company_weight: float = 0.5
    gram_weight: float = 0.5
    sound_weight: float = 0.2
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
    parser.add_argument("--seed", type=int, default=Plan.seed)
    parser.add_argument("--no-sections", action="store_true", help="see no section label")
    parser.add_argument("--without", default="", help="sources to see nothing of, to measure by them")
    asked = parser.parse_args()
    plan = Plan(seed=asked.seed)
    if asked.no_sections:
        plan = replace(plan, weights=replace(plan.weights, sections=0.0))
    without = [source for source in asked.without.split(",") if source]
    sets, names = OpenSets.read(asked.corpora, without), named_groups(NAMES)
    vocabulary = words_of(sets, names)
    vectors = trained(sets, names, vocabulary, plan)
    write(asked.out, vocabulary, vectors, sets.titles(), {"plan": asdict(plan)})
    print(f"{asked.out}: {len(vocabulary.names)} tokens of {vectors.shape[1]} dimensions")


def named_groups(path: Path) -> list[list[str]]:
    """The groups of the table of names, one a line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [[name.strip() for name in line.split(",")] for line in lines if line and not line.startswith("#")]


def words_of(sets: OpenSets, names: list[list[str]]) -> Vocabulary:
    korean = sets.korean()
    return learn(surface_pieces(korean), korean, sets.english(), [name for group in names for name in group])


def trained(sets: OpenSets, names: list[list[str]], vocabulary: Vocabulary, plan: Plan) -> Floats:
    tokenizer = vocabulary.tokenizer()
    start = first_vectors(sets, vocabulary, plan)
    tasks = tasks_of(sets, names, tokenizer, plan.weights)
    learned = fit(start, tasks, plan.steps, plan.rate, plan.seed, plan.kept)
    return settled(start, learned, vocabulary.names, plan)


def settled(start: Floats, learned: Floats, names: list[str], plan: Plan) -> Floats:
    """The learned directions; lengths between those at the start, which tell rare from common, and those learned.

    Runs of consonants keep a share of their learned length.
    """
    before, after = (np.linalg.norm(rows, axis=1) for rows in (start, learned))
    factor = (before / np.maximum(after, 1e-9)) ** plan.recalled
    factor[[name.startswith(SOUND) for name in names]] = plan.sound_after
    return np.asarray(learned * factor[:, None], dtype=np.float32)


def first_vectors(sets: OpenSets, vocabulary: Vocabulary, plan: Plan) -> Floats:
    """Word-company vectors beside vectors by chance, rare tokens long and common ones short (Arora et al. 2017)."""
    size, tokenizer = len(vocabulary.names), vocabulary.tokenizer()
    counts = counts_of(Bags.of(sets.korean(), tokenizer), size)
    company = company_vectors(counts, len(vocabulary.costs), plan.company, plan.seed)
    chance = np.random.default_rng(plan.seed).normal(size=(size, plan.chance)) / np.sqrt(plan.chance)
    flat = np.concatenate([Bags.of(texts, tokenizer).flat for texts in (sets.korean(), sets.english())])
    share = np.bincount(flat, minlength=size) / len(flat)
    kinds = {GRAM: plan.gram_weight, SOUND: plan.sound_weight}
    weight = np.array([kinds.get(name[0], 1.0) for name in vocabulary.names])
    weight *= plan.smoothing / (plan.smoothing + share)
    return np.asarray(
        np.concatenate([company * plan.company_weight, chance], axis=1) * weight[:, None], dtype=np.float32
    )


if __name__ == "__main__":
    main()
