"""Kiwi's answers about the eojeols of a corpus, learned once and kept as a lexicon."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from kiwipiepy import Kiwi, Token

from .analyzer import Aliases, spelled
from .lexicon import Lexicon, Parse
from .whole_names import with_whole_names

_NOUN = {"NNG", "NNP", "NR", "SL", "SH", "SN", "XPN", "XSN", "NNB", "W_SERIAL", "SW"}
_WORD = {"NNG", "NNP"}
_STEM = {"VV", "VA", "XR", "MAG"}
_ENDING = ("J", "E", "XSV", "XSA", "VCP", "VX")
_WHOLE = {"SL", "SN", "SH", "W_SERIAL"}
_LONGEST_JOINED = 6  # syllables; a longer run of nouns is left in its parts

_COPULA = "ᆷ"  # 이다, run into the noun before it
_HANGUL = re.compile("[가-힣]+")

# Words of the field that a general dictionary cuts apart.
_FIELD_WORDS = ("이차전지", "일차전지", "사용후배터리", "양극재", "음극재", "전구체", "규제자유특구", "기회발전특구")


def open_kiwi(aliases: Aliases, workers: int = 1, user_words: Iterable[str] = ()) -> Kiwi:
    """A Kiwi that knows the canonical names of the alias table, and ``user_words``, as single words.

    The last one that was opened is kept: to open one and to ask it first takes a second. Its dictionary of names of
    several words stays unread: it makes one word with a blank of 황산니켈, which 황산 니켈 never meets, and takes as
    long to load as all the rest.
    """
    return _opened(tuple(sorted({*_FIELD_WORDS, *aliases.names.values(), *user_words})), workers)


@lru_cache(maxsize=1)
def _opened(words: tuple[str, ...], workers: int) -> Kiwi:
    kiwi = Kiwi(num_workers=workers, load_multi_dict=False)
    for word in words:
        kiwi.add_user_word(word, "NNP", 3.0)
    return kiwi


def words_of(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The words of one analysed eojeol.

    Nouns of two syllables and more, one by one; a run of nouns that holds Latin letters, digits or a
    single syllable also whole (``sk온``, ``2차전지``, ``폐배터리``); stems of verbs and adjectives of two
    syllables and more. Particles and endings are off.
    """
    words: list[str] = []
    run: list[Token] = []
    for token in tokens:
        tag = token.tag.split("-")[0]
        if tag in _NOUN and (not run or token.start == run[-1].start + run[-1].len):
            run.append(token)
            continue
        words += _run_words(run)
        run = [token] if tag in _NOUN else []
        if tag in _STEM and len(token.form) > 1:
            words.append(token.form.lower())
    words += _run_words(run)
    return tuple(dict.fromkeys(words))


def parse_of(eojeol: str, tokens: Sequence[Token]) -> Parse:
    """The words of an eojeol, and what stands behind its last noun if that is particles and endings.

    A name that Kiwi takes for a noun with an ending and more behind it (별빛엔터는: 별빛에 ...), or with an ending
    that alters it (핵잠: 핵자이다), is also a word as it stands, and the first.
    """
    if name := _taken_apart(eojeol, tokens):
        words = [word for word in words_of(tokens) if word in name and word != name]
        return Parse((name, *words), eojeol.removeprefix(name))
    nouns = [i for i, token in enumerate(tokens) if token.tag.split("-")[0] in _NOUN]
    behind = tokens[nouns[-1] + 1 :] if nouns else []
    if not behind or not all(token.tag.startswith(_ENDING) for token in behind):
        return Parse(words_of(tokens), "")
    return Parse(words_of(tokens), eojeol[behind[0].start :])


def _taken_apart(eojeol: str, tokens: Sequence[Token]) -> str:
    """The name that was taken for a noun with endings and more, less its particle; empty where it was not."""
    tags = [token.tag.split("-")[0] for token in tokens]
    end = len(eojeol)
    while (
        tags
        and tags[-1].startswith("J")
        and tokens[len(tags) - 1].form == eojeol[end - tokens[len(tags) - 1].len : end]
    ):
        end -= tokens[len(tags) - 1].len
        tags.pop()
    if not 1 < end <= _LONGEST_JOINED or not _HANGUL.fullmatch(eojeol) or not tags or tags[0] not in _WORD:
        return ""
    altered = len(tags) == 2 and tokens[0].form not in eojeol and tokens[1].form == _COPULA
    ends = [at for at, tag in enumerate(tags) if tag.startswith(("J", "E", "VCP"))]
    more = [at for at, tag in enumerate(tags) if not tag.startswith(_ENDING)]
    named = tags[-1] == "ETN" and more[-1] == len(tags) - 2 and len(more) > 1 and tags[more[-2]] in _WORD  # 전세사기
    return eojeol[:end] if altered or named or (ends and ends[0] < more[-1]) else ""


def _run_words(run: list[Token]) -> list[str]:
    whole = "".join(t.form for t in run).lower()
    parts = [t.form.lower() for t in run if t.tag in _WORD and len(t.form) > 1]
    if len(run) == 1:
        return [whole] if len(whole) > 1 or run[0].tag in _WHOLE else []
    mixed = any(t.tag in _WHOLE for t in run)
    short = any(len(t.form) == 1 for t in run)
    if mixed or (short and 1 < len(whole) <= _LONGEST_JOINED):
        return [whole, *(p for p in parts if p != whole)]
    return parts


def learn_lexicon(texts: Iterable[str], aliases: Aliases, workers: int = 1, user_words: Iterable[str] = ()) -> Lexicon:
    """The lexicon of a corpus: each distinct eojeol is analysed once, in sorted order."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(spelled(text, aliases))
    distinct = sorted(counts)
    kiwi = open_kiwi(aliases, workers, user_words)
    parses = {e: parse_of(e, tokens) for e, tokens in zip(distinct, kiwi.tokenize(distinct), strict=True)}
    return Lexicon.learn(with_whole_names(parses), counts)


@lru_cache(maxsize=4)
def _met(names: tuple[tuple[str, str], ...], user_words: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The words of the eojeols read so far, by all who read with these names and words."""
    return {}


def read_words(texts: Sequence[str], aliases: Aliases, user_words: Sequence[str] = ()) -> list[list[str]]:
    """The words of each text, in order, with no lexicon learned before: what one learned of these texts would say, but
    for names that one eojeol alone does not tell (``whole_names``)."""
    met = _met(tuple(sorted(aliases.names.items())), tuple(user_words))
    spoken = [spelled(text, aliases) for text in texts]
    fresh = sorted({eojeol for text in spoken for eojeol in text} - met.keys())
    kiwi = open_kiwi(aliases, user_words=user_words)
    met.update((e, parse_of(e, tokens).words) for e, tokens in zip(fresh, kiwi.tokenize(fresh), strict=True))
    return [[word for eojeol in text for word in met[eojeol]] for text in spoken]
