"""Translations of English sentences, which may hold values."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from itertools import islice
from pathlib import Path

from ..lazy import pattern

_DOTS = " ..."
_HOLE = pattern(r"\{n?\}")
_VALUE = pattern(r"\{(\d)(=?)\}")
_QUOTE = pattern(r"['\"]$")
_PARTICLE = pattern(r"([가-힣0-9])(['’\")\]]*)(은\(는\)|이\(가\)|을\(를\)|와\(과\)|으로\(로\)|이라는\(라는\))")
_NUMBER = pattern(r"\d[\d,.]*")
_STOP = pattern(r"(?<=[.?!]) +")
_PAUSE = pattern(r"(?<=[.?!:;,]) +")
_RIEUL = 8  # number of the final consonant ㄹ in a Unicode syllable
_SOUNDS = {"0": 21, "1": _RIEUL, "2": 0, "3": 16, "4": 0, "5": 0, "6": 1, "7": _RIEUL, "8": _RIEUL, "9": 0}
"""The final consonant of each digit when it is read aloud, numbered as in Unicode syllables."""
_LONGEST = 1000  # characters; a longer text is no sentence of ours
_GAPS = 8  # positions at which a text is tried as two sentences


@cache
def catalogue(name: str) -> Catalogue:
    """The catalogue of the file ``name``.json beside this module."""
    text = (Path(__file__).parent / f"{name}.json").read_text(encoding="utf-8")
    return Catalogue(json.loads(text))


class Catalogue:
    """Translations by their English sentences; the values within a sentence are translated too, but for those in
    quotes or marked ``{0=}``."""

    def __init__(self, entries: dict[str, str]) -> None:
        self._entries = entries
        forms = [_Form(english, korean) for english, korean in entries.items() if _HOLE.search(english)]
        forms.sort(key=lambda form: -form.letters)
        self._anchored, self._open = ([form for form in forms if form.begins is anchored] for anchored in (True, False))

    def of(self, text: str) -> str:
        """The translation of one sentence, or of several in a row; ``text`` itself where none is known."""
        if len(text) > _LONGEST:
            return text
        looks = (
            self._entries.get, self._step, self._semicolon_list, self._two_sentences, self._sentence, self._comma_list,
            self._by_clauses,
        )  # fmt: skip
        return next((translation for look in looks if (translation := look(text)) is not None), text)

    def _semicolon_list(self, text: str) -> str | None:
        """A list of known sentences with semicolons between them."""
        return self._list(text, "; ")

    def _comma_list(self, text: str) -> str | None:
        return self._list(text, ", ")

    def _list(self, text: str, mark: str) -> str | None:
        parts = text.split(mark)
        translations = [self._sentence(part) for part in parts] if 1 < len(parts) <= _GAPS else []
        return mark.join(map(str, translations)) if translations and None not in translations else None

    def _step(self, text: str) -> str | None:
        """A step of work that begins: its name and dots."""
        name = text.removesuffix(_DOTS)
        translation = self._sentence(name) if name != text else None
        return translation and translation + _DOTS

    def _sentence(self, text: str) -> str | None:
        if text in self._entries:
            return self._entries[text]
        return self._by_form(text, self._anchored) or self._behind_path(text) or self._by_form(text, self._open)

    def _by_form(self, text: str, forms: Sequence[_Form]) -> str | None:
        for form in forms:
            values = form.values(text)
            if values is not None:
                return form.filled([value if n in form.verbatim else self.of(value) for n, value in enumerate(values)])
        return None

    def _behind_path(self, text: str) -> str | None:
        """A sentence behind the path that it is about."""
        path, mark, sentence = text.partition(": ")
        if not any(sign in path.rpartition(" ")[2] for sign in "./"):
            return None  # no path, nor a path with its line
        translation = self._sentence(sentence)
        return path + mark + translation if translation else None

    def _two_sentences(self, text: str) -> str | None:
        """Two sentences of which both are known."""
        for gap in islice(_STOP.finditer(text), _GAPS):
            after = text[gap.end() :]
            first = self._sentence(text[: gap.start()])
            if first is not None and (rest := self.of(after)) != after:
                return first + gap[0] + rest
        return None

    def _by_clauses(self, text: str) -> str | None:
        """Splits at the first pause before or after which a known sentence stands, and translates both parts."""
        for gap in islice(_PAUSE.finditer(text), _GAPS):
            before, after = text[: gap.start()], text[gap.end() :]
            first, rest = self._sentence(before), self._two_sentences(after) or self._sentence(after)
            if first is not None or rest is not None:
                return (first or self.of(before)) + gap[0] + (rest or self.of(after))
        return None


class _Form:
    """A sentence with holes for values."""

    def __init__(self, english: str, korean: str) -> None:
        self._texts = _HOLE.split(english)
        self._numbers = [hole == "{n}" for hole in _HOLE.findall(english)]
        self._korean = korean
        quoted = {at for at, text in enumerate(self._texts[1:]) if _QUOTE.search(self._texts[at]) and text[:1] in "'\""}
        self.verbatim = quoted | {int(number) for number, mark in _VALUE.findall(korean) if mark}
        self.begins = bool(self._texts[0].strip())
        self.letters = sum(map(len, self._texts))

    def values(self, text: str) -> list[str] | None:
        """The values in the holes of ``text``; None if it is another sentence."""
        first, *middle, last = self._texts
        end = len(text) - len(last)
        if not (text.startswith(first) and text.endswith(last) and len(first) <= end):
            return None
        values, at = [], len(first)
        for part in middle:
            position = text.find(part, at, end)
            if position < 0:
                return None
            values.append(text[at:position])
            at = position + len(part)
        values.append(text[at:end])
        fits = all(_NUMBER.fullmatch(value) for value, number in zip(values, self._numbers, strict=True) if number)
        return values if fits else None

    def filled(self, values: list[str]) -> str:
        return _PARTICLE.sub(_particle, _VALUE.sub(lambda hole: values[int(hole[1])], self._korean))


def _particle(match: re.Match[str]) -> str:
    """The form of a particle that fits the Hangul letter or digit before it."""
    last, marks, both = match.groups()
    sound = _SOUNDS[last] if last.isdecimal() else (ord(last) - 0xAC00) % 28
    first, second = both.removesuffix(")").split("(")
    closed = sound not in (0, _RIEUL) if first == "으로" else sound > 0
    return last + marks + (first if closed == (first != "와") else second)
