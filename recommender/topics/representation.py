"""Topics of BERTopic named by noun phrases of their own headlines: its ``representation_model``. Loads BERTopic."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Ints
from ..text.analyzer import Analyzer, plain
from ..text.kiwi import learn_lexicon
from .headlines import Headlines
from .naming import named
from .nouns import naming_nouns
from .umap_loader import cached_compilation
from .vectorizer import KoreanTokenizer

with (
    warnings.catch_warnings(),
    cached_compilation(),
):  # it loads UMAP, whose pictures would wait for numba in each process
    warnings.simplefilter("ignore")  # remarks of its libraries on others
    from bertopic.representation import BaseRepresentation

Words = Sequence[tuple[str, float]]
_NOTHING = ("", 0.00001)  # with which BERTopic fills up short lists


class HeadlineNaming(BaseRepresentation):  # type: ignore[misc]
    """The name of a topic before the words that c-TF-IDF gives it, those without amounts, bylines and verbs.

    A name is a noun phrase that stands in the headlines and is as wide as the topic, or a few words that together are
    (``손흥민·토트넘``); outliers have none. ``stop_words``, ``user_words`` and ``aliases`` as ``KoreanTokenizer``
    takes them: give it the same. Documents are headlines, or begin with one: of each the first line is read.
    """

    def __init__(
        self,
        stop_words: Sequence[str] = (),
        user_words: Sequence[str] = (),
        aliases: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.stop_words, self.user_words, self.aliases = stop_words, user_words, aliases

    def extract_topics(
        self, topic_model: Any, documents: Any, c_tf_idf: Any, topics: Mapping[int, Words]
    ) -> dict[int, list[tuple[str, float]]]:
        """See ``BaseRepresentation``. A part of the documents (a time, a branch of the hierarchy) is not named anew."""
        tokenizer = KoreanTokenizer(self.stop_words, self.user_words, self.aliases)
        whole = c_tf_idf is topic_model.c_tf_idf_
        names = _names(_headlines(documents.Document, tokenizer), documents.Topic.to_numpy()) if whole else {}
        count = topic_model.top_n_words
        named_topics = {}
        for topic, words in topics.items():
            weights = dict(words)
            pairs = [
                (word, weights[word]) for word in naming_nouns([word for word, _ in words if word], tokenizer.kiwi)
            ]
            head = [(names[topic], max(weights.values()))] if topic in names else []
            pairs = [*head, *(pair for pair in pairs if pair[0] != names.get(topic))]
            named_topics[topic] = [*pairs, *[_NOTHING] * count][:count]
        return named_topics


def _headlines(documents: Sequence[str], tokenizer: KoreanTokenizer) -> Headlines:
    """The first line of each document; duplicates count once."""
    shown = [text.strip().partition("\n")[0] for text in documents]
    lexicon = learn_lexicon(shown, tokenizer.names, user_words=map(plain, tokenizer.user_words))
    first: dict[str, int] = {}
    originals = np.array([first.setdefault(title, row) for row, title in enumerate(shown)], dtype=np.int32)
    words = [list(dict.fromkeys(tokenizer(title))) for title in shown]
    analyzer = Analyzer(lexicon, tokenizer.names, {})
    return Headlines.of(shown, words, analyzer, originals, tokenizer.kiwi, tokenizer.stop_words)


def _names(headlines: Headlines, topics: NDArray[np.integer]) -> dict[int, str]:
    """The name of each topic but -1, the largest first."""
    numbers, sizes = np.unique(topics[topics >= 0], return_counts=True)
    order: Ints = numbers[np.lexsort((numbers, -sizes))].astype(np.int64)
    rank_of = {int(topic): rank for rank, topic in enumerate(order)}
    topic_of = np.array([rank_of.get(int(topic), -1) for topic in topics], dtype=np.int32)
    return dict(zip(order.tolist(), named(headlines, topic_of, len(order)), strict=True))
