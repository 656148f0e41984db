"""Which headlines of a topic contain a word, and whether a name covers the topic."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats
from ..text.term_weights import is_stock
from .headlines import Headlines, Phrase
from .nouns import nouns_of
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
    """A name as it is printed, the ``words`` that mark its headlines, and alternative names."""

    text: str
    words: frozenset[str]
    alternatives: tuple[str, ...]


class Width:
    """The headlines of each topic by word."""

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
        self.members = [np.flatnonzero((topic_of == topic) & headlines.originals) for topic in range(count)]
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

    def rows(self, words: Iterable[str], topic: int) -> set[int]:
        return set().union(*(self._rows[topic].get(word, ()) for word in words))

    def headed(self, topic: int) -> Container[str]:
        """The words of the topic's headlines."""
        return self._rows[topic]

    def fits(self, phrase: Phrase, topic: int) -> bool:
        """Whether a phrase covers its topic, and a single word is not far wider."""
        size = len(self.members[topic])
        words = [word for eojeol in phrase for word in self._headlines.analyzer.cut(eojeol) or (eojeol,)]
        if not all(self._telling(word, topic) >= _SPEAKS for word in words):
            return False
        together = set.intersection(*(self._rows[topic].get(word, set()) for word in words))
        if len(words) > 1 and len(together) < max(_TOGETHER * size, _AS_ONE * len(self.rows(words, topic))):
            return False
        if len(phrase) == 1 and len(words) > 1 and len(together) < _COMPOUND * size:
            return False
        words = [word for word in words if not is_stock(word) and informativeness(word) == 1]
        seen = [len(self._rows[topic].get(word, ())) for word in words]
        own = max((count / max(1, self._everywhere[word]) for count, word in zip(seen, words, strict=True)), default=0)
        if len(phrase) == 1 and own < OWN_ALONE:
            return False
        return wide_enough([count / size for count in seen], self.rows(words, topic), size)

    def nearest(self, phrases: Sequence[Phrase], topic: int) -> list[Phrase]:
        """Phrases reranked: those whose headlines lie at the edge of the topic move back."""
        ranked = []
        for i, phrase in enumerate(phrases):
            words = [word for eojeol in phrase for word in self._headlines.analyzer.cut(eojeol) or (eojeol,)]
            rows = set.intersection(*(self._rows[topic].get(word, set()) for word in words))
            ranked.append((round((i + 2) / max(0.01, nearness(self.central(rows, topic))), 6), i))
        return [phrases[i] for _, i in sorted(ranked)]

    def candidates(self, topic: int) -> list[Candidate]:
        """The words that occur in most headlines of the topic and in few others; no parts of words (미세)."""
        candidates = [
            Candidate(word, rows, len(rows) / (self._everywhere[word] + 1))
            for word, rows in self._rows[topic].items()
            if len(word) > 1
            and len(rows) > 1
            and self._whole[topic][word] >= _WHOLE * len(rows)
            and not is_uninformative(word)
            and not is_stock(word)
            and word not in self._headlines.labels
        ]
        candidates.sort(key=lambda c: (-len(c.rows) * c.own, c.word))
        nouns = set(nouns_of([c.word for c in candidates[:_CANDIDATES]], self._headlines.kiwi))
        return [
            c._replace(
                spread=self._spread(set(c.rows), topic),
                central=self.central(c.rows, topic),
                telling=self._telling(c.word, topic),
            )
            for c in candidates[:_CANDIDATES]
            if c.word in nouns
        ]

    def _telling(self, word: str, topic: int) -> float:
        """The informativeness of a word as the name of a topic: 0 for column names; persons count little unless most of
        its headlines name them."""
        if word in self._headlines.labels:
            return 0.0
        if word in self._people and len(self._rows[topic].get(word, ())) < _MOST * len(self.members[topic]):
            return _PERSON
        count = len(self._rows[topic].get(word, ()))
        if count >= _REGION * len(self.members[topic]) and count >= _REGION_OWN * self._everywhere[word]:
            return max(informativeness(word), _ABOUT)
        return informativeness(word)

    def central(self, rows: Iterable[int], topic: int) -> float:
        """The cosine of the mean of some rows to the mean of the topic; 1.0 without vectors."""
        indices = np.array(sorted(rows), dtype=np.int64)
        if self._vectors is None or not len(indices):
            return 1.0
        if topic not in self._middles:
            self._middles[topic] = self._vectors[self.members[topic]].mean(axis=0)
        middle, mean = self._middles[topic], self._vectors[indices].mean(axis=0)
        return float(mean @ middle / max(1e-9, float(np.linalg.norm(mean) * np.linalg.norm(middle))))

    def _spread(self, rows: set[int], topic: int) -> float:
        if self._finer is None:
            return 1.0
        sizes = Counter(self._finer[self.members[topic]].tolist())
        counts = Counter(self._finer[sorted(rows)].tolist())
        return common([counts[fine] for fine in sizes], list(sizes.values()))

    def joined(self, topic: int, used: Iterable[str] = ()) -> Name | None:
        """Some words of the topic as a name. One word alone has another beside it if it is a region, or ``used``;
        where a name of more is taken, others stand in place of its last."""
        size, candidates = len(self.members[topic]), self.candidates(topic)
        others = tuple(self._headlines.print([c.word]) for c in candidates[:FITTING])
        while parts := joined_name(candidates, size):
            others_left = [c for c in candidates if c.word != parts[-1]]
            pair = (*parts, *joined_name(others_left, size)[:1]) if len(parts) == 1 else parts
            for words in (parts, pair) if informativeness(parts[0]) == 1 else (pair, parts):
                text = self._text(words, topic)
                if not any(same_words(text, other) for other in used):
                    return Name(text, frozenset(words), others)
            candidates = others_left
        return None

    def _text(self, words: Sequence[str], topic: int) -> str:
        shown = [self._headlines.print([word]) for word in words]
        middle = max(self.central(self._rows[topic][word], topic) for word in words)
        return printed(shown, self.rows(words, topic), len(self.members[topic]), middle)

    def name_share(self, name: Name, topic: int) -> float:
        """The share of the headlines that a name covers: those with any of its words; for a single eojeol, with all of
        its words; for a phrase, the mean of those with any and those with all."""
        rows = [self._rows[topic].get(word, set()) for word in name.words]
        count: float = len(set().union(*rows))
        if JOINER not in name.text and len(rows) > 1:
            with_all = len(set.intersection(*rows))
            count = (count + with_all) / 2 if " " in name.text else with_all
        return count / max(1, len(self.members[topic]))

    def showing(self, words: Iterable[str], topic: int) -> NDArray[np.int64]:
        """The members whose headlines hold a word of the name; all, if too few do."""
        rows = self.rows(words, topic)
        return np.array(sorted(rows), dtype=np.int64) if len(rows) >= EXAMPLES else self.members[topic]
