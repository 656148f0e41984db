"""Sentences of another language by the English ones."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from itertools import islice
from pathlib import Path

_DOTS = " ..."
_HOLE = re.compile(r"\{n?\}")
_VALUE = re.compile(r"\{(\d)(=?)\}")
_QUOTE = re.compile(r"['\"]$")
_PARTICLE = re.compile(r"([가-힣0-9])(['’\")\]]*)(은\(는\)|이\(가\)|을\(를\)|와\(과\)|으로\(로\)|이라는\(라는\))")
_NUMBER = re.compile(r"\d[\d,.]*")
_STOP = re.compile(r"(?<=[.?!]) +")
_PAUSE = re.compile(r"(?<=[.?!:;,]) +")
_RIEUL = 8  # what a syllable that ends in it leaves over, as Hangul is numbered
_SOUNDS = {"0": 21, "1": _RIEUL, "2": 0, "3": 16, "4": 0, "5": 0, "6": 1, "7": _RIEUL, "8": _RIEUL, "9": 0}
"""The last sounds of the digits as they are read, as those of syllables are numbered."""
_LONGEST = 1000  # characters; a longer text is no sentence of ours
_GAPS = 8  # places at which a text may be two sentences


@cache
def catalogue(name: str) -> Catalogue:
    """The catalogue of the file ``name``.json beside this module."""
    text = (Path(__file__).parent / f"{name}.json").read_text(encoding="utf-8")
    return Catalogue(json.loads(text))


class Catalogue:
    """Sentences of one language by the English ones; values within them are looked up too, but those that were given:
    in quotes, or marked ``{0=}``."""

    def __init__(self, entries: dict[str, str]) -> None:
        self._whole = entries
        forms = [_Form(english, korean) for english, korean in entries.items() if _HOLE.search(english)]
        forms.sort(key=lambda form: -form.letters)
        self._own, self._others = ([form for form in forms if form.begins is own] for own in (True, False))

    def of(self, text: str) -> str:
        """The sentence, or several of them one after the other; ``text`` itself where none is known."""
        if len(text) > _LONGEST:
            return text
        looks = (self._whole.get, self._begun, self._points, self._both, self._one, self._items, self._either)
        return next((found for look in looks if (found := look(text)) is not None), text)

    def _points(self, text: str) -> str | None:
        """A list of which each part is known; ``_items`` is one of another mark."""
        return self._listed(text, "; ")

    def _items(self, text: str) -> str | None:
        return self._listed(text, ", ")

    def _listed(self, text: str, mark: str) -> str | None:
        parts = text.split(mark)
        found = [self._one(part) for part in parts] if 1 < len(parts) <= _GAPS else []
        return mark.join(map(str, found)) if found and None not in found else None

    def _begun(self, text: str) -> str | None:
        """A step of work that begins: the name of the step, and dots."""
        name = text.removesuffix(_DOTS)
        found = self._one(name) if name != text else None
        return found and found + _DOTS

    def _one(self, text: str) -> str | None:
        if text in self._whole:
            return self._whole[text]
        return self._filled(text, self._own) or self._placed(text) or self._filled(text, self._others)

    def _filled(self, text: str, forms: Sequence[_Form]) -> str | None:
        for form in forms:
            values = form.values(text)
            if values is not None:
                said = (value if at in form.given else self.of(value) for at, value in enumerate(values))
                return form.filled(list(said))
        return None

    def _placed(self, text: str) -> str | None:
        """A sentence behind the place that it is about."""
        place, mark, sentence = text.partition(": ")
        if not any(sign in place.rpartition(" ")[2] for sign in "./"):
            return None  # no path, nor a path with its line
        found = self._one(sentence)
        return place + mark + found if found else None

    def _both(self, text: str) -> str | None:
        """Two sentences of which both are known."""
        for gap in islice(_STOP.finditer(text), _GAPS):
            after = text[gap.end() :]
            first = self._one(text[: gap.start()])
            if first is not None and (rest := self.of(after)) != after:
                return first + gap[0] + rest
        return None

    def _either(self, text: str) -> str | None:
        """At the first place where what stands before or after it is known, both are looked up for themselves."""
        for gap in islice(_PAUSE.finditer(text), _GAPS):
            before, after = text[: gap.start()], text[gap.end() :]
            first, rest = self._one(before), self._both(after) or self._one(after)
            if first is not None or rest is not None:
                return (first or self.of(before)) + gap[0] + (rest or self.of(after))
        return None


class _Form:
    """A sentence with holes."""

    def __init__(self, english: str, korean: str) -> None:
        self._texts = _HOLE.split(english)
        self._numbers = [hole == "{n}" for hole in _HOLE.findall(english)]
        self._korean = korean
        quoted = {at for at, text in enumerate(self._texts[1:]) if _QUOTE.search(self._texts[at]) and text[:1] in "'\""}
        self.given = quoted | {int(number) for number, given in _VALUE.findall(korean) if given}
        self.begins = bool(self._texts[0].strip())
        self.letters = sum(map(len, self._texts))

    def values(self, text: str) -> list[str] | None:
        """What stands in the holes of ``text``; None if it is another sentence."""
        first, *middle, last = self._texts
        end = len(text) - len(last)
        if not (text.startswith(first) and text.endswith(last) and len(first) <= end):
            return None
        found, at = [], len(first)
        for part in middle:
            place = text.find(part, at, end)
            if place < 0:
                return None
            found.append(text[at:place])
            at = place + len(part)
        found.append(text[at:end])
        fits = all(_NUMBER.fullmatch(value) for value, number in zip(found, self._numbers, strict=True) if number)
        return found if fits else None

    def filled(self, values: list[str]) -> str:
        return _PARTICLE.sub(_particle, _VALUE.sub(lambda hole: values[int(hole[1])], self._korean))


def _particle(found: re.Match[str]) -> str:
    """The form after the sound before it; both stay after a letter that is no Hangul."""
    last, marks, both = found.groups()
    sound = _SOUNDS[last] if last.isdecimal() else (ord(last) - 0xAC00) % 28
    first, second = both.removesuffix(")").split("(")
    closed = sound not in (0, _RIEUL) if first == "으로" else sound > 0
    return last + marks + (first if closed == (first != "와") else second)
