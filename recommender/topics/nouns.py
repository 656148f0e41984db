"""Nouns by Kiwi: words and phrases that can name something."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from kiwipiepy import Kiwi

from .headlines import Phrase
from .word_value import has_amount, is_uninformative

_NOUN_END = ("NNG", "NNP", "SL", "XSN", "NNB", "NR", "SN", "SH", "W_SERIAL")
_NAMING = ("NNG", "NNP", "SL", "SH", "XR", "UN", "W_SERIAL")
_NOT_IN_NAMES = ("J", "E", "VV", "VA", "VX", "VCP", "VCN", "XSV", "XSA", "IC", "MA")


def naming_nouns(words: Sequence[str], kiwi: Kiwi) -> list[str]:
    """Those of ``words`` that can name a topic: nouns, no amounts, no bylines."""
    return [word for word in nouns_of(words, kiwi) if not is_uninformative(word)]


def nouns_of(words: Sequence[str], kiwi: Kiwi) -> list[str]:
    """Words that name something: no stems of verbs (되살리), no adverbs, no amounts (2조원, 50대).

    Each is read with an object particle behind it, where only a noun can stand.
    """
    nouns_found = []
    stems = _stems(words, kiwi)
    for word, tokens in zip(words, kiwi.tokenize([word + _object(word) for word in words]), strict=True):
        if word in stems or has_amount(tokens, len(word)):
            continue
        nouns = [token.form for token in tokens if token.tag in _NAMING]
        verbal = any(token.tag.startswith(("V", "E", "MA")) for token in tokens)
        if not verbal and any(len(form) > 1 or form.isascii() for form in nouns):
            nouns_found.append(word)
    return nouns_found


def _stems(words: Sequence[str], kiwi: Kiwi) -> set[str]:
    """Those that are verbs, their stems or bent, and no nouns when they stand alone: 사라지, 알린다, 팔린."""
    stems = set()
    ended, alone = kiwi.tokenize([word + "다" for word in words]), kiwi.tokenize(list(words))
    for word, stem, tokens in zip(words, ended, alone, strict=True):
        if len(tokens) == 1 and tokens[0].tag.startswith("N"):
            continue
        bent = tokens[0].tag.startswith("V") and tokens[-1].tag in ("VV", "VA", "EF", "EC", "ETM")
        if bent or (stem[0].form == word and stem[0].tag.startswith("V")):
            stems.add(word)
    return stems


def noun_phrases(phrases: Sequence[Phrase], kiwi: Kiwi) -> list[Phrase]:
    """Those that Kiwi reads as nouns only."""
    if not phrases:
        return []
    nouns = []
    readings = kiwi.tokenize([" ".join(p) for p in phrases])
    for phrase, tokens in zip(phrases, readings, strict=True):
        tags = [token.tag.split("-")[0] for token in tokens]
        noun = tags and tags[-1] in _NOUN_END and not any(tag.startswith(_NOT_IN_NAMES) for tag in tags)
        if noun and not any(map(is_uninformative, phrase)) and not has_amount(tokens, *_ends(phrase)):
            nouns.append(phrase)
    return nouns


def _ends(phrase: Phrase) -> list[int]:
    """Where the words of a phrase end that are joined by spaces."""
    return [int(end) for end in np.cumsum([len(word) + 1 for word in phrase]) - 1]


def _object(word: str) -> str:
    """The object particle that fits the last letter."""
    last = ord(word[-1]) - 0xAC00
    return "을" if 0 <= last < 11172 and last % 28 else "를"
