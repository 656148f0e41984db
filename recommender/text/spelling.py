"""Corrects typing errors in the words of a question by the words of the archive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, pairwise

from ..lazy import dataclass, pattern
from .candidates import Candidates
from .jamo import one_off
from .keyboard import (
    LOOSE,
    SYLLABLES,
    in_hangul,
    in_hangul_shifted,
    in_latin,
    joined,
    keys_of,
    with_a_key_less,
    with_a_key_more,
)
from .transliterated import HANGUL, LATIN
from .typos import EDIT, HALF, latin_typo_cost, missing_syllable_cost, one_letter, slip_of_a_key, sound_alike, typo_cost

_FREQUENT, _CLEARLY = 5, 3  # articles that hold what a short word is meant for; times as many as the second best
_LONGEST = 20  # letters of a word
_MISSED = 5  # syllables of a word from which one may be missing inside it
_NAME = pattern(
    "[강고공곽구권김나남노류문민박방배백변서석성손송신심안양오우원유윤이임장전정조주지진차채천최추하한허현홍황]"
    "[건경광규근기길나남다대덕도동라란람래리만명모문미민범별병보복봉빈상서석선설섭성세소솔수숙순슬승시식신아안애연열영예옥완용우"
    "욱운웅원유윤율은의익인일자재전정제조종주준중지진찬창채천철청초춘태택하학한해향헌혁현형혜호홍화환회효후훈휘희]{2}"
)
_PARTICLE = pattern("(?<=[a-z가-힣]{2})(?:에서|까지|부터|으로|[은는이가을를의에와과로도])$")
_PARTICLES = frozenset("은는이가을를에의와과로도만")
_WORD = pattern("([a-z]*)([가-힣]*)")
_LETTERS = pattern("[a-z]+")
_HEADED = pattern("([가-힣]{1,3})([a-z]{2,}[0-9]*)")


@dataclass(frozen=True, slots=True)
class Correction:
    """A word as it was ``said``, and the word of the archive that is shown instead."""

    said: str
    meant: str


@dataclass(frozen=True, slots=True, eq=False)
class Speller:
    """Corrects words by those of ``sources``.

    ``ordinary`` tells the words of general news, which are never corrected. Words of fewer than ``least`` articles are
    no corrections, unless they are such words. ``strange`` tells unknown Latin words, and those of Hangul of which two
    syllables stand side by side in no known word: there one key is enough to tell what was meant. The sources cache
    what was read, so use one speller for all words.
    """

    sources: Sequence[Candidates]
    ordinary: Callable[[str], bool]
    least: int = 2
    strange: Callable[[str], bool] = lambda word: False

    def corrected(self, word: str, beside: Callable[[str], bool] | None = None) -> str | None:
        """The word of the archive that ``word`` (lower case, NFC) was meant for; None if that is not plain.

        ``beside`` says whether an article holds a word beside the others of the question: then one letter may be any.
        """
        if LOOSE.fullmatch(word):
            return self._loose(word)
        if headed := _HEADED.fullmatch(word):
            return None if self._known(word) else self._headed(*headed.groups())
        matches = [_WORD.fullmatch(stem) for stem in dict.fromkeys((word, _PARTICLE.sub("", word)))]
        right = (not m or self._known(m[0]) or _NAME.fullmatch(m[0]) for m in matches)
        if not 2 <= len(word) <= _LONGEST or any(right):
            return None
        parts = [(m[1], m[2]) for m in matches[: max(1, len(word) - 2)] if m]
        plain = (self._hangul(latin, rest) if rest else self._latin(latin) for latin, rest in parts)
        close = (self._beside(latin, rest, beside) for latin, rest in parts if rest and beside)
        slips = (self._slip(latin, rest) for latin, rest in parts if not latin)
        return next((meant for meant in chain(plain, close, slips) if meant and not _same_noun(word, meant)), None)

    def abroad(self, word: str) -> str | None:
        """The archive's spelling of ``word`` in the other script, Latin or Hangul; None without a clear one."""
        word = word if word.isascii() else _PARTICLE.sub("", word)
        shortest = LATIN if _LETTERS.fullmatch(word) else HANGUL if SYLLABLES.fullmatch(word) else _LONGEST + 1
        if not shortest <= len(word) <= _LONGEST or any(word in source for source in self.sources):
            return None
        names = {name for source in self.sources if not source.stem for name in source.spelled(word)}
        return self._best({name: EDIT for name in names if self._count(name)})

    def _known(self, word: str) -> bool:
        return self.ordinary(word) or any(word in source for source in self.sources)

    def _count(self, word: str) -> int:
        """How many articles hold ``word``."""
        return max(source.count(word) for source in self.sources)

    def _enough(self, word: str, needed: int) -> bool:
        """Whether ``needed`` articles hold ``word``, or ``least``, or any where it is a word of general news."""
        count = self._count(word)
        return count >= max(needed, self.least) or (count > 0 and not needed and self.ordinary(word))

    def _frequent(self, words: Iterable[str], cost: int) -> dict[str, int]:
        """``cost`` of each of the words that enough articles hold."""
        stored = (word for word in words if any(word in source for source in self.sources))
        return {word: cost for word in stored if self._enough(word, _FREQUENT if len(word) == 2 else 0)}

    def _exact(self, word: str) -> str | None:
        """``word``, less its particle if need be, if the archive holds it."""
        return next((text for text in (word, _PARTICLE.sub("", word)) if self._frequent([text], 0)), None)

    def _best(self, costs: dict[str, int]) -> str | None:
        """The cheapest, of those the one that most articles hold; None if two are as likely."""
        ranked = sorted((cost, -self._count(word), word) for word, cost in costs.items())
        if len(ranked) > 1 and ranked[0][0] == ranked[1][0] and ranked[0][1] > _CLEARLY * ranked[1][1]:
            return None
        return ranked[0][2] if ranked else None

    def _hangul(self, latin: str, word: str) -> str | None:
        """``word`` stands behind the letters ``latin``, which are right."""
        size, costs = len(word), dict[str, int]()
        if size < 2:
            return None
        made_of_known = 3 < size < 13 and self._compound(word)
        for source in self.sources:
            for name in source.alike(latin, word):
                meant = name.removeprefix(latin)
                if sound_alike(word, meant):
                    if self._count(name):  # be it in one article: it is found by what it sounds like
                        costs[name] = HALF
                elif not made_of_known and (cost := typo_cost(word, meant)) and self._plain(word, meant, name, cost):
                    costs[name] = cost
            for name in source.shifted(latin, word) if size >= _MISSED - 1 and not made_of_known else ():
                cost = missing_syllable_cost(word, name.removeprefix(latin)) or 0
                if cost and len(name) >= _MISSED and self._enough(name, 0):
                    costs.setdefault(name, cost)
        for at, (one, two) in enumerate(pairwise(word)) if size > 3 and not made_of_known else ():
            made = latin + word[:at] + (two if one == two else two + one) + word[at + 2 :]
            costs |= self._frequent([made], HALF if one == two else EDIT)
        for char in word if size == 2 else "":
            if one_letter(word, char * 2) and self._enough(latin + char * 2, 0):
                costs[latin + char * 2] = EDIT  # 줍즙: a word of one syllable said twice
        return self._best(costs)

    def _beside(self, latin: str, word: str, beside: Callable[[str], bool]) -> str | None:
        """The word with one letter of ``word`` changed that stands ``beside`` the others of a question."""
        if len(word) < 2 or self._compound(word):
            return None
        names = {name for source in self.sources for name in source.alike(latin, word)}
        return self._best({n: EDIT for n in names if one_letter(word, n.removeprefix(latin)) and beside(n)})

    def _slip(self, latin: str, word: str) -> str | None:
        """The only word of the archive that has one letter of a ``word`` otherwise, which is no word by its syllables
        and a slip of a key for it."""
        if not 2 <= len(word) <= 3 or _NAME.fullmatch(word):
            return None
        names = {name for source in self.sources for name in source.alike(latin, word) if one_letter(word, name)}
        near = [name for name in names if self._count(name)]
        sure = len(near) == 1 and self._enough(near[0], _FREQUENT if self.least > 1 else 0)
        return near[0] if sure and slip_of_a_key(word, near[0]) and self.strange(word) else None

    def _plain(self, word: str, meant: str, name: str, cost: int) -> bool:
        """Whether ``word`` is no known word with another prefix or suffix, and enough articles hold ``name``."""
        stems = [word[1:]] * (word[1:] == meant[1:]) + [word[:-1]] * (word[:-1] == meant[:-1])
        if cost > HALF and any(map(self._known, stems)):
            return False
        short = _FREQUENT * (4 if len(word) == 3 else 1) if len(word) == 2 or cost > EDIT else 0
        return self._enough(name, short)

    def _compound(self, word: str) -> bool:
        """Whether known words of two syllables and more make up all of ``word``."""
        heads = [at for at in range(2, len(word) - 1) if self._known(word[:at])]
        return any(self._known(word[at:]) or self._compound(word[at:]) for at in heads)

    def _headed(self, head: str, name: str) -> str | None:
        """A name in Latin with one letter of the Hangul before it wrong: 쳇gpt."""
        made = {head[:at] + other + head[at + 1 :] for at, char in enumerate(head) for other in one_off(char)}
        return self._best(self._frequent([word + name for word in made], EDIT))

    def _loose(self, word: str) -> str | None:
        """Letters of Hangul that form no syllable: Latin, or a key too many, too few, or swapped with the next."""
        keys = keys_of(word)
        whole, latin = joined(keys), in_latin(keys)
        plain = whole if SYLLABLES.fullmatch(whole) else latin * (len(set(latin)) > 1)
        meant = self._exact(plain) or (self.corrected(whole) if plain == whole else None)
        if meant or self.ordinary(whole):
            return meant
        for tries in (with_a_key_less(keys), with_a_key_more(keys)):
            made = [text for text in map(joined, tries) if SYLLABLES.fullmatch(text)]
            if any(map(self._known, made)):
                return self._best(self._frequent(made, EDIT))
        return None

    def _latin(self, word: str) -> str | None:
        """Hangul typed with the keyboard in English, or a name with a letter wrong."""
        whole = in_hangul(word)
        if SYLLABLES.fullmatch(whole) and (meant := self._typed_in_english(word, whole)):
            return meant
        costs = {}
        for source in self.sources:
            for name in source.latin(word):
                cost = latin_typo_cost(word, name)
                if cost and self._enough(name, 0 if cost == HALF or len(word) > 6 else _FREQUENT):
                    costs[name] = cost
        return self._best(costs)

    def _typed_in_english(self, word: str, whole: str) -> str | None:
        """``whole``, which the keys of ``word`` say in Hangul, if it is meant. Two syllables may be said by chance by a
        Latin word that is known (virus 파견); what is none may mean what is but a part of words of the archive."""
        if not self.strange(word):
            return (self._exact(whole) or self.corrected(whole)) if len(whole) > 2 else None
        typed = [whole, *(text for text in in_hangul_shifted(word) if SYLLABLES.fullmatch(text))]
        texts = (text for each in typed for text in dict.fromkeys((each, _PARTICLE.sub("", each))))
        meant = next((text for text in texts if self._enough(text, 0)), None) or self.corrected(whole)
        return meant or (whole if self.ordinary(whole) else None)


def _same_noun(word: str, meant: str) -> bool:
    """Whether a noun of one syllable has another particle: 눈이 is no slip for 눈에."""
    return len(word) == 2 and word[0] == meant[:1] and word[1] in _PARTICLES and meant[1:] in _PARTICLES
