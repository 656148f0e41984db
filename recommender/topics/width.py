"""Which headlines of a topic hold a word, and what that says of a name: is it as wide as the topic?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats
from ..text.term_weights import is_stock
from .headlines import Headlines, Phrase
from .nouns import nominal
from .topic import EXAMPLES
from .wide_names import JOINER, OWN_ALONE, Candidate, common, joined_name, nearness, printed, same_words, wide_enough
from .word_value import informativeness, is_uninformative

_WHOLE = 0.1  # share of the headlines with a word in which it stands for itself, not inside another
_CANDIDATES = 60  # phrases of a topic that are looked at closely
_PERSON = 0.15  # what a person's name is worth as the name of a topic, beside another word
_SPEAKS = 0.2  # the least that each word of a phrase must be worth
_MOST = 0.5  # share of a topic's headlines from which a person whom they name is what it is about
_TOGETHER = 0.06  # share of a topic's headlines that hold all words of its name, if that is a phrase ...
_AS_ONE = 0.25  # ... and share of those with any of them
_COMPOUND = 0.3  # the same of a single eojeol that is made of several (현대자동차)
_REGION = 0.4  # share of its headlines from which a region is what the topic is about, if ...
_REGION_OWN = 0.3  # ... so many of all that name it are the topic's, and ...
_ABOUT = 0.8  # ... what it is worth then: no name of its own
FITTING = 12  # names of a topic that would do


class Name(NamedTuple):
    """A name as it is printed, the ``words`` by which headlines show it, and others that would do."""

    text: str
    words: frozenset[str]
    alternatives: tuple[str, ...]


class Width:
    """Which headlines of each topic hold a word."""

    def __init__(
        self,
        headlines: Headlines,
        topic_of: NDArray[np.int32],
        count: int,
        finer: NDArray[np.int32] | None = None,
        vectors: Floats | None = None,
    ) -> None:
        self._headlines, self._finer, self._vectors = headlines, finer, vectors
        self.count, self.broad = count, finer is not None
        self.members = [np.flatnonzero((topic_of == place) & headlines.originals) for place in range(count)]
        self._rows: list[dict[str, set[int]]] = [defaultdict(set) for _ in range(count)]
        self._whole: list[Counter[str]] = [Counter() for _ in range(count)]
        self._everywhere: Counter[str] = Counter()
        self._people = headlines.people()
        self._middles: dict[int, NDArray[np.float32]] = {}
        for row, heads in enumerate(headlines.heads):
            whole = {phrase[0] for phrase in headlines.phrases[row] if len(phrase) == 1}
            words = whole.union(heads)
            self._everywhere.update(words)
            if topic_of[row] >= 0:
                self._whole[topic_of[row]].update(whole)
                for word in words:
                    self._rows[topic_of[row]][word].add(row)

    def rows(self, words: Iterable[str], place: int) -> set[int]:
        return set().union(*(self._rows[place].get(word, ()) for word in words))

    def headed(self, place: int) -> Container[str]:
        """The words of the topic's headlines."""
        return self._rows[place]

    def fits(self, phrase: Phrase, place: int) -> bool:
        """Whether a phrase is as wide as its topic, and a single word not far wider."""
        size = len(self.members[place])
        words = [word for eojeol in phrase for word in self._headlines.analyzer.cut(eojeol) or (eojeol,)]
        if not all(self._telling(word, place) >= _SPEAKS for word in words):
            return False
        together = set.intersection(*(self._rows[place].get(word, set()) for word in words))
        if len(words) > 1 and len(together) < max(_TOGETHER * size, _AS_ONE * len(self.rows(words, place))):
            return False
        if len(phrase) == 1 and len(words) > 1 and len(together) < _COMPOUND * size:
            return False
        words = [word for word in words if not is_stock(word) and informativeness(word) == 1]
        seen = [len(self._rows[place].get(word, ())) for word in words]
        own = max((count / max(1, self._everywhere[word]) for count, word in zip(seen, words, strict=True)), default=0)
        if len(phrase) == 1 and own < OWN_ALONE:
            return False
        return wide_enough([count / size for count in seen], self.rows(words, place), size)

    def nearest(self, phrases: Sequence[Phrase], place: int) -> list[Phrase]:
        """Phrases, the best first, those whose headlines lie at the edge of the topic farther behind."""
        near = []
        for at, phrase in enumerate(phrases):
            words = [word for eojeol in phrase for word in self._headlines.analyzer.cut(eojeol) or (eojeol,)]
            both = set.intersection(*(self._rows[place].get(word, set()) for word in words))
            near.append((round((at + 2) / max(0.01, nearness(self.central(both, place))), 6), at))
        return [phrases[at] for _, at in sorted(near)]

    def candidates(self, place: int) -> list[Candidate]:
        """The words that stand in the most headlines of the topic and in few others; no parts of words (미세)."""
        found = [
            Candidate(word, rows, len(rows) / (self._everywhere[word] + 1))
            for word, rows in self._rows[place].items()
            if len(word) > 1
            and len(rows) > 1
            and self._whole[place][word] >= _WHOLE * len(rows)
            and not is_uninformative(word)
            and not is_stock(word)
            and word not in self._headlines.labels
        ]
        found.sort(key=lambda c: (-len(c.rows) * c.own, c.word))
        nouns = set(nominal([c.word for c in found[:_CANDIDATES]], self._headlines.kiwi))
        return [
            c._replace(
                spread=self._spread(set(c.rows), place),
                central=self.central(c.rows, place),
                telling=self._telling(c.word, place),
            )
            for c in found[:_CANDIDATES]
            if c.word in nouns
        ]

    def _telling(self, word: str, place: int) -> float:
        """How well such a word tells a topic: families and bare deeds are of every topic, columns of none, and a person
        is the name of a topic if most of its headlines name that person."""
        if word in self._headlines.labels:
            return 0.0
        if word in self._people and len(self._rows[place].get(word, ())) < _MOST * len(self.members[place]):
            return _PERSON
        seen = len(self._rows[place].get(word, ()))
        if seen >= _REGION * len(self.members[place]) and seen >= _REGION_OWN * self._everywhere[word]:
            return max(informativeness(word), _ABOUT)
        return informativeness(word)

    def central(self, rows: Iterable[int], place: int) -> float:
        """The cosine of the middle of some rows to the middle of the topic; 1.0 where no vectors are known."""
        held = np.array(sorted(rows), dtype=np.int64)
        if self._vectors is None or not len(held):
            return 1.0
        if place not in self._middles:
            self._middles[place] = self._vectors[self.members[place]].mean(axis=0)
        middle, own = self._middles[place], self._vectors[held].mean(axis=0)
        return float(own @ middle / max(1e-9, float(np.linalg.norm(own) * np.linalg.norm(middle))))

    def _spread(self, rows: set[int], place: int) -> float:
        if self._finer is None:
            return 1.0
        sizes = Counter(self._finer[self.members[place]].tolist())
        seen = Counter(self._finer[sorted(rows)].tolist())
        return common([seen[fine] for fine in sizes], list(sizes.values()))

    def joined(self, place: int, taken: Iterable[str] = ()) -> Name | None:
        """Some words of the topic as a name. One word alone has another beside it if it is a region, or ``taken``;
        where a name of more is taken, others stand in place of its last."""
        size, candidates = len(self.members[place]), self.candidates(place)
        others = tuple(self._headlines.print([c.word]) for c in candidates[:FITTING])
        while parts := joined_name(candidates, size):
            left = [c for c in candidates if c.word != parts[-1]]
            pair = (*parts, *joined_name(left, size)[:1]) if len(parts) == 1 else parts
            for words in (parts, pair) if informativeness(parts[0]) == 1 else (pair, parts):
                text = self._text(words, place)
                if not any(same_words(text, other) for other in taken):
                    return Name(text, frozenset(words), others)
            candidates = left
        return None

    def _text(self, words: Sequence[str], place: int) -> str:
        shown = [self._headlines.print([word]) for word in words]
        middle = max(self.central(self._rows[place][word], place) for word in words)
        return printed(shown, self.rows(words, place), len(self.members[place]), middle)

    def name_share(self, name: Name, place: int) -> float:
        """The share of the headlines that a name tells: that hold a word of it; all of them, of a single eojeol; of a
        phrase, which means all of its words together, the mean of those that hold one and those that hold all."""
        rows = [self._rows[place].get(word, set()) for word in name.words]
        held: float = len(set().union(*rows))
        if JOINER not in name.text and len(rows) > 1:
            both = len(set.intersection(*rows))
            held = (held + both) / 2 if " " in name.text else both
        return held / max(1, len(self.members[place]))

    def showing(self, words: Iterable[str], place: int) -> NDArray[np.int64]:
        """The members whose headlines hold a word of the name; all, if too few do."""
        rows = self.rows(words, place)
        return np.array(sorted(rows), dtype=np.int64) if len(rows) >= EXAMPLES else self.members[place]
