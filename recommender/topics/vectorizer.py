"""Korean words for any CountVectorizer of scikit-learn, and so for BERTopic's ``vectorizer_model``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from kiwipiepy import Kiwi
from sklearn.feature_extraction.text import CountVectorizer

from ..lazy import dataclass
from ..text.aliases import load_aliases
from ..text.analyzer import Aliases, plain
from ..text.kiwi import open_kiwi, read_words
from ..text.term_weights import english_stop_words


@dataclass(frozen=True)
class KoreanTokenizer:
    """Splits a text into words: nouns, stems, Latin names; no particles, bare numbers or English function words.

    ``stop_words`` are left out, ``user_words`` never cut apart; ``aliases`` are other names of one thing,
    ``{"LG에너지솔루션": ["엘지엔솔"]}``, the built-in table if None. It holds nothing but these: a copy costs nothing.
    """

    stop_words: Sequence[str] = ()
    user_words: Sequence[str] = ()
    aliases: Mapping[str, Sequence[str]] | None = None
    names: Aliases = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = load_aliases(None) if self.aliases is None else Aliases.of(self.aliases)
        object.__setattr__(self, "names", names)

    @property
    def kiwi(self) -> Kiwi:
        """The Kiwi that knows the names and words."""
        return open_kiwi(self.names, user_words=self._user_words)

    @property
    def _user_words(self) -> tuple[str, ...]:
        return tuple(map(plain, self.user_words))

    def __call__(self, text: str) -> list[str]:
        [words] = read_words([text], self.names, self._user_words)
        excluded = english_stop_words().union(map(plain, self.stop_words))
        return [word for word in words if word not in excluded and not word.isdigit()]


def korean_vectorizer(
    stop_words: Sequence[str] = (),
    user_words: Sequence[str] = (),
    aliases: Mapping[str, Sequence[str]] | None = None,
    **counting: Any,
) -> CountVectorizer:
    """A ``CountVectorizer`` that counts what ``KoreanTokenizer`` reads; ``counting`` are options of its own:
    ``ngram_range``, ``min_df``, ``max_features`` ..."""
    tokenizer = KoreanTokenizer(tuple(stop_words), tuple(user_words), aliases)
    return CountVectorizer(tokenizer=tokenizer, token_pattern=None, lowercase=False, **counting)
