"""Sentences of another language by the English ones."""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import islice
from pathlib import Path

_DOTS = " ..."
_HOLE = re.compile(r"\{n?\}")
_VALUE = re.compile(r"\{(\d)\}")
_PARTICLE = re.compile(r"([가-힣0-9])(['’\")\]]*)(은\(는\)|이\(가\)|을\(를\)|와\(과\))")
_NUMBER = re.compile(r"\d[\d,.]*")
_STOP = re.compile(r"(?<=[.?!]) +")
_PAUSE = re.compile(r"(?<=[.?!:;,]) +")
_LONGEST = 1000  # characters; a longer text is no sentence of ours
_GAPS = 8  # places at which a text may be two sentences


@cache
def catalogue(name: str) -> Catalogue:
    """The catalogue of the file ``name``.json beside this module."""
    text = (Path(__file__).parent / f"{name}.json").read_text(encoding="utf-8")
    return Catalogue(json.loads(text))


class Catalogue:
    """Sentences of one language by the English ones; values within them are looked up too."""

    def __init__(self, entries: dict[str, str]) -> None:
        self._whole = entries
        forms = [_Form(english, korean) for english, korean in entries.items() if _HOLE.search(english)]
        self._forms = sorted(forms, key=lambda form: (not form.begins, -form.letters))

    def of(self, text: str) -> str:
        """The sentence, or several of them one after the other; ``text`` itself where none is known."""
        if len(text) > _LONGEST:
            return text
        looked_up = (look(text) for look in (self._whole.get, self._begun, self._both, self._one, self._either))
        return next((found for found in looked_up if found is not None), text)

    def _begun(self, text: str) -> str | None:
        """A step of work that begins: the name of the step, and dots."""
        name = text.removesuffix(_DOTS)
        found = self._one(name) if name != text else None
        return found and found + _DOTS

    def _one(self, text: str) -> str | None:
        if text in self._whole:
            return self._whole[text]
        for form in self._forms:  # those that begin with words of their own first, and those with most of them
            values = form.values(text)
            if values is not None:
                return form.filled([self.of(value) for value in values])
        return None

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
    closed = last in "013678" if last.isdecimal() else (ord(last) - 0xAC00) % 28 > 0
    first, second = both[0], both[2]
    return last + marks + (first if closed == (first != "와") else second)
