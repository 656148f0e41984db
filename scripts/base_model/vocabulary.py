"""The tokens of the base model: pieces as Kiwi cuts them, English words, character n-grams, runs of consonants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.arrays.kernels import Floats
from recommender.embeddings.vocabulary import Tokenizer, grams, sounds
from recommender.text.normalize import eojeols

LEAST_PIECE = 3
LEAST_WORD = 2  # of an English word
LEAST_GRAM = 9
LEAST_SOUND = 15
_ENGLISH_SHARE = 8.0  # English text is scarce here: its words count as if there were more of it


@dataclass(frozen=True)
class Vocabulary:
    """``names`` of all tokens, the pieces first, with the ``costs`` of these."""

    names: list[str]
    costs: Floats

    def tokenizer(self) -> Tokenizer:
        places = {name: place for place, name in enumerate(self.names)}
        return Tokenizer(places, self.costs.tolist())


def surface_pieces(texts: Iterable[str]) -> Counter[str]:
    """How often each stretch of text stands for a morpheme of Kiwi's; morphemes that melt together are one."""
    from kiwipiepy import Kiwi

    found: Counter[str] = Counter()
    held = [" ".join(eojeols(text)) for text in texts]
    for text, tokens in zip(held, Kiwi(num_workers=1).tokenize(held), strict=True):
        spans: list[list[int]] = []
        for token in tokens:
            start, end = token.start, token.start + token.len
            if spans and start < spans[-1][1]:
                spans[-1][1] = max(end, spans[-1][1])
            elif end > start:
                spans.append([start, end])
        found.update(piece for start, end in spans if " " not in (piece := text[start:end]))
    return found


def with_common(pieces: Counter[str], shares: Mapping[str, float], most: int) -> Counter[str]:
    """The pieces, and up to ``most`` words of the language at large that the texts have too seldom; ``shares`` come
    commonest first. A word counts half of what its share says, for a text is cut into fewer pieces than words."""
    found, total = Counter(pieces), pieces.total()
    rare = [word for word in shares if pieces[word] < LEAST_PIECE][:most]
    found.update({word: max(LEAST_PIECE, round(shares[word] * total / 2)) - pieces[word] for word in rare})
    return found


def learn(
    pieces: Counter[str],
    korean: Iterable[str],
    english: Iterable[str],
    names: Iterable[str],
    common: Sequence[str] = (),
) -> Vocabulary:
    """From the pieces of Korean text, the texts, names that are to be tokens however rare they are, and ``common``
    English words. One longer than a piece is found where it stands alone."""
    counted = Counter({piece: count for piece, count in pieces.items() if count >= LEAST_PIECE and len(piece) <= 8})
    counted.update({word: LEAST_PIECE for word in common if word not in counted})
    inner: Counter[str] = Counter()
    heard: Counter[str] = Counter()
    words = Counter(eojeol for text in english for eojeol in eojeols(text))
    seen = Counter(eojeol for text in korean for eojeol in eojeols(text))
    for eojeol, count in (seen + words).items():
        inner.update(dict.fromkeys(grams(eojeol), count))
        heard.update(dict.fromkeys(sounds(eojeol), count))
    for word, count in words.items():
        if count >= LEAST_WORD:
            counted[word] = max(counted[word], round(count * _ENGLISH_SHARE))
    for name in names:
        for eojeol in eojeols(name):
            counted[eojeol] = max(counted[eojeol], 20)
    letters = {letter for eojeol in seen for letter in eojeol} | set("0123456789abcdefghijklmnopqrstuvwxyz")
    for letter in letters:
        counted[letter] = max(counted[letter], 1)
    total = counted.total()
    found = sorted(counted)
    costs = np.array([-np.log(counted[piece] / total) for piece in found], dtype=np.float32)
    more = sorted(gram for gram, count in inner.items() if count >= LEAST_GRAM)
    more += sorted(sound for sound, count in heard.items() if count >= LEAST_SOUND)
    return Vocabulary(found + more, costs)
