"""Names that are cut short in one place and read whole in another: 정유나 and 정유나는, 이하람은 and 이하람."""

from __future__ import annotations

from collections.abc import Mapping

from ..lazy import pattern
from .lexicon import Parse

_SHORTEST, _LONGEST = 3, 6  # syllables of a name
_HANGUL = pattern("[가-힣]+")
_AFTER_VOWEL, _AFTER_CONSONANT = ("는", "가", "를", "와", "로"), ("은", "이", "을", "과", "으로")
_AFTER_ANY = (
    "", "의", "도", "만", "에", "에게", "에서", "까지", "부터", "처럼", "보다", "한테",
    "씨", "씨가", "씨는", "씨의", "씨를",
)  # fmt: skip
_LONGEST_PARTICLE = max(map(len, (*_AFTER_ANY, *_AFTER_CONSONANT)))
_STEMS = ("으", "하", "되", "받")  # what a word ends in that was cut before the rest of a particle or a verb


def with_whole_names(parses: Mapping[str, Parse]) -> dict[str, Parse]:
    """The parses of a corpus's eojeols, those of one name made alike.

    An analyser reads an eojeol by itself and takes the last syllable of a name for a particle where it can be one. What
    it reads as one word of three syllables and more with a particle behind, or with nothing, is that word with any
    particle that may stand there, too.
    """
    whole = {parse.words[0]: parse.words for eojeol, parse in sorted(parses.items()) if _is_whole(eojeol, parse)}
    return {eojeol: _of_name(eojeol, parse, whole) for eojeol, parse in parses.items()}


def _is_whole(eojeol: str, parse: Parse) -> bool:
    """Whether an eojeol is one word, with a particle behind it or none."""
    if not parse.words or not _SHORTEST <= len(parse.words[0]) <= _LONGEST or not _HANGUL.fullmatch(eojeol):
        return False
    name = parse.words[0]
    return not name.endswith(_STEMS) and eojeol == name + parse.ending and parse.ending in particles(name)


def _of_name(eojeol: str, parse: Parse, whole: Mapping[str, tuple[str, ...]]) -> Parse:
    """The parse of an eojeol that is one of the ``whole`` names, the longest one; else, and where its words are all of
    that name, as it was."""
    for end in range(min(len(eojeol), _LONGEST), max(_SHORTEST, len(eojeol) - _LONGEST_PARTICLE) - 1, -1):
        name, particle = eojeol[:end], eojeol[end:]
        if name in parse.words or name == "".join(parse.words):
            return parse
        if name in whole and particle in particles(name):
            return Parse(whole[name], particle)
    return parse


def particles(name: str) -> tuple[str, ...]:
    """What may stand behind a name, by its last syllable."""
    final = (ord(name[-1]) - ord("가")) % 28
    return (*_AFTER_ANY, *(_AFTER_CONSONANT if final else _AFTER_VOWEL))
