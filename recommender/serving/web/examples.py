"""Questions that the first page offers: words of topics that several articles hold, as a headline spells them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import chain, islice, pairwise, zip_longest

import numpy as np

from ...arrays.kernels import common
from ...embeddings.fused import base_vectors
from ...ranking.model import Model
from ...ranking.recommend import Recommender
from ...ranking.spellers import articles_with
from ...text.analyzer import stem_of
from ...text.normalize import eojeols, normalise, split_tags
from ...topics.topic import NO_TOPIC
from ...topics.word_value import informativeness, is_role, is_uninformative

_MOST = 6  # questions
_TRIED = 4 * _MOST  # ... of so many that are asked
_TOPICS = 2 * _MOST  # largest topics that are looked at
_MEMBERS = 100  # headlines of a topic that are read, the newest
_COUNTED = 30  # words of a topic, and pairs, whose articles are counted
_LEAST = 3  # articles that hold a question
_WIDEST = 0.1  # share of the articles that hold it, at most
_COMMON = 5e-4  # share of news headlines from which a word alone says too little
_HITS = 2  # hits that an example leads to, at least

Phrase = tuple[str, ...]  # one word, or two that stand side by side


def example_questions(model: Model) -> list[str]:
    """Up to six questions that people might ask of this archive, each answered; none where no key term of a topic
    stands in a headline and in three articles. Topics take turns, the largest first, each with its likeliest first."""
    terms = {term for topic in (*model.topics.topics, *model.topics.broad) for term in topic.terms}
    ranked = [_ranked(model, _phrases(model, rows, terms)) for rows in _members(model)]
    turns = (text for text in chain.from_iterable(zip_longest(*ranked)) if text)
    recommender = Recommender(model)
    answered = (text for text in islice(_apart(turns), _TRIED) if len(recommender.similar(text, _LEAST)) >= _HITS)
    return list(islice(answered, _MOST))


def _members(model: Model) -> list[list[int]]:
    """The newest rows of the largest topics, near-copies once."""
    order = np.argsort(-np.nan_to_num(np.asarray(model.catalogue.days), nan=-np.inf), kind="stable")
    originals = order[np.asarray(model.catalogue.duplicate_of)[order] == order]
    topic_of = np.asarray(model.topics.topic_of)[originals]
    largest = np.argsort(-np.bincount(topic_of[topic_of != NO_TOPIC], minlength=1), kind="stable")[:_TOPICS]
    return [originals[topic_of == place][:_MEMBERS].tolist() for place in largest]


def _phrases(model: Model, rows: Sequence[int], terms: set[str]) -> dict[Phrase, list[str]]:
    """Every word that is one of ``terms``, and every two side by side of which one is, of the headlines at ``rows``,
    with its spelling in each."""
    spellings: dict[Phrase, list[str]] = defaultdict(list)
    for row in rows:
        title = normalise(split_tags(model.catalogue.article(row).title or "")[1])
        words = [stem_of(eojeol, model.analyzer.cut(eojeol)) for eojeol in eojeols(title)]
        for phrase in dict.fromkeys([(word,) for word in words] + list(pairwise(words))):
            if terms.intersection(phrase) and all(map(_is_word, phrase)):
                spellings[phrase].append(" ".join(_spelled(word, title) for word in phrase))
    return spellings


def _is_word(word: str) -> bool:
    """Whether a word can be asked with: no figure, no single letter, no role, none that is of every topic."""
    telling = informativeness(word) == 1 and not is_uninformative(word) and not is_role(word)
    return len(word) > 1 and word.isalpha() and telling


def _spelled(word: str, title: str) -> str:
    """``word`` as it stands in ``title``, with its capitals."""
    at = title.lower().find(word)
    spelling = title[at : at + len(word)] if at >= 0 else word
    return spelling if spelling.lower() == word else word


def _ranked(model: Model, spellings: dict[Phrase, list[str]]) -> Iterator[str]:
    """The phrases that enough articles hold and not too many: two words before one, then what more headlines hold. The
    articles of each are counted when it is reached."""
    news, most = base_vectors(), max(2 * _LEAST, int(_WIDEST * len(model)))
    pairs = [phrase for phrase in spellings if len(phrase) > 1]
    words = [phrase for phrase in spellings if len(phrase) == 1 and news.known_in_news(phrase[0]) <= _COMMON]
    for phrases in (pairs, words):
        phrases.sort(key=lambda phrase: (-len(spellings[phrase]), phrase))
        for phrase in phrases[:_COUNTED]:
            if _LEAST <= _articles(model, phrase) <= most:
                yield Counter(spellings[phrase]).most_common(1)[0][0]


def _articles(model: Model, phrase: Phrase) -> int:
    """How many articles hold every word of ``phrase``."""
    return len(reduce(common, (articles_with(model, word) for word in phrase)))


def _apart(texts: Iterator[str]) -> Iterator[str]:
    """Those of ``texts`` that share no word with one before."""
    seen: set[str] = set()
    for text in texts:
        words = set(text.split())
        if not words & seen:
            yield text
        seen |= words
